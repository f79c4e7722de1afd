"""One HTTPS request to a host that is allowed, through the proxy and authorities in force.

No redirect is followed, no cookie kept, nothing retried; the answer is bounded. Settings come from
the caller: `settings_from` reads the usual variables out of a mapping that the CLI passes down.
"""

import base64
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from seawall.core.errors import SeawallError

MAX_BODY = 1 << 20
"""Bytes of an answer that are read."""


class WireError(SeawallError):
    """The request could not be made or was not allowed; the message holds no secret."""


class WireSettings(Struct, frozen=True, kw_only=True):
    """How the outside is reached."""

    proxy: str = ""
    """http://[user:password@]host:port, for https requests."""
    no_proxy: tuple[str, ...] = ()
    """Host suffixes that are reached directly; "*" means all."""
    ca_bundle: str = ""
    """PEM file or folder of further certificate authorities."""
    timeout: float = 10.0
    """Seconds for connecting and for every read."""
    user_agent: str = "seawall"


class Answer(Struct, frozen=True, kw_only=True):
    """What the host answered."""

    status: int
    body: bytes
    """At most MAX_BODY bytes."""


def settings_from(environment: Mapping[str, str], *, user_agent: str) -> WireSettings:
    """Read proxy and authorities from HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE or their likes."""

    def first(*names: str) -> str:
        return next((environment[name] for name in names if environment.get(name)), "")

    no_proxy = first("no_proxy", "NO_PROXY")
    return WireSettings(
        proxy=first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
        no_proxy=tuple(part.strip().lower() for part in no_proxy.split(",") if part.strip()),
        ca_bundle=first("SEAWALL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        user_agent=user_agent,
    )


def request(
    settings: WireSettings,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    hosts: frozenset[str],
) -> Answer:
    """Send one request to a host of `hosts` and return its answer, whatever its status.

    Raises WireError when the address is not allowed or the host cannot be reached.
    """
    host = urlsplit(url).hostname or ""
    connection = open_request(settings, url, method=method, headers=headers, body=body, hosts=hosts)
    try:
        response = connection.getresponse()
        return Answer(status=response.status, body=response.read(MAX_BODY))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WireError(f"{host} could not be asked: {words_of(error)}") from error
    finally:
        connection.close()


def open_request(
    settings: WireSettings,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    hosts: frozenset[str],
    named: bool = False,
) -> http.client.HTTPConnection:
    """Send one request and return the connection on which its answer comes; the caller closes it.

    With `named` a person named the address: its host may be inside, and plain http is allowed to
    this very machine. Raises WireError when it is not allowed or the host cannot be reached.
    """
    sent = checked_headers(settings, headers or {})
    connection = connect(settings, url, hosts=hosts, named=named)
    try:
        connection.request(method, path_of(url), body=body or None, headers=sent)
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        raise WireError(
            f"{urlsplit(url).hostname} could not be asked: {words_of(error)}"
        ) from error
    return connection


def connect(
    settings: WireSettings, url: str, *, hosts: frozenset[str], named: bool = False
) -> http.client.HTTPConnection:
    """Return a connection to the host of an address, not yet opened; see `open_request`.

    Raises WireError when the address is not allowed.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    plain = named and parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1")
    if (parts.scheme != "https" and not plain) or parts.username or parts.password:
        raise WireError("only plain https addresses are allowed")
    if not named and host not in hosts:
        raise WireError(f"the host {host!r} is not on the list of this request")
    if plain:
        return http.client.HTTPConnection(host, parts.port or 80, timeout=settings.timeout)
    return _connect(settings, host, parts.port or 443, named=named)


def checked_headers(settings: WireSettings, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what is sent at the head of a request. Raises WireError when it would break it."""
    sent = {"User-Agent": settings.user_agent, "Accept": "*/*", **headers}
    if any(_breaks_header(name) or _breaks_header(value) for name, value in sent.items()):
        raise WireError("a header holds a line end or a control character")
    return sent


def path_of(url: str) -> str:
    """Return path and query of an address."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _breaks_header(value: str) -> bool:
    return any(ord(char) < 32 or ord(char) == 127 for char in value)


def _connect(
    settings: WireSettings, host: str, port: int, *, named: bool
) -> http.client.HTTPConnection:
    context = _context(settings)
    if settings.proxy and not _is_direct(settings, host):
        proxy = urlsplit(settings.proxy if "://" in settings.proxy else f"http://{settings.proxy}")
        if proxy.scheme != "http" or not proxy.hostname:
            raise WireError(f"the proxy must be http://host:port, not {proxy.scheme!r}")
        connection = http.client.HTTPSConnection(
            proxy.hostname, proxy.port or 3128, timeout=settings.timeout, context=context
        )
        tunnel = {}
        if proxy.username:
            pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            tunnel["Proxy-Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        connection.set_tunnel(host, port, headers=tunnel)
        return connection
    if not named:
        _check_address(host, port)
    return http.client.HTTPSConnection(host, port, timeout=settings.timeout, context=context)


def _is_direct(settings: WireSettings, host: str) -> bool:
    return any(
        suffix == "*" or host == suffix.lstrip(".") or host.endswith("." + suffix.lstrip("."))
        for suffix in settings.no_proxy
    )


def _context(settings: WireSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_bundle:
        try:
            context.load_verify_locations(settings.ca_bundle)
        except IsADirectoryError:
            context.load_verify_locations(capath=settings.ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise WireError(
                f"the certificate authorities in {settings.ca_bundle} cannot be read",
                hint="SSL_CERT_FILE or SEAWALL_CA_BUNDLE must name a PEM file",
            ) from error
    return context


def _check_address(host: str, port: int) -> None:
    """Refuse a public name that resolves to an address inside: a name is somebody's claim."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WireError(f"{host} could not be resolved: {words_of(error)}") from error
    for entry in found:
        address = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
        if not address.is_global:
            raise WireError(f"{host} resolves to {address}, which is not a public address")


def words_of(error: Exception) -> str:
    """Say what went wrong on the way."""
    return (str(error) or type(error).__name__).lower()
