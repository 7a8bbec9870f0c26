"""The second readings of sentences with literals, and the choice, see `translation.readings`."""

from collections.abc import Awaitable, Callable, Sequence
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
    questions,
    second_is_taken,
    second_readings,
)
from seq2seq.translation.result import Hypothesis, Translation

_LEAST = 1e-30  # probability whose logarithm is taken

Attention = Callable[
    [Sequence[Protected], Sequence[Tensors]], Awaitable[list[dict[int, np.ndarray]]]
]
"""The attention of the hypotheses of some rows by their ranks, where it is needed."""


class Answered(NamedTuple):
    """A reading of a sentence, and the row of what a signature returned for it."""

    protected: Protected
    row: Tensors


async def chosen_readings(
    request: TranslateRequest,
    version: Version,
    signature: Signature,
    batcher: Batcher,
    answered: Sequence[Answered],
    attention: Attention,
) -> list[Answered]:
    """The readings of sentences that are shown, each with its row.

    A greedy search is asked for to be fast, and a prefix is of the first reading.

    Args:
        request: What is asked for.
        version: The model.
        signature: Its signature.
        batcher: What runs it.
        answered: The sentences with placeholders.
        attention: Finds what is needed to choose.
    """
    chosen = list(answered)
    asks = version.signatures.get(PREFIX)
    if signature.name == GREEDY or request.prefix is not None or asks is None:
        return chosen
    seconds = second_readings(version.note.protector, [one.protected for one in answered])
    if not seconds:
        return chosen

    texts = [one.text for one in seconds.values()]
    rows = await batcher.run(signature, inputs_of(signature, texts, [[]] * len(texts)), keep=own)
    needed = await attention([*seconds.values()], rows)
    asked: dict[int, list[Question]] = {}
    again: dict[int, Answered] = {}
    for (place, second), row, weights in zip(seconds.items(), rows, needed, strict=True):
        again[place] = Answered(second, row)
        asked[place] = questions(
            Read(answered[place].protected, _found(answered[place].row), {}.get),
            Read(second, _found(row), weights.get),
        )

    answers = iter(await _log_probabilities(asks, batcher, asked))
    for place, some in asked.items():
        if some and second_is_taken(some, [next(answers) for _ in some]):
            chosen[place] = again[place]
    return chosen


async def _log_probabilities(
    signature: Signature, batcher: Batcher, asked: dict[int, list[Question]]
) -> list[list[float]]:
    """The log-probabilities of the pieces of each question."""
    all_of_them = [question for some in asked.values() for question in some]
    if not all_of_them:
        return []
    texts = [one.reading.text for one in all_of_them]
    pieces = [one.pieces for one in all_of_them]
    rows = await batcher.run(signature, inputs_of(signature, texts, pieces), keep=own)
    return [
        np.log(np.maximum(row["probability"][0, : len(some)], _LEAST)).tolist()
        for row, some in zip(rows, pieces, strict=True)
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
