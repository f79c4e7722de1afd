"""Give findings their status and owner by everything that people decided beforehand."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from seawall.core.finding import Finding
from seawall.core.location import place
from seawall.core.report import Problem
from seawall.core.triage import Status, Triaged
from seawall.floor import Floor
from seawall.journeys.guardrails import Guardrails
from seawall.triage.allow import Allow
from seawall.triage.status import Before, triage
from seawall.triage.waivers import apply_waivers
from seawall.waivers import FILE as WAIVERS_FILE


def settle(
    findings: Sequence[Finding],
    guardrails: Guardrails,
    *past: Before,
    allows: Mapping[str, Sequence[Allow]],
    today: date,
    whole: bool = False,
) -> tuple[list[Triaged], list[Problem]]:
    """Give findings their status: by the past, the allows, the waivers, and what the floor accepts.

    Only of the `whole` target can be told what is accepted and not there.
    """
    before = list(past)
    if guardrails.baseline is not None:
        forgets = "`seawall baseline write` forgets what is gone" if whole else ""
        before.append(replace(guardrails.baseline, forgets=forgets))
    day = today.isoformat()
    triaged, problems = triage(
        findings, before=before, allows=allows, today=day, foreign=guardrails.foreign
    )
    triaged, unmet = apply_waivers(
        triaged, guardrails.waivers, origin=WAIVERS_FILE, today=day, whole=whole
    )
    for path, statements in guardrails.statements.items():
        triaged, _ = apply_waivers(triaged, statements, origin=path, today=day, whole=False)
    held = [_held_to(guardrails.floor, entry, today) for entry in triaged]
    return held, [*problems, *unmet]


def _held_to(floor: Floor | None, entry: Triaged, today: date) -> Triaged:
    """Open again what was waived for longer than the floor accepts."""
    if floor is None:
        return entry
    last_day = today + timedelta(days=floor.longest_waiver)
    if floor.accepts(entry, last_day.isoformat()):
        return entry
    origin = f"{entry.origin}, which the floor {floor.name} does not accept"
    return replace(entry, status=Status.NEW, origin=origin)


def with_owner(triaged: Triaged, guardrails: Guardrails) -> Triaged:
    """Name the owner of the place where a finding is."""
    span = place(triaged.finding.location)
    owner = guardrails.owner_of(span.path) if span else ""
    return replace(triaged, owner=owner) if owner else triaged
