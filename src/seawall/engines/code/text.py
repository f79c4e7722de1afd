"""Texts: what the methods of strings give when only parts of a string are known."""

import string
from _string import formatter_field_name_split
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import NOTHING, Flow, of_numbers
from seawall.engines.code.guards import (
    NO_OPTION,
    NOT_ABSOLUTE,
    shown_by_predicate,
    shown_by_prefix,
    shown_by_suffix,
)
from seawall.engines.code.state import Frame
from seawall.engines.code.values import (
    ANYTHING,
    LONGEST,
    Items,
    Known,
    ListCell,
    Ref,
    Text,
    Union,
    Unknown,
    Value,
    flows_of,
    make_text,
    make_union,
    map_flows,
)
from seawall.model.program import Call, Format

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, MemoryError, AttributeError)
SAME = frozenset("encode decode expandtabs __str__ tobytes".split())
"""Methods after which a text is what it was."""
CASES = frozenset("lower upper title capitalize casefold swapcase".split())
TRIMS = frozenset("strip lstrip rstrip removeprefix removesuffix".split())
PADS = frozenset("ljust rjust center zfill expandtabs".split())
COUNTS = frozenset("find rfind index rindex count __len__".split())
SPLITS = frozenset("split rsplit splitlines".split())
METHODS = (
    SAME
    | CASES
    | TRIMS
    | PADS
    | COUNTS
    | SPLITS
    | frozenset("join format format_map replace partition rpartition translate".split())
    | frozenset(
        "startswith endswith isdigit isdecimal isnumeric isalnum isalpha isidentifier".split()
    )
    | frozenset("isspace islower isupper istitle isascii isprintable".split())
)
CONCRETE = METHODS - {"format", "format_map", "join", "decode", "encode", "translate"}


def call_method(
    machine: "Machine",
    receiver: Value,
    name: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    frame: Frame,
    node: Call | None,
) -> Value | None:
    """Return what a method of a text gives; None where it is no method of texts."""
    if name not in METHODS:
        return None
    if isinstance(receiver, Known) and name in CONCRETE:
        done = _concrete(receiver.value, name, arguments, keywords, machine, frame)
        if done is not None:
            return done
    if name == "join":
        return _join(machine, receiver, arguments, frame)
    if name in ("format", "format_map"):
        return _format(machine, receiver, arguments, keywords, frame, name == "format_map")
    if name in SAME:
        return receiver
    if name in ("startswith", "endswith"):
        return _ends(machine, receiver, name, arguments)
    if name in COUNTS:
        return Unknown((), "int")
    verdict = shown_by_predicate(machine, receiver, name)
    if verdict is not None:
        return Unknown((), "bool", 0, verdict)
    if name == "replace":
        return _replace(receiver, arguments)
    if name in SPLITS or name in ("partition", "rpartition"):
        return _split(machine, receiver, name, arguments, frame)
    if name in CASES:
        method: Callable[[str], str] = getattr(str, name)
        result = _each_part(receiver, method)
        # Whatever does no harm in letters of one case does none in the other.
        machine.echo(result, receiver)
        return result
    if name in TRIMS and not arguments:
        return _trim(receiver, name)
    flows = flows_of([receiver, *arguments])
    if name in ("strip", "lstrip") and isinstance(arguments[0], Known):
        signs = str(arguments[0].value)
        lost = frozenset(NOT_BEGUN[sign] for sign in signs if sign in NOT_BEGUN)
        return Unknown(tuple(flow.without(lost) for flow in flows), "str")
    return Unknown(flows, "str")


NOT_BEGUN = {"/": NOT_ABSOLUTE, "-": NO_OPTION}
"""By the sign that is cut off: what is then known of the beginning."""


def _concrete(
    text: Any,
    name: str,
    arguments: list[Value],
    keywords: dict[str, Value],
    machine: "Machine",
    frame: Frame,
) -> Value | None:
    plain: list[Any] = []
    for argument in arguments:
        if isinstance(argument, Known):
            plain.append(argument.value)
        elif isinstance(argument, Items) and all(isinstance(i, Known) for i in argument.items):
            plain.append(tuple(i.value for i in argument.items if isinstance(i, Known)))
        else:
            return None
    if keywords or not isinstance(text, str | bytes):
        return None
    if name in PADS and plain and isinstance(plain[0], int) and plain[0] > LONGEST:
        return None
    if name == "replace" and len(plain) >= 2 and _grows(text, plain[1]):
        return None
    try:
        result = getattr(text, name)(*plain)
    except FAILURES:
        return ANYTHING
    if isinstance(result, list):
        return machine.new_cell(ListCell(tuple(map(Known, result[:200]))), frame)
    if isinstance(result, tuple):
        return Items(tuple(map(Known, result)))
    return Known(result)


def _grows(text: Any, new: Any) -> bool:
    """Whether a replacement might make more of a text than is kept of one."""
    if not isinstance(text, str | bytes) or not isinstance(new, str | bytes):
        return False
    return (len(text) + 1) * max(len(new), 1) > LONGEST * 8


def _join(machine: "Machine", separator: Value, arguments: list[Value], frame: Frame) -> Value:
    if not arguments:
        return Unknown((), "str")
    items = machine.items_of(arguments[0], frame)
    if items is not None and len(items) <= 40:
        parts: list[str | Value] = []
        for number, item in enumerate(items):
            if number:
                parts.append(separator)
            parts.append(machine.as_text(item, frame))
        return make_text(parts)
    element = machine.element_of(arguments[0], frame)
    flows = flows_of([separator, arguments[0], *([element] if element is not None else [])])
    return Unknown(flows, "str")


def _format(
    machine: "Machine",
    template: Value,
    arguments: list[Value],
    keywords: dict[str, Value],
    frame: Frame,
    mapped: bool,
) -> Value:
    given = [*arguments, *keywords.values()]
    if mapped and arguments:
        element = machine.element_of(arguments[0], frame)
        given = [template, *([element] if element is not None else [])]
        return Unknown(flows_of(given), "str")
    if not isinstance(template, Known) or not isinstance(template.value, str):
        return Unknown(flows_of([template, *given]), "str")
    parts: list[str | Value] = []
    automatic = 0
    try:
        for literal, field, specification, _ in string.Formatter().parse(template.value):
            if literal:
                parts.append(literal)
            if field is None:
                continue
            head = field.partition(".")[0].partition("[")[0]
            if head == "":
                head, automatic = str(automatic), automatic + 1
            value = _field(head, arguments, keywords)
            if field not in (head, "") and value is not None:
                value = _within(machine, value, field, frame)
            if value is None:
                value = Unknown(flows_of(given) if keywords.get("") else (), "str")
            if specification and isinstance(value, Known):
                try:
                    value = Known(
                        format(value.value, specification if len(specification) < 9 else "")
                    )
                except FAILURES:
                    value = Unknown((), "str")
            parts.append(machine.as_text(value, frame))
    except (ValueError, IndexError):
        return Unknown(flows_of(given), "str")
    return make_text(parts)


def _within(machine: "Machine", value: Value, field: str, frame: Frame) -> Value:
    """Return what the path of a replacement field names: `0[key].name`."""
    _, rest = formatter_field_name_split(field)
    for is_attribute, key in rest:
        if is_attribute:
            value = machine.get_attribute(value, str(key), frame, None)
        else:
            value = machine.get_item(value, Known(key), frame, None)
    return value


def _field(head: str, arguments: list[Value], keywords: dict[str, Value]) -> Value | None:
    if head.isdigit():
        return arguments[int(head)] if int(head) < len(arguments) else None
    return keywords.get(head)


def percent(machine: "Machine", template: Value, given: Value, frame: Frame) -> Value:
    """`template % given`."""
    if not isinstance(template, Known) or not isinstance(template.value, str):
        return Unknown(flows_of([template, Unknown(machine.deep_flows(given, frame))]), "str")
    text = template.value
    values = list(given.items) if isinstance(given, Items) else [given]
    cell = machine.cell(given, frame) if isinstance(given, Ref) else None
    parts: list[str | Value] = []
    at = number = 0
    while True:
        found = text.find("%", at)
        if found < 0 or found + 1 >= len(text):
            parts.append(text[at:])
            break
        parts.append(text[at:found])
        at = found + 1
        if text[at] == "%":
            parts.append("%")
            at += 1
            continue
        name = None
        if text[at] == "(":
            close = text.find(")", at)
            if close < 0:
                return Unknown(machine.deep_flows(given, frame), "str")
            name, at = text[at + 1 : close], close + 1
        while at < len(text) and text[at] in "#0-+ .*123456789hlL":
            at += 1
        kind = text[at : at + 1]
        at += 1
        if name is not None:
            value = machine.get_item(given, Known(name), frame, None)
        else:
            value = values[number] if number < len(values) else ANYTHING
            number += 1
        if kind and kind in "diouxXeEfFgGc":
            if isinstance(value, Known):
                value = Known(value.value)
            else:
                value = Unknown(of_numbers(value.flows), "int")
        parts.append(machine.as_text(value, frame))
    del cell
    return make_text(parts)


def formatted(
    machine: "Machine", value: Value, specification: Format | None, conversion: str, frame: Frame
) -> Value:
    """Return a value in an f-string after its conversion and specification."""
    text = "".join(
        part.value
        for part in (specification.parts if specification else ())
        if hasattr(part, "value") and isinstance(part.value, str)
    )
    if text and text[-1] in "bcdeEfFgGnoxX%":
        return Unknown(of_numbers(value.flows), "int")
    if conversion in ("r", "a"):
        excludes = frozenset("\n\r")
        return map_flows(value, lambda flow: flow.without(excludes))
    return value


def _ends(machine: "Machine", receiver: Value, name: str, arguments: list[Value]) -> Value:
    if not arguments:
        return ANYTHING
    wanted = arguments[0]
    options = wanted.items if isinstance(wanted, Items) else (wanted,)
    known = [o.value for o in options if isinstance(o, Known) and isinstance(o.value, str)]
    if isinstance(receiver, Text) and len(known) == len(options):
        part = receiver.parts[0 if name == "startswith" else -1]
        if isinstance(part, str):
            test = part.startswith if name == "startswith" else part.endswith
            if any(test(text) for text in known):
                return Known(True)
            if all(len(text) <= len(part) for text in known):
                return Known(False)
    if name == "startswith":
        return Unknown((), "bool", 0, shown_by_prefix(machine, receiver, wanted))
    return Unknown((), "bool", 0, shown_by_suffix(machine, receiver, wanted))


def _replace(receiver: Value, arguments: list[Value]) -> Value:
    if len(arguments) < 2:
        return Unknown(receiver.flows, "str")
    old, new = arguments[0], arguments[1]
    if not isinstance(old, Known) or not isinstance(old.value, str):
        return Unknown(flows_of([receiver, new]), "str")
    if isinstance(new, Known) and isinstance(new.value, str):
        text = new.value
        if isinstance(receiver, Known) and _grows(receiver.value, text):
            return Unknown((), "str")
        if (
            old.value not in text
            and (len(old.value) == 1 or text)
            or old.value in ("'", '"')
            and text in ("''", '""', "\\'", '\\"')
            or old.value in ("{", "}")
            and text == old.value * 2
        ):
            excluded = frozenset({old.value})
        else:
            excluded = NOTHING
        return _each_part(
            receiver,
            lambda part: part if _grows(part, text) else part.replace(old.value, text),
            lambda flow: flow.without(excluded) if excluded else flow,
        )
    return Unknown(flows_of([receiver, new]), "str")


def _each_part(
    receiver: Value,
    method: Callable[[str], str],
    change: Callable[[Flow], Flow] | None = None,
) -> Value:
    """Apply a method to what is known of a text; what is unknown becomes another value."""
    match receiver:
        case Text():
            parts: list[str | Value] = []
            for part in receiver.parts:
                if isinstance(part, str):
                    parts.append(method(part))
                else:
                    parts.append(_each_part(part, method, change))
            return make_text(parts)
        case Union():
            return make_union([_each_part(option, method, change) for option in receiver.options])
        case Known():
            return Known(method(receiver.value)) if isinstance(receiver.value, str) else receiver
        case _:
            flows = receiver.flows
            if change is not None:
                flows = tuple(change(flow) for flow in flows)
            return Unknown(flows, "str")


def _trim(receiver: Value, name: str) -> Value:
    if isinstance(receiver, Text):
        parts = list(receiver.parts)
        if name in ("strip", "lstrip") and isinstance(parts[0], str):
            parts[0] = parts[0].lstrip()
        if name in ("strip", "rstrip") and isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip()
        return make_text(parts)
    return receiver


def _split(
    machine: "Machine", receiver: Value, name: str, arguments: list[Value], frame: Frame
) -> Value:
    separator = arguments[0] if arguments else None
    excluded = NOTHING
    if name == "splitlines":
        excluded = frozenset("\n\r")
    elif isinstance(separator, Known) and isinstance(separator.value, str):
        excluded = frozenset({separator.value}) if len(arguments) < 2 else NOTHING
    elif separator is None:
        excluded = frozenset(" \t\n\r")
    flows = tuple(
        flow.without(excluded) if excluded and "partition" not in name else flow
        for flow in receiver.flows
    )
    element = Unknown(flows, "str")
    if isinstance(receiver, Text) and name == "split" and len(arguments) == 1:
        pieces = _pieces(receiver, separator)
        if pieces is not None:
            return machine.new_cell(ListCell(tuple(pieces)), frame)
    if "partition" in name:
        return Items((Unknown(flows, "str"), separator or ANYTHING, Unknown(flows, "str")))
    return machine.new_cell(ListCell(None, element), frame)


def _pieces(receiver: Text, separator: Value | None) -> list[Value] | None:
    """Split a text of which no unknown part can hold the separator."""
    if not isinstance(separator, Known) or not isinstance(separator.value, str):
        return None
    sign = separator.value
    pieces: list[list[str | Value]] = [[]]
    for part in receiver.parts:
        if isinstance(part, str):
            first, *others = part.split(sign) if sign else [part]
            pieces[-1].append(first)
            pieces += [[other] for other in others]
        elif part.flows and all(sign in flow.excludes for flow in part.flows):
            pieces[-1].append(part)
        else:
            return None
    return [make_text(piece) for piece in pieces]


def cut(receiver: Value, lower: Value, upper: Value, has_step: bool) -> Value:
    """`text[lower:upper]` for a text, where the ends are known."""
    low = lower.value if isinstance(lower, Known) else None
    high = upper.value if isinstance(upper, Known) else None
    exact = isinstance(lower, Known) and isinstance(upper, Known) and not has_step
    if isinstance(receiver, Known) and exact:
        try:
            return Known(receiver.value[low:high])
        except FAILURES:
            return ANYTHING
    if isinstance(receiver, Union):
        return make_union([cut(option, lower, upper, has_step) for option in receiver.options])
    if isinstance(receiver, Text) and exact:
        parts = list(receiver.parts)
        done = True
        if isinstance(low, int) and low > 0:
            first = parts[0]
            done = isinstance(first, str) and len(first) >= low
            if done:
                parts[0] = first[low:]  # type: ignore[index]
        elif low not in (None, 0):
            done = False
        if isinstance(high, int) and high < 0:
            last = parts[-1]
            done = done and isinstance(last, str) and len(last) >= -high
            if done:
                parts[-1] = last[:high]  # type: ignore[index]
        elif isinstance(high, int):
            first = receiver.parts[0]
            if isinstance(first, str) and len(first) >= high and isinstance(low, int | None):
                return Known(first[low:high])
            done = False
        elif high is not None:
            done = False
        if done:
            return make_text(parts)
    return Unknown(receiver.flows, "str")


def letter(receiver: Value, key: Value) -> Value:
    """`text[key]`."""
    if isinstance(receiver, Text) and isinstance(key, Known) and isinstance(key.value, int):
        first, last = receiver.parts[0], receiver.parts[-1]
        if isinstance(first, str) and 0 <= key.value < len(first):
            return Known(first[key.value])
        if isinstance(last, str) and -len(last) <= key.value < 0:
            return Known(last[key.value])
    return Unknown(receiver.flows, "str")


def contains(machine: "Machine", container: Value, wanted: Known, frame: Frame) -> bool | None:
    """Whether a constant is in a value, None where that is not known."""
    match container:
        case Text():
            if isinstance(wanted.value, str) and any(
                isinstance(part, str) and wanted.value in part for part in container.parts
            ):
                return True
            return None
        case Items():
            items: list[Value] | None = list(container.items)
        case Ref():
            items = machine.items_of(container, frame)
        case _:
            return None
    if items is None:
        return None
    if any(isinstance(i, Known) and i.value == wanted.value for i in items):
        return True
    return False if all(isinstance(i, Known) for i in items) else None
