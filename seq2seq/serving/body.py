"""The body of a request: read within a size and a time, and decompressed."""

import asyncio
import zlib

from starlette.types import Receive, Scope

from seq2seq.serving.aside import SMALL, aside
from seq2seq.serving.limits import Limits
from seq2seq.serving.refusal import Refusal

_PATIENCE = 64 * 2**20  # bytes beyond the limit that a client may send
_OF_FILES = "/translate/document"
_GZIP = 31  # zlib's number for a stream with gzip's header
_BEGINNINGS = (b",", b"[", b"{")  # of the values in JSON, and of some texts in it


async def read_body(scope: Scope, receive: Receive, limits: Limits) -> bytes | None:
    """Reads the body; None if the client has gone.

    Of a body that is too large only the beginning is kept. The rest is still read, because a client
    that is cut off while it writes does not see the answer.

    Raises:
        Refusal: The body is too large, too slow, or compressed in a way that cannot be read.
    """
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _received(receive, limits.body)
    except TimeoutError as error:
        raise Refusal(
            408,
            f"Expected the whole request within {limits.body_seconds:g} seconds. Received a part.",
            {"Connection": "close"},
        ) from error
    if body is None:
        return None

    headers = dict(scope["headers"])
    _expect_size(body, limits)
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").lower()
    if encoding in ("gzip", "x-gzip"):
        body = await aside(_inflated, body, limits.body)
        _expect_size(body, limits)
    elif encoding != "identity":
        raise Refusal(
            415,
            f"Expected a body as it is, or with gzip. Received: Content-Encoding: {encoding}.",
            {"Accept-Encoding": "gzip"},
        )

    if len(body) > SMALL and scope["path"] != _OF_FILES:
        _expect_few_values(body, limits)
    return body


async def discard_body(receive: Receive, limits: Limits) -> None:
    """Reads what a client sends that is refused in any case, so that it sees why."""
    try:
        async with asyncio.timeout(limits.body_seconds):
            await _received(receive, 0)
    except TimeoutError:
        pass


async def _received(receive: Receive, most: int) -> bytes | None:
    body = bytearray()
    size = 0
    more = True
    while more and size <= most + _PATIENCE:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None

        size += len(message.get("body", b""))
        if len(body) <= most:
            body += message.get("body", b"")
        more = message.get("more_body", False)

    return bytes(body)


def _expect_size(body: bytes, limits: Limits) -> None:
    if len(body) > limits.body:
        raise Refusal(
            413,
            f"Expected a body of at most {limits.body} bytes. Received more. Send it in parts.",
            {"Connection": "close"},
        )


def _inflated(body: bytes, most: int) -> bytes:
    """Decompresses a body, up to one byte more than the most.

    Raises:
        Refusal: It is not what gzip writes.
    """
    inflated = b""
    try:
        while body and len(inflated) <= most:
            stream = zlib.decompressobj(_GZIP)
            inflated += stream.decompress(body, most + 1 - len(inflated))
            if not stream.eof and len(inflated) <= most:
                raise zlib.error("its end is missing")
            body = stream.unused_data
    except zlib.error as error:
        raise Refusal(400, f"Expected a body compressed with gzip. Received: {error}.") from error
    return inflated


def _expect_few_values(body: bytes, limits: Limits) -> None:
    values = sum(body.count(beginning) for beginning in _BEGINNINGS)
    if values > limits.values:
        raise Refusal(
            413,
            f"Expected at most {limits.values} values in a body, counted by its commas and "
            f"brackets. Received: {values}. Send it in parts.",
        )
