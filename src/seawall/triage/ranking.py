"""Which findings are worth fixing first, and why each of them."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.core.finding import Evidence, Exposure, Finding
from seawall.core.location import place
from seawall.core.rule import Severity
from seawall.core.triage import Triaged

_TEST = re.compile(
    r"(?i)(?:^|/)(?:tests?|specs?|__tests__|testdata|fixtures?|mocks?|e2e|testing)(?:/|$)"
    r"|(?:^|/)(?:test_[^/]*|conftest\.py)$|[._-](?:test|tests|spec)\.[a-z]+$"
)
_EXAMPLE = re.compile(
    r"(?i)(?:^|/)(?:examples?|samples?|demos?|docs?|tutorials?)(?:/|$)"
    r"|\.(?:example|sample|template|dist|md|rst|adoc)$"
)
_OTHERS = re.compile(
    r"(?i)(?:^|/)(?:vendor|node_modules|third[_-]?party|bower_components|dist|build|generated)/"
    r"|\.min\.(?:js|css)$|_pb2\.py$|\.lock$|\.map$"
)
_SEVERITY = {
    Severity.CRITICAL: 40, Severity.HIGH: 30, Severity.MEDIUM: 20, Severity.LOW: 10,
    Severity.INFO: 0,
}  # fmt: skip
_EVIDENCE = {
    Evidence.REFUTED: (-50, "refuted"), Evidence.SUSPECTED: (0, ""),
    Evidence.REACHABLE: (25, "reachable from an entry point"),
    Evidence.PROVEN: (60, "proven to work"), Evidence.ATTACKED: (80, "seen in an attack"),
}  # fmt: skip


_EXPOSURE = {
    Exposure.NOT_IMPORTED: (-25, "not imported here"), Exposure.TESTS_ONLY: (-20, "only in tests"),
    Exposure.UNKNOWN: (0, ""), Exposure.PRESENT: (0, ""), Exposure.IMPORTED: (0, ""),
    Exposure.CALLED: (20, "its weak function is called"),
    Exposure.LOADED: (25, "loaded in production"),
}  # fmt: skip


class Ranked(Struct, frozen=True, kw_only=True):
    """A finding, and why it stands where it stands."""

    triaged: Triaged
    score: int
    reasons: tuple[str, ...]
    """In a few words each, the weightiest first."""
    places: int
    """In how many places the same thing stands; one fix outside the code mends them all."""


def worst_first(
    entries: Iterable[Triaged], breaking: frozenset[str], limit: int = 10
) -> list[Ranked]:
    """Return the findings most worth fixing first; the same secret in many places is told once.

    `breaking` are the fingerprints that break the build by the policy in force.
    """
    groups: dict[str, list[Triaged]] = {}
    for entry in entries:
        if entry.status.is_open:
            groups.setdefault(entry.finding.fingerprint, []).append(entry)
    best = [
        _in_order(_rank(entry, breaking, len(group)) for entry in group)[0]
        for group in groups.values()
    ]
    return _in_order(best)[:limit]


def _in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Order by score, then the newest, then by place; sorting keeps the order of equals."""
    by_place = sorted(ranked, key=_place)
    newest = sorted(by_place, key=_date, reverse=True)
    return sorted(newest, key=lambda one: -one.score)


def _place(ranked: Ranked) -> tuple[str, int]:
    span = place(ranked.triaged.finding.location)
    return (span.path, span.line) if span else ("", 0)


def _date(ranked: Ranked) -> str:
    span = place(ranked.triaged.finding.location)
    return span.revision.date[:10] if span and span.revision else ""


def _rank(entry: Triaged, breaking: frozenset[str], places: int) -> Ranked:
    points = sorted(_points(entry, breaking, places), key=lambda pair: -abs(pair[0]))
    return Ranked(
        triaged=entry,
        score=sum(score for score, _ in points),
        reasons=tuple(words for _, words in points if words),
        places=places,
    )


def _points(entry: Triaged, breaking: frozenset[str], places: int) -> Iterator[tuple[int, str]]:
    finding = entry.finding
    if finding.fingerprint in breaking:
        yield 100, "breaks the build by default"
    yield _SEVERITY[finding.severity], f"{finding.severity.value} severity"
    yield _EVIDENCE[finding.evidence]
    if finding.exposure is not None:
        yield _EXPOSURE[finding.exposure]
    if finding.exploited:
        yield 30, "known to be exploited"
    if any(proof.kind == "checksum" for proof in finding.proof):
        yield 25, "its checksum is right"
    elif finding.known_format:
        yield 20, "of a known format"
    yield _of_place(finding)
    if places > 1:
        yield min(places, 10), f"in {places:,} places"
    if entry.owner:
        yield 4, f"owned by {entry.owner}"


def _of_place(finding: Finding) -> tuple[int, str]:
    span = place(finding.location)
    path = span.path if span else ""
    if _OTHERS.search(path):
        return -45, "in what others wrote or a program made"
    if _TEST.search(path):
        return -30, "in a test"
    if _EXAMPLE.search(path):
        return -25, "in an example or documentation"
    return 15, "outside tests and examples"
