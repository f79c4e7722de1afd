"""Give each finding its one status from what was there before and what people allowed."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Problem, ProblemKind
from seawall.core.triage import Status, Triaged
from seawall.triage.allow import Allow
from seawall.triage.foreign import Foreign
from seawall.triage.pairing import Identity, pair


class Before(Struct, frozen=True, kw_only=True):
    """What was there before: a baseline or the findings at the merge base."""

    identities: Sequence[Identity]
    origin: str
    """In words: "baseline .seawall/baseline.jsonl", "merge base 3f2a9c1"."""
    renames: Mapping[str, str] = {}
    """Present path to former path."""
    forgets: str = ""
    """How to forget what is gone, where that is told: only of what was scanned whole."""


def triage(
    findings: Sequence[Finding],
    *,
    before: Sequence[Before],
    allows: Mapping[str, Sequence[Allow]],
    today: str,
    foreign: Foreign | None = None,
) -> tuple[list[Triaged], list[Problem]]:
    """Return the findings with their status in the given order, and what is wrong with the allows.

    `allows` are by path; `today` is an ISO date: an allow holds to the end of its day. Without
    `foreign` the marks and files of other scanners close nothing.
    """
    statuses: list[Triaged] = [Triaged(finding=finding, status=Status.NEW) for finding in findings]
    problems: list[Problem] = []
    for past in before:
        paired, gone = pair(past.identities, findings, renames=past.renames)
        if gone and past.forgets:
            many = "finding is" if len(gone) == 1 else "findings are"
            message = f"{len(gone):,} known {many} gone, by the {past.origin}"
            problems.append(Problem(kind=ProblemKind.CONFIG, message=message, hint=past.forgets))
        for index, old in enumerate(paired):
            if old is not None:
                statuses[index] = Triaged(
                    finding=findings[index], status=Status.KNOWN, origin=past.origin
                )
    used: set[tuple[str, int]] = set()
    for index, finding in enumerate(findings):
        allow = _allow_for(finding, allows, today)
        if allow is None:
            origin = _foreign_origin(finding, allows, foreign) if foreign else ""
            if origin:
                statuses[index] = Triaged(finding=finding, status=Status.WAIVED, origin=origin)
            continue
        path, entry = allow
        used.add((path, entry.line))
        statuses[index] = Triaged(
            finding=finding,
            status=Status.WAIVED,
            reason=entry.reason,
            until=entry.until,
            origin=f"inline {path}:{entry.line}",
        )
    return statuses, [*problems, *_allow_problems(allows, used, findings, today)]


def _allow_for(
    finding: Finding, allows: Mapping[str, Sequence[Allow]], today: str
) -> tuple[str, Allow] | None:
    span = place(finding.location)
    if span is None or span.path not in allows:
        return None
    for allow in allows[span.path]:
        if _valid(allow, today) and _meets(allow, finding):
            return span.path, allow
    return None


def _foreign_origin(
    finding: Finding, allows: Mapping[str, Sequence[Allow]], foreign: Foreign
) -> str:
    """Say which other scanner's suppression speaks for the finding, "" for none."""
    span = place(finding.location)
    mark = foreign.mark_of(finding, allows.get(span.path, ())) if span else None
    return f"{mark.tool} at line {mark.line}" if mark else foreign.ignored(finding)


def _meets(allow: Allow, finding: Finding) -> bool:
    span = place(finding.location)
    return (
        span is not None
        and finding.rule in allow.rules
        and span.line <= allow.covers <= span.last_line
    )


def _valid(allow: Allow, today: str) -> bool:
    return bool(allow.reason) and (not allow.until or today <= allow.until)


def _allow_problems(
    allows: Mapping[str, Sequence[Allow]],
    used: set[tuple[str, int]],
    findings: Sequence[Finding],
    today: str,
) -> list[Problem]:
    problems = []
    places: dict[str, list[Finding]] = {}
    for finding in findings:
        span = place(finding.location)
        if span is not None and span.path in allows:
            places.setdefault(span.path, []).append(finding)
    for path, entries in allows.items():
        for allow in entries:
            if allow.tool:
                # Whether another scanner needs it is not known here.
                continue
            names = ", ".join(allow.rules)
            needed = any(_meets(allow, finding) for finding in places.get(path, ()))
            if not allow.reason:
                message = f"the allow of {names} gives no reason, so it allows nothing"
                hint = f"write `seawall: allow {names} -- why, until YYYY-MM-DD`"
            elif allow.until and today > allow.until:
                message = f"the allow of {names} expired on {allow.until}" + (
                    "" if needed else " and nothing needs it"
                )
                hint = "mend the finding, or give a new reason and date"
            elif (path, allow.line) not in used:
                message, hint = f"the allow of {names} is not needed here", "remove it"
            else:
                continue
            problems.append(
                Problem(
                    kind=ProblemKind.CONFIG, message=message, path=path, line=allow.line, hint=hint
                )
            )
    return problems
