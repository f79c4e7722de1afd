"""Abstract values: what the interpreter knows of what a program computes."""

import itertools
from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import NONE, Flows, as_parts, merge

if TYPE_CHECKING:
    from seawall.engines.code.program import ClassInfo, FunctionInfo, ModuleInfo
    from seawall.engines.code.state import Facts, Frame

MOST_OPTIONS = 5
MOST_KNOWN_ITEMS = 1000
"""Items of a list that are known one by one."""
MOST_CALLEES = 40
"""Functions among which one value chooses at the most."""
MOST_PARTS = 48
LONGEST = 20_000
"""Characters of a known text; a longer one is unknown."""

_serials = itertools.count(1)
next_serial = _serials.__next__


class Value:
    """Anything; immutable. What changes lives in cells that a `Ref` points to."""

    __slots__ = ("flows",)
    flows: Flows

    def __init__(self) -> None:
        self.flows = NONE


class Known(Value):
    """A constant; it carries no flow, for whoever wrote the program chose it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.flows = NONE
        self.value = value


class Unknown(Value):
    """Some value, perhaps an instance of a library's type."""

    __slots__ = ("serial", "type", "verdict")

    def __init__(
        self,
        flows: Flows = NONE,
        type: str = "",
        serial: int = 0,
        verdict: "tuple[Facts, Facts] | None" = None,
    ) -> None:
        self.flows = flows
        self.type = type
        """Dotted name, or ""."""
        self.serial = serial or (next_serial() if flows else 0)
        """What is the same value at another place has the same number."""
        self.verdict = verdict
        """What is known of other values where this one is true, and where it is false."""


class Text(Value):
    """A text of which parts are known: `parts` are literal strings and values, in order."""

    __slots__ = ("parts",)

    def __init__(self, parts: "tuple[str | Value, ...]", flows: Flows) -> None:
        self.parts = parts
        self.flows = flows


class Items(Value):
    """A tuple."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Value, ...]) -> None:
        self.items = items
        self.flows = flows_of(items)


class Ref(Value):
    """A list, dict, set or instance: what it holds stands in the heap of the state."""

    __slots__ = ("cell",)

    def __init__(self, cell: int) -> None:
        self.flows = NONE
        self.cell = cell


class Symbol(Value):
    """A function, class, module or object of a library, by its dotted name."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.flows = NONE
        self.path = path


class Method(Value):
    """An attribute of a value, which may be called: `path` is "" where its type is unknown."""

    __slots__ = ("name", "path", "receiver", "root")

    def __init__(self, receiver: Value, name: str, path: str, root: str = "") -> None:
        self.flows = receiver.flows
        self.receiver = receiver
        self.name = name
        self.path = path
        self.root = root
        """The name of the variable or attribute it was read from."""


class FunctionValue(Value):
    """A function of the program, perhaps bound to an object."""

    __slots__ = ("bound", "closure", "info", "wraps")

    def __init__(
        self,
        info: "FunctionInfo",
        closure: "Frame | None" = None,
        bound: Value | None = None,
        wraps: "FunctionInfo | None" = None,
    ) -> None:
        self.flows = NONE
        self.info = info
        self.closure = closure
        self.bound = bound
        self.wraps = wraps
        """The function around which a decorator put this one."""

    @property
    def declared(self) -> "FunctionInfo":
        """The function as its author knows it."""
        return self.wraps or self.info

    def bind(self, bound: Value) -> "FunctionValue":
        """Return the function as a method of an object or class."""
        return FunctionValue(self.info, self.closure, bound, self.wraps)


class ClassValue(Value):
    """A class of the program."""

    __slots__ = ("info",)

    def __init__(self, info: "ClassInfo") -> None:
        self.flows = NONE
        self.info = info


class ModuleValue(Value):
    """A module of the program."""

    __slots__ = ("info",)

    def __init__(self, info: "ModuleInfo") -> None:
        self.flows = NONE
        self.info = info


class Partial(Value):
    """A callable with some arguments given already."""

    __slots__ = ("arguments", "keywords", "target")

    def __init__(
        self, target: Value, arguments: tuple[Value, ...], keywords: dict[str, Value]
    ) -> None:
        self.target = target
        self.arguments = arguments
        self.keywords = keywords
        self.flows = flows_of((*arguments, *keywords.values()))


class Super(Value):
    """What `super()` gives."""

    __slots__ = ("after", "bound")

    def __init__(self, after: "ClassInfo", bound: Value) -> None:
        self.flows = NONE
        self.after = after
        self.bound = bound


class Union(Value):
    """One of several values."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options
        self.flows = flows_of(options)


ANYTHING = Unknown()
NO_VALUE = Known(None)
FED = ""
"""In place of the name of an attribute: what an object was fed, where no name is known."""
TRUE, FALSE = Known(True), Known(False)
EMPTY_TEXT = Known("")


class ListCell:
    """The content of a list, set or deque; immutable, a change makes a new one."""

    __slots__ = ("items", "kind", "rest")

    def __init__(
        self, items: tuple[Value, ...] | None, rest: Value | None = None, kind: str = "list"
    ) -> None:
        if items is not None and len(items) > MOST_KNOWN_ITEMS:
            told = [item for item in items if item.flows][:40]
            rest = summarise([*items[:40], *told, *([rest] if rest is not None else [])])
            items = None
        self.items = items
        """Known items in order; None where only `rest` is known."""
        self.rest = rest
        """What any item may be, where items are unknown."""
        self.kind = kind


class DictCell:
    """The content of a mapping; immutable like `ListCell`."""

    __slots__ = ("entries", "is_open", "rest", "type")

    def __init__(
        self,
        entries: dict[Any, Value],
        rest: Value | None = None,
        is_open: bool = False,
        type: str = "",
    ) -> None:
        self.entries = entries
        self.rest = rest
        """What stands under keys that are not known."""
        self.is_open = is_open
        """Whether it may have keys that are in neither."""
        self.type = type


class ObjectCell:
    """The attributes of an instance."""

    __slots__ = ("attributes", "info", "type")

    def __init__(
        self, info: "ClassInfo | None", attributes: dict[str, Value], type: str = ""
    ) -> None:
        self.info = info
        self.attributes = attributes
        self.type = type


Cell = ListCell | DictCell | ObjectCell


def flows_of(values: "tuple[Value, ...] | list[Value]") -> Flows:
    """Join the flows of several values."""
    flows = NONE
    for value in values:
        if value.flows:
            flows = merge(flows, value.flows)
    return flows


def with_flows(value: Value, flows: Flows) -> Value:
    """Return a value that carries these flows instead of its own; what it is may be lost."""
    if flows is value.flows:
        return value
    match value:
        case Unknown():
            return Unknown(flows, value.type, value.serial)
        case _:
            return Unknown(flows)


def map_flows(value: Value, change: "Any") -> Value:
    """Change every flow that a value carries by `change(flow)`, which may return None."""
    if not value.flows:
        return value
    match value:
        case Unknown():
            flows = tuple(new for flow in value.flows if (new := change(flow)) is not None)
            if flows == value.flows:
                return value
            return Unknown(flows, value.type, value.serial if flows else 0)
        case Text():
            return make_text(
                [part if isinstance(part, str) else map_flows(part, change) for part in value.parts]
            )
        case Items():
            return Items(tuple(map_flows(item, change) for item in value.items))
        case Union():
            return make_union([map_flows(option, change) for option in value.options])
        case Method():
            return Method(map_flows(value.receiver, change), value.name, value.path, value.root)
        case Partial():
            return Partial(
                map_flows(value.target, change),
                tuple(map_flows(item, change) for item in value.arguments),
                {name: map_flows(item, change) for name, item in value.keywords.items()},
            )
        case _:
            return value


def make_text(parts: "list[str | Value]") -> Value:
    """Make a text of its parts: a constant where all are known."""
    merged: list[str | Value] = []
    flows = NONE
    for part in parts:
        behind = bool(merged)
        if isinstance(part, Known):
            part = part.value if isinstance(part.value, str) else _text_of(part.value)
        if isinstance(part, str):
            if merged and isinstance(merged[-1], str):
                merged[-1] += part
            elif part:
                merged.append(part)
        elif isinstance(part, Text):
            for inner in part.parts:
                if isinstance(inner, str) and merged and isinstance(merged[-1], str):
                    merged[-1] += inner
                else:
                    merged.append(inner)
            flows = merge(flows, as_parts(part.flows) if behind else part.flows)
        else:
            if isinstance(part, Union) and any(map(_holds_choice, part.options)):
                # Choices within choices multiply.
                part = Unknown(part.flows, "str")
            merged.append(part)
            flows = merge(flows, as_parts(part.flows) if behind else part.flows)
    if not merged:
        return EMPTY_TEXT
    if len(merged) == 1:
        only = merged[0]
        if isinstance(only, str):
            return Known(only) if len(only) <= LONGEST else Unknown(type="str")
        if isinstance(only, Unknown) and (only.flows or only.type == "str"):
            return only
    if len(merged) > MOST_PARTS or sum(len(p) for p in merged if isinstance(p, str)) > LONGEST:
        head = merged[0] if isinstance(merged[0], str) and len(merged[0]) < LONGEST else ""
        return Text((head, Unknown(flows, "str")), flows)
    return Text(tuple(merged), flows)


def _holds_choice(value: Value) -> bool:
    return isinstance(value, Text) and any(isinstance(part, Union) for part in value.parts)


def _text_of(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def make_union(options: list[Value]) -> Value:
    """Make one of several values; what is the same is said once."""
    flat: list[Value] = []
    for option in options:
        for inner in option.options if isinstance(option, Union) else (option,):
            if isinstance(inner, Unknown) and inner.serial and _merged_into(flat, inner):
                continue
            if not any(is_same(inner, known) for known in flat):
                flat.append(inner)
                if len(flat) > MOST_OPTIONS and not _are_callees(flat):
                    return summarise(options)
    if not flat:
        return ANYTHING
    if len(flat) == 1:
        return flat[0]
    return Union(tuple(flat))


def _are_callees(options: list[Value]) -> bool:
    """Whether values are what a program chooses among to call one, as many as are followed."""
    return len(options) <= MOST_CALLEES and all(
        isinstance(option, FunctionValue | ClassValue)
        or (isinstance(option, Known) and option.value is None)
        for option in options
    )


def _merged_into(flat: list[Value], inner: Unknown) -> bool:
    """Join a value with itself as it is known elsewhere, where it is among the options."""
    for number, known in enumerate(flat):
        if isinstance(known, Unknown) and known.serial == inner.serial:
            if known.flows != inner.flows:
                flat[number] = Unknown(merge(known.flows, inner.flows), known.type, known.serial)
            return True
    return False


def summarise(options: list[Value]) -> Value:
    """Say only what several values carry."""
    flows = flows_of(options)
    flat = [
        inner
        for option in options[:40]
        for inner in (option.options if isinstance(option, Union) else (option,))
    ]
    types = {option.type for option in flat if isinstance(option, Unknown)}
    refs = [option for option in flat if isinstance(option, Ref)]
    unknown = Unknown(flows, types.pop() if len(types) == 1 and not refs else "")
    return Union((unknown, *refs[:2])) if refs else unknown


def is_same(one: Value, other: Value) -> bool:
    """Whether two values are surely equal in all that is known of them."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    match one, other:
        case Known(), Known():
            return type(one.value) is type(other.value) and bool(one.value == other.value)
        case Unknown(), Unknown():
            return (
                one.flows == other.flows and one.type == other.type and one.verdict == other.verdict
            )
        case Ref(), Ref():
            return one.cell == other.cell
        case Symbol(), Symbol():
            return one.path == other.path
        case ClassValue(), ClassValue():
            return one.info is other.info
        case ModuleValue(), ModuleValue():
            return one.info is other.info
        case FunctionValue(), FunctionValue():
            return one.info is other.info and one.bound is other.bound
        case Text(), Text():
            return len(one.parts) == len(other.parts) and all(
                a == b if isinstance(a, str) or isinstance(b, str) else is_same(a, b)
                for a, b in zip(one.parts, other.parts, strict=True)
            )
        case Items(), Items():
            return len(one.items) == len(other.items) and all(map(is_same, one.items, other.items))
        case Method(), Method():
            return (
                one.name == other.name
                and one.path == other.path
                and is_same(one.receiver, other.receiver)
            )
        case Union(), Union():
            return len(one.options) == len(other.options) and all(
                map(is_same, one.options, other.options)
            )
    return False


def join(one: Value, other: Value) -> Value:
    """Return what a value is that is one or the other."""
    if one is other or is_same(one, other):
        return one
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        flows = merge(one.flows, other.flows)
        if one.type == other.type:
            serial = one.serial if one.serial == other.serial else 0
            if one.verdict is not None and other.verdict is not None:
                return Union((one, other))
            return Unknown(flows, one.type, serial)
        if not (one.type and other.type):
            return Union((one, other)) if one.type or other.type else Unknown(flows)
    return make_union([one, other])
