"""NumPy archives without pickles, which hold the numbers of a model or of a run.

The headers are read first. Arrays are read once their names, types and shapes are those expected,
and once the file is as long as its headers say.

NumPy is imported when an archive is opened: `seq2seq --help` reads this module too.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from seq2seq.storage.recording import write_recorded
from seq2seq.storage.regular import open_regular

if TYPE_CHECKING:
    import numpy as np

# What a damaged file raises while it is read: the last five where a header of an archive is.
DAMAGED = (
    OSError,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    MemoryError,
    zlib.error,
    zipfile.BadZipFile,
    struct.error,
    SyntaxError,
    TokenError,
)

_LONGEST_HEADER = 4096  # bytes of the description of an array
_SUFFIX = ".npy"


class Header(NamedTuple):
    """What an array is, known before its numbers are read.

    Attributes:
        dtype: Its type, such as "float32"; "str" for a text.
        shape: Its shape; None stands for any size in a shape that is expected.
    """

    dtype: str
    shape: tuple[int | None, ...]

    def allows(self, other: Header) -> bool:
        """Whether another header is one that this one expects."""
        return (
            self.dtype == other.dtype
            and len(self.shape) == len(other.shape)
            and all(map(_fits, self.shape, other.shape))
        )


def _fits(expected: int | None, found: int | None) -> bool:
    return expected is None or found == expected


def read_archive(
    path: Path, expected: Mapping[str, Header], *, others: bool = False
) -> dict[str, np.ndarray]:
    """Reads the arrays of an archive that are expected, all of finite numbers.

    Args:
        path: The file.
        expected: What the arrays should be, by their names.
        others: Whether the archive may hold others, which are not read.

    Raises:
        DAMAGED: The file is missing, damaged, no regular file, or holds something else.
    """
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        found = _headers(archive, _size(file))
        _expect_same(found, expected, path.name, others=others)
        arrays = {name: _read(archive, name) for name in expected}

    for name, array in arrays.items():
        _expect_finite(array, f"{name:.50} of {path.name}")
    return arrays


def read_headers(path: Path) -> dict[str, Header]:
    """Reads what the arrays of an archive are, and none of their numbers.

    Raises:
        DAMAGED: The file is missing, damaged, or no regular file.
    """
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        return _headers(archive, _size(file))


def save_archive(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Writes an archive, whole or not at all, and records it in the manifest of its directory.

    Args:
        path: The file.
        arrays: What it is to hold, by their names.
    """
    import numpy as np

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    write_recorded(path, write)


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _headers(archive: zipfile.ZipFile, size: int) -> dict[str, Header]:
    """The headers of an archive whose file has so many bytes.

    Raises:
        ValueError: The archive claims to hold more than the file does, or holds an array that
            `save_archive` would not have written.
    """
    members = archive.infolist()
    if sum(member.file_size for member in members) > size:
        raise ValueError("The archive claims to hold more than the file has bytes.")

    headers = {}
    for member in members:
        name = member.filename.removesuffix(_SUFFIX)
        if member.compress_type != zipfile.ZIP_STORED or name in headers:
            raise ValueError(f"{name:.50} is compressed, or is there twice.")
        headers[name] = _header(archive, member)
    return headers


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Header:
    import numpy as np

    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"{member.filename:.50} is of version {version}.")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream, _LONGEST_HEADER)
        values = member.file_size - stream.tell()

    if dtype.hasobject or _count(shape) * dtype.itemsize != values:
        raise ValueError(f"{member.filename:.50} does not hold what its header says.")
    return Header("str" if dtype.kind == "U" else str(dtype), shape)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def _expect_same(
    found: Mapping[str, Header], expected: Mapping[str, Header], file: str, *, others: bool
) -> None:
    """Refuses an archive that holds something else than expected.

    Raises:
        ValueError: An array is missing, one too many, or of another type or shape.
    """
    for name, header in expected.items():
        if name not in found:
            raise ValueError(f"{file} has no {name:.50}.")
        if not header.allows(found[name]):
            raise ValueError(
                f"{file} has {_shown(found[name])} as {name:.50}, not {_shown(header)}."
            )

    unknown = next((name for name in found if name not in expected), None)
    if unknown is not None and not others:
        raise ValueError(f"{file} has {unknown:.50}, which is not expected.")


def _shown(header: Header) -> str:
    sizes = " × ".join("…" if size is None else str(size) for size in header.shape)
    return f"{header.dtype} {sizes}".strip()


def _read(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """An array of an archive whose headers are right."""
    import numpy as np

    with archive.open(name + _SUFFIX) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False, max_header_size=_LONGEST_HEADER)


def _expect_finite(array: np.ndarray, name: str) -> None:
    """Refuses an array with a number that is infinite or none.

    Raises:
        ValueError: There is one.
    """
    import numpy as np

    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds a number that is not finite.")
