"""What happens to every request outside of its route: a limit, headers, and an entry in metrics."""

import json
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2seq.serving.metrics import Metrics

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}

_PATIENCE = 64 * 2**20  # bytes beyond the limit that a client may send


class Guard:
    """ASGI middleware that limits bodies, adds headers and counts requests.

    Args:
        application: The application that answers the requests.
        metrics: Where requests are counted.
        largest_body: The limit in bytes.
    """

    def __init__(self, application: ASGIApp, *, metrics: Metrics, largest_body: int):
        self._application = application
        self._metrics = metrics
        self._largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        started = time.monotonic()
        status = "500"

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                message = _with_headers(message)
            await send(message)

        try:
            body = await self._read(receive)
            if body is None:
                status = "499"  # nginx's number for a client that has gone
            elif len(body) > self._largest_body:
                await _refuse_body(send_with_headers, self._largest_body)
            else:
                await self._application(scope, _replay(body, receive), send_with_headers)
        except Exception:
            status = "500"  # also after the head of a stream has been sent
            raise
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.add(route=route, status=status)
            self._metrics.seconds.observe(time.monotonic() - started, route=route)

    async def _read(self, receive: Receive) -> bytes | None:
        """Reads the body; None if the client has gone.

        Of a body that is too large only the beginning is kept. The rest is still read, because a
        client that is cut off while it writes does not see the answer.
        """
        body = bytearray()
        size = 0
        more = True
        while more and size <= self._largest_body + _PATIENCE:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None

            size += len(message.get("body", b""))
            if len(body) <= self._largest_body:
                body += message.get("body", b"")
            more = message.get("more_body", False)

        return bytes(body)


def _with_headers(message: Message) -> Message:
    """Adds those of our headers that the start of an answer does not have."""
    headers = list(message.get("headers", []))
    present = {name for name, _ in headers}
    for name, value in HEADERS.items():
        if name.encode() not in present:
            headers.append((name.encode(), value.encode()))

    return {**message, "headers": headers}


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then what comes after it: that the client has gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _refuse_body(send: Send, largest_body: int) -> None:
    text = f"Expected a body of at most {largest_body} bytes. Received more. Send it in parts."
    body = json.dumps({"error": text}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
