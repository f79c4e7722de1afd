"""Fetch the organisation's floor from outside the repository."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from seawall.config import MAX_BYTES
from seawall.core.errors import ConfigError, reason_of
from seawall.floor import Floor, read_floor, split_pin


def load_floor(named: str, environment: Mapping[str, str], *, user_agent: str) -> Floor:
    """Read the floor from a file, or from an https address whose digest is pinned.

    Raises ConfigError when it is not the pinned one, WireError when it cannot be had: a gate
    without its floor is no gate.
    """
    where, digest = split_pin(named)
    if "://" not in where:
        return read_floor(_file(Path(where)), name=where, digest=digest)
    if not digest:
        raise ConfigError(
            f"floor {where}: an address needs a pinned digest",
            hint="add #sha256=... to it: `sha256sum FILE` tells the digest",
        )
    # The way outside is loaded only when it is needed.
    from seawall.wire.http import request, settings_from

    host = (urlsplit(where).hostname or "").lower()
    settings = settings_from(environment, user_agent=user_agent)
    answer = request(settings, where, hosts=frozenset({host}))
    if answer.status != 200:
        raise ConfigError(f"floor {where}: the host answered {answer.status}")
    return read_floor(answer.body, name=where, digest=digest)


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"floor {path}: cannot be read: {reason_of(error)}") from error
