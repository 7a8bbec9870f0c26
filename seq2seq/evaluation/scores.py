"""Hypotheses and references to BLEU, chrF and TER with their signatures; sacreBLEU does all the work.

The signature beside a score says how it was computed, so that others can compute the same; never report a
score without it. One reference per hypothesis, detokenised text on both sides.

Reference:
    Post, A Call for Clarity in Reporting BLEU Scores, WMT 2018.
    Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004.
"""

import contextlib
import copy
import functools
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.metrics.base import Metric
from sacrebleu.significance import PairedTest

from seq2seq.errors import InputError
from seq2seq.evaluation.degenerate import Fault, find_faults

_EXTRAS = {"ja-mecab": "ja", "ko-mecab": "ko"}  # the tokenizers that need an extra of sacrebleu


@dataclass(frozen=True)
class Score:
    """A corpus score and how it was computed.

    Attributes:
        name: As sacreBLEU writes it: "BLEU", "chrF2" or "TER".
        value: On a scale of 100. Higher is better for BLEU and chrF2, lower for TER.
        signature: The sacreBLEU signature.
        confidence_interval: `(low, high)`, sacreBLEU's mean of the bootstrap resamples ± half the width of
            the interval that holds 95 % of them; `None` without bootstrap.
    """

    name: str
    value: float
    signature: str
    confidence_interval: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Returns the score as JSON-ready values."""
        interval = self.confidence_interval
        return {
            "name": self.name,
            "value": self.value,
            "signature": self.signature,
            "confidence_interval": None if interval is None else list(interval),
        }


@dataclass(frozen=True)
class Comparison:
    """A paired bootstrap test of a system against a baseline.

    Attributes:
        system: The score of the system.
        baseline: The score of the baseline, with the same signature.
        p_value: How probable a difference at least this large is by chance alone; below 0.05 it counts as
            significant.
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


@dataclass(frozen=True)
class Evaluation:
    """The scores of a translator on a corpus, its translations and its speed.

    Attributes:
        scores: As `score` returns them.
        hypotheses: The translations.
        seconds: Time of translating, start-up included.
        tokens: Number of tokens generated, EOS included.
        faults: What is degenerate in the translations.
    """

    scores: dict[str, Score]
    hypotheses: list[str]
    seconds: float
    tokens: int
    faults: list[Fault]

    def as_dict(self) -> dict[str, Any]:
        """Returns scores, speed and warnings as JSON-ready values."""
        scores = {name: score.as_dict() for name, score in self.scores.items()}
        speed = {
            "sentences_per_second": len(self.hypotheses) / self.seconds,
            "tokens_per_second": self.tokens / self.seconds,
        }
        warnings = [fault.as_dict() for fault in self.faults]
        return {**scores, "sentences": len(self.hypotheses), **speed, "warnings": warnings}

    def table(self) -> str:
        """Returns a line for each score, one for the speed, and one for each fault."""
        lines = []
        for score in self.scores.values():
            low, high = score.confidence_interval
            lines.append(
                f"  {score.name:5}  {score.value:6.2f}  (95 %: {low:.2f} to {high:.2f})  {score.signature}"
            )
        sentences, tokens = len(self.hypotheses) / self.seconds, self.tokens / self.seconds
        lines.append(f"  {sentences:,.0f} sentences and {tokens:,.0f} tokens per second")
        return "\n".join([*lines, *(f"  Warning: {fault}" for fault in self.faults)])


def evaluate_translator(translator, corpus, *, tokenize: str = "13a", **search) -> Evaluation:
    """Translates a corpus and scores the translations.

    Args:
        translator: A `Translator`.
        corpus: The sentences and their references.
        tokenize: See `score`.
        **search: See `Translator.stream`.
    """
    _unused_bleu(tokenize)  # an unknown tokenizer is better known before the translation than after
    began = time.perf_counter()
    translations = list(translator.stream(corpus.source, **search))
    seconds = time.perf_counter() - began
    hypotheses = [translation.text for translation in translations]
    tokens = sum(len(translation.best.pieces) for translation in translations)
    scores, faults = (
        score(hypotheses, corpus.target, tokenize=tokenize),
        faults_of(translations, corpus.target),
    )
    return Evaluation(scores, hypotheses, seconds, tokens, faults)


def faults_of(translations, references: Sequence[str]) -> list[Fault]:
    """Finds what is degenerate in the best of each `Translation`, given a reference for each."""
    return find_faults(
        [translation.source for translation in translations],
        [translation.text for translation in translations],
        references,
        [translation.best.ended for translation in translations],
    )


def score(
    hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: str = "13a",
    bootstrap: int = 1000,
    seed: int = 12345,
) -> dict[str, Score]:
    """Scores translations against their references.

    The bootstrap holds all resamples in memory: about 80 bytes × sentences × resamples, 0.8 GB for 10,000
    sentences and 1000 resamples.

    Args:
        hypotheses: Translations.
        references: One reference for each.
        tokenize: The sacreBLEU tokenizer for BLEU; chrF2 and TER have their own.
        bootstrap: Number of resamples for the confidence intervals, 0 for none.
        seed: Seed of the resampling; sacreBLEU's default is 12345.

    Returns:
        The scores under "bleu", "chrf2" and "ter".

    Raises:
        InputError: If there is nothing to score, the lengths differ, or an option cannot be used.
    """
    _check_lengths(references, hypotheses=hypotheses)
    if bootstrap:
        _check_resampling(bootstrap, seed)
    scores = {}
    with _sacrebleu_seed(seed):
        for name, metric in _metrics(tokenize).items():
            result = metric.corpus_score(
                list(hypotheses), [list(references)], n_bootstrap=bootstrap
            )
            interval = _interval(result._mean, result._ci) if bootstrap else None
            scores[name] = Score(result.name, result.score, str(metric.get_signature()), interval)
    return scores


def compare(
    hypotheses: Sequence[str],
    baseline_hypotheses: Sequence[str],
    references: Sequence[str],
    *,
    tokenize: str = "13a",
    bootstrap: int = 1000,
    seed: int = 12345,
) -> dict[str, Comparison]:
    """Tests whether a system differs from a baseline on the same sentences, by paired bootstrap resampling.

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
        InputError: If there is nothing to score, the lengths differ, or an option cannot be used.
    """
    _check_lengths(references, hypotheses=hypotheses, baseline_hypotheses=baseline_hypotheses)
    _check_resampling(bootstrap, seed)
    systems = [("baseline", list(baseline_hypotheses)), ("system", list(hypotheses))]
    with _sacrebleu_seed(seed):
        signatures, results = PairedTest(
            systems, _metrics(tokenize), [list(references)], test_type="bs", n_samples=bootstrap
        )()
    comparisons = {}
    for name, signature in signatures.items():
        baseline, system = (
            Score(name, result.score, str(signature), _interval(result.mean, result.ci))
            for result in results[name]
        )
        # sacreBLEU counts the resamples with a strictly larger difference. For two systems that do not differ
        # there are none, and it would report the smallest possible p; but chance always reaches a 0.
        p_value = 1.0 if system.value == baseline.value else results[name][1].p_value
        comparisons[name.lower()] = Comparison(system, baseline, p_value)
    return comparisons


def quick_score(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    """Returns BLEU and chrF2 alone, without bootstrap: what validation during training needs.

    Args:
        hypotheses: Translations.
        references: One reference for each.

    Raises:
        InputError: If there is nothing to score, or the lengths differ.
    """
    _check_lengths(references, hypotheses=hypotheses)
    metrics = _metrics("13a")
    bleu, chrf = (
        metrics[name].corpus_score(list(hypotheses), [list(references)]).score
        for name in ("bleu", "chrf2")
    )
    return bleu, chrf


def _metrics(tokenize: str) -> dict[str, Metric]:
    """Returns fresh metrics; a used one would carry its bootstrap into the next signature."""
    metrics = {"bleu": copy.copy(_unused_bleu(tokenize)), "chrf2": CHRF(), "ter": TER()}
    return {name: _with_python_floats(metric) for name, metric in metrics.items()}


def _with_python_floats(metric: Metric) -> Metric:
    """Makes the bootstrap work for poor translations, some of whose resamples score 0.

    sacreBLEU takes the mean of a Python float for each of these and a NumPy one for each other, which is a TypeError.
    """
    compute = metric._compute_score_from_stats

    def compute_python_float(stats):
        result = compute(stats)
        result.score = float(result.score)
        return result

    metric._compute_score_from_stats = compute_python_float
    return metric


@functools.cache
def _unused_bleu(tokenize: str) -> BLEU:
    """Returns a BLEU to be copied, so that a MeCab tagger is opened once: it cannot be reopened often."""
    if tokenize not in BLEU.TOKENIZERS:
        raise InputError(
            f"Expected a sacreBLEU tokenizer: {', '.join(sorted(BLEU.TOKENIZERS))}. Received: {tokenize!r}. "
            "Most languages use 13a; Chinese zh, Japanese ja-mecab, Korean ko-mecab or char."
        )
    try:
        return BLEU(tokenize=tokenize)
    except RuntimeError as error:
        if tokenize not in _EXTRAS:
            raise
        raise InputError(
            f"Expected the tokenizer {tokenize!r} to be installed. Received: a sacreBLEU without it. "
            f'Install it with: pip install "sacrebleu[{_EXTRAS[tokenize]}]"'
        ) from error
    except OSError as error:  # the SentencePiece tokenizers are downloaded on first use
        raise InputError(
            f"Expected to load or download the tokenizer {tokenize!r}. Received: {error}. "
            "Check the network connection, or use 13a, intl or char, which need none."
        ) from error


def _check_lengths(references: Sequence[str], **systems: Sequence[str]) -> None:
    for name, hypotheses in systems.items():
        if len(hypotheses) != len(references):
            raise InputError(
                f"Expected one reference for each of the {name.replace('_', ' ')}. "
                f"Received: {len(hypotheses):,} {name.replace('_', ' ')} and {len(references):,} references. "
                "Line k of one must belong to line k of the other."
            )
    if not references:
        raise InputError("Expected sentences to score. Received: none.")


def _check_resampling(bootstrap: int, seed: int) -> None:
    if bootstrap < 2:
        raise InputError(
            f"Expected at least 2 bootstrap resamples. Received: {bootstrap}. 1000 is usual."
        )
    if (
        seed < 1
    ):  # sacreBLEU's paired test takes seed 0 for no seed, and writes 0 into the signature
        raise InputError(
            f"Expected a seed of at least 1. Received: {seed}. sacreBLEU's own is 12345."
        )


@contextlib.contextmanager
def _sacrebleu_seed(seed: int) -> Iterator[None]:
    """Sets the seed in the environment, the only place where sacreBLEU looks for one, and restores it."""
    before = os.environ.get("SACREBLEU_SEED")
    os.environ["SACREBLEU_SEED"] = str(seed)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SACREBLEU_SEED"]
        else:
            os.environ["SACREBLEU_SEED"] = before


def _interval(mean: float, half_width: float) -> tuple[float, float]:
    return float(mean - half_width), float(mean + half_width)
