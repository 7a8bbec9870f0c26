"""Writing files so that a reader finds the old content or the new, never a part of it.

What is being written has the name `.NAME.seq2seq-XXXXXXXX` and is locked (`flock`) by its process.
So what a killed process has left is known by its name and by having no lock, and is swept by the
next process that writes to the same name.
"""

import contextlib
import errno
import fcntl
import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from seq2seq.errors import InputError

_MARK = "seq2seq-"  # in the name of what is being written
_TEMPORARY = re.compile(rf"\.(?P<name>.+)\.{_MARK}[a-z0-9_]{{8}}(\..*)?")
_REPLACED = "replaced"  # in a temporary directory, the directory whose place is being taken


def write_atomically(
    path: str | Path,
    write: Callable[[Path], object],
    *,
    before: Callable[[Path], object] = lambda temporary: None,
) -> None:
    """Lets `write` fill a temporary file beside `path`, then renames it to `path`.

    Where a link points, the file is replaced and the link stays. A pipe or device is written to
    directly: a rename would put a file in its place.

    Args:
        path: The file.
        write: Fills the file that it is given.
        before: Called with the whole temporary file, before that takes its place.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    path = Path(os.path.realpath(path))
    with naming_failure(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            write(path)
            return

        with _new_temporary(path) as temporary:
            write(temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(_mode(path))
            before(temporary)
            temporary.replace(path)


def write_directory(path: str | Path, write: Callable[[Path], object]) -> None:
    """Lets `write` fill a temporary directory beside `path`, which takes the place of `path`.

    All that was in `path` is gone then.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    path = Path(os.path.realpath(path))
    with naming_failure(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent, path.name)
        prefix = f".{path.name}.{_MARK}"
        with tempfile.TemporaryDirectory(prefix=prefix, dir=path.parent) as temporary:
            descriptor = os.open(temporary, os.O_RDONLY)
            try:
                _lock(descriptor)
                # A directory inside it, because only the user may read a temporary directory.
                complete = Path(temporary, "complete")
                complete.mkdir()
                write(complete)
                _take_place(complete, path, Path(temporary, _REPLACED))
            finally:
                os.close(descriptor)


def _take_place(complete: Path, path: Path, replaced: Path) -> None:
    """Renames a directory to `path`; what was there has the third name then."""
    if path.exists():
        path.rename(replaced)
    try:
        complete.rename(path)
    except BaseException:
        if replaced.exists() and not path.exists():
            replaced.rename(path)
        raise


def is_temporary(name: str) -> bool:
    """Whether a file or directory of this name is being written, or was when a process died."""
    return _TEMPORARY.fullmatch(name) is not None


def sweep(folder: Path, name: str | None = None) -> None:
    """Removes from a folder what killed processes were writing there, below its top level not.

    A directory whose place was about to be taken is put back.

    Args:
        folder: The folder.
        name: The name of the file or directory that was to be written; any by default.
    """
    with contextlib.suppress(OSError):  # a folder that is not there, or may not be read
        for temporary in os.listdir(folder):
            match = _TEMPORARY.fullmatch(temporary)
            if match and name in (None, match["name"]):
                _remove_if_left(folder / temporary, folder / match["name"])


def _remove_if_left(temporary: Path, path: Path) -> None:
    """Removes a temporary file or directory, unless a process that runs has locked it."""
    try:
        descriptor = os.open(temporary, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # it is gone, or of another user
        return

    try:
        if not _lock(descriptor):
            return
        with contextlib.suppress(OSError):
            if not path.exists() and (temporary / _REPLACED).exists():
                (temporary / _REPLACED).rename(path)
            _remove(temporary)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _lock(descriptor: int) -> bool:
    """Whether a temporary file is locked by us now; never where the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_text(path: str | Path, text: str) -> None:
    """Writes a UTF-8 file with LF line ends, whole or not at all; gzip if its name ends in .gz."""
    write_lines(path, [text])


def write_lines(path: str | Path, lines: Iterable[str]) -> None:
    """As `write_text`, but takes the text in parts, which may be made while it writes."""

    def write(temporary: Path) -> None:
        with open_to_write(temporary) as file:
            file.writelines(line.encode() for line in lines)

    write_atomically(path, write)


@contextlib.contextmanager
def open_to_write(path: Path) -> Iterator[IO[bytes]]:
    """Opens a file to write to; what is written is compressed if its name ends in .gz."""
    with path.open("wb") as file:
        if path.suffix != ".gz":
            yield file
            return

        # Neither name nor time: the same text makes the same file.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
            yield cast(IO[bytes], compressed)


@contextlib.contextmanager
def _new_temporary(path: Path) -> Iterator[Path]:
    """An empty file beside a path, of the same suffix, which is gone afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent, path.name)
    handle, name = tempfile.mkstemp(
        prefix=f".{path.name}.{_MARK}", suffix="".join(path.suffixes), dir=path.parent
    )
    temporary = Path(name)
    try:
        _lock(handle)
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        os.close(handle)


@contextlib.contextmanager
def naming_failure(path: Path) -> Iterator[None]:
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
