"""The lines of a corpus in several files, by ranges of their numbers."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from seq2seq.data.lines import FilePath, checked_line, count_lines, raw_lines
from seq2seq.errors import InputError

_Raw = tuple[FilePath, int, bytes]  # a file, the number of a line in it, from 1, and the line


class SourceLines:
    """The lines of some files, one file after the other, as if they were one.

    Memory does not grow with the files. Ranges that are asked for in their order are read in one
    pass; an earlier one begins another pass.

    Args:
        paths: Text files, plain or gzip. Each is read once now, to count its lines.

    Raises:
        InputError: One cannot be read, or is no regular file, which could not be read twice.
    """

    def __init__(self, paths: Sequence[FilePath]):
        for path in paths:
            _expect_regular(path)

        self._paths = list(paths)
        self._lines = sum(count_lines(path) for path in paths)
        self._next = 0  # the number of the line that `_rest` begins with
        self._rest = self._all()

    def __len__(self) -> int:
        """How many lines there are."""
        return self._lines

    def between(self, lines: range) -> Iterator[str]:
        """Yields the lines of a range of numbers from 0, stripped, in NFC.

        Raises:
            InputError: While iterating, if a file cannot be read, is not UTF-8, or has become
                shorter since its lines were counted.
        """
        if lines.start < self._next:
            self._next = 0
            self._rest = self._all()

        for _ in islice(self._rest, lines.start - self._next):
            self._next += 1
        for path, number, line in islice(self._rest, len(lines)):
            self._next += 1
            yield checked_line(line, number, path).strip()

        if self._next < lines.stop:
            raise InputError(
                f"Expected {self._lines:,} lines of input, as there were at the start. "
                f"Received: {self._next:,}. Leave the input as it is until all is done."
            )

    def _all(self) -> Iterator[_Raw]:
        for path in self._paths:
            for number, line in enumerate(raw_lines(path), start=1):
                yield path, number, line


def _expect_regular(path: FilePath) -> None:
    """Refuses standard input, pipes and devices; what else is wrong is told by the reader."""
    if str(path) == "-" or (Path(path).exists() and not Path(path).is_file()):
        name = "standard input" if str(path) == "-" else path
        raise InputError(
            f"Expected files of lines, which shards are cut from. Received: {name}. "
            "Write it to a file first."
        )
