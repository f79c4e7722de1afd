"""Which arguments a selector names, and whether the conditions on them hold."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from seawall_guard.catalogue.entries import Condition

from seawall.engines.code.flows import is_callers
from seawall.engines.code.state import Frame
from seawall.engines.code.values import (
    ClassValue,
    DictCell,
    Items,
    Known,
    ListCell,
    Method,
    Ref,
    Symbol,
    Text,
    Union,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine


@lru_cache(maxsize=4096)
def _read_selector(selector: str) -> tuple[str, int, str, str | None]:
    """Return kind ("at", "from", "names", "self"), position (-1: none), name and item."""
    selector, bracket, item = selector.partition("[")
    return *_read_plain(selector), item.removesuffix("]") if bracket else None


def _read_plain(selector: str) -> tuple[str, int, str]:
    if selector == "self":
        return "self", -1, ""
    if selector == "**":
        return "names", -1, ""
    if selector.endswith("*"):
        return "from", int(selector[:-1] or 0), ""
    head, _, name = selector.partition(":")
    if head.isdigit():
        return "at", int(head), name
    return "at", -1, head


def select(
    given: "Arguments",
    selector: str,
    receiver: Value | None,
    machine: "Machine | None" = None,
    frame: Frame | None = None,
) -> list[Value]:
    """Return the arguments that a selector names; what may be among a `*` counts.

    Items of an argument ("options[key]") are looked for only with machine and frame.
    """
    kind, position, name, item = _read_selector(selector)
    values = _select(given, kind, position, name, receiver)
    if item is None or machine is None or frame is None:
        return values
    return [inner for value in values for inner in _items(machine, value, item, frame)]


def _items(machine: "Machine", value: Value, item: str, frame: Frame) -> list[Value]:
    """Return the item of a list or mapping that a selector names; "" is each of them.

    "key][inner" is an item of the item.
    """
    item, bracket, inner = item.partition("][")
    if bracket:
        around = _items(machine, value, item, frame)
        return [one for outer in around for one in _items(machine, outer, inner, frame)]
    cell = machine.cell(value, frame) if isinstance(value, Ref) else None
    if isinstance(cell, DictCell):
        if not item:
            return list(cell.entries.values())
        return [cell.entries[item]] if item in cell.entries else []
    items = machine.items_of(value, frame) if isinstance(value, Ref | Items) else None
    if items is None:
        return []
    if not item:
        return items
    return [items[int(item)]] if item.isdigit() and int(item) < len(items) else []


def _select(
    given: "Arguments", kind: str, position: int, name: str, receiver: Value | None
) -> list[Value]:
    if kind == "self":
        return [receiver] if receiver is not None else []
    if kind == "names":
        return [*given.keywords.values(), *([given.names] if given.names is not None else [])]
    if kind == "from":
        rest = [given.rest] if given.rest is not None else []
        return given.positional[position:] + rest
    if name and name in given.keywords:
        return [given.keywords[name]]
    if 0 <= position < len(given.positional):
        return [given.positional[position]]
    if position >= 0 and given.rest is not None:
        return [given.rest]
    if name and given.names is not None:
        return [given.names]
    return []


def hold(
    machine: "Machine",
    when: tuple[Condition, ...],
    unless: tuple[Condition, ...],
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> bool:
    """Whether all of `when` hold and none of `unless`."""
    for condition in when:
        if not holds(machine, condition, given, receiver, frame):
            return False
    for condition in unless:
        if holds(machine, condition, given, receiver, frame, surely=True):
            return False
    return True


def holds(
    machine: "Machine",
    condition: Condition,
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
    *,
    surely: bool = False,
) -> bool:
    """Whether one condition holds; one on an argument that is not known does not.

    An argument that may be one of several fits when one of them does; `surely`: when all do.
    """
    values = select(given, condition.argument, receiver, machine, frame)
    predicate, operand = condition.predicate, condition.operand
    if predicate == "missing":
        return not values and given.names is None and given.rest is None
    if predicate == "given":
        return bool(values)
    if not values:
        return False
    options = [
        option
        for value in values
        for option in (value.options if isinstance(value, Union) else (value,))
    ]
    if surely:
        # What else the caller of a public function may choose is for him to answer for.
        options = [one for one in options if not _is_callers(one)] or options
    test = all if surely or predicate in ("is_not", "none_of") else any
    return test(_fits(machine, option, predicate, operand, frame) for option in options)


def _is_callers(value: Value) -> bool:
    return bool(value.flows) and all(is_callers(flow) for flow in value.flows)


def _fits(machine: "Machine", value: Value, predicate: str, operand: Any, frame: Frame) -> bool:
    if predicate == "symbol":
        return _is_symbol(machine, value, operand, frame)
    if predicate == "constant":
        return isinstance(value, Known)
    if predicate == "matches":
        return _matches(machine, value, operand, frame)
    if isinstance(value, Ref | Items) and predicate in ("one_of", "is", "below"):
        items = _items(machine, value, "", frame)
        return any(_fits(machine, item, predicate, operand, frame) for item in items)
    if not isinstance(value, Known):
        return False
    plain = value.value
    match predicate:
        case "is":
            return _equal(plain, operand)
        case "is_not":
            return not _equal(plain, operand)
        case "one_of":
            return any(_equal(plain, option) for option in operand)
        case "none_of":
            return not any(_equal(plain, option) for option in operand)
        case "below":
            is_number = isinstance(plain, int | float) and not isinstance(plain, bool)
            return is_number and plain < operand
    return False


def _matches(machine: "Machine", value: Value, pattern: str, frame: Frame) -> bool:
    match value:
        case Known():
            plain = value.value
            if isinstance(plain, bytes):
                plain = plain.decode("latin-1")
            return isinstance(plain, str) and _compiled(pattern).search(plain[:2000]) is not None
        case Text():
            text = "".join(part if isinstance(part, str) else "\x00" for part in value.parts)
            return _compiled(pattern).search(text[:2000]) is not None
        case Ref() | Items():
            items = machine.items_of(value, frame)
            return items is not None and any(_matches(machine, i, pattern, frame) for i in items)
    return False


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _equal(plain: Any, operand: Any) -> bool:
    if isinstance(plain, bytes) and isinstance(operand, str):
        plain = plain.decode("latin-1")
    if isinstance(plain, str) and isinstance(operand, str):
        return plain.casefold() == operand.casefold()
    if isinstance(plain, bool) or isinstance(operand, bool):
        return plain is operand or (
            isinstance(plain, int)
            and isinstance(operand, bool)
            and plain in (0, 1)
            and bool(plain) is operand
        )
    return bool(plain == operand)


def _is_symbol(machine: "Machine", value: Value, operand: Any, frame: Frame) -> bool:
    library = machine.library
    wanted = {library.canonical(symbol) for symbol in operand}
    match value:
        case Symbol():
            path = library.canonical(value.path)
            return path in wanted or any(base in wanted for base in library.mro(path)[1:])
        case Method():
            return bool(value.path) and library.canonical(value.path) in wanted
        case Unknown():
            if not value.type:
                return False
            plain = value.type.removesuffix("()")
            return any(
                base in wanted or base.removesuffix("()") in wanted
                for base in (*library.mro(value.type), library.canonical(plain))
            )
        case ClassValue():
            return any(library.canonical(base) in wanted for base in value.info.external_bases())
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, ListCell):
                items = cell.items or ()
                return any(_is_symbol(machine, item, operand, frame) for item in items)
            if cell is not None and hasattr(cell, "type") and cell.type:
                return any(base in wanted for base in library.mro(cell.type))
        case Items():
            return any(_is_symbol(machine, item, operand, frame) for item in value.items)
    return False
