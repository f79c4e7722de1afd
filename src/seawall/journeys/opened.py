"""The program around an open document: kept in memory, so that a save costs one file's analysis."""

from pathlib import Path

from seawall.config import CodeSection
from seawall.engines.code.engine import PROGRAMS, CodeEngine
from seawall.engines.code.templates import is_template
from seawall.engines.code.trees import Trees
from seawall.journeys.code import Examination, ProgramFiles, examine_program, load_code_engine
from seawall.journeys.examine import FileEngine
from seawall.journeys.guardrails import Shelf
from seawall.journeys.importers import Importers
from seawall.journeys.listing import Excludes, Listing
from seawall.journeys.mask import Masker
from seawall.source.file import Entry, Skip, Source

KEPT_BYTES = 32 << 20
"""Text of files whose parsed form is kept."""
MOST_NEAR = 8
"""Up to so many files that rest on a document are asked too: what they hand it is seen then."""


def is_of_program(path: str) -> bool:
    """Whether what a file holds may lead to what is in another: a part of a program, a template."""
    return path.endswith(PROGRAMS) or is_template(path)


class CodeEngines:
    """Loads the code engine, once for all folders that say the same of it and bring no files."""

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache_folder = cache_folder
        self._loaded: dict[CodeSection, CodeEngine] = {}

    def load(self, section: CodeSection, shelf: Shelf) -> CodeEngine:
        """Load the engine for a configuration. Raises ConfigError when a file of it is wrong."""
        if section.catalogue or section.semgrep:
            return load_code_engine(self._cache_folder, section, shelf)
        if section not in self._loaded:
            self._loaded[section] = load_code_engine(self._cache_folder, section, shelf)
        return self._loaded[section]


class OpenProgram:
    """The files of a workspace that an engine reads as one program, one of them being written.

    Only one thread may use it.
    """

    def __init__(self, root: Path, secrets: FileEngine) -> None:
        """Open nothing yet: the target is listed when a document is first asked about.

        What `secrets` finds is masked in what is told.
        """
        self._root = root
        self._secrets = secrets
        self._listing: Listing | None = None
        self._trees = Trees(KEPT_BYTES)
        self._importers = Importers()

    @property
    def is_open(self) -> bool:
        """Whether the target is listed."""
        return self._listing is not None

    def examine(self, engine: CodeEngine, document: Source, excludes: Excludes) -> Examination:
        """Ask about the program as it lies on disk, with the document as it is written.

        The answer is whole for what the document and a few files that rest on it start.
        """
        listing = self._listed(engine, excludes)
        entries = dict(listing.entries)
        entries[document.path] = Entry(path=document.path, size=len(document.content))

        def read(entry: Entry) -> Source | Skip:
            if entry.path == document.path:
                return document
            return listing.read(entry.path) or Skip(path=entry.path, reason="unreadable")

        files = ProgramFiles(
            entries.values(),
            read,
            engine,
            self._trees.parse,
            # A new one each time: the files change while they are written.
            Masker(self._secrets),
            name=listing.name,
        )
        self._importers.update(listing, document.path)
        near = self._importers.near(document.path, MOST_NEAR)
        wanted = [document.path, *(path for path in near if engine.wants(path))]
        return examine_program(engine, files, wanted=wanted, jobs=1, progress=_silent)

    def content(self, path: str) -> bytes:
        """Return what a file of the program holds on disk, nothing where it cannot be read."""
        source = self._listing.read(path) if self._listing is not None else None
        return source.content if source is not None else b""

    def close(self) -> None:
        """Remove what was laid out for git."""
        if self._listing is not None:
            self._listing.close()
            self._listing = None

    def _listed(self, engine: CodeEngine, excludes: Excludes) -> Listing:
        listing = self._listing
        if listing is None or not listing.is_current(excludes):
            self.close()
            listing = self._listing = Listing(
                self._root, excludes, lambda path: engine.wants(path) or engine.draws(path)
            )
        return listing


def _silent(words: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""
