"""What the code engine knows of libraries beside the catalogue."""

from msgspec import Struct
from seawall_guard.catalogue.entries import Condition


class Type(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A type of a library: what its methods and attributes give."""

    name: str
    """Dotted, as its library documents it: "sqlite3.Connection"."""
    bases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other dotted names of the same thing."""
    made_by: tuple[str, ...] = ()
    """Symbols that give one when called; calling the type itself does too."""
    turned_by: tuple[str, ...] = ()
    """Methods that turn what they are called on into one."""
    when: tuple[Condition, ...] = ()
    """On the call of `made_by` or `turned_by`, as a sink's; such types are tried first."""
    unless: tuple[Condition, ...] = ()
    methods: dict[str, str] = {}
    """The type that a method returns; "self" is the type itself."""
    attributes: dict[str, str] = {}
    """The type of an attribute; "_" is any that is not named."""
    items: str = ""
    """The type of what iterating or indexing gives."""


class Propagator(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How data passes through a call."""

    calls: tuple[str, ...]
    takes: tuple[str, ...] = ("0",)
    """Selectors of arguments; "self" is the receiver."""
    gives: str = "return"
    """"return", "self", or the selector of an argument that takes it up."""
    dirties: tuple[str, ...] = ()
    """Weaknesses for which what was clean is clean no more (decoding); "*" is all."""
    members: bool = False
    """Whether it gives what an archive names: a path of that leads out of the folder."""


class Quiet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Calls whose result carries nothing of what somebody else wrote."""

    calls: tuple[str, ...]


class EntryPoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a framework finds the functions that it calls with what somebody else wrote."""

    framework: str
    how: str
    """"decorator": the function carries one of `symbols`; "call": it is handed to one of them;
    "class": it is a method of a class derived from one of them; "name": it is called so."""
    symbols: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """With "class": shell patterns of the methods; none: all that do not begin with "_". With
    "name": shell patterns of the function."""
    needs: tuple[str, ...] = ()
    """Names of parameters that the function must have; in any order."""
    imports: tuple[str, ...] = ()
    """Its module must import one of these packages."""
    path: str = ""
    """Selector of the argument of decorator or call that holds the route's template."""
    handler: str = ""
    """With "call": selector of the argument that is the function."""
    methods: str = ""
    """Selector of the argument that lists the HTTP methods."""
    method: tuple[str, ...] = ()
    """The HTTP methods where `methods` says nothing; for "class" each method's own name."""
    parameters: str = "none"
    """Which parameters carry what somebody else wrote: "none", "path" (those that the template
    names), "all" (but self, typed and defaulted-by-dependency ones)."""
    types: dict[str, str] = {}
    """Types of parameters by position ("0" is the first after self) or name."""
    attributes: dict[str, str] = {}
    """With "class": types of attributes of self."""
    returns: str = ""
    """Id of the weakness that a returned text is a sink for."""
    returns_when: dict[str, str] = {}
    """By selector of an argument of decorator or call, the symbol or text that it must be (all of
    them) for `returns` to hold: a class of responses, a media type."""
    kind: str = "http"
    """As `Source.kind`."""
    guards: tuple[str, ...] = ()
    """Symbols of decorators, bases or dependencies that demand a login."""
    guard_names: tuple[str, ...] = ()
    """Shell patterns of the last name of those that the program defines itself."""
    guard_arguments: tuple[str, ...] = ()
    """Selectors of arguments of decorator or call that demand a login where they are given."""


class PageCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a library fills in a template, and with what."""

    calls: tuple[str, ...]
    """Symbols; with "class" the bases of the class."""
    how: str = "call"
    """"call": calling it does; "decorator": what the function returns is the context; "class":
    what the method returns is, and an attribute of the class names the template; "handler": what
    the function returns that is handed in."""
    handler: str = ""
    """With "handler": selector of the function."""
    template: str = ""
    """Selector of the template's name (or of a list of names); with "class" the attribute."""
    suffixes: tuple[str, ...] = ()
    """Suffixes of files that are tried, in order, where the name has none."""
    text: str = ""
    """Selector of the template itself. Neither: it is what the method is called on; both: it is
    the template where a name could not look like that."""
    method: str = ""
    """With "class": the method that returns the context."""
    context: tuple[str, ...] = ("**",)
    """Selectors: "**" is what is passed by name, any other one a mapping."""
    dialect: str = ""
    """"jinja", "django", "mako", "tornado", "bottle", "chameleon"; "": the file's suffix tells."""
    escapes: str = "suffix"
    """What is escaped before the template says anything: "always", "never", or in files of HTML
    and XML by their "suffix" (and in texts)."""
    gives: str = ""
    """The type of what it gives, where that is a template yet to be filled in."""
    names: dict[str, str] = {}
    """Types of what every template knows by name."""
    this: str = ""
    """The name under which every template knows the object whose method fills it in."""
    under: str = ""
    """The name under which a template finds what it is given; "": each thing under its own."""


class Helper(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a program gives its templates a filter, a function or names."""

    calls: tuple[str, ...] = ()
    """Symbols that give it, as decorators or called."""
    assigns: tuple[str, ...] = ()
    """Symbols of mappings under whose keys it is put."""
    kind: str
    """"filter"; "function": a function or tag; "names": a function that returns what every
    template knows by name."""
    name: str = ""
    """Selector of the name; the function's own where that is missing."""
    function: str = ""
    """Selector of what is given, where a call gives it: "**" is each thing passed by name."""
    context: str = ""
    """Selector of the decorator's argument that says whether it is handed the context first."""


class Knowledge(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it."""

    types: tuple[Type, ...] = ()
    propagators: tuple[Propagator, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    entries: tuple[EntryPoint, ...] = ()
    pages: tuple[PageCall, ...] = ()
    helpers: tuple[Helper, ...] = ()
