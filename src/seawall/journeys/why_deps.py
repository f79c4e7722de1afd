"""The account of a line that names a package: which one, by which way it came, what is known."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from seawall.config import DepsSection
from seawall.core.facts import Component
from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.engines.deps.engine import DepsEngine
from seawall.journeys.deps import Advisories, DepsExamination, examine_deps
from seawall.model.purl import TYPES
from seawall.source.checkout import Checkout
from seawall.source.file import Entry

_BLOCKS = (".json", ".lock", ".lockb", ".toml", ".yaml", ".yml", ".xml", ".cfg")
"""Endings of files in which a package takes several lines; elsewhere each has its own."""


class Noted(Struct, frozen=True, kw_only=True):
    """One thing that is true of the line."""

    kind: Literal["looked", "finding"]
    words: str
    rule: str = ""


class PackageAccount(Struct, kw_only=True):
    """What there is to say of the packages of a line."""

    noted: list[Noted] = []
    findings: list[Finding] = []


def explain_packages(
    engine: DepsEngine,
    checkout: Checkout,
    entries: Iterable[Entry],
    path: str,
    line: int,
    *,
    advisories: Advisories,
    section: DepsSection,
    today: date,
) -> PackageAccount:
    """Tell what is known of what a line of a list of packages names."""
    if not engine.wants(path):
        return PackageAccount()
    told = examine_deps(
        engine, list(entries), checkout, advisories=advisories, section=section, today=today
    )
    named = _named(told.facts, path, line)
    lines = {line, *(one.declared.line for one in named if one.declared is not None)}
    findings = [one for one in told.findings if _is_at(one, path, lines)]
    noted = [Noted(kind="looked", words=_read_as(engine.name, one)) for one in named]
    if not named:
        words = f"the {engine.name} engine read this file as a list of packages, and none here"
        noted.append(Noted(kind="looked", words=words))
    noted += (Noted(kind="finding", rule=one.rule, words=_told(one)) for one in findings)
    if named and not findings:
        noted += _nothing(told, named[0])
    return PackageAccount(noted=noted, findings=findings)


def _named(components: Iterable[Component], path: str, line: int) -> list[Component]:
    """Return the packages of a line; in files of blocks those of the block that it is in."""
    own = [one for one in components if one.declared is not None and one.declared.path == path]
    at = {one.declared.line for one in own if one.declared is not None}
    first = line
    if line not in at and path.endswith(_BLOCKS):
        first = max((one for one in at if one <= line), default=0)
    return [one for one in own if one.declared is not None and one.declared.line == first]


def _is_at(finding: Finding, path: str, lines: Collection[int]) -> bool:
    span = place(finding.location)
    return span is not None and span.path == path and span.line in lines


def _read_as(engine: str, component: Component) -> str:
    version = f" {component.version}" if component.version else ""
    words = f"the {engine} engine reads {component.name}{version} here ({component.purl})"
    if component.scope != "runtime":
        words += f", for {component.scope} only"
    if component.direct:
        return f"{words}, which the project itself asks for"
    if component.path:
        return f"{words}, which comes by {' → '.join(component.path)}"
    return words


def _told(finding: Finding) -> str:
    known = [finding.severity.value, finding.evidence.value]
    if finding.exposure is not None:
        known.append(finding.exposure.value)
    fix = f"; {finding.fix.title}" if finding.fix is not None else ""
    return f"{finding.message} ({', '.join(known)}){fix}"


def _nothing(told: DepsExamination, component: Component) -> Iterator[Noted]:
    """Say that nothing is known; where the package was not looked up, why."""
    kind = component.purl.removeprefix("pkg:").partition("/")[0]
    others = [str(one) for one, name in TYPES.items() if name != kind]
    reasons = [
        problem.message
        for problem in told.problems
        if not problem.path and not any(f" about {one}" in problem.message for one in others)
    ]
    if reasons:
        yield from (Noted(kind="looked", words=reason) for reason in reasons)
    else:
        yield Noted(kind="looked", words="no weakness of it is published in the advisories here")
