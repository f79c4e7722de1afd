"""Tells a lockfile of a newer form than is known by the version that it states."""

import re

from msgspec import Struct

NEWEST: dict[str, tuple[str, int]] = {
    "package_lock": ("lockfileVersion", 3),
    "pnpm_lock": ("lockfileVersion", 9),
    "bun_lock": ("lockfileVersion", 2),
    "deno_lock": ("version", 5),
    "cargo_lock": ("version", 4),
    "poetry_lock": ("lock-version", 2),
    "uv_lock": ("version", 1),
    "pdm_lock": ("lock_version", 4),
    "pipfile_lock": ("pipfile-spec", 6),
    "pylock": ("lock-version", 1),
    "pixi_lock": ("version", 7),
    "nuget_lock": ("version", 2),
    "project_assets": ("version", 4),
    "package_resolved": ("version", 3),
    "nimble_lock": ("version", 2),
    "flake_lock": ("version", 7),
    "julia_manifest": ("manifest_format", 2),
    "shard_lock": ("version", 2),
}
"""By format, the key that states its version, and the newest that is read (its first number)."""


class NewerVersion(Struct, frozen=True):
    """The version that a file states, which is newer than those that are known."""

    line: int
    stated: int
    known: int


def newer_version_of(name: str, content: bytes) -> NewerVersion | None:
    """Return the version of a file of a format where it is newer than is known."""
    if name not in NEWEST:
        return None
    key, known = NEWEST[name]
    # What packages have too stands near the margin, where it is of the document itself.
    indent = b"*+" if key != "version" else b"{0,4}" if content.lstrip()[:1] == b"{" else b"{0}"
    form = rb"^[{ \t]" + indent + rb"[\"']?%b[\"']?[ \t]*[:=][ \t]*[\"']?v?(\d{1,9})(?![\w-])"
    found = re.search(form % re.escape(key.encode()), content, re.MULTILINE)
    if found is None or int(found[1]) <= known:
        return None
    return NewerVersion(content.count(b"\n", 0, found.start()) + 1, int(found[1]), known)
