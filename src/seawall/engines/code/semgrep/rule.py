"""A rule as a Semgrep rule file states it, read and ready to be matched."""

import re
from collections.abc import Mapping

from msgspec import Struct

from seawall.core.rule import Rule, Severity
from seawall.engines.code.semgrep.pattern import Pattern

_CWE = re.compile(r"(?i)^\s*(?:cwe[-_ :]*)?(\d{1,5})\b")
_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "ERROR": Severity.HIGH,
    "HIGH": Severity.HIGH,
    "WARNING": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "INFO": Severity.LOW,
    "LOW": Severity.LOW,
    "INVENTORY": Severity.INFO,
    "EXPERIMENT": Severity.INFO,
}
_TITLE = 80


class Code(Struct, frozen=True):
    """A pattern of code."""

    pattern: Pattern


class Regex(Struct, frozen=True):
    """An expression over the text of the file; named groups bind metavariables."""

    regex: re.Pattern[str]


class Inside(Struct, frozen=True):
    """What is matched must lie within a match of this."""

    inner: "Formula"


class Not(Struct, frozen=True):
    """What is matched must not be this or, around an `Inside`, not lie within it."""

    inner: "Formula"


class Any(Struct, frozen=True):
    """One of them."""

    items: "tuple[Formula, ...]"


class All(Struct, frozen=True):
    """All of them at one place, under conditions on what the metavariables bound."""

    items: "tuple[Formula, ...]"
    conditions: "tuple[Condition, ...]" = ()
    focus: tuple[tuple[str, ...], ...] = ()
    """Each narrows the match to one of its metavariables."""
    name: str = ""
    """Metavariable that the whole match is bound to."""


Formula = Code | Regex | Inside | Not | Any | All


class TextCondition(Struct, frozen=True):
    """The metavariable's text matches from its start."""

    metavariable: str
    regex: re.Pattern[str]


class PatternCondition(Struct, frozen=True):
    """The formula is found within what the metavariable bound."""

    metavariable: str
    formula: Formula


class TypeCondition(Struct, frozen=True):
    """The metavariable is of one of the types."""

    metavariable: str
    types: tuple[Pattern, ...]


class Comparison(Struct, frozen=True):
    """An expression over metavariables that must hold."""

    expression: Pattern
    strip: bool = False
    """Whether quotes around a metavariable's text are taken off first."""
    base: int = 0
    """Of integers written in it; 0 is as Python reads them."""
    metavariable: str = ""
    """The one that `strip` and `base` speak of; "" is all."""


Condition = TextCondition | PatternCondition | TypeCondition | Comparison


class Origin(Struct, frozen=True, kw_only=True):
    """A place of taint: a source, a sink or a sanitizer."""

    formula: Formula
    exact: bool
    """Whether only the match itself counts, not what lies within it."""
    effect: str = "no"
    """Whether the matched variable is changed from there on: "no", "yes" or "only"."""
    label: str = ""
    requires: Pattern | None = None
    """An expression over labels."""
    gentle: bool = False
    """A sanitizer that spares what is itself a source or a sink."""


class Passage(Struct, frozen=True, kw_only=True):
    """A propagator: taint of one metavariable goes over to another."""

    formula: Formula
    taken: str
    given: str
    effect: bool = True
    """Whether the variable that takes it up keeps it from there on."""


class Taint(Struct, frozen=True, kw_only=True):
    """What a rule in taint mode follows."""

    sources: tuple[Origin, ...]
    sinks: tuple[Origin, ...]
    sanitizers: tuple[Origin, ...] = ()
    propagators: tuple[Passage, ...] = ()


class Replacement(Struct, frozen=True, kw_only=True):
    """A `fix-regex`."""

    regex: re.Pattern[str]
    text: str
    """In Python's notation of `re.sub`."""
    count: int = 0


class Options(Struct, frozen=True, kw_only=True):
    """How code is compared and taint is followed."""

    constants: bool = True
    """A name that is given a constant once counts as that constant."""
    symbols: bool = False
    """A name that is given any expression once counts as that expression."""
    imports: bool = True
    commutative: bool = True
    """Operands of "|" and "&" match in any order."""
    commutative_logic: bool = False
    safe_functions: bool = False
    safe_indexes: bool = False
    safe_booleans: bool = False
    safe_numbers: bool = False
    assignments_only: bool = False
    unify: bool = False
    """Metavariables of the same name in source and sink are one."""


Words = tuple[frozenset[str], ...]
"""Sets of identifiers, of one of which all must be in a file."""


class SemgrepRule(Struct, frozen=True, kw_only=True):
    """One rule of a rule file."""

    id: str
    message: str
    severity: Severity
    search: Formula | None = None
    taint: Taint | None = None
    """Set in taint mode, where `search` is None."""
    cwe: tuple[int, ...] = ()
    references: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fix: str | None = None
    fix_regex: Replacement | None = None
    options: Options = Options()
    words: Words = ()
    path: str = ""
    """The rule file."""
    line: int = 0

    @property
    def rule(self) -> Rule:
        """The rule in the words of reports and gate."""
        first = re.split(r"(?<=[.!?])\s", self.message.strip(), maxsplit=1)[0]
        title = " ".join(first.split()).rstrip(".")
        if len(title) > _TITLE or not title or "$" in title:
            words = re.split(r"[-_\s]+", self.id.rpartition(".")[2])
            title = " ".join(words).strip().capitalize() or self.id
        return Rule(
            id=self.id,
            title=title,
            engine="code",
            severity=self.severity,
            cwe=self.cwe,
            why=self.message.strip(),
            links=self.references,
        )


def severity_of(word: str) -> Severity | None:
    """Return the severity that a rule file's word stands for, None for an unknown word."""
    return _SEVERITIES.get(word.upper())


def cwe_of(metadata: Mapping[str, object]) -> tuple[int, ...]:
    """Return the numbers that `cwe` of a rule's metadata names."""
    named = metadata.get("cwe")
    found = (_CWE.match(str(one)) for one in (named if isinstance(named, list) else [named]) if one)
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def references_of(metadata: Mapping[str, object]) -> tuple[str, ...]:
    """Return the https addresses that a rule's metadata refers to."""
    named = metadata.get("references")
    links = named if isinstance(named, list) else [named, metadata.get("source")]
    return tuple(
        dict.fromkeys(
            link for link in links if isinstance(link, str) and link.startswith("https://")
        )
    )
