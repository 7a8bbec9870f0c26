"""A connection of a client: how many there may be, and how long its parts may take."""

import asyncio
import json

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 512
HEAD_SECONDS = 10.0  # until the first line and the headers of a request have arrived
READ_SECONDS = 60.0  # until a client has read some of an answer
LAST_BODY_SECONDS = 2.0  # until a request has arrived that is half-sent when the server ends

_LINGER_SECONDS = 1.0  # for a client that is refused to read why


class Connection(H11Protocol):
    """uvicorn's connection, with limits that are answered clearly.

    uvicorn itself limits neither the time of a request's head nor that of a client that does not
    read, and its limit to connections refuses all of them, the health of the server included.
    """

    _is_refused = False
    _head_timer: asyncio.TimerHandle | None = None
    _read_timer: asyncio.TimerHandle | None = None
    _has_sent = False  # any of the head that is waited for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuses the connection if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(
                "503 Service Unavailable",
                f"Expected at most {MOST_CONNECTIONS} connections. Received one more. "
                "Try again later.",
            )
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Reads a part of a request."""
        if self._is_refused:
            return
        super().data_received(data)
        self._has_sent = True
        if self._is_answering():
            self._stop_head_timer()
        elif self.timeout_keep_alive_task is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        self._stop_head_timer()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Waits for a client that does not read, but not forever."""
        super().pause_writing()
        if self._read_timer is None:
            self._read_timer = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Goes on, since the client has read."""
        super().resume_writing()
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def shutdown(self) -> None:
        """Ends with the request that is being answered; one that is half-sent has little time."""
        super().shutdown()
        if self._is_answering() and self.cycle.more_body:
            self.loop.call_later(LAST_BODY_SECONDS, self._abandon)

    def _abandon(self) -> None:
        if self._is_answering() and self.cycle.more_body:
            self.transport.abort()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _stop_head_timer(self) -> None:
        self._has_sent = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        if self.transport.is_closing():
            return
        if self._has_sent:
            self._refuse(
                "408 Request Timeout",
                f"Expected the headers of a request within {HEAD_SECONDS:g} seconds. "
                "Received a part.",
            )
        else:
            self.transport.close()  # browsers open connections that they may never use

    def _refuse(self, status: str, message: str) -> None:
        """Answers without a request, and closes when the client has had time to read it."""
        self._is_refused = True
        body = json.dumps({"error": message}).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)
