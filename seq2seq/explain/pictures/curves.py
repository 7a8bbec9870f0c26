"""The picture of `curves`: a panel for each quantity, a curve for each run."""

import numpy as np
from matplotlib.axes import Axes

from seq2seq.explain.pictures.picture import Picture, bare, log_axis
from seq2seq.explain.topics.curves import QUANTITIES, Curves

_COLUMNS = 3
_LOGARITHMIC = ("perplexity", "gradient_norm", "learning_rate")


def draw(curves: Curves, *, dark: bool = False) -> Picture:
    """Draws what at least one run has measured."""
    measured = [
        name
        for name in QUANTITIES
        if any(np.isfinite(run.values[name]).any() for run in curves.runs)
    ]
    rows = -(-len(measured) // _COLUMNS)
    picture = Picture(4.0 * _COLUMNS, 2.8 * rows, dark=dark)
    axes = picture.axes_of(rows, _COLUMNS)

    for axis, name in zip(axes, measured, strict=False):
        _draw_quantity(picture, axis, curves, name)
    for axis in axes[len(measured) :]:
        axis.set_axis_off()
    picture.legend_of(axes[0])
    picture.arrange()
    return picture


def _draw_quantity(picture: Picture, axes: Axes, curves: Curves, name: str) -> None:
    for place, run in enumerate(curves.runs):
        colour = picture.theme.series[place % len(picture.theme.series)]
        values = run.values[name]
        over = run.steps if curves.over == "steps" else run.minutes
        axes.plot(over, values, color=colour, label=picture.words(run.name))
        for x, value in zip(over, values, strict=True):
            if np.isfinite(value):
                (dot,) = axes.plot(x, value, "o", color=colour, markersize=3)
                picture.tip(dot, f"{run.name}, {x:g} {curves.over}: {value:.4g}")

    if name in _LOGARITHMIC:
        axes.set_yscale("log")
        log_axis(axes.yaxis)
    picture.title(axes, QUANTITIES[name])
    axes.set_xlabel(curves.over)
    axes.grid(alpha=0.5)
    bare(axes, ("top", "right"))
