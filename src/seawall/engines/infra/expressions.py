"""Asks about a resource in CEL, as a team writes it: bounded in steps, memory and depth.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md. What runs it is Google's own
implementation: an expression ends after ten thousand steps of its loops, regular expressions take
linear time, and none reaches outside of what it is given.
"""

import re
from collections.abc import Iterator
from typing import Any

from seawall.core.errors import ConfigError
from seawall.engines.infra.questions import head_of, is_accompanied
from seawall.model.infra_rules import DataCheck
from seawall.model.infrastructure import Graph, Hit, Node, Resource, Unknown

LONGEST = 4_000
"""Characters of an expression."""
DEEPEST = 60
"""Values in one another that are handed on."""
MOST = 200_000
"""Values of one resource that are handed on."""
WIDEST = 1 << 53
"""Beyond it numbers are handed on as text."""

_PATH = re.compile(r"\bresource((?:\.\w+|\[\"[^\"\\]*\"\])+)")
_STEP = re.compile(r"\.(\w+)|\[\"([^\"\\]*)\"\]")
_GUARD = "guard what may be missing with has()"


class Expression:
    """A check whose question is an expression of CEL over `resource`."""

    def __init__(self, check: DataCheck) -> None:
        """Compile it. Raises ConfigError where it is none, or where CEL is not installed."""
        if len(check.cel) > LONGEST:
            raise ConfigError(f"rule {check.rule!r}: cel: longer than {LONGEST:,} characters")
        try:
            from cel_expr_python import cel  # type: ignore[import-not-found,import-untyped,unused-ignore]
            from cel_expr_python.ext.ext_strings import ExtStrings  # type: ignore[import-not-found,import-untyped,unused-ignore]
        except ImportError as error:
            raise ConfigError(
                f"rule {check.rule!r} is written in CEL, which is not installed",
                hint="pip install 'seawall[cel]'",
            ) from error
        self._check = check
        self._graph: Graph | None = None
        self._resource: Resource | None = None
        kinds = cel.Type
        maps = kinds.List(kinds.DYN)
        belonging = cel.Overload(
            "belonging_string_string",
            return_type=maps,
            parameters=[kinds.STRING, kinds.STRING],
            impl=self._belonging,
        )
        all_of = cel.Overload(
            "resources_string", return_type=maps, parameters=[kinds.STRING], impl=self._all_of
        )
        environment = cel.NewEnv(
            variables={
                "resource": kinds.DYN,
                "kind": kinds.STRING,
                "name": kinds.STRING,
                "address": kinds.STRING,
            },
            functions=[
                cel.FunctionDecl("belonging", [belonging]),
                cel.FunctionDecl("resources", [all_of]),
            ],
            extensions=[ExtStrings()],
        )
        try:
            self._program = environment.compile(check.cel)
        except (RuntimeError, ValueError) as error:
            raise ConfigError(f"rule {check.rule!r}: cel: {_first(error)}") from error
        if self._program.return_type() not in (kinds.BOOL, kinds.DYN):
            raise ConfigError(f"rule {check.rule!r}: cel: it says no yes or no")
        self._is_bool = kinds.BOOL
        self._paths = [
            ".".join(a or b for a, b in _STEP.findall(path)) for path in _PATH.findall(check.cel)
        ]

    def find(self, resource: Resource, graph: Graph) -> Iterator[Hit]:
        """Yield a hit where the expression says yes, or where it cannot be decided."""
        self._graph, self._resource = graph, resource
        data = {
            "resource": plain(resource.body),
            "kind": resource.kind,
            "name": resource.name,
            "address": resource.address,
        }
        try:
            answer = self._program.eval(data=data)
            is_decided = answer.type() == self._is_bool
            value = answer.value() if is_decided else _first(answer.value())
        except (RuntimeError, ValueError, TypeError) as error:
            is_decided, value = False, _first(error)
        finally:
            self._graph = self._resource = None
        unknown = any(node.is_unknown for path in self._paths for node in resource.at(path))
        if is_decided and not value and not unknown:
            return
        if is_decided and not value:
            # It says no of what is known; what is not known might make it yes.
            value = "it hangs on a value that is not known"
            is_decided = False
        accompanied = [is_accompanied(one, resource, graph) for one in self._check.without]
        if True in accompanied:
            return
        yield self._hit(resource, "" if is_decided else str(value), sure=None not in accompanied)

    def _hit(self, resource: Resource, doubt: str, *, sure: bool) -> Hit:
        check = self._check
        node = next(iter(resource.at(check.at)), None) if check.at else None
        message = check.message.replace("{name}", resource.name or resource.symbol)
        if doubt:
            message += f" (it cannot be decided: {doubt})"
        return Hit(
            message=message,
            place=node.place if node is not None else head_of(resource.body, resource),
            attribute=check.at,
            node=node,
            is_known=not doubt and sure,
            severity=check.severity,
        )

    def _belonging(self, kind: str, by: str) -> list[Any]:
        if self._graph is None or self._resource is None:
            return []
        found = self._graph.belonging(self._resource, kind, by, ("id", "name", "bucket", "arn"))
        return [plain(one.body) for one in found]

    def _all_of(self, kind: str) -> list[Any]:
        return [] if self._graph is None else [plain(one.body) for one in self._graph.of(kind)]


def plain(node: Node) -> Any:
    """Return the values of a node without their places; what is not known is left out."""
    left = MOST

    def value_of(node: Node, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > DEEPEST:
            return None
        value = node.document.value
        if isinstance(value, dict):
            return {
                key: value_of(one, depth + 1)
                for key, one in value.items()
                if not isinstance(one.value, Unknown)
            }
        if isinstance(value, list):
            return [value_of(one, depth + 1) for one in value if not isinstance(one.value, Unknown)]
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode()
        if isinstance(value, int) and abs(value) > WIDEST:
            return str(value)
        return value if not isinstance(value, Unknown) else None

    return value_of(node, 0)


def _first(error: object) -> str:
    """Return the first line of what CEL says, without its code."""
    line = str(error).partition("\n")[0]
    words = re.sub(r"^[A-Z_]+: |(?: \[[A-Z_]+\])$", "", line).removeprefix("ERROR: <input>:")
    return f"{words}; {_GUARD}" if "not found in map" in words else words
