"""Translations with what their sentences keep letter for letter, for all that translates."""

import dataclasses
from collections.abc import Callable

import numpy as np

from seq2seq.ids import EOS_PIECE, SPACE
from seq2seq.translation.protected import Protected
from seq2seq.translation.restoration import (
    is_whole,
    needs_attention,
    restore,
    shown_source,
)
from seq2seq.translation.result import Hypothesis, Translation, distinct


def kept(
    protected: Protected,
    found: Translation,
    attend: Callable[[int], np.ndarray | None],
    *,
    n_best: int | None = None,
) -> Translation:
    """The translation of a sentence, of what a search found for the text that was read.

    Args:
        protected: The sentence.
        found: What the search found.
        attend: Gives the attention of a hypothesis by its rank, `(target_length, source_length)`,
            for those that were found without. None if the model has none.
        n_best: Most hypotheses, of which no two have the same text. None keeps all that were found.
    """
    if protected.own is not None:
        return _own(protected, protected.own)

    hypotheses = []
    for rank, hypothesis in enumerate(found.hypotheses):
        if not is_whole(protected, hypothesis.text):
            attention = hypothesis.attention
            if attention is None and needs_attention(protected, hypothesis.text):
                attention = attend(rank)
            text, pieces, lost = restore(
                protected, hypothesis.text, hypothesis.pieces, found.source_pieces, attention
            )
            hypothesis = dataclasses.replace(hypothesis, text=text, pieces=pieces, restored=lost)
        hypotheses.append(hypothesis)

    if n_best is not None:
        hypotheses = distinct(hypotheses, n_best)
    return dataclasses.replace(
        found,
        source=protected.shown,
        hypotheses=hypotheses,
        source_pieces=shown_source(protected, found.source_pieces),
        copied=protected.copied,
    )


def _own(protected: Protected, text: str) -> Translation:
    """The translation of a sentence that is its own, or that of its terms."""
    pieces = own_pieces(text)
    source_pieces = own_pieces(protected.source)
    return Translation(
        source=protected.source,
        hypotheses=[Hypothesis(text=text, score=0.0, pieces=pieces)],
        source_pieces=source_pieces,
        copied=protected.copied,
    )


def own_pieces(text: str) -> list[str]:
    """Pieces for a text that no model has cut: its words, and EOS."""
    return [*(SPACE + word for word in text.split()), EOS_PIECE]
