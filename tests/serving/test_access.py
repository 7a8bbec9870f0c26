"""Who may ask: names of the server, pages of other sites, the key."""

import base64

import pytest

from fixtures.commands import fails
from fixtures.serving import running
from seq2seq.errors import InputError
from seq2seq.serving.access import KEY, Access, access

pytest_plugins = ["fixtures.commands", "fixtures.serving"]

BODY = {"text": "a"}
PREDICT = "/v1/models/shout:predict"


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv(KEY, raising=False)


@pytest.fixture(scope="module")
def client(shouting):
    allowed = access("127.0.0.1", hosts=["known.example"], origins=["https://page.example"])
    with running({"shout": shouting}, access=allowed) as client:
        yield client


@pytest.fixture(scope="module")
def locked(shouting):
    with running({"shout": shouting}, access=Access(key="a secret")) as client:
        yield client


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:8501", "Known.Example.:1"])
def test_known_host_is_answered(client, host):
    assert client.ask("POST", "/translate", BODY, Host=host)[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8501", "10.0.0.1"])
def test_name_that_dns_could_rebind_is_refused(client, host):
    for method, path, body in (("POST", "/translate", BODY), ("GET", "/models", None)):
        assert f"Received: {host}" in client.refused(
            path, body, status=403, method=method, Host=host
        )


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_page_of_another_site_is_refused(client, headers):
    plain = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    for path, body in ((PREDICT, b'{"instances": ["a"]}'), ("/translate", b'{"text": "a"}')):
        assert "a page of this server" in client.refused(path, body, status=403, **plain)


def test_own_page_and_allowed_pages_and_programs_are_answered(client):
    own = f"http://127.0.0.1:{client.port}"
    for headers in (
        {},
        {"Origin": own},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind.a.proxy"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://page.example"},
    ):
        assert client.ask("POST", "/translate", BODY, **headers)[0] == 200


def test_allowed_origin_gets_the_headers_of_cors_and_others_do_not(client):
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for origin, granted in (
        ("https://page.example", "https://page.example"),
        ("https://x.example", None),
    ):
        client.ask("OPTIONS", "/translate", Origin=origin, **asked)
        assert client.headers["access-control-allow-origin"] == granted
    client.ask("POST", "/translate", {}, Origin="https://page.example")  # errors, too
    assert client.headers["access-control-allow-origin"] == "https://page.example"


def test_key_is_needed_for_all_but_probes(locked):
    basic = base64.b64encode(b"anyone:a secret").decode()
    for given in ("Bearer a secret", f"Basic {basic}", "bearer  a secret"):
        assert locked.ask("POST", "/translate", BODY, Authorization=given)[0] == 200
    for given in ({}, {"Authorization": "Bearer other"}, {"Authorization": "Basic ?"}):
        for path in ("/", "/models", "/metrics", "/v1/models/shout"):
            assert "Authorization: Bearer" in locked.refused(
                path, None, status=401, method="GET", **given
            )
        assert locked.headers["www-authenticate"].startswith("Basic")
    assert locked.get("/healthz") == locked.get("/readyz") == "ok\n"


def test_address_that_others_reach_needs_a_key(monkeypatch):
    for host in ("127.0.0.1", "::1", "localhost"):
        assert access(host).key is None
    for host in ("0.0.0.0", "::", ""):
        with pytest.raises(InputError, match=f"{KEY}, or let anyone ask with --no-auth"):
            access(host)
        assert access(host, no_auth=True) == Access()
    monkeypatch.setenv(KEY, "  ")
    with pytest.raises(InputError):
        access("0.0.0.0")
    monkeypatch.setenv(KEY, "k\n")
    assert access("0.0.0.0") == Access(key="k")
    assert access("127.0.0.1").key == "k" and access("127.0.0.1", no_auth=True).key is None


def test_wrong_origin_is_one_clear_line(shouting):
    for origin in ("example.org", "https://example.org/", "https://example.org/page"):
        assert "Expected an origin such as" in fails(
            "serve", "--model", shouting, "--allow-origin", origin
        )
    assert "--no-auth" in fails("serve", "--model", shouting, "--host", "0.0.0.0")
