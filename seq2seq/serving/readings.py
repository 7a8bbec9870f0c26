"""The second readings of sentences with literals, and the choice, see `translation.readings`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from seq2seq.exports.signatures import GREEDY, PREFIX
from seq2seq.serving.batching import Batcher
from seq2seq.serving.details import pieces_of
from seq2seq.serving.outputs import own
from seq2seq.serving.translation import TranslateRequest, inputs_of
from seq2seq.serving.version import Signature, Tensors, Version
from seq2seq.translation.protected import Protected
from seq2seq.translation.readings import (
    Question,
    Read,
    log_probabilities,
    questions,
    second_readings,
    taken,
)
from seq2seq.translation.result import Hypothesis, Translation

Attention = Callable[
    [Sequence[Protected], Sequence[Tensors]], Awaitable[list[dict[int, np.ndarray]]]
]
"""The attention of the hypotheses of some rows by their ranks, where it is needed."""


class Answered(NamedTuple):
    """A reading of a sentence, and what a model answered.

    Attributes:
        protected: The reading.
        row: What a signature returned for it.
        attention: The attention of its hypotheses by their ranks, where it is needed.
    """

    protected: Protected
    row: Tensors
    attention: Mapping[int, np.ndarray] = MappingProxyType({})


async def chosen_readings(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    answered: Sequence[Answered],
    attention: Attention,
) -> list[Answered]:
    """The readings of sentences that are shown, each with the attention it needs.

    Args:
        request: What is asked for.
        version: The model.
        signature: Its signature.
        batcher: What runs it.
        answered: The sentences with placeholders.
        attention: Finds the attention that is needed.
    """
    shown = await _taken_seconds(request, version, signature, batcher, answered, attention)
    firsts = [place for place in range(len(answered)) if place not in shown]
    needed = await attention(
        [answered[place].protected for place in firsts], [answered[place].row for place in firsts]
    )
    for place, weights in zip(firsts, needed, strict=True):
        shown[place] = answered[place]._replace(attention=weights)
    return [shown[place] for place in range(len(answered))]


async def _taken_seconds(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    answered: Sequence[Answered],
    attention: Attention,
) -> dict[int, Answered]:
    """The second readings that are shown, by the places of their sentences.

    A greedy search is asked for to be fast, and a prefix is of the first reading.
    """
    asks = version.signatures.get(PREFIX)
    if signature.name == GREEDY or request.prefix is not None or asks is None:
        return {}
    seconds = second_readings(version.note.protector, [one.protected for one in answered])
    if not seconds:
        return {}

    texts = [one.text for one in seconds.values()]
    rows = await batcher.run(signature, inputs_of(signature, texts, [[]] * len(texts)), keep=own)
    needed = await attention([*seconds.values()], rows)
    asked: dict[int, list[Question]] = {}
    again: dict[int, Answered] = {}
    for (place, second), row, weights in zip(seconds.items(), rows, needed, strict=True):
        again[place] = Answered(second, row, weights)
        asked[place] = questions(
            Read(answered[place].protected, _found(answered[place].row), {}.get),
            Read(second, _found(row), weights.get),
        )

    answers = await _answers(asks, batcher, [*chain.from_iterable(asked.values())])
    return {place: again[place] for place in taken(asked, answers)}


async def _answers(
    signature: Signature, batcher: Batcher, asked: Sequence[Question]
) -> list[list[float]]:
    """The log-probabilities of the pieces of each question."""
    if not asked:
        return []
    texts = [one.reading.text for one in asked]
    pieces = [one.pieces for one in asked]
    rows = await batcher.run(signature, inputs_of(signature, texts, pieces), keep=own)
    return [
        log_probabilities(row["probability"][0], one) for row, one in zip(rows, asked, strict=True)
    ]


def _found(row: Tensors) -> Translation:
    """The best translation of a row; none if there is none, or if its pieces are not told."""
    source_pieces = pieces_of(row["source_pieces"]) if "source_pieces" in row else []
    if "pieces" not in row or not np.isfinite(row["score"][0]):
        return Translation("", [], source_pieces)

    pieces = pieces_of(row["pieces"][0])
    attention = None
    if "attention" in row and row["attention"].any():
        attention = row["attention"][0, : len(pieces), : len(source_pieces)]
    text = row["translation"][0].decode(errors="replace")
    best = Hypothesis(text, float(row["score"][0]), pieces, attention)
    return Translation("", [best], source_pieces)
