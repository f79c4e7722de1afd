"""A rule: one weakness in words."""

import enum

from msgspec import Struct


class Severity(enum.StrEnum):
    """How much harm the weakness does where it is real, by what an attacker gains."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical, so that severities compare."""
        return _SEVERITY_RANK[self]


_SEVERITY_RANK = {severity: 4 - place for place, severity in enumerate(Severity)}


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One weakness, told to a person. It holds no code that checks."""

    id: str
    """Kebab-case and unique over all engines; reads well after "allow"."""
    title: str
    """The weakness in a few words, sentence case, no full stop."""
    engine: str
    """The engine that finds it: "secrets", "code", ..."""
    severity: Severity
    """What a finding has unless the engine knows better for one place."""
    cwe: tuple[int, ...] = ()
    why: str = ""
    """Why it matters: what an attacker does with it. Markdown, one or two sentences."""
    remedy: str = ""
    """What to do now, in order. Markdown."""
    lesson: str = ""
    """How to keep it from coming back. Markdown."""
    vulnerable: str = ""
    """A few lines of code that have the weakness."""
    fixed: str = ""
    """The same lines without it."""
    links: tuple[str, ...] = ()
    """Vendor or standard pages that say more (https only)."""
    known_format: bool = False
    """Whether some of its findings are of a form that alone identifies what was found."""
    controls: tuple[str, ...] = ()
    """Requirements of standards that it touches, "NIST 800-53 SC-7"."""
    preview: bool = False
    """Told but never breaking: the rule is new and its precision not yet measured."""
