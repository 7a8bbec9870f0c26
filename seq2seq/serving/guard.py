"""What happens to every request before and after its route: its size, its headers, its place in the metrics."""

import json
import time

from seq2seq.serving.metrics import Metrics

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}

_PATIENCE = 64 * 2**20  # bytes that a client may send in vain


class Guard:
    """ASGI middleware.

    Args:
        application: What answers the requests.
        metrics: Where they are counted.
        largest_body: Bytes.
    """

    def __init__(self, application, *, metrics: Metrics, largest_body: int):
        self._application, self._metrics, self._largest_body = application, metrics, largest_body

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started, status = time.monotonic(), "500"

        async def send_with_headers(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                present = {name for name, _ in message.get("headers", [])}
                added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                headers = [
                    *message.get("headers", []),
                    *(pair for pair in added if pair[0] not in present),
                ]
                message = {**message, "headers": headers}
            await send(message)

        try:
            body = await self._read(receive)
            if body is None:
                status = "499"  # as nginx counts those who have gone
            elif len(body) > self._largest_body:
                text = f"Expected a body of at most {self._largest_body} bytes. Received more. Send it in parts."
                await _send_error(send_with_headers, 413, text)
            else:
                await self._application(scope, _replay(body, receive), send_with_headers)
        except Exception:
            status = "500"  # also after the head of a stream has been sent
            raise
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.add(route=route, status=status)
            self._metrics.seconds.observe(time.monotonic() - started, route=route)

    async def _read(self, receive):
        """The body, or the beginning of one that is too large; None if the client has gone.

        What is too large is still read, though not kept: a client that is cut off while it writes sees no answer.
        """
        body, size, more = bytearray(), 0, True
        while more and size <= self._largest_body + _PATIENCE:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            size += len(message.get("body", b""))
            if len(body) <= self._largest_body:
                body += message.get("body", b"")
            more = message.get("more_body", False)
        return bytes(body)


def _replay(body, receive):
    """Gives the body once, then whatever comes, which is that the client has gone."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay():
        return messages.pop() if messages else await receive()

    return replay


async def _send_error(send, status, text):
    body = json.dumps({"error": text}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"connection", b"close")],
        }
    )
    await send({"type": "http.response.body", "body": body})
