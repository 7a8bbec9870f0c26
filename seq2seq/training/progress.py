"""What a person sees while a model trains: lines that stay and one line that changes."""

import sys
import time
from typing import TextIO

_TERMINAL_PERIOD = 0.2  # seconds between updates of the changing line
_FILE_PERIOD = 10.0  # the same where each update is a line of its own


class ProgressDisplay:
    """Shows progress on a terminal, where one line is rewritten in place, or in a file.

    In a file, the changing line is repeated now and then.

    Args:
        stream: Where it writes; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.in_place = self.stream.isatty()
        self._last = 0.0

    def line(self, text: str = "") -> None:
        """Writes text that stays."""
        self.stream.write(f"{self._erase()}{text}\n")
        self.stream.flush()

    def update(self, text: str) -> None:
        """Replaces the changing line, unless it changed a moment ago."""
        now = time.monotonic()
        period = _TERMINAL_PERIOD if self.in_place else _FILE_PERIOD
        if now - self._last < period:
            return

        self._last = now
        self.stream.write(self._erase() + text + ("" if self.in_place else "\n"))
        self.stream.flush()

    def _erase(self) -> str:
        return "\r\x1b[2K" if self.in_place else ""


def duration(seconds: float) -> str:
    """Seconds as m:ss or h:mm:ss."""
    minutes, whole_seconds = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{whole_seconds:02d}"
    return f"{minutes}:{whole_seconds:02d}"
