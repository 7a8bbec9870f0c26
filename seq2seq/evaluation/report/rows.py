"""The rows of a report: a sentence with its reference, and what one model or two made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.degenerate import fault_kinds
from seq2seq.evaluation.report.words import Compared, compared
from seq2seq.evaluation.sentence_scores import sentence_chrf2


class _Hypothesis(Protocol):
    """What a report reads of a `Hypothesis`, which this room must not import."""

    @property
    def pieces(self) -> Sequence[str]: ...

    @property
    def ended(self) -> bool: ...

    @property
    def log_probability(self) -> float | None: ...

    @property
    def attention(self) -> np.ndarray | None: ...


class TranslationLike(Protocol):
    """What a report reads of a `Translation`, which this room must not import."""

    @property
    def text(self) -> str: ...

    @property
    def best(self) -> _Hypothesis: ...

    @property
    def source_pieces(self) -> Sequence[str]: ...

    @property
    def confidence(self) -> int | None: ...


@dataclass(frozen=True)
class Output:
    """What a model made of a sentence.

    Attributes:
        text: The translation.
        chrf2: Its sentence chrF2, 0 to 100.
        log_probability: The natural logarithm of its probability; None where that is not known.
        confidence: The chrF2 that was to be expected; None where that is not known.
        faults: The kinds of fault that it shows; see `degenerate`.
        words: Its words beside those of the reference.
        pieces: Its pieces.
        source_pieces: The pieces that were read.
        attention: `(pieces, source pieces)`; None where there is none.
    """

    text: str
    chrf2: float
    log_probability: float | None
    confidence: int | None
    faults: tuple[str, ...]
    words: Compared
    pieces: Sequence[str] = ()
    source_pieces: Sequence[str] = ()
    attention: np.ndarray | None = None

    def as_dict(self) -> dict[str, Any]:
        """Returns what the files of numbers hold, JSON-ready."""
        known = self.log_probability
        return {
            "translation": self.text,
            "chrf2": round(self.chrf2, 2),
            "log_probability": None if known is None else round(known, 4),
            "confidence": self.confidence,
            "faults": list(self.faults),
        }


@dataclass(frozen=True)
class Row:
    """A sentence of a report.

    Attributes:
        part: The name of the corpus that it is of.
        number: Its line there, counted from 1.
        source: The sentence.
        reference: Its reference translation.
        output: What the model made of it.
        baseline: What the baseline made of it, if there is one.
    """

    part: str
    number: int
    source: str
    reference: str
    output: Output
    baseline: Output | None = None

    @property
    def difference(self) -> float:
        """By how much the chrF2 of the model is above that of the baseline; 0 without one."""
        return self.output.chrf2 - self.baseline.chrf2 if self.baseline else 0.0


def make_rows(
    part: str,
    corpus: Corpus,
    numbers: Sequence[int],
    translations: Sequence[TranslationLike],
    baseline: Sequence[TranslationLike] | None = None,
) -> list[Row]:
    """Makes the rows of a corpus, in its order.

    Args:
        part: Its name.
        corpus: The sentences and their references.
        numbers: The line of each, counted from 1.
        translations: What the model made of each.
        baseline: What a baseline made of each.
    """
    found = _outputs(corpus, translations)
    others = _outputs(corpus, baseline) if baseline is not None else [None] * len(corpus)
    columns = zip(numbers, corpus.source, corpus.target, found, others, strict=True)
    return [Row(part, *column) for column in columns]


def _outputs(corpus: Corpus, translations: Sequence[TranslationLike]) -> list[Output]:
    scores = sentence_chrf2([one.text for one in translations], corpus.target)
    outputs = []
    for source, reference, one, chrf2 in zip(
        corpus.source, corpus.target, translations, scores, strict=True
    ):
        outputs.append(
            Output(
                text=one.text,
                chrf2=chrf2,
                log_probability=one.best.log_probability,
                confidence=one.confidence,
                faults=fault_kinds(source, one.text, reference, one.best.ended),
                words=compared(reference, one.text),
                pieces=one.best.pieces,
                source_pieces=one.source_pieces,
                attention=one.best.attention,
            )
        )
    return outputs
