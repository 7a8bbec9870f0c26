"""The picture of `context`: a dot for each sentence vector, crosses for the texts."""

import numpy as np

from seq2seq.explain.pictures.labels import label_points
from seq2seq.explain.pictures.picture import Picture, bare
from seq2seq.explain.topics.context import Context

_MOST_DOTS = 1500  # more make a file that no browser likes


def draw(context: Context, *, dark: bool = False) -> Picture:
    """Draws the map with its groups in colours."""
    picture = Picture(8.0, 6.0, dark=dark)
    theme = picture.theme
    (axes,) = picture.axes_of()

    every = -(-len(context.sentences) // _MOST_DOTS)
    groups = np.array(context.groups)
    for number, group in enumerate(dict.fromkeys(sorted(context.groups))):
        places = np.flatnonzero(groups == group)[::every]
        colour = theme.series[number % len(theme.series)]
        dots = axes.scatter(
            *context.places[places].T,
            s=16,
            color=colour,
            alpha=0.7,
            linewidths=0,
            label=f"{group} ({(groups == group).sum()})",
        )
        picture.tip_each(dots, [context.sentences[place] for place in places])

    for point in context.points:
        x, y = point.place
        (cross,) = axes.plot(x, y, "X", color=theme.ink, markersize=9)
        picture.tip(cross, f"{point.name}: {point.text}")

    first, second = context.explained
    axes.set_xlabel(f"first principal axis, {first:.0%} of the variance")
    axes.set_ylabel(f"second, {second:.0%}")
    axes.set_xticks([])
    axes.set_yticks([])
    picture.legend_of(axes, loc="best")
    bare(axes, ("top", "right"))
    picture.heading(f"{len(context.sentences)} sentence vectors, by {context.by}")
    picture.arrange()
    labels = [(tuple(point.place), f"{point.name}: {point.text}") for point in context.points]
    label_points(picture, axes, labels)
    return picture
