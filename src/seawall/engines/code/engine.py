"""The code engine: follows data through a whole program."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from msgspec import Struct
from seawall_guard.catalogue.entries import Catalogue

from seawall.core.facts import SinkUse
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule
from seawall.engines.code.analysis import Analysis
from seawall.engines.code.fixes import Fixer, Page
from seawall.engines.code.flows import Where, is_callers
from seawall.engines.code.hits import OWN_KINDS, Hit, Root
from seawall.engines.code.imports import packages_of, used_files
from seawall.engines.code.library import Library
from seawall.engines.code.machine import allow_deep_recursion, allow_usual_recursion
from seawall.engines.code.notebooks import SUFFIX as NOTEBOOK
from seawall.engines.code.notebooks import NotebookText, parse_file
from seawall.engines.code.routes import declared_routes, mounts_of
from seawall.engines.code.suites import is_test
from seawall.engines.code.team import TeamRules, team_findings
from seawall.engines.code.templates import Templates, is_template
from seawall.engines.code.watch import Watch
from seawall.engines.code.words import REMOTE, Files, flagged_finding, flow_finding
from seawall.model.knowledge import Knowledge
from seawall.model.program import Module, line_of
from seawall.model.route_map import Declared, Mount
from seawall.parse.python import SUFFIXES
from seawall.source.text import plain_text

Read = Callable[[str], bytes | None]
"""Reads a file of the target by its path; None where it cannot be read."""
Parse = Callable[[str, bytes], Module]
"""Parses the content of the file at a path; it may remember what it made of the same content."""

READ = frozenset(
    "unsafe-deserialization xml-external-entities xml-bomb archive-traversal code-injection".split()
)
"""What a file may do to a library that reads it, whoever chose the file."""
LOGS, PATHS = "log-injection", "path-traversal"
PROGRAMS = (*SUFFIXES, NOTEBOOK)
"""Suffixes of the files that are parts of a program."""
LARGEST = 2 << 20
"""Bytes of a file that is parsed at the most."""
LARGEST_NOTEBOOK = 8 << 20
"""The same of a notebook, which holds pictures as well."""
KEPT_BYTES = 48 << 20
"""Of the text of parsed files that are kept; their lowered form takes some ten times as much."""

FAILURES = (
    RecursionError,
    MemoryError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    ArithmeticError,
)
"""What may go wrong in one file: it is told, and the others are followed all the same."""

COLLECTED_EACH = 50_000
"""Objects that are made between two looks of the collector for what hangs in circles."""


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one file of the program starts: this is what is kept from scan to scan."""

    path: str
    findings: tuple[Finding, ...] = ()
    routes: tuple[Declared, ...] = ()
    mounts: tuple[Mount, ...] = ()
    """What it declares of the map of routes; that of the program is joined from all files."""
    sinks: tuple[SinkUse, ...] = ()
    imports: tuple[tuple[str, int], ...] = ()
    """The packages of others that it imports, each with the first line that does."""
    problems: tuple[Problem, ...] = ()
    used: tuple[str, ...] = ()
    """The other files that it rests on."""
    digest: str = ""
    """Of the file's content; whoever keeps the answer sets it, and `grounds`."""
    grounds: tuple[str, ...] = ()
    """The digests of the contents of `used`, in their order."""
    listing: str = ""
    """The digest of the names of all files of the program."""
    sought: tuple[str, ...] = ()
    """Names of templates that it looked for: a file that comes to be may be one of them."""


class CodeEngine:
    """Finds weaknesses in programs by following data from where it enters to where it does harm."""

    name = "code"

    def __init__(
        self,
        rules: Sequence[Rule],
        catalogue: Catalogue,
        knowledge: Knowledge,
        digest: str,
        *,
        kinds: frozenset[str] = REMOTE,
        library: bool = False,
        tests: bool = False,
        team: TeamRules | None = None,
    ) -> None:
        """`kinds` are the sources that count; with `library` parameters of public functions do.

        What `tests` do wrong is told only where it is asked for.
        """
        self.team = team or TeamRules()
        self.rules = (*rules, *self.team.words)
        self._by_id = {rule.id: rule for rule in rules}
        self._kinds = kinds | OWN_KINDS | ({"parameter", "file"} if library else set())
        self._counts_files = "file" in kinds or not library
        self._library = Library(catalogue, knowledge, self._by_id, self._kinds)
        self._known = (catalogue, knowledge)
        self._is_library = library
        self._tells_tests = tests
        self.digest = (
            f"{digest}:code-8:{','.join(sorted(self._kinds))}:{'files' * self._counts_files}"
            f":{'tests' * tests}:{self.team.digest}"
        )

    def wants(self, path: str) -> bool:
        """Whether a file is part of a program that the engine reads."""
        return path.endswith(PROGRAMS)

    def draws(self, path: str) -> bool:
        """Whether a file is one that a program may draw in, as a template."""
        return is_template(path)

    def analyse(
        self,
        paths: Iterable[str],
        wanted: Sequence[str],
        read: Read,
        parse: Parse | None = None,
        templates: Iterable[str] = (),
    ) -> Iterable[Answer]:
        """Yield the answers for the wanted files of a program; `paths` are all that it has.

        `templates` are the files beside them that it may draw in.
        """
        return self.inquiry(paths, read, parse, templates).answers(wanted)

    def inquiry(
        self,
        paths: Iterable[str],
        read: Read,
        parse: Parse | None = None,
        templates: Iterable[str] = (),
        name: str = "",
    ) -> "Inquiry":
        """Begin to ask about a program, a few files at a time; `name` is that of its folder."""
        sources = _Sources(read, parse or parse_file)
        analysis = Analysis(
            self._library,
            paths,
            sources.parse,
            templates=Templates(templates, read),
            library_mode=self._is_library,
            name=name,
        )
        return Inquiry(analysis, sources, self._answer)

    def watch(
        self,
        paths: Iterable[str],
        wanted: Sequence[str],
        read: Read,
        path: str,
        lines: frozenset[int],
        templates: Iterable[str] = (),
        name: str = "",
    ) -> Watch:
        """Follow the wanted files of a program, and note what is made of some lines of one.

        `name` is that of the program's folder.
        `lines` are those that are parsed: of a notebook those of its code.
        Every kind of source is followed, so that it can be told which does not count.
        """
        watch = Watch(path, lines, self._counts)
        library = Library(*self._known, self._by_id)
        analysis = Analysis(
            library,
            paths,
            _Sources(read, parse_file).parse,
            templates=Templates(templates, read),
            library_mode=self._is_library,
            name=name,
            watch=watch,
        )
        watch.is_test = self._passes_over(analysis, path, read(path) or b"")
        # The line's own file comes last: only then it is known whether anything leads there.
        for one in sorted(wanted, key=lambda one: one == path):
            if self._passes_over(analysis, one, read(one) or b""):
                continue
            analysis.begin()
            with suppress(*FAILURES):
                allow_deep_recursion(partial(analysis.look_into, one))
        if not watch.roots and path in wanted and not watch.is_test:
            watch.is_forced = True
            with suppress(*FAILURES):
                allow_deep_recursion(lambda: analysis.follow(path, lines))
        return watch

    def _passes_over(self, analysis: Analysis, path: str, content: bytes) -> bool:
        """Whether a file is a test of which nothing is told."""
        return not self._tells_tests and is_test(path, content, analysis.program.paths)

    @property
    def bits(self) -> dict[str, int]:
        """The bit that says of each weakness that something is clean for it."""
        return self._library.bits

    def parsed_lines(self, path: str, line: int, read: Read) -> frozenset[int]:
        """Return the parsed lines for a line of a file: of a notebook, those of its code."""
        if not path.endswith(NOTEBOOK):
            return frozenset({line})
        notebook = NotebookText(read(path) or b"")
        numbers = range(1, len(notebook.lines) + 1)
        return frozenset(number for number in numbers if notebook.line(number) == line)

    def quoting(self, path: str, read: Read) -> Files:
        """Return the text of a file, to tell places in it."""
        sources = _Sources(read, parse_file)
        sources.load_lines(path)
        return Files(sources.lines, sources.notebooks)

    def _answer(self, analysis: Analysis, sources: "_Sources", path: str) -> Answer:
        analysis.begin()
        problems: list[Problem] = []
        content = sources.content(path)
        told = not self._passes_over(analysis, path, content)
        try:
            if told:
                allow_deep_recursion(lambda: analysis.look_into(path))
        except FAILURES as error:
            problems.append(self._failed(path, error))
        problems += sources.problems(path)
        problems += (
            Problem(
                kind=ProblemKind.TOO_LARGE,
                message=f"`{symbol or 'the module'}` was not followed to its end",
                path=at,
                engine=self.name,
            )
            for at, symbol in analysis.exhausted
        )
        module = analysis.program.module(path) if told or self.team.rules else None

        def span_of(where: Where) -> CodeSpan:
            sources.load_lines(where.path)
            return Files(sources.lines, sources.notebooks).code_span(where.path, where.span)

        findings = self._findings(analysis, sources)
        if module is not None and self.team.rules:
            sources.load_lines(path)
            files = Files(sources.lines)
            found, failed = team_findings(self.team, module.tree, path, files, sources.lines[path])
            findings += tuple(found)
            problems += failed
        return Answer(
            path=path,
            findings=findings,
            routes=tuple(declared_routes(analysis, module, span_of)) if module and told else (),
            mounts=tuple(mounts_of(analysis, module)) if module and told else (),
            sinks=tuple(
                SinkUse(sink=symbol, handler=function, declared=span_of(where))
                for where, (symbol, function) in sorted(analysis.hits.sinks.items())
            ),
            imports=tuple(packages_of(analysis.program, path, content)),
            problems=tuple(problems),
            # What it imports had perhaps been run before, for another file.
            used=tuple(
                sorted(
                    (
                        analysis.program.used
                        | analysis.templates.used
                        | used_files(analysis.program, path, content)
                    )
                    - {path}
                )
            ),
            sought=tuple(sorted(analysis.templates.sought)),
        )

    def _findings(self, analysis: Analysis, sources: "_Sources") -> tuple[Finding, ...]:
        findings: list[Finding] = []
        files = Files(sources.lines, sources.notebooks)
        fixer = Fixer(lambda path: _page(analysis, sources, path))
        for flagged, _ in analysis.flagged():
            if flagged.check.secret:
                sources.load_lines(flagged.where.path)
                files.hide(files.code_span(flagged.where.path, flagged.where.span))
        for hit, root in self._without_repeated(analysis):
            if self._counts(hit):
                sources.load_lines(hit.where.path)
                step = hit.flow.step
                while step is not None:
                    sources.load_lines(step.where.path)
                    step = step.before
                if hit.flow.origin.where is not None:
                    sources.load_lines(hit.flow.origin.where.path)
                rule = self._by_id[hit.weakness]
                findings.append(flow_finding(hit, root, rule, files, fixer.fix(hit)))
        told = {(hit.weakness, hit.where) for hit, _ in analysis.found() if self._counts(hit)}
        for flagged, root in analysis.flagged():
            if (flagged.weakness, flagged.where) in told:
                continue
            sources.load_lines(flagged.where.path)
            rule = self._by_id[flagged.weakness]
            findings.append(flagged_finding(flagged, root, rule, files, fixer.fix(flagged)))
        return tuple(findings)

    def _without_repeated(self, analysis: Analysis) -> list[tuple[Hit, Root]]:
        """Return what was found; of what one function logs, or asks of files, only the first.

        So too of what it does with what a library's caller handed in: one check before that mends
        the rest. Who opens a file need not be told that he asks for it.
        """
        found = analysis.found()
        opened = {_place_of(hit) for hit, _ in found if hit.weakness == PATHS and not _asks(hit)}
        told: set[Place] = set()
        kept: list[tuple[Hit, Root]] = []
        for hit, root in found:
            place = _place_of(hit)
            if _asks(hit) and place in opened:
                continue
            if hit.weakness == LOGS or _asks(hit) or is_callers(hit.flow):
                if place in told:
                    continue
                told.add(place)
            kept.append((hit, root))
        return kept

    def _counts(self, hit: Hit) -> bool:
        kind = hit.flow.origin.kind
        if kind == "file" and not self._counts_files:
            return hit.weakness in READ
        return kind in self._kinds

    def _failed(self, path: str, error: BaseException) -> Problem:
        return Problem(
            kind=ProblemKind.ENGINE,
            message=f"the {self.name} engine failed here ({type(error).__name__})",
            path=path,
            engine=self.name,
            partial=True,
            hint="please report it, with the file if you may",
        )


Place = tuple[str, str, str, Where | None]


def _place_of(hit: Hit) -> Place:
    """Return which function does what with what came in where."""
    return hit.weakness, hit.where.path, hit.function, hit.flow.origin.where


def _asks(hit: Hit) -> bool:
    """Whether a path is only asked about: whether there is a file, how large it is."""
    return hit.weakness == PATHS and hit.sink is not None and hit.sink.severity == "medium"


class Inquiry:
    """Questions about one program: what was parsed for one file is there for the next."""

    def __init__(
        self,
        analysis: Analysis,
        sources: "_Sources",
        answer: Callable[[Analysis, "_Sources", str], Answer],
    ) -> None:
        self._analysis = analysis
        self._sources = sources
        self._answer = answer

    def answers(self, wanted: Iterable[str]) -> Iterator[Answer]:
        """Yield the answers for some files."""
        for path in wanted:
            with _seldom_collected():
                answer = self._answer(self._analysis, self._sources, path)
            yield answer
            self._sources.forget_lines()
            if self._sources.parsed > KEPT_BYTES:
                self._sources.parsed = 0
                self._analysis.forget()


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the collector look less often: most of what is made stays, or goes without it."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], COLLECTED_EACH), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _page(analysis: Analysis, sources: "_Sources", path: str) -> Page | None:
    module = analysis.program.module(path) if path.endswith(SUFFIXES) else None
    if module is None:
        return None
    sources.load_lines(path)
    return Page(path, module.tree, sources.lines[path])


class _Sources:
    """Reads and parses the files of a program, and keeps the lines that findings quote."""

    def __init__(self, read: Read, parse: Parse) -> None:
        self._read = read
        self._parse = parse
        self.parsed = 0
        """Bytes that were parsed and are kept."""
        self._problems: dict[str, list[Problem]] = {}
        self.lines: dict[str, list[str]] = {}
        self.notebooks: dict[str, NotebookText] = {}

    def parse(self, path: str) -> Module | None:
        content = self._read(path)
        if content is None:
            return None
        largest = LARGEST_NOTEBOOK if path.endswith(NOTEBOOK) else LARGEST
        if len(content) > largest:
            self._problems[path] = [
                Problem(
                    kind=ProblemKind.TOO_LARGE,
                    message=f"not parsed: larger than {largest:,} bytes",
                    path=path,
                    engine="code",
                )
            ]
            return None
        module = allow_usual_recursion(lambda: self._parse(path, content))
        self.parsed += len(content)
        if module.broken:
            self._problems[path] = [
                Problem(
                    kind=ProblemKind.PARSE,
                    message=f"passed over: {broken.reason}",
                    path=path,
                    line=self._line(path, content, line_of(broken.span)),
                    engine="code",
                )
                for broken in module.broken[:3]
            ]
        return module

    def _line(self, path: str, content: bytes, line: int) -> int:
        return NotebookText(content).line(line) if path.endswith(NOTEBOOK) else line

    def content(self, path: str) -> bytes:
        """Return the content of a file, nothing where it cannot be read."""
        return self._read(path) or b""

    def problems(self, path: str) -> list[Problem]:
        return self._problems.pop(path, [])

    def load_lines(self, path: str) -> None:
        if path not in self.lines:
            content = self._read(path) or b""
            if path.endswith(NOTEBOOK):
                notebook = self.notebooks[path] = NotebookText(content)
                self.lines[path] = notebook.lines
                return
            self.lines[path] = plain_text(content).split("\n")

    def forget_lines(self) -> None:
        if len(self.lines) > 200:
            self.lines.clear()
            self.notebooks.clear()
