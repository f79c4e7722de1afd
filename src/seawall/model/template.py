"""The form of a template: which values it writes, where in a page, and what stands between."""

from msgspec import Struct

from seawall.model.program import Span

ANY = "[]"
"""In a path: some item, whichever it is."""


class Reference(Struct, frozen=True, gc=False):
    """A value of the template's context, and what the template did to it."""

    root: str
    """The name under which the template was given it; loops and bindings are looked through."""
    path: tuple[str, ...] = ()
    """What was read of it: attributes and keys by name, `ANY` for an item, "name()" for a call."""
    filters: tuple[str, ...] = ()
    """What it passed through, in order: filters by name, functions as "name()"."""
    clean: frozenset[str] = frozenset()
    """What was escaped: "html", "js", "json", "url"; "all" where nothing of the text is left."""
    is_safe: bool = False
    """Whether it is marked as HTML, so that escaping leaves it as it is."""


class State(Struct, frozen=True, gc=False):
    """Where in a page a text stands. What is tolerant of broken pages made it; see `Output`."""

    mode: str = "text"
    tag: str = ""
    attribute: str = ""
    quote: str = ""
    value: str = ""
    """The start of the attribute's value so far, and of a script's type."""
    script: str = ""
    """In a script: "" for code, the quote of a string, "//" or "/*" in a comment."""
    kind: str = ""
    """Of a script: "data" where it is not run."""


class Output(Struct, frozen=True):
    """A place where values are written."""

    references: tuple[Reference, ...]
    """The values of the context that may stand in it; none where it is all constant."""
    text: str
    """The expression as it is written, shortened."""
    span: Span
    autoescape: bool
    context: str
    """"text", "quoted" (the value of an attribute), "unquoted", "url" (the start of a link),
    "code-url" (the start of an address from which code is loaded), "event" (a handler's code),
    "srcdoc", "script", "script-string", "script-data", "style", "comment", "tag" (the name of a
    tag or of an attribute)."""
    quote: str = ""
    """Of the attribute's value or of the script's string."""
    tag: str = ""
    attribute: str = ""
    block: str = ""
    macro: str = ""
    """The block, and the macro or function, in which it stands."""

    @property
    def root(self) -> str:
        """The name of the first value, or ""."""
        return self.references[0].root if self.references else ""

    @property
    def path(self) -> str:
        """The first value's name and what is read of it, with dots."""
        first = self.references[:1]
        return ".".join((first[0].root, *first[0].path)) if first else ""


class Binding(Struct, frozen=True):
    """A name that the template gives to values: kind "for", "set", "with" or "include"."""

    name: str
    references: tuple[Reference, ...]
    kind: str
    span: Span


class Link(Struct, frozen=True):
    """Another template that this one draws in: kind "include", "extends" or "import"."""

    kind: str
    name: str
    """"" where it is not a constant."""
    span: Span
    state: State = State()
    bindings: tuple[Binding, ...] = ()
    """What the other one is given under other names."""
    alone: bool = False
    """Whether it is given nothing else."""
    names: tuple[str, ...] = ()
    """What is imported: "macro" or "macro as name"; for a whole import the one name it is under."""
    block: str = ""


class Block(Struct, frozen=True):
    """A part that other templates may replace."""

    name: str
    span: Span
    state: State
    keeps: bool = False
    """Whether it draws in what it replaces."""


class Macro(Struct, frozen=True):
    """A function of the template."""

    name: str
    parameters: tuple[str, ...]
    span: Span


class Invocation(Struct, frozen=True):
    """A call of something that may be a macro."""

    name: str
    """With dots, as it is written."""
    arguments: tuple[tuple[str, tuple[Reference, ...]], ...]
    """Position ("0") or name, and what is handed in."""
    output: Output
    """Where the result is written."""


class Template(Struct, frozen=True):
    """One template."""

    dialect: str
    """"jinja", "django", "mako", "tornado", "bottle" or "chameleon"."""
    autoescape: bool
    """As its file's name or its configuration has it, before what it says itself."""
    outputs: tuple[Output, ...] = ()
    bindings: tuple[Binding, ...] = ()
    links: tuple[Link, ...] = ()
    blocks: tuple[Block, ...] = ()
    macros: tuple[Macro, ...] = ()
    calls: tuple[Invocation, ...] = ()
    helpers: tuple[Invocation, ...] = ()
    """Uses of what the program may define: filters by "|name", functions and tags by name."""
    libraries: tuple[str, ...] = ()
    """The libraries of tags that it loads."""
    is_cut: bool = False
    """Whether it was too long to be read to its end."""


class Helped(Struct, frozen=True):
    """The use of something that the program may define, with values of the context."""

    call: Invocation
    libraries: tuple[str, ...] = ()
    template: str = ""
    """As `Unsafe.template`."""


class Unsafe(Struct, frozen=True):
    """A value that can change the page where it is written."""

    output: Output
    reference: Reference
    reason: str
    """"unescaped", or the context of the output in which its escape does not help."""
    values: str
    """Which texts do harm: "any"; "javascript-url" (only such an address); "url" (any address of
    somebody else's code); "backslash" (only several of them together, by a backslash at the end);
    "css" (looks, and what style can spy out)."""
    libraries: tuple[str, ...] = ()
    """The libraries of tags that its file loads."""
    template: str = ""
    """The name under which the template was drawn in; "" is the one that was asked about."""
