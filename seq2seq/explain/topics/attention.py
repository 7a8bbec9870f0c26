"""Attention: what of the source each piece of a translation looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seq2seq.errors import InputError
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.sentence import (
    Candidate,
    Sentence,
    find,
    read_source,
    read_target,
    single_model,
    words_of,
)
from seq2seq.translation.translator import Translator


@dataclass(frozen=True)
class Rows:
    """The attention of one translation.

    Attributes:
        text: The translation.
        score: Log-probability / length penalty; None where the translation was given.
        pieces: Its pieces or words, `(target_length,)`.
        weights: `(target_length, source_length)`. A row sums to 1.
    """

    text: str
    score: float | None
    pieces: list[str]
    weights: np.ndarray


@dataclass(frozen=True)
class Attention(Explanation):
    """What the translations of a text attend to.

    Attributes:
        source: The text.
        source_pieces: Its pieces or words, `(source_length,)`.
        translations: The best ones, best first, or the one that was given.
        words: Whether pieces are joined to words. A column is then the sum of its pieces' columns,
            a row the mean of its pieces' rows.
    """

    topic: ClassVar[str] = "attention"

    source: str
    source_pieces: list[str]
    translations: list[Rows]
    words: bool

    def lines(self) -> list[str]:
        """For each piece of the best translation, the source piece that it attends to most."""
        lines = []
        for rank, rows in enumerate(self.translations, 1):
            score = "" if rows.score is None else f"  score {rows.score:.3f}"
            lines.append(f"{rank}. {rows.text}{score}")

        best = self.translations[0]
        for piece, weights in zip(best.pieces, best.weights, strict=True):
            most = int(weights.argmax())
            lines.append(f"   {piece}  looks at {self.source_pieces[most]} ({weights[most]:.2f})")
        return lines


def attention(
    translator: Translator,
    text: str,
    *,
    target: str | None = None,
    n_best: int = 1,
    beam_size: int = 5,
    length_penalty: float = 1.0,
    words: bool = False,
) -> Attention:
    """Tells what the best translations of a text attend to, piece by piece.

    Args:
        translator: A translator whose model has attention.
        text: The source text.
        target: A translation of it, in the place of those that the search finds.
        n_best: Translations.
        beam_size: Hypotheses that the search keeps.
        length_penalty: That of the search.
        words: Whether to join pieces to words.

    Raises:
        InputError: The model has no attention, or something given cannot be used.
    """
    model = single_model(translator)
    if not model.attends:
        raise InputError(
            "Expected a model with attention. Received: one without. "
            "seq2seq explain memory shows what such a model reads of the source."
        )

    source = read_source(translator, text)
    if target is None:
        options = {"beam_size": beam_size, "n_best": n_best, "length_penalty": length_penalty}
        found: Sequence[Candidate] = find(translator, source, **options)
        given = [(candidate.sentence, candidate.score) for candidate in found]
    else:
        given = [(read_target(translator, source.text, target), None)]

    shown = []
    for sentence, score in given:
        weights = attention_of(translator, source, sentence)
        pieces = sentence.pieces
        if words:
            pieces, weights = _joined(sentence, source, weights)
        shown.append(Rows(sentence.text, score, pieces, weights))

    columns = [word for word, _ in words_of(source.pieces)] if words else source.pieces
    return Attention(source.text, columns, shown, words)


def attention_of(translator: Translator, source: Sentence, target: Sentence) -> np.ndarray:
    """The attention of a translation, `(target_length, source_length)`."""
    tokens = target.tokens[np.newaxis, np.newaxis].astype(np.int32)
    return translator.attend(source.tokens[np.newaxis], tokens).numpy()[0, 0]


def _joined(
    target: Sentence, source: Sentence, weights: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """The words of a translation, and the attention between words."""
    columns = [weights[:, places].sum(1) for _, places in words_of(source.pieces)]
    by_word = np.stack(columns, 1)  # (target_length, source_words)

    rows = words_of(target.pieces)
    means = [by_word[places].mean(0) for _, places in rows]
    return [word for word, _ in rows], np.stack(means)
