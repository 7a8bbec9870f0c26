"""Text files to lines: UTF-8, plain or gzip, or standard input.

- Text is UTF-8, with or without a byte-order mark. Only LF and CRLF end a line: U+2028, U+0085, a
  form feed or a lone CR inside a sentence never split it.
- Text becomes NFC. Composed and decomposed letters, such as the Hangul in the names of a Mac's
  files, are then the same, in training and in scoring.
- A file is read as gzip when its name ends in `.gz` or its first bytes say so. `-` is standard
  input, plain.
- A file that cannot be read is an `InputError` of one line.
"""

import contextlib
import gzip
import os
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from seq2seq.errors import InputError, shown

_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BLOCK = 1 << 20  # bytes

FilePath = str | os.PathLike[str]


def read_lines(path: FilePath) -> Iterator[str]:
    """Yields the lines of a text file one by one, stripped; an empty line is an empty string.

    Args:
        path: A text file, plain or gzip, or `-` for standard input.

    Raises:
        InputError: While iterating, if the file cannot be opened or read, or is not UTF-8.
    """
    return (line.strip() for line in decoded_lines(path))


def expect_readable(path: FilePath) -> None:
    """Refuses a file that `read_lines` could not open.

    It reads nothing, because what is read of a pipe is gone.

    Raises:
        InputError: The file cannot be opened.
    """
    if os.fspath(path) == "-":
        return

    with naming_failure(path):
        if not Path(path).is_fifo():
            open(path, "rb").close()


def decoded_lines(path: FilePath) -> Iterator[str]:
    """Yields the lines of a UTF-8 file in NFC, with their line ends, without the byte-order mark.

    Raises:
        InputError: While iterating, if the file cannot be opened or read, or is not UTF-8.
    """
    for number, line in enumerate(raw_lines(path), start=1):
        yield checked_line(line, number, path)


def checked_line(line: bytes, number: int, path: FilePath) -> str:
    """As `decoded_line`; of the first line, looks at what kind of file it begins.

    Raises:
        InputError: The line is not UTF-8, or it begins a file of another kind.
    """
    if number == 1:
        _expect_no_archive(line, path)

    text = decoded_line(line, number, path)
    if number == 1:
        _expect_line_feeds(text, path)
    return text


def count_lines(path: FilePath) -> int:
    """How many lines `read_lines` yields of a file, which is read once and not decoded.

    Raises:
        InputError: The file cannot be opened or read.
    """
    lines = 0
    last = b"\n"
    with naming_failure(path), open_bytes(path) as stream:
        while block := stream.read(_BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def _expect_line_feeds(line: str, path: FilePath) -> None:
    """Refuses a file whose lines all end in CR alone, as they did on old Macs.

    Raises:
        InputError: There is a CR between the letters of the first line, and no LF in the file.
    """
    if not line.endswith("\n") and "\r" in line.strip():
        raise InputError(
            f"Expected lines that end in LF or CRLF. Received: {file_name(path)}, in which they "
            "end in CR alone. Convert it, for example with tr '\\r' '\\n'."
        )


def _expect_no_archive(line: bytes, path: FilePath) -> None:
    """Refuses a ZIP file, which a workbook under another name is.

    Raises:
        InputError: It is one.
    """
    if line.startswith(_ZIP_MAGIC):
        raise InputError(
            f"Expected a text file. Received: {file_name(path)}, which is a ZIP file, as workbooks "
            "are. Unpack it, or give a workbook a name that ends in .xlsx."
        )


def decoded_line(line: bytes, number: int, path: FilePath) -> str:
    """A line of a file in NFC, without the byte-order mark.

    Args:
        line: Its bytes.
        number: Its number, from 1.
        path: The file, as the message names it.

    Raises:
        InputError: The line is not UTF-8.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"Expected UTF-8 text. Received: {file_name(path)}, line {number:,}, where byte "
            f"{error.start + 1:,} of the line is 0x{line[error.start]:02x}, which is not. "
            + _decoding_advice(line, number)
        ) from error

    if number == 1:
        text = text.removeprefix("\ufeff")
    return unicodedata.normalize("NFC", text)


def _decoding_advice(line: bytes, number: int) -> str:
    """Returns how to make UTF-8 text of a file whose given line is not."""
    if number == 1 and line.startswith(_GZIP_MAGIC):
        return "It is compressed: decompress it first with gunzip -c."
    if number == 1 and line.startswith(_UTF16_MARKS):
        return "It is UTF-16: convert it with iconv -f utf-16 -t utf-8."
    encoding = "cp949" if _seems_korean(line) else "cp1252"
    return f"Convert it from its encoding, for example with iconv -f {encoding} -t utf-8."


def _seems_korean(line: bytes) -> bool:
    """Whether most letters that are not ASCII's are Hangul, if the line is read as Korean."""
    text = line.decode("euc_kr", errors="replace")  # cp949 makes a rare syllable of ’t
    others = [letter for letter in text if not letter.isascii()]
    return sum("가" <= letter <= "힣" for letter in others) > len(others) / 2


def raw_lines(path: FilePath) -> Iterator[bytes]:
    """Yields the lines of a plain or gzip file or of standard input; LF alone ends one.

    Raises:
        InputError: While iterating, if the file cannot be opened or read.
    """
    with naming_failure(path), open_bytes(path) as stream:
        yield from stream


@contextlib.contextmanager
def naming_failure(path: FilePath) -> Iterator[None]:
    """Turns failures of reading into an `InputError` that names the file."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"Expected a complete gzip file. Received: {file_name(path)}, "
            f"truncated or damaged: {error}. "
            "Check it with gzip -t, then download or compress it again."
        ) from error
    except InputError:
        raise
    except ValueError as error:  # a path with NUL or a lone surrogate, from a program or a file
        raise InputError(
            f"Expected the path of a text file. Received: {shown(path)}: {error}. Check the path."
        ) from error
    except OSError as error:  # missing, a directory, not permitted, or a failing disk
        reason = error.strerror or error
        raise InputError(
            f"Expected a readable text file. Received: {file_name(path)}: {reason}. "
            "Check the path and its permissions."
        ) from error


@contextlib.contextmanager
def open_bytes(path: FilePath) -> Iterator[IO[bytes]]:
    """Opens a file, or gives standard input, as a stream of decompressed bytes."""
    if os.fspath(path) == "-":
        yield sys.stdin.buffer  # not ours to close
        return

    with open(path, "rb") as stream:
        if os.fspath(path).endswith(".gz") or stream.peek(2)[:2] == _GZIP_MAGIC:
            with gzip.GzipFile(fileobj=stream) as decompressed:
                yield cast(IO[bytes], decompressed)
        else:
            yield stream


def file_name(path: FilePath) -> str:
    """Returns the path as a message names it."""
    return "standard input" if os.fspath(path) == "-" else os.fspath(path)
