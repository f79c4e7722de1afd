"""A finding: one weakness at one place, with what shows it."""

import enum
import hashlib

from msgspec import Struct

from seawall.core.location import CodeSpan, Location
from seawall.core.rule import Severity


class Evidence(enum.StrEnum):
    """The ladder of evidence; `refuted` stands beside it."""

    REFUTED = "refuted"
    SUSPECTED = "suspected"
    REACHABLE = "reachable"
    PROVEN = "proven"
    ATTACKED = "attacked"

    @property
    def rank(self) -> int:
        """0 for refuted up to 4 for attacked, so that evidence compares."""
        return _EVIDENCE_RANK[self]


_EVIDENCE_RANK = {evidence: place for place, evidence in enumerate(Evidence)}


class Exposure(enum.StrEnum):
    """How far a weak package is known to be used, from what the files rule out to what runs.

    Each says what was seen, and none says that a weakness cannot be reached.
    """

    NOT_IMPORTED = "not-imported"
    """Every file of its language was read, and none imports it or what brings it."""
    TESTS_ONLY = "tests-only"
    """Only tests import it."""
    UNKNOWN = "unknown"
    """It is there; whether a file imports it cannot be told."""
    PRESENT = "present"
    """It is there by what is imported, or as a part of a system; no file imports it itself."""
    IMPORTED = "imported"
    CALLED = "called"
    """A file uses one of the functions that have the weakness."""
    LOADED = "loaded"
    """A running program has loaded it; the guard tells."""

    @property
    def rank(self) -> int:
        """0 for not imported up to 6 for loaded, so that exposures compare."""
        return _EXPOSURE_RANK[self]


_EXPOSURE_RANK = {exposure: place for place, exposure in enumerate(Exposure)}


MASK = "••••"
"""Stands wherever a secret stood."""


class Excerpt(Struct, frozen=True, kw_only=True):
    """The lines around a place as they may be shown: secrets in them are already masked."""

    first_line: int
    """1-based number of the first of `lines`."""
    lines: tuple[str, ...]
    """Untrusted text without line ends, each at most 400 characters."""
    mark_line: int
    """1-based number of the line in which the mark is."""
    mark_start: int
    """0-based offset into that line's text as shown, in code points."""
    mark_end: int
    """Offset after the last marked character."""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step that data takes, or a related place, in its own words."""

    message: str
    location: Location
    excerpt: Excerpt | None = None


class Edit(Struct, frozen=True, kw_only=True):
    """A replacement of one span of text."""

    span: CodeSpan
    text: str


class Fix(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What would mend it, in words and, where it is mechanical, as edits."""

    title: str
    edits: tuple[Edit, ...] = ()
    needs: str = ""
    """A package that the program must have for it: it is offered, and not applied unasked."""


class Proof(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was observed that proves (or refutes) the finding; holds no secret."""

    kind: str
    """"exchange", "request", "live-check", "checksum", ..."""
    summary: str
    detail: str = ""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One weakness at one place. It has no status: that is `Triaged`."""

    rule: str
    """Id of the rule."""
    location: Location
    message: str
    """What is wrong here, one sentence, no full stop, no secret."""
    anchor: str
    """What makes it the same finding tomorrow, set by the engine: "v1:..." with the version of
    the recipe first. Never a line number, never the secret itself."""
    severity: Severity
    evidence: Evidence = Evidence.SUSPECTED
    known_format: bool = False
    """Whether its form alone identifies what was found (a vendor's prefix, a checksum)."""
    exposure: Exposure | None = None
    """Of a package, how far it is known to be used; None where that is no question."""
    exploited: bool = False
    """Whether it is known that attackers use it, wherever it is."""
    label: str = ""
    """The reason written at the underlined span, a few words."""
    excerpt: Excerpt | None = None
    trail: tuple[Step, ...] = ()
    proof: tuple[Proof, ...] = ()
    fix: Fix | None = None
    former_anchors: tuple[str, ...] = ()
    """The anchors that older versions gave the same finding, so that decisions migrate."""

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits that name the finding over time; see `triage` for pairing."""
        return fingerprint(self.rule, self.anchor)


def fingerprint(rule: str, anchor: str) -> str:
    """Hash a rule's id and an anchor to 32 hexadecimal digits."""
    return hashlib.blake2b(f"{rule}\n{anchor}".encode(), digest_size=16).hexdigest()
