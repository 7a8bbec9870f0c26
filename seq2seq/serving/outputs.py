"""Rows of what a signature returned, without what their batch added to them."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from seq2seq.serving.translation import PAD_PIECE
from seq2seq.serving.version import Tensors

Keep = Callable[[Tensors], Tensors]

_PAD = PAD_PIECE.encode()


def own(row: Tensors) -> Tensors:
    """A copy of a row as wide as its own pieces: a batch is as wide as its longest sentence.

    Rows of models that return no pieces stay as they are.
    """
    if "pieces" not in row or "source_pieces" not in row:
        return {name: _copied(array) for name, array in row.items()}

    width = _width(row["pieces"])
    source_width = _width(row["source_pieces"])
    parts: dict[str, tuple] = {
        "pieces": (..., slice(width)),
        "probability": (..., slice(width)),
        "source_pieces": (slice(source_width),),
        "attention": (..., slice(width), slice(source_width)),
    }
    return {
        name: _copied(array[parts[name]] if name in parts else array) for name, array in row.items()
    }


def only(names: Collection[str]) -> Keep:
    """Makes a function that keeps these outputs of a row as `own` does."""
    return lambda row: own({name: row[name] for name in row if name in names})


def values(row: Tensors) -> int:
    """How many numbers and strings a row has."""
    return sum(np.size(array) for array in row.values())


def _copied(value: Any) -> Any:
    """A copy of an array; a number or a string is no part of one."""
    return value.copy() if isinstance(value, np.ndarray) else value


def _width(pieces: np.ndarray) -> int:
    """How many places are filled, by any of the rows."""
    is_filled = (pieces != _PAD).any(axis=tuple(range(pieces.ndim - 1)))
    filled = np.flatnonzero(is_filled)
    return int(filled[-1]) + 1 if len(filled) else 0
