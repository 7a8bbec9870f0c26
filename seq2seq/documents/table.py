"""Tables (.csv, .tsv): one column is translated; all other cells stay as they are, byte for byte.

Reference: https://www.rfc-editor.org/rfc/rfc4180
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from seq2seq.documents.source_file import SourceFile, line_number
from seq2seq.documents.splice import Edit, SplicedText
from seq2seq.documents.value import Value

_SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)  # written by Excel


class _Cell(NamedTuple):
    """A cell, `text[start:end]` with its quotation marks.

    Attributes:
        value: What it says.
        start: Where it begins.
        end: Where it ends.
        is_quoted: Whether it stands between quotation marks.
    """

    value: str
    start: int
    end: int
    is_quoted: bool


@dataclass(frozen=True)
class _CellText:
    """A cell that is translated."""

    cell: _Cell
    value: Value
    delimiter: str
    is_plain: bool  # quotation marks in this table are letters like any other

    @property
    def segments(self) -> Sequence[str]:
        return self.value.segments

    def edits(self, translations: Sequence[str]) -> Iterable[Edit]:
        if list(translations) != self.value.segments:
            rendered = self._written(self.value.rendered(translations))
            yield Edit(self.cell.start, self.cell.end, rendered)

    def _written(self, text: str) -> str:
        """Returns a cell that says this, between quotation marks if it was or if it must be."""
        is_new = '"' in text and '"' not in self.cell.value
        needed = is_new or any(mark in text for mark in (self.delimiter, "\n", "\r"))
        if self.is_plain and not self.cell.is_quoted:
            return text.replace(self.delimiter, " ")
        if self.cell.is_quoted or needed or text.startswith('"'):
            return '"' + text.replace('"', '""') + '"'
        return text


def read_table(file: SourceFile, *, column: str | int | None, tabs: bool) -> SplicedText:
    """Reads a table.

    Args:
        file: The file.
        column: A name, which the first line has and which stays, or a number, counted from 1, of a
            table without such a line. A table of one column needs none.
        tabs: Whether a TAB stands between cells, rather than a comma, a semicolon, a
            TAB or a vertical line, whichever the first line has most of.

    Raises:
        InputError: The file is no text in UTF-8, a quotation mark is not closed, or the column is
            not there, or is there twice.
    """
    text = file.text()
    named = _SEPARATOR_LINE.match(text)
    first = named.end() if named else 0
    delimiter = named[1] if named else "\t" if tabs else _delimiter(text)

    is_plain = delimiter == "\t" and not _is_quoted_throughout(text, delimiter)
    rows = list(_rows(file, text, first, delimiter, is_plain=is_plain))
    if not rows:
        file.refuse("which has no line of cells", "Check that it was saved.")

    number, has_header = _column(file, rows[0], column)
    if number >= max(len(row) for row in rows):
        file.refuse(
            f"whose lines have {max(len(row) for row in rows):,} columns",
            f"There is no column {column}: count them from 1.",
        )

    units: list[_CellText] = []
    for row in rows[has_header:]:
        if number < len(row) and not row[number].value.startswith("="):  # no formula
            unit = _CellText(row[number], Value(row[number].value), delimiter, is_plain)
            units += [unit] if unit.segments else []

    return SplicedText(text, units, file.mark)


def _delimiter(text: str) -> str:
    """Returns what stands between the cells of the first line."""
    unquoted = re.sub(r'"[^"]*"', "", text)
    counts = Counter(re.split(r"[\r\n]", unquoted.lstrip("\r\n"), maxsplit=1)[0])
    return max(",;\t|", key=lambda mark: counts[mark])


def _is_quoted_throughout(text: str, delimiter: str) -> bool:
    """Whether every cell that begins with a quotation mark ends with one."""
    quoted = r'"(?:[^"]|"")*+"'
    plain = rf'(?!")[^{re.escape(delimiter)}\r\n]*+'
    cells = rf"(?:(?:{quoted}|{plain})(?:{re.escape(delimiter)}|\r\n|\r|\n|\Z))*+\Z"
    return re.match(cells, text) is not None


def _rows(
    file: SourceFile, text: str, first: int, delimiter: str, *, is_plain: bool
) -> Iterator[list[_Cell]]:
    """Yields the cells of each row; a blank line is none."""
    mark = re.escape(delimiter)
    plain = re.compile(rf"[^{mark}\r\n]*+")
    quoted = re.compile(rf'"((?:[^"]|"")*+)"(?=[{mark}\r\n]|\Z)')
    row: list[_Cell] = []
    position = first
    while position < len(text):
        match = None if is_plain else quoted.match(text, position)
        if match is not None:
            cell = _Cell(match[1].replace('""', '"'), match.start(), match.end(), True)
        elif text[position] == '"' and not is_plain:
            file.refuse(
                f"line {line_number(text, position):,} of which has a quotation mark too many "
                "or too few",
                'Put a cell that has any between "…", and write each twice.',
            )
        else:
            end = plain.match(text, position).end()  # pyright: ignore[reportOptionalMemberAccess]
            cell = _Cell(text[position:end], position, end, False)

        row.append(cell)
        position = cell.end
        if text.startswith(delimiter, position):
            position += 1
            if position == len(text):
                row.append(_Cell("", position, position, False))
            continue

        position += 2 if text.startswith("\r\n", position) else 1
        if any(cell.end > cell.start for cell in row) or len(row) > 1:
            yield row
        row = []

    if row:
        yield row


def _column(
    file: SourceFile, header: Sequence[_Cell], column: str | int | None
) -> tuple[int, bool]:
    """Returns the place of a column, from 0, and whether the first line names columns.

    Raises:
        InputError: There is no such column, or no single one.
    """
    names = [" ".join(cell.value.split()) for cell in header]
    listed = textwrap.shorten(", ".join(names), 200, placeholder=" …")
    if column is None:
        if len(names) == 1:
            return 0, False
        file.refuse(f"whose columns are: {listed}", "Name the column to translate.")

    if isinstance(column, str) and names.count(column.strip()) == 1:
        return names.index(column.strip()), True
    if isinstance(column, str) and names.count(column.strip()) > 1:
        file.refuse(
            f"whose columns are: {listed}",
            f"More than one is named {column!r}: rename one, or give the number of the column.",
        )
    if isinstance(column, int) or column.strip().isdecimal():
        number = int(column)
        if number >= 1:
            return number - 1, False

    file.refuse(f"whose columns are: {listed}", f"None of them is {column!r}: name one of these.")
