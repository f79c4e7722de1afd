"""Pages that a program makes of templates: which values of their context they write unsafely."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from seawall.engines.code import sinks, supplies
from seawall.engines.code.conditions import select
from seawall.engines.code.flows import Flow, Origin, Where
from seawall.engines.code.hits import Hit
from seawall.engines.code.state import Frame
from seawall.engines.code.templates import Written
from seawall.engines.code.values import (
    ANYTHING,
    ClassValue,
    DictCell,
    FunctionValue,
    Items,
    Known,
    ListCell,
    ObjectCell,
    Ref,
    Symbol,
    Union,
    Unknown,
    Value,
    make_union,
    map_flows,
)
from seawall.model.knowledge import Helper, PageCall
from seawall.model.template import ANY, Helped, Reference, Unsafe

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ClassInfo, FunctionInfo

WEAKNESS = "cross-site-scripting"
HARMFUL = frozenset({"any", "javascript-url", "url"})
"""Of `Unsafe.values`: what else there is takes more than one value, or harms only looks."""
MOST_NAMES = 6
"""Templates among which one call chooses at the most."""
MOST_HELPED = 300
"""Uses of filters and functions of one page at which is looked."""
MOST_OPENED = 3
"""Properties and methods of one value that a template reads through."""
ITEMS = frozenset({"items()", "values()", "items", "values"})
FIXED = frozenset(
    """url base_url url_root host_url root_url path full_path script_root referrer referer
    build_absolute_uri get_full_path get_raw_uri""".split()
)
"""What is read so of a request is an address with a scheme of its own, or a path."""
_MARKED = re.compile(r"[\n{}%$]")
"""What is in a template rather than in the name of one."""
_OPENED = "^template"
"""The attribute in which an object keeps what it is a template of."""


class Opened(NamedTuple):
    """A template that is named, and is yet to be filled in."""

    page: PageCall
    names: tuple[str, ...]
    """Names of files, or texts as `page` says."""


class Context(NamedTuple):
    """What a template is given."""

    entries: dict[str, Value]
    rest: Value | None
    """What is under any other name, where that is not known."""


def called(
    machine: "Machine",
    models: list[PageCall],
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
    where: Where,
    result: Value,
) -> Value:
    """Look at a call that fills in a template, or gives one; return what the call gives.

    Of several ways to call it the first counts that names a template.
    """
    bit = machine.library.bits.get(WEAKNESS, 0)
    for page in models:
        if page.how == "handler":
            _handed(machine, page, given, frame)
            continue
        if page.how == "class":
            # The context that a view begins with, whatever else stands in it.
            return machine.new_cell(DictCell(dict(given.keywords), given.names, True), frame)
        opened = _opened(machine, page, receiver, given, frame) if page.how == "call" else None
        if opened is None:
            continue
        if page.gives:
            attributes: dict[str, Value] = {_OPENED: Known(opened)}
            return machine.new_cell(ObjectCell(None, attributes, page.gives), frame)
        context = _context(machine, page, given, receiver, frame)
        if judge(machine, opened, context, frame, where):
            # What the page does is told where it does it.
            return map_flows(result, lambda flow: flow.cleaned(bit))
        break
    return result


def decorated(
    machine: "Machine",
    models: list[PageCall],
    given: "Arguments",
    info: "FunctionInfo | ClassInfo",
    frame: Frame,
) -> None:
    """Note the template that a decorator fills in with what a function (or a method) returns."""
    for page in models:
        names = _texts(machine, select(given, page.template, None), frame)
        if page.how == "decorator" and names:
            machine.drawn[id(info)] = Opened(page, names)


def _handed(machine: "Machine", page: PageCall, given: "Arguments", frame: Frame) -> None:
    """Note the template that is filled in with what a function returns that is handed in."""
    names = _texts(machine, select(given, page.template, None), frame)
    for value in select(given, page.handler, None):
        if isinstance(value, FunctionValue | ClassValue) and names:
            machine.drawn[id(value.info)] = Opened(page, names)


def returned(machine: "Machine", value: Value, frame: Frame, where: Where) -> None:
    """Look at what a function returns whose class or decorator makes a page of it."""
    info = frame.function
    if info is None or not isinstance(value, Ref | Union | Unknown):
        return
    opened = machine.drawn.get(id(info))
    if opened is None and info.owner is not None:
        opened = machine.drawn.get(id(info.owner)) or _of_class(machine, info, frame)
    if opened is not None:
        judge(machine, opened, _mapping(machine, value, frame), frame, where)


def _of_class(machine: "Machine", info: "FunctionInfo", frame: Frame) -> Opened | None:
    for page in machine.library.page_methods.get(info.node.name, ()):
        this = frame.state.locals.get(info.node.parameters[0].name if info.node.parameters else "")
        cell = machine.cell(this, frame) if isinstance(this, Ref) else None
        owner = cell.info if isinstance(cell, ObjectCell) and cell.info is not None else info.owner
        assert owner is not None
        bases = {b for base in owner.external_bases() for b in machine.library.mro(base)}
        if bases.isdisjoint(map(machine.library.canonical, page.calls)):
            continue
        stated = owner.find(page.template)
        names = _texts(machine, [stated] if stated is not None else [], frame)
        if names:
            return Opened(page, names)
    return None


def judge(machine: "Machine", opened: Opened, context: Context, frame: Frame, where: Where) -> bool:
    """Add a hit for everything that a page writes unsafely; tells whether it is known."""
    page = opened.page
    known = False
    for name in opened.names[:MOST_NAMES]:
        if page.text and (not page.template or _MARKED.search(name)):
            drawn = machine.templates.of_text(name, page.dialect, page.escapes)
        else:
            near = frame.module.path
            drawn = machine.templates.of_file(name, near, page.dialect, page.escapes, page.suffixes)
        if drawn is None:
            continue
        known = True
        if drawn.written or drawn.helped:
            context = _with_names(machine, context, frame)
        for one in drawn.written:
            if one.unsafe.values in HARMFUL:
                _write(machine, page, one, context, frame, where)
        for path, helped in drawn.helped[:MOST_HELPED]:
            _help(machine, page, path, helped, context, frame, where)
    return known


def _write(
    machine: "Machine",
    page: PageCall,
    written: Written,
    context: Context,
    frame: Frame,
    where: Where,
) -> None:
    unsafe = written.unsafe
    at = Where(written.path, unsafe.output.span) if written.path else where
    value = _meant(machine, page, unsafe.reference, context, frame, at)
    if value is not None:
        value = _filtered(machine, unsafe, value, frame)
    if machine.watch is not None:
        machine.watch.written(machine, unsafe.output.text, value, frame, at)
    if value is None:
        return
    function = frame.function.symbol if frame.function is not None else ""
    for flow in _harmful(machine, unsafe, value, frame):
        if written.path:
            flow = flow.stepped(where, f"is handed to the template as `{unsafe.reference.root}`")
            machine.hits.add(Hit(WEAKNESS, at, unsafe.output.text, "", flow))
        else:
            flow = flow.stepped(where, f"is written unsafely by `{unsafe.output.text}`")
            symbol = machine.library.canonical(page.calls[0])
            machine.hits.add(Hit(WEAKNESS, at, symbol, function, flow))


def _harmful(machine: "Machine", unsafe: Unsafe, value: Value, frame: Frame) -> Iterator[Flow]:
    if isinstance(value, Ref):
        value = Unknown(machine.deep_flows(value, frame, 2))
    if unsafe.values != "any":
        # The scheme or the host of an address is chosen by its beginning only.
        bit = machine.library.bits.get(WEAKNESS, 0)
        for before, hole, _ in sinks.holes(machine, value, frame, deep=False):
            if before == "":
                for flow in hole.flows:
                    if flow.origin.part == "header":
                        # Nobody chooses the headers that somebody else's browser sends.
                        continue
                    last = flow.origin.symbol.rpartition(".")[2]
                    # What became of it in a call that is not known need not begin as it did.
                    if not flow.clean & bit and not flow.weak and last not in FIXED:
                        yield flow
        return
    # Where escaping does not help, a value without "<" does harm as well.
    form = "html" if unsafe.reason == "unescaped" else "page"
    yield from sinks.reaching(machine, WEAKNESS, form, value, frame)


# --- what the program gives to its templates ---


def _with_names(machine: "Machine", context: Context, frame: Frame) -> Context:
    """Return a context with what every template knows beside."""
    entries: dict[str, Value] = {}
    for function in supplies.names(machine, frame):
        ended = machine.ended
        entries.update(
            _mapping(machine, machine.call(function, [], {}, frame, None), frame).entries
        )
        machine.ended = ended
    return Context(entries | context.entries, context.rest) if entries else context


def _filtered(machine: "Machine", unsafe: Unsafe, value: Value, frame: Frame) -> Value:
    """Return what the program's own filters make of a value that is written."""
    for name in unsafe.reference.filters:
        kind = "function" if name.endswith("()") else "filter"
        found = supplies.find(machine, kind, name.removesuffix("()"), unsafe.libraries, frame)
        if found is not None and isinstance(found[0], FunctionValue):
            ended = machine.ended
            value = machine.call(found[0], [value], {}, frame, None)
            machine.ended = ended
    return value


def _help(
    machine: "Machine",
    page: PageCall,
    path: str,
    helped: Helped,
    context: Context,
    frame: Frame,
    where: Where,
) -> None:
    """Run a filter, function or tag of the program with what a template hands to it."""
    name = helped.call.name
    kind = "filter" if name.startswith("|") else "function"
    found = supplies.find(machine, kind, name.removeprefix("|"), helped.libraries, frame)
    # What a context holds may be a function, too.
    function = found[0] if found is not None else context.entries.get(name)
    if not isinstance(function, FunctionValue):
        return
    at = Where(path, helped.call.output.span) if path else where
    said = f"is handed to `{name.removeprefix('|')}` by the template"
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    if found is not None and _takes_context(found[1], function):
        known = {key: Unknown((), kind) for key, kind in page.names.items()}
        cell = DictCell({**known, **context.entries}, context.rest, True)
        positional.append(machine.new_cell(cell, frame))
    for key, references in helped.call.arguments:
        value = _argument(machine, page, references, context, frame, at, said)
        if key.isdigit():
            positional.append(value)
        else:
            keywords[key] = value
    if all(value is ANYTHING for value in (*positional, *keywords.values())):
        return
    ended = machine.ended
    machine.call(function, positional, keywords, frame, None)
    machine.ended = ended


def _takes_context(helper: Helper, function: FunctionValue) -> bool:
    """Whether a tag is handed the context: its first parameter has to be called so."""
    parameters = function.info.node.parameters
    return bool(helper.context) and bool(parameters) and parameters[0].name == "context"


def _argument(
    machine: "Machine",
    page: PageCall,
    references: tuple[Reference, ...],
    context: Context,
    frame: Frame,
    at: Where,
    said: str,
) -> Value:
    bit = machine.library.bits.get(WEAKNESS, 0)
    values = []
    for reference in references:
        value = _meant(machine, page, reference, context, frame, at)
        if value is None or "all" in reference.clean:
            continue
        if "html" in reference.clean:
            value = map_flows(value, lambda flow: flow.cleaned(bit))
        values.append(map_flows(value, lambda flow: flow.stepped(at, said)))
    return make_union(values) if values else ANYTHING


# --- which template ---


def _opened(
    machine: "Machine",
    page: PageCall,
    receiver: Value | None,
    given: "Arguments",
    frame: Frame,
) -> Opened | None:
    selector = page.template or page.text
    if selector:
        names = _texts(machine, select(given, selector, receiver), frame)
        return Opened(page, names) if names else None
    cell = machine.cell(receiver, frame) if isinstance(receiver, Ref) else None
    held = cell.attributes.get(_OPENED) if isinstance(cell, ObjectCell) else None
    if isinstance(held, Known) and isinstance(held.value, Opened):
        return held.value
    return None


def _texts(machine: "Machine", values: list[Value], frame: Frame) -> tuple[str, ...]:
    """Return the known texts among values, their choices and items."""
    found: list[str] = []
    waiting = list(values)
    while waiting and len(found) < MOST_NAMES:
        value = waiting.pop(0)
        match value:
            case Known() if isinstance(value.value, str) and value.value:
                found.append(value.value)
            case Union():
                waiting += value.options
            case Items() | Ref():
                waiting += machine.items_of(value, frame) or ()
    return tuple(found)


# --- with which values ---


def _context(
    machine: "Machine",
    page: PageCall,
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> Context:
    entries: dict[str, Value] = {}
    rest: Value | None = None
    for selector in page.context:
        if selector == "**":
            entries.update(given.keywords)
            rest = given.names if given.names is not None else rest
            continue
        for value in select(given, selector, receiver):
            mapping = _mapping(machine, value, frame)
            entries.update(mapping.entries)
            rest = mapping.rest if mapping.rest is not None else rest
    return Context(entries, rest)


def _mapping(machine: "Machine", value: Value, frame: Frame) -> Context:
    """Return what stands in a mapping; of several that it may be, in any of them."""
    if isinstance(value, Union):
        entries: dict[str, Value] = {}
        rest: Value | None = None
        for option in value.options:
            one = _mapping(machine, option, frame)
            for name, inner in one.entries.items():
                entries[name] = make_union([entries[name], inner]) if name in entries else inner
            rest = one.rest if one.rest is not None else rest
        return Context(entries, rest)
    cell = machine.cell(value, frame) if isinstance(value, Ref) else None
    if isinstance(cell, DictCell):
        named = {key: item for key, item in cell.entries.items() if isinstance(key, str)}
        return Context(named, cell.rest)
    return Context({}, Unknown(value.flows) if value.flows else None)


def _meant(
    machine: "Machine",
    page: PageCall,
    reference: Reference,
    context: Context,
    frame: Frame,
    at: Where,
) -> Value | None:
    """Return the value that is written, as far as its path is known."""
    root, path = reference.root, reference.path
    if root == page.under and path:
        root, path = path[0], path[1:]
    elif page.under:
        context = Context({}, None)
    value = context.entries.get(root)
    if value is None and root == page.this:
        value = _this(frame)
    if value is None and root in page.names:
        value = Unknown((), page.names[root])
    if value is None and context.rest is not None:
        # Something in the mapping carries it; whether it is this name nobody can tell.
        value = map_flows(context.rest, lambda flow: flow.weakened())
    left = MOST_OPENED
    for name in path:
        if value is None:
            return None
        if name == "()" and isinstance(value, Unknown):
            # A text cannot be called: it is something else of what is not known.
            return None
        if isinstance(value, Ref) and name in ITEMS:
            return Unknown(machine.deep_flows(value, frame, 2))
        value = _read(machine, value, name, frame, at, left)
        left -= 1
    return value


def _this(frame: Frame) -> Value | None:
    """Return the object whose method runs."""
    info = frame.function
    if info is None or info.owner is None or not info.node.parameters:
        return None
    return frame.state.locals.get(info.node.parameters[0].name)


def _read(
    machine: "Machine", value: Value, name: str, frame: Frame, at: Where, left: int
) -> Value | None:
    """Return what a template reads of a value: an attribute or item, or what a method gives."""
    match value:
        case Union():
            read = [_read(machine, option, name, frame, at, left) for option in value.options]
            return make_union([one for one in read if one is not None] or [ANYTHING])
        case Items():
            return _item(list(value.items), None, name)
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, DictCell):
                return cell.entries.get(name, cell.rest) if name != ANY else None
            if isinstance(cell, ListCell):
                return _item(list(cell.items or ()), cell.rest, name)
            if isinstance(cell, ObjectCell):
                return _of_object(machine, value, cell, name, frame, left, at)
        case Symbol():
            return _of_library(machine, machine.library.canonical(value.path), name, at)
        case Unknown() if value.type and not value.flows:
            return _of_library(machine, value.type, name, at)
    return Unknown(value.flows) if value.flows else None


def _item(items: list[Value], rest: Value | None, name: str) -> Value | None:
    if name.isdigit():
        return items[int(name)] if int(name) < len(items) else rest
    every = [*items[:40], *([rest] if rest is not None else [])]
    return make_union(every) if every and name == ANY else None


def _of_object(
    machine: "Machine",
    value: Ref,
    cell: ObjectCell,
    name: str,
    frame: Frame,
    left: int,
    at: Where,
) -> Value | None:
    found = cell.attributes.get(name)
    if found is not None or cell.info is None:
        return found
    plain = name.removesuffix("()") or "__call__"
    found = cell.info.find(plain)
    if isinstance(found, FunctionValue):
        if left <= 0:
            return None
        if found.info.is_property:
            return machine.get_attribute(value, plain, frame, None)
        ended = machine.ended
        made = machine.call(found.bind(value), [], {}, frame, None)
        machine.ended = ended
        return made
    if found is None:
        known = (_of_library(machine, k, name, at) for k in machine.external_types(cell))
        found = next((one for one in known if one is not None), None)
    return found


def _of_library(machine: "Machine", kind: str, name: str, at: Where) -> Value | None:
    """Return what is read of something of a library, which may be a source: `request.args`."""
    plain = name.removesuffix("()")
    sources = machine.library.read(kind, plain)
    if sources is None and plain != name:
        model = machine.library.model(f"{kind}.{plain}")
        sources = (model.sources or None) if model is not None else None
    if sources is not None:
        if plain in FIXED:
            return None
        origin = Origin(sources[0].kind, f"{kind}.{plain}", at, part=sources[0].part)
        return Unknown((Flow(origin),))
    typed = machine.library.attribute(kind, plain)
    return Unknown((), typed) if typed else None
