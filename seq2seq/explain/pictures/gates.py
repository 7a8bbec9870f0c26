"""The picture of `gates`: the gates and the state of the units that open most, over time."""

from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from seq2seq.explain.columns import columns
from seq2seq.explain.pictures.heat_map import CELL, heat_map
from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.pictures.theme import opacity
from seq2seq.explain.topics.gates import Gates

_UNITS = 6
_ROOM = 1.5  # inches for the names of rows and columns
_COLUMNS = 2
_SENTENCES = 3  # that excite the unit and are drawn
_LINE = 0.45  # inches of a sentence
_LETTER = 0.11  # inches


def draw(gates: Gates, *, dark: bool = False) -> Picture:
    """Draws a heat map for each gate and for the state, and the sentences that excite the unit."""
    layer = gates.layer
    units = layer.most_open(_UNITS)
    if gates.unit is not None:
        units = np.unique([*units[: _UNITS - 1], gates.unit])
    panels = layer.gates | {f"{name} after": state[1:] for name, state in layer.states.items()}

    lines = -(-len(panels) // _COLUMNS)
    columns = min(len(panels), _COLUMNS)
    width = columns * (CELL * len(layer.pieces) + _ROOM)
    heights = [CELL * (len(units) + 1) + _ROOM] * lines
    if gates.excited:
        heights.append(_LINE * _SENTENCES + 0.5)
        width = max(width, 8.0)
    picture = Picture(max(width, 5.0), sum(heights), dark=dark)
    grid = picture.add_gridspec(len(heights), columns, height_ratios=heights)

    for place, (name, values) in enumerate(panels.items()):
        axes = picture.add_subplot(grid[divmod(place, columns)])
        _draw_panel(picture, axes, gates, name, values[:, units], units.tolist())
    if gates.excited:
        _draw_excited(picture, picture.add_subplot(grid[lines, :]), gates)

    picture.heading(f"{gates.shown} ({gates.cell})")
    picture.arrange()
    return picture


def _draw_panel(
    picture: Picture, axes: Axes, gates: Gates, name: str, values: np.ndarray, units: list[int]
) -> None:
    """A heat map with a row for each unit."""
    pieces = gates.layer.pieces
    rows = [f"unit {unit}" for unit in units]
    say = partial(_tip, name, rows, pieces, values.T)
    heat_map(picture, axes, values.T, rows, pieces, say, largest=1.0, numbers=False)
    picture.title(axes, name)


def _draw_excited(picture: Picture, axes: Axes, gates: Gates) -> None:
    """A line for each sentence, its pieces on the strength of the unit after them."""
    theme = picture.theme
    longest = 0.0
    for line, excited in enumerate(gates.excited[:_SENTENCES]):
        left = 0.0
        for piece, value in zip(excited.pieces, excited.values.tolist(), strict=True):
            width = _LETTER * (columns(piece) + 1)
            colour = theme.accent if value >= 0 else theme.contrast
            strength = min(abs(value), 1.0)
            cell = Rectangle(
                (left, line - 0.4),
                width * 0.96,
                0.8,
                facecolor=colour,
                alpha=opacity(strength),
            )
            axes.add_patch(cell)
            picture.tip(cell, f"unit {gates.unit} after {piece}: {value:.3f}")
            axes.text(
                left + width / 2,
                line,
                picture.words(piece),
                ha="center",
                va="center",
                color=theme.text_on(strength),
            )
            left += width
        longest = max(longest, left)

    axes.set_xlim(0, max(longest, picture.get_figwidth() - 0.8))
    axes.set_ylim(_SENTENCES - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    picture.title(axes, f"Sentences in which unit {gates.unit} is largest")
    bare(axes)


def _tip(
    name: str, rows: list[str], pieces: list[str], values: np.ndarray, row: int, column: int
) -> str:
    return f"{rows[row]}, {name}, at {pieces[column]}: {values[row, column]:.3f}"
