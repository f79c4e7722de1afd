"""Brings a large file here: bounded, resumed where it broke off, checked by its length."""

import contextlib
import http.client
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from seawall.wire.http import WireError, WireSettings, open_request

ATTEMPTS = 4
"""Times that a download is taken up where it broke off."""
_CHUNK = 1 << 20


class Downloaded(Struct, frozen=True, kw_only=True):
    """What came."""

    changed: bool
    """Whether there was anything newer than what `known` names."""
    stamp: str
    """What the server calls this state of it (ETag, or the day of the last change)."""
    size: int = 0


def download(
    settings: WireSettings,
    url: str,
    place: Path,
    *,
    hosts: frozenset[str],
    named: bool = False,
    known: str = "",
    limit: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Downloaded:
    """Download to `place`, whole or not at all; a part that came stays beside it for the next time.

    `known` is the stamp of what is here already. With `named` a person named the address: it may be
    one inside. Raises WireError.
    """
    part = place.with_name(place.name + ".part")
    mark = place.with_name(place.name + ".stamp")
    for attempt in range(ATTEMPTS):
        here = part.stat().st_size if part.exists() and mark.exists() else 0
        headers = {"If-None-Match": known} if known else {}
        if here:
            headers = {"Range": f"bytes={here}-", "If-Range": mark.read_text()}
        try:
            with contextlib.closing(
                open_request(settings, url, headers=headers, hosts=hosts, named=named)
            ) as connection:
                response = connection.getresponse()
                stamp = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
                if response.status == http.client.NOT_MODIFIED:
                    return Downloaded(changed=False, stamp=known)
                if response.status == http.client.OK:
                    here = 0
                elif response.status != http.client.PARTIAL_CONTENT:
                    raise WireError(f"{_shown(url)} answered {response.status}")
                mark.write_text(stamp)
                size = _write(response, part, here, limit, url, progress)
        except (OSError, http.client.HTTPException) as error:
            if attempt + 1 == ATTEMPTS:
                raise WireError(f"{_shown(url)} broke off: {error}".lower()) from error
            continue
        os.replace(part, place)
        mark.unlink(missing_ok=True)
        return Downloaded(changed=True, stamp=stamp, size=size)
    raise AssertionError("the last attempt returns or raises")


def _write(
    response: http.client.HTTPResponse,
    part: Path,
    here: int,
    limit: int,
    url: str,
    progress: Callable[[int, int], None],
) -> int:
    """Write what comes behind what is here. Raises OSError when it is less than was announced."""
    length = response.headers.get("Content-Length", "")
    total = here + int(length) if length.isdigit() else 0
    if total > limit:
        raise WireError(f"{_shown(url)} is larger than {limit:,} bytes")
    with part.open("r+b" if here else "wb") as file:
        file.seek(here)
        while chunk := response.read(_CHUNK):
            here += len(chunk)
            if here > limit:
                raise WireError(f"{_shown(url)} is larger than {limit:,} bytes")
            file.write(chunk)
            progress(here, total)
    if total and here != total:
        raise OSError(f"{here} of {total} bytes came")
    return here


def _shown(url: str) -> str:
    """Return an address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"
