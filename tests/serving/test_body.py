"""Bodies: compressed, too finely divided, and of the types that clients send."""

import gzip
import json

import pytest

from fixtures.serving import running
from seq2seq.serving.limits import Limits

pytest_plugins = ["fixtures.serving"]

PREDICT = "/v1/models/shout:predict"
TRANSLATE = json.dumps({"text": "a"}).encode()
COMPRESSED = gzip.compress(TRANSLATE, mtime=0)  # names of tests hold no time
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(shouting):
    limits = Limits(body=200_000, values=1000, sentences=10**6)
    with running({"shout": shouting}, limits=limits) as client:
        yield client


def test_gzip_is_decompressed(client):
    body = gzip.compress(TRANSLATE[:7]) + gzip.compress(TRANSLATE[7:])  # as gzip allows
    status, text = client.ask("POST", "/translate", body, **JSON, **{"Content-Encoding": "gzip"})
    assert (status, json.loads(text)["sentences"][0]["source"]) == (200, "a")


@pytest.mark.parametrize(
    ("body", "encoding", "status", "message"),
    [
        (gzip.compress(b" " * 10**8, mtime=0), "gzip", 413, "at most 200000 bytes"),
        (
            gzip.compress(TRANSLATE, mtime=0)[:-9],
            "gzip",
            400,
            "with gzip. Received: its end is missing",
        ),
        (TRANSLATE, "gzip", 400, "with gzip"),
        (TRANSLATE, "br", 415, "Received: Content-Encoding: br"),
    ],
)
def test_what_cannot_be_decompressed_is_refused(client, body, encoding, status, message):
    headers = {**JSON, "Content-Encoding": encoding}
    assert message in client.refused("/translate", body, status=status, **headers)


def test_body_of_too_many_values_is_refused_before_it_is_read(client):
    body = b'{"instances": [' + b"[]," * 40_000 + b"[]]}"
    assert "at most 1000 values" in client.refused(PREDICT, body, status=413, **JSON)


@pytest.mark.parametrize(
    "kind", [None, "application/json; charset=utf-8", "application/x-www-form-urlencoded"]
)
def test_types_that_clients_of_tensorflow_serving_send_are_read(client, kind):
    headers = {"Content-Type": kind} if kind else {}
    assert client.ask("POST", PREDICT, b'{"instances": ["a"]}', **headers)[0] == 200


def test_other_types_are_refused(client):
    for path in (PREDICT, "/translate"):
        assert "Content-Type: application/json" in client.refused(
            path, b'{"instances": ["a"]}', status=415, **{"Content-Type": "text/plain"}
        )
