"""Labels beside points, each where it covers nothing else."""

import itertools
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from seq2seq.explain.pictures.picture import Picture

Point = tuple[float, float]

_LONGEST = 60  # letters
_BESIDE = 8  # points from a point to its label
_ROWS = (6, -14, 22, -30, 38, -46, 54, -62, 70, -78)  # points above it, nearest first
_RADIUS = 4  # of a point, in points


def label_points(
    picture: Picture, axes: Axes, labels: Sequence[tuple[Point, str]]
) -> list[Annotation]:
    """Writes a label beside each point; called last, when everything else has its place.

    As far as there is room, a label stays in the axes and covers no other label, no labelled point
    and not the legend.

    Args:
        picture: The picture.
        axes: Its axes.
        labels: The points in the coordinates of the axes, and their texts.
    """
    legend = axes.get_legend()
    taken = [legend.get_window_extent()] if legend else []
    taken += [_around(picture, axes, point) for point, _ in labels]

    written = []
    for point, text in labels:
        short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        label = axes.annotate(
            picture.words(short),
            point,
            xytext=(0, 0),
            textcoords="offset points",
            color=picture.theme.ink,
            fontsize=8,
            bbox={
                "boxstyle": "round,pad=0.1",
                "facecolor": picture.theme.ground,
                "edgecolor": "none",
                "alpha": 0.75,
            },
        )
        _place(picture, axes, label, taken)
        taken.append(label.get_window_extent())
        written.append(label)
    return written


def _place(picture: Picture, axes: Axes, label: Annotation, taken: list[Bbox]) -> None:
    """Moves a label to the nearest of its places where it covers least."""
    room = axes.get_window_extent()
    width = label.get_window_extent().width * 72 / picture.dpi
    columns = (_BESIDE, -_BESIDE - width, -width / 2)

    def lost(place: Point) -> float:
        label.set_position(place)
        box = label.get_window_extent()
        outside = box.width * box.height - _common(box, room)
        return outside + sum(_common(box, other) for other in taken)

    places = [(column, row) for row, column in itertools.product(_ROWS, columns)]
    label.set_position(min(places, key=lost))


def _around(picture: Picture, axes: Axes, point: Point) -> Bbox:
    """What a point covers, in dots."""
    x, y = axes.transData.transform(point)
    radius = _RADIUS * picture.dpi / 72
    return Bbox([[x - radius, y - radius], [x + radius, y + radius]])


def _common(box: Bbox, other: Bbox) -> float:
    """The area that two boxes share."""
    shared = Bbox.intersection(box, other)
    return shared.width * shared.height if shared else 0.0
