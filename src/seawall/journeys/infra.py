"""The infrastructure engine as the journeys use it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from seawall.config import InfraSection
from seawall.core.facts import Resource
from seawall.core.finding import Finding, Step
from seawall.core.location import place
from seawall.core.report import Problem
from seawall.engines.infra.engine import Format, InfraEngine
from seawall.journeys.examine import Examined
from seawall.journeys.files import Side, TargetFiles
from seawall.journeys.guardrails import Shelf
from seawall.journeys.mask import Masker
from seawall.journeys.rule_files import INFRA, rule_files
from seawall.rules.infra import load_checks, load_infra, load_project_infra
from seawall.source.excerpt import excerpt_of
from seawall.source.file import Entry, Source
from seawall.source.text import plain_text
from seawall.triage.allow import Allow
from seawall.triage.infra_marks import read_infra_marks


class InfraExamination(Struct, kw_only=True):
    """What the engine has to say about what a target declares."""

    findings: list[Finding] = []
    facts: list[Resource] = []
    problems: list[Problem] = []
    marks: dict[str, tuple[Allow, ...]] = {}
    """By path, those of other scanners, of the files with findings."""

    def add_to(self, examined: Examined, entries: Iterable[Entry]) -> None:
        """Put the findings beside those of the other engines."""
        by_path = {entry.path: entry for entry in entries}
        for finding in self.findings:
            span = place(finding.location)
            entry = by_path.get(span.path) if span is not None else None
            if entry is not None:
                examined.found.append((entry, finding))
        examined.allowed += (
            (by_path[path], marks) for path, marks in self.marks.items() if path in by_path
        )
        examined.problems += self.problems
        examined.finish()


def load_infra_engine(
    cache_folder: Path | None = None,
    section: InfraSection | None = None,
    shelf: Shelf | None = None,
) -> InfraEngine:
    """Make the engine with what is packaged, and with the rules that a configuration names.

    `shelf` has those files. Raises ConfigError when one is missing or wrong.
    """
    known = load_infra(cache_folder)
    if section is not None and section.rules and shelf is not None:
        known = load_project_infra(rule_files(section.rules, shelf, INFRA), known)
    engine = InfraEngine(known.rules, known.checks, load_checks, _load_formats, known.digest)
    if section is not None and section.rules:
        # What a team has written is told to be wrong whether or not there is anything to ask.
        engine.load()
    return engine


def _load_formats() -> Sequence[Format]:
    # What reads all languages of infrastructure is loaded when a target may have any.
    from seawall.engines.infra.formats import FORMATS

    return FORMATS


def examine_infra(
    engine: InfraEngine, entries: Iterable[Entry], side: Side, masker: Masker
) -> InfraExamination:
    """Ask the engine about what a target declares."""
    files = TargetFiles(entries, side)
    declared = engine.read(files.paths, files.read)
    quoted = _Quoted(files)
    findings = [quoted.shown(one) for one in engine.judge(declared.resources, declared.problems)]
    return InfraExamination(
        findings=masker.findings(findings, quoted.source),
        facts=engine.facts(declared.resources),
        problems=declared.problems,
        marks=quoted.marks(findings),
    )


class _Quoted:
    """The text of files that findings show."""

    def __init__(self, files: TargetFiles) -> None:
        self._files = files
        self._lines: dict[str, list[str]] = {}

    def source(self, path: str) -> Source | None:
        """Return a file as engines are given it."""
        content = self._files.read(path)
        return None if content is None else Source(path=path, content=content, language="")

    def marks(self, findings: Iterable[Finding]) -> dict[str, tuple[Allow, ...]]:
        """Return the marks of other scanners in the files with findings."""
        paths = {span.path for one in findings if (span := place(one.location)) is not None}
        found: dict[str, tuple[Allow, ...]] = {}
        for path in sorted(paths):
            content = self._files.read(path)
            marks = tuple(read_infra_marks(content)) if content is not None else ()
            if marks:
                found[path] = marks
        return found

    def shown(self, finding: Finding) -> Finding:
        """Return a finding with the lines around its place and those of its trail."""
        span = place(finding.location)
        if span is None:
            return finding
        return replace(
            finding,
            excerpt=excerpt_of(span, lambda number: self._line(span.path, number)),
            trail=tuple(map(self._step, finding.trail)),
        )

    def _step(self, step: Step) -> Step:
        span = place(step.location)
        if span is None:
            return step
        excerpt = excerpt_of(span, lambda number: self._line(span.path, number))
        return replace(step, excerpt=excerpt)

    def _line(self, path: str, number: int) -> str:
        if path not in self._lines:
            content = self._files.read(path)
            self._lines[path] = plain_text(content).split("\n") if content is not None else []
        lines = self._lines[path]
        return lines[number - 1] if 0 < number <= len(lines) else ""
