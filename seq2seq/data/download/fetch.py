"""Loads files over HTTP: whole or not at all, from where an interrupted load ended, verified.

What was loaded last lies in a file `.part`; the next load goes on behind it if the server's file is
still the same. The SHA-256 of a whole file is compared with the one that is known, or else with the
one that the first load wrote down beside it.
"""

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from seq2seq.errors import InputError

Tell = Callable[[int, int], None]
"""Shows how many bytes are there, of how many; 0 where the server does not say."""

_CHUNK = 1 << 16  # bytes
_TRIES = 4
_PAUSE = 1.0  # seconds before a second try; longer before later ones
_TIMEOUT = 30  # seconds without a byte
_MOST_ASKED = 1 << 20  # bytes of an answer that is kept in memory
_AGENT = {"User-Agent": "seq2seq (https://pypi.org/project/seq2seq)"}


def ask(url: str) -> bytes:
    """Returns the small file at an address.

    Raises:
        InputError: It cannot be loaded.
    """
    try:
        with _opened(url, {}) as answer:
            return answer.read(_MOST_ASKED)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error


def fetch(url: str, path: Path, *, checksum: str = "", tell: Tell = lambda done, of: None) -> str:
    """Loads a file, unless it is there whole.

    Args:
        url: Its address.
        path: Where it should lie. `path.part` and `path.sha256` lie beside it.
        checksum: Its SHA-256 in hexadecimal digits, where it is known.
        tell: Shows the progress.

    Returns:
        Its SHA-256.

    Raises:
        InputError: It cannot be loaded, or is another than the one that is known.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pinned = path.with_name(path.name + ".sha256")
    expected = checksum or (pinned.read_text("ascii").strip() if pinned.exists() else "")
    if not path.exists():
        part = path.with_name(path.name + ".part")
        _load(url, part, tell)
        _expect_same(part, expected, url)
        os.replace(part, path)

    found = _expect_same(path, expected, url)
    pinned.write_text(found + "\n", "ascii")
    return found


def _load(url: str, part: Path, tell: Tell) -> None:
    """Loads a file into `part`, behind what is there, in several tries.

    Raises:
        InputError: No try succeeded.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            _go_on(url, part, tell)
            return
        except urllib.error.HTTPError as error:
            if error.code == 416:  # what is there is more than the server has
                part.unlink(missing_ok=True)
            elif error.code < 500 or attempt == _TRIES:
                raise _unreachable(url, error) from error
        except (OSError, http.client.HTTPException) as error:
            if attempt == _TRIES:
                raise _unreachable(url, error) from error
        time.sleep(_PAUSE * attempt)
    raise _unreachable(url, "it ends differently each time")


def _go_on(url: str, part: Path, tell: Tell) -> None:
    """Loads what is missing of a file.

    Raises:
        OSError: The connection ended too early, or there is none.
    """
    mark = part.with_name(part.name + ".etag")
    there = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={there}-"} if there else {}
    if there and mark.exists():
        headers["If-Range"] = mark.read_text("utf-8")

    with _opened(url, headers) as answer:
        if answer.status != 206:  # the whole file, because it has changed or cannot be continued
            there = 0
        length = int(answer.headers.get("Content-Length") or 0)
        size = there + length if length else 0
        mark.write_text(answer.headers.get("ETag") or "", "utf-8")

        with part.open("ab" if there else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                there += len(chunk)
                tell(there, size)

    if size and there < size:
        raise OSError(f"the connection ended after {there:,} of {size:,} bytes")
    mark.unlink(missing_ok=True)


def _opened(url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, headers={**_AGENT, **headers})
    return urllib.request.urlopen(request, timeout=_TIMEOUT)


def _expect_same(path: Path, expected: str, url: str) -> str:
    """Returns the checksum of a file.

    Raises:
        InputError: It is another than the expected; the file is gone then.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()

    if expected and found != expected:
        path.unlink()
        raise InputError(
            f"Expected a file with the SHA-256 {expected}. Received: {found}, from {url}. It was "
            f"damaged on its way, or its publisher has changed it: load it again, or remove "
            f"{path.name.removesuffix('.part')}.sha256 to take the new one."
        )
    return found


def _unreachable(url: str, error: object) -> InputError:
    reason = " ".join(str(getattr(error, "reason", None) or error).split())
    return InputError(
        f"Expected to load {url}. Received: {reason}. Check the connection and run the command "
        "again: it goes on where it ended."
    )
