"""Labels of points cover neither each other nor the legend, and stay in the picture."""

import itertools

import pytest

from seq2seq.explain.pictures.labels import label_points
from seq2seq.explain.pictures.picture import Picture, drawing

TEXTS = [
    "text: I am a student.",
    "other text: Is she a student of English?",
    "mean of both: 나는 학생이야?",
]


@pytest.mark.parametrize(
    "points",
    [
        [(0.5, 0.5), (0.5, 0.5), (0.5, 0.5)],
        [(0.5, 0.5), (0.52, 0.49), (0.51, 0.495)],
        [(1.0, 1.0), (0.99, 1.0), (0.995, 1.0)],
        [(0.0, 0.0), (1.0, 0.0), (0.5, 0.0)],
    ],
)
def test_labels_cover_nothing_and_stay_in_the_axes(points):
    with drawing(dark=False):
        picture = Picture(8.0, 6.0)
        (axes,) = picture.axes_of()
        axes.scatter([0, 1], [0, 1], label="all")
        picture.legend_of(axes, loc="upper right")
        picture.arrange()
        labels = label_points(picture, axes, list(zip(points, TEXTS, strict=True)))

        boxes = [label.get_window_extent() for label in labels]
        room = axes.get_window_extent()
        assert all(room.x0 <= box.x0 and box.x1 <= room.x1 for box in boxes)
        assert all(room.y0 <= box.y0 and box.y1 <= room.y1 for box in boxes)
        boxes.append(axes.get_legend().get_window_extent())
        assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_label_that_is_too_long_is_cut():
    with drawing(dark=False):
        picture = Picture(8.0, 6.0)
        (axes,) = picture.axes_of()
        (label,) = label_points(picture, axes, [((0.5, 0.5), "word " * 40)])
        assert label.get_text().endswith("…")
        assert len(label.get_text()) <= 60
