"""The one door outside: through a proxy, with a private authority, to hosts on the list only."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from seawall.wire.http import WireError, WireSettings, request, settings_from

HOST = "api.vendor.example"
HOSTS = frozenset({HOST})


class Outside:
    """A TLS server and the CONNECT proxy before it, both on this machine."""

    def __init__(self, authority: trustme.CA) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(HOST).configure_cert(self.context)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connects: list[bytes] = []
        self.requests: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(5)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            self.connects.append(head)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self.context.wrap_socket(connection, server_side=True) as inside:
                self.requests.append(inside.recv(65536))
                inside.sendall(self.answer)

    def close(self) -> None:
        self.listener.close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def outside(authority: trustme.CA) -> Iterator[Outside]:
    server = Outside(authority)
    yield server
    server.close()


@pytest.fixture
def settings(outside: Outside, authority: trustme.CA, tmp_path: Path) -> WireSettings:
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    return WireSettings(
        proxy=f"http://user:p%40ss@127.0.0.1:{outside.port}", ca_bundle=str(bundle), timeout=5
    )


def test_it_asks_through_the_proxy_and_trusts_the_private_authority(
    settings: WireSettings, outside: Outside
) -> None:
    answer = request(settings, f"https://{HOST}/me?x=1", headers={"X-A": "b"}, hosts=HOSTS)
    assert (answer.status, answer.body) == (200, b"ok")
    (connect,), (asked,) = outside.connects, outside.requests
    assert connect.startswith(f"CONNECT {HOST}:443 ".encode())
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"user:p@ss") in connect
    assert asked.startswith(b"GET /me?x=1 HTTP/1.1\r\n")
    assert b"X-A: b\r\n" in asked


def test_without_the_private_authority_nothing_is_sent(
    settings: WireSettings, outside: Outside
) -> None:
    stranger = WireSettings(proxy=settings.proxy, timeout=5)
    with pytest.raises(WireError, match="certificate"):
        request(stranger, f"https://{HOST}/", hosts=HOSTS)
    assert outside.requests == []


def test_a_redirect_is_an_answer_and_not_followed(settings: WireSettings, outside: Outside) -> None:
    outside.answer = b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n"
    assert request(settings, f"https://{HOST}/", hosts=HOSTS).status == 302
    assert len(outside.connects) == 1


def test_an_endless_answer_is_cut(settings: WireSettings, outside: Outside) -> None:
    outside.answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (3 << 20)
    assert len(request(settings, f"https://{HOST}/", hosts=HOSTS).body) == 1 << 20


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.vendor.example/", "only plain https"),
        ("https://user@api.vendor.example/", "only plain https"),
        ("https://evil.example/", "not on the list"),
        ("https://api.vendor.example.evil.example/", "not on the list"),
    ],
)
def test_other_addresses_are_refused(url: str, words: str) -> None:
    with pytest.raises(WireError, match=words):
        request(WireSettings(), url, hosts=HOSTS)


def test_a_header_cannot_be_broken_out_of(settings: WireSettings, outside: Outside) -> None:
    with pytest.raises(WireError, match="control character"):
        request(settings, f"https://{HOST}/", headers={"A": "x\r\nB: y"}, hosts=HOSTS)
    assert outside.connects == []


def test_a_vendor_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    with pytest.raises(WireError, match="not a public address"):
        request(WireSettings(), f"https://{HOST}/", hosts=HOSTS)


def test_settings_come_from_the_usual_variables() -> None:
    settings = settings_from(
        {"HTTPS_PROXY": "http://p:1", "no_proxy": "a.example, .b.example", "SSL_CERT_FILE": "/ca"},
        user_agent="seawall/1",
    )
    assert settings.proxy == "http://p:1"
    assert settings.no_proxy == ("a.example", ".b.example")
    assert settings.ca_bundle == "/ca"


def test_an_unreadable_bundle_says_which(tmp_path: Path) -> None:
    settings = WireSettings(proxy="http://127.0.0.1:9", ca_bundle=str(tmp_path / "none.pem"))
    with pytest.raises(WireError, match="certificate authorities"):
        request(settings, f"https://{HOST}/", hosts=HOSTS)
