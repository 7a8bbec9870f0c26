"""A heat map of rectangles, whose strength is their opacity: it suits light and dark grounds."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.pictures.theme import opacity

CELL = 0.42  # inches of a side
_FEWEST_FOR_NUMBERS = 0.1  # share of the largest from which on a cell shows its number
_SMALL = 12  # columns up to which cells have room for numbers


def heat_map(
    picture: Picture,
    axes: Axes,
    values: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    tip: Callable[[int, int], str],
    *,
    largest: float | None = None,
    numbers: bool = True,
) -> None:
    """Draws a rectangle for each value; negative ones have the contrasting colour.

    Args:
        picture: Where to.
        axes: Where to in it.
        values: `(rows, columns)`.
        rows: Their names, from the top down.
        columns: Their names.
        tip: What is said of the value at a row and a column.
        largest: The value of full strength; that of the largest by default.
        numbers: Whether a cell shows its value, where there is room.
    """
    theme = picture.theme
    largest = largest or float(np.abs(values).max(initial=0.0)) or 1.0
    numbers = numbers and len(columns) <= _SMALL

    for row in range(len(rows)):
        for column in range(len(columns)):
            value = float(values[row, column])
            strength = min(abs(value) / largest, 1.0)
            colour = theme.accent if value >= 0 else theme.contrast
            place = (column - 0.5, row - 0.5)
            cell = Rectangle(place, 0.94, 0.94, facecolor=colour, alpha=opacity(strength))
            cell.set_clip_on(False)  # it fills its place exactly
            axes.add_patch(cell)
            picture.tip(cell, tip(row, column))
            if numbers and strength >= _FEWEST_FOR_NUMBERS:
                axes.text(
                    column - 0.03,
                    row,
                    f"{value:.2f}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color=theme.text_on(strength),
                )

    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.xaxis.tick_top()
    name_columns(picture, axes, columns)
    names = [picture.words(row) for row in rows]
    axes.set_yticks(range(len(rows)), names, color=theme.ink, fontsize=9)
    bare(axes)


def name_columns(picture: Picture, axes: Axes, columns: Sequence[str]) -> None:
    """Writes a name at each column, slanted where one is long."""
    names = [picture.words(column) for column in columns]
    slanted = any(len(name) > 3 for name in names)
    axes.set_xticks(
        range(len(columns)),
        names,
        rotation=50 if slanted else 0,
        ha="left" if slanted else "center",
        rotation_mode="anchor",
        color=picture.theme.ink,
        fontsize=9,
    )
