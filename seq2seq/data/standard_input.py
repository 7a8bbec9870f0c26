"""The lines of standard input in groups of those that are there: whoever waits gets an answer."""

import os
import select
import stat
import sys
from collections.abc import Iterable, Iterator

from seq2seq.data.lines import decoded_line, naming_failure, read_lines

_CHUNK = 1 << 16  # bytes; a pipe holds so many
_PAUSE = 0.02  # seconds in which whoever fills a pipe goes on writing
_GROUP = 4096  # lines; more are another group


def waiting_lines() -> Iterator[Iterable[str]]:
    """Yields the lines of standard input as `read_lines` does, in groups.

    A group ends where there is no more to read for now. So a program that writes a line and waits
    for what is made of it need not close the pipe, and lines that come together stay together. All
    lines of a file are one group.

    Raises:
        InputError: While iterating, if it cannot be read, or a line is not UTF-8.
    """
    file = _pipe()
    if file is None:
        yield read_lines("-")
        return

    number = 0
    for raw_lines in _raw_groups(file):
        lines = []
        for raw in raw_lines:
            number += 1
            lines.append(decoded_line(raw, number, "-").strip())
        yield lines


def _pipe() -> int | None:
    """The number of standard input if one can wait for it, be it a pipe or a terminal."""
    try:
        file = sys.stdin.fileno()
        mode = os.fstat(file).st_mode
    except (OSError, ValueError):  # a test's or a notebook's
        return None
    return None if stat.S_ISREG(mode) or sys.platform == "win32" else file


def _raw_groups(file: int) -> Iterator[list[bytes]]:
    """The lines that are there together, each time that there are some; LF alone ends one."""
    lines: list[bytes] = []
    beginning: list[bytes] = []  # of a line whose end is still to come
    chunk = b"-"
    while chunk:
        pause = _PAUSE if len(chunk) == _CHUNK else 0
        if lines and (len(lines) >= _GROUP or not _has_more(file, pause)):
            yield lines
            lines = []

        with naming_failure("-"):
            chunk = os.read(file, _CHUNK)
        *ended, rest = chunk.split(b"\n")
        if ended:
            ended[0] = b"".join([*beginning, ended[0]])
            beginning = []
            lines += ended
        beginning.append(rest)

    last = b"".join(beginning)
    if last:
        lines.append(last)
    if lines:
        yield lines


def _has_more(file: int, seconds: float) -> bool:
    """Whether there is something to read, or the end, now or within some seconds."""
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
