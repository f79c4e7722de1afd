"""The code engine: follows data through a whole program."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from seawall_guard.catalogue.entries import Catalogue

from seawall.core.errors import UNFORESEEN
from seawall.core.facts import SinkUse
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Rule
from seawall.engines.code.analysis import Analysis
from seawall.engines.code.fixes import Fixer, Page
from seawall.engines.code.flows import Where, is_callers
from seawall.engines.code.grounds import Ground, Grounds
from seawall.engines.code.hits import OWN_KINDS, Hit, Root
from seawall.engines.code.imports import leads_of, packages_of
from seawall.engines.code.library import Library
from seawall.engines.code.machine import allow_deep_recursion, allow_usual_recursion
from seawall.engines.code.notebooks import SUFFIX as NOTEBOOK
from seawall.engines.code.notebooks import NotebookText, parse_file
from seawall.engines.code.program import Program
from seawall.engines.code.routes import declared_routes, mounts_of
from seawall.engines.code.suites import is_test
from seawall.engines.code.surface import ALL, Surface, digest, surface_of, whole_surface
from seawall.engines.code.team import TeamRules, team_findings
from seawall.engines.code.templates import Names, Templates, is_template
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
    """The other files that it rests on: first `run` of them for what running the module rests on.

    This and what follows is there for answers that are kept.
    """
    run: int = 0
    states: tuple[bytes, ...] = ()
    """The states of `used`, as `Ground.state`."""
    marks: bytes = b""
    """What was looked at of `used`: see `Answer.grounds`."""
    state: bytes = b""
    """The state of the file itself."""
    version: bytes = b""
    """The digest of all that running the module rests on."""
    leads: bytes = b""
    """The digest of where its imports lead."""
    surface: bytes = b""
    """The digests of its parts: see `Answer.parts`."""
    listing: str = ""
    """The digest of the names of all files of the program."""
    sought: tuple[str, ...] = ()
    """Ends of paths that it looked for beside imports: of templates, and of modules by text."""
    fits: bytes = b""
    """The digest of the paths that end so."""

    def grounds(self) -> list[tuple[tuple[str, ...], bytes]]:
        """Return what was looked at of `used`, and the digest of that."""
        return _decode_marks(self.marks)

    def parts(self) -> Surface:
        """Return the digests of its parts."""
        return _decode_surface(self.surface)


_decode_marks = msgspec.msgpack.Decoder(list[tuple[tuple[str, ...], bytes]]).decode
_decode_surface = msgspec.msgpack.Decoder(Surface).decode
_encode = msgspec.msgpack.Encoder().encode


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
            f"{digest}:code-11:{','.join(sorted(self._kinds))}:{'files' * self._counts_files}"
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
        *,
        kept: bool = True,
    ) -> "Inquiry":
        """Begin to ask about a program, a few files at a time; `name` is that of its folder.

        Answers that are `kept` say on what they rest.
        """
        sources = _Sources(read, parse or parse_file, self._library.vocabulary if kept else None)
        drawn = list(templates)
        analysis = Analysis(
            self._library,
            paths,
            sources.parse,
            templates=Templates(drawn, read),
            library_mode=self._is_library,
            name=name,
        )
        grounds = None
        if kept:
            fits = self.fits((*analysis.program.paths, *drawn))
            grounds = sources.grounds(analysis.program, self._tells_tests, fits)
        return Inquiry(analysis, sources, grounds, self._answer)

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
            _Sources(read, parse_file, None).parse,
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
            with suppress(*UNFORESEEN):
                allow_deep_recursion(partial(analysis.look_into, one))
        if not watch.roots and path in wanted and not watch.is_test:
            watch.is_forced = True
            with suppress(*UNFORESEEN):
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
        sources = _Sources(read, parse_file, None)
        sources.load_lines(path)
        return Files(sources.lines, sources.notebooks)

    def leads(self, paths: Iterable[str], read: Read, name: str = "") -> Callable[[str], bytes]:
        """Return what gives the digest of where the imports of a program's files lead."""
        program = Program(paths, lambda path: None, self._library.roots, name)
        return lambda path: _leads(program, path, read(path) or b"")

    def fits(self, paths: Iterable[str]) -> Callable[[tuple[str, ...]], bytes]:
        """Return what gives the digest of the paths that end as some names do."""
        return partial(_fits, Names(paths))

    def _answer(
        self, analysis: Analysis, sources: "_Sources", grounds: Grounds | None, path: str
    ) -> Answer:
        analysis.begin()
        sources.quoted = set()
        problems: list[Problem] = []
        content = sources.content(path)
        told = not self._passes_over(analysis, path, content)
        try:
            if told:
                allow_deep_recursion(lambda: analysis.look_into(path))
        except UNFORESEEN as error:
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
        answer = Answer(
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
            sought=tuple(sorted(analysis.templates.sought)),
        )
        return self._grounded(answer, analysis, sources, grounds) if grounds else answer

    def _grounded(
        self, answer: Answer, analysis: Analysis, sources: "_Sources", grounds: Grounds
    ) -> Answer:
        """Return an answer with what it rests on."""
        path, looks = answer.path, analysis.machine.looks
        # What it quotes stands at a line, and what is fixed there hangs on the file around.
        looks |= {(quoted, ALL) for quoted in sources.quoted if not self.draws(quoted)}
        run = grounds.of_run(path)
        known = set(run)
        rest = [one for one in grounds.of_answer(path, looks) if one not in known]
        drawn = [
            Ground(one, digest(sources.content(one)), (ALL,), b"")
            for one in sorted(analysis.templates.used)
        ]
        found = [*run, *rest, *drawn]
        return replace(
            answer,
            used=tuple(one.path for one in found),
            run=len(run),
            states=tuple(one.state for one in found),
            marks=_encode([(one.keys, one.mark) for one in found]),
            state=grounds.state(path),
            version=grounds.version(path) if grounds.is_run(path) else b"",
            leads=sources.leads(path),
            fits=grounds.fits(answer.sought),
            surface=_encode(sources.surface(path)),
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
        grounds: Grounds | None,
        answer: Callable[[Analysis, "_Sources", Grounds | None, str], Answer],
    ) -> None:
        self._analysis = analysis
        self._sources = sources
        self._grounds = grounds
        self._answer = answer

    def answers(self, wanted: Iterable[str]) -> Iterator[Answer]:
        """Yield the answers for some files."""
        for path in wanted:
            with _seldom_collected():
                answer = self._answer(self._analysis, self._sources, self._grounds, path)
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


def _leads(program: Program, path: str, content: bytes) -> bytes:
    """Return the digest of what other files' names make of a file: where it leads, what it is."""
    told = b"" if is_test(path, content, program.paths) else b"told"
    return digest(told, leads_of(program, path, content))


def _fits(names: Names, sought: tuple[str, ...]) -> bytes:
    found = [one for name in sought for one in (name, *names.fitting(name))]
    return digest(*(one.encode("utf-8", "surrogateescape") for one in found)) if found else b""


class _Sources:
    """Reads and parses the files of a program, and keeps the lines that findings quote."""

    def __init__(self, read: Read, parse: Parse, vocabulary: frozenset[str] | None) -> None:
        """With a `vocabulary` the surfaces of what is parsed are worked out."""
        self._read = read
        self._parse = parse
        self._vocabulary = vocabulary
        self._surfaces: dict[str, Surface] = {}
        self._leads: dict[str, bytes] = {}
        self._program: Program | None = None
        self.quoted: set[str] = set()
        """The files whose lines were asked for."""
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
        if self._vocabulary is not None and path not in self._surfaces:
            self._surfaces[path] = (
                whole_surface(content)
                if path.endswith(NOTEBOOK)
                else surface_of(module, content, self._vocabulary)
            )
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

    def grounds(
        self, program: Program, tells_tests: bool, fits: Callable[[tuple[str, ...]], bytes]
    ) -> Grounds:
        """Begin to work out on what answers about a program rest."""
        self._program = program

        @cache
        def is_run(path: str) -> bool:
            return tells_tests or not is_test(path, self.content(path), program.paths)

        return Grounds(program.runs, self.surface, self.leads, is_run, fits)

    def surface(self, path: str) -> Surface:
        """Return the surface of a file."""
        known = self._surfaces.get(path)
        if known is None:
            # It was not parsed, or could not be.
            known = self._surfaces[path] = whole_surface(self.content(path))
        return known

    def leads(self, path: str) -> bytes:
        """Return the digest of where the imports of a file lead."""
        known = self._leads.get(path)
        if known is None:
            assert self._program is not None
            known = self._leads[path] = _leads(self._program, path, self.content(path))
        return known

    def content(self, path: str) -> bytes:
        """Return the content of a file, nothing where it cannot be read."""
        return self._read(path) or b""

    def problems(self, path: str) -> list[Problem]:
        return self._problems.pop(path, [])

    def load_lines(self, path: str) -> None:
        self.quoted.add(path)
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
