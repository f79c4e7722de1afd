"""What is said as data about infrastructure: rules in words, checks as questions."""

from msgspec import Struct

from seawall.core.rule import Rule, Severity
from seawall.model.infrastructure import Scalar
from seawall.model.predicate import Predicate

Conditions = dict[str, "Predicate | Scalar"]
"""By path of the attribute; a bare value is short for `{equals = value}`."""


class DataCheck(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question about resources; exactly one of `bad`, `want` and `cel` is given."""

    rule: str
    resource: tuple[str, ...]
    """Kinds; "aws_docdb_*" stands for all that begin so."""
    each: str = ""
    """A path of blocks or elements that are looked at one by one; paths are then those in them."""
    at: str = ""
    """The path of the attribute."""
    cel: str = ""
    """In place of `bad` and `want`: an expression of CEL, true where it is wrong. It is given
    `resource` (the attributes), `kind`, `name`, `address`, `belonging(KIND, ATTRIBUTE)` (what
    names the resource there) and `resources(KIND)`."""
    bad: Predicate | Scalar = None
    """What it must not be like. Where it is not there, nothing is bad unless `default` is."""
    want: Predicate | Scalar = None
    """What it must be like. Where it is not there, that is bad unless `default` is as wanted."""
    default: Scalar = None
    """What the provider takes where nothing is written."""
    every: bool = False
    """Whether each value under the path is asked; else a `want` holds where one of them does."""
    when: Conditions = {}
    """What must hold of the same resource or element for it to count."""
    unless: Conditions = {}
    """What makes it sound however the attribute is."""
    where: Conditions = {}
    """With `each`: what must hold of the resource that holds the elements."""
    without: tuple["Companion", ...] = ()
    """Counts only where no such resource belongs to it: one that says what is missing here."""
    message: str
    """What is wrong; "{value}" is the value in force, "{name}" the resource."""
    severity: Severity | None = None
    """Where it is not that of the rule."""
    write: Scalar = None
    """What a fix writes there; not said where it takes more than a value."""
    example: str = ""
    """The fixed block, as it would be written."""


class Companion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A resource that says something about another, which it names."""

    resource: str
    by: str
    """Its attribute that names the other."""
    names: tuple[str, ...] = ()
    """Attributes of the other by whose text it may be named."""
    having: Conditions = {}
    """What it must say."""


class InfraRules(Struct, frozen=True, kw_only=True):
    """All that is known as data."""

    rules: tuple[Rule, ...]
    checks: tuple[DataCheck, ...]
    digest: str
