"""Data frames, pandas' and polars', known by what they can do: neither is imported."""

from collections.abc import Iterator
from typing import Any

from seq2seq.data.formats.columns import Columns, Picked, pick_columns
from seq2seq.data.formats.rows import pairs_in
from seq2seq.data.skipped_lines import SkippedLines


def is_frame(value: object) -> bool:
    """Whether a value is a table with named columns."""
    return all(hasattr(value, name) for name in ("columns", "shape", "__getitem__"))


def frame_pairs(
    frame: Any, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a data frame, and counts the rows that are none, as of a file.

    Raises:
        InputError: The columns are not there, or not two, or two have one name.
    """
    keys = list(frame.columns)
    names = [str(key) for key in keys]
    picked = pick_columns(names, columns, found.name)
    as_named = (names[picked.source], names[picked.target])
    pick_columns(names, as_named, found.name)  # refuses a name that stands there twice

    found.unit = "row"
    cells = zip(frame[keys[picked.source]], frame[keys[picked.target]], strict=True)
    rows = ([_text(source), _text(target)] for source, target in cells)
    yield from pairs_in(rows, Picked(0, 1, True), 2, found)


def _text(cell: Any) -> str:
    return "" if _is_missing(cell) else str(cell).strip()


def _is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN or NA: these are not equal to themselves, or not known to be."""
    try:
        return cell is None or not bool(cell == cell)
    except (TypeError, ValueError):
        return True
