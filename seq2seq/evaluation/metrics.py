"""The metrics of sacreBLEU: their tokenizers, their seed, and their private interfaces.

sacreBLEU does all the work of scoring. What this package needs of it beyond its public interface
stands here and nowhere else. The private interfaces were last checked at sacreBLEU 2.6.0; see
docs/private-interfaces.md.
"""

import contextlib
import copy
import functools
import os
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.base import Score as MetricScore
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from seq2seq.errors import InputError

_EXTRAS = {"ja-mecab": "ja", "ko-mecab": "ko"}  # the tokenizers that need an extra of sacrebleu
_SEED = "SACREBLEU_SEED"


def make_metrics(tokenize: str) -> dict[str, Metric]:
    """Returns fresh metrics under "bleu", "chrf2" and "ter".

    They are fresh because a used metric would carry its bootstrap into the next signature.

    Args:
        tokenize: The sacreBLEU tokenizer for BLEU; chrF2 and TER have their own.

    Raises:
        InputError: The tokenizer is unknown or cannot be loaded.
    """
    metrics = {"bleu": copy.copy(_unused_bleu(tokenize)), "chrf2": CHRF(), "ter": TER()}
    for metric in metrics.values():
        _give_python_floats(metric)

    return metrics


def composed(sentences: Sequence[str]) -> list[str]:
    """Returns the sentences in NFC, so that a letter equals itself in whichever form it comes."""
    return [unicodedata.normalize("NFC", sentence) for sentence in sentences]


def expect_tokenizer(tokenize: str) -> None:
    """Loads the tokenizer that BLEU is to use.

    Raises:
        InputError: The tokenizer is unknown or cannot be loaded.
    """
    _unused_bleu(tokenize)


@functools.cache
def _unused_bleu(tokenize: str) -> BLEU:
    """Returns a BLEU to be copied, so that a MeCab tagger is opened once.

    The Japanese and the Korean tokenizer each hold a tagger, which cannot be opened often.
    """
    if tokenize not in BLEU.TOKENIZERS:
        raise InputError(
            f"Expected a sacreBLEU tokenizer: {', '.join(sorted(BLEU.TOKENIZERS))}. "
            f"Received: {tokenize!r}. "
            "Most languages use 13a; Chinese zh, Japanese ja-mecab, Korean ko-mecab or char. "
            "Commands and programs that know the references take auto, too."
        )

    try:
        return BLEU(tokenize=tokenize)
    except RuntimeError as error:
        if tokenize not in _EXTRAS:
            raise
        raise InputError(
            f"Expected the tokenizer {tokenize!r} to be installed. "
            "Received: a sacreBLEU without it. "
            f'Install it with: pip install "sacrebleu[{_EXTRAS[tokenize]}]"'
        ) from error
    except OSError as error:  # the SentencePiece tokenizers are downloaded on first use
        raise InputError(
            f"Expected to load or download the tokenizer {tokenize!r}. Received: {error}. "
            "Check the network connection, or use 13a, intl or char, which need none."
        ) from error


def _give_python_floats(metric: Metric) -> None:
    """Makes the bootstrap work for poor translations, some of whose resamples score 0.

    Such a resample scores a Python float, every other a NumPy one. sacreBLEU takes the mean of
    them with `statistics.mean`, for which the mixture is a TypeError.
    """
    compute = metric._compute_score_from_stats

    def compute_python_float(stats: list[Any]) -> MetricScore:
        result = compute(stats)
        result.score = float(result.score)
        return result

    metric._compute_score_from_stats = compute_python_float


def resampled_interval(result: MetricScore) -> tuple[float, float]:
    """Returns the 95 % interval `(low, high)` of a score that was computed with a bootstrap.

    sacreBLEU shows the interval in its formatted text alone. Its attributes are private.
    """
    return interval_around(result._mean, result._ci)


def interval_around(mean: float, half_width: float) -> tuple[float, float]:
    """Returns `(low, high)`."""
    return float(mean - half_width), float(mean + half_width)


@contextlib.contextmanager
def resampling_seed(seed: int) -> Iterator[None]:
    """Sets the seed of the bootstrap, within a `with` statement.

    sacreBLEU looks for a seed in the environment alone. What stood there is restored.
    """
    before = os.environ.get(_SEED)
    os.environ[_SEED] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SEED]
        else:
            os.environ[_SEED] = before


def expect_resampling(bootstrap: int, seed: int) -> None:
    """Refuses a number of resamples or a seed that sacreBLEU cannot use.

    Raises:
        InputError: There are fewer than 2 resamples, or the seed is less than 1.
    """
    if bootstrap < 2:
        raise InputError(
            f"Expected at least 2 bootstrap resamples. Received: {bootstrap}. 1000 is usual."
        )

    # sacreBLEU's paired test takes seed 0 for no seed, and writes 0 into the signature.
    if seed < 1:
        raise InputError(
            f"Expected a seed of at least 1. Received: {seed}. sacreBLEU's own is 12345."
        )


def expect_equal_lengths(references: Sequence[str], **systems: Sequence[str]) -> None:
    """Refuses references that do not belong to the hypotheses, one to one.

    Args:
        references: The reference translations.
        **systems: Hypotheses, under the name by which a message calls them.

    Raises:
        InputError: The lengths differ, or there is nothing to score.
    """
    for key, hypotheses in systems.items():
        if len(hypotheses) != len(references):
            name = key.replace("_", " ")
            raise InputError(
                f"Expected one reference for each of the {name}. "
                f"Received: {len(hypotheses):,} {name} and {len(references):,} references. "
                "Line k of one must belong to line k of the other."
            )

    if not references:
        raise InputError("Expected sentences to score. Received: none.")
