"""Looking through the lowered form where no value is needed."""

from collections.abc import Iterator
from typing import Any

from seawall.model import program
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Class,
    Constant,
    Define,
    Expression,
    Function,
    Name,
    Node,
    Sequence,
    Statement,
)

_PLAIN = frozenset(
    "span name symbol operator operators kind words locals is_async is_generator conversion each "
    "level module is_from names outer alias reason language".split()
)
"""Fields that hold no nodes."""
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(field for field in reversed(kind.__struct_fields__) if field not in _PLAIN)
    for kind in vars(program).values()
    if isinstance(kind, type) and issubclass(kind, program.Node)
}
_FIELDS[program.Constant] = _FIELDS[program.Import] = ()


def walk(node: Any) -> Iterator[Node]:
    """Yield a node (or those of a tuple) and all within, in the order of the text."""
    waiting: list[Any] = [node]
    pop, push = waiting.pop, waiting.append
    while waiting:
        one = pop()
        if one.__class__ is tuple:
            waiting.extend(reversed(one))
            continue
        fields = _FIELDS.get(one.__class__)
        if fields is None:
            continue
        yield one
        for field in fields:
            inner = getattr(one, field)
            if inner:
                push(inner)


def functions_of(body: tuple[Statement, ...]) -> Iterator[Function]:
    """Yield the functions and methods at the top of a module, not those within them."""
    for statement in body:
        match statement:
            case Define():
                yield statement.function
            case Class():
                yield from functions_of(statement.body)
            case _:
                for field in ("body", "orelse", "final"):
                    yield from functions_of(getattr(statement, field, ()))


def outside_functions(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Return the statements of a module that stand in no function; of classes nothing."""
    return tuple(one for one in body if not isinstance(one, Define | Class))


def names_in(node: Expression | None) -> list[str]:
    """Return the names that the items of a display end with."""
    return [last_name(one) for one in node.items] if isinstance(node, Sequence) else []


def stated(body: tuple[Statement, ...], name: str) -> Expression | None:
    """Return what the statements of a class give to a name at last."""
    found: Expression | None = None
    for statement in body:
        if isinstance(statement, Assign) and name in map(last_name, statement.targets):
            found = statement.value
    return found


def declared_on(decorators: tuple[Expression, ...]) -> str:
    """Return the variable whose method a function's first decorator of that kind calls."""
    for decorator in decorators:
        if isinstance(decorator, Call) and isinstance(decorator.function, Attribute):
            return last_name(decorator.function.value)
    return ""


def last_name(node: Expression | None) -> str:
    """Return the name that an expression ends with: of a variable, attribute or called function."""
    match node:
        case Name() | Attribute():
            return node.name
        case Call():
            return last_name(node.function)
    return ""


def dotted(node: Expression | None) -> str:
    """Return `a.b.c` as it is written, "" where it is anything else."""
    match node:
        case Name():
            return node.name
        case Attribute():
            owner = dotted(node.value)
            return f"{owner}.{node.name}" if owner else ""
    return ""


def written(node: Any) -> Any:
    """Return what is equal for two expressions that are written alike, wherever they stand."""
    if isinstance(node, tuple):
        return tuple(written(one) for one in node)
    if isinstance(node, Node):
        fields = (field for field in node.__struct_fields__ if field != "span")
        return (type(node).__name__, *(written(getattr(node, field)) for field in fields))
    return node


def text_of(node: Expression | None) -> str:
    """Return a literal text, "" for anything else."""
    return node.value if isinstance(node, Constant) and isinstance(node.value, str) else ""
