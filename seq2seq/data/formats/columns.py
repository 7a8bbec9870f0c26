"""Which two columns of a table are source and target, and whether its first row names them."""

import csv
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from seq2seq.data.formats.languages import language_of
from seq2seq.errors import InputError, shown

Columns: TypeAlias = tuple[str, str]
"""The source and the target column: names, numbers from 1, or codes of languages."""

_SOURCE = set("source src original input 원문 출발어 소스 原文 原语 quelle".split())
_TARGET = set(
    "target tgt trg translation reference output 번역 번역문 도착어 譯文 訳文 译文".split()
)
_ENDINGS = ("text", "sentence", "language", "segment")
_MOST_SHOWN = 200  # characters of a row in a message


class Picked(NamedTuple):
    """The places of the two columns, from 0, and whether the first row names them."""

    source: int
    target: int
    has_header: bool


def as_columns(value: object) -> Columns | None:
    """Makes columns of what a user gave: "English,Korean", `("English", "Korean")` or `(1, 2)`.

    Raises:
        InputError: They are not two, or the same.
    """
    if value is None or value == ():
        return None

    parts: Iterable[object] = ()
    if isinstance(value, str):
        parts = next(csv.reader([value], skipinitialspace=True), [])
    elif isinstance(value, Sequence):
        parts = value

    names = tuple(str(part).strip() for part in parts)
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise InputError(
            "Expected two columns, the source's and the target's, by name or by number from 1. "
            f"Received: {shown(value)}. Give for example English,Korean or 1,2."
        )
    return names[0], names[1]


def is_header(source: str, target: str) -> bool:
    """Whether two cells name their columns, and are no pair such as "English" and "영어"."""
    names = [_named(cell) for cell in (source, target)]
    return None not in names and names[0] != names[1]


def _named(cell: str) -> str | None:
    """What a cell says of its column: "source", "target" or a language; None for other text."""
    plain = cell.casefold().strip(" _:")
    for ending in _ENDINGS:
        plain = plain.removesuffix(ending).strip(" _-") or plain
    if plain in _SOURCE:
        return "source"
    return "target" if plain in _TARGET else language_of(plain)


def pick_columns(row: Sequence[str], columns: Columns | None, name: str) -> Picked:
    """Finds the two columns by the first row of a table.

    Without columns, a table of two has them; of a wider one, the two that a header names.

    Args:
        row: The first row.
        columns: What the user asked for.
        name: The file, as a message names it.

    Raises:
        InputError: There is no such column, more than one has the name, or the row has other than
            two and does not tell which.
    """
    if columns is not None:
        return _as_asked(row, columns, name)

    meanings = {place: _named(cell) for place, cell in enumerate(row)}
    named = [place for place, meaning in meanings.items() if meaning]
    if len(named) == 2 and meanings[named[0]] != meanings[named[1]]:
        source, target = named
        if meanings[source] == "target" or meanings[target] == "source":
            source, target = target, source
        return Picked(source, target, True)

    if len(row) == 2:
        return Picked(0, 1, False)
    if len(row) < 2:
        raise InputError(
            f"Expected a table of two columns or more. Received: {name}, whose first row has one: "
            f"{shown(row[0] if row else '')}. Put a comma, a semicolon or a TAB between source and "
            "target; if they are in two files, give them with --source and --target."
        )
    raise InputError(
        f"Expected two columns, or to be told which. Received: {name}, whose first row is: "
        f"{_listed(row)}. Name the source's and the target's, for example with --columns 1,2."
    )


def _as_asked(row: Sequence[str], columns: Columns, name: str) -> Picked:
    """The columns that the user asked for.

    A table of two columns without a header has them as they stand, whatever their names are in the
    other files: dev.tsv beside corpus.xlsx.
    """
    numbered = any(column.isdecimal() for column in columns)
    if len(row) == 2 and not numbered and not is_header(*row):
        if not any(_matches(row, column) for column in columns):
            return Picked(0, 1, False)

    found = [_find(row, column, name) for column in columns]
    places = [place for place, _ in found]
    if len(set(places)) < 2:
        raise InputError(
            f"Expected two different columns. Received: {', '.join(columns)}, which are one in "
            f"{name}, whose first row is: {_listed(row)}. Name another."
        )

    by_name = any(by_name for _, by_name in found)
    source, target = places
    return Picked(source, target, by_name or is_header(row[source], row[target]))


def _find(row: Sequence[str], column: str, name: str) -> tuple[int, bool]:
    """Returns the place of a column, and whether the first row has its name.

    Raises:
        InputError: There is no such column, or the name stands for several.
    """
    matches = _matches(row, column)
    if len(matches) > 1:
        raise InputError(
            f"Expected one column {column!r}. Received: {name}, where {len(matches)} have this "
            f"name; its first row is: {_listed(row)}. Rename one, or give the number of the "
            "column, counted from 1."
        )
    if matches:
        return matches[0], True

    if column.isdecimal() and 1 <= int(column) <= len(row):
        return int(column) - 1, False
    raise InputError(
        f"Expected a column {column!r}. Received: {name}, whose first row is: {_listed(row)}. "
        "Name one of these, or give its number, counted from 1."
    )


def _matches(row: Sequence[str], column: str) -> list[int]:
    """The places of the cells that are a name, or else that are it in other case or language."""
    wanted = column.casefold()
    language = language_of(column)
    exact = [place for place, cell in enumerate(row) if cell.strip() == column]
    folded = [place for place, cell in enumerate(row) if cell.strip().casefold() == wanted]
    same = [place for place, cell in enumerate(row) if language and language_of(cell) == language]
    return exact or folded or same


def _listed(row: Sequence[str]) -> str:
    return textwrap.shorten(", ".join(" ".join(cell.split()) for cell in row), _MOST_SHOWN)
