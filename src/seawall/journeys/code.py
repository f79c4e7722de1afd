"""The code engine as the journeys use it: it is asked about a whole program, not file by file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seawall.config import CodeSection
from seawall.core.facts import Fact, ImportUse, SinkUse
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, place
from seawall.core.report import Problem, ProblemKind
from seawall.engines.code.engine import Answer, CodeEngine, Inquiry, Parse
from seawall.engines.code.imports import dependents, drawing
from seawall.engines.code.surface import digest
from seawall.engines.code.team import read_team_rules
from seawall.engines.code.words import REMOTE
from seawall.journeys.examine import Examined, Progress
from seawall.journeys.guardrails import Shelf
from seawall.journeys.kept import KeptAnswers
from seawall.journeys.mask import Masker
from seawall.journeys.rule_files import named_files, rule_files
from seawall.model.route_map import Declared, Mount, join_routes
from seawall.rules.code import load_code, load_project_code
from seawall.source.cache import ResultCache
from seawall.source.file import Entry, Skip, Source
from seawall.source.linehash import line_hashes

Reader = Callable[[Entry], Source | Skip | Problem]

ALONE_FILES = 60
"""Up to so many files starting workers costs more than it saves."""
BATCH_FILES = 60
MOST_MISSING = 4
"""Of so many files one may be unknown where a program is taken to be known."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Answer).decode


class Examination(Struct, kw_only=True):
    """What the engine has to say about a program."""

    findings: dict[str, list[Finding]] = {}
    """By path of the file in which they are."""
    facts: list[Fact] = []
    problems: list[Problem] = []

    def add_to(self, examined: Examined, entries: Iterable[Entry]) -> None:
        """Put the findings beside those of the other engines."""
        by_path = {entry.path: entry for entry in entries}
        for path, findings in self.findings.items():
            entry = by_path.get(path)
            if entry is not None:
                examined.found += ((entry, finding) for finding in findings)
        examined.problems += self.problems
        examined.finish()


def load_code_engine(
    cache_folder: Path | None,
    section: CodeSection | None = None,
    shelf: Shelf | None = None,
) -> CodeEngine:
    """Load what is known of weaknesses and libraries, and make the engine.

    `shelf` has the files that the configuration's `section` names. Raises ConfigError when one is
    missing or wrong.
    """
    section = section or CodeSection()
    known = load_code(cache_folder)
    if section.catalogue and shelf is not None:
        known = load_project_code(named_files(section.catalogue, shelf), known)
    team = None
    if section.semgrep and shelf is not None:
        team = read_team_rules(rule_files(section.semgrep, shelf), known.rules)
    return CodeEngine(
        known.rules,
        known.catalogue,
        known.knowledge,
        known.digest,
        kinds=REMOTE | set(section.sources),
        library=section.library,
        tests=section.tests,
        team=team,
    )


class ProgramFiles:
    """The files of a program, read when they are asked for."""

    def __init__(
        self,
        entries: Iterable[Entry],
        read: Reader,
        engine: CodeEngine,
        parse: Parse | None = None,
        masker: Masker | None = None,
        name: str = "",
    ) -> None:
        """`parse` stands in for the parser where somebody remembers what it made.

        `masker` masks secrets in what is quoted of the files; `name` is that of their folder.
        """
        self.name = name
        self.masker = masker
        entries = list(entries)
        self.entries = {entry.path: entry for entry in entries if engine.wants(entry.path)}
        self.templates = {entry.path: entry for entry in entries if engine.draws(entry.path)}
        """What a program may draw in; no answer is asked for it."""
        self.parse = parse
        self._read = read

    def kept(self, answer: Answer) -> Answer:
        """Return an answer as it is kept."""
        return replace(answer, listing=self.listing)

    def seen(self, path: str) -> Answer:
        """Return what is kept of a template, for which nothing is answered: how it was."""
        return Answer(path=path, state=digest(self.read(path) or b""))

    @cached_property
    def listing(self) -> str:
        """The digest of the names of the files: an import leads where there is one."""
        names = "\n".join([self.name, *sorted(self.entries)])
        return blake2b(names.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def has(self, path: str) -> bool:
        """Whether there is a file at a path."""
        return path in self.entries or path in self.templates

    def all(self) -> list[Entry]:
        """Return every file in which something may be found."""
        return [*self.entries.values(), *self.templates.values()]

    def touched(self, changed: frozenset[str]) -> set[str]:
        """Return the changed parts of the program, and those that name a changed template."""
        touched = {path for path in changed if path in self.entries}
        templates = {path for path in changed if path in self.templates}
        if templates:
            touched |= drawing(self.entries, self.templates, self.read, templates)
        return touched

    def read(self, path: str) -> bytes | None:
        """Return the content of a file; None where it cannot be read."""
        source = self.source(path)
        return source.content if source is not None else None

    def source(self, path: str) -> Source | None:
        """Return a file; None where it cannot be read."""
        entry = self.entries.get(path) or self.templates.get(path)
        source = self._read(entry) if entry is not None else None
        return source if isinstance(source, Source) else None

    def masked(self, answer: Answer) -> Answer:
        """Return an answer without the secrets of the files that it quotes."""
        return self.masker.masked(answer, self.source) if self.masker is not None else answer


def examine_program(
    engine: CodeEngine,
    files: ProgramFiles,
    *,
    wanted: Sequence[str] | None = None,
    cache: ResultCache | None = None,
    jobs: int = 1,
    progress: Progress,
) -> Examination:
    """Ask the engine about a program; `wanted` are the files whose answers matter (None: all)."""
    asking = _Asking(engine, files, cache, jobs, progress)
    answers = asking.ask(list(files.entries if wanted is None else wanted))
    examination = _collected(answers, files)
    examination.problems += engine.team.problems
    return examination


class _Asking:
    """Asks about a program, and only what is not known of it."""

    def __init__(
        self,
        engine: CodeEngine,
        files: ProgramFiles,
        cache: ResultCache | None,
        jobs: int,
        progress: Progress,
    ) -> None:
        self._engine = engine
        self._files = files
        self._cache = cache if cache is not None and cache.works else None
        # In a circle of imports it hangs on which module runs first what the others come to:
        # answers of several processes rest on different runs, and the next scan would ask again.
        self._jobs = jobs if self._cache is None else 1
        self._progress = progress
        self._done = 0
        self._inquiry: Inquiry | None = None
        self._keeps: frozenset[str] | None = None

    @cached_property
    def encoded(self) -> dict[str, bytes]:
        """What the cache has of the files as they are."""
        return self._cache.lookup(self._files.all()) if self._cache is not None else {}

    def ask(
        self,
        wanted: Sequence[str],
        decode: Callable[[bytes], Answer] | None = None,
        keeps: frozenset[str] | None = None,
    ) -> list[Answer]:
        """Return the answers about some files; `keeps` are those that may be kept (None: all)."""
        self._keeps = keeps
        if self._cache is None:
            return list(self._answers(wanted, len(wanted)))
        files, cache = self._files, self._cache
        decoded = _decoded(self.encoded, decode or _decode)
        new = files.templates.keys() - decoded.keys()
        # It is noted that it has been seen as it is.
        cache.store((files.templates[path], _encode(files.seen(path))) for path in new)
        kept = KeptAnswers(
            files.entries,
            decoded,
            listing=files.listing,
            leads=self._engine.leads(files.entries, files.read, files.name),
            fits=self._engine.fits((*files.entries, *files.templates)),
        )
        unknown = kept.unknown()
        first = [path for path in wanted if path in unknown]
        for answer in self._answers(first, len(first)):
            kept.note(answer)
        stale = kept.stale() if len(first) < len(wanted) else set()
        second = [path for path in wanted if path in stale and path not in unknown]
        for answer in self._answers(second, len(first) + len(second)):
            kept.note(answer)
        # What holds as well for the files that there are now need not be looked at again.
        cache.store(
            (files.entries[path], _encode(files.kept(kept.answer(path))))
            for path in kept.moved - stale
            if keeps is None or path in keeps
        )
        return [kept.answer(path) for path in wanted]

    def _answers(self, wanted: Sequence[str], total: int) -> Iterator[Answer]:
        files = self._files
        for found in self._found(wanted):
            batch = [files.masked(answer) for answer in found]
            if self._cache is not None:
                self._cache.store(
                    (files.entries[answer.path], _encode(files.kept(answer)))
                    for answer in batch
                    if not any(problem.partial for problem in answer.problems)
                    and (self._keeps is None or answer.path in self._keeps)
                )
            yield from batch
            self._done += len(batch)
            self._progress("following data", self._done, total)

    def _found(self, wanted: Sequence[str]) -> Iterator[list[Answer]]:
        batches = [wanted[at : at + BATCH_FILES] for at in range(0, len(wanted), BATCH_FILES)]
        if self._inquiry is None:
            self._inquiry = self._engine.inquiry(
                self._files.entries,
                self._files.read,
                self._files.parse,
                self._files.templates,
                self._files.name,
                kept=self._cache is not None,
            )
        inquiry = self._inquiry
        if self._jobs <= 1 or len(wanted) <= ALONE_FILES:
            for batch in batches:
                yield list(inquiry.answers(batch))
            return
        from seawall.journeys.workers import spread

        # Neighbours import one another: a worker gets long runs of them, and keeps what it parsed.
        share = max(1, (len(batches) + self._jobs * 4 - 1) // (self._jobs * 4))
        shares = [
            [path for batch in batches[at : at + share] for path in batch]
            for at in range(0, len(batches), share)
        ]
        spreading = spread(
            shares,
            lambda mine: [_encode(answer) for answer in inquiry.answers(mine)],
            jobs=self._jobs,
        )
        for mine, encoded in spreading:
            if encoded is None:
                yield [_lost(path) for path in mine]
            else:
                yield [_decode(data) for data in encoded]


def _decoded(encoded: Mapping[str, bytes], decode: Callable[[bytes], Answer]) -> dict[str, Answer]:
    decoded: dict[str, Answer] = {}
    for path, data in encoded.items():
        try:
            decoded[path] = decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return decoded


def examine_change(
    engine: CodeEngine,
    now: ProgramFiles,
    before: ProgramFiles,
    changed: frozenset[str],
    renames: dict[str, str],
    *,
    cache: ResultCache | None = None,
    jobs: int,
    progress: Progress,
) -> tuple[Examination, Examination]:
    """Ask about what a change may have changed, as it is now and as it was before."""
    mine, theirs = now.touched(changed), before.touched(changed)
    if not mine and not theirs:
        return Examination(), Examination()
    asking = _Asking(engine, now, cache, jobs, progress)
    missing = now.entries.keys() - asking.encoded.keys() - mine
    if len(missing) <= min(ALONE_FILES, len(now.entries) // MOST_MISSING):
        return _known_change(asking, engine, now, before, theirs, cache, jobs, progress)
    resting = dependents(now.entries, now.read, changed | mine, now.name)
    if not changed <= now.entries.keys():
        # What a file that is gone was used by is told by the files of before.
        resting |= dependents(before.entries, before.read, changed, before.name)
    wanted = sorted(resting & set(now.entries))
    after = _collected(asking.ask(wanted), now)
    after.problems += engine.team.problems
    if not any(after.findings.values()):
        wanted_before = sorted(theirs)
    else:
        wanted_before = sorted({renames.get(path, path) for path in wanted} | theirs)
    wanted_before = [path for path in wanted_before if path in before.entries]
    past = examine_program(
        engine, before, wanted=wanted_before, cache=cache, jobs=jobs, progress=progress
    )
    past.problems = []
    return after, past


def _known_change(
    asking: "_Asking",
    engine: CodeEngine,
    now: ProgramFiles,
    before: ProgramFiles,
    theirs: set[str],
    cache: ResultCache | None,
    jobs: int,
    progress: Progress,
) -> tuple[Examination, Examination]:
    """Tell what a change changed where nearly all of the program is known: two whole scans."""
    # Most is the same on both sides: it is decoded once.
    known: dict[bytes, Answer] = {}

    def decode(data: bytes) -> Answer:
        answer = known.get(data)
        if answer is None:
            answer = known[data] = _decode(data)
        return answer

    after = {answer.path: answer for answer in asking.ask(list(now.entries), decode)}
    # What stands for a file that is as it was is what holds now.
    asked = _Asking(engine, before, cache, jobs, progress)
    past = {
        answer.path: answer for answer in asked.ask(list(before.entries), decode, frozenset(theirs))
    }
    differing = {path for path in after.keys() | past.keys() if after.get(path) != past.get(path)}
    # What others tell of the same file as well was there before, if they told it before.
    about = _about(after, differing) | _about(past, differing)
    differing |= {path for path in after if not about.isdisjoint(_about(after, (path,)))}
    told = _collected((after[path] for path in differing if path in after), now)
    told.problems += engine.team.problems
    were = _collected((past[path] for path in differing if path in past), before)
    were.problems = []
    return told, were


def _about(answers: Mapping[str, Answer], paths: Iterable[str]) -> set[tuple[str, str]]:
    """Return the rules and files of which answers tell something."""
    return {
        (finding.rule, span.path)
        for path in paths
        if path in answers
        for finding in answers[path].findings
        if (span := place(finding.location)) is not None
    }


def _lost(path: str) -> Answer:
    problem = Problem(
        kind=ProblemKind.ENGINE,
        message="the worker that followed the data of this file died",
        path=path,
        engine="code",
        partial=True,
        hint="memory may have run out; try --jobs 1",
    )
    return Answer(path=path, problems=(problem,))


def _collected(answers: Iterable[Answer], files: ProgramFiles) -> Examination:
    """Join the answers: one finding for one weakness at one place, the best shown."""
    best: dict[tuple[str, str, int, int], Finding] = {}
    examination = Examination()
    problems: dict[tuple[str, int, str], Problem] = {}
    declared: list[Declared] = []
    mounts: list[Mount] = []
    imports: dict[str, CodeSpan] = {}
    sinks: dict[SinkUse, None] = {}
    for answer in sorted(answers, key=lambda answer: answer.path):
        for finding in answer.findings:
            span = place(finding.location)
            if span is None:
                continue
            key = (finding.rule, span.path, span.line, span.column)
            known = best.get(key)
            if known is None or _rank(finding) > _rank(known):
                best[key] = finding
        for top, line in answer.imports:
            imports.setdefault(top, CodeSpan(path=answer.path, line=line))
        sinks |= dict.fromkeys(answer.sinks)
        declared += answer.routes
        mounts += answer.mounts
        for problem in answer.problems:
            problems.setdefault((problem.path, problem.line, problem.message), problem)
    examination.facts += join_routes(declared, mounts)
    examination.facts += (
        ImportUse(module=top, declared=span) for top, span in sorted(imports.items())
    )
    examination.facts += sinks
    examination.problems = list(problems.values())
    by_path: dict[str, list[Finding]] = {}
    for (_, path, _, _), finding in sorted(best.items()):
        by_path.setdefault(path, []).append(finding)
    for path, findings in by_path.items():
        examination.findings[path] = _hashed(findings, files.read(path) or b"")
    return examination


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    return (finding.evidence.rank, finding.severity.rank, -len(finding.trail), finding.message)


def _hashed(findings: list[Finding], content: bytes) -> list[Finding]:
    """Add the identity that GitHub gives the line of each finding."""
    lines = {span.line for finding in findings if (span := place(finding.location)) is not None}
    hashes = line_hashes(content, lines)
    return [
        replace(
            finding,
            location=replace(finding.location, line_hash=hashes.get(finding.location.line, "")),
        )
        if isinstance(finding.location, CodeSpan)
        else finding
        for finding in findings
    ]
