"""Who may ask: the key, the names of this server, and the sites whose pages may use it."""

import hmac
import ipaddress
import os
import re
import socket
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import Scope

from seq2seq.errors import InputError
from seq2seq.serving.refusal import Refusal

KEY = "SEQ2SEQ_API_KEY"
OPEN = ("/healthz", "/readyz")  # probes have no key
ANY = "*"

_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?|https?://\[[\da-fA-F:]+\](:\d+)?")
_READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Access:
    """What a request must have.

    Attributes:
        key: The key that every request but a probe needs; none if it is None.
        hosts: Names that the header Host may have, without a port; any if it is None.
        origins: Sites whose pages may ask, such as "https://example.org"; "*" is all.
    """

    key: str | None = None
    hosts: frozenset[str] | None = None
    origins: tuple[str, ...] = ()

    def check(self, scope: Scope) -> None:
        """Checks the headers of a request.

        Raises:
            Refusal: It is not allowed.
        """
        headers = {name: value for name, value in scope["headers"]}
        self._check_host(headers)
        self._check_site(scope["method"], headers)
        if scope["path"] not in OPEN:
            self._check_key(headers)

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        """Refuses names of other sites, which DNS can make stand for this machine."""
        given = headers.get(b"host", b"").decode("latin-1")
        if self.hosts is None or not given or _name(given) in self.hosts:
            return
        raise Refusal(
            403,
            f"Expected a Host that this server is known by: {', '.join(sorted(self.hosts))}. "
            f"Received: {given}. Start it with --allow-host to add a name.",
        )

    def _check_site(self, method: str, headers: dict[bytes, bytes]) -> None:
        """Refuses pages of other sites; what they only read, the browser does not show them."""
        origin = headers.get(b"origin", b"").decode("latin-1")
        if method in _READS or ANY in self.origins or origin in self.origins:
            return

        site = headers.get(b"sec-fetch-site", b"").decode("latin-1")
        if site:
            is_own = site in ("same-origin", "none")
        else:  # not from a browser, or from one that does not tell in plain HTTP
            host = headers.get(b"host", b"").decode("latin-1")
            is_own = not origin or urlsplit(origin).netloc.lower() == host.lower()
        if not is_own:
            raise Refusal(
                403,
                f"Expected a page of this server. Received one of {origin or 'another site'}. "
                "Start the server with --allow-origin to let pages of other sites ask.",
            )

    def _check_key(self, headers: dict[bytes, bytes]) -> None:
        if self.key is None:
            return
        given = _given_key(headers.get(b"authorization", b""))
        if not hmac.compare_digest(given, self.key.encode()):
            raise Refusal(
                401,
                "Expected the header Authorization: Bearer with the server's key. "
                f"Received {'another' if given else 'none'}.",
                # A browser asks for a password; it shows the page to those who enter the key.
                {"WWW-Authenticate": 'Basic realm="seq2seq", charset="UTF-8"'},
            )


def access(
    host: str, *, hosts: Iterable[str] = (), origins: Iterable[str] = (), no_auth: bool = False
) -> Access:
    """Decides who may ask a server that listens on an address.

    The key is read from the environment. On loopback, names that no one has allowed are refused.

    Args:
        host: The address.
        hosts: More names in the header Host.
        origins: Sites whose pages may ask.
        no_auth: Whether anyone may ask without a key.

    Raises:
        InputError: Others can reach the address and there is no key, or an origin is none.
    """
    key = os.environ.get(KEY, "").strip() or None
    is_local = _is_loopback(host)
    if not (is_local or key or no_auth):
        raise InputError(
            f"Expected a key for a server that others can reach. Received: --host {host} without "
            f"one. Set {KEY}, or let anyone ask with --no-auth."
        )

    allowed = frozenset(_name(name) for name in hosts)
    names = _LOCAL_NAMES | {_name(_bracketed(host))} | allowed if is_local or allowed else None
    return Access(
        key=None if no_auth else key, hosts=names, origins=tuple(map(_checked_origin, origins))
    )


def _is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone; also if it is none at all, as listening says."""
    try:
        found = socket.getaddrinfo(host or "0.0.0.0", None)
    except (OSError, UnicodeError):
        return True
    addresses = {str(item[4][0]).partition("%")[0] for item in found}
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _name(host: str) -> str:
    """A host without its port."""
    return re.sub(r":\d*$", "", host).lower().rstrip(".")


def _checked_origin(origin: str) -> str:
    if origin != ANY and not _ORIGIN.fullmatch(origin):
        raise InputError(
            f"Expected an origin such as https://example.org, or *. Received: {origin}. "
            "Leave out the path and the last slash."
        )
    return origin


def _given_key(authorization: bytes) -> bytes:
    """The key of a request: a bearer token, or the password of any name."""
    kind, _, value = authorization.strip().partition(b" ")
    if kind.lower() == b"bearer":
        return value.strip()
    if kind.lower() != b"basic":
        return b""

    try:
        return b64decode(value).partition(b":")[2]
    except ValueError:
        return b""
