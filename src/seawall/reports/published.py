"""What a report says of published weaknesses, one statement each: shared by the forms of VEX."""

import re
from collections import defaultdict

from msgspec import Struct

from seawall.core.facts import Component
from seawall.core.finding import Evidence, Finding
from seawall.core.location import ComponentLocation
from seawall.core.report import Report
from seawall.core.triage import Status, Triaged

JUSTIFICATIONS = {
    "component not present": "code_not_present",
    "vulnerable code not present": "code_not_present",
    "vulnerable code not in execute path": "code_not_reachable",
    "vulnerable code cannot be controlled by adversary": "protected_by_mitigating_control",
    "inline mitigations already exist": "protected_by_mitigating_control",
}
"""The reasons that OpenVEX knows, in words, and what CycloneDX calls them."""
_OTHERS = {
    "code not present": "vulnerable code not present",
    "code not reachable": "vulnerable code not in execute path",
    "requires configuration": "vulnerable code cannot be controlled by adversary",
    "requires dependency": "component not present",
    "requires environment": "vulnerable code cannot be controlled by adversary",
    "protected by compiler": "inline mitigations already exist",
    "protected at runtime": "inline mitigations already exist",
    "protected at perimeter": "inline mitigations already exist",
    "protected by mitigating control": "inline mitigations already exist",
}
"""What CycloneDX knows, as OpenVEX says it."""


class Published(Struct, frozen=True, kw_only=True):
    """One weakness in packages of which the same is said."""

    name: str
    aliases: tuple[str, ...]
    purls: tuple[str, ...]
    """Sorted."""
    finding: Finding
    """One of them."""
    status: Status
    mended: bool = False
    """Whether somebody says that the very version has the fix."""
    justification: str = ""
    """In the words of either form, "" where the reason begins with none of them."""
    detail: str = ""
    """The reason besides."""
    until: str = ""
    who: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether more is known than that the version is affected."""
        return self.finding.evidence.rank >= Evidence.REACHABLE.rank

    @property
    def openvex_justification(self) -> str:
        """What OpenVEX calls the reason, "" where it has no word for it."""
        words = _OTHERS.get(self.justification, self.justification)
        return words.replace(" ", "_") if words in JUSTIFICATIONS else ""

    @property
    def cyclonedx_justification(self) -> str:
        """What CycloneDX calls the reason, "" where it has no word for it."""
        if self.justification in _OTHERS:
            return self.justification.replace(" ", "_")
        return JUSTIFICATIONS.get(self.justification, "")


def published(report: Report) -> list[Published]:
    """Return the weaknesses in the order of names, and of what is said of them."""
    groups: dict[tuple[str, ...], list[Triaged]] = defaultdict(list)
    for entry in report.findings:
        finding = entry.finding
        if (
            isinstance(finding.location, ComponentLocation)
            and names_of(finding)[0] == finding.label
        ):
            title = finding.fix.title if finding.fix else ""
            rank = str(finding.evidence.rank)
            said = (finding.label, entry.status, entry.reason, entry.who, entry.until, rank, title)
            groups[said].append(entry)
    present = _present(report)
    told = (_published(groups[said], present) for said in sorted(groups))
    return [one for one in told if one.purls]


def target_purl(report: Report) -> str:
    """Return what the target itself is called among packages."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", report.target.name)
    return f"pkg:generic/{name or 'target'}"


def _published(entries: list[Triaged], present: dict[str, set[str]]) -> Published:
    entry = entries[0]
    name, *aliases = names_of(entry.finding)
    head, _, detail = entry.reason.partition(": ")
    is_known = head in JUSTIFICATIONS or head in _OTHERS
    locations = [one.finding.location for one in entries]
    purls = {one.purl for one in locations if isinstance(one, ComponentLocation)}
    if entry.status is Status.FIXED:
        # The version that had it is gone: what is said holds for the one that is there now.
        purls = {now for purl in purls for now in present.get(_plain(purl), ()) if now != purl}
    return Published(
        name=name,
        aliases=tuple(aliases),
        purls=tuple(sorted(purls)),
        finding=entry.finding,
        status=entry.status,
        mended=head in ("fixed", "resolved"),
        justification=head if is_known else "",
        detail=detail if is_known or head in ("fixed", "resolved") else entry.reason,
        until=entry.until,
        who=entry.who,
    )


def names_of(finding: Finding) -> list[str]:
    """Return the names of the weakness; the engine ends its anchors with them."""
    anchors = (finding.anchor, *finding.former_anchors)
    return list(dict.fromkeys(anchor.rpartition("|")[2] for anchor in anchors))


def _present(report: Report) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for fact in report.facts:
        if isinstance(fact, Component) and fact.version:
            found[_plain(fact.purl)].add(fact.purl)
    return found


def _plain(purl: str) -> str:
    """Return a package URL without its version."""
    return purl.partition("?")[0].rpartition("@")[0]
