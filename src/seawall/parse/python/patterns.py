"""Lowers the patterns of `match` of Python's own syntax tree."""

import ast
from collections.abc import Callable
from typing import Any

from seawall.model.program import (
    Constant,
    MatchCapture,
    MatchClass,
    MatchMapping,
    MatchOr,
    MatchSequence,
    MatchStar,
    MatchValue,
    Pattern,
)
from seawall.parse.python.expressions import lower, lower_all, span_of
from seawall.parse.python.scope import MAX_DEPTH, MAX_ITEMS, Scope

Lower = Callable[[Any, Scope, int], Pattern]

WILDCARD = MatchCapture("")


def lower_pattern(node: Any, scope: Scope, depth: int) -> Pattern:
    """Lower a pattern; what is too deep matches anything."""
    if depth >= MAX_DEPTH:
        return WILDCARD
    return _PATTERNS[type(node)](node, scope, depth)


def lower_patterns(nodes: list[Any], scope: Scope, depth: int) -> tuple[Pattern, ...]:
    """Lower patterns that stand side by side."""
    return tuple([lower_pattern(node, scope, depth) for node in nodes[:MAX_ITEMS]])


def bind(name: str | None, scope: Scope) -> str:
    """Bind the name that a pattern captures, if it has one."""
    if not name:
        return ""
    scope.words.add(name)
    scope.bound.add(name)
    return name


def _value(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchValue(lower(node.value, scope, depth + 1))


def _singleton(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchValue(Constant(node.value, span_of(node)))


def _sequence(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchSequence(lower_patterns(node.patterns, scope, depth + 1))


def _star(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchStar(bind(node.name, scope))


def _mapping(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchMapping(
        lower_all(node.keys, scope, depth + 1),
        lower_patterns(node.patterns, scope, depth + 1),
        bind(node.rest, scope),
    )


def _class(node: Any, scope: Scope, depth: int) -> Pattern:
    names = tuple(node.kwd_attrs[:MAX_ITEMS])
    scope.words.update(names)
    return MatchClass(
        lower(node.cls, scope, depth + 1),
        lower_patterns(node.patterns, scope, depth + 1),
        names,
        lower_patterns(node.kwd_patterns, scope, depth + 1),
    )


def _capture(node: Any, scope: Scope, depth: int) -> Pattern:
    pattern = None if node.pattern is None else lower_pattern(node.pattern, scope, depth + 1)
    return MatchCapture(bind(node.name, scope), pattern)


def _or(node: Any, scope: Scope, depth: int) -> Pattern:
    return MatchOr(lower_patterns(node.patterns, scope, depth + 1))


_PATTERNS: dict[type, Lower] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchSequence: _sequence,
    ast.MatchStar: _star,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
    ast.MatchAs: _capture,
    ast.MatchOr: _or,
}
