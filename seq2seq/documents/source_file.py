"""What a document is read from: bytes, their name in messages, and their text."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

from seq2seq.errors import InputError

_MARK = b"\xef\xbb\xbf"


class SourceFile(NamedTuple):
    """The bytes of a file.

    Attributes:
        name: The file as a message names it.
        kind: What the file should be, as a message names it: "SubRip subtitles (.srt)".
        data: All its bytes.
    """

    name: str
    kind: str
    data: bytes

    def refuse(self, received: str, advice: str) -> NoReturn:
        """Raises an `InputError` that says what the file is instead of what it should be."""
        raise InputError(f"Expected {self.kind}. Received: {self.name}, {received}. {advice}")

    @property
    def mark(self) -> bytes:
        """The byte-order mark that the file begins with, or nothing."""
        return _MARK if self.data.startswith(_MARK) else b""

    def text(self) -> str:
        """Returns the text of a UTF-8 file without its byte-order mark; line ends stay as they are.

        Raises:
            InputError: The file is empty, binary, or not UTF-8.
        """
        content = self.data.removeprefix(_MARK)
        if not content.strip():
            self.refuse("which is empty", "Check that it was saved.")

        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.refuse("which is UTF-16", "Convert it with iconv -f utf-16 -t utf-8.")
        if b"\0" in content:
            self.refuse("which is binary", "Give a text file.")

        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.refuse(
                f"line {line:,} of which is not UTF-8",
                "Convert it from its encoding, for example with iconv -f cp949 -t utf-8.",
            )


def read_file(path: Path, kind: str) -> SourceFile:
    """Reads all bytes of a file.

    Raises:
        InputError: The file cannot be opened or read.
    """
    try:
        return SourceFile(str(path), kind, path.read_bytes())
    except OSError as error:  # missing, a directory, not permitted, or a failing disk
        raise InputError(
            f"Expected a readable file. Received: {path}: {error.strerror or error}. "
            "Check the path and its permissions."
        ) from error


def line_numbers(text: str, positions: Iterable[int]) -> list[int]:
    """Returns the numbers of the lines at some positions of a text, counted from 1."""
    begins = [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    return [bisect_right(begins, position) + 1 for position in positions]


def line_number(text: str, position: int) -> int:
    """Returns the number of the line at a position of a text, counted from 1."""
    return text.count("\n", 0, position) + 1
