"""Tables as text: TSV, as programs write it or Excel, and CSV.

In a plain TSV file every letter between TABs belongs to a sentence, quotation marks too. Excel puts
cells with quotation marks, commas or line breaks between quotation marks and doubles those inside,
in TSV as in CSV.

Reference: https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from seq2seq.data.formats.columns import Columns, is_header
from seq2seq.data.formats.rows import pairs_of_rows
from seq2seq.data.lines import FilePath, decoded_lines, file_name
from seq2seq.data.skipped_lines import BLANK, EMPTY_SIDE, NO_TAB, TOO_MANY_COLUMNS, SkippedLines
from seq2seq.errors import InputError

_LOOKED_AT = 20_000  # lines, to find out how a TSV file is written
_FEWEST = 3  # quoted cells with a comma that tell Excel's hand
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # written by Excel
_DELIMITERS = ",;\t|"

_QUOTED = r'"(?:[^"]|"")*+"'
_PLAIN = r'[^"\t\r\n]*+'
_TABLE = re.compile(rf"(?:(?:{_QUOTED}|{_PLAIN})(?:\t|\r?\n|\Z))*+\Z")
_CELL = re.compile(rf"({_QUOTED})|([^\t\r\n]+)")


def tab_separated_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a TSV file, and counts the lines that are none.

    Without columns, a line has two.
    """
    lines = _text_lines(path)
    beginning = list(itertools.islice(lines, _LOOKED_AT))
    lines = itertools.chain(beginning, lines)

    if written_by_excel("".join(beginning)):
        found.note("its cells are quoted as Excel quotes them, and are read without these marks")
        yield from pairs_of_rows(_quoted_rows(lines, "\t", found), columns, found)
        return
    if columns is not None:
        rows = ([cell.strip() for cell in line.split("\t")] for line in lines)
        yield from pairs_of_rows(rows, columns, found)
        return

    first = [cell.strip() for cell in beginning[0].split("\t")] if beginning else []
    if len(first) == 2 and is_header(*first):
        found.note_header(1, first)
        next(lines)
        found.total = 1
    yield from _plain_pairs(lines, found)


def _text_lines(path: FilePath) -> Iterator[str]:
    """Yields the lines of a file.

    Raises:
        InputError: While iterating, if it is XML, or as `decoded_lines`.
    """
    lines = decoded_lines(path)
    for line in lines:
        if line.startswith("<?xml"):
            raise InputError(
                f"Expected a table. Received: {file_name(path)}, which is XML. Give a translation "
                "memory a name that ends in .tmx, a translation file one that ends in .xliff."
            )
        yield line
        break
    yield from lines


def _plain_pairs(lines: Iterable[str], found: SkippedLines) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, start=found.total + 1):
        found.total = number
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) == 2 and all(columns):
            yield columns[0], columns[1]
        else:
            found.add(number, _reason(columns), line)


def _reason(columns: list[str]) -> str:
    """Returns why the columns of a TSV line are no sentence pair."""
    if len(columns) == 1:
        return NO_TAB if columns[0] else BLANK
    return EMPTY_SIDE if len(columns) == 2 else TOO_MANY_COLUMNS


def written_by_excel(text: str) -> bool:
    """Whether the beginning of a TSV file is quoted as Excel does it.

    A quotation mark then stands in quoted cells only, and doubled in these. Where none is doubled,
    commas tell: Excel quotes every cell that has one.
    """
    if '"' not in text or not _TABLE.match(text):
        return False

    quoted = []
    plain = []
    for in_quotes, as_it_is in _CELL.findall(text):
        quoted += [in_quotes[1:-1]] if in_quotes else []
        plain += [as_it_is] if as_it_is else []
    if any('""' in cell for cell in quoted):
        return True

    with_comma = sum("," in cell and "\n" not in cell for cell in quoted)
    return with_comma == len(quoted) >= _FEWEST and not any("," in cell for cell in plain)


def comma_separated_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a CSV file, and counts the rows that are none.

    Between its cells stands a comma, a semicolon, a TAB or a vertical line, whichever the first
    line has most of, or what a line `sep=;` before it says.
    """
    lines = _text_lines(path)
    first = next(lines, "")
    named = _SEPARATOR.fullmatch(first)
    if named is None:
        lines = itertools.chain([first] if first else [], lines)
    delimiter = named[1] if named else _delimiter(first)
    yield from pairs_of_rows(_quoted_rows(lines, delimiter, found), columns, found)


def _delimiter(line: str) -> str:
    """Returns what stands between the cells of a line."""
    counts = Counter(re.sub(r'"[^"]*"', "", line))
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _quoted_rows(
    lines: Iterable[str], delimiter: str, found: SkippedLines
) -> Iterator[Sequence[str]]:
    """Yields the cells of each row.

    Raises:
        InputError: A quotation mark is one too many or too few.
    """
    without_returns = (line.replace("\r\n", "\n").replace("\r", " ") for line in lines)
    reader = csv.reader(without_returns, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                "Expected every quotation mark in a quoted cell to be doubled, and the cell to end "
                f"in one. Received: {found.name}, row {found.total + 1:,}, which begins in line "
                f"{line:,}: {error}. Correct that row, or save the table again."
            ) from error
        yield [cell.strip() for cell in row]
