"""Tells of single files whether a scan reads them, without listing the target."""

import os
import stat
from pathlib import Path

from seawall.source import ignore
from seawall.source.checkout import open_target
from seawall.source.disk import native, read_regular
from seawall.source.file import stamp_of
from seawall.source.git import GitError

MOST_REMEMBERED = 4096
"""Answers that are kept; more, and they are asked for anew."""

State = tuple[bytes, ...]


def stamp_at(path: bytes) -> bytes:
    """Return what changes with a file, empty when there is none; a link is not followed."""
    try:
        return stamp_of(os.lstat(path))
    except (OSError, ValueError):
        return b""


class Membership:
    """Answers by the ignore files on the way to a file, and asks git only what they cannot say.

    What lies in a repository within the target is judged by the ignore files alone.
    """

    def __init__(self, root: Path) -> None:
        """Open the target. Raises TargetError."""
        self._checkout = open_target(root)
        self.root = self._checkout.root
        repository = self._checkout.repository
        self._repository = repository if repository and repository.work_tree else None
        self._top = os.fsencode(
            self._repository.work_tree
            if self._repository and self._repository.work_tree
            else self.root
        )
        self._answers: dict[str, tuple[State, str]] = {}

    def reason_against(self, path: str) -> str:
        """Return why a scan leaves the file out, "" when it reads it; it may be unsaved yet.

        `path` is relative to the root. The reasons are those of `Skip`.
        """
        state = self._state(path)
        known = self._answers.get(path)
        if known is not None and known[0] == state:
            return known[1]
        reason = self._reason(path)
        if len(self._answers) >= MOST_REMEMBERED:
            self._answers.clear()
        self._answers[path] = (state, reason)
        return reason

    def close(self) -> None:
        """Remove what was laid out for git."""
        self._checkout.close()

    def _reason(self, path: str) -> str:
        parts = path.split("/")
        if not path or {"", ".", "..", ".git"} & set(parts):
            return "ignored"
        if reason := self._passed(parts):
            return reason
        own = ignore.make_tree(self._patterns(os.fsencode(self.root), path, ignore.OWN_FILE))
        if own.is_ignored(path):
            return "ignored"
        below = self._checkout.prefix + path
        patterns = self._patterns(self._top, below, ignore.GIT_FILE)
        patterns[""] = [*self._excluded(), *patterns.get("", [])]
        gits = ignore.make_tree(patterns)
        if gits.is_ignored(below) and not self._is_tracked(below):
            folder = below.rpartition("/")[0]
            if self._repository or not ignore.may_be_held(below):
                return "ignored"
            return "ignored" if folder and gits.is_ignored(folder, is_folder=True) else ""
        return ""

    def _passed(self, parts: list[str]) -> str:
        """Return "link" or "special" where something on the way is no folder, or no file."""
        at = os.fsencode(self.root)
        for number, part in enumerate(parts, start=1):
            at = os.path.join(at, native(part))
            try:
                mode = os.lstat(at).st_mode
            except (OSError, ValueError):
                return ""
            if stat.S_ISLNK(mode):
                return "link"
            fits = stat.S_ISREG(mode) if number == len(parts) else stat.S_ISDIR(mode)
            if not fits:
                return "special"
        return ""

    def _is_tracked(self, below: str) -> bool:
        """Whether git holds the file, whatever the ignore files say."""
        if self._repository is None:
            return False
        try:
            return bool(self._repository.git.run("ls-files", "-z", "--cached", "--", below))
        except GitError:
            return False

    def _excluded(self) -> list[str]:
        return _read(self._exclude_file()) if self._repository else []

    def _exclude_file(self) -> bytes:
        assert self._repository is not None
        return os.fsencode(self._repository.directory.shared / "info" / "exclude")

    def _patterns(self, base: bytes, path: str, name: str) -> dict[str, list[str]]:
        found = {folder: _read(_join(base, folder, name)) for folder in folders_above(path)}
        return {folder: patterns for folder, patterns in found.items() if patterns}

    def _state(self, path: str) -> State:
        """Stamp everything that an answer hangs on; the file itself counts by what it is."""
        root = os.fsencode(self.root)
        state = [stamp_at(_join(root, folder, ignore.OWN_FILE)) for folder in folders_above(path)]
        below = self._checkout.prefix + path
        state += (stamp_at(_join(self._top, up, ignore.GIT_FILE)) for up in folders_above(below))
        if self._repository is not None:
            state.append(stamp_at(self._exclude_file()))
            state.append(stamp_at(os.fsencode(self._repository.directory.own / "index")))
        state.append(self._passed(path.split("/")).encode())
        return tuple(state)


def folders_above(path: str) -> list[str]:
    """Return the folders that a path is in, the root ("") first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]


def _join(base: bytes, folder: str, name: str) -> bytes:
    return (
        os.path.join(base, native(folder), name.encode()) if folder else base + b"/" + native(name)
    )


def _read(path: bytes) -> list[str]:
    try:
        return ignore.read_patterns(read_regular(path, ignore.MAX_BYTES)[0])
    except (OSError, ValueError):
        return []
