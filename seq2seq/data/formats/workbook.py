"""Workbooks of Excel and its likes (.xlsx): the rows of the first sheet, one by one.

openpyxl reads them, with defusedxml, so that no entity of their XML is followed. A workbook is a
ZIP file: what it would unpack to is added up before anything is unpacked.

Reference: https://www.ecma-international.org/publications-and-standards/standards/ecma-376/
"""

import contextlib
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, cast

from seq2seq.data.formats.columns import Columns
from seq2seq.data.formats.extra import needing_packages
from seq2seq.data.formats.rows import pairs_of_rows
from seq2seq.data.lines import FilePath, naming_failure, open_bytes
from seq2seq.data.skipped_lines import SkippedLines
from seq2seq.errors import InputError

MOST_BYTES = 1 << 30  # that a workbook may unpack to; a million long pairs take a quarter of it
_IN_MEMORY = 16 << 20  # bytes of a workbook out of a .gz; more lie on disk
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def workbook_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of the first sheet of a workbook, and counts the rows that are none.

    Raises:
        InputError: The workbook is damaged, of the old format, has a password, or would unpack to
            more than 1 GiB; or openpyxl is not installed.
    """
    with naming_failure(path), open_bytes(path) as stream, _seekable(stream, found.name) as file:
        _expect_workbook(file, found.name)
        yield from pairs_of_rows(_rows(file, found), columns, found)


@contextlib.contextmanager
def _seekable(stream: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """A file that can be read at any place; what comes out of a .gz is unpacked for that."""
    if not hasattr(stream, "mtime"):  # no gzip file
        yield stream
        return

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spooled:
        copy = cast(IO[bytes], spooled)
        shutil.copyfileobj(_Bounded(stream, name), copy)
        copy.seek(0)
        yield copy


class _Bounded:
    """A stream that ends in an error after `MOST_BYTES`."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._read = 0

    def read(self, size: int = -1, /) -> bytes:
        part = self._stream.read(size)
        self._read += len(part)
        if self._read > MOST_BYTES:
            raise _too_large(self._name)
        return part


def _too_large(name: str) -> InputError:
    return InputError(
        f"Expected a workbook that unpacks to at most {MOST_BYTES >> 20:,} MiB. Received: {name}, "
        "which is larger. Save its sheet as CSV."
    )


def _expect_workbook(file: IO[bytes], name: str) -> None:
    """Refuses what is no ZIP file, or too large a one.

    Raises:
        InputError: It is.
    """
    beginning = file.read(4)
    file.seek(0)
    if beginning == _OLD_WORKBOOK:
        raise InputError(
            f"Expected a workbook of the format .xlsx. Received: {name}, which is of the old "
            "format .xls or has a password. Save it as .xlsx without a password."
        )

    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        kind = "cut short or damaged" if beginning[:2] == b"PK" else "no workbook"
        raise _damaged(name, f"which is {kind}: {error}") from error
    if size > MOST_BYTES:
        raise _too_large(name)
    file.seek(0)


def _damaged(name: str, what: str) -> InputError:
    return InputError(
        f"Expected a whole .xlsx workbook. Received: {name}, {what}. "
        "Save or download it again, or save its sheet as CSV."
    )


def _rows(file: IO[bytes], found: SkippedLines) -> Iterator[Sequence[str]]:
    """Yields the cells of each row as text, blank rows at the end left out.

    Raises:
        InputError: The workbook is damaged, or openpyxl is not installed.
    """
    with needing_packages():
        import defusedxml  # noqa: F401  # openpyxl reads XML with it where it is installed
        from openpyxl import load_workbook

    blank = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and the like, which are not read
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones
            if len(book.worksheets) > 1:
                found.note(f"read the first of {len(book.worksheets)} sheets, {sheet.title!r}")

            for cells in sheet.iter_rows(values_only=True):
                row = _as_text(cells)
                if not row:
                    blank += 1
                    continue
                for _ in range(blank):
                    yield ()
                blank = 0
                yield row
    except InputError:
        raise
    except Exception as error:  # of the many parts of a workbook, any may be damaged
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        place = f"at row {found.total + 1:,}" if found.total else "before its first row"
        raise _damaged(found.name, f"which cannot be read {place}: {reason}") from error


def _as_text(cells: Sequence[Any]) -> list[str]:
    """The cells of a row as Excel shows them, the empty ones at its end left out."""
    row = ["" if cell is None else _shown(cell).strip() for cell in cells]
    while row and not row[-1]:
        row.pop()
    return row


def _shown(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
