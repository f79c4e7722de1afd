"""Read each file once, hand it to every file engine, and remember the answers by content."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.core.errors import SeawallError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, place
from seawall.core.report import Problem, ProblemKind
from seawall.source.cache import ResultCache
from seawall.source.file import Entry, Skip, Source
from seawall.source.linehash import line_hashes
from seawall.source.symbols import enclosing_symbols
from seawall.triage.allow import Allow, read_allows
from seawall.triage.foreign import may_be_marked, read_marks

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0: nobody knows)."""

Read = tuple[Entry, Source | Skip | Problem]
Reader = Callable[[Sequence[Entry]], Iterable[Read]]
"""Reads entries in the order given; runs in a worker, which may give it parts of the whole."""

SHAPE = "answers-2"
"""Changes whenever the same findings make another `FileResult`: it keys what is remembered."""

BATCH_BYTES = 4 << 20
BATCH_FILES = 400
ALONE_BYTES = 6 << 20
ALONE_FILES = 1500
"""Below both, starting workers costs more than it saves."""


class FileEngine(Protocol):
    """An engine that answers for one file at a time."""

    @property
    def name(self) -> str:
        """The engine's name, as rules say it."""

    @property
    def digest(self) -> str:
        """Changes whenever the same content might be answered differently."""

    def scan(self, source: Source) -> list[Finding]:
        """Return the findings in a file, in order."""

    def prepare(self, files: int, size: int) -> None:
        """Load what scanning so many files and bytes needs, before workers are forked."""

    def limits(self, source: Source, findings: Sequence[Finding]) -> tuple[Problem, ...]:
        """Say what a reader must know when a file holds more than is told."""


class FileResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is to be said about one file; this is what the cache keeps, without any secret."""

    findings: tuple[Finding, ...] = ()
    allows: tuple[Allow, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: str = ""
    """The reason why no engine looked at it."""


NOTHING = FileResult()
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(FileResult).decode


class Examined(Struct, kw_only=True):
    """What came out of all files; it grows while they are read."""

    found: list[tuple[Entry, Finding]] = []
    allowed: list[tuple[Entry, tuple[Allow, ...]]] = []
    problems: list[Problem] = []
    skipped: dict[str, int] = {}
    files: int = 0
    bytes: int = 0
    from_cache: int = 0
    no_texts: set[str] = set()
    """Paths of what was skipped as "binary"."""

    @property
    def findings(self) -> list[Finding]:
        """The findings in the order of places."""
        return [finding for _, finding in self.found]

    @property
    def allows(self) -> dict[str, tuple[Allow, ...]]:
        """The inline allows by path."""
        found: dict[str, tuple[Allow, ...]] = {}
        for entry, allows in self.allowed:
            found[entry.path] = (*found.get(entry.path, ()), *allows)
        return found

    def skip(self, reason: str) -> None:
        """Count a file that no engine looked at."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def take_back(self, entry: Entry) -> None:
        """Count a file that is no text among those that were looked at, for it was after all."""
        if entry.path not in self.no_texts:
            return
        self.no_texts.remove(entry.path)
        self.skipped["binary"] -= 1
        if not self.skipped["binary"]:
            del self.skipped["binary"]
        self.files += 1
        self.bytes += max(0, entry.size)

    def add(self, entry: Entry, result: FileResult) -> None:
        """Add one file's answer."""
        self.problems += result.problems
        if result.skipped:
            self.skip(result.skipped)
            if result.skipped == "binary":
                self.no_texts.add(entry.path)
            return
        self.files += 1
        self.bytes += max(0, entry.size)
        self.found += ((entry, finding) for finding in result.findings)
        if result.allows:
            self.allowed.append((entry, result.allows))

    def finish(self) -> "Examined":
        """Put everything in the order of places, whatever order the workers answered in."""
        self.found.sort(key=lambda pair: _place_key(pair[1]))
        self.problems.sort(key=lambda problem: (problem.path, problem.line, problem.message))
        return self


def _place_key(finding: Finding) -> tuple[str, int, int, str]:
    span = place(finding.location)
    return (span.path, span.line, span.column, finding.rule) if span else ("", 0, 0, finding.rule)


def one_by_one(read: Callable[[Entry], Source | Skip | Problem]) -> Reader:
    """Make a reader of a function that reads one entry."""
    return lambda entries: ((entry, read(entry)) for entry in entries)


def _result(
    read: Source | Skip | Problem, engines: Sequence[FileEngine], hashed: bool
) -> FileResult:
    if isinstance(read, Skip):
        return FileResult(skipped=read.reason)
    if isinstance(read, Problem):
        return FileResult(problems=(read,), skipped="unreadable")
    result = examine_source(read, engines, history=not hashed)
    if not hashed or not result.findings:
        return result
    return replace(result, findings=placed(result.findings, read.content))


def examine_source(
    source: Source, engines: Sequence[FileEngine], *, history: bool = False
) -> FileResult:
    """Ask every engine about one file; an engine that fails is a problem, not the end.

    In a history, an allow that nothing needs is nobody's concern and is not looked for.
    """
    findings: list[Finding] = []
    problems: list[Problem] = list(source.problems)
    for engine in engines:
        try:
            found = engine.scan(source)
            findings += found
            problems += engine.limits(source, found)
        except (
            SeawallError,
            MemoryError,
            RecursionError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            RuntimeError,
            OSError,
        ) as error:
            problems.append(
                Problem(
                    kind=ProblemKind.ENGINE,
                    message=f"the {engine.name} engine failed here ({type(error).__name__})",
                    path=source.path,
                    engine=engine.name,
                    partial=True,
                    hint="please report it; `seawall why PATH:1` shows the error",
                )
            )
    allows = () if history and not findings else tuple(read_allows(source.content))
    if findings and may_be_marked(findings):
        # One that nothing needs is told of our own marks only.
        allows += tuple(read_marks(source.content))
    if not findings and not allows and not problems:
        return NOTHING
    return FileResult(findings=tuple(findings), allows=allows, problems=tuple(problems))


def placed(findings: Sequence[Finding], content: bytes) -> tuple[Finding, ...]:
    """Add what encloses each finding, and the identity that GitHub gives its line.

    Both are for following it over time: equal findings in one file, and GitHub's own alerts.
    """
    spans = [place(finding.location) for finding in findings]
    lines = {span.line for span in spans if span is not None}
    hashes, symbols = line_hashes(content, lines), enclosing_symbols(content, lines)
    return tuple(
        replace(
            finding,
            location=replace(
                span,
                line_hash=hashes.get(span.line, ""),
                symbol=span.symbol or symbols.get(span.line, ""),
            ),
        )
        if isinstance(finding.location, CodeSpan) and span is not None
        else finding
        for finding, span in zip(findings, spans, strict=True)
    )


def examine(
    entries: Iterable[Entry | Skip | Problem],
    read: Reader,
    engines: Sequence[FileEngine],
    *,
    cache: ResultCache | None,
    jobs: int,
    progress: Progress,
    hashed: bool = True,
) -> Examined:
    """Examine all entries: from the cache where it knows them, in workers where it pays.

    `hashed` gives findings what encloses them and GitHub's hash of their line, which have no use
    in a history.
    """
    examined = Examined()
    wanted: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Skip):
            examined.skip(entry.reason)
        elif isinstance(entry, Problem):
            examined.problems.append(entry)
        else:
            wanted.append(entry)
    missed = _from_cache(wanted, cache, examined)
    done = 0
    for batch in _answers(missed, read, engines, jobs, hashed):
        kept: list[tuple[Entry, bytes]] = []
        for entry, encoded in batch:
            result = _decode(encoded) if encoded else NOTHING
            examined.add(entry, result)
            if not any(problem.partial for problem in result.problems):
                kept.append((entry, encoded))
        if cache is not None:
            cache.store(kept)
        done += len(batch)
        progress("scanning", done, len(missed))
    return examined.finish()


def _from_cache(wanted: list[Entry], cache: ResultCache | None, examined: Examined) -> list[Entry]:
    """Add what the cache knows and return what it does not."""
    if cache is None:
        return wanted
    known = cache.lookup(wanted)
    missed: list[Entry] = []
    plain = size = 0
    for entry in wanted:
        encoded = known.get(entry.path)
        if encoded is None:
            missed.append(entry)
        elif not encoded:
            # Nearly every file: nothing was found in it.
            plain += 1
            size += entry.size
        else:
            try:
                result = _decode(encoded)
            except (msgspec.DecodeError, UnicodeDecodeError):
                missed.append(entry)
                continue
            examined.add(entry, result)
            examined.from_cache += 1
    examined.files += plain
    examined.bytes += size
    examined.from_cache += plain
    return missed


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += max(entry.size, 0)
        if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


Answers = list[tuple[Entry, bytes]]


def _answers(
    entries: list[Entry], read: Reader, engines: Sequence[FileEngine], jobs: int, hashed: bool
) -> Iterator[Answers]:
    total = sum(max(entry.size, 0) for entry in entries)
    for engine in engines:
        engine.prepare(len(entries), total)
    small = total <= ALONE_BYTES and len(entries) <= ALONE_FILES
    if jobs <= 1 or small or not hasattr(os, "fork"):
        for batch in _batches(entries):
            yield _answer_batch(batch, read, engines, hashed)
        return
    from seawall.journeys.workers import spread

    batches = list(_batches(entries))
    answered = spread(batches, lambda batch: _answer_batch(batch, read, engines, hashed), jobs=jobs)
    for batch, answers in answered:
        yield answers if answers is not None else [(entry, _lost(entry)) for entry in batch]


def _answer_batch(
    batch: list[Entry], read: Reader, engines: Sequence[FileEngine], hashed: bool
) -> Answers:
    answers: Answers = []
    for entry, content in read(batch):
        result = _result(content, engines, hashed)
        answers.append((entry, b"" if result is NOTHING else _encode(result)))
    return answers


def _lost(entry: Entry) -> bytes:
    """Return the answer for a file whose worker died: nobody may think that it was clean."""
    problem = Problem(
        kind=ProblemKind.ENGINE,
        message="the worker that scanned this file died",
        path=entry.path,
        partial=True,
        hint="memory may have run out; try --jobs 1",
    )
    return _encode(FileResult(problems=(problem,), skipped="unreadable"))
