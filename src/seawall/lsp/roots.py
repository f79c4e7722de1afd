"""The workspaces of one editor: which root a document belongs to, and what is said of it."""

from collections.abc import Callable, Iterable
from pathlib import Path

from seawall.core.errors import TargetError
from seawall.journeys.document import Workspace

MOST_LONE = 8
"""Workspaces that are kept for documents outside of every root."""


class Roots:
    """One `Workspace` for each root, made when a document of it is first read."""

    def __init__(self, open_workspace: Callable[[Path], Workspace]) -> None:
        self._open_workspace = open_workspace
        self._roots: tuple[Path, ...] = ()
        self._open: dict[Path, Workspace] = {}

    def name(self, roots: Iterable[Path]) -> None:
        """Say which roots there are; those that went are closed."""
        named = tuple(sorted(set(roots), key=lambda root: len(root.parts), reverse=True))
        if named == self._roots:
            return
        self._roots = named
        self.close()

    def find(self, file: Path) -> tuple[Workspace, str]:
        """Return the workspace of a file, the innermost, and its path there. Raises TargetError.

        A file outside of every root is judged with the repository that it is in, else alone with
        its folder.
        """
        root = next((root for root in self._roots if file.is_relative_to(root)), None)
        if root is None:
            root = _lone_root(file)
            self._make_room()
        workspace = self._open.get(root)
        if workspace is None:
            workspace = self._open[root] = self._open_workspace(root)
        return workspace, file.relative_to(root).as_posix()

    def close(self) -> None:
        """Close every workspace."""
        for workspace in self._open.values():
            workspace.close()
        self._open.clear()

    def _make_room(self) -> None:
        lone = [root for root in self._open if root not in self._roots]
        for root in lone[: max(0, len(lone) - MOST_LONE + 1)]:
            self._open.pop(root).close()


def _lone_root(file: Path) -> Path:
    for folder in file.parents:
        if (folder / ".git").exists():
            return folder
    if not file.parent.is_dir():
        raise TargetError(f"{file.parent} is no folder")
    return file.parent
