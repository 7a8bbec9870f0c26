"""What a topic has found: numbers that can be read, drawn and saved."""

import dataclasses
import html
import importlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from seq2seq.explain.formats import PICTURE_SUFFIXES, expect_matplotlib, expect_suffix
from seq2seq.storage.files import write_atomically, write_text

if TYPE_CHECKING:
    from seq2seq.explain.pictures.picture import Picture

_DIGITS = 6  # significant digits of a number in a JSON file


class Explanation:
    """The numbers of a topic. Each topic is a frozen dataclass of this class.

    Attributes:
        topic: The name of the topic, which its module of pictures has too.
    """

    topic: ClassVar[str]

    def lines(self) -> list[str]:
        """Says in words what was found, for a terminal and below a picture."""
        raise NotImplementedError

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values, numbers with six significant digits."""
        return {"topic": self.topic, **json_ready(self)}

    def plot(self, *, dark: bool = False) -> "Picture":
        """Draws the picture, a matplotlib figure that a notebook shows.

        Args:
            dark: Whether the ground is dark.

        Raises:
            InputError: The extra `explain` is not installed.
        """
        expect_matplotlib()
        from seq2seq.explain.pictures.picture import drawing

        pictures = importlib.import_module(f"seq2seq.explain.pictures.{self.topic}")
        with drawing(dark=dark):
            return pictures.draw(self, dark=dark)

    def save(self, path: str | Path, *, dark: bool = False) -> list[Path]:
        """Writes a picture, a page or the numbers, as the end of the name says.

        The numbers lie beside every picture, as a JSON file of the same name.

        Args:
            path: A file whose name ends in .svg, .png, .html or .json; that of `step` in .tex too.
            dark: Whether the ground of an SVG or PNG picture is dark. A page has both.

        Returns:
            The files that were written.

        Raises:
            InputError: The end of the name is another, the file cannot be written, or a picture is
                asked for and the extra `explain` is not installed.
        """
        path = expect_suffix(path, self.topic)
        if path.suffix not in PICTURE_SUFFIXES:
            write_text(path, self._text(path.suffix))
            return [path]

        picture = self.plot(dark=dark and path.suffix != ".html")
        if path.suffix == ".html":
            from seq2seq.explain.page import page, themed_svg

            lines = html.escape("\n".join(self.lines()))
            body = f"{themed_svg(picture)}\n<pre>{lines}</pre>"
            write_text(path, page(f"seq2seq explain {self.topic}", body, self.as_dict()))
        else:
            write_atomically(path, lambda temporary: picture.write(temporary, path.suffix))

        numbers = path.with_suffix(".json")
        write_text(numbers, self._text(".json"))
        return [path, numbers]

    def _text(self, suffix: str) -> str:
        """What a file holds that is no picture."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"

    def _repr_png_(self) -> bytes:
        """Lets a notebook show the picture in the place of the object."""
        return self.plot()._repr_png_()


def json_ready(value: Any) -> Any:
    """The value as JSON has it: arrays as nested lists, what is no number as null."""
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: json_ready(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {str(name): json_ready(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return json_ready(value.tolist())
    if isinstance(value, list | tuple):
        return [json_ready(one) for one in value]
    if isinstance(value, np.generic):
        return json_ready(value.item())
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value
