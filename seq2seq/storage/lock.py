"""A lock on the place of a model, so that two processes never write to it at once.

The lock is `flock`'s on a file beside the directory, `.NAME.lock`: beside, because the directory
itself is renamed and replaced. The operating system frees it when its process ends in any way.
The file names the process for whoever is refused.
"""

import contextlib
import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.storage.files import naming_failure

# What `flock` raises on a file system without locks, some network file systems among them.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)


class Taken(InputError):
    """Another process is at work where this one would be."""


@contextlib.contextmanager
def locked(directory: str | os.PathLike[str], work: str) -> Iterator[None]:
    """A context in which no other process writes to a directory that uses this lock, too.

    Args:
        directory: The directory, which need not exist yet.
        work: What is done there, such as "seq2seq train", for whoever is refused.

    Raises:
        Taken: Another process is at work there.
        InputError: The lock cannot be written.
    """
    place = Path(os.path.realpath(directory))
    path = place.with_name(f".{place.name}.lock")
    with naming_failure(path):
        descriptor = _acquire(path, Path(directory))
        _write_record(descriptor, work)
    try:
        yield
    finally:
        # Before the lock is free: whoever gets it afterwards would lose the file otherwise.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _acquire(path: Path, directory: Path) -> int:
    """Locks the file, and returns its descriptor.

    Raises:
        Taken: Another process holds the lock.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(descriptor):
                raise Taken(_refusal(directory, path, _read_record(descriptor)))
        except BaseException:
            os.close(descriptor)
            raise

        # The process before may have removed the file between our opening and our locking it.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.stat(path), os.fstat(descriptor)):
                return descriptor
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Whether the file is ours now; where there are no locks, its record decides."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        record = _read_record(descriptor)
        return not record or (record["host"] == socket.gethostname() and not _runs(record["pid"]))
    return True


def _runs(pid: int) -> bool:
    """Whether a process of this computer runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OverflowError, OSError):  # it is another user's, for one
        return True
    return True


def _write_record(descriptor: int, work: str) -> None:
    record = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}",
        "work": work,
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{json.dumps(record)}\n".encode(), 0)


def _read_record(descriptor: int) -> dict[str, Any]:
    """What the lock's holder has written; nothing where it has not yet, or the file is damaged."""
    try:
        record = json.loads(os.pread(descriptor, 4096, 0))
        texts = {name: str(record[name]) for name in ("host", "since", "work")}
        return {"pid": int(record["pid"]), **texts}
    except (LookupError, TypeError, ValueError, RecursionError):
        return {}


def _refusal(directory: Path, path: Path, record: dict[str, Any]) -> str:
    """The message for who finds the place taken."""
    expected = f"Expected {directory} for this process alone."
    if not record:
        return f"{expected} Received: another process is at work there. Wait until it ends."

    received = (
        f"Received: process {record['pid']} on {record['host']} is at work there "
        f"({record['work']}, since {record['since']})."
    )
    if record["host"] == socket.gethostname():
        end = f"end it with kill {record['pid']}"
    else:
        end = f"end it on {record['host']} (if it no longer runs, remove {path})"
    return f"{expected} {received} Wait until it has ended, {end}, or choose another place."
