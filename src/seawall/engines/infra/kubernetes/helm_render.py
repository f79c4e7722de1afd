"""Works out templates of Helm over the values of their chart, without running anything."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.engines.infra.kubernetes import helm_functions
from seawall.engines.infra.kubernetes.helm_values import (
    NOTHING,
    NOWHERE,
    Piece,
    Text,
    TooMuch,
    Value,
    is_true,
    node,
    place_of,
    plain,
    text,
    unknown,
)
from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.go_template import (
    Action,
    Block,
    Leave,
    Literal,
    Name,
    Operand,
    Part,
    Path,
    Pipeline,
    Words,
    parse_go_template,
)

MOST_STEPS = 200_000
"""Parts and commands that are worked out for one template."""
MOST_IN_ALL = 2_000_000
"""For one chart."""
DEEPEST = 25
"""Templates that call one another."""


class Named(Struct, frozen=True):
    """A template that others call by its name."""

    parts: tuple[Part, ...]
    path: str


class _Left(Exception):  # noqa: N818 - break and continue of a loop
    def __init__(self, keyword: str, pieces: list[Piece]) -> None:
        super().__init__(keyword)
        self.keyword, self.pieces = keyword, pieces


class _Scope:
    """The variables that can be seen at a place."""

    __slots__ = ("above", "names")

    def __init__(self, above: "_Scope | None" = None, **names: Value) -> None:
        self.above = above
        self.names: dict[str, Value] = {f"${name}": one for name, one in names.items()}

    def get(self, name: str) -> Value:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.above
        return NOTHING

    def put(self, name: str, value: Value) -> None:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                scope.names[name] = value
                return
            scope = scope.above


class Renderer:
    """Renders the templates of one chart with those below it."""

    def __init__(self, named: Mapping[str, Named], read: Callable[[str], bytes | None]) -> None:
        self._named = named
        self._read = read
        self._steps = self._all_steps = 0
        self._depth = 0

    def start(self) -> None:
        """Begin with another template of the chart."""
        self._all_steps += self._steps
        self._steps = 0

    def render(self, parts: tuple[Part, ...], path: str, dot: Value) -> Text:
        """Return what a template makes. Raises TooMuch where that is more than is read."""
        scope = _Scope(None)
        scope.names["$"] = dot
        return Text(tuple(self._parts(parts, path, dot, scope)))

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS or self._all_steps > MOST_IN_ALL:
            raise TooMuch

    def _parts(self, parts: tuple[Part, ...], path: str, dot: Value, scope: _Scope) -> list[Piece]:
        pieces: list[Piece] = []
        for part in parts:
            self._step()
            match part:
                case Words():
                    pieces.append(Piece(part.text, Place(path, part.line, part.column)))
                case Action():
                    pieces += self._action(part, path, dot, scope)
                case Block():
                    try:
                        pieces += self._block(part, path, dot, scope)
                    except _Left as left:
                        left.pieces[:0] = pieces
                        raise
                case Leave():
                    raise _Left(part.keyword, pieces)
        return pieces

    def _action(self, part: Action, path: str, dot: Value, scope: _Scope) -> list[Piece]:
        value = self._pipeline(part.pipeline, path, dot, scope)
        if part.template:
            value = self._include(part.template, value)
        elif part.pipeline.variables:
            return []
        here = Place(path, part.line, part.column)
        if isinstance(value, Text):
            return [
                one if one.place is not None else Piece(one.text, here, one.origin or NOWHERE)
                for one in value.pieces
            ]
        origin = value.place if value.place.path else NOWHERE
        return [Piece(text(value), here, origin)]

    def _block(self, part: Block, path: str, dot: Value, scope: _Scope) -> list[Piece]:
        inner = _Scope(scope)
        value = self._pipeline(part.pipeline, path, dot, inner)
        if part.keyword == "range":
            return self._range(part, path, dot, inner, value)
        if is_true(value) is False:
            return self._parts(part.other, path, dot, _Scope(scope))
        # What nobody knows is taken to be so, for a person who sets it means it.
        return self._parts(part.body, path, value if part.keyword == "with" else dot, inner)

    def _range(
        self, part: Block, path: str, dot: Value, scope: _Scope, value: Value
    ) -> list[Piece]:
        found = node(value).value
        pairs: list[tuple[Value, Value]] = []
        if isinstance(found, dict):
            pairs = [(plain(name), found[name]) for name in sorted(found)]
        elif isinstance(found, list):
            pairs = [(plain(at), one) for at, one in enumerate(found)]
        elif isinstance(found, int) and not isinstance(found, bool):
            pairs = [(plain(at), plain(at)) for at in range(min(found, 1_000))]
        if not pairs:
            return self._parts(part.other, path, dot, scope)
        pieces: list[Piece] = []
        names = part.pipeline.variables
        for key, one in pairs:
            inner = _Scope(scope)
            for name, said in zip(names, (one,) if len(names) == 1 else (key, one), strict=False):
                inner.names[name] = said
            try:
                pieces += self._parts(part.body, path, one, inner)
            except _Left as left:
                pieces += left.pieces
                if left.keyword == "break":
                    break
        return pieces

    def _pipeline(self, pipeline: Pipeline, path: str, dot: Value, scope: _Scope) -> Value:
        value: Value | None = None
        for command in pipeline.commands:
            self._step()
            value = self._command(command, path, dot, scope, value)
        result = value if value is not None else NOTHING
        for name in pipeline.variables:
            if pipeline.is_new:
                scope.names[name] = result
            else:
                scope.put(name, result)
        return result

    def _command(
        self,
        command: tuple[Operand, ...],
        path: str,
        dot: Value,
        scope: _Scope,
        piped: Value | None,
    ) -> Value:
        head, *rest = command
        arguments = [self._operand(one, path, dot, scope) for one in rest]
        if piped is not None:
            arguments.append(piped)
        if isinstance(head, Name):
            return self._call(head.name, arguments)
        if isinstance(head, Path) and head.names:
            method = self._method(head, arguments, dot, scope, path)
            if method is not None:
                return method
        return self._operand(head, path, dot, scope)

    def _call(self, name: str, arguments: list[Value]) -> Value:
        if name == "include" and len(arguments) == 2:
            return self._include(text(arguments[0]), arguments[1])
        if name == "tpl" and len(arguments) == 2:
            return self._tpl(arguments[0], arguments[1])
        return helm_functions.call(name, arguments)

    def _operand(self, operand: Operand, path: str, dot: Value, scope: _Scope) -> Value:
        match operand:
            case Literal():
                return Node(operand.value, NOWHERE)
            case Name():
                return self._call(operand.name, [])
        if isinstance(operand.base, Pipeline):
            found = self._pipeline(operand.base, path, dot, scope)
        else:
            found = dot if operand.base == "." else scope.get(operand.base)
        for name in operand.names:
            found = _field(found, name)
        return found

    def _method(
        self, operand: Path, arguments: list[Value], dot: Value, scope: _Scope, path: str
    ) -> Value | None:
        """Return what a method of Helm's own objects says; None where it is a field."""
        *names, method = operand.names
        if "APIVersions" in names[-1:] and method == "Has":
            return plain(bool(arguments) and _is_served(text(arguments[0])))
        if "Files" in names[-1:]:
            if method == "Get" and arguments:
                holder = self._operand(Path(operand.base, tuple(names)), path, dot, scope)
                folder = text(_field(holder, "folder"))
                content = self._read(f"{folder}/{text(arguments[0])}".lstrip("/"))
                return plain((content or b"").decode("utf-8", "replace"))
            return unknown("files of the chart are not read")
        if "Files" in names:
            return unknown("files of the chart are not read")
        return None

    def _include(self, name: str, dot: Value) -> Value:
        named = self._named.get(name)
        if named is None:
            return unknown(f"the template {name} is not here")
        if self._depth >= DEEPEST:
            raise TooMuch
        self._depth += 1
        try:
            return self.render(named.parts, named.path, dot)
        except _Left as left:
            return Text(tuple(left.pieces))
        finally:
            self._depth -= 1

    def _tpl(self, value: Value, dot: Value) -> Value:
        said = text(value)
        if "{{" not in said:
            return value
        if self._depth >= DEEPEST or len(said) > 100_000:
            raise TooMuch
        self._depth += 1
        try:
            made = self.render(parse_go_template(said).parts, "", dot)
        except (ParseError, _Left):
            return unknown("a template in the values is not read")
        finally:
            self._depth -= 1
        origin = place_of(value)
        return Text(tuple(Piece(one.text, None, one.origin or origin) for one in made.pieces))


def _field(value: Value, name: str) -> Value:
    found = node(value)
    if isinstance(found.value, Unknown):
        return found
    if isinstance(found.value, dict):
        return found.value.get(name, NOTHING)
    return NOTHING


def _is_served(version: str) -> bool:
    """Whether a cluster of today serves a version of an API without anything added to it."""
    group, _, number = version.rpartition("/")
    if "/" in group:
        group, _, number = group.partition("/")
    own = group in ("", "apps", "batch", "autoscaling", "policy") or group.endswith(".k8s.io")
    added = ("monitoring", "gateway", "snapshot", "metrics", "custom.metrics")
    return own and "alpha" not in number and "beta" not in number and not group.startswith(added)
