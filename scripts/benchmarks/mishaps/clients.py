"""Clients of a server: those that ask and wait, that vanish, that are slow, that are hostile."""

import contextlib
import http.client
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
HEADERS = {"Content-Type": "application/json"}
PATIENCE = 900.0  # seconds for an answer
BUSY = 503  # the status of an answer that asks to try again later
KINDS = ("SavedModel", "TFLite")  # of the odd versions, and of the even ones

Expected = dict[str, dict[str, str]]  # by the kind of the version and the text


def kind_of(version: int) -> str:
    """What a version is: odd ones are SavedModels."""
    return KINDS[version % 2 == 0]


def ask(connection: http.client.HTTPConnection, texts: list[str]) -> tuple[int, dict[str, object]]:
    """Status and answer of a request to translate greedily."""
    body = json.dumps({"text": texts, "search": "greedy"})
    connection.request("POST", "/translate", body, HEADERS)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def served_version(port: int) -> int:
    """The number of the version that new requests get; 0 if the server has too much to do."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", "/models")
        response = connection.getresponse()
        answer = json.loads(response.read())
        return answer[0]["version"] if response.status == 200 else 0


def translations(answer: dict) -> list[str]:
    """The best translation of each text."""
    return [
        (sentence["translations"] or [{"text": ""}])[0]["text"] for sentence in answer["sentences"]
    ]


@dataclass
class Found:
    """What clients have met; threads share it.

    Attributes:
        counts: How many of each kind of thing.
        seconds: How long answers took, of clients that ask and wait.
        faults: What was not as promised.
    """

    counts: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Client:
    """A client that goes on until it is stopped.

    Attributes:
        port: The server's.
        texts: What it asks for.
        expected: The right answers.
        found: Where it puts what it meets.
        stop: Ends it.
        seed: Of what it does.
    """

    port: int
    texts: list[str]
    expected: Expected
    found: Found
    stop: threading.Event
    seed: int

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)

    def run(self, act: Callable[["Client"], None]) -> None:
        """Does the same again and again."""
        while not self.stop.is_set():
            act(self)

    def wait(self) -> None:
        """Asks, waits for the answer, and looks whether it is right."""
        texts = self._chance.choices(self.texts, k=self._chance.randint(1, 4))
        began = time.monotonic()
        try:
            status, answer = ask(self._connection, texts)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            self.found.faults.append(f"lost: {type(error).__name__}: {error}")
            self.stop.wait(0.2)
            return

        if status == BUSY:
            self.found.counts["told to try again"] += 1
            self.stop.wait(1.0)
            return
        self.found.seconds.append(time.monotonic() - began)
        self.found.counts["answers"] += 1
        if status != 200:
            self.found.faults.append(f"status {status}: {answer}"[:300])
            return
        right = self.expected[kind_of(answer["version"])]
        if translations(answer) != [right[text] for text in texts]:
            self.found.faults.append(f"wrong, version {answer['version']}: {texts}"[:300])

    def vanish(self) -> None:
        """Asks for much, and goes away before the answer."""
        with contextlib.suppress(OSError), self._socket() as link:
            link.sendall(self._request(self.texts * self._chance.randint(1, 4)))
            time.sleep(self._chance.choice([0, 0.01, 0.1, 1]))
        self.found.counts["vanished"] += 1
        self.stop.wait(1.0)

    def dawdle(self) -> None:
        """Sends byte by byte, or reads so, and gets its answer all the same."""
        request = self._request(self.texts[:4])
        at_once = self._chance.choice([20, len(request)])
        try:
            with self._socket() as link:
                for place in range(0, len(request), at_once):
                    link.sendall(request[place : place + at_once])
                    time.sleep(0.2)
                received = b""
                while part := link.recv(64):
                    received += part
                    time.sleep(0.05)
        except OSError as error:
            self.found.faults.append(f"slow client: {error}")
            return
        self.found.counts["slow"] += 1
        if b" 200 " not in received[:20] and not _is_busy(received):
            self.found.faults.append(f"slow client: {received[:100]!r}")

    def attack(self) -> None:
        """Sends what no client should, and is refused."""
        request = self._chance.choice(ATTACKS)
        received = b""
        with contextlib.suppress(OSError), self._socket() as link:
            link.sendall(request)
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_WR)
            received = link.recv(4096)
        self.found.counts["hostile"] += 1
        self.stop.wait(0.1)
        if received and received[9:10] != b"4" and not _is_busy(received):
            self.found.faults.append(f"hostile: {request[:60]!r} got {received[:60]!r}")

    def _socket(self) -> socket.socket:
        return socket.create_connection((HOST, self.port), timeout=PATIENCE)

    def _request(self, texts: list[str]) -> bytes:
        body = json.dumps({"text": texts, "search": "greedy"}).encode()
        return _post(body, "Connection: close")


def _is_busy(received: bytes) -> bool:
    return received[9:12] == str(BUSY).encode()


def _post(body: bytes, *more: str, path: str = "/translate", length: int | None = None) -> bytes:
    """The bytes of a request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


ATTACKS = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /translate HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /models HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /models HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    _post(b"{"),
    _post(b"[" * 100_000),
    _post(b'{"text": "\\ud800"}'),
    _post(b'{"text": ' + b"9" * 10_000 + b"}"),
    _post(b'{"text": 1e999}'),
    _post(b'{"text": ["a"], "n_best": 1000000000}'),
    _post(b'{"text": ["a"], "model": "../../etc"}'),
    _post(json.dumps({"text": ["a b"] * 2000}).encode()),
    _post(json.dumps({"text": "a" * 100_000}).encode()),
    _post(json.dumps({"text": "a", "prefix": ["a"] * 5000}).encode()),
    _post(b"{}", length=10**12),
    _post(b"{}", length=-1),
    _post(b"zz\r\n", "Transfer-Encoding: chunked"),
    _post(b"\x1f\x8b" + bytes(100), "Content-Encoding: gzip"),
    _post(b"{}", "Content-Encoding: br"),
    _post(b'{"instances": [{"b64": "!"}]}', path="/v1/models/model:predict"),
    _post(b'{"instances": [], "signature_name": 7}', path="/v1/models/model:predict"),
]
