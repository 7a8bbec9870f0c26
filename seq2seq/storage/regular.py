"""Opens regular files alone: a pipe or a device could keep us waiting."""

import errno
import os
import stat
from typing import BinaryIO


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Opens a file for reading, unless it is a pipe or a device, which could keep us waiting.

    Raises:
        OSError: It is missing, unreadable, or no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")

    os.close(descriptor)
    raise OSError(errno.EINVAL, "It is no regular file", os.fspath(path))
