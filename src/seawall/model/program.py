"""The lowered form of a program: what the parser of every language makes and the engines read.

It is smaller than a language's own syntax tree and belongs to none: what two languages say
differently and mean alike is one node here. Nodes are immutable and hold no link upwards, so that
they can be kept as msgpack and read back.
"""

from msgspec import Struct

Span = int
"""A stretch of text packed into one integer: see `pack`. 0 where nothing is known."""

_LINE, _COLUMN = 20, 12
_MAX_COLUMN = (1 << _COLUMN) - 1


def pack(line: int, column: int, end_line: int, end_column: int) -> Span:
    """Pack a stretch: 1-based lines, 0-based columns in bytes of UTF-8; what is too far saturates.

    A column saturates at 4095, and so does the number of lines: the end then says "to the end of
    that line". Lines are exact up to a million.
    """
    height = end_line - line
    return (
        (min(line, (1 << _LINE) - 1) << 3 * _COLUMN)
        | (min(column, _MAX_COLUMN) << 2 * _COLUMN)
        | (min(max(height, 0), _MAX_COLUMN) << _COLUMN)
        | min(end_column, _MAX_COLUMN)
    )


def unpack(span: Span) -> tuple[int, int, int, int]:
    """Return line, column, end line and end column as they were given to `pack`."""
    line = span >> 3 * _COLUMN
    column = span >> 2 * _COLUMN & _MAX_COLUMN
    return line, column, line + (span >> _COLUMN & _MAX_COLUMN), span & _MAX_COLUMN


def line_of(span: Span) -> int:
    """Return the 1-based first line of a stretch."""
    return span >> 3 * _COLUMN


class Node(Struct, frozen=True, array_like=True, gc=False, tag=True):
    """Anything of the lowered form; nodes make a tree, never a circle."""


# --- Expressions -----------------------------------------------------------------------------


class Constant(Node, frozen=True):
    """A literal. In msgpack an integer beyond 64 bits is `Unknown` instead."""

    value: str | bytes | int | float | bool | None
    span: Span = 0


class Unknown(Node, frozen=True):
    """An expression of which nothing is said: complex numbers, `...`, what could not be parsed."""

    span: Span = 0


class Name(Node, frozen=True):
    """A variable, read or (as a target) written."""

    name: str
    span: Span = 0


class Attribute(Node, frozen=True):
    """`value.name`. The span ends with the name; it starts where the value does."""

    value: "Expression"
    name: str
    span: Span = 0


class Index(Node, frozen=True):
    """`value[key]`."""

    value: "Expression"
    key: "Expression"
    span: Span = 0


class Slice(Node, frozen=True):
    """`lower:upper:step`, only as the key of an `Index`."""

    lower: "Expression | None"
    upper: "Expression | None"
    step: "Expression | None"
    span: Span = 0


class Keyword(Node, frozen=True):
    """An argument by name; `name` is "" for `**value`."""

    name: str
    value: "Expression"
    span: Span = 0


class Call(Node, frozen=True):
    """`function(arguments, keywords)`; `*value` among the arguments is a `Spread`."""

    function: "Expression"
    arguments: "tuple[Expression, ...]" = ()
    keywords: tuple[Keyword, ...] = ()
    span: Span = 0


class Spread(Node, frozen=True):
    """`*value` in a call, a display or a target."""

    value: "Expression"
    span: Span = 0


class Format(Node, frozen=True):
    """A text with values in it: an f-string, a template literal.

    Literal parts are `Constant` strings (without doubled braces), values are `Field`s. Literals
    that stand beside an f-string (implicit concatenation) are parts too.
    """

    parts: "tuple[Constant | Field, ...]"
    span: Span = 0


class Field(Node, frozen=True):
    """A value in a `Format`; `specification` is what stands behind its colon."""

    value: "Expression"
    conversion: str = ""
    """ "r", "s" or "a"."""
    specification: "Format | None" = None
    span: Span = 0


class Binary(Node, frozen=True):
    """`left operator right`, of "+ - * / // % ** @ << >> & | ^"."""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span = 0


class Unary(Node, frozen=True):
    """Of "-", "+", "~" and "not"."""

    operator: str
    value: "Expression"
    span: Span = 0


class Compare(Node, frozen=True):
    """`left operator right ...`: "== != < <= > >= is", "is not", "in", "not in"."""

    left: "Expression"
    operators: tuple[str, ...]
    rights: "tuple[Expression, ...]"
    span: Span = 0


class Logic(Node, frozen=True):
    """`values[0] or values[1] ...`; operator "and" or "or"."""

    operator: str
    values: "tuple[Expression, ...]"
    span: Span = 0


class Conditional(Node, frozen=True):
    """`then if test else orelse`."""

    test: "Expression"
    then: "Expression"
    orelse: "Expression"
    span: Span = 0


class Sequence(Node, frozen=True):
    """A display of values; kind "list", "tuple" or "set"."""

    kind: str
    items: "tuple[Expression, ...]"
    span: Span = 0


class Mapping(Node, frozen=True):
    """A display of pairs; a key of None is `**value`."""

    keys: "tuple[Expression | None, ...]"
    values: "tuple[Expression, ...]"
    span: Span = 0


class Clause(Node, frozen=True):
    """`for target in iterable if conditions` of a comprehension."""

    target: "Expression"
    iterable: "Expression"
    conditions: "tuple[Expression, ...]" = ()


class Comprehension(Node, frozen=True):
    """Kind "list", "set", "generator" or "dict"; for "dict" `element` is the value."""

    kind: str
    element: "Expression"
    clauses: tuple[Clause, ...]
    key: "Expression | None" = None
    span: Span = 0


class Lambda(Node, frozen=True):
    """A function without a name; its body is one `Return`."""

    function: "Function"
    span: Span = 0


class Await(Node, frozen=True):
    """`await value`."""

    value: "Expression"
    span: Span = 0


class Yield(Node, frozen=True):
    """`yield value`, or `yield from value`."""

    value: "Expression | None"
    each: bool = False
    span: Span = 0


class Bind(Node, frozen=True):
    """`(target := value)`."""

    target: "Expression"
    value: "Expression"
    span: Span = 0


Expression = (
    Constant
    | Unknown
    | Name
    | Attribute
    | Index
    | Slice
    | Call
    | Spread
    | Format
    | Binary
    | Unary
    | Compare
    | Logic
    | Conditional
    | Sequence
    | Mapping
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Bind
)


# --- Statements ------------------------------------------------------------------------------


class Evaluate(Node, frozen=True):
    """An expression for its effect."""

    value: Expression
    span: Span = 0


class Assign(Node, frozen=True):
    """`targets[0] = targets[1] = value`; a target is a Name, Attribute, Index, Sequence, Spread."""

    targets: tuple[Expression, ...]
    value: Expression
    span: Span = 0


class Declare(Node, frozen=True):
    """`target: annotation = value`, the value perhaps missing."""

    target: Expression
    annotation: Expression
    value: Expression | None = None
    span: Span = 0


class Update(Node, frozen=True):
    """`target operator= value`; the operator is that of `Binary`."""

    operator: str
    target: Expression
    value: Expression
    span: Span = 0


class Delete(Node, frozen=True):
    """`del targets`."""

    targets: tuple[Expression, ...]
    span: Span = 0


class Return(Node, frozen=True):
    """`return value`."""

    value: Expression | None = None
    span: Span = 0


class Raise(Node, frozen=True):
    """`raise value from cause`."""

    value: Expression | None = None
    cause: Expression | None = None
    span: Span = 0


class Break(Node, frozen=True):
    """`break`."""

    span: Span = 0


class Continue(Node, frozen=True):
    """`continue`."""

    span: Span = 0


class Assert(Node, frozen=True):
    """`assert test`."""

    test: Expression
    span: Span = 0


class If(Node, frozen=True):
    """`if test: body else: orelse`; an `elif` is an `If` alone in `orelse`."""

    test: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0
    """Of the test."""


class While(Node, frozen=True):
    """`while test: body else: orelse`."""

    test: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0


class For(Node, frozen=True):
    """`for target in iterable: body else: orelse`, `async for` too."""

    target: Expression
    iterable: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0
    """From the target to the iterable."""


class Handler(Node, frozen=True):
    """`except types as name: body`; no types catch everything."""

    types: Expression | None
    name: str
    body: "tuple[Statement, ...]"
    span: Span = 0


class Try(Node, frozen=True):
    """`try: body except ...: else: orelse finally: final`; `except*` too."""

    body: "tuple[Statement, ...]"
    handlers: tuple[Handler, ...] = ()
    orelse: "tuple[Statement, ...]" = ()
    final: "tuple[Statement, ...]" = ()
    span: Span = 0


class WithItem(Node, frozen=True):
    """`context as target`."""

    context: Expression
    target: Expression | None = None


class With(Node, frozen=True):
    """`with items: body`, `async with` too."""

    items: tuple[WithItem, ...]
    body: "tuple[Statement, ...]"
    span: Span = 0


class MatchValue(Node, frozen=True):
    """A pattern that equals a value."""

    value: Expression


class MatchCapture(Node, frozen=True):
    """A name that takes what is matched; "" is the wildcard. With a pattern: `pattern as name`."""

    name: str
    pattern: "Pattern | None" = None


class MatchSequence(Node, frozen=True):
    """`[a, *rest, b]`; a `MatchStar` stands for the rest."""

    items: "tuple[Pattern, ...]"


class MatchStar(Node, frozen=True):
    """`*name` in a sequence."""

    name: str


class MatchMapping(Node, frozen=True):
    """`{key: pattern, **rest}`."""

    keys: tuple[Expression, ...]
    patterns: "tuple[Pattern, ...]"
    rest: str = ""


class MatchClass(Node, frozen=True):
    """`Class(patterns, keyword=pattern)`."""

    function: Expression
    patterns: "tuple[Pattern, ...]" = ()
    names: tuple[str, ...] = ()
    named: "tuple[Pattern, ...]" = ()


class MatchOr(Node, frozen=True):
    """`pattern | pattern`."""

    patterns: "tuple[Pattern, ...]"


Pattern = (
    MatchValue | MatchCapture | MatchSequence | MatchStar | MatchMapping | MatchClass | MatchOr
)


class Case(Node, frozen=True):
    """`case pattern if guard: body`."""

    pattern: Pattern
    guard: Expression | None
    body: "tuple[Statement, ...]"


class Match(Node, frozen=True):
    """`match subject: cases`."""

    subject: Expression
    cases: tuple[Case, ...]
    span: Span = 0


class Imported(Node, frozen=True):
    """One name of an import: `name as alias`; the alias is never empty for `from` imports.

    `import a.b` has the alias "" and binds "a"; `import a.b as c` binds "c" to a.b.
    """

    name: str
    alias: str = ""


class Import(Node, frozen=True):
    """`import a.b as c`: module "" and each name whole. `from ..a import b`: module "a", level 2.

    `from a import *` has the single name "*".
    """

    names: tuple[Imported, ...]
    module: str = ""
    level: int = 0
    is_from: bool = False
    span: Span = 0


class Scope(Node, frozen=True):
    """`global names` or, with `outer`, `nonlocal names`."""

    names: tuple[str, ...]
    outer: bool = False
    span: Span = 0


class Parameter(Node, frozen=True):
    """Kind "position" (only by position), "any", "rest" (`*name`), "name", "names" (`**name`)."""

    name: str
    kind: str = "any"
    default: Expression | None = None
    annotation: Expression | None = None
    span: Span = 0


class Function(Node, frozen=True):
    """A function, as its definition says it."""

    name: str
    """ "<lambda>" for a lambda."""
    symbol: str
    """Qualified within its module: "Class.method", "outer.inner"."""
    parameters: tuple[Parameter, ...]
    body: "tuple[Statement, ...]"
    decorators: tuple[Expression, ...] = ()
    returns: Expression | None = None
    is_async: bool = False
    is_generator: bool = False
    locals: tuple[str, ...] = ()
    """The names that its body binds, parameters included, sorted; those declared `global` or
    `nonlocal` are not among them."""
    words: tuple[str, ...] = ()
    """Every identifier that its text uses, in what it encloses too: names, attributes, keywords,
    imported names and their dotted parts; sorted, without doubles."""
    span: Span = 0
    """From its name (for a lambda: its start) to its end."""


class Define(Node, frozen=True):
    """The statement that defines a function."""

    function: Function
    span: Span = 0


class Class(Node, frozen=True):
    """The statement that defines a class."""

    name: str
    symbol: str
    bases: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    body: "tuple[Statement, ...]"
    decorators: tuple[Expression, ...] = ()
    words: tuple[str, ...] = ()
    span: Span = 0
    """From its name to its end."""


class Broken(Node, frozen=True):
    """Text that could not be parsed and is passed over."""

    reason: str
    span: Span = 0


Statement = (
    Evaluate
    | Assign
    | Declare
    | Update
    | Delete
    | Return
    | Raise
    | Break
    | Continue
    | Assert
    | If
    | While
    | For
    | Try
    | With
    | Match
    | Import
    | Scope
    | Define
    | Class
    | Broken
)


class Module(Node, frozen=True):
    """One file. `pass` and docstrings are not in it."""

    language: str
    body: tuple[Statement, ...]
    words: tuple[str, ...] = ()
    """Every identifier of the file, as for a function."""
    broken: tuple[Broken, ...] = ()
    """Every `Broken` of the file, wherever it stands."""
