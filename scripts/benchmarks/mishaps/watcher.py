"""Asks a server twice a second whether it is well, until its standard input ends.

    python -m mishaps.watcher PORT

It writes how many seconds each answer took, or why there was none. It is a process of its own: a
thread beside those of 64 clients would measure how long it waits for them, too.
"""

import contextlib
import http.client
import select
import sys
import time

from mishaps.clients import HOST, PATIENCE

PAUSE = 0.5  # seconds between two questions


def main(port: str) -> None:
    """Asks until nobody listens any more."""
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        print(_asked(int(port)), flush=True)


def _asked(port: int) -> str:
    """The seconds that an answer takes, or an error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    began = time.monotonic()
    try:
        with contextlib.closing(connection):
            connection.request("GET", "/healthz")
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    return str(time.monotonic() - began) if status == 200 else f"status {status}"


if __name__ == "__main__":
    main(*sys.argv[1:])
