"""Which files of a workspace make a program, kept until a folder or an ignore file changes."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from seawall.source import ignore
from seawall.source.checkout import Checkout, open_target
from seawall.source.disk import native, read_regular, shown
from seawall.source.file import Entry, Skip, Source
from seawall.source.ignore import IgnoreTree
from seawall.source.membership import folders_above, stamp_at

MOST_FOLDERS = 20_000
"""Folders that are watched at the most, those near the root first."""

_IGNORES = (ignore.GIT_FILE, ignore.OWN_FILE)

Excludes = Mapping[str, Iterable[str]]


class Listing:
    """The files of a target that a scan reads, as far as they belong to a program.

    Watched are all folders that are not ignored, also those that hold nothing of the program yet.
    """

    def __init__(self, root: Path, excludes: Excludes, wants: Callable[[str], bool]) -> None:
        """List the target; `wants` says by its path whether a file belongs to a program.

        Raises TargetError.
        """
        self._checkout: Checkout = open_target(root)
        self._base = os.fsencode(self._checkout.root)
        self.name = self._checkout.root.name
        self._wants = wants
        self._excludes = _plain(excludes)
        self._names: dict[str, frozenset[str]] = {}
        self._stamps: dict[str, bytes] = {}
        self._files: dict[bytes, bytes] = {}
        # What comes while the files are listed changes a stamp that was taken before.
        self._watch_folders()
        self._watch_files(self._ignores_around())
        self.entries: dict[str, Entry] = {}
        for item in self._checkout.entries(excludes=excludes):
            if isinstance(item, Entry) and wants(item.path):
                self.entries[item.path] = item
                self._watch_above(item.path)
            elif isinstance(item, Skip) and item.reason == "empty" and wants(item.path):
                self._watch_files([self._place(item.path)])

    def read(self, path: str) -> Source | None:
        """Read a file that is listed; None where that cannot be done."""
        entry = self.entries.get(path)
        source = self._checkout.read(entry) if entry is not None else None
        return source if isinstance(source, Source) else None

    def stamp(self, path: str) -> bytes:
        """Return what changes with a file of the target."""
        return stamp_at(self._place(path))

    def is_current(self, excludes: Excludes) -> bool:
        """Whether a new listing would say the same.

        Many editors save by giving a new file the old name, which changes the folder: only other
        names in it make another listing.
        """
        if self._excludes != _plain(excludes):
            return False
        if any(stamp_at(place) != stamp for place, stamp in self._files.items()):
            return False
        for folder, known in self._stamps.items():
            now = stamp_at(self._place(folder))
            if now != known:
                if self._found(folder) != self._names[folder]:
                    return False
                self._stamps[folder] = now
        return True

    def close(self) -> None:
        """Remove what was laid out for git."""
        self._checkout.close()

    def _watch_folders(self) -> None:
        """Watch the folders that nothing leaves out."""
        excluded = ignore.make_tree(self._excludes)
        gits, owns = IgnoreTree(), IgnoreTree()
        waiting = deque([""])
        while waiting and len(self._stamps) < MOST_FOLDERS:
            folder = waiting.popleft()
            names = self._watch(folder)
            for name, tree in ((ignore.GIT_FILE, gits), (ignore.OWN_FILE, owns)):
                if name in names:
                    place = self._place(_join(folder, name))
                    self._watch_files([place])
                    tree.add(folder, _patterns(place))
            waiting += (
                path
                for name in sorted(names)
                if name.endswith("/")
                for path in (_join(folder, name[:-1]),)
                if not any(tree.is_ignored(path, is_folder=True) for tree in (excluded, gits, owns))
            )

    def _watch_above(self, path: str) -> None:
        """Watch the folders that a file is in: git may hold it although they are ignored."""
        for folder in reversed(folders_above(path)):
            if folder in self._stamps:
                return
            self._watch(folder)

    def _watch(self, folder: str) -> frozenset[str]:
        self._stamps[folder] = stamp_at(self._place(folder))
        found = self._names[folder] = self._found(folder)
        return found

    def _watch_files(self, places: Iterable[bytes]) -> None:
        self._files.update((place, stamp_at(place)) for place in places)

    def _ignores_around(self) -> Iterator[bytes]:
        """Yield the ignore files that speak for the target and do not lie in it."""
        repository = self._checkout.repository
        if repository is None or repository.work_tree is None:
            return
        yield os.fsencode(repository.directory.shared / "info" / "exclude")
        above = Path(self._checkout.root)
        while above not in (repository.work_tree, above.parent):
            above = above.parent
            yield os.fsencode(above / ignore.GIT_FILE)

    def _place(self, path: str) -> bytes:
        return os.path.join(self._base, native(path)) if path else self._base

    def _found(self, folder: str) -> frozenset[str]:
        """Return the names in a folder that may matter: programs, ignore files, and folders."""
        try:
            with os.scandir(self._place(folder)) as scan:
                return frozenset(
                    f"{name}/" if is_folder else name
                    for entry in scan
                    for name in (shown(entry.name),)
                    for is_folder in (entry.is_dir(follow_symlinks=False),)
                    if (name != ".git" if is_folder else self._matters(folder, name))
                )
        except (OSError, ValueError):
            return frozenset()

    def _matters(self, folder: str, name: str) -> bool:
        return name in _IGNORES or self._wants(_join(folder, name))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _plain(excludes: Excludes) -> dict[str, tuple[str, ...]]:
    return {folder: tuple(patterns) for folder, patterns in excludes.items()}


def _patterns(place: bytes) -> list[str]:
    try:
        return ignore.read_patterns(read_regular(place, ignore.MAX_BYTES)[0])
    except (OSError, ValueError):
        return []
