"""The picture of `step`: a table of vectors for each layer, and bars of the likeliest pieces."""

import numpy as np
from matplotlib.axes import Axes

from seq2seq.explain.pictures.heat_map import CELL
from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.topics.step import Layer, TimeStep

_UNITS = 8  # columns of a table


def draw(step: TimeStep, *, dark: bool = False) -> Picture:
    """Draws the tables one below the other, the likeliest pieces last."""
    heights = [CELL * (len(step.rows(layer)) + 1.5) for layer in step.layers]
    heights.append(CELL * (len(step.likeliest) + 1.5))
    picture = Picture(8.0, sum(heights) + 0.6, dark=dark)
    axes = picture.axes_of(len(heights), height_ratios=heights)

    for axis, layer in zip(axes, step.layers, strict=False):
        _table(picture, axis, step, layer)
    _bars(picture, axes[-1], step)

    picture.heading(f"Step {step.position}: reads {step.reads}, is to write {step.writes}")
    picture.arrange()
    return picture


def _table(picture: Picture, axes: Axes, step: TimeStep, layer: Layer) -> None:
    """A row for each vector, its numbers over their strength."""
    theme = picture.theme
    rows = step.rows(layer)
    for place, (name, values) in enumerate(rows):
        largest = float(np.abs(values).max(initial=0.0)) or 1.0
        for column, value in enumerate(values[:_UNITS]):
            colour = theme.accent if value >= 0 else theme.contrast
            strength = abs(float(value)) / largest
            cell = axes.barh(
                place,
                0.96,
                left=column - 0.5,
                height=0.9,
                color=colour,
                alpha=0.05 + 0.5 * strength,
            )[0]
            picture.tip(cell, f"{layer.name}, {name}, unit {column}: {value:.5f}")
            axes.text(
                column, place, f"{value:.3f}", ha="center", va="center", fontsize=8, color=theme.ink
            )
        if len(values) > _UNITS:
            axes.text(
                _UNITS - 0.3,
                place,
                f"… {len(values)} in all",
                va="center",
                fontsize=8,
                color=theme.muted,
            )

    axes.set_xlim(-0.5, _UNITS + 1.2)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], color=theme.ink)
    picture.title(axes, f"{layer.name} ({step.cell})")
    bare(axes)


def _bars(picture: Picture, axes: Axes, step: TimeStep) -> None:
    """The probabilities of the likeliest pieces."""
    theme = picture.theme
    for place, likely in enumerate(step.likeliest):
        bar = axes.barh(place, likely.probability, color=theme.accent, alpha=0.75, height=0.7)[0]
        picture.tip(bar, f"{likely.piece}: logit {likely.logit:.3f}, {likely.probability:.4f}")
        text = f"{likely.probability:.3f}   logit {likely.logit:.2f}"
        axes.text(
            likely.probability + 0.01, place, text, va="center", fontsize=8, color=theme.muted
        )

    pieces = [picture.words(likely.piece) for likely in step.likeliest]
    axes.set_yticks(range(len(pieces)), pieces, color=theme.ink)
    axes.set_xlim(0, 1.25)
    axes.set_xticks([])
    axes.invert_yaxis()
    picture.title(axes, "The likeliest pieces, softmax of the logits")
    bare(axes)
