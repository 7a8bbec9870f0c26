"""What a translator says of a sentence: its translations, or how probable a given one is."""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from seq2seq.errors import printable
from seq2seq.ids import EOS_PIECE, MAX_SOURCE_LENGTH

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hypothesis:
    """One translation of a sentence.

    Attributes:
        text: The translation.
        score: Log-probability / length penalty, and the coverage penalty if there is one; see
            `search.beam.beam_search` and `decoding.coverage`.
        pieces: The pieces of the text; EOS last if the model ended it itself.
        restored: What the search lost of what the translation has to keep letter for letter; it is
            put back where it belongs by the attention.
        attention: `(target_length, source_length)`, a row for each piece; None unless asked for and
            there is any. It does not count in comparisons.
        log_probability: The natural logarithm of its probability, EOS included; None where the
            search does not tell it. It does not count in comparisons.
        reranking_score: What it was ranked by, if hypotheses were ranked anew; see `reranking`.
    """

    text: str
    score: float
    pieces: list[str]
    restored: list[str] = field(default_factory=list, kw_only=True)
    attention: np.ndarray | None = field(default=None, compare=False)
    log_probability: float | None = field(default=None, compare=False)
    reranking_score: float | None = None

    @property
    def ranking_score(self) -> float:
        """What it is ranked by."""
        return self.score if self.reranking_score is None else self.reranking_score

    @property
    def ended(self) -> bool:
        """Whether the model ended the translation before its limit; True for an empty one."""
        return not self.pieces or self.pieces[-1] == EOS_PIECE


_NOTHING = Hypothesis(text="", score=-math.inf, pieces=[])


@dataclass(frozen=True)
class Translation:
    """The translations of one sentence.

    Attributes:
        source: The sentence.
        hypotheses: Its translations, best first.
        source_pieces: Pieces of the source, EOS last.
        cut: Whether the sentence is longer than what was read of it, its first 256 tokens.
        copied: Words that the model cannot read, which stand in the translations as they are.
        confidence: The sentence chrF2 to expect of the best translation, 0 to 100; see
            `confidence`. None of older models, of ensembles, and of searches that it was not
            measured for: random draws, a coverage penalty, a prefix, reranking. It does not count
            in comparisons.
        to: The language of the translations, of a model of several; None of others.
    """

    source: str
    hypotheses: list[Hypothesis]
    source_pieces: list[str]
    cut: bool = False
    copied: list[str] = field(default_factory=list)
    confidence: int | None = field(default=None, compare=False)
    to: str | None = None

    @property
    def best(self) -> Hypothesis:
        """The best translation; an empty one, of score -inf, where the search allows none."""
        return self.hypotheses[0] if self.hypotheses else _NOTHING

    @property
    def text(self) -> str:
        """The text of the best translation."""
        return self.best.text

    @property
    def restored(self) -> list[str]:
        """What was put back into the best translation, see `Hypothesis`."""
        return self.best.restored

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values: lists with an element for each translation.

        `confidence` is left out where it is not known, `to` of a model of one direction, and
        `reranking_scores` where the hypotheses are ranked by their scores.
        """
        attention = [
            _rounded(found.attention) for found in self.hypotheses if found.attention is not None
        ]
        reranked = [found.reranking_score for found in self.hypotheses]

        return {
            "source": self.source,
            **({} if self.to is None else {"to": self.to}),
            "translations": [found.text for found in self.hypotheses],
            "scores": [found.score for found in self.hypotheses],
            **({"reranking_scores": reranked} if any(x is not None for x in reranked) else {}),
            "source_tokens": self.source_pieces,
            "tokens": [found.pieces for found in self.hypotheses],
            "attention": attention or None,
            "cut": self.cut,
            "copied": self.copied,
            "restored": self.restored,
            **({} if self.confidence is None else {"confidence": self.confidence}),
        }


def distinct(hypotheses: Iterable[Hypothesis], count: int) -> list[Hypothesis]:
    """The first `count` hypotheses whose texts differ: several spellings in pieces may give one."""
    by_text: dict[str, Hypothesis] = {}
    for hypothesis in hypotheses:
        by_text.setdefault(hypothesis.text, hypothesis)
    return list(by_text.values())[:count]


def _rounded(attention: np.ndarray) -> list[list[float]]:
    return [[round(weight, 4) for weight in row] for row in attention.tolist()]


def warn_of_cut(text: str) -> None:
    """Says in the log that no more than the beginning of a sentence is read."""
    _log.warning(
        "Sentence cut to its first %d tokens: %s…", MAX_SOURCE_LENGTH, printable(text[:40])
    )


@dataclass(frozen=True)
class PairScore:
    """How probable a given translation is.

    Attributes:
        source: The sentence.
        target: The translation.
        pieces: The pieces of the translation, EOS last.
        log_probabilities: The natural logarithm of the probability of each piece after those before
            it.
    """

    source: str
    target: str
    pieces: list[str]
    log_probabilities: list[float]

    @property
    def log_probability(self) -> float:
        """The natural logarithm of the probability of the whole translation."""
        return math.fsum(self.log_probabilities)

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values."""
        return {
            "source": self.source,
            "target": self.target,
            "tokens": self.pieces,
            "log_probabilities": self.log_probabilities,
            "log_probability": self.log_probability,
        }
