"""Hypotheses and references to BLEU, chrF and TER with their signatures.

The signature beside a score says how it was computed, so that others can compute the same. Never
report a score without it. There is one reference per hypothesis, and detokenised text on both
sides. Both are compared in NFC and otherwise as they are: the reference is what the user wrote.

Reference:
    Post, A Call for Clarity in Reporting BLEU Scores, WMT 2018.
    Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq.evaluation.metrics import (
    composed,
    expect_equal_lengths,
    expect_resampling,
    make_metrics,
    resampled_interval,
    resampling_seed,
)


@dataclass(frozen=True)
class Score:
    """A corpus score and how it was computed.

    `str(score)` gives the value, its interval and the signature.

    Attributes:
        name: As sacreBLEU writes it: "BLEU", "chrF2" or "TER".
        value: On a scale of 100. Higher is better for BLEU and chrF2, lower for TER.
        signature: The sacreBLEU signature.
        confidence_interval: `(low, high)`, sacreBLEU's mean of the bootstrap resamples ± half the
            width of the interval that holds 95 % of them. None without bootstrap.
    """

    name: str
    value: float
    signature: str
    confidence_interval: tuple[float, float] | None = None

    def __str__(self) -> str:
        if self.confidence_interval is None:
            interval = ""
        else:
            low, high = self.confidence_interval
            interval = f"(95 %: {low:.2f} to {high:.2f})  "

        return f"{self.name:5}  {self.value:6.2f}  {interval}{self.signature}"

    def as_dict(self) -> dict[str, Any]:
        """Returns the score as JSON-ready values."""
        interval = self.confidence_interval
        return {**asdict(self), "confidence_interval": None if interval is None else [*interval]}


def score(
    hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: str = "13a",
    bootstrap: int = 1000,
    seed: int = 12345,
) -> dict[str, Score]:
    """Scores translations against their references.

    The bootstrap holds all resamples in memory: about 80 bytes × sentences × resamples, 0.8 GB for
    10,000 sentences and 1000 resamples.

    Args:
        hypotheses: Translations.
        references: One reference for each.
        tokenize: The sacreBLEU tokenizer for BLEU; chrF2 and TER have their own.
        bootstrap: Number of resamples for the confidence intervals, 0 for none.
        seed: Seed of the resampling; sacreBLEU's default is 12345.

    Returns:
        The scores under "bleu", "chrf2" and "ter".

    Raises:
        InputError: There is nothing to score, the lengths differ, or an option cannot be used.
    """
    expect_equal_lengths(references, hypotheses=hypotheses)
    if bootstrap:
        expect_resampling(bootstrap, seed)

    translations = composed(hypotheses)
    wanted = [composed(references)]
    scores = {}
    with resampling_seed(seed):
        for name, metric in make_metrics(tokenize).items():
            result = metric.corpus_score(translations, wanted, n_bootstrap=bootstrap)
            interval = resampled_interval(result) if bootstrap else None
            signature = str(metric.get_signature())
            scores[name] = Score(result.name, result.score, signature, interval)

    return scores


def quick_score(
    hypotheses: Sequence[str], references: Sequence[str], *, tokenize: str = "13a"
) -> tuple[float, float]:
    """Returns BLEU and chrF2 alone, without bootstrap: what validation during training needs.

    Args:
        hypotheses: Translations.
        references: One reference for each.
        tokenize: The sacreBLEU tokenizer for BLEU.

    Raises:
        InputError: There is nothing to score, the lengths differ, or the tokenizer cannot be used.
    """
    expect_equal_lengths(references, hypotheses=hypotheses)

    translations = composed(hypotheses)
    wanted = [composed(references)]
    metrics = make_metrics(tokenize)
    bleu = metrics["bleu"].corpus_score(translations, wanted)
    chrf2 = metrics["chrf2"].corpus_score(translations, wanted)
    return bleu.score, chrf2.score
