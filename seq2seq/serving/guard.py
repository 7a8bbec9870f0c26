"""What happens to every request outside of its route: limits, headers, and an entry in metrics."""

import asyncio
import json
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seq2seq.serving.access import OPEN, Access
from seq2seq.serving.body import discard_body, read_body
from seq2seq.serving.limits import Limits
from seq2seq.serving.metrics import Metrics
from seq2seq.serving.refusal import Refusal

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}

_ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_VERSIONS = ("1.0", "1.1")  # what a proxy in front of this server may speak, too
_GONE = "499"  # nginx's number for a client that has gone
_LAST_SECONDS = 1.0  # for what is cancelled to end
_WATCHED = (*OPEN, "/metrics")  # answered at any load


class Guard:
    """ASGI middleware that admits, limits and counts requests, and adds headers.

    Args:
        application: The application that answers the requests.
        metrics: Where requests are counted.
        limits: The largest request.
        access: Who may ask.
    """

    def __init__(self, application: ASGIApp, *, metrics: Metrics, limits: Limits, access: Access):
        self._application = application
        self._metrics = metrics
        self._limits = limits
        self._access = access
        self._requests = 0  # that are being answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        started = time.monotonic()
        answer = _Answer(send)
        # uvicorn leaves the body of an answer to HEAD out.
        scope = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self._admit(scope, receive, answer)
        except Refusal as refusal:
            await answer.refuse(refusal)
        except Exception:
            answer.status = "500"  # also after the head of a stream has been sent
            raise
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.add(route=route, status=answer.status)
            self._metrics.seconds.observe(time.monotonic() - started, route=route)

    async def _admit(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Answers a request that is allowed.

        Raises:
            Refusal: It is not, or it is too large or too slow.
        """
        counts = scope["path"] not in _WATCHED
        try:
            if scope["http_version"] not in _VERSIONS:
                raise Refusal(
                    400,
                    f"Expected HTTP/1.0 or HTTP/1.1. Received: HTTP/{scope['http_version']}.",
                )
            self._access.check(scope)
            if counts and self._requests >= self._limits.requests:
                raise _too_many(self._limits.requests)
        except Refusal:
            await discard_body(receive, self._limits)
            raise

        self._requests += counts
        try:
            body = await read_body(scope, receive, self._limits)
            if body is None:
                answer.status = _GONE
            else:
                await self._call(scope, body, receive, answer)
        finally:
            self._requests -= counts

    async def _call(self, scope: Scope, body: bytes, receive: Receive, answer: "_Answer") -> None:
        """Calls the application until it has answered, the client has gone or the time is over.

        What it waits for is cancelled, so that no model computes for no one.

        Raises:
            Refusal: The time is over before the answer has begun.
        """
        gone = asyncio.ensure_future(_gone(receive))
        call = asyncio.ensure_future(self._application(scope, _replay(body, gone), answer.send))
        both = {call, gone}
        try:
            await asyncio.wait(
                both, timeout=self._limits.answer_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if answer.has_begun and not gone.done():  # a stream takes as long as it takes
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)

            if call.done() or answer.is_complete:
                await call
            elif gone.done():
                answer.status = _GONE
            else:
                raise Refusal(
                    503,
                    f"Expected an answer within {self._limits.answer_seconds:g} seconds. Received "
                    "none. Send less at once, or try again later.",
                    {"Retry-After": "10"},
                )
        except asyncio.CancelledError as error:  # the server ends, and has waited long enough
            raise Refusal(
                503, "Expected a server that goes on. Received a signal that ends it."
            ) from error
        finally:
            gone.cancel()
            if not call.done():
                call.cancel()
                await asyncio.wait({call}, timeout=_LAST_SECONDS)
            if call.done() and not call.cancelled():
                call.exception()  # asyncio would log it as one that nobody has seen


class _Answer:
    """What has been sent of an answer; it adds our headers to it.

    Attributes:
        status: The status as it is counted.
        has_begun: Whether the status has been sent.
        is_complete: Whether all has been sent.
    """

    def __init__(self, send: Send):
        self._send = send
        self.status = "500"
        self.has_begun = False
        self.is_complete = False

    async def send(self, message: Message) -> None:
        """Sends a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = str(message["status"])
            self.has_begun = True
            message = _with_headers(message)
        elif not message.get("more_body", False):
            self.is_complete = True
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Sends a refusal, unless an answer has begun."""
        if self.has_begun:
            return
        body = json.dumps({"error": refusal.message}).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        pairs = {**headers, **refusal.headers}.items()
        encoded = [(name.lower().encode(), value.encode()) for name, value in pairs]
        start = {"type": "http.response.start", "status": refusal.status, "headers": encoded}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


def _too_many(requests: int) -> Refusal:
    return Refusal(
        503,
        f"Expected at most {requests} requests at a time. Received more. Try again later.",
        {"Retry-After": "1"},
    )


def _with_headers(message: Message) -> Message:
    """Adds those of our headers that the start of an answer does not have."""
    headers = list(message.get("headers", []))
    present = {name for name, _ in headers}
    headers += [(name, value) for name, value in _ENCODED if name not in present]
    return {**message, "headers": headers}


async def _gone(receive: Receive) -> None:
    """Ends when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _replay(body: bytes, gone: "asyncio.Future[None]") -> Receive:
    """Gives the body once, then what comes after it: that the client has gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        if messages:
            return messages.pop()
        await asyncio.shield(gone)
        return {"type": "http.disconnect"}

    return replay
