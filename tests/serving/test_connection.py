"""Connections: too many, too slow, half-sent at the end, and clients that vanish."""

import json
import re
import signal
import socket
import time

from fixtures.serving import running, start, until
from seq2seq.serving import connection
from seq2seq.serving.limits import Limits

pytest_plugins = ["fixtures.serving"]

HEAD = b"POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HALF = HEAD + b'Content-Length: 1000\r\n\r\n{"text": '


def connect(client, sent=b""):
    other = socket.create_connection(("127.0.0.1", client.port), timeout=20)
    other.sendall(sent)
    return other


def received(other):
    """All that the server sends until it closes."""
    with other:
        return b"".join(iter(lambda: other.recv(65536), b""))


def test_slow_head_is_refused_and_an_idle_connection_is_closed(shouting, monkeypatch):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    with running({"shout": shouting}) as client:
        started = time.monotonic()
        slow = connect(client, HEAD)
        idle = connect(client)
        answer = received(slow)
        assert answer.startswith(b"HTTP/1.1 408 ") and b"headers of a request" in answer
        assert received(idle) == b"" and time.monotonic() - started < 10

        again = connect(client, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert again.recv(65536).startswith(b"HTTP/1.1 200 ")
        again.sendall(HEAD)  # the second of a connection
        assert b"HTTP/1.1 408 " in received(again)


def test_unknown_version_of_http_is_refused(shouting):
    with running({"shout": shouting}) as client:
        for version, status in (("9.9", 400), ("2.0", 400), ("1.0", 200), ("1.1", 200)):
            head = f"GET /healthz HTTP/{version}\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            answer = received(connect(client, head.encode()))
            assert answer.startswith(f"HTTP/1.1 {status} ".encode()), version


def test_slow_body_is_refused(shouting):
    with running({"shout": shouting}, limits=Limits(body_seconds=0.3)) as client:
        answer = received(connect(client, HALF))
        assert answer.startswith(b"HTTP/1.1 408 ") and b"whole request within 0.3" in answer


def test_connection_too_many_is_refused_until_another_ends(shouting, monkeypatch):
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 2)
    with running({"shout": shouting}) as client:
        others = [connect(client), connect(client)]
        answer = received(connect(client, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        assert answer.startswith(b"HTTP/1.1 503 ") and b"at most 2 connections" in answer
        for other in others:
            other.close()
        until(lambda: received(connect(client, b"GET /healthz HTTP/1.0\r\n\r\n")).endswith(b"ok\n"))


def test_rows_of_a_client_that_has_gone_are_not_computed(shouting):
    with running({"shout": shouting}, max_batch_size=1) as client:
        body = json.dumps({"text": ["a"] * 1000}).encode()
        gone = connect(client, HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: rows(client) > 10)
        gone.close()
        until(lambda: 'status="499"' in client.get("/metrics"))
        before = rows(client)
        time.sleep(0.3)
        assert rows(client) <= before + 1 and before < 1000
        assert "seq2seq_queue_rows 0" in client.get("/metrics")


def rows(client):
    match = re.search(r"^seq2seq_batch_rows_sum{.*} (\d+)", client.get("/metrics"), re.MULTILINE)
    return int(match[1]) if match else 0


def test_shutdown_does_not_wait_for_half_sent_requests(shouting):
    server, client, _ = start("--model", shouting)
    with connect(client, HEAD), connect(client, HALF):
        until(lambda: client.get("/healthz"))
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        output, errors = server.communicate(timeout=60)
        assert time.monotonic() - started < 8
    assert (server.returncode, output, errors) == (0, "", "")
