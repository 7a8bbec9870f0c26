"""A file as its text and the stretches of it that translations replace.

Every format finds `Unit`s in the text of a file. A unit says which segments it has and where their
translations go. Whatever no unit replaces is written as it was read, byte for byte.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from seq2seq.documents.source_file import line_numbers
from seq2seq.errors import InputError


class Edit(NamedTuple):
    """A stretch of a text, `text[start:end]`, and what takes its place."""

    start: int
    end: int
    replacement: str


class Unit(Protocol):
    """A part of a file that is translated together."""

    @property
    def segments(self) -> Sequence[str]:
        """The human text of the unit, in the order in which its translations are expected."""
        ...

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        """Returns what changes in the text of the file, given a translation of each segment."""
        ...


class Passage(NamedTuple):
    """A unit that is one segment as it stands in the text of the file, `text[start:end]`.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        text: What stands there.
        fitted: Makes a translation fit the place; it is given the translation and `text`.
    """

    start: int
    end: int
    text: str
    fitted: Callable[[str, str], str]

    @property
    def segments(self) -> Sequence[str]:
        """The passage alone."""
        return [self.text]

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        """Returns what changes in the text of the file."""
        if translations[0] != self.text:
            yield Edit(self.start, self.end, self.fitted(translations[0], self.text))


@dataclass(frozen=True)
class SplicedText:
    """A text file of which some stretches are translated.

    Attributes:
        text: The text of the file.
        units: What is translated of it. No two units change the same stretch.
        mark: The byte-order mark that the file begins with, or nothing.
    """

    text: str
    units: Sequence[Unit]
    mark: bytes = b""

    @property
    def segments(self) -> list[str]:
        """The human text of the file, never empty strings."""
        return [segment for unit in self.units for segment in unit.segments]

    @property
    def places(self) -> list[str]:
        """Where the translation of each segment is written, such as "line 12"."""
        return [f"line {number:,}" for number in line_numbers(self.text, self.positions)]

    @property
    def positions(self) -> list[int]:
        """Where in the text the unit of each segment begins to change."""
        return [
            position for unit in self.units for position in [_position(unit)] * len(unit.segments)
        ]

    def rendered(self, translations: Sequence[str]) -> bytes:
        """Returns the file with a translation of each segment in the place of the segment.

        Raises:
            InputError: The number of translations is not that of the segments.
        """
        expect_one_each(self.segments, translations)

        return self.mark + spliced(self.text, unit_edits(self.units, translations)).encode()


def _position(unit: Unit) -> int:
    """Returns where a unit begins to change when all of it is translated into something else."""
    others = [f"{segment} {segment}" for segment in unit.segments]
    return min((edit.start for edit in unit.edits(others)), default=0)


def unit_edits(units: Sequence[Unit], translations: Sequence[str]) -> list[Edit]:
    """Returns the changes of all units, each given its own share of the translations."""
    edits: list[Edit] = []
    first = 0
    for unit in units:
        last = first + len(unit.segments)
        edits.extend(unit.edits(translations[first:last]))
        first = last

    return edits


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """Returns a text with all edits made. Edits of one position keep their order."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        parts.append(text[position : edit.start])
        parts.append(edit.replacement)
        position = edit.end

    parts.append(text[position:])
    return "".join(parts)


def expect_one_each(segments: Sequence[str], translations: Sequence[str]) -> None:
    """Refuses translations that are more or fewer than the segments."""
    if len(segments) != len(translations):
        raise InputError(
            f"Expected a translation of each of {len(segments):,} segments. "
            f"Received: {len(translations):,}. Give them in the order of the segments."
        )
