"""What the files of the target do with packages: each is read once for all that are asked about."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.core.location import CodeSpan
from seawall.engines.deps.exposure.homes import owners
from seawall.engines.deps.exposure.languages import LANGUAGES, Language
from seawall.engines.deps.exposure.names import Names, belongs
from seawall.engines.deps.exposure.reading import (
    MOST_IMPORTS,
    Import,
    Opening,
    Reading,
    Use,
    Weak,
)
from seawall.model.inventory import Ecosystem
from seawall.parse.code_text import read_code
from seawall.parse.notebook import parse_notebook

Read = Callable[[str], bytes | None]

LARGEST = 2_000_000
"""Bytes of a file; larger ones are made by programs."""
MOST_OPENINGS = 200
"""Beginnings of names that only a run tells, of one language."""
_FOREIGN = re.compile(
    r"(?:^|/)(?:vendor|node_modules|bower_components|third[_-]?party|site-packages|Pods|\.?venv)/"
    r"|\.min\.[cm]?js\Z|\.d\.[cm]?ts\Z"
)
_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__mocks__|testdata|testing|e2e|benches|cypress)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|tests)\.py\Z|_test\.(?:go|py|rb|exs|dart)\Z|_spec\.rb\Z"
    r"|[.-](?:test|tests|spec)\.[cm]?[jt]sx?\Z|(?:^|/)src/test/|Tests?\.(?:java|kt|cs|php)\Z",
)

_ASIDE = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|docs?|documentation|tutorials?)/")


@lru_cache(maxsize=4096)
def is_test(path: str) -> bool:
    """Whether a file is a test, by its path."""
    return _TEST.search(path) is not None


class Ask(Struct, frozen=True, kw_only=True):
    """A package that is asked about."""

    ecosystem: Ecosystem
    name: str
    names: Names
    weak: tuple[Weak, ...] = ()
    """Functions whose use is looked for."""
    parts: frozenset[str] = frozenset()
    """Packages of a module of Go that are looked for."""
    homes: frozenset[str] = frozenset({""})
    """The folders whose files take it from a list of their own."""


class Seen(Struct, kw_only=True):
    """What was seen of one package."""

    first: CodeSpan | None = None
    """The first place that imports it and is no test."""
    test: CodeSpan | None = None
    """The first place in a test."""
    types: CodeSpan | None = None
    """The first place that imports its types alone."""
    parts: dict[str, CodeSpan] = {}
    """The packages of a module of Go that are imported."""
    called: dict[Weak, CodeSpan] = {}
    """The first place, no test, that uses each weak function."""
    possible: set[Weak] = set()
    """Weak functions of which it cannot be told."""


class LanguageSeen(Struct, kw_only=True):
    """What was seen of the files of one language."""

    files: int = 0
    unread: str = ""
    """The first file that was not read."""
    openings: list[tuple[Opening, CodeSpan]] = []
    """Places that import what only a run tells, no tests."""


class Survey(Struct, kw_only=True):
    """What was seen in all."""

    packages: dict[tuple[Ecosystem, str, str], Seen] = {}
    """By ecosystem, name and home."""
    languages: dict[Ecosystem, LanguageSeen] = {}


def survey(
    paths: Iterable[str],
    read: Read,
    asks: Iterable[Ask],
    modules: Collection[str] = frozenset(),
) -> Survey:
    """Look at the files of the target; `modules` are all of Go that it names."""
    told = Survey()
    paths = [path for path in paths if not _FOREIGN.search(path)]
    by_ecosystem: dict[Ecosystem, list[Ask]] = defaultdict(list)
    for ask in asks:
        for home in ask.homes:
            told.packages[ask.ecosystem, ask.name, home] = Seen()
        by_ecosystem[ask.ecosystem].append(ask)
    for ecosystem, own in by_ecosystem.items():
        language = LANGUAGES.get(ecosystem)
        if language is not None:
            _Walk(language, told, own, modules).walk(ecosystem, paths, read)
    return told


class _Walk:
    """One walk through the files of a language."""

    def __init__(
        self, language: Language, told: Survey, asks: Sequence[Ask], modules: Collection[str]
    ) -> None:
        self._language = language
        self._told = told
        self._wanted = list(asks)
        self._modules = modules
        self._seen = LanguageSeen()

    def walk(self, ecosystem: Ecosystem, paths: Sequence[str], read: Read) -> None:
        """Read the files until everything is seen."""
        self._told.languages[ecosystem] = self._seen
        own = [path for path in paths if path.endswith(self._language.suffixes)]
        # The first place is told: of the program before its examples.
        own.sort(key=lambda path: _ASIDE.search(path) is not None)
        ours = _own_modules(own) if ecosystem is Ecosystem.PYPI else frozenset()
        self._wanted = [
            ask for ask in self._wanted if not all(one in ours for one in ask.names.modules)
        ]
        self._seen.files = len(own)
        for path in own:
            if not self._wanted:
                break
            content = read(path)
            if content is None or len(content) > LARGEST:
                self._seen.unread = self._seen.unread or path
                continue
            near = [
                ask
                for ask in self._wanted
                if any(key in content for key in ask.names.keys)
                and not self._tells_nothing(ask, path, content)
            ]
            if near or self._may_open(content):
                self._take(path, content, near)

    def _may_open(self, content: bytes) -> bool:
        hint = self._language.hint
        if hint is None or any(not one.beginning for one, _ in self._seen.openings):
            return False
        return hint.search(content) is not None

    def _take(self, path: str, content: bytes, near: Sequence[Ask]) -> None:
        text = content.decode("utf-8", "replace")
        place_of: Callable[[int], int] = lambda line: line  # noqa: E731
        if path.endswith(".ipynb"):
            try:
                notebook = parse_notebook(content)
            except ParseError:
                self._seen.unread = self._seen.unread or path
                return
            text, place_of = notebook.text, notebook.line
        reading = self._language.read(read_code(text, self._language.manner))

        def span(at: int) -> CodeSpan:
            return CodeSpan(path=path, line=place_of(reading.code.line(at)))

        if not is_test(path):
            known = {one.beginning for one, _ in self._seen.openings}
            for one in reading.openings:
                if one.beginning not in known and len(known) < MOST_OPENINGS:
                    known.add(one.beginning)
                    self._seen.openings.append((one, span(one.at)))
        for ask in near:
            own = [
                one
                for one in reading.imports
                if belongs(ask.ecosystem, one, ask.names, self._modules)
            ]
            mine = owners(ask.ecosystem, path, ask.homes) if own else ()
            for home in mine:
                seen = self._told.packages[ask.ecosystem, ask.name, home]
                self._note(ask, seen, reading, own, is_test(path), span)
            if mine and all(self._is_seen(ask, home) for home in ask.homes):
                self._wanted.remove(ask)

    def _tells_nothing(self, ask: Ask, path: str, content: bytes) -> bool:
        """Whether a file that imports a package has nothing new to tell of it."""
        seen = [self._told.packages[ask.ecosystem, ask.name, home] for home in ask.homes]
        if is_test(path):
            return all(one.first is not None or one.test is not None for one in seen)
        if self._language.passes_on or not all(one.first is not None for one in seen):
            return False
        return not any(
            weak.last.encode() in content
            for weak in ask.weak
            if not all(weak in one.called for one in seen)
        ) and not any(
            part.encode() in content
            for part in ask.parts
            if not all(part in one.parts for one in seen)
        )

    def _is_seen(self, ask: Ask, home: str) -> bool:
        """Whether there is nothing left to see of a package."""
        seen = self._told.packages[ask.ecosystem, ask.name, home]
        return (
            seen.first is not None
            and len(seen.called) == len(ask.weak)
            and len(seen.parts) == len(ask.parts)
        )

    def _note(
        self,
        ask: Ask,
        seen: Seen,
        reading: Reading,
        own: Sequence[Import],
        in_test: bool,
        span: Callable[[int], CodeSpan],
    ) -> None:
        """Take up what a file does with a package."""
        loaded = [one for one in own if one.is_loaded]
        if not loaded:
            seen.types = seen.types or span(own[0].at)
            return
        tested = [one for one in loaded if in_test or reading.is_test(one.at)]
        if tested:
            seen.test = seen.test or span(tested[0].at)
        real = [one for one in loaded if one not in tested]
        if not real:
            return
        seen.first = seen.first or span(real[0].at)
        for one in real:
            if one.module in ask.parts and one.module not in seen.parts:
                seen.parts[one.module] = span(one.at)
        left = [weak for weak in ask.weak if weak not in seen.called]
        if len(real) > MOST_IMPORTS:
            seen.possible.update(left)
        elif left and self._language.find_uses is not None:
            for use in self._language.find_uses(reading, real, left):
                self._note_use(seen, reading, use, span)

    def _note_use(
        self, seen: Seen, reading: Reading, use: Use, span: Callable[[int], CodeSpan]
    ) -> None:
        if use.at < 0:
            seen.possible.add(use.weak)
        elif use.weak not in seen.called and not reading.is_test(use.at):
            seen.called[use.weak] = span(use.at)


def _own_modules(paths: Iterable[str]) -> frozenset[str]:
    """Return the modules of Python at the top of the target: they are meant by their name."""
    own = set()
    for path in paths:
        parts = path.removeprefix("src/").split("/")
        if len(parts) == 1:
            own.add(parts[0].removesuffix(".py"))
        elif len(parts) == 2 and parts[1] == "__init__.py":
            own.add(parts[0])
    return frozenset(own)


def opening_for(seen: LanguageSeen, modules: Sequence[str]) -> tuple[Opening, CodeSpan] | None:
    """Return a place that may import one of these modules by a name that only a run tells."""
    for one, place in seen.openings:
        beginning = one.beginning
        stem = beginning.rstrip("./")
        if not stem or any(
            name.startswith(stem) or beginning.startswith((f"{name}.", f"{name}/"))
            for name in modules
        ):
            return one, place
    return None
