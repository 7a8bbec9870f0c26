"""A matplotlib figure that knows its colours, its fonts and what to say under the pointer."""

import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from seq2seq.explain.fonts import drawable, font_families, warn_of_missing
from seq2seq.explain.pictures.theme import DARK, LIGHT, Theme

_SVG = "http://www.w3.org/2000/svg"
_MARGIN = 0.05  # inches above a heading
_HEADING = 0.35  # inches
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_RESOLUTION = 160  # dots per inch of a PNG


class Picture(Figure):
    """A figure, shown by a notebook, with a tip for every part that has one.

    Args:
        width, height: Inches.
        dark: Whether the ground is dark.

    Attributes:
        theme: The colours.
        tips: What is said of a part, by the name that it has in the SVG.
        tips_of_points: What is said of each of the points that were drawn together.
    """

    def __init__(self, width: float, height: float, *, dark: bool = False):
        self.theme: Theme = DARK if dark else LIGHT
        self.tips: dict[str, str] = {}
        self.tips_of_points: dict[str, list[str]] = {}
        self._texts: list[str] = []
        self._below = 0.0  # inches of the heading
        super().__init__(figsize=(width, height), facecolor=self.theme.ground)

    def axes_of(self, rows: int = 1, columns: int = 1, **options: Any) -> list[Axes]:
        """Axes in a grid, row by row, in the colours of the theme."""
        return list(self.subplots(rows, columns, squeeze=False, **options).flat)

    def words(self, text: str) -> str:
        """Text as the fonts can draw it. All text of a picture passes through here."""
        self._texts.append(text)
        return drawable(text)

    def tip(self, artist: Artist, text: str) -> None:
        """Says something of a part while the pointer is on it."""
        name = f"tip-{len(self.tips)}"
        artist.set_gid(name)
        self.tips[name] = text

    def tip_each(self, points: Collection, texts: Sequence[str]) -> None:
        """Says something of each of many points, which `scatter` has drawn."""
        name = f"points-{len(self.tips_of_points)}"
        points.set_gid(name)
        self.tips_of_points[name] = list(texts)

    def title(self, axes: Axes, text: str, **options: Any) -> None:
        """Puts a title above the left end of axes."""
        more = {"loc": "left", "fontsize": 10, "color": self.theme.ink, **options}
        axes.set_title(self.words(text), **more)

    def heading(self, text: str) -> None:
        """Puts a heading above everything."""
        top = 1 - _MARGIN / self.get_figheight()
        self.text(0.01, top, self.words(text), va="top", fontsize=12, color=self.theme.ink)
        self._below = _HEADING

    def arrange(self) -> None:
        """Gives everything the room that it needs, below the heading if there is one."""
        self.tight_layout(rect=(0, 0, 1, 1 - self._below / self.get_figheight()))

    def legend_of(self, axes: Axes, **options: Any) -> None:
        """Names the curves of axes."""
        axes.legend(frameon=False, labelcolor=self.theme.ink, fontsize=8, **options)

    def write(self, file: Path | io.BytesIO, suffix: str) -> None:
        """Writes an SVG or PNG picture."""
        if suffix == ".svg":
            content = self.svg().encode()
            file.write_bytes(content) if isinstance(file, Path) else file.write(content)
            return

        self._save(file, "png")

    def svg(self) -> str:
        """The picture as SVG whose letters are outlines, with the tips as titles."""
        buffer = io.BytesIO()
        self._save(buffer, "svg")
        ElementTree.register_namespace("", _SVG)
        ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
        root = ElementTree.fromstring(buffer.getvalue())
        for metadata in root.findall(f"{{{_SVG}}}metadata"):
            root.remove(metadata)

        for element in [*root.iter()]:
            name = element.get("id", "")
            if name in self.tips:
                _add_title(element, self.tips[name])
            if name in self.tips_of_points:
                _add_titles(element, self.tips_of_points[name])
            _shorten(element)
        return ElementTree.tostring(root, encoding="unicode")

    def _save(self, file: Any, kind: str) -> None:
        warn_of_missing(self._texts)
        with matplotlib.rc_context(_settings(self.theme)):
            self.savefig(
                file,
                format=kind,
                dpi=_RESOLUTION,
                bbox_inches="tight",
                pad_inches=0.15,
                metadata={"Date": None} if kind == "svg" else None,
            )

    def _repr_png_(self) -> bytes:
        """Lets a notebook show the picture without any setting."""
        buffer = io.BytesIO()
        self.write(buffer, ".png")
        return buffer.getvalue()


def _add_title(element: ElementTree.Element, text: str) -> None:
    title = ElementTree.Element(f"{{{_SVG}}}title")
    title.text = text
    element.insert(0, title)


def _add_titles(points: ElementTree.Element, texts: Sequence[str]) -> None:
    """Gives each of many points its title, and writes their common style once."""
    for place, (point, text) in enumerate(zip(points.iter(f"{{{_SVG}}}use"), texts, strict=True)):
        points.set("style", point.attrib.pop("style", ""))
        point.set("id", f"tip-{points.get('id')}-{place}")
        _add_title(point, text)


def _shorten(element: ElementTree.Element) -> None:
    """Leaves out spaces that nobody sees, and decimals of paths and places: half of the file."""
    if "d" in element.attrib:
        path = " ".join(element.attrib["d"].split())
        element.set("d", _LONG_NUMBER.sub(_rounded, path))
    for name in {"x", "y"} & element.attrib.keys():
        element.set(name, _LONG_NUMBER.sub(_rounded, element.attrib[name]))
    transform = element.get("transform", "")
    if transform.startswith("translate") and "scale" not in transform:
        element.set("transform", _LONG_NUMBER.sub(_rounded, transform))
    if element.tail and not element.tail.strip():
        element.tail = "\n"
    if element.text and not element.text.strip():
        element.text = None


def _rounded(number: re.Match[str]) -> str:
    """A number with two decimals, to a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def drawing(*, dark: bool) -> AbstractContextManager[None]:
    """A context with matplotlib's settings for pictures; afterwards they are what they were."""
    return matplotlib.rc_context(_settings(DARK if dark else LIGHT))


def _settings(theme: Theme) -> Any:
    return {
        "axes.edgecolor": theme.grid,
        "axes.facecolor": theme.ground,
        "axes.labelcolor": theme.muted,
        "axes.labelsize": 9,
        "axes.unicode_minus": False,
        "font.family": font_families(),
        "font.size": 9,
        "grid.color": theme.grid,
        "legend.edgecolor": theme.grid,
        "savefig.facecolor": theme.ground,
        "svg.fonttype": "path",
        "svg.hashsalt": "seq2seq",
        "text.color": theme.ink,
        "text.parse_math": False,
        "xtick.color": theme.muted,
        "xtick.labelsize": 8,
        "ytick.color": theme.muted,
        "ytick.labelsize": 8,
    }


def log_axis(axis: Axis) -> None:
    """Writes the numbers of a logarithmic axis plainly, as 0.2 or 1e-5; matplotlib's are TeX."""
    low, high = axis.get_view_interval()
    if high < 100 * low:  # powers of ten alone would be too few
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    else:
        axis.set_major_locator(LogLocator(numticks=7))
    axis.set_major_formatter(FuncFormatter(_plainly))
    axis.set_minor_locator(NullLocator())


def _plainly(value: float, _: int | None = None) -> str:
    if 1e-3 <= value < 1e4:
        return f"{value:g}"
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")


def bare(axes: Axes, sides: Sequence[str] = ("top", "right", "bottom", "left")) -> None:
    """Takes the lines around axes away."""
    for side in sides:
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
