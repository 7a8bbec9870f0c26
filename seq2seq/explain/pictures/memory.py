"""The picture of `memory`: contributions beside attention, with a mark where they disagree."""

from functools import partial

import numpy as np

from seq2seq.explain.pictures.heat_map import CELL, heat_map
from seq2seq.explain.pictures.picture import Picture
from seq2seq.explain.topics.memory import Memory

_ROOM = 1.8  # inches for the names of rows and columns
_TITLE = 4.2  # inches of the longer title with the names of rows before it


def draw(memory: Memory, *, dark: bool = False) -> Picture:
    """Draws one heat map, or two where there is attention."""
    panels = [("what moves it (gradient × input, signed share)", _signed(memory))]
    if memory.attention is not None:
        panels.append(("what the attention looks at", memory.attention))

    width = max(CELL * len(memory.source_pieces) + _ROOM, _TITLE)
    height = CELL * len(memory.target_pieces) + _ROOM
    picture = Picture(width * len(panels), height, dark=dark)
    axes = picture.axes_of(1, len(panels))

    rows = [
        f"{piece}  ≠" if differs else piece
        for piece, differs in zip(memory.target_pieces, memory.disagree, strict=True)
    ]
    for axis, (title, values) in zip(axes, panels, strict=True):
        say = partial(_tip, memory, title, values)
        heat_map(picture, axis, values, rows, memory.source_pieces, say, largest=1.0)
        picture.title(axis, title)
    picture.heading(f"{memory.source} → {memory.target}")
    picture.arrange()
    return picture


def _signed(memory: Memory) -> np.ndarray:
    return memory.shares() * np.sign(memory.contributions)


def _tip(memory: Memory, title: str, values: np.ndarray, row: int, column: int) -> str:
    target, source = memory.target_pieces[row], memory.source_pieces[column]
    moved = memory.contributions[row, column]
    return f"{target} from {source}\n{title}: {values[row, column]:.3f}\n{moved:+.3f} nats"
