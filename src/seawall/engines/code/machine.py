"""The interpreter: follows values through functions, and notes what reaches where it does harm."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from seawall.engines.code import (
    calls,
    containers,
    entries,
    external,
    guards,
    pages,
    reasoned,
    supplies,
    text,
)
from seawall.engines.code.expressions import EXPRESSIONS, as_text, get_item
from seawall.engines.code.flows import (
    EVERYTHING,
    OWN_ADDRESSES,
    Flow,
    Flows,
    Origin,
    Where,
    as_told,
    free_of,
    merge,
    of_member,
)
from seawall.engines.code.grounds import Look
from seawall.engines.code.hits import Hits, Root
from seawall.engines.code.library import Library
from seawall.engines.code.program import ClassInfo, FunctionInfo, ModuleInfo, Program
from seawall.engines.code.state import Facts, Frame, State, join_all, refined, serials_of
from seawall.engines.code.statements import run
from seawall.engines.code.surface import ALL
from seawall.engines.code.templates import Templates
from seawall.engines.code.values import (
    ANYTHING,
    EMPTY_TEXT,
    FED,
    Cell,
    ClassValue,
    DictCell,
    FunctionValue,
    Items,
    Known,
    ListCell,
    Method,
    ModuleValue,
    ObjectCell,
    Ref,
    Super,
    Symbol,
    Text,
    Union,
    Unknown,
    Value,
    make_union,
    map_flows,
    next_serial,
)
from seawall.model.program import (
    Attribute,
    Call,
    Class,
    Define,
    Expression,
    Format,
    Function,
    Handler,
    Import,
    Index,
    Name,
    Node,
    Raise,
    Return,
    Scope,
    Sequence,
    Slice,
    Span,
    Spread,
    Statement,
)

Result = TypeVar("Result")

USUAL_DEPTH = 3000
"""Of calls beneath the present one; the parser, in C, goes three times as deep."""

BUILTINS = frozenset(
    "abs all any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile "
    "complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr "
    "globals "
    "hasattr hash help hex id input int isinstance issubclass iter len list locals map max "
    "memoryview min next object oct open ord pow print property range repr reversed round set "
    "setattr slice sorted staticmethod str sum super tuple type vars zip __import__ raw_input "
    "unicode basestring xrange unichr execfile reduce file long cmp BaseException Exception "
    "ValueError TypeError KeyError IndexError OSError IOError RuntimeError NotImplementedError "
    "NotImplemented StopIteration PermissionError FileNotFoundError AttributeError".split()
)
MEMBER_NAMES = frozenset({"name", "path", "filename"})
"""What the member of an archive says it is called."""
PATH_PARTS = frozenset({"name", "stem", "suffix", "parent"})
STEPS = 60_000
"""Statements that are run from one entry into the program at the most."""
DEEPEST = 14
"""Calls within calls that are followed."""

if TYPE_CHECKING:
    from seawall.engines.code.watch import Watch


class ExhaustedError(Exception):
    """The statements that one root may take are spent."""


class Aside(NamedTuple):
    """What the interpreter was at when something else came in between."""

    steps: int
    depth: int
    summaries: "dict[Any, calls.Summary | None]"
    contexts: dict[int, int]
    called: set[int]
    looks: set[Look]


class Machine:
    """Interprets functions of a program; keeps what was found and what can be used again."""

    def __init__(
        self, program: Program, library: Library, hits: Hits, templates: Templates
    ) -> None:
        self.program = program
        self.templates = templates
        self.library = library
        self.hits = hits
        self.steps = 0
        self.depth = 0
        self.ended = False
        """Whether the last call never comes back."""
        self.echoes: dict[int, tuple[tuple[int, ...], int]] = {}
        """By serial: the values that are cleaned with it, and for what at the most."""
        self.inner_of: dict[int, int] = {}
        """By serial of `text[1:-1]`: the serial of the text."""
        self.member_of: dict[int, int] = {}
        """By the serial of the name of something: that of what has the name."""
        self.resolved: set[int] = set()
        """Serials of addresses to which names of hosts were resolved."""
        self.archive_of: dict[int, int] = {}
        """By the serial of what an archive holds: that of the archive."""
        self.derived: dict[Any, int] = {}
        self.summaries: dict[Any, calls.Summary | None] = {}
        self.contexts: dict[int, int] = {}
        self.entries: list[entries.Entry] = []
        """Functions that a framework calls, in the order in which they were met."""
        self.defined: list[FunctionValue] = []
        """Functions made while others ran; those that nobody calls are roots of their own."""
        self.called: set[int] = set()
        self.returning: dict[int, str] = {}
        """By function: the weakness that a text it returns is a sink for."""
        self.drawn: dict[int, pages.Opened] = {}
        """By function: the template that its decorator fills in with what it returns."""
        self.helpers: dict[str, supplies.Given] = {}
        """By file: what its own statements give to templates."""
        self.helped: dict[str, supplies.Given] = {}
        """By file: what functions give to them that ran for this answer."""
        self.neighbours: dict[str, list[str]] = {}
        """By file: those around it in which helpers of its templates are looked for."""
        self.handlers: dict[int, bool] = {}
        """The functions that answer requests, and whether a text that they return is sent."""
        self.exhausted: list[str] = []
        self.watch: Watch | None = None
        """Notes what is made of a line; hardly ever there."""
        self._worth: dict[int, bool] = {}
        self.looks: set[Look] = set()
        """What was looked at of the program's files since this was set aside or begun."""

    def begin(self) -> None:
        """Forget what was worked out for another file: no answer may hang on the order of files."""
        self.entries = []
        self.defined.clear()
        self.summaries.clear()
        self.contexts.clear()
        self.helped.clear()
        self.called.clear()
        self.handlers.clear()
        self.derived.clear()
        self.echoes.clear()
        self.inner_of.clear()
        self.member_of.clear()
        self.archive_of.clear()
        self.resolved.clear()
        self.looks = set()

    def forget(self) -> None:
        """Forget what is known of functions by their identity, which ends with them."""
        self.returning.clear()
        self.drawn.clear()
        self.helpers.clear()
        self.neighbours.clear()
        self._worth.clear()

    # --- what is nobody's but its own affair ---

    def set_aside(self, looks: set[Look]) -> Aside:
        """Begin what must come out the same whoever asks for it; `looks` notes on what it rests."""
        aside = Aside(
            self.steps, self.depth, self.summaries, self.contexts, self.called, self.looks
        )
        self.steps = self.depth = 0
        self.summaries, self.contexts, self.called, self.looks = {}, {}, set(), looks
        return aside

    def restore(self, aside: Aside) -> None:
        """Go back to what was set aside."""
        self.steps, self.depth = aside.steps, aside.depth
        self.summaries, self.contexts = aside.summaries, aside.contexts
        self.called, self.looks = aside.called, aside.looks
        self.ended = False

    def look_at(self, info: FunctionInfo) -> Function:
        """Return a function to look into its body without running it."""
        self.looks.add(info.look)
        return info.node

    # --- bounds ---

    def count(self) -> None:
        """Count a statement. Raises ExhaustedError when too many were run."""
        self.steps += 1
        if self.steps > STEPS:
            raise ExhaustedError

    def is_worth(self, info: FunctionInfo) -> bool:
        """Whether a function holds a source, or a call that a check speaks of."""
        known = self._worth.get(id(info))
        if known is None:
            words = info.module.words_of(info.node)
            known = self._worth[id(info)] = self.library.shows(words, info.module.words)
        return known

    # --- expressions ---

    def value(self, node: Expression, frame: Frame) -> Value:
        """Evaluate an expression."""
        return EXPRESSIONS[type(node)](self, node, frame)

    def look_up(self, name: str, frame: Frame) -> Value:
        """Return a variable that is none of the frame's own."""
        outer = frame.closure
        while outer is not None:
            if not outer.is_class:
                value = outer.state.locals.get(name)
                if value is not None:
                    return value
            outer = outer.closure
        found = self.global_(frame.module, name)
        if found is not None:
            return found
        if name in BUILTINS:
            return Symbol("builtins." + name)
        if name == "__name__":
            return Known(frame.module.name)
        if name in ("__file__", "__doc__"):
            return Unknown((), "str")
        return self._from_stars(frame.module, name) or ANYTHING

    def global_(self, module: ModuleInfo, name: str) -> Value | None:
        """Return a variable of a module, running the module first."""
        self.looks.add((module.path, name))
        if module.stage != 2:
            self.run_module(module)
        assert module.state is not None
        value = module.state.locals.get(name)
        if value is None and name in module.imports:
            value = self._take_import(name, module)
        if value is None and module.stage == 1:
            # A circle of imports: what the other module will define is defined now.
            statement = module.defined(name)
            if isinstance(statement, Define | Class | Import) and module.frame is not None:
                self._define_early(statement, module)
                value = module.state.locals.get(name)
                if value is None and name in module.imports:
                    value = self._take_import(name, module)
        return value

    def _take_import(self, name: str, module: ModuleInfo) -> Value:
        """Follow an import that has waited until its name is asked for."""
        # Not twice at once: modules may import a name from one another in a circle.
        node, imported = module.imports.pop(name)
        around, self.looks = self.looks, module.run.of_name.setdefault(name, set())
        try:
            if node.is_from:
                at = self._package_at(node, module)
                package = self.program.module(at) if at is not None else None
                value = self._imported(node, package, imported, module)
            else:
                value = self._module_named(imported, module)
        finally:
            self.looks = around
            module.imports[name] = (node, imported)
        assert module.state is not None
        assert module.frame is not None
        module.state.locals[name] = module.frame.state.locals[name] = value
        return value

    def take_imports(self, module: ModuleInfo) -> None:
        """Follow all imports of a module: all that it has is asked for."""
        self.looks.add((module.path, ALL))
        for name in list(module.imports):
            self.global_(module, name)

    def _define_early(self, statement: Statement, module: ModuleInfo) -> None:
        frame = module.frame
        assert frame is not None
        assert module.state is not None
        early = Frame(module, None, State({}, frame.state.heap), None)
        module.definitions = {
            k: v for k, v in (module.definitions or {}).items() if v is not statement
        }
        run(self, (statement,), early)
        for name, value in early.state.locals.items():
            module.state.locals.setdefault(name, value)
            frame.state.locals.setdefault(name, value)

    def _from_stars(self, module: ModuleInfo, name: str) -> Value | None:
        for path in module.stars:
            other = self.program.module(path)
            if other is not None and other is not module:
                value = self.global_(other, name)
                if value is not None:
                    return value
                inner = self._from_stars(other, name) if other.stage == 2 else None
                if inner is not None:
                    return inner
        return None

    def run_module(self, module: ModuleInfo) -> None:
        """Run the statements of a module, once."""
        if module.stage:
            return
        module.stage = 1
        state = State({}, self.program.heap)
        module.state = state
        frame = Frame(module, None, state)
        module.frame = frame
        aside = self.set_aside(module.run.looks)
        drawn = self.templates.set_aside()
        made = len(self.defined)
        entered, self.entries = self.entries, []
        # What its statements do is the module's own affair, whoever imports it first.
        around = self.hits.set_aside(Root("", module.path, False))
        try:
            run(self, module.tree.body, frame)
        except ExhaustedError:
            self.exhausted.append(module.path)
        finally:
            self.restore(aside)
            module.run.sought = self.templates.restore(drawn)
            del self.defined[made:]
            module.entries, self.entries = self.entries, entered
            module.found, module.flagged = self.hits.found, self.hits.flagged
            module.sinks = self.hits.sinks
            self.hits.restore(around)
        if frame.state is not state:
            # A branch went on with a copy: what it made is the module's.
            self.program.heap.update(frame.state.heap)
            state.locals = frame.state.locals
            frame.state.heap = self.program.heap
        module.state = frame.state
        module.stage = 2
        module.run.is_done = True
        self._forget_changed(module)

    def _forget_changed(self, module: ModuleInfo) -> None:
        """Know nothing of a constant that a function of the module may set anew."""
        assert module.state is not None
        for function in module.functions.values():
            for statement in function.node.body:
                if isinstance(statement, Scope) and not statement.outer:
                    for name in statement.names:
                        if isinstance(module.state.locals.get(name), Known):
                            module.state.locals[name] = ANYTHING

    # --- cells ---

    def cell(self, ref: Ref, frame: Frame) -> Cell | None:
        """Return what a reference points to."""
        content = frame.state.heap.get(ref.cell)
        return content if content is not None else self.program.heap.get(ref.cell)

    def new_cell(self, content: Cell, frame: Frame) -> Ref:
        """Make a cell."""
        ref = Ref(next_serial())
        frame.state.heap[ref.cell] = content
        return ref

    def external_types(self, cell: ObjectCell) -> list[str]:
        """Return the library's types that an object is of."""
        types = [cell.type] if cell.type else []
        return types + (cell.info.external_bases() if cell.info is not None else [])

    # --- attributes and items ---

    def get_attribute(
        self, receiver: Value, name: str, frame: Frame, node: Expression | None
    ) -> Value:
        """`receiver.name`."""
        match receiver:
            case Ref():
                return self._object_attribute(receiver, name, frame, node)
            case Unknown():
                return self._unknown_attribute(receiver, name, frame, node)
            case Symbol():
                return external.symbol_attribute(self, receiver, name, frame, node)
            case ModuleValue():
                return self.module_attribute(receiver.info, name)
            case ClassValue():
                return self._class_attribute(receiver, name)
            case Union():
                return make_union(
                    [self.get_attribute(option, name, frame, node) for option in receiver.options]
                )
            case Super():
                found = None
                cell = self.cell(receiver.bound, frame) if isinstance(receiver.bound, Ref) else None
                if isinstance(cell, ObjectCell) and cell.info is not None:
                    found = cell.info.find(name, receiver.after)
                else:
                    found = receiver.after.find(name, receiver.after)
                if isinstance(found, FunctionValue):
                    return found.bind(receiver.bound)
                if found is not None:
                    return found
                bases = receiver.after.external_bases()
                return Method(receiver.bound, name, f"{bases[0]}.{name}" if bases else "", "super")
            case Text() | Known() if name in PATH_PARTS:
                return self._path_part(receiver, name)
            case Method() if receiver.path and not receiver.flows:
                return Method(receiver, name, f"{receiver.path}.{name}", receiver.name)
        kind = type_name(
            receiver, self.cell(receiver, frame) if isinstance(receiver, Ref) else None
        )
        return Method(receiver, name, f"{kind}.{name}" if kind else "", root_of(node))

    def _path_part(self, path: Value, name: str) -> Value:
        """Return a part of a path that is kept as a text."""
        if name == "parent":
            return Unknown(path.flows, "pathlib.Path")
        excludes = frozenset({"/", guards.NOT_ABSOLUTE})
        return Unknown(tuple(flow.without(excludes) for flow in path.flows), "str")

    def _unknown_attribute(
        self, receiver: Unknown, name: str, frame: Frame, node: Expression | None
    ) -> Value:
        if receiver.serial in self.resolved:
            return guards.part_of_address(self, receiver, name)
        if receiver.type:
            found = external.typed_attribute(self, receiver, name, frame, node)
            if found is not None:
                return found
        if receiver.type == "pathlib.Path" and name in PATH_PARTS:
            return self._path_part(receiver, name)
        if receiver.flows:
            return self.derive(receiver, name, "", frame)
        path = f"{receiver.type}.{name}" if receiver.type else ""
        return Method(receiver, name, path, root_of(node))

    def _object_attribute(
        self, receiver: Ref, name: str, frame: Frame, node: Expression | None
    ) -> Value:
        cell = self.cell(receiver, frame)
        if not isinstance(cell, ObjectCell):
            kind = type_name(receiver, cell)
            return Method(receiver, name, f"{kind}.{name}" if kind else "", root_of(node))
        found = cell.attributes.get(name)
        if found is not None:
            return found
        if cell.info is not None:
            found = cell.info.find(name)
            if isinstance(found, FunctionValue):
                if found.info.is_property:
                    bound = found.bind(receiver)
                    return self.call(bound, [], {}, frame, node)
                if found.info.is_static:
                    return found
                if found.info.is_class_method:
                    return found.bind(ClassValue(cell.info))
                return found.bind(receiver)
            if found is not None:
                return found
            for owner in cell.info.mro:
                path = self.library.own_symbol(owner.module.name, f"{owner.node.name}.{name}")
                if path:
                    return Method(receiver, name, path, root_of(node))
        for base in self.external_types(cell):
            value = external.typed_attribute(self, Unknown((), base), name, frame, node, receiver)
            if value is not None and not (
                isinstance(value, Method) and not self.library.model(value.path)
            ):
                return value
        if name == "__class__" and cell.info is not None:
            return ClassValue(cell.info)
        made = self.made_part(receiver, "__getattr__", Known(name), frame, node)
        if made is not None:
            return made
        bases = self.external_types(cell)
        return Method(receiver, name, f"{bases[0]}.{name}" if bases else "", root_of(node))

    def made_part(
        self, receiver: Ref, getter: str, key: Value, frame: Frame, node: Expression | None
    ) -> Value | None:
        """Return an attribute or item that an object makes when it is asked for.

        What the class does for it is followed. Where that gives nothing, it may be of whatever the
        object was handed or fed, as of a call of which nothing is known. None where it makes none.
        """
        cell = self.cell(receiver, frame)
        if not isinstance(cell, ObjectCell):
            return None
        method = cell.info.find(getter) if cell.info is not None else None
        if isinstance(method, FunctionValue):
            ended = self.ended
            made = self.call(method.bind(receiver), [key], {}, frame, node)
            # That it knows no such name is for a test before to say.
            self.ended = ended
            if not isinstance(made, Unknown) or made.flows or made.type:
                return made
        elif FED not in cell.attributes:
            return None
        flows = tuple(f.weakened() for f in as_told(self.deep_flows(receiver, frame, 2)))
        if not flows:
            return None
        part = key.value if isinstance(key, Known) else None
        return self.derive(Unknown(flows, "", receiver.cell), (getter, part), "", frame)

    def _class_attribute(self, receiver: ClassValue, name: str) -> Value:
        found = receiver.info.find(name)
        if isinstance(found, FunctionValue):
            if found.info.is_class_method:
                return found.bind(receiver)
            return found
        if found is not None:
            return found
        if name == "__name__":
            return Known(receiver.info.node.name)
        for base in receiver.info.external_bases():
            kind = self.library.attribute(base, name)
            if kind:
                return Unknown((), kind)
        bases = receiver.info.external_bases()
        return Method(receiver, name, f"{bases[0]}.{name}" if bases else "", "")

    def module_attribute(self, module: ModuleInfo, name: str) -> Value:
        """`module.name`: a variable of it, or a module in the package."""
        found = self.global_(module, name)
        if found is None:
            found = self._from_stars(module, name)
        if found is not None:
            return found
        path = self.program.child(module.path, name)
        other = self.program.module(path) if path is not None else None
        if other is not None:
            return ModuleValue(other)
        if name == "__name__":
            return Known(module.name)
        return ANYTHING

    def get_item(
        self, container: Value, key: Value, frame: Frame, node: Expression | None
    ) -> Value:
        """`container[key]`."""
        return get_item(self, container, key, frame, node)

    def external_item(
        self, container: Value, key: Value, frame: Frame, node: Expression | None
    ) -> Value:
        """An item of something of a library."""
        return external.item(self, container, key, frame, node)

    def source_item(
        self, container: Unknown, key: Value, frame: Frame, node: Expression | None
    ) -> Value | None:
        """An item that is a source by itself, as `os.environ[]` is."""
        return external.source_item(self, container, key, frame, node)

    def derive(self, container: Unknown, key: Any, kind: str, frame: Frame) -> Value:
        """Return a part of a value, the same each time that it is asked for."""
        name = (container.serial, key)
        serial = self.derived.get(name)
        if serial is None:
            serial = self.derived[name] = next_serial()
            if key in MEMBER_NAMES:
                self.member_of[serial] = container.serial
        value = Unknown(container.flows, kind, serial)
        fact = frame.state.facts.get(serial)
        return refined(value, fact) if fact is not None else value

    def echo(self, value: Value, source: Value) -> None:
        """Let what is shown of a text be shown of that of which it is another spelling."""
        for serial, other in zip(serials_of(value), serials_of(source), strict=False):
            if serial != other:
                further, bits = self.echoes.get(other, ((), 0))
                same = (other, *further) if bits == EVERYTHING else (other,)
                self.echoes[serial] = (same, EVERYTHING)

    def cut(self, container: Value, key: Slice, frame: Frame) -> Value:
        """`container[lower:upper:step]`."""
        if isinstance(container, Union):
            return make_union([self.cut(option, key, frame) for option in container.options])
        lower = self.value(key.lower, frame) if key.lower is not None else Known(None)
        upper = self.value(key.upper, frame) if key.upper is not None else Known(None)
        step = key.step is not None
        if isinstance(container, Unknown) and container.flows and not step:
            ends = tuple(end.value if isinstance(end, Known) else None for end in (lower, upper))
            inner = self.derive(container, ("cut", *ends), "str", frame)
            if ends == (1, -1) and isinstance(inner, Unknown):
                self.inner_of[inner.serial] = container.serial
            return inner
        if isinstance(container, Ref):
            cell = self.cell(container, frame)
            if isinstance(cell, ListCell):
                exact = isinstance(lower, Known) and isinstance(upper, Known) and not step
                if cell.items is not None and exact:
                    try:
                        return self.new_cell(
                            ListCell(_part(cell.items, lower, upper), None, cell.kind), frame
                        )
                    except TypeError:
                        return ANYTHING
                return self.new_cell(ListCell(None, self.element_of(container, frame)), frame)
            return ANYTHING
        if isinstance(container, Items):
            exact = isinstance(lower, Known) and isinstance(upper, Known) and not step
            if exact:
                try:
                    return Items(_part(container.items, lower, upper))
                except TypeError:
                    return ANYTHING
            return Unknown(container.flows)
        return text.cut(container, lower, upper, step)

    def letter(self, container: Value, key: Value) -> Value:
        """`text[key]`."""
        return text.letter(container, key)

    # --- texts, containers, tests: doors to their modules ---

    def as_text(self, value: Value, frame: Frame) -> Value:
        """Return what `str(value)` gives."""
        return as_text(self, value, frame)

    def text_of(self, ref: Ref, frame: Frame) -> Value:
        """Return what `str()` of a list, mapping or object gives."""
        cell = self.cell(ref, frame)
        if isinstance(cell, ObjectCell) and cell.info is not None:
            method = cell.info.find("__str__") or cell.info.find("__repr__")
            if isinstance(method, FunctionValue):
                bound = method.bind(ref)
                return self.call(bound, [], {}, frame, None)
        return Unknown(self.deep_flows(ref, frame), "str")

    def deep_flows(self, value: Value, frame: Frame, depth: int = 3) -> Flows:
        """Return the flows of a value and of all that it holds."""
        flows = value.flows
        if depth == 0:
            return flows
        match value:
            case Ref():
                cell = self.cell(value, frame)
                inner: list[Value] = []
                match cell:
                    case ListCell():
                        inner = list(cell.items or ())
                        if cell.rest is not None:
                            inner.append(cell.rest)
                    case DictCell():
                        inner = list(cell.entries.values())
                        if cell.rest is not None:
                            inner.append(cell.rest)
                    case ObjectCell():
                        inner = list(cell.attributes.values())
                for item in inner:
                    flows = merge(flows, self.deep_flows(item, frame, depth - 1))
            case Items():
                for item in value.items:
                    flows = merge(flows, self.deep_flows(item, frame, depth - 1))
            case Union():
                for item in value.options:
                    flows = merge(flows, self.deep_flows(item, frame, depth - 1))
        return flows

    def percent(self, template: Value, given: Value, frame: Frame) -> Value:
        """`template % given`."""
        return text.percent(self, template, given, frame)

    def formatted(
        self, value: Value, specification: Format | None, conversion: str, frame: Frame
    ) -> Value:
        """Return a value in an f-string as it is after conversion and specification."""
        return text.formatted(self, value, specification, conversion, frame)

    def contains(self, container: Value, wanted: Known, frame: Frame) -> bool | None:
        """Whether a constant is in a value."""
        return text.contains(self, container, wanted, frame)

    def operate_object(
        self, sign: str, left: Value, right: Value, frame: Frame, node: Expression | None
    ) -> Value | None:
        """A binary operator of objects: `path / name`, `mapping | mapping`."""
        return external.operate(self, sign, left, right, frame, node)

    def operate_typed(
        self, sign: str, left: Unknown, right: Value, frame: Frame, node: Expression | None
    ) -> Value | None:
        """A binary operator of a library's type, where the catalogue speaks of its method."""
        return external.operate_typed(self, sign, left, right, frame, node)

    def verdict_of(self, value: Value) -> tuple[Facts, Facts]:
        """Return what a value shows where it is true, and where false."""
        return guards.verdict_of(self, value)

    def shown_by(
        self, sign: str, left: Value, right: Value, frame: Frame, node: Expression
    ) -> tuple[Facts, Facts]:
        """Return what a comparison shows."""
        return guards.shown_by(self, sign, left, right, frame, node)

    def is_instance(self, value: Value, kind: Value, frame: Frame) -> Value:
        """`isinstance(value, kind)`."""
        return guards.is_instance(self, value, kind, frame)

    def assumed(self, value: Value, truth: bool) -> Value:
        """Return a value of which it is known whether it counts as true."""
        if truth or not value.flows:
            return value
        return EMPTY_TEXT

    def items_of(self, value: Value, frame: Frame) -> list[Value] | None:
        """Return the items of an iterable where they are known."""
        return containers.items_of(self, value, frame)

    def element_of(self, value: Value, frame: Frame) -> Value | None:
        """Return what any item of an iterable may be."""
        found = containers.element_of(self, value, frame)
        if found is not None:
            return found
        match value:
            case Unknown() if value.serial in self.resolved:
                return guards.part_of_address(self, value)
            case Unknown():
                kind = self.library.items(value.type) if value.type else ""
                if value.flows:
                    each = self.derive(value, "each", kind, frame)
                    model = self.library.model(f"{value.type}.__iter__") if kind else None
                    if model is not None and any(one.members for one in model.propagators):
                        return map_flows(each, of_member)
                    return each
                return Unknown((), kind) if kind else None
            case Text():
                return Unknown(value.flows, "str")
            case Union():
                return join_all(*(self.element_of(option, frame) for option in value.options))
        return Unknown(value.flows) if value.flows else None

    def extend(self, ref: Ref, cell: ListCell, other: Value, frame: Frame) -> None:
        """`list += other`."""
        containers.extend(self, ref, cell, other, frame)

    def merge_mapping(self, ref: Ref, cell: DictCell, other: Value, frame: Frame) -> None:
        """`mapping |= other`."""
        containers.merge(self, ref, cell, other, frame)

    def remove_item(self, container: Value, key: Expression, frame: Frame) -> None:
        """`del container[key]`."""
        cell = self.cell(container, frame) if isinstance(container, Ref) else None
        if isinstance(cell, DictCell) and not isinstance(key, Slice):
            known = self.value(key, frame)
            if isinstance(known, Known):
                entries = {k: v for k, v in cell.entries.items() if k != known.value}
                frame.state.heap[container.cell] = DictCell(  # type: ignore[attr-defined]
                    entries, cell.rest, cell.is_open, cell.type
                )
        elif isinstance(cell, ListCell) and cell.items is not None and not isinstance(key, Slice):
            known = self.value(key, frame)
            if isinstance(known, Known) and isinstance(known.value, int):
                items = list(cell.items)
                if -len(items) <= known.value < len(items):
                    del items[known.value]
                    frame.state.heap[container.cell] = ListCell(tuple(items), cell.rest, cell.kind)  # type: ignore[attr-defined]

    # --- assignment ---

    def assign(self, target: Expression, value: Value, frame: Frame) -> None:
        """Give a value to a target."""
        match target:
            case Name():
                self._assign_name(target, value, frame)
            case Attribute():
                self._assign_attribute(target, value, frame)
            case Index():
                container = self.value(target.value, frame)
                key = ANYTHING if isinstance(target.key, Slice) else self.value(target.key, frame)
                external.assigned_item(self, container, key, value, target, frame)
                if isinstance(container, Ref):
                    self._assign_item(container, key, value, frame)
                elif (
                    isinstance(container, Unknown)
                    and value.flows
                    and isinstance(target.value, Name)
                ):
                    flows = merge(container.flows, value.flows)
                    frame.state.locals[target.value.name] = Unknown(flows, container.type)
            case Sequence():
                self._unpack(target, value, frame)
            case Spread():
                self.assign(target.value, value, frame)

    def _assign_name(self, target: Name, value: Value, frame: Frame) -> None:
        function = frame.function
        if function is not None and target.name not in function.locals and not frame.is_class:
            outer = frame.closure
            while outer is not None:
                if not outer.is_class and target.name in outer.state.locals:
                    outer.state.locals[target.name] = value
                    return
                outer = outer.closure
        value = reasoned.named(self, target.name, value, frame, target)
        frame.state.locals[target.name] = value
        if function is None or frame.is_class:
            external.assigned_setting(self, target, value, frame)
        if frame.is_class:
            external.stated(self, target, value, frame)

    def _assign_attribute(self, target: Attribute, value: Value, frame: Frame) -> None:
        receiver = self.value(target.value, frame)
        external.assigned_attribute(self, receiver, target.name, value, target, frame)
        for option in receiver.options if isinstance(receiver, Union) else (receiver,):
            cell = self.cell(option, frame) if isinstance(option, Ref) else None
            if isinstance(cell, ObjectCell) and isinstance(option, Ref):
                attributes = {**cell.attributes, target.name: value}
                frame.state.heap[option.cell] = ObjectCell(cell.info, attributes, cell.type)

    def _assign_item(self, container: Ref, key: Value, value: Value, frame: Frame) -> None:
        cell = self.cell(container, frame)
        if isinstance(cell, ObjectCell):
            setter = cell.info.find("__setitem__") if cell.info else None
            if isinstance(setter, FunctionValue):
                bound = setter.bind(container)
                self.call(bound, [key, value], {}, frame, None)
            elif isinstance(key, Known):
                attributes = {**cell.attributes, f"[{key.value}]": value}
                frame.state.heap[container.cell] = ObjectCell(cell.info, attributes, cell.type)
            return
        containers.set_item(self, container, key, value, frame)

    def _unpack(self, target: Sequence, value: Value, frame: Frame) -> None:
        items = self.items_of(value, frame)
        stars = [n for n, item in enumerate(target.items) if isinstance(item, Spread)]
        if items is not None and not stars and len(items) == len(target.items):
            for inner, item in zip(target.items, items, strict=True):
                self.assign(inner, item, frame)
            return
        if items is not None and len(stars) == 1 and len(items) >= len(target.items) - 1:
            star = stars[0]
            after = len(target.items) - star - 1
            for inner, item in zip(target.items[:star], items, strict=False):
                self.assign(inner, item, frame)
            middle = self.new_cell(ListCell(tuple(items[star : len(items) - after])), frame)
            self.assign(target.items[star], middle, frame)
            for inner, item in zip(
                target.items[star + 1 :], items[len(items) - after :], strict=False
            ):
                self.assign(inner, item, frame)
            return
        if isinstance(value, Union):
            tuples = [o for o in value.options if isinstance(o, Items)]
            if tuples and all(len(t.items) == len(target.items) for t in tuples) and not stars:
                for number, inner in enumerate(target.items):
                    self.assign(inner, make_union([t.items[number] for t in tuples]), frame)
                return
        element = self.element_of(value, frame)
        for number, inner in enumerate(target.items):
            if element is None:
                self.assign(inner, ANYTHING, frame)
            elif isinstance(inner, Spread):
                self.assign(inner, self.new_cell(ListCell(None, element), frame), frame)
            elif isinstance(value, Unknown) and value.flows:
                self.assign(inner, self.derive(value, ("[]", number), "", frame), frame)
            else:
                self.assign(inner, element, frame)

    # --- definitions and imports ---

    def define_function(self, node: Define, frame: Frame) -> None:
        """`def`: decorators are called on the function, from the last to the first."""
        owner = frame.function.owner if frame.is_class and frame.function else None
        info = frame.module.define(node.function, owner)
        closure = frame if frame.function is not None or frame.is_class else None
        if frame.is_class:
            closure = frame.closure
        if closure is not None and closure.function is None:
            closure = None
        value: Value = FunctionValue(info, closure)
        if frame.function is not None and not frame.is_class:
            self.defined.append(value)  # type: ignore[arg-type]
        for decorator in reversed(node.function.decorators):
            value = external.decorate(self, decorator, value, info, frame)
            if isinstance(value, FunctionValue) and value.info is not info:
                value = FunctionValue(value.info, value.closure, value.bound, info)
        frame.state.locals[node.function.name] = value

    def define_class(self, node: Class, frame: Frame) -> None:
        """`class`: its body runs in a frame of its own."""
        if frame.function is not None or frame.is_class:
            frame.state.locals[node.name] = self._made_class(node, frame)
            return
        # Whoever looks at the class rests on this, who does not need not.
        frame.module.run.classes.add(node.name)
        around, known = self.looks, len(self.summaries)
        self.looks = frame.module.run.of_name.setdefault(node.name, set())
        try:
            value = self._made_class(node, frame)
        finally:
            if len(self.summaries) > known:
                # What was worked out of functions here is used beside it as well.
                around |= self.looks
            self.looks = around
        frame.state.locals[node.name] = value

    def _made_class(self, node: Class, frame: Frame) -> Value:
        info = frame.module.classes.get(id(node))
        if info is None:
            around, self.looks = self.looks, set()
            try:
                info = self._new_class(node, frame)
            finally:
                if info is not None:
                    info.looks |= self.looks
                around |= self.looks
                self.looks = around
        else:
            # One within a function is made once, whoever calls that.
            self.looks |= info.looks
        value: Value = ClassValue(info)
        for decorator in reversed(node.decorators):
            value = external.decorate(self, decorator, value, info, frame)
        return value

    def _new_class(self, node: Class, frame: Frame) -> ClassInfo:
        bases = tuple(
            option for base in node.bases for option in self._bases_of(self.value(base, frame))
        )
        info = ClassInfo(frame.module, node, bases)
        frame.module.classes[id(node)] = info
        holder = FunctionInfo(frame.module, calls.NO_FUNCTION, info)
        inner = Frame(
            frame.module, holder, State({}, frame.state.heap, frame.state.facts), frame, True
        )
        run(self, node.body, inner)
        info.attributes = inner.state.locals
        frame.state.heap.update(inner.state.heap)
        calls.note_fields(self, info, frame)
        external.met_class(self, info, frame)
        return info

    def _bases_of(self, value: Value) -> list[Value]:
        match value:
            case Union():
                return [
                    option for option in value.options if isinstance(option, ClassValue | Symbol)
                ]
            case Method() if value.path:
                return [Symbol(value.path)]
            case Unknown() if value.type:
                return [Symbol(value.type)]
        return [value]

    def run_import(self, node: Import, frame: Frame) -> None:
        """`import`: modules of the program are values, all else is a symbol."""
        module = frame.module
        at_top = frame.function is None and not frame.is_class
        if not node.is_from:
            for imported in node.names:
                name = imported.alias or imported.name
                if (
                    at_top
                    and name in module.once
                    and name not in frame.state.locals
                    and self.program.find(imported.name, module.path) is not None
                ):
                    module.imports[name] = (node, imported.name)
                else:
                    self._import_module(imported.name, imported.alias, frame)
            return
        at = self._package_at(node, module)
        waits = at is not None and at_top
        package: ModuleInfo | None = None
        if not waits or not module.once.issuperset(one.alias for one in node.names):
            package = self.program.module(at) if at is not None else None
        for imported in node.names:
            if imported.name == "*":
                if package is not None:
                    self.run_module(package)
                    module.stars.append(package.path)
                continue
            name = imported.alias or imported.name
            if waits and name in module.once:
                if name not in frame.state.locals:
                    module.imports[name] = (node, imported.name)
                continue
            frame.state.locals[name] = self._imported(node, package, imported.name, module)

    def _package_at(self, node: Import, module: ModuleInfo) -> str | None:
        """Return the path of the module from which names are imported; None: not the program's."""
        if node.level:
            return self.program.relative(module, node.level, node.module)
        return self.program.find(node.module, module.path)

    def _module_named(self, dotted: str, module: ModuleInfo) -> Value:
        path = self.program.find(dotted, module.path)
        found = self.program.module(path) if path is not None else None
        return ModuleValue(found) if found is not None else Symbol(dotted)

    def _imported(
        self, node: Import, package: ModuleInfo | None, name: str, module: ModuleInfo
    ) -> Value:
        if package is not None:
            found = self.global_(package, name)
            if found is None:
                child = self.program.child(package.path, name)
                other = self.program.module(child) if child is not None else None
                if other is not None:
                    return ModuleValue(other)
                found = self._from_stars(package, name)
            return found if found is not None else ANYTHING
        if node.level:
            path = self.program.relative(module, node.level, f"{node.module}.{name}".strip("."))
            other = self.program.module(path) if path is not None else None
            if other is not None:
                return ModuleValue(other)
            base = module.name.split(".")
            base = base[: max(0, len(base) - node.level + (1 if module.is_package else 0))]
            return Symbol(".".join(filter(None, [*base, node.module, name])))
        whole = self.program.find(f"{node.module}.{name}", module.path)
        other = self.program.module(whole) if whole is not None else None
        if other is not None:
            return ModuleValue(other)
        return external.imported_symbol(self, f"{node.module}.{name}")

    def _import_module(self, dotted: str, alias: str, frame: Frame) -> None:
        if alias:
            frame.state.locals[alias] = self._module_named(dotted, frame.module)
            return
        path = self.program.find(dotted, frame.module.path)
        found = self.program.module(path) if path is not None else None
        top = dotted.partition(".")[0]
        if found is None:
            known = frame.state.locals.get(top)
            if not isinstance(known, ModuleValue):
                frame.state.locals[top] = Symbol(top)
            return
        top_path = self.program.find(top, frame.module.path) if "." in dotted else path
        package = self.program.module(top_path) if top_path is not None else None
        if package is not None:
            frame.state.locals[top] = ModuleValue(package)
        else:
            frame.state.locals[top] = self._namespace(dotted, found, frame)

    def _namespace(self, dotted: str, found: ModuleInfo, frame: Frame) -> Value:
        """Stand for folders without `__init__.py` by an object that holds the module."""
        parts = dotted.split(".")
        value: Value = ModuleValue(found)
        for part in reversed(parts[1:]):
            value = self.new_cell(ObjectCell(None, {part: value}, "package"), frame)
        known = frame.state.locals.get(parts[0])
        if isinstance(known, Ref) and isinstance(value, Ref):
            old, new = self.cell(known, frame), self.cell(value, frame)
            if (
                isinstance(old, ObjectCell)
                and isinstance(new, ObjectCell)
                and old.type == "package"
            ):
                merged = ObjectCell(None, {**old.attributes, **new.attributes}, "package")
                return self.new_cell(merged, frame)
        return value

    def typed(self, annotation: Expression | None, frame: Frame) -> Value:
        """Return a value of the type that an annotation names."""
        return calls.typed(self, annotation, frame)

    # --- calls ---

    def call_node(self, node: Call, frame: Frame) -> Value:
        """Evaluate a call."""
        return calls.call_node(self, node, frame)

    def call(
        self,
        function: Value,
        arguments: list[Value],
        keywords: dict[str, Value],
        frame: Frame,
        node: Expression | None,
    ) -> Value:
        """Call a value with arguments that are evaluated already."""
        given = calls.Arguments(arguments, keywords, None, None, node)
        return calls.call_value(self, function, given, frame)

    def entered(self, context: Value, frame: Frame, node: Expression) -> Value:
        """Return what `__enter__` gives."""
        return calls.entered(self, context, frame, node)

    def returned(self, value: Value, node: Return, frame: Frame) -> None:
        """Note what a function returns, which may be a sink of its framework."""
        if value.flows or isinstance(value, Ref | Items | Union):
            reasoned.returned(self, value, node, frame)
        external.returned(self, value, node, frame)

    def raised(self, value: Value, node: Raise, frame: Frame) -> None:
        """Note what a function raises."""

    def caught(self, handler: Handler, frame: Frame) -> Value:
        """Return what `except ... as name` gives."""
        return reasoned.caught(handler, frame)

    # --- trails ---

    def where(self, frame: Frame, span: Span) -> Where:
        """Return a place in the frame's file."""
        return Where(frame.module.path, span)

    def stepped(self, value: Value, frame: Frame, span: Span, words: str) -> Value:
        """Return a value whose flows have taken one more step, unless it is on the same line."""
        where = Where(frame.module.path, span)

        def change(flow: Flow) -> Flow:
            last = flow.step.where if flow.step is not None else flow.origin.where
            if last is not None and last.path == where.path and last.span >> 36 == span >> 36:
                return flow
            return flow.stepped(where, words)

        return map_flows(value, change)

    def source(self, origin: Origin, kind: str, key: Any, frame: Frame) -> Value:
        """Return what an origin gives; `key` makes it the same value each time it is read."""
        serial = 0
        if key is not None:
            known = self.derived.get(key)
            serial = known if known is not None else next_serial()
            self.derived[key] = serial
        own = origin.symbol.rpartition(".")[2] in OWN_ADDRESSES
        clean = self.library.clean_bits(("open-redirect",)) if own else 0
        value = Unknown((Flow(origin, clean, free_of(origin)),), kind, serial)
        fact = frame.state.facts.get(value.serial)
        return refined(value, fact) if fact is not None else value


def _part(items: tuple[Value, ...], lower: Value, upper: Value) -> tuple[Value, ...]:
    """Return `items[lower:upper]` for ends that are known. Raises TypeError for no numbers."""
    ends = [end.value if isinstance(end, Known) else None for end in (lower, upper)]
    return items[ends[0] : ends[1]]


def type_name(value: Value, cell: Cell | None) -> str:
    """Return the builtin type of a value, "" where there is none."""
    match value:
        case Known():
            return f"builtins.{type(value.value).__name__}"
        case Text():
            return "builtins.str"
        case Items():
            return "builtins.tuple"
        case Ref():
            match cell:
                case ListCell():
                    return f"builtins.{cell.kind}"
                case DictCell():
                    return cell.type or "builtins.dict"
                case ObjectCell():
                    return cell.type
        case Method():
            return value.path
    return ""


def root_of(node: Node | None) -> str:
    """Return the name of what an attribute is read from: the variable, attribute or function."""
    inner = node.value if isinstance(node, Attribute) else node
    match inner:
        case Name():
            return inner.name
        case Attribute():
            return inner.name
        case Call():
            return (
                root_of(inner.function)
                if isinstance(inner.function, Name)
                else _last(inner.function)
            )
    return ""


def _last(node: Node) -> str:
    return node.name if isinstance(node, Attribute | Name) else ""


def allow_deep_recursion(work: Callable[[], Any]) -> Any:
    """Run the interpreter with room for nested code; Python 3.11 needs no C stack for it."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 60_000))
    try:
        return work()
    finally:
        sys.setrecursionlimit(limit)


def allow_usual_recursion(work: Callable[[], Result]) -> Result:
    """Run what is written in C, the parser above all, with room for as much as it has stack for.

    It takes the interpreter's limit for its own, and a sum of 400,000 parts would end the process.
    """
    depth, frame = 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, depth + USUAL_DEPTH))
    try:
        return work()
    finally:
        sys.setrecursionlimit(limit)
