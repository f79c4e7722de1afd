"""What the code engine makes of one line, and which of its findings touch it."""

from pathlib import Path

from msgspec import Struct

from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, place
from seawall.engines.code.account import Noted, Teller
from seawall.engines.code.engine import CodeEngine
from seawall.engines.code.imports import dependents
from seawall.journeys.code import ProgramFiles, examine_program
from seawall.source.cache import ResultCache

MOST_NEAR = 40
"""Files that rest on the line's own and are followed with it at the most."""


class Touched(Struct, frozen=True, kw_only=True):
    """A finding that has its place, or a step of its trail, on the line."""

    finding: Finding
    step: int = 0
    """Number of the step that is on the line; 0: the finding itself is."""


class CodeAccount(Struct, frozen=True, kw_only=True):
    """What there is to say of one line."""

    noted: tuple[Noted, ...] = ()
    touched: tuple[Touched, ...] = ()


def explain_code(
    engine: CodeEngine, files: ProgramFiles, path: str, line: int, cache: ResultCache
) -> CodeAccount:
    """Ask what is made of a line of a program, with the answers that a scan has kept."""
    if not files.has(path):
        return CodeAccount()
    wanted, passed = _near(files, path)
    examination = examine_program(engine, files, wanted=wanted, cache=cache, progress=_silent)
    touched = [
        one
        for found in examination.findings.values()
        for finding in found
        if (one := _touching(finding, path, line)) is not None
    ]
    lines = engine.parsed_lines(path, line, files.read)
    watch = engine.watch(
        files.entries, wanted, files.read, path, lines, files.templates, files.name
    )
    teller = Teller(watch, engine.bits, engine.quoting(path, files.read))
    found_here = frozenset(one.finding.rule for one in touched if not one.step)
    noted = list(teller.told(found_here)) if lines else []
    if passed:
        words = f"{passed:,} more files that rest on this one were not followed"
        noted.append(Noted("looked", words))
    return CodeAccount(noted=tuple(noted), touched=tuple(touched))


def _near(files: ProgramFiles, path: str) -> tuple[list[str], int]:
    """Return the files whose answers may touch one, and how many more there are."""
    parts = files.touched(frozenset({path}))
    found = dependents(files.entries, files.read, frozenset(parts), files.name)
    resting = sorted(found & set(files.entries))
    folder = str(Path(path).parent)
    resting.sort(key=lambda one: (one not in parts, str(Path(one).parent) != folder))
    return resting[: MOST_NEAR + 1], max(0, len(resting) - MOST_NEAR - 1)


def _touching(finding: Finding, path: str, line: int) -> Touched | None:
    if _is_at(place(finding.location), path, line):
        return Touched(finding=finding)
    for number, step in enumerate(finding.trail, start=1):
        if _is_at(place(step.location), path, line):
            return Touched(finding=finding, step=number)
    return None


def _is_at(span: CodeSpan | None, path: str, line: int) -> bool:
    return span is not None and span.path == path and span.line <= line <= span.last_line


def told_touched(touched: Touched, path: str) -> str:
    """Say a finding, and which of its steps is on the line of a file."""
    finding = touched.finding
    if not touched.step:
        return f"{finding.message} ({finding.evidence.value}, {finding.severity.value})"
    span = place(finding.location)
    where = ""
    if span is not None:
        where = f"line {span.line}" if span.path == path else f"{span.path}:{span.line}"
    step = finding.trail[touched.step - 1].message
    return f"step {touched.step} of {len(finding.trail)} of the finding at {where}: {step}"


def _silent(words: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""
