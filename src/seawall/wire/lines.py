"""Many small requests to the same few hosts, on connections that are kept open."""

import contextlib
import http.client
import threading
import zlib
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from seawall.wire.http import (
    WireError,
    WireSettings,
    checked_headers,
    connect,
    path_of,
    words_of,
)

_CHUNK = 1 << 18


class Reply(Struct, frozen=True, kw_only=True):
    """What a host answered."""

    status: int
    stamp: str
    """Its ETag; "" without one."""
    body: bytes
    """Unpacked."""


class Lines:
    """Connections to hosts, of each one a thread; close them when all threads have ended."""

    def __init__(
        self, settings: WireSettings, *, hosts: frozenset[str], named: frozenset[str], limit: int
    ) -> None:
        """Allow requests to `hosts`, and to `named` ones, which a person named: see `open_request`.

        `limit` is the number of bytes, unpacked, of one answer.
        """
        self._settings = settings
        self._hosts = hosts
        self._named = named
        self._limit = limit
        self._own = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def get(self, url: str, headers: Mapping[str, str]) -> Reply:
        """Ask for an address. Raises WireError when it is not allowed, or gives no whole answer."""
        sent = checked_headers(self._settings, {"Accept-Encoding": "gzip", **headers})
        connection, is_used = self._connection(url)
        try:
            return self._ask(connection, url, sent)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            connection.close()
            if not is_used:
                raise WireError(_broke(url, error)) from error
        # A host may have closed a connection that it kept open: that is no failure.
        try:
            return self._ask(connection, url, sent)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            connection.close()
            raise WireError(_broke(url, error)) from error

    def close(self) -> None:
        """Close all connections."""
        for connection in self._all:
            connection.close()

    def _connection(self, url: str) -> tuple[http.client.HTTPConnection, bool]:
        """Return the connection of this thread to a host, and whether it was used before."""
        parts = urlsplit(url)
        open_ones: dict[tuple[str, str], http.client.HTTPConnection]
        open_ones = self._own.__dict__.setdefault("connections", {})
        place = parts.scheme, parts.netloc
        known = open_ones.get(place)
        if known is not None:
            return known, True
        named = (parts.hostname or "").lower() in self._named
        connection = connect(self._settings, url, hosts=self._hosts, named=named)
        open_ones[place] = connection
        self._all.append(connection)
        return connection, False

    def _ask(
        self, connection: http.client.HTTPConnection, url: str, sent: Mapping[str, str]
    ) -> Reply:
        connection.request("GET", path_of(url), headers=dict(sent))
        response = connection.getresponse()
        packed = response.headers.get("Content-Encoding", "").lower() == "gzip"
        body = bytearray()
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if packed else None
        while chunk := response.read(_CHUNK):
            body += unpacker.decompress(chunk, self._limit) if unpacker else chunk
            if len(body) > self._limit or (unpacker and unpacker.unconsumed_tail):
                connection.close()
                raise WireError(
                    f"{urlsplit(url).hostname} answered more than {self._limit:,} bytes"
                )
        if unpacker is not None and body and not unpacker.eof:
            raise OSError("the answer broke off")
        return Reply(
            status=response.status, stamp=response.headers.get("ETag") or "", body=bytes(body)
        )


def _broke(url: str, error: Exception) -> str:
    with contextlib.suppress(ValueError):
        return f"{urlsplit(url).hostname} could not be asked: {words_of(error)}"
    return "it could not be asked"
