"""What a program gives its templates: filters and functions of its own, and names.

A template's helpers are those of the file that fills it in, of what that imports, and of the
libraries of tags that the template loads.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seawall.engines.code.conditions import select
from seawall.engines.code.program import ends_of
from seawall.engines.code.state import Frame
from seawall.engines.code.surface import ALL
from seawall.engines.code.values import ClassValue, FunctionValue, Known, Value
from seawall.model.knowledge import Helper
from seawall.model.program import Import

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ModuleInfo

Given = dict[tuple[str, str], tuple[Value, Helper]]
"""By kind and name, what is given and how."""

MOST_MODULES = 200
"""Files of a program in which helpers of one page are looked for."""
FAR = 2
"""How many imports away they may be."""


def decorated(
    machine: "Machine",
    models: list[Helper],
    given: "Arguments | None",
    value: FunctionValue,
    frame: Frame,
) -> None:
    """Note a function that a decorator gives to templates."""
    for helper in models:
        named = select(given, helper.name, None) if given is not None and helper.name else []
        _note(machine, helper, named, [value], frame)


def called(machine: "Machine", models: list[Helper], given: "Arguments", frame: Frame) -> None:
    """Note what a call gives to templates: a function, or each thing under the name it has."""
    for helper in models:
        if helper.function == "**":
            for name, value in given.keywords.items():
                _note(machine, helper, [Known(name)], [value], frame)
        elif helper.function:
            named = select(given, helper.name, None) if helper.name else []
            _note(machine, helper, named, select(given, helper.function, None), frame)


def assigned(machine: "Machine", owner: str, key: Value, value: Value, frame: Frame) -> None:
    """Note what is put under a name among that which templates know."""
    for helper in machine.library.helper_items(owner):
        _note(machine, helper, [key], [value], frame)


def _note(
    machine: "Machine", helper: Helper, named: list[Value], values: list[Value], frame: Frame
) -> None:
    for value in values:
        said = [one.value for one in named if isinstance(one, Known)]
        name = said[0] if said and isinstance(said[0], str) else ""
        if isinstance(value, FunctionValue):
            name = name or value.declared.node.name
        elif isinstance(value, ClassValue) or helper.kind != "function":
            continue
        # What a function gives it gives when it runs, which is for one answer only.
        known = machine.helped if frame.function is not None else machine.helpers
        own = known.setdefault(frame.module.path, {})
        if helper.kind == "names":
            name = f"{name} {len(own)}"
        if name:
            own[helper.kind, name] = (value, helper)


def find(
    machine: "Machine", kind: str, name: str, libraries: tuple[str, ...], frame: Frame
) -> tuple[Value, Helper] | None:
    """Return the filter or function of a name that a template may use."""
    for known in _known(machine, libraries, frame):
        found = known.get((kind, name))
        if found is not None:
            return found
    return None


def names(machine: "Machine", frame: Frame) -> Iterator[FunctionValue]:
    """Yield the functions that give names to every template."""
    for known in _known(machine, (), frame):
        for (kind, _), (value, _) in known.items():
            if kind == "names" and isinstance(value, FunctionValue):
                yield value


def _known(machine: "Machine", libraries: tuple[str, ...], frame: Frame) -> Iterator[Given]:
    for library in libraries:
        name = f"templatetags.{library.rpartition('.')[2]}"
        machine.templates.sought |= ends_of(name)
        path = machine.program.find(name, frame.module.path)
        module = machine.program.module(path) if path is not None else None
        if module is not None:
            machine.run_module(module)
            machine.looks.add((module.path, ALL))
            yield machine.helpers.get(module.path, {})
    for path in _around(machine, frame.module):
        yield machine.helped.get(path, {})
        yield machine.helpers.get(path, {})


def _around(machine: "Machine", module: "ModuleInfo") -> list[str]:
    """Return the files around one that may give something to templates, itself first."""
    found = machine.neighbours.get(module.path)
    if found is not None:
        machine.looks |= {(path, ALL) for path in found}
        return found
    reached = {module.path: None}
    waiting = [module]
    for _ in range(FAR):
        after = []
        for one in waiting:
            for path in imported(machine, one):
                if path in reached or len(reached) >= MOST_MODULES:
                    continue
                reached[path] = None
                other = machine.program.module(path)
                if other is not None:
                    after.append(other)
                    if not machine.library.helper_words.isdisjoint(other.words):
                        machine.run_module(other)
        waiting = after
    machine.neighbours[module.path] = list(reached)
    machine.looks |= {(path, ALL) for path in reached}
    return machine.neighbours[module.path]


def imported(machine: "Machine", module: "ModuleInfo") -> Iterator[str]:
    """Yield the files that the top of a file imports."""
    program = machine.program
    for statement in module.tree.body:
        if not isinstance(statement, Import):
            continue
        stem = statement.module
        for one in statement.names:
            dotted = f"{stem}.{one.name}".strip(".")
            for name in (dotted, stem) if statement.is_from else (dotted,):
                path = (
                    program.relative_to(module.path, statement.level, name)
                    if statement.level
                    else program.find(name, module.path)
                    if name
                    else None
                )
                if path is not None:
                    yield path
