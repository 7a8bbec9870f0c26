"""Two systems on the same sentences: is the difference of their scores more than chance?

Reference:
    Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sacrebleu.significance import PairedTest, Result

from seq2seq.evaluation.metrics import (
    composed,
    expect_equal_lengths,
    expect_resampling,
    interval_around,
    make_metrics,
    resampling_seed,
)
from seq2seq.evaluation.scores import Score


@dataclass(frozen=True)
class Comparison:
    """A paired bootstrap test of a system against a baseline.

    Attributes:
        system: The score of the system.
        baseline: The score of the baseline, with the same signature.
        p_value: How probable a difference at least this large is by chance alone. Below 0.05 it
            counts as significant.
    """

    system: Score
    baseline: Score
    p_value: float

    def as_dict(self) -> dict[str, Any]:
        """Returns the comparison as JSON-ready values."""
        return {
            "system": self.system.as_dict(),
            "baseline": self.baseline.as_dict(),
            "p_value": self.p_value,
        }


def compare(
    hypotheses: Sequence[str],
    baseline_hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: str = "13a",
    bootstrap: int = 1000,
    seed: int = 12345,
) -> dict[str, Comparison]:
    """Tests whether a system differs from a baseline, by paired bootstrap resampling.

    Args:
        hypotheses: Translations of the system.
        baseline_hypotheses: Translations of the same sentences by the baseline.
        references: One reference for each.
        tokenize: The sacreBLEU tokenizer for BLEU; chrF2 and TER have their own.
        bootstrap: Number of resamples.
        seed: Seed of the resampling; sacreBLEU's default is 12345.

    Returns:
        The comparisons under "bleu", "chrf2" and "ter".

    Raises:
        InputError: There is nothing to score, the lengths differ, or an option cannot be used.
    """
    expect_equal_lengths(references, hypotheses=hypotheses, baseline_hypotheses=baseline_hypotheses)
    expect_resampling(bootstrap, seed)

    systems: list[tuple[str, Sequence[str]]] = [
        ("baseline", composed(baseline_hypotheses)),
        ("system", composed(hypotheses)),
    ]
    with resampling_seed(seed):
        test = PairedTest(
            systems,
            make_metrics(tokenize),
            [composed(references)],
            test_type="bs",
            n_samples=bootstrap,
        )
        signatures, results = test()

    comparisons = {}
    for name, signature in signatures.items():
        # The annotation of sacreBLEU says that the results of a metric may be text. They are not.
        baseline, system = cast(list[Result], results[name])
        comparisons[name.lower()] = _comparison(name, str(signature), system, baseline)

    return comparisons


def _comparison(name: str, signature: str, system: Result, baseline: Result) -> Comparison:
    """Makes a comparison of what sacreBLEU found."""
    # sacreBLEU counts the resamples with a strictly larger difference. For two systems that do not
    # differ there are none, and it would report the smallest possible p. But chance always reaches
    # a difference of 0.
    p_value = 1.0 if system.score == baseline.score else system.p_value

    return Comparison(
        _score(name, signature, system),
        _score(name, signature, baseline),
        cast(float, p_value),  # None for the baseline alone
    )


def _score(name: str, signature: str, result: Result) -> Score:
    # A paired bootstrap always has a mean and an interval; other tests of sacreBLEU have none.
    interval = interval_around(cast(float, result.mean), cast(float, result.ci))
    return Score(name, result.score, signature, interval)
