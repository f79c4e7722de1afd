"""Lists, mappings, sets and queues: what their methods do to the cell that a reference names."""

from typing import TYPE_CHECKING, Any

from seawall.engines.code.state import Frame, constant_key, item_of, join_all
from seawall.engines.code.values import (
    ANYTHING,
    NO_VALUE,
    DictCell,
    Items,
    Known,
    ListCell,
    Ref,
    Unknown,
    Value,
    join,
    make_union,
    map_flows,
)

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

MOST_ITEMS = 64
APPENDS = frozenset("append add put put_nowait enqueue push appendright".split())
TAKES_FIRST = frozenset("get get_nowait popleft dequeue".split())


def call_list(
    machine: "Machine",
    ref: Ref,
    cell: ListCell,
    name: str,
    arguments: list[Value],
    frame: Frame,
) -> Value:
    """Call a method of a list, set, deque or queue."""
    first = arguments[0] if arguments else None
    if name in APPENDS and first is not None:
        _store(machine, ref, _appended(cell, first), frame)
        return NO_VALUE
    if name == "appendleft" and first is not None:
        items = (first, *cell.items) if cell.items is not None else None
        rest = cell.rest if items is not None else join_all(cell.rest, first)
        _store(machine, ref, ListCell(items, rest, cell.kind), frame)
        return NO_VALUE
    if name in ("extend", "update", "extendleft") and first is not None:
        extend(machine, ref, cell, first, frame)
        return NO_VALUE
    if name == "insert" and len(arguments) > 1:
        return _insert(machine, ref, cell, arguments, frame)
    if name == "pop" or (name in TAKES_FIRST and cell.kind != "dict"):
        return _take(machine, ref, cell, name, first, frame)
    if name == "clear":
        _store(machine, ref, ListCell((), None, cell.kind), frame)
        return NO_VALUE
    if name in ("remove", "discard") and first is not None:
        _remove(machine, ref, cell, first, frame)
        return NO_VALUE
    if name == "reverse":
        items = cell.items[::-1] if cell.items is not None else None
        _store(machine, ref, ListCell(items, cell.rest, cell.kind), frame)
        return NO_VALUE
    if name == "sort":
        rest = join_all(item_of(cell))
        _store(machine, ref, ListCell(None, rest, cell.kind), frame)
        return NO_VALUE
    if name in ("copy", "union", "intersection", "difference", "symmetric_difference"):
        joined = cell
        for other in arguments if name != "intersection" else []:
            element = machine.element_of(other, frame)
            joined = ListCell(None, join_all(item_of(joined), element), cell.kind)
        return machine.new_cell(joined, frame)
    if name in ("index", "count", "qsize", "__len__"):
        return Unknown((), "int")
    if name in ("empty", "full", "isdisjoint", "issubset", "issuperset"):
        return Unknown((), "bool")
    return ANYTHING


def _appended(cell: ListCell, item: Value) -> ListCell:
    if cell.items is not None and len(cell.items) < MOST_ITEMS:
        return ListCell((*cell.items, item), cell.rest, cell.kind)
    return ListCell(None, join_all(item_of(cell), item), cell.kind)


def _store(machine: "Machine", ref: Ref, cell: ListCell | DictCell, frame: Frame) -> None:
    frame.state.heap[ref.cell] = cell


def _insert(
    machine: "Machine", ref: Ref, cell: ListCell, arguments: list[Value], frame: Frame
) -> Value:
    place, item = arguments[0], arguments[1]
    if cell.items is not None and isinstance(place, Known) and isinstance(place.value, int):
        items = list(cell.items)
        items.insert(place.value, item)
        _store(machine, ref, ListCell(tuple(items), cell.rest, cell.kind), frame)
    else:
        rest = join_all(item_of(cell), item)
        _store(machine, ref, ListCell(None, rest, cell.kind), frame)
    return NO_VALUE


def _take(
    machine: "Machine", ref: Ref, cell: ListCell, name: str, place: Value | None, frame: Frame
) -> Value:
    number: Any = -1 if name == "pop" else 0
    if name == "pop" and place is not None:
        number = place.value if isinstance(place, Known) else None
    if cell.items is not None and isinstance(number, int) and cell.items:
        items = list(cell.items)
        try:
            taken = items.pop(number)
        except IndexError:
            return ANYTHING
        _store(machine, ref, ListCell(tuple(items), cell.rest, cell.kind), frame)
        return taken
    return item_of(cell) or ANYTHING


def _remove(machine: "Machine", ref: Ref, cell: ListCell, item: Value, frame: Frame) -> None:
    if cell.items is None:
        return
    items = list(cell.items)
    for number, known in enumerate(items):
        if isinstance(known, Known) and isinstance(item, Known) and known.value == item.value:
            del items[number]
            _store(machine, ref, ListCell(tuple(items), cell.rest, cell.kind), frame)
            return
        if known is item:
            del items[number]
            _store(machine, ref, ListCell(tuple(items), cell.rest, cell.kind), frame)
            return
    _store(machine, ref, ListCell(None, item_of(cell), cell.kind), frame)


def extend(machine: "Machine", ref: Ref, cell: ListCell, other: Value, frame: Frame) -> None:
    """`list += other`."""
    items = machine.items_of(other, frame)
    if cell.items is not None and items is not None and len(items) + len(cell.items) < MOST_ITEMS:
        _store(machine, ref, ListCell((*cell.items, *items), cell.rest, cell.kind), frame)
        return
    rest = join_all(item_of(cell), machine.element_of(other, frame))
    _store(machine, ref, ListCell(None, rest, cell.kind), frame)


def call_dict(
    machine: "Machine",
    ref: Ref,
    cell: DictCell,
    name: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    frame: Frame,
) -> Value:
    """Call a method of a mapping."""
    key = arguments[0] if arguments else None
    default = arguments[1] if len(arguments) > 1 else None
    if name in ("get", "pop", "setdefault") and key is not None:
        return _look_up(machine, ref, cell, name, key, default, frame)
    if name == "update":
        if key is not None:
            merge(machine, ref, cell, key, frame)
        for word, value in keywords.items():
            set_item(machine, ref, Known(word), value, frame)
        return NO_VALUE
    if name == "keys":
        if not cell.is_open and cell.rest is None:
            return machine.new_cell(ListCell(tuple(map(Known, cell.entries))), frame)
        return machine.new_cell(ListCell(None, _key_of(cell)), frame)
    if name == "values":
        values = tuple(cell.entries.values())
        if not cell.is_open and cell.rest is None:
            return machine.new_cell(ListCell(values), frame)
        return machine.new_cell(ListCell(None, join_all(*values, cell.rest)), frame)
    if name in ("items", "iteritems"):
        pairs = tuple(Items((Known(k), v)) for k, v in cell.entries.items())
        if not cell.is_open and cell.rest is None:
            return machine.new_cell(ListCell(pairs), frame)
        rest = join_all(*(p.items[1] for p in pairs), cell.rest) or ANYTHING
        return machine.new_cell(ListCell(None, Items((_key_of(cell), rest))), frame)
    if name == "copy":
        return machine.new_cell(cell, frame)
    if name == "clear":
        _store(machine, ref, DictCell({}, None, False, cell.type), frame)
        return NO_VALUE
    if name == "popitem":
        return Items((ANYTHING, join_all(*cell.entries.values(), cell.rest) or ANYTHING))
    return ANYTHING


def _key_of(cell: DictCell) -> Value:
    if cell.rest is not None and cell.rest.flows:
        return Unknown(cell.rest.flows)
    return ANYTHING


def _look_up(
    machine: "Machine",
    ref: Ref,
    cell: DictCell,
    name: str,
    key: Value,
    default: Value | None,
    frame: Frame,
) -> Value:
    from seawall.engines.code.expressions import dict_item

    found = dict_item(machine, cell, key)
    known = isinstance(key, Known) and constant_key(key.value) and key.value in cell.entries
    missing = isinstance(key, Known) and not known and cell.rest is None and not cell.is_open
    fallback = default if default is not None else NO_VALUE
    if name == "setdefault" and not known:
        set_item(machine, ref, key, fallback, frame)
    if name == "pop" and known and isinstance(key, Known):
        entries = {k: v for k, v in cell.entries.items() if k != key.value}
        _store(machine, ref, DictCell(entries, cell.rest, cell.is_open, cell.type), frame)
    if found is None:
        return fallback if missing or default is not None else ANYTHING
    return found if known else join(found, fallback)


def set_item(machine: "Machine", ref: Ref, key: Value, value: Value, frame: Frame) -> None:
    """`container[key] = value`."""
    cell = machine.cell(ref, frame)
    if isinstance(cell, DictCell):
        if isinstance(key, Known) and constant_key(key.value):
            entries = {**cell.entries, key.value: value}
            if len(entries) <= 256:
                _store(machine, ref, DictCell(entries, cell.rest, cell.is_open, cell.type), frame)
                return
        rest = join_all(cell.rest, under(machine, key, value))
        _store(machine, ref, DictCell(cell.entries, rest, True, cell.type), frame)
    elif isinstance(cell, ListCell):
        if cell.items is not None and isinstance(key, Known) and isinstance(key.value, int):
            items = list(cell.items)
            try:
                items[key.value] = value
            except IndexError:
                return
            _store(machine, ref, ListCell(tuple(items), cell.rest, cell.kind), frame)
        else:
            rest = join_all(item_of(cell), value)
            _store(machine, ref, ListCell(None, rest, cell.kind), frame)


def under(machine: "Machine", key: Value, value: Value) -> Value:
    """Return what stands under a key that is not known.

    Where the key is not somebody else's, nobody sets more by the value than he is meant to.
    """
    if key.flows or not value.flows:
        return value
    bits = machine.library.clean_bits(("mass-assignment",))
    return map_flows(value, lambda flow: flow.cleaned(bits))


def merge(machine: "Machine", ref: Ref, cell: DictCell, other: Value, frame: Frame) -> None:
    """`mapping.update(other)`."""
    theirs = machine.cell(other, frame) if isinstance(other, Ref) else None
    if isinstance(theirs, DictCell):
        entries = {**cell.entries, **theirs.entries}
        rest = join_all(cell.rest, theirs.rest)
        is_open = cell.is_open or theirs.is_open
    else:
        entries = cell.entries
        rest = join_all(cell.rest, machine.element_of(other, frame))
        is_open = True
    _store(machine, ref, DictCell(entries, rest, is_open, cell.type), frame)


def items_of(machine: "Machine", value: Value, frame: Frame) -> list[Value] | None:
    """Return what iterating gives where that is known, item by item."""
    match value:
        case Items():
            return list(value.items)
        case Known():
            if isinstance(value.value, str) and len(value.value) <= 64:
                return [Known(letter) for letter in value.value]
            return None
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, ListCell) and cell.items is not None and cell.rest is None:
                return list(cell.items)
            if isinstance(cell, DictCell) and not cell.is_open and cell.rest is None:
                return [Known(key) for key in cell.entries]
    return None


def element_of(machine: "Machine", value: Value, frame: Frame) -> Value | None:
    """Return what any item that iterating gives may be."""
    match value:
        case Items():
            return make_union(list(value.items)) if value.items else None
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, ListCell):
                return join_all(item_of(cell), cell.rest if cell.items is not None else None)
            if isinstance(cell, DictCell):
                if cell.is_open or cell.rest is not None:
                    return _key_of(cell)
                return make_union([Known(key) for key in cell.entries]) if cell.entries else None
            return None
        case Known():
            return Unknown((), "str") if isinstance(value.value, str) else None
    return None
