"""One analysis of a program: file by file, root by root."""

import posixpath
from collections.abc import Callable, Iterable

from seawall.engines.code import calls, entries, reasoned
from seawall.engines.code.calls import instance_of
from seawall.engines.code.flows import CALLER, MADE, WHOLE, Flow, Origin
from seawall.engines.code.hits import Flagged, Hit, Hits, Root
from seawall.engines.code.library import Library
from seawall.engines.code.machine import ExhaustedError, Machine
from seawall.engines.code.program import ClassInfo, FunctionInfo, ModuleInfo, Program
from seawall.engines.code.state import Frame, State
from seawall.engines.code.statements import is_permission, run
from seawall.engines.code.surface import ALL
from seawall.engines.code.templates import Templates
from seawall.engines.code.values import (
    ANYTHING,
    ClassValue,
    DictCell,
    FunctionValue,
    Known,
    ListCell,
    Symbol,
    Unknown,
    Value,
    join,
)
from seawall.engines.code.watch import Watch, WatchedHits, WatchedMachine, meets
from seawall.engines.code.words import is_test
from seawall.model.program import Attribute, Constant, Module, Name, Parameter

CONFIGURING = frozenset("config configuration conf cfg settings".split())
"""Parameters of a constructor by which whoever runs a program says how."""


def is_public(machine: Machine, info: FunctionInfo) -> bool:
    """Whether a function is one that others call: of a library, not of its tests."""
    if "<lambda>" in info.symbol or is_test(info.module.path):
        return False
    names = info.symbol.split(".")
    *packages, module = info.module.name.split(".")
    if any(map(_is_hidden, (*names, *packages))):
        return False
    return not _is_hidden(module) or _is_handed_on(machine, info, names[0])


def _is_hidden(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _is_handed_on(machine: Machine, info: FunctionInfo, name: str) -> bool:
    """Whether the package of a hidden module speaks of a name that the module defines."""
    path = posixpath.join(posixpath.dirname(info.module.path), "__init__.py")
    package = machine.program.module(path)
    if package is not None:
        machine.looks.add((path, ALL))
    return package is not None and name in package.words


class Analysis:
    """Interprets whatever of a program may hold a weakness."""

    def __init__(
        self,
        library: Library,
        paths: Iterable[str],
        load: Callable[[str], Module | None],
        *,
        templates: Templates | None = None,
        library_mode: bool = False,
        name: str = "",
        watch: Watch | None = None,
    ) -> None:
        """With `library_mode` what callers hand to public functions counts as a source.

        `name` is that of the folder of the paths; `watch` notes what is made of a line.
        """
        self.program = Program(paths, load, library.roots, name)
        self.hits = Hits() if watch is None else WatchedHits(watch)
        self.templates = templates or Templates((), lambda path: None)
        kind = Machine if watch is None else WatchedMachine
        self.machine = kind(self.program, library, self.hits, self.templates)
        self.machine.watch = watch
        self._library = library
        self._done: set[int] = set()
        self.exhausted: list[tuple[str, str]] = []
        """Path and symbol of the roots that were not followed to their end."""
        self.routes: list[entries.Entry] = []
        self._library_mode = library_mode
        self._holding = False
        """Whether entry points wait until all have been met."""

    def begin(self) -> None:
        """Begin another file: what it starts is told apart from what others start."""
        self.hits.found.clear()
        self.hits.flagged.clear()
        self.hits.sinks.clear()
        self.exhausted = []
        self.routes = []
        self.templates.begin()
        self._done.clear()
        self.machine.begin()

    def forget(self) -> None:
        """Let go of all that is known of the program, to make room."""
        self.begin()
        self.program.forget()
        self.machine.forget()

    def look_into(self, path: str) -> None:
        """Interpret what one file starts: its statements, its entry points, what holds sources."""
        module = self.program.module(path)
        if module is None:
            return
        self.machine.derived.clear()
        self.hits.root = Root("", path, False)
        self.machine.run_module(module)
        self.hits.take_up(module.found, module.flagged, module.sinks)
        self.templates.used |= module.run.sought[0]
        self.templates.sought |= module.run.sought[1]
        self.machine.entries = list(module.entries)
        functions = self._functions(module)
        self._holding = True
        for function in functions:
            # What hands functions to a framework comes first: it knows their routes.
            if not self._library.registering.isdisjoint(function.info.node.words):
                self._run_plain(function)
        self._holding = False
        self._run_entries()
        for function in functions:
            self._run_plain(function)
        self._run_entries()
        reasoned.finished(self, module)

    # --- which functions ---

    def _functions(self, module: ModuleInfo) -> list[FunctionValue]:
        """Return the functions of a module that hold a source, or a call that a check speaks of."""
        found: list[FunctionValue] = []
        seen: set[int] = set()
        state = module.state
        assert state is not None
        values: list[tuple[Value, ClassInfo | None]] = [(v, None) for v in state.locals.values()]
        while values:
            value, owner = values.pop()
            match value:
                case FunctionValue():
                    info = value.info
                    if info.module is module and id(info) not in seen:
                        seen.add(id(info))
                        if self._is_worth(info):
                            found.append(value)
                case ClassValue():
                    if value.info.module is module and id(value.info) not in seen:
                        seen.add(id(value.info))
                        values += [(v, value.info) for v in value.info.attributes.values()]
        # Decorators may have hidden the functions themselves.
        for info in module.functions.values():
            if id(info) not in seen and self._is_top(info) and self._is_worth(info):
                seen.add(id(info))
                found.append(FunctionValue(info))
        return sorted(found, key=lambda function: function.info.node.span)

    def _is_top(self, info: FunctionInfo) -> bool:
        return "<lambda>" not in info.symbol and (info.owner is not None or "." not in info.symbol)

    def _is_worth(self, info: FunctionInfo) -> bool:
        if self.machine.is_worth(info) or (self._library_mode and is_public(self.machine, info)):
            return True
        return entries.named(self.machine, FunctionValue(info)) is not None

    # --- running them ---

    def _run_entries(self) -> None:
        machine = self.machine
        while machine.entries and not self._holding:
            waiting = machine.entries
            machine.entries = []
            for entry in waiting:
                self.run_entry(entry)

    def run_entry(self, entry: entries.Entry) -> None:
        """Run a function as its framework does."""
        info = entry.function.info
        declared = entry.function.declared
        key = hash((id(info), id(declared), id(entry.model), entry.route))
        if key in self._done:
            return
        self._done.add(key)
        self._done.add(id(info))
        if entry.model.kind == "http" or entry.model.framework == "grpc":
            self.routes.append(entry)
        if entry.model.kind == "http":
            sends = not entry.model.framework.startswith("django")
            # A decorator may have put another function around the one that its author knows.
            self.machine.handlers[id(info)] = self.machine.handlers[id(declared)] = sends
        # What it says of itself as an entry point is read from all over its file.
        for module in (info.module, declared.module, (entry.owner or info).module):
            self.machine.looks.add((module.path, ALL))
        root = Root(declared.symbol, declared.module.path, True, entry.route)
        self._run(
            entry.function, root, lambda frame: entries.parameters_of(self.machine, entry, frame)
        )

    def follow(self, path: str, lines: frozenset[int]) -> None:
        """Follow the function that holds one of these lines, though nothing leads to it."""
        module = self.program.module(path)
        around = [
            info
            for info in (module.functions.values() if module is not None else ())
            if self._is_top(info) and meets(info.node.span, lines)
        ]
        for info in around:
            self._run_plain(FunctionValue(info))

    def _run_plain(self, function: FunctionValue) -> None:
        info = function.info
        if id(info) in self._done:
            return
        self._done.add(id(info))
        model = entries.named(self.machine, function)
        if model is not None:
            if model.returns:
                self.machine.returning[id(info)] = model.returns
            frame = Frame(info.module, None, State({}, {}), function.closure)
            around = function.declared.node.decorators
            self.run_entry(
                entries.Entry(
                    function=function,
                    model=model,
                    guards=tuple(entries.guards_of(self.machine, around, frame)),
                    owner=info.owner,
                    where=self.machine.where(frame, info.node.span),
                )
            )
            return
        root = Root(info.symbol, info.module.path, False)
        self._run(function, root, lambda frame: self._unknown_parameters(info, frame))

    def _unknown_parameters(self, info: FunctionInfo, frame: Frame) -> dict[str, Value]:
        variables: dict[str, Value] = {}
        parameters = list(info.node.parameters)
        if info.owner is not None and not info.is_static and parameters:
            first = parameters.pop(0)
            variables[first.name] = (
                ClassValue(info.owner)
                if info.is_class_method
                else self._instance(info.owner, frame)
            )
        scratch = Frame(info.module, None, frame.state, frame.closure)
        public = self._library_mode and is_public(self.machine, info)
        for parameter in parameters:
            if public:
                variables[parameter.name] = self._from_caller(info, parameter, frame)
            elif parameter.kind == "rest":
                variables[parameter.name] = Unknown()
            elif parameter.kind == "names":
                variables[parameter.name] = self.machine.new_cell(DictCell({}, None, True), frame)
            elif parameter.annotation is not None:
                variables[parameter.name] = calls.typed(self.machine, parameter.annotation, scratch)
            else:
                variables[parameter.name] = ANYTHING
            variables[parameter.name] = self._or_default(
                parameter, variables[parameter.name], scratch
            )
        return variables

    def _or_default(self, parameter: Parameter, value: Value, frame: Frame) -> Value:
        """Return what a parameter may be: what a caller gives, or a number or name by default."""
        match parameter.default:
            case Constant() if type(parameter.default.value) is int:
                return join(value, Known(parameter.default.value))
            case Name() | Attribute():
                default = self.machine.value(parameter.default, frame)
                if isinstance(default, Symbol):
                    return join(value, default)
        return value

    def _instance(self, owner: ClassInfo, frame: Frame) -> Value:
        """Return an instance on which a method is called; a library's callers made it."""
        starter = owner.find("__init__")
        if not (
            self._library_mode
            and isinstance(starter, FunctionValue)
            and is_public(self.machine, starter.info)
        ):
            return instance_of(self.machine, owner, frame)
        handed = {
            parameter.name: self._from_caller(starter.info, parameter, frame)
            for parameter in starter.info.node.parameters[1:]
            if parameter.kind not in ("rest", "names")
        }
        return instance_of(self.machine, owner, frame, handed)

    def _from_caller(self, info: FunctionInfo, parameter: Parameter, frame: Frame) -> Value:
        """Return what the caller of a public function may hand in."""
        scratch = Frame(info.module, None, frame.state, None)
        typed = (
            calls.typed(self.machine, parameter.annotation, scratch)
            if parameter.annotation is not None
            else ANYTHING
        )
        if isinstance(typed, Unknown) and typed.type and typed.type not in ("str", "bytes"):
            return typed
        if info.node.name == "__init__" and parameter.name in CONFIGURING:
            return typed
        default = parameter.default
        if isinstance(default, Constant) and isinstance(default.value, bool | int | float):
            if default.value is False and is_permission(parameter.name):
                # Who asks for what is not safe answers for it.
                return Known(False)
            return ANYTHING
        where = self.machine.where(frame, parameter.span)
        origin = Origin("parameter", "", where, part=CALLER)
        made = {MADE} if info.node.name == "__init__" else ()
        value = Unknown((Flow(origin, excludes=frozenset({WHOLE, *made})),))
        if parameter.kind == "rest":
            return self.machine.new_cell(ListCell(None, value), frame)
        if parameter.kind == "names":
            return self.machine.new_cell(DictCell({}, value, True), frame)
        return value

    def _run(
        self,
        function: FunctionValue,
        root: Root,
        parameters: Callable[[Frame], dict[str, Value]],
    ) -> None:
        machine, info = self.machine, function.info
        machine.looks.add(info.look)
        machine.steps = 0
        machine.depth = 0
        machine.derived.clear()
        machine.echoes.clear()
        if machine.watch is not None:
            # Every root is to be seen coming to the line.
            machine.summaries.clear()
            machine.contexts.clear()
        before = self.hits.root
        self.hits.root = root
        made = len(machine.defined)
        frame = Frame(info.module, info, State({}, {}), function.closure)
        try:
            frame.state.locals.update(parameters(frame))
            run(machine, info.node.body, frame)
        except ExhaustedError:
            self.exhausted.append((info.module.path, info.symbol))
        inner = machine.defined[made:]
        del machine.defined[made:]
        machine.ended = False
        # What it defines and nobody has called may be called by anybody.
        entered = {id(entry.function.info) for entry in machine.entries}
        self._run_entries()
        for defined in inner:
            if id(defined.info) not in machine.called and id(defined.info) not in entered:
                self._run_plain(defined)
        self.hits.root = before

    # --- what came of it ---

    def found(self) -> list[tuple[Hit, Root]]:
        """Return the hits, in the order of places."""
        return [self.hits.found[key] for key in sorted(self.hits.found)]

    def flagged(self) -> list[tuple[Flagged, Root]]:
        """Return what the checks have found, in the order of places."""
        return [self.hits.flagged[key] for key in sorted(self.hits.flagged)]
