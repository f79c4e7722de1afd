"""The program around an open document: kept in memory, so that a save costs one file's analysis."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from seawall.config import CodeSection
from seawall.engines.code.engine import PROGRAMS, CodeEngine
from seawall.engines.code.imports import used_files
from seawall.engines.code.program import Program
from seawall.engines.code.templates import SUFFIXES
from seawall.engines.code.trees import Trees
from seawall.journeys.code import Examination, ProgramFiles, examine_program, load_code_engine
from seawall.source import ignore
from seawall.source.checkout import Checkout, open_target
from seawall.source.disk import native, shown
from seawall.source.file import Entry, Skip, Source
from seawall.source.membership import stamp_at

KEPT_TREES = 3000
"""Parsed files that are kept."""
READ = (*PROGRAMS, *SUFFIXES)
"""Suffixes of what a program is made of, and of the templates that it draws in."""
MOST_WATCHED = 2000
"""Up to so many files of a program it is known which imports which."""
MOST_NEAR = 8
"""Up to so many files that rest on a document are asked too: what they hand it is seen then."""

_IGNORES = (ignore.GIT_FILE.encode(), ignore.OWN_FILE.encode())

Excludes = Mapping[str, Iterable[str]]


class CodeEngines:
    """Loads the code engine, once for all folders that say the same of it and bring no files."""

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache_folder = cache_folder
        self._loaded: dict[CodeSection, CodeEngine] = {}

    def load(self, section: CodeSection, read: Callable[[str], bytes | None]) -> CodeEngine:
        """Load the engine for a configuration. Raises ConfigError when a file of it is wrong."""
        if section.catalogue or section.semgrep:
            return load_code_engine(self._cache_folder, section, read)
        if section not in self._loaded:
            self._loaded[section] = load_code_engine(self._cache_folder, section, read)
        return self._loaded[section]


class OpenProgram:
    """The files of a workspace that an engine reads as one program, one of them being written.

    Only one thread may use it.
    """

    def __init__(self, root: Path) -> None:
        """Open nothing yet: the target is listed when a document is first asked about."""
        self._root = root
        self._listing: _Listing | None = None
        self._trees = Trees(KEPT_TREES)
        self._imports: dict[str, tuple[bytes, set[str]]] = {}

    def examine(self, engine: CodeEngine, document: Source, excludes: Excludes) -> Examination:
        """Ask about the program as it lies on disk, with the document as it is written.

        The answer is whole for what the document and a few files that rest on it start.
        """
        listing = self._listed(excludes)
        entries = dict(listing.entries)
        entries[document.path] = Entry(path=document.path, size=len(document.content))

        def read(entry: Entry) -> Source | None:
            if entry.path == document.path:
                return document
            source = listing.read(entry)
            return source if isinstance(source, Source) else None

        files = ProgramFiles(
            entries.values(),
            lambda entry: read(entry) or Skip(path=entry.path, reason="unreadable"),
            engine,
            self._trees.parse,
        )
        return examine_program(
            engine, files, wanted=self._wanted(files, document), jobs=1, progress=_silent
        )

    def content(self, path: str) -> bytes:
        """Return what a file of the program holds on disk, nothing where it cannot be read."""
        entry = self._listing.entries.get(path) if self._listing is not None else None
        source = self._listing.read(entry) if self._listing is not None and entry else None
        return source.content if isinstance(source, Source) else b""

    def close(self) -> None:
        """Remove what was laid out for git."""
        if self._listing is not None:
            self._listing.close()
            self._listing = None

    def _listed(self, excludes: Excludes) -> "_Listing":
        listing = self._listing
        if listing is None or not listing.is_current(excludes):
            seen = listing.seen if listing is not None else {}
            self.close()
            listing = self._listing = _Listing(self._root, excludes, seen)
            # An import may lead to another file now.
            self._imports.clear()
        return listing

    def _wanted(self, files: ProgramFiles, document: Source) -> list[str]:
        """Return the document and the files that rest on it, where those are few."""
        wanted = [document.path]
        if len(files.entries) > MOST_WATCHED:
            return wanted
        importers = self._importers(files, document)
        near: set[str] = set()
        waiting = [document.path]
        while waiting:
            for path in importers.get(waiting.pop(), ()):
                if path != document.path and path not in near:
                    near.add(path)
                    waiting.append(path)
            if len(near) > MOST_NEAR:
                return wanted
        return wanted + sorted(near)

    def _importers(self, files: ProgramFiles, document: Source) -> dict[str, set[str]]:
        program = Program(files.entries, lambda path: None, frozenset())
        base = os.fsencode(self._root)
        importers: dict[str, set[str]] = {}
        known: dict[str, tuple[bytes, set[str]]] = {}
        for path in files.entries:
            if path == document.path:
                used = used_files(program, path, document.content)
            else:
                stamp = stamp_at(os.path.join(base, native(path)))
                before = self._imports.get(path)
                if before is not None and before[0] == stamp and before[1] <= files.entries.keys():
                    used = before[1]
                else:
                    used = used_files(program, path, files.read(path) or b"")
                known[path] = (stamp, used)
            for other in used:
                importers.setdefault(other, set()).add(path)
        self._imports = known
        return importers


class _Listing:
    """Which files of the target a scan reads, until a folder or an ignore file changes."""

    def __init__(self, root: Path, excludes: Excludes, seen: dict[str, frozenset[str]]) -> None:
        """`seen` are names that an earlier listing had met and left out, by folder."""
        self._checkout: Checkout = open_target(root)
        self._base = os.fsencode(self._checkout.root)
        self._excludes = {folder: tuple(patterns) for folder, patterns in excludes.items()}
        self.entries: dict[str, Entry] = {}
        self.seen = seen
        self._names: dict[str, set[str]] = {"": set()}
        for item in self._checkout.entries(excludes=excludes):
            if isinstance(item, Entry) and item.path.lower().endswith(READ):
                self.entries[item.path] = item
                self._note(item.path)
        self._stamps = {folder: stamp_at(self._place(folder)) for folder in self._names}
        self._ignores: dict[bytes, bytes] = {}
        for folder, names in self._names.items():
            for name in _IGNORES:
                place = os.path.join(self._place(folder), name)
                if stamp := stamp_at(place):
                    self._ignores[place] = stamp
                    names.add(shown(name))
        self.read = self._checkout.read
        self.close: Callable[[], None] = self._checkout.close

    def is_current(self, excludes: Excludes) -> bool:
        """Whether a new listing would say the same.

        Many editors save by giving a new file the old name, which changes the folder: only names
        that were not there before make another listing.
        """
        if self._excludes != {folder: tuple(patterns) for folder, patterns in excludes.items()}:
            return False
        if any(stamp_at(place) != stamp for place, stamp in self._ignores.items()):
            return False
        for folder, known in self._stamps.items():
            now = stamp_at(self._place(folder))
            if now == known:
                continue
            names = self._found(folder)
            if names is None or not self._is_known(folder, names):
                self.seen = {**self.seen, folder: names or frozenset()}
                return False
            self._stamps[folder] = now
        return True

    def _is_known(self, folder: str, names: frozenset[str]) -> bool:
        listed = self._names[folder]
        return listed <= names and names <= listed | self.seen.get(folder, frozenset())

    def _note(self, path: str) -> None:
        """Note the names on the way to a file, each in its folder."""
        while path:
            folder, _, name = path.rpartition("/")
            names = self._names.setdefault(folder, set())
            if name in names:
                return
            names.add(name)
            path = folder

    def _place(self, folder: str) -> bytes:
        return os.path.join(self._base, native(folder)) if folder else self._base

    def _found(self, folder: str) -> frozenset[str] | None:
        """Return the names in a folder that may matter: programs, ignore files and folders."""
        try:
            with os.scandir(self._place(folder)) as scan:
                return frozenset(
                    shown(entry.name)
                    for entry in scan
                    if shown(entry.name).lower().endswith(READ)
                    or entry.name in _IGNORES
                    or (entry.name != b".git" and entry.is_dir(follow_symlinks=False))
                )
        except (OSError, ValueError):
            return None


def _silent(words: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""
