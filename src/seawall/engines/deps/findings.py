"""Findings about packages, in words."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from seawall.core.finding import Evidence, Finding, Fix, Step
from seawall.core.location import CodeSpan, ComponentLocation
from seawall.core.rule import Rule, Severity
from seawall.engines.deps import advice
from seawall.engines.deps.composition import Member
from seawall.model.advisory import Match
from seawall.model.inventory import Ecosystem, Package

if TYPE_CHECKING:
    from seawall.engines.deps.exposure.level import Told

_LONGEST_WAY = 6
_RULES = {
    "vulnerability": "vulnerable-dependency",
    "malicious": "malicious-dependency",
    "unmaintained": "unmaintained-dependency",
    "notice": "unmaintained-dependency",
}
_SCOPES = {
    "development": "only for development",
    "test": "only for tests",
    "build": "only while building",
    "optional": "only where it is asked for",
}


def anchor_of(ecosystem: Ecosystem, name: str, weakness: str) -> str:
    """Return what makes it the same finding tomorrow: the package and the weakness."""
    return f"v1:{ecosystem}|{name}|{weakness}"


def matched(
    member: Member,
    match: Match,
    rules: Mapping[str, Rule],
    told: "Told",
    *,
    best: advice.Best | None,
    instead: str = "",
) -> Finding:
    """Return the finding that a package has a weakness.

    `told` says how far the package is used; `best` is the nearest version with the
    fewest weaknesses, `instead` what to take in the package's place where it is avoided.
    """
    package, advisory = member.package, match.advisory
    rule = rules[_RULES[advisory.kind]]
    version = advice.nearest(package.version, match.fixed)
    return Finding(
        rule=rule.id,
        location=ComponentLocation(purl=member.purl, declared=member.span),
        message=_message(member, match, told, "" if version else instead),
        anchor=anchor_of(package.ecosystem, package.name, advisory.id),
        former_anchors=tuple(
            anchor_of(package.ecosystem, package.name, name) for name in advisory.aliases
        ),
        severity=_severity(match, rule.severity),
        evidence=Evidence.REACHABLE
        if told.is_reached or advisory.kind == "malicious"
        else Evidence.SUSPECTED,
        exposure=told.exposure,
        exploited=advisory.exploitation is not None and bool(advisory.exploitation.known_since),
        label=advisory.id,
        trail=tuple(_trail(member, told)),
        fix=Fix(title=advice.words(member, version, best)) if version else None,
    )


def _severity(match: Match, usual: Severity) -> Severity:
    advisory = match.advisory
    if advisory.kind != "vulnerability":
        return usual
    # Where nobody rates it, it is told as of middling weight: neither hidden nor breaking.
    return advisory.severity or Severity.MEDIUM


def _message(member: Member, match: Match, exposed: "Told", instead: str) -> str:
    package, advisory = member.package, match.advisory
    told = f"{package.name} {package.version} has {advisory.id}"
    if advisory.kind == "malicious":
        named = f"{package.name} {package.version}".strip()
        told = f"{named} was published to do harm ({advisory.id})"
    elif advisory.kind != "vulnerability":
        told = f"{package.name}: {advisory.id}"
    if advisory.summary:
        told += f": {advisory.summary.rstrip('.')}"
    parts = [told]
    if advisory.exploitation is not None:
        if advisory.exploitation.known_since:
            parts.append(f"known to be exploited since {advisory.exploitation.known_since}")
        elif (advisory.exploitation.percentile or 0) >= 0.95:
            parts.append("likely to be exploited soon (EPSS)")
    if package.scope in _SCOPES:
        parts.append(_SCOPES[package.scope])
    if package.ecosystem is Ecosystem.CONDA:
        parts.append("as PyPI publishes it by this name")
    if exposed.words and advisory.kind != "malicious":
        # What does harm does it when it is installed.
        parts.append(exposed.words)
    if instead:
        parts.append(f"take {instead} in its place")
    return "; ".join(parts)


def _came(package: Package) -> str:
    made = f", made by: {package.made_by}" if package.made_by else ""
    return f"it came in layer {package.layer[:19]}{made}"


def _trail(member: Member, told: "Told") -> Sequence[Step]:
    steps = []
    way = [*member.way, member.package]
    if len(way) > 1:
        names = [f"{one.name} {one.version}".strip() for one in way]
        if len(names) > _LONGEST_WAY:
            names = [*names[:2], "...", *names[-3:]]
        first = CodeSpan(path=member.path, line=max(1, way[0].line))
        steps.append(Step(message=f"it comes by {' → '.join(names)}", location=first))
    if member.package.layer:
        steps.append(Step(message=_came(member.package), location=member.span))
    return [*steps, *told.steps]
