"""Keep what is slow to make between runs: written whole or not at all, verified when read."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_MAGIC = b"seawall-kept1\n"
_SUM = 32


def read_kept(file: Path | None) -> bytes | None:
    """Return what was kept; None when there is nothing, or it is damaged."""
    if file is None:
        return None
    try:
        data = file.read_bytes()
    except OSError:
        return None
    body = data[len(_MAGIC) + _SUM :]
    return body if data[: len(_MAGIC) + _SUM] == _MAGIC + _sum(body) else None


def write_kept(file: Path | None, body: bytes) -> None:
    """Keep it for the next run; a folder that cannot be written to is no error."""
    if file is None:
        return
    name = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "wb") as out:
            out.write(_MAGIC + _sum(body) + body)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
    else:
        _drop_former(file)


def _drop_former(file: Path) -> None:
    """Remove what earlier rules left: files of the same kind that were not touched for long."""
    kind = file.name.partition("-")[0]
    newest = file.stat().st_mtime
    for other in file.parent.glob(f"{kind}-*"):
        with contextlib.suppress(OSError):
            if other != file and newest - other.stat().st_mtime > 30 * 86400:
                other.unlink()


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM).digest()
