"""What the names of a file are bound to: by assignment, import, parameter, loop or handler."""

from collections.abc import Callable, Sequence
from typing import Any

from seawall.model.program import (
    Assign,
    Bind,
    Class,
    Clause,
    Declare,
    Expression,
    For,
    Function,
    Handler,
    Import,
    MatchCapture,
    MatchMapping,
    MatchStar,
    Name,
    Node,
    Scope,
    Spread,
    Update,
    WithItem,
)
from seawall.model.program import Sequence as Display


class Names:
    """What the names of one function, class or module are bound to."""

    __slots__ = ("annotations", "bound", "imports", "is_class", "number", "outside", "parent")

    def __init__(self, parent: "Names | None", number: int, is_class: bool = False) -> None:
        self.parent = parent
        self.number = number
        self.is_class = is_class
        self.bound: dict[str, list[Expression | None]] = {}
        self.imports: dict[str, list[str]] = {}
        self.annotations: dict[str, Expression] = {}
        self.outside: set[str] = set()

    def bind(self, name: str, value: Expression | None) -> None:
        """Note that a name is given a value; None is one that is not known."""
        where = self
        while name in where.outside and where.parent is not None:
            where = where.parent
        where.bound.setdefault(name, []).append(value)

    def find(self, name: str) -> "Names | None":
        """Return where a name that is read here belongs; None for a builtin or an unknown one."""
        where: Names | None = self
        first = True
        while where is not None:
            known = name in where.bound or name in where.imports
            if known and (first or not where.is_class):
                return where
            where, first = where.parent, False
        return None


def write(targets: set[int], target: Node | None, value: Expression | None, names: Names) -> None:
    """Note that a target is given a value."""
    if isinstance(target, Name):
        targets.add(id(target))
        names.bind(target.name, value)
    elif isinstance(target, Spread):
        write(targets, target.value, None, names)
    elif isinstance(target, Display):
        values: Sequence[Expression | None] = [None] * len(target.items)
        if isinstance(value, Display) and len(value.items) == len(target.items):
            values = value.items
        for item, one in zip(target.items, values, strict=True):
            write(targets, item, one, names)


# --- What each node binds -------------------------------------------------------------------


def _assign(targets: set[int], node: Assign, names: Names) -> None:
    for target in node.targets:
        write(targets, target, node.value, names)


def _declare(targets: set[int], node: Declare, names: Names) -> None:
    if isinstance(node.target, Name):
        names.annotations[node.target.name] = node.annotation
    if node.value is not None:
        write(targets, node.target, node.value, names)
    elif isinstance(node.target, Name):
        names.bound.setdefault(node.target.name, [])


def _update(targets: set[int], node: Update | For | Clause | WithItem, names: Names) -> None:
    write(targets, node.target, None, names)


def _bind(targets: set[int], node: Bind, names: Names) -> None:
    write(targets, node.target, node.value, names)


def _handler(targets: set[int], node: Handler | MatchCapture | MatchStar, names: Names) -> None:
    if node.name:
        names.bind(node.name, None)


def _mapping(targets: set[int], node: MatchMapping, names: Names) -> None:
    if node.rest:
        names.bind(node.rest, None)


def _import(targets: set[int], node: Import, names: Names) -> None:
    if node.level:
        for one in node.names:
            names.bind(one.alias or one.name, None)
        return
    for one in node.names:
        if node.is_from:
            names.imports.setdefault(one.alias, []).append(f"{node.module}.{one.name}")
        elif one.alias:
            names.imports.setdefault(one.alias, []).append(one.name)
        else:
            first = one.name.partition(".")[0]
            names.imports.setdefault(first, []).append(first)


def _scope(targets: set[int], node: Scope, names: Names) -> None:
    names.outside.update(node.names)


def _class(targets: set[int], node: Class, names: Names) -> Names:
    names.bind(node.name, None)
    return Names(names, id(node), is_class=True)


def _function(targets: set[int], node: Function, names: Names) -> Names:
    if node.name != "<lambda>":
        names.bind(node.name, None)
    inner = Names(names, id(node))
    for parameter in node.parameters:
        inner.bind(parameter.name, None)
        if parameter.annotation is not None and parameter.kind not in ("rest", "names"):
            inner.annotations[parameter.name] = parameter.annotation
    return inner


BINDS: dict[type[Any], Callable[[set[int], Any, Names], Names | None]] = {
    Assign: _assign,
    Declare: _declare,
    Update: _update,
    For: _update,
    Clause: _update,
    WithItem: _update,
    Bind: _bind,
    Handler: _handler,
    MatchCapture: _handler,
    MatchStar: _handler,
    MatchMapping: _mapping,
    Import: _import,
    Scope: _scope,
    Class: _class,
    Function: _function,
}
