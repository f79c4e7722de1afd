"""A pattern of code, lowered as the code it is matched against."""

import textwrap
from collections.abc import Iterator

from msgspec import Struct

from seawall.engines.code.semgrep.wording import (
    DEEP,
    ELLIPSIS,
    METAVARIABLE,
    SEQUENCE,
    TYPED,
    WordingError,
    reword,
)
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Class,
    Define,
    Evaluate,
    Expression,
    Function,
    Handler,
    Import,
    Imported,
    Keyword,
    Module,
    Name,
    Node,
    Parameter,
    Statement,
)
from seawall.parse.python import parse_python

_RESERVED = "_SW_"
_WHOLE = "_SW_WHOLE"
_LONGEST = 20_000
_SPOKEN = (Name, Attribute, Keyword, Parameter, Function, Class, Handler)


class PatternError(ValueError):
    """The pattern cannot be read; the message says why."""


class Pattern(Struct, frozen=True):
    """One pattern: an expression or a run of statements."""

    text: str
    root: Expression | None
    """The expression; None where it is statements."""
    statements: tuple[Statement, ...] = ()
    words: frozenset[str] = frozenset()
    """Identifiers that a file must use for it to match."""
    bound: frozenset[str] = frozenset()
    """The metavariables that it binds, as they are written: "$X", "$...ARGS"."""


def compile_pattern(text: str) -> Pattern:
    """Read a pattern. Raises PatternError when it is no complete piece of Python."""
    if len(text) > _LONGEST:
        raise PatternError(f"it is longer than {_LONGEST:,} characters")
    body = textwrap.dedent(text.strip("\n")).strip()
    try:
        python = reword(body)
    except WordingError as error:
        raise PatternError(str(error)) from error
    root, statements = _parsed(python)
    tops: tuple[Node, ...] = (root,) if root is not None else statements
    return Pattern(
        text=body,
        root=root,
        statements=statements,
        words=frozenset(word for top in tops for word in _words(top)),
        bound=frozenset(name for top in tops for node in walk(top) if (name := bound_by(node))),
    )


def _parsed(python: str) -> tuple[Expression | None, tuple[Statement, ...]]:
    # As a string alone would be dropped as a docstring, an expression is tried as a value first.
    first = parse_python(f"{_WHOLE} = (\n{python}\n)\n".encode())
    if not first.broken and len(first.body) == 1:
        only = first.body[0]
        if isinstance(only, Assign) and _is_whole(only):
            return only.value, ()
    module: Module = parse_python((python + "\n").encode())
    if module.broken:
        raise PatternError(f"it is no complete Python: {module.broken[0].reason}")
    if not module.body:
        raise PatternError("nothing in it can be matched")
    if len(module.body) == 1 and isinstance(module.body[0], Evaluate):
        return module.body[0].value, ()
    return None, module.body


def _is_whole(assign: Assign) -> bool:
    target = assign.targets[0]
    return len(assign.targets) == 1 and isinstance(target, Name) and target.name == _WHOLE


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below a node."""
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if isinstance(value, Node):
            yield value
        elif type(value) is tuple:
            for item in value:
                if isinstance(item, Node):
                    yield item


def walk(top: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def bound_by(node: Node) -> str:
    """Return the metavariable that a node's own name stands for, "" where there is none."""
    name = getattr(node, "name", "")
    if isinstance(node, Imported) and node.alias.startswith(METAVARIABLE):
        name = node.alias
    return metavariable(name) if isinstance(name, str) else ""


def metavariable(name: str) -> str:
    """Return the metavariable that a reserved name stands for, "" for any other name."""
    if name.startswith(METAVARIABLE):
        return "$" + name.removeprefix(METAVARIABLE)
    if name.startswith(SEQUENCE):
        return "$..." + name.removeprefix(SEQUENCE)
    return ""


def is_ellipsis(node: Node | None) -> bool:
    """Whether a node is `...`, as an expression or as a statement of its own."""
    if isinstance(node, Evaluate):
        node = node.value
    return isinstance(node, Name) and node.name == ELLIPSIS


def is_deep(call: Call) -> bool:
    """Whether a call stands for `<... X ...>`."""
    return isinstance(call.function, Name) and call.function.name == DEEP


def _words(top: Node) -> Iterator[str]:
    """Yield the identifiers that code must use to match."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Import):
            yield from _kept(node.module.split("."))
            continue_with = [part for one in node.names for part in one.name.split(".")]
            yield from _kept(continue_with)
            continue
        if isinstance(node, _SPOKEN):
            yield from _kept([node.name])
        if isinstance(node, Call) and isinstance(node.function, Name):
            if node.function.name == TYPED:
                # A literal is of a type that no word of the file names.
                waiting += node.arguments[:1]
                continue
            if node.function.name == DEEP:
                waiting += node.arguments
                continue
        if isinstance(node, Define):
            waiting.append(node.function)
            continue
        waiting += children(node)


def _kept(names: list[str]) -> Iterator[str]:
    for name in names:
        if name and name != "*" and not name.startswith(_RESERVED) and name != "<lambda>":
            yield name
