"""Routes as a file declares them, and where it puts those of others."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from seawall.core.facts import Route
from seawall.core.location import CodeSpan
from seawall.engines.code.entries import Entry
from seawall.engines.code.flows import Where
from seawall.engines.code.program import ModuleInfo, ends_of
from seawall.engines.code.reasoned.callers import DEPENDENCIES, demands, refuses
from seawall.engines.code.reasoned.nodes import declared_on, last_name, names_in, stated, walk
from seawall.engines.code.surface import ALL
from seawall.engines.code.values import FunctionValue, Known
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Constant,
    Expression,
    Import,
    Name,
    Sequence,
    Span,
)
from seawall.model.route_map import Declared, Mount

if TYPE_CHECKING:
    from seawall.engines.code.analysis import Analysis

URLS = "urlpatterns"
"""The variable in which Django looks for the addresses of a module."""
# Called method: the position of the group, the position of the prefix, the name of the prefix.
MOUNTING: dict[str, tuple[int, int | None, str]] = {
    "register_blueprint": (0, None, "url_prefix"),
    "blueprint": (0, None, "url_prefix"),
    "include_router": (0, None, "prefix"),
    "add_router": (1, 0, "prefix"),
    "mount": (1, 0, "path"),
    "add_subapp": (1, 0, "prefix"),
    "path": (1, 0, "route"),
    "re_path": (1, 0, "route"),
    "url": (1, 0, "regex"),
    "register": (1, 0, "prefix"),
    "add_url_rule": (2, 0, "rule"),
    "add_resource": (0, 1, ""),
    "add_view": (1, 0, "path"),
    "add_route": (1, 0, "path"),
}
VIEWSET = {
    "list": ("GET", "/"),
    "create": ("POST", "/"),
    "retrieve": ("GET", "/{pk}/"),
    "update": ("PUT", "/{pk}/"),
    "partial_update": ("PATCH", "/{pk}/"),
    "destroy": ("DELETE", "/{pk}/"),
}
"""What a router of REST framework makes of the methods of a set of views."""
OWN_PREFIX = {"url_prefix", "prefix"}
_WORDS = (
    frozenset(MOUNTING) - {"path", "url"}
    | OWN_PREFIX
    | {
        "include",
        "urls",
        "as_view",
        "url",
        "Application",
        "add_handlers",
    }
)
_LEAST_NAMES = frozenset({"self", "cls", "request", "req", "resp"})
_DEEPEST_IMPORTS = 5
_VIEW = "rest_framework.views.APIView"


def declared_routes(
    analysis: "Analysis", module: ModuleInfo, span_of: Callable[[Where], CodeSpan]
) -> Iterator[Declared]:
    """Yield the routes that a file starts."""
    calls: dict[Span, Call] = {}
    if any(entry.model.how == "call" for entry in analysis.routes):
        calls = {node.span: node for node in walk(module.tree.body) if isinstance(node, Call)}
    for entry in analysis.routes:
        is_viewset = _VIEW in entry.model.symbols and entry.function.declared.node.name in VIEWSET
        if not entry.route and not is_viewset and (entry.model.how == "name" or not entry.methods):
            # It takes part in requests (a hook, a filter): an address it has not.
            continue
        declared = entry.function.declared
        methods, template = entry.methods or ("ANY",), entry.route
        if entry.owner is not None and entry.model.how != "decorator":
            # Where the class is put says the address.
            template = ""
        if entry.model.framework == "django-rest-framework" and entry.owner is not None:
            methods, template = _of_viewset(entry, methods)
        node = declared.node
        asked = [d for d in node.decorators if isinstance(d, Call)]
        guards = [*entry.guards, *_permissions(entry)]
        guards += _dependencies(
            analysis, declared.module, [*node.parameters, *(k for d in asked for k in d.keywords)]
        )
        for method in methods:
            route = Route(
                method=method,
                template=template,
                handler=f"{declared.module.name}.{declared.symbol}",
                parameters=tuple(
                    parameter.name
                    for parameter in declared.node.parameters
                    if parameter.name not in _LEAST_NAMES
                ),
                authentication=", ".join(dict.fromkeys(guards)),
                declared=span_of(entry.where),
            )
            yield Declared(route=route, group=_declared_on(entry, calls))


def _dependencies(analysis: "Analysis", module: ModuleInfo, nodes: Iterable[Any]) -> list[str]:
    """Return what a route of FastAPI depends on that refuses callers."""
    found: list[str] = []
    for node in walk(tuple(nodes)):
        if not isinstance(node, Call) or last_name(node) not in DEPENDENCIES or not node.arguments:
            continue
        wanted = node.arguments[0]
        name = last_name(wanted)
        value = (
            analysis.machine.value(wanted, module.frame)
            if isinstance(wanted, Name | Attribute) and module.frame is not None
            else None
        )
        known = isinstance(value, FunctionValue) and refuses(analysis.machine.look_at(value.info))
        if name and (known or demands(name) or last_name(node) == "Security"):
            found.append(name)
    return found


def _permissions(entry: Entry) -> list[str]:
    """Return what REST framework asks of a caller, the nearest statement of it."""
    nearest: Expression | None = None
    for decorator in entry.function.declared.node.decorators:
        if not isinstance(decorator, Call):
            continue
        if last_name(decorator) == "permission_classes" and decorator.arguments:
            nearest = decorator.arguments[0]
        for keyword in decorator.keywords:
            if keyword.name == "permission_classes":
                nearest = keyword.value
    if nearest is None and entry.owner is not None:
        bodies = (info.node.body for info in entry.owner.mro)
        each = (stated(body, "permission_classes") for body in bodies)
        nearest = next((one for one in each if one is not None), None)
    return [name for name in names_in(nearest) if name and name != "AllowAny"]


def _of_viewset(entry: Entry, methods: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the methods and the end of the address that a router gives to a set of views."""
    node = entry.function.declared.node
    if node.name in VIEWSET and _VIEW in entry.model.symbols:
        method, end = VIEWSET[node.name]
        return (method,), end
    if entry.model.how == "decorator":
        one = "/{pk}" if any(p.name == "pk" for p in node.parameters) else ""
        return methods, f"{one}/{entry.route or node.name}/"
    return methods, entry.route


def _declared_on(entry: Entry, calls: dict[Span, Call]) -> str:
    """Return the variable on which a route is declared, or the class whose method it is."""
    path = entry.where.path
    call = calls.get(entry.where.span)
    if call is not None:
        function = call.function
        if isinstance(function, Name):
            return f"{path}:{URLS}"
        return f"{path}:{last_name(function.value)}" if isinstance(function, Attribute) else ""
    if entry.owner is not None:
        return f"{entry.owner.module.path}:{entry.owner.node.name}"
    name = declared_on(entry.function.declared.node.decorators)
    return f"{path}:{name}" if name else ""


def mounts_of(analysis: "Analysis", module: ModuleInfo) -> Iterator[Mount]:
    """Yield where a file puts groups of routes."""
    if _WORDS.isdisjoint(module.words):
        return
    names = _Names(analysis, module)
    for node in walk(module.tree.body):
        if isinstance(node, Assign):
            yield from _own(names, node)
        elif isinstance(node, Call):
            yield from _mounted(names, node)
        elif isinstance(node, Sequence) and node.kind == "tuple":
            yield from _paired(names, node)


def _own(names: "_Names", node: Assign) -> Iterator[Mount]:
    """Yield the prefix that a group has from where it is made, or what it is made of."""
    target = node.targets[0]
    if not isinstance(target, Name):
        return
    group = f"{names.module.path}:{target.name}"
    match node.value:
        case Call(keywords=keywords):
            prefix = [names.text(k.value) for k in keywords if k.name in OWN_PREFIX]
            guards = _dependencies(names.analysis, names.module, keywords)
            if prefix or guards:
                yield Mount(
                    group=group, prefix="".join(prefix[:1]), authentication=", ".join(guards)
                )
        case Attribute(name="urls") if target.name == URLS:
            yield Mount(group=names.group(node.value), on=group)


def _mounted(names: "_Names", node: Call) -> Iterator[Mount]:
    name = last_name(node.function)
    found = MOUNTING.get(name)
    if found is None:
        return
    position, prefix_position, prefix_name = found
    given = [keyword.value for keyword in node.keywords if keyword.name in ("view_func", "view")]
    given += node.arguments[position : position + 1]
    if not given:
        return
    inner = given[0]
    prefix: Expression | None = None
    if prefix_position is not None and len(node.arguments) > prefix_position:
        prefix = node.arguments[prefix_position]
    for keyword in node.keywords:
        if keyword.name == prefix_name:
            prefix = keyword.value
    on = last_name(node.function.value) if isinstance(node.function, Attribute) else URLS
    if isinstance(inner, Call):
        # What is included is a group, and so is the class of a view; a function is none.
        if last_name(inner) == "include" and inner.arguments:
            inner = inner.arguments[0]
        elif isinstance(inner.function, Attribute) and inner.function.name == "as_view":
            inner = inner.function.value
        else:
            return
    group = names.group(inner)
    if group:
        yield Mount(
            group=group,
            on=f"{names.module.path}:{on}",
            prefix=names.text(prefix) if prefix is not None else "",
            authentication=", ".join(_dependencies(names.analysis, names.module, node.keywords)),
            replaces=name in ("register_blueprint", "blueprint"),
        )


def _paired(names: "_Names", node: Sequence) -> Iterator[Mount]:
    """Yield what Tornado and its like make of `(ADDRESS, CLASS, ...)`."""
    match node.items:
        case (Constant(value=str() as address), Name() | Attribute() as handler, *_):
            if address.startswith(("/", "^", "(")):
                group = names.group(handler)
                yield Mount(group=group, on=f"{names.module.path}:", prefix=address)


class _Names:
    """What the names of a module stand for in other files."""

    def __init__(self, analysis: "Analysis", module: ModuleInfo) -> None:
        self.module = module
        self.analysis = analysis
        self._program = analysis.program
        self._imports: dict[str, dict[str, tuple[Import, str]]] = {}
        """By path of a module: where the names come from that it imports."""

    def text(self, node: Expression) -> str:
        """Return a text that the program knows beforehand; what it does not know is `{...}`."""
        if isinstance(node, Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, Name) and self.module.state is not None:
            value = self.analysis.machine.global_(self.module, node.name)
            if isinstance(value, Known) and isinstance(value.value, str):
                return value.value
        name = last_name(node)
        return "/{" + name + "}" if name else ""

    def group(self, node: Expression) -> str:
        """Return the group that an expression stands for, "" where it cannot be told."""
        match node:
            case Constant(value=str() as dotted):
                self.analysis.templates.sought |= ends_of(dotted)
                path = self._program.find(dotted, self.module.path)
                return f"{path}:{URLS}" if path is not None else ""
            case Sequence(items=(first, *_)):
                return self.group(first)
            case Name():
                return self._variable(self.module, node.name, 0)
            case Attribute(name="urls"):
                return self.group(node.value)
            case Attribute(value=Name() as base):
                path = self._imported(self.module, base.name)[0]
                other = self._program.module(path) if path else None
                if path:
                    self.analysis.machine.looks.add((path, ALL))
                return self._variable(other, node.name, 0) if other is not None else ""
        return ""

    def _variable(self, module: ModuleInfo, name: str, depth: int) -> str:
        path, inner = self._imported(module, name)
        if not path or depth > _DEEPEST_IMPORTS:
            return f"{module.path}:{name}"
        other = self._program.module(path)
        self.analysis.machine.looks.add((path, ALL))
        if other is None or not inner:
            return f"{path}:{URLS}"
        return self._variable(other, inner, depth + 1)

    def _imported(self, module: ModuleInfo, name: str) -> tuple[str, str]:
        """Return the file that a name comes from and what it is called there ("": the file)."""
        imports = self._imports.get(module.path)
        if imports is None:
            imports = self._imports[module.path] = {}
            for node in walk(module.tree.body):
                if isinstance(node, Import):
                    for one in node.names:
                        imports.setdefault(one.alias or one.name, (node, one.name))
        found = imports.get(name)
        return self._source(module, *found) if found is not None else ("", "")

    def _source(self, module: ModuleInfo, node: Import, name: str) -> tuple[str, str]:
        program = self._program
        if not node.is_from:
            return program.find(name, module.path) or "", ""
        if node.level:
            stem = f"{node.module}.{name}".strip(".")
            whole = program.relative(module, node.level, stem)
            part = program.relative(module, node.level, node.module)
        else:
            whole = program.find(f"{node.module}.{name}", module.path)
            part = program.find(node.module, module.path)
        if whole is not None:
            return whole, ""
        return (part, name) if part is not None else ("", "")
