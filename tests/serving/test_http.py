"""HTTP as clients expect it: HEAD, wrong methods, and a description that holds."""

import json
import socket

import pytest

from fixtures.serving import running
from seq2seq.cli.serve import _named

pytest_plugins = ["fixtures.serving"]


@pytest.fixture(scope="module")
def client(shouting):
    with running({"shout": shouting}) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["/", "/page.js", "/healthz", "/readyz", "/models", "/openapi.json"]
    + ["/v1/models/shout", "/v1/models/shout/metadata", "/v1/models/shout/versions/1"],
)
def test_head_is_answered_as_get_without_the_body(client, path):
    status, body = client.ask("GET", path)
    length = client.headers["content-length"]
    assert status == 200 and int(length) == len(body.encode())
    assert client.ask("HEAD", path) == (200, "")
    assert client.headers["content-length"] == length


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/models/shout:predict", "POST"),
        ("HEAD", "/v1/models/shout/versions/1:predict", "POST"),
        ("GET", "/translate", "POST"),
        ("PUT", "/translate/stream", "POST"),
        ("POST", "/models", "GET, HEAD"),
        ("DELETE", "/v1/models/shout", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
    ],
)
def test_wrong_method_is_named_with_those_that_are_allowed(client, method, path, allowed):
    status, text = client.ask(method, path)
    assert (status, client.headers["allow"]) == (405, allowed)
    if method != "HEAD":
        assert f"Expected {allowed} for {path}. Received: {method}." in json.loads(text)["error"]


def test_description_tells_the_statuses_of_each_route_and_no_other(client):
    paths = json.loads(client.get("/openapi.json"))["paths"]
    told = {
        (method, path): sorted(map(int, operation["responses"]))
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    bodies = [200, 400, 401, 403, 404, 408, 413, 415, 500, 503]
    assert told["post", "/translate"] == told["post", "/v1/models/{name}:predict"] == bodies
    assert told["get", "/healthz"] == [200, 403]
    assert told["get", "/readyz"] == [200, 403, 503]
    assert told["get", "/metrics"] == [200, 401, 403]
    of_models = [200, 400, 401, 403, 404, 503]
    assert (
        told["get", "/v1/models/{name}"] == told["get", "/v1/models/{name}/metadata"] == of_models
    )
    assert told["get", "/v1/models/{name}/versions/{number}"] == of_models
    assert "ValidationError" not in client.get("/openapi.json")
    assert paths["/v1/models/{name}:predict"]["post"]["requestBody"]["required"]


def test_model_whose_name_has_a_slash_is_answered_as_described(client):
    for path in ("/v1/models/a%2Fb", "/v1/models/a/b/metadata", "/v1/models//metadata"):
        assert client.ask("GET", path)[0] == 400


def test_description_tells_the_type_of_the_metrics(client):
    operation = json.loads(client.get("/openapi.json"))["paths"]["/metrics"]["get"]
    client.get("/metrics")
    assert list(operation["responses"]["200"]["content"]) == [client.headers["content-type"]]


def test_request_without_a_host_is_answered(client):
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_model_named_by_a_link_keeps_its_name(shouting, tmp_path, monkeypatch):
    link = tmp_path / "current"
    link.symlink_to(shouting, target_is_directory=True)
    assert list(_named([str(link)])) == list(_named([f"{link}/"])) == ["current"]
    monkeypatch.chdir(shouting)
    assert list(_named(["."])) == ["model"]
