"""The last report of each target, kept masked, so that a fingerprint can be explained."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from seawall.core.report import Report

KEPT_REPORTS = 50


def remember(report: Report, folder: Path, target: Path) -> None:
    """Keep the report for `recall`; a cache that cannot be written is no reason to fail."""
    with contextlib.suppress(OSError):
        shelf = folder / "reports"
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=shelf)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(report))
        os.replace(part, shelf / _name(target))
        _prune(shelf)


def recall(folder: Path, target: Path) -> Report | None:
    """Return the last report of the target, or None."""
    with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        content = (folder / "reports" / _name(target)).read_bytes()
        return msgspec.msgpack.decode(content, type=Report)
    return None


def _name(target: Path) -> str:
    return hashlib.sha256(os.fsencode(target.resolve())).hexdigest()[:32] + ".report"


def _prune(shelf: Path) -> None:
    kept = sorted(shelf.glob("*.report"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT_REPORTS:]:
        path.unlink(missing_ok=True)
