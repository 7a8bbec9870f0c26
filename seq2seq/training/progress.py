"""What a person sees while a model trains: lines that stay and one line that changes."""

import sys
import time
from typing import TextIO

_TERMINAL_PERIOD, _FILE_PERIOD = 0.2, 10.0  # seconds between updates of the changing line


class ProgressDisplay:
    """Writes to a terminal, where one line is rewritten in place, or to a file, where it is repeated now and then."""

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
        if now - self._last < (_TERMINAL_PERIOD if self.in_place else _FILE_PERIOD):
            return
        self._last = now
        self.stream.write(self._erase() + text + ("" if self.in_place else "\n"))
        self.stream.flush()

    def _erase(self) -> str:
        return "\r\x1b[2K" if self.in_place else ""


def clock(seconds: float) -> str:
    """Seconds as m:ss or h:mm:ss."""
    minutes, seconds = divmod(int(max(seconds, 0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
