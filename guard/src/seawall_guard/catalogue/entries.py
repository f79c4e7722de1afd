"""What the catalogue says: where data enters, where it does harm, what makes it harmless."""

from typing import NamedTuple

Plain = str | int | float | bool | None


class Condition(NamedTuple):
    """What one argument must be; exactly one of the predicates is set."""

    argument: str
    """A selector that names one argument, see `docs/catalogue.md`; "value" for an assignment."""
    predicate: str
    """"is", "is_not", "one_of", "none_of", "matches", "below", "symbol", "missing", "given",
    "constant"."""
    operand: Plain | tuple[Plain, ...] = None


class Source(NamedTuple):
    """A place where data enters that somebody else wrote."""

    kind: str
    """"http", "message", "argument", "environment", "file", "network", "database", "prompt"."""
    calls: tuple[str, ...] = ()
    """Symbols: what calling them returns was written by somebody else."""
    reads: tuple[str, ...] = ()
    """Symbols: what reading them gives was written by somebody else."""
    part: str = ""
    """Of a request: "query", "form", "body", "header", "cookie", "path", "file", "url"."""
    library: str = ""


class Sink(NamedTuple):
    """A call that does harm with an argument that somebody else wrote."""

    weakness: str
    """Id of the rule."""
    calls: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    """Symbols of attributes or items that must not be given such a value."""
    methods: tuple[str, ...] = ()
    """Bare method names, where nothing is known of the receiver but its name (`receivers`)."""
    receivers: tuple[str, ...] = ()
    """Names of receivers that `methods` goes for, shell patterns: "cursor", "*_cur"."""
    arguments: tuple[str, ...] = ("0",)
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    form: str = ""
    """How the argument is read: "shell", "program", "arguments", "sql", "path", "file" (a path,
    or an open file), "url", "html", "header", ...; "" is the weakness's own."""
    severity: str = ""
    library: str = ""


class Sanitizer(NamedTuple):
    """A call after which a value is harmless for some weaknesses."""

    calls: tuple[str, ...]
    cleans: tuple[str, ...]
    """Ids of weaknesses; "*" is all."""
    argument: str = "0"
    by: str = "return"
    """"return": what it returns is clean; "true": the argument is clean where it returned true;
    "call": the argument is clean after it (it raises otherwise)."""
    library: str = ""


class Check(NamedTuple):
    """A call, a reading or an assignment that is a weakness by its own arguments."""

    weakness: str
    calls: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    """Symbols of attributes or items ("flask.Flask.config[DEBUG]")."""
    settings: tuple[str, ...] = ()
    """Names of a settings module's variables."""
    modules: tuple[str, ...] = ()
    """Shell patterns of the dotted modules that `settings` goes for; none: all."""
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    message: str = ""
    """What is wrong here, one sentence, lower case, no full stop; "" is the rule's title."""
    severity: str = ""
    secret: bool = False
    """Whether the secret itself may stand there: what is in quotes is not shown."""
    library: str = ""


class Catalogue(NamedTuple):
    """Everything, in the order of the files' names."""

    sources: tuple[Source, ...] = ()
    sinks: tuple[Sink, ...] = ()
    sanitizers: tuple[Sanitizer, ...] = ()
    checks: tuple[Check, ...] = ()
