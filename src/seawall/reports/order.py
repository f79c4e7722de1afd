"""The order in which findings are told, and the numbers that every format gives."""

import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from seawall.core.location import (
    CallSite,
    CodeSpan,
    ComponentLocation,
    HostLocation,
    Location,
    ResourceLocation,
    RouteLocation,
    place,
)
from seawall.core.report import ProblemKind, Report
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged


class Summary(Struct, frozen=True, kw_only=True):
    """What a reader wants to know first."""

    breaking: int
    open: int
    closed: int
    by_severity: dict[Severity, int]
    """Open findings, the worst first; severities without any are left out."""


def in_order(report: Report) -> list[Triaged]:
    """Return the findings: what breaks the build first, what is exploited, the worst, by place."""
    breaking = breaking_fingerprints(report)

    def key(entry: Triaged) -> tuple[bool, bool, bool, int, int, str, int, int, str]:
        finding = entry.finding
        span = place(finding.location)
        return (
            not entry.status.is_open,
            not breaks(entry, breaking),
            not finding.exploited,
            -finding.severity.rank,
            -finding.evidence.rank,
            span.path if span else "",
            span.line if span else 0,
            span.column if span else 0,
            finding.rule,
        )

    return sorted(report.findings, key=key)


def breaking_fingerprints(report: Report) -> frozenset[str]:
    """Return the fingerprints for which the gate breaks the build."""
    return frozenset(reason.fingerprint for reason in report.verdict.reasons)


def breaks(entry: Triaged, breaking: frozenset[str]) -> bool:
    """Whether a finding is one of those that break the build."""
    return entry.status.value == "new" and entry.finding.fingerprint in breaking


def summarise(report: Report) -> Summary:
    """Count what there is."""
    open_ = [entry for entry in report.findings if entry.status.is_open]
    counted = Counter(entry.finding.severity for entry in open_)
    return Summary(
        breaking=len(report.verdict.reasons),
        open=len(open_),
        closed=len(report.findings) - len(open_),
        by_severity={severity: counted[severity] for severity in Severity if counted[severity]},
    )


def foreign_words(report: Report) -> str:
    """Count what the suppressions of other scanners close: they alone give no reason."""
    counted = Counter(
        re.split(r",| at line ", entry.origin)[0]
        for entry in report.findings
        if entry.status is Status.WAIVED and not entry.reason
    )
    return ", ".join(f"{count:,} by {name}" for name, count in sorted(counted.items()) if name)


def verdict_words(report: Report) -> str:
    """Say the verdict in one sentence without a full stop."""
    verdict = report.verdict
    if not verdict.gated:
        return f"nothing was decided (--no-gate): {told(verdict.told)}"
    if verdict.opened:
        broken = told(len(verdict.reasons))
        return (
            f"the gate was opened in an emergency: {verdict.opened}; {broken} would break the build"
        )
    if not verdict.passed:
        clauses = Counter(reason.clause for reason in verdict.reasons)
        parts = [
            f"{told(count)}, each {name}" if count > 1 else name for name, count in clauses.items()
        ]
        more = f"; {_more(verdict.told)} nothing" if verdict.told else ""
        return f"the gate breaks the build: {'; '.join(parts)}{more}"
    if report.partial:
        return "the scan is not whole, so it cannot pass"
    # What an engine could not look at may hold anything: nobody may read that it is clean.
    gaps = any(problem.kind is ProblemKind.ENGINE for problem in report.problems)
    rest = "; not everything was looked at" if gaps else ""
    if verdict.told:
        return f"the gate passes: {told(verdict.told)}, none of which breaks the build{rest}"
    return f"the gate passes: nothing was found{rest}"


def _more(count: int) -> str:
    return "1 more finding breaks" if count == 1 else f"{count:,} more findings break"


def told(count: int) -> str:
    """Return "1 finding", "2 findings"."""
    return f"{count:,} finding{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """Return bytes as people read them."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    return ""


def where(entry: Triaged) -> str:
    """Return "path:line:column" of a finding, or its other place."""
    return words_of(entry.finding.location)


def words_of(location: Location) -> str:
    """Say a place as its own field says it; where it stands in a file, the file."""
    span = place(location)
    if span is not None:
        return f"{span.path}:{span.line}:{span.column}"
    match location:
        case RouteLocation():
            parameter = f" (parameter {location.parameter})" if location.parameter else ""
            return f"{location.method} {location.template}{parameter}"
        case ResourceLocation():
            return f"{location.address}{'.' + location.attribute if location.attribute else ''}"
        case ComponentLocation():
            return location.purl
        case CallSite():
            return f"{location.sink} in {location.handler}"
        case HostLocation():
            return f"{location.host}:{location.port}" if location.port else location.host
        case CodeSpan():
            return location.path


def spans(entries: Iterable[Triaged]) -> int:
    """Count the files that have findings."""
    return len({span.path for entry in entries if (span := place(entry.finding.location))})
