"""Keep what was read of rule files decoded: in a wheel as packed, in a checkout in the cache."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import msgspec

from seawall import __version__

_MAGIC = b"seawall-rules3\n"

Kept = TypeVar("Kept")
Files = Sequence[Traversable]


def load(
    name: str,
    kind: type[Kept],
    files: Callable[[], Files],
    parse: Callable[[Files], Kept],
    cache_folder: Path | None,
) -> Kept:
    """Return `parse(files())`, from `<name>.bin` beside this module or from the cache if it can.

    A wheel carries the former. Only for a checkout are the files listed; what is kept in the cache
    holds as long as none of them changes.
    """
    packed = resources.files("seawall.rules") / f"{name}.bin"
    if packed.is_file():
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.msgpack.decode(packed.read_bytes(), type=kind)
    found = files()
    key = _key(found)
    kept = cache_folder / f"rules-{name}.bin" if cache_folder is not None and key else None
    if kept is not None and (cached := _read(kept, key, kind)) is not None:
        return cached
    loaded = parse(found)
    if kept is not None:
        with contextlib.suppress(OSError):
            _write(kept, key, msgspec.msgpack.encode(loaded))
    return loaded


def files_in(folder: Traversable, endings: tuple[str, ...] = (".toml",)) -> list[Traversable]:
    """Return the files of a folder with such an ending, by name; none where it is missing."""
    if not folder.is_dir():
        return []
    found = (file for file in folder.iterdir() if file.name.endswith(endings))
    return sorted(found, key=lambda file: file.name)


def digest_of(parts: object) -> str:
    """Return, in hexadecimal, what changes whenever one of the parts does."""
    return hashlib.blake2b(msgspec.msgpack.encode(parts), digest_size=16).hexdigest()


def _key(files: Iterable[Traversable]) -> bytes:
    """Name the state of the files without reading them; empty where they are no files on disk."""
    seen = hashlib.blake2b(__version__.encode(), digest_size=16)
    for file in files:
        if not isinstance(file, Path):
            return b""
        stat = file.stat()
        seen.update(
            f"{file}\n{stat.st_size} {stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
        )
    return seen.digest()


def _read(kept: Path, key: bytes, kind: type[Kept]) -> Kept | None:
    """Return what was kept for these files; None when there is nothing, or it is damaged."""
    try:
        data = kept.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC) + len(key)
    body = data[head + 16 :]
    if data[:head] != _MAGIC + key or data[head : head + 16] != _sum(body):
        return None
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _write(kept: Path, key: bytes, body: bytes) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=kept.parent, prefix=kept.name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_MAGIC + key + _sum(body) + body)
        os.replace(name, kept)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
