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
from seawall.engines.code.engine import Answer, CodeEngine, Parse
from seawall.engines.code.imports import dependents, drawing, imported
from seawall.engines.code.team import read_team_rules
from seawall.engines.code.words import REMOTE
from seawall.journeys.examine import Examined, Progress
from seawall.journeys.guardrails import Shelf
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
        self._digests: dict[str, str] = {}

    def digest(self, path: str) -> str:
        """Return the digest of a file's content, "" where it cannot be read."""
        known = self._digests.get(path)
        if known is None:
            content = self.read(path)
            known = "" if content is None else blake2b(content, digest_size=16).hexdigest()
            self._digests[path] = known
        return known

    def grounded(self, answer: Answer) -> Answer:
        """Return an answer that says on which contents it rests."""
        return replace(
            answer,
            digest=self.digest(answer.path),
            grounds=tuple(self.digest(path) for path in answer.used),
            listing=self.listing,
        )

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
    answers: list[Answer] = []
    paths = list(files.entries)
    missed = list(paths if wanted is None else wanted)
    if cache is not None:
        answers, missed, new = _known(files, cache, missed)
        # Nothing is answered for a template: it is noted that it has been seen as it is.
        cache.store(
            (files.templates[path], _encode(files.grounded(Answer(path=path)))) for path in new
        )
    done = 0
    for found in _answers(engine, files, paths, missed, jobs):
        batch = [files.masked(answer) for answer in found]
        if cache is not None:
            cache.store(
                (files.entries[answer.path], _encode(files.grounded(answer)))
                for answer in batch
                if not any(problem.partial for problem in answer.problems)
            )
        answers += batch
        done += len(batch)
        progress("following data", done, len(missed))
    examination = _collected(answers, files)
    examination.problems += engine.team.problems
    return examination


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
    resting = dependents(now.entries, now.read, changed | mine, now.name)
    if not changed <= now.entries.keys():
        # What a file that is gone was used by is told by the files of before.
        resting |= dependents(before.entries, before.read, changed, before.name)
    wanted = sorted(resting & set(now.entries))
    after = examine_program(engine, now, wanted=wanted, cache=cache, jobs=jobs, progress=progress)
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


def _known(
    files: ProgramFiles, cache: ResultCache, wanted: list[str]
) -> tuple[list[Answer], list[str], set[str]]:
    """Return the answers that still hold, the files whose answers do not, and new templates."""
    encoded = cache.lookup(files.all())
    decoded: dict[str, Answer] = {}
    for path, data in encoded.items():
        try:
            decoded[path] = _decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    new = {path for path in files.templates if path not in decoded}
    stale = _stale(files, decoded, new)
    good = [decoded[path] for path in wanted if path not in stale]
    return good, [path for path in wanted if path in stale], new


def _stale(files: ProgramFiles, kept: Mapping[str, Answer], new: set[str]) -> set[str]:
    """Return the files whose kept answers do not hold, those without one among them.

    An answer holds when what it used is as it was, and when the answers about that hold too: what
    another file had run before it, it does not name itself.
    """
    changed = {path for path in files.entries if path not in kept}
    stale = set(changed)
    users: dict[str, list[str]] = {}
    for path, answer in kept.items():
        if path not in files.entries:
            continue
        for used, ground in zip(answer.used, answer.grounds, strict=True):
            users.setdefault(used, []).append(path)
            now = kept.get(used)
            if now is None or now.digest != ground:
                stale.add(path)
        if any(one.endswith(name) for name in answer.sought for one in new):
            stale.add(path)
    # Where there are other files than then, an import may lead to another one.
    moved = [path for path in files.entries if path in kept and path not in stale]
    moved = [path for path in moved if kept[path].listing != files.listing]
    for path, leads in imported(files.entries, files.read, moved, files.name):
        if not leads <= set(kept[path].used):
            stale.add(path)
    waiting = list(stale)
    while waiting:
        for path in users.get(waiting.pop(), ()):
            if path not in stale:
                stale.add(path)
                waiting.append(path)
    return stale & files.entries.keys()


def _answers(
    engine: CodeEngine, files: ProgramFiles, paths: list[str], wanted: list[str], jobs: int
) -> Iterator[list[Answer]]:
    batches = [wanted[at : at + BATCH_FILES] for at in range(0, len(wanted), BATCH_FILES)]
    inquiry = engine.inquiry(paths, files.read, files.parse, files.templates, files.name)
    if jobs <= 1 or len(wanted) <= ALONE_FILES:
        for batch in batches:
            yield list(inquiry.answers(batch))
        return
    from seawall.journeys.workers import spread

    # Neighbours import one another: a worker gets long runs of them, and keeps what it parsed.
    share = max(1, (len(batches) + jobs * 4 - 1) // (jobs * 4))
    shares = [
        [path for batch in batches[at : at + share] for path in batch]
        for at in range(0, len(batches), share)
    ]
    spreading = spread(
        shares,
        lambda mine: [_encode(answer) for answer in inquiry.answers(mine)],
        jobs=jobs,
    )
    for mine, encoded in spreading:
        if encoded is None:
            yield [_lost(path) for path in mine]
        else:
            yield [_decode(data) for data in encoded]


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
