"""The picture of `attention`: a heat map for each translation, source pieces across the top."""

from functools import partial

from seq2seq.explain.pictures.heat_map import CELL, heat_map
from seq2seq.explain.pictures.picture import Picture
from seq2seq.explain.topics.attention import Attention, Rows

_ROOM = 1.6  # inches for the names of rows and columns


def draw(attention: Attention, *, dark: bool = False) -> Picture:
    """Draws the attention of each translation, one below the other."""
    shown = attention.translations
    heights = [CELL * len(rows.pieces) + _ROOM for rows in shown]
    width = CELL * len(attention.source_pieces) + _ROOM
    picture = Picture(max(width, 4.0), sum(heights), dark=dark)

    axes = picture.axes_of(len(shown), height_ratios=heights)
    for place, (axis, rows) in enumerate(zip(axes, shown, strict=True), 1):
        heat_map(
            picture,
            axis,
            rows.weights,
            rows.pieces,
            attention.source_pieces,
            partial(_tip, attention, rows),
            largest=1.0,
        )
        title = rows.text if rows.score is None else f"{place}. {rows.text}   ({rows.score:.2f})"
        picture.title(axis, title)
    picture.arrange()
    return picture


def _tip(attention: Attention, rows: Rows, row: int, column: int) -> str:
    weight = rows.weights[row, column]
    return f"{rows.pieces[row]} looks at {attention.source_pieces[column]}: {weight:.3f}"
