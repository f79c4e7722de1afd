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


class Constant(Node):
    """A literal. In msgpack an integer beyond 64 bits is `Unknown` instead."""

    value: str | bytes | int | float | bool | None
    span: Span = 0


class Unknown(Node):
    """An expression of which nothing is said: complex numbers, `...`, what could not be parsed."""

    span: Span = 0


class Name(Node):
    """A variable, read or (as a target) written."""

    name: str
    span: Span = 0


class Attribute(Node):
    """`value.name`. The span ends with the name; it starts where the value does."""

    value: "Expression"
    name: str
    span: Span = 0


class Index(Node):
    """`value[key]`."""

    value: "Expression"
    key: "Expression"
    span: Span = 0


class Slice(Node):
    """`lower:upper:step`, only as the key of an `Index`."""

    lower: "Expression | None"
    upper: "Expression | None"
    step: "Expression | None"
    span: Span = 0


class Keyword(Node):
    """An argument by name; `name` is "" for `**value`."""

    name: str
    value: "Expression"
    span: Span = 0


class Call(Node):
    """`function(arguments, keywords)`; `*value` among the arguments is a `Spread`."""

    function: "Expression"
    arguments: "tuple[Expression, ...]" = ()
    keywords: tuple[Keyword, ...] = ()
    span: Span = 0


class Spread(Node):
    """`*value` in a call, a display or a target."""

    value: "Expression"
    span: Span = 0


class Format(Node):
    """A text with values in it: an f-string, a template literal.

    Literal parts are `Constant` strings (without doubled braces), values are `Field`s. Literals
    that stand beside an f-string (implicit concatenation) are parts too.
    """

    parts: "tuple[Constant | Field, ...]"
    span: Span = 0


class Field(Node):
    """A value in a `Format`; `specification` is what stands behind its colon."""

    value: "Expression"
    conversion: str = ""
    """ "r", "s" or "a"."""
    specification: "Format | None" = None
    span: Span = 0


class Binary(Node):
    """`left operator right`, of "+ - * / // % ** @ << >> & | ^"."""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span = 0


class Unary(Node):
    """Of "-", "+", "~" and "not"."""

    operator: str
    value: "Expression"
    span: Span = 0


class Compare(Node):
    """`left operator right ...`: "== != < <= > >= is", "is not", "in", "not in"."""

    left: "Expression"
    operators: tuple[str, ...]
    rights: "tuple[Expression, ...]"
    span: Span = 0


class Logic(Node):
    """`values[0] or values[1] ...`; operator "and" or "or"."""

    operator: str
    values: "tuple[Expression, ...]"
    span: Span = 0


class Conditional(Node):
    """`then if test else orelse`."""

    test: "Expression"
    then: "Expression"
    orelse: "Expression"
    span: Span = 0


class Sequence(Node):
    """A display of values; kind "list", "tuple" or "set"."""

    kind: str
    items: "tuple[Expression, ...]"
    span: Span = 0


class Mapping(Node):
    """A display of pairs; a key of None is `**value`."""

    keys: "tuple[Expression | None, ...]"
    values: "tuple[Expression, ...]"
    span: Span = 0


class Clause(Node):
    """`for target in iterable if conditions` of a comprehension."""

    target: "Expression"
    iterable: "Expression"
    conditions: "tuple[Expression, ...]" = ()


class Comprehension(Node):
    """Kind "list", "set", "generator" or "dict"; for "dict" `element` is the value."""

    kind: str
    element: "Expression"
    clauses: tuple[Clause, ...]
    key: "Expression | None" = None
    span: Span = 0


class Lambda(Node):
    """A function without a name; its body is one `Return`."""

    function: "Function"
    span: Span = 0


class Await(Node):
    """`await value`."""

    value: "Expression"
    span: Span = 0


class Yield(Node):
    """`yield value`, or `yield from value`."""

    value: "Expression | None"
    each: bool = False
    span: Span = 0


class Bind(Node):
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


class Evaluate(Node):
    """An expression for its effect."""

    value: Expression
    span: Span = 0


class Assign(Node):
    """`targets[0] = targets[1] = value`; a target is a Name, Attribute, Index, Sequence, Spread."""

    targets: tuple[Expression, ...]
    value: Expression
    span: Span = 0


class Declare(Node):
    """`target: annotation = value`, the value perhaps missing."""

    target: Expression
    annotation: Expression
    value: Expression | None = None
    span: Span = 0


class Update(Node):
    """`target operator= value`; the operator is that of `Binary`."""

    operator: str
    target: Expression
    value: Expression
    span: Span = 0


class Delete(Node):
    """`del targets`."""

    targets: tuple[Expression, ...]
    span: Span = 0


class Return(Node):
    """`return value`."""

    value: Expression | None = None
    span: Span = 0


class Raise(Node):
    """`raise value from cause`."""

    value: Expression | None = None
    cause: Expression | None = None
    span: Span = 0


class Break(Node):
    """`break`."""

    span: Span = 0


class Continue(Node):
    """`continue`."""

    span: Span = 0


class Assert(Node):
    """`assert test`."""

    test: Expression
    span: Span = 0


class If(Node):
    """`if test: body else: orelse`; an `elif` is an `If` alone in `orelse`."""

    test: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0
    """Of the test."""


class While(Node):
    """`while test: body else: orelse`."""

    test: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0


class For(Node):
    """`for target in iterable: body else: orelse`, `async for` too."""

    target: Expression
    iterable: Expression
    body: "tuple[Statement, ...]"
    orelse: "tuple[Statement, ...]" = ()
    span: Span = 0
    """From the target to the iterable."""


class Handler(Node):
    """`except types as name: body`; no types catch everything."""

    types: Expression | None
    name: str
    body: "tuple[Statement, ...]"
    span: Span = 0


class Try(Node):
    """`try: body except ...: else: orelse finally: final`; `except*` too."""

    body: "tuple[Statement, ...]"
    handlers: tuple[Handler, ...] = ()
    orelse: "tuple[Statement, ...]" = ()
    final: "tuple[Statement, ...]" = ()
    span: Span = 0


class WithItem(Node):
    """`context as target`."""

    context: Expression
    target: Expression | None = None


class With(Node):
    """`with items: body`, `async with` too."""

    items: tuple[WithItem, ...]
    body: "tuple[Statement, ...]"
    span: Span = 0


class MatchValue(Node):
    """A pattern that equals a value."""

    value: Expression


class MatchCapture(Node):
    """A name that takes what is matched; "" is the wildcard. With a pattern: `pattern as name`."""

    name: str
    pattern: "Pattern | None" = None


class MatchSequence(Node):
    """`[a, *rest, b]`; a `MatchStar` stands for the rest."""

    items: "tuple[Pattern, ...]"


class MatchStar(Node):
    """`*name` in a sequence."""

    name: str


class MatchMapping(Node):
    """`{key: pattern, **rest}`."""

    keys: tuple[Expression, ...]
    patterns: "tuple[Pattern, ...]"
    rest: str = ""


class MatchClass(Node):
    """`Class(patterns, keyword=pattern)`."""

    function: Expression
    patterns: "tuple[Pattern, ...]" = ()
    names: tuple[str, ...] = ()
    named: "tuple[Pattern, ...]" = ()


class MatchOr(Node):
    """`pattern | pattern`."""

    patterns: "tuple[Pattern, ...]"


Pattern = (
    MatchValue
    | MatchCapture
    | MatchSequence
    | MatchStar
    | MatchMapping
    | MatchClass
    | MatchOr
)


class Case(Node):
    """`case pattern if guard: body`."""

    pattern: Pattern
    guard: Expression | None
    body: "tuple[Statement, ...]"


class Match(Node):
    """`match subject: cases`."""

    subject: Expression
    cases: tuple[Case, ...]
    span: Span = 0


class Imported(Node):
    """One name of an import: `name as alias`; the alias is never empty for `from` imports.

    `import a.b` has the alias "" and binds "a"; `import a.b as c` binds "c" to a.b.
    """

    name: str
    alias: str = ""


class Import(Node):
    """`import a.b as c`: module "" and each name whole. `from ..a import b`: module "a", level 2.

    `from a import *` has the single name "*".
    """

    names: tuple[Imported, ...]
    module: str = ""
    level: int = 0
    is_from: bool = False
    span: Span = 0


class Scope(Node):
    """`global names` or, with `outer`, `nonlocal names`."""

    names: tuple[str, ...]
    outer: bool = False
    span: Span = 0


class Parameter(Node):
    """Kind "position" (only by position), "any", "rest" (`*name`), "name", "names" (`**name`)."""

    name: str
    kind: str = "any"
    default: Expression | None = None
    annotation: Expression | None = None
    span: Span = 0


class Function(Node):
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


class Define(Node):
    """The statement that defines a function."""

    function: Function
    span: Span = 0


class Class(Node):
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


class Broken(Node):
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


class Module(Node):
    """One file. `pass` and docstrings are not in it."""

    language: str
    body: tuple[Statement, ...]
    words: tuple[str, ...] = ()
    """Every identifier of the file, as for a function."""
    broken: tuple[Broken, ...] = ()
    """Every `Broken` of the file, wherever it stands."""
