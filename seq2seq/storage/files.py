"""Writing files so that a reader finds the old content or the new, never a part of it."""

import contextlib
import errno
import gzip
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from seq2seq.errors import InputError


def as_path(value: object, what: str) -> Path:
    """Makes a path of what a program gave for one.

    Args:
        value: A string or a path, if all is well.
        what: What the message calls it.

    Raises:
        InputError: It is neither.
    """
    if isinstance(value, str | os.PathLike):
        return Path(value)
    raise InputError(
        f"Expected {what} to be a path. Received: {value!r}. Give a string or a pathlib.Path."
    )


def write_atomically(path: str | Path, write: Callable[[Path], object]) -> None:
    """Lets `write` fill a temporary file beside `path`, then renames it to `path`.

    Where a link points, the file is replaced and the link stays. A pipe or device is written to
    directly: a rename would put a file in its place.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    path = Path(os.path.realpath(path))
    with _naming_failure(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            write(path)
            return

        temporary = _new_temporary(path)
        try:
            write(temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(_mode(path))
            temporary.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()


def write_directory(path: str | Path, write: Callable[[Path], object]) -> None:
    """Lets `write` fill a temporary directory beside `path`, which takes the place of `path`.

    All that was in `path` is gone then.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    path = Path(os.path.realpath(path))
    with _naming_failure(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as temporary:
            # A directory inside it, because only the user may read a temporary directory.
            complete = Path(temporary, path.name)
            complete.mkdir()
            write(complete)

            if path.exists():
                shutil.rmtree(path)
            complete.rename(path)


def write_text(path: str | Path, text: str) -> None:
    """Writes a UTF-8 file with LF line ends, whole or not at all; gzip if its name ends in .gz."""
    write_lines(path, [text])


def write_lines(path: str | Path, lines: Iterable[str]) -> None:
    """As `write_text`, but takes the text in parts, which may be made while it writes."""

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            encoded = (line.encode() for line in lines)
            if os.fspath(path).endswith(".gz"):
                # Neither name nor time: the same text makes the same file.
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
                    compressed.writelines(encoded)
            else:
                file.writelines(encoded)

    write_atomically(path, write)


def _new_temporary(path: Path) -> Path:
    """An empty file beside a path, of the same suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix="".join(path.suffixes), dir=path.parent
    )
    os.close(handle)
    return Path(name)


@contextlib.contextmanager
def _naming_failure(path: Path) -> Iterator[None]:
    """A context in which a failure to write becomes an `InputError` that names the file."""
    try:
        yield
    except OSError as error:
        advice = "Free some space." if error.errno == errno.ENOSPC else "Choose another place."
        reason = " ".join(str(error.strerror or error).split())
        raise InputError(
            f"Expected to write {path}. Received: {reason}. {advice} What was there is unchanged."
        ) from error


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777

    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
