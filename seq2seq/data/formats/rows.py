"""The rows of a table, whatever file they come from, to sentence pairs."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from seq2seq.data.formats.columns import Columns, Picked, pick_columns
from seq2seq.data.skipped_lines import BLANK, EMPTY_SIDE, SkippedLines

TOO_FEW_CELLS = "with too few cells"
TOO_MANY_CELLS = "with too many cells"

_BREAK = re.compile(r"\s*[\t\r\n]\s*")  # a sentence stands on one line


def pairs_of_rows(
    rows: Iterator[Sequence[str]], columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a table, and counts the rows that are none.

    Args:
        rows: The cells of each row; none for a blank one.
        columns: The columns to take; None leaves it to the first row.
        found: Gets the number of each row as it is read, notes, and the rows that are no pair.

    Raises:
        InputError: The table has no such columns.
    """
    found.unit = "row"
    first: Sequence[str] = ()
    for row in rows:
        found.total += 1
        if any(row):
            first = row
            break
        found.add(found.total, BLANK, "")
    if not first:
        return

    picked = pick_columns(first, columns, found.name)
    if picked.has_header:
        found.note_header(found.total, first)
    if len(first) > 2 and columns is None:
        found.note(f"source: {first[picked.source]!r}, target: {first[picked.target]!r}")

    if not picked.has_header:
        if columns is not None and not columns[0].isdecimal():
            found.note("it has no header, so its two columns are taken as they stand")
        rows = itertools.chain([first], rows)
        found.total -= 1  # it is read again
    yield from pairs_in(rows, picked, len(first), found)


def pairs_in(
    rows: Iterable[Sequence[str]], picked: Picked, width: int, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs in two columns, and counts the rows that are none.

    Args:
        rows: The cells of each row; none for a blank one.
        picked: Where the sides are.
        width: How many cells a row has at most.
        found: Gets the number of each row as it is read, and the rows that are no pair.
    """
    source_place, target_place, _ = picked
    needed = max(source_place, target_place)

    for row in rows:
        found.total += 1
        reason = _reason(row, needed, width)
        if reason is None:
            source = as_sentence(row[source_place])
            target = as_sentence(row[target_place])
            if source and target:
                yield source, target
                continue
            reason = EMPTY_SIDE
        found.add(found.total, reason, "\t".join(row))


def _reason(row: Sequence[str], needed: int, width: int) -> str | None:
    """Returns why a row cannot be a pair, whatever its cells say."""
    if not any(row):
        return BLANK
    if len(row) <= needed:
        return TOO_FEW_CELLS
    return TOO_MANY_CELLS if any(row[width:]) else None


def as_sentence(cell: str) -> str:
    """Returns the text of a cell as a text file would have it: in NFC, on one line, stripped."""
    return _BREAK.sub(" ", unicodedata.normalize("NFC", cell).strip())
