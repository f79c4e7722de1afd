"""Rewrites the body of a Python function so that it reads differently and does the same."""

import ast
import copy
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

Statements = list[ast.stmt]
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)
DELAYED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(statements: Iterable[ast.AST]) -> dict[str, None]:
    """Return the variables that the statements give a value to, in order."""
    found: dict[str, None] = {}
    for node in _walk(statements):
        match node:
            case ast.Name(ctx=ast.Store()):
                found[node.id] = None
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found[name] = None
            case ast.ExceptHandler(name=str(name)):
                found[name] = None
    return found


def read_names(statements: Iterable[ast.AST]) -> dict[str, None]:
    """Return the variables that the statements read, in order."""
    found: dict[str, None] = {}
    for node in _walk(statements):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] = None
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = None
    return found


def _walk(statements: Iterable[ast.AST]) -> Iterable[ast.AST]:
    for statement in statements:
        yield from ast.walk(statement)


def leaves(statements: Iterable[ast.AST]) -> bool:
    """Whether any of the statements returns from the function."""
    return any(isinstance(node, ast.Return) for node in _walk(statements))


class _Rewriter(ast.NodeTransformer):
    """Rewrites single statements and expressions, each with its own odds."""

    def __init__(self, odds: random.Random) -> None:
        self._odds = odds

    def _chance(self, share: float) -> bool:
        return self._odds.random() < share

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.If(
                test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)),
                body=[ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant() as default)],
                orelse=[],
            ) if name == target and self._chance(0.5):
                either = ast.BoolOp(ast.Or(), [ast.Name(name, ast.Load()), default])
                return ast.Assign([ast.Name(name, ast.Store())], either)
        plain = node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If))
        if plain and self._chance(0.5):
            return ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and self._chance(0.5):
            name = node.target.id
            value = ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)
            return ast.Assign([ast.Name(name, ast.Store())], value)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        text, values = "", []
        for part in node.values:
            match part:
                case ast.Constant(value=str(literal)):
                    text += literal.replace("{", "{{").replace("}", "}}")
                case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                    text += "{}"
                    values.append(value)
                case _:
                    return node
        if not values or not self._chance(0.35):
            return node
        return ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        # what a replacement field says of its form stands in a joined string of its own
        node.value = cast(ast.expr, self.visit(node.value))
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.subject, ast.Name) or not self._chance(0.5):
            return node
        tests = [_as_test(node.subject, case) for case in node.cases]
        if not all(tests) or _is_open(node.cases[0]):
            return node
        chain: Statements = []
        for test, case in zip(reversed(tests), reversed(node.cases), strict=True):
            chain = (
                case.body if _is_open(case) else [ast.If(cast(ast.expr, test), case.body, chain)]
            )
        return chain[0]


def _is_open(case: ast.match_case) -> bool:
    return isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def _as_test(subject: ast.Name, case: ast.match_case) -> ast.expr | None:
    match case:
        case ast.match_case(pattern=ast.MatchValue(value=value), guard=None):
            return ast.Compare(subject, [ast.Eq()], [value])
        case ast.match_case(pattern=ast.MatchOr(patterns=patterns), guard=None):
            values = [one.value for one in patterns if isinstance(one, ast.MatchValue)]
            if len(values) == len(patterns):
                return ast.Compare(subject, [ast.In()], [ast.Tuple(values, ast.Load())])
        case ast.match_case(pattern=ast.MatchAs(pattern=None, name=None), guard=None):
            return ast.Constant(True)
    return None


def reword(body: Statements, odds: random.Random, name: Callable[[], str]) -> Statements:
    """Rewrite statements and expressions one by one; `name` gives names not used yet."""
    rewriter = _Rewriter(odds)
    body = [cast(ast.stmt, rewriter.visit(statement)) for statement in body]
    return _reflow(body, body, odds, name)


def _reflow(
    block: Statements, whole: Statements, odds: random.Random, name: Callable[[], str]
) -> Statements:
    """Inline some variables that are read once, and name some arguments that had no name."""
    kept: Statements = []
    for statement in block:
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if inner and isinstance(inner, list):
                setattr(statement, field, _reflow(inner, whole, odds, name))
        for handler in getattr(statement, "handlers", ()):
            handler.body = _reflow(handler.body, whole, odds, name)
        if kept and odds.random() < 0.5 and _inline(kept[-1], statement, whole):
            kept.pop()
        elif odds.random() < 0.3 and (before := _hoist(statement, name)) is not None:
            kept.append(before)
        kept.append(statement)
    return kept


def _inline(first: ast.stmt, second: ast.stmt, whole: Statements) -> bool:
    match first:
        case ast.Assign(targets=[ast.Name(id=variable)], value=value) if isinstance(second, SIMPLE):
            pass
        case _:
            return False
    everywhere = [n for n in _walk(whole) if isinstance(n, ast.Name) and n.id == variable]
    here = [n for n in ast.walk(second) if isinstance(n, ast.Name) and n.id == variable]
    if (
        len(everywhere) != 2
        or len(here) != 1
        or any(isinstance(n, DELAYED) for n in ast.walk(second))
    ):
        return False
    replacing = _Replacing({variable: value})
    replacing.visit(second)
    return True


class _Replacing(ast.NodeTransformer):
    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self._values:
            return copy.deepcopy(self._values[node.id])
        return node


def _hoist(statement: ast.stmt, name: Callable[[], str]) -> ast.stmt | None:
    value = getattr(statement, "value", None)
    match value:
        case ast.Call(func=called, args=[first, *_]) if isinstance(statement, SIMPLE):
            plain = not any(isinstance(n, ast.Call) for n in ast.walk(called))
            worth = isinstance(first, ast.Call | ast.JoinedStr | ast.BinOp | ast.Subscript)
            if plain and worth and not isinstance(statement, ast.AugAssign):
                variable = name()
                value.args[0] = ast.Name(variable, ast.Load())
                return ast.Assign([ast.Name(variable, ast.Store())], first)
    return None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A run of a function's statements that can stand in a function of its own."""

    body: tuple[ast.stmt, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    last: bool
    """Whether it ends the function: what it returns is what the function returns."""

    @property
    def movable(self) -> bool:
        """Whether a call can stand in its place."""
        return self.last or not leaves(self.body)

    def as_function(self, name: str) -> ast.FunctionDef:
        """Return the function that does what the part did."""
        return make_function(name, self.takes, [*self.body, *self._end()])

    def as_class(self, name: str, method: str) -> ast.ClassDef:
        """Return a class that is made from what the part takes, and whose method does it."""
        written = bound_names(self.body)
        start: Statements = [
            ast.Assign([ast.Name(one, ast.Store())], _of_self(one))
            for one in self.takes
            if one in written
        ]
        replacing = _Replacing({one: _of_self(one) for one in self.takes if one not in written})
        body = [cast(ast.stmt, replacing.visit(copy.deepcopy(one))) for one in self.body]
        members = [
            ast.Assign(
                [ast.Attribute(ast.Name("self", ast.Load()), one, ast.Store())],
                ast.Name(one, ast.Load()),
            )
            for one in self.takes
        ]
        made: Statements = []
        if members:
            made.append(make_function("__init__", ("self", *self.takes), [*members]))
        made.append(make_function(method, ("self",), [*start, *body, *self._end()]))
        return cast(ast.ClassDef, _whole(ast.parse(f"class {name}: pass").body[0], made))

    def as_call(self, call: ast.expr) -> ast.stmt:
        """Return what stands in its place: the call and what becomes of its answer."""
        if self.last:
            return ast.Return(call)
        if not self.gives:
            return ast.Expr(call)
        targets: list[ast.expr] = [ast.Name(one, ast.Store()) for one in self.gives]
        target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
        return ast.Assign([target], call)

    def _end(self) -> Statements:
        if self.last or not self.gives:
            return []
        values: list[ast.expr] = [ast.Name(one, ast.Load()) for one in self.gives]
        return [ast.Return(values[0] if len(values) == 1 else ast.Tuple(values, ast.Load()))]


def _of_self(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("self", ast.Load()), name, ast.Load())


def _whole(outer: ast.stmt, body: Statements) -> ast.stmt:
    cast(ast.ClassDef, outer).body = body
    return outer


def make_function(name: str, takes: Sequence[str], body: Statements) -> ast.FunctionDef:
    """Return a function with plain parameters."""
    made = cast(ast.FunctionDef, ast.parse(f"def {name}({', '.join(takes)}): pass").body[0])
    made.body = list(body) or [ast.Pass()]
    return made


def delay_start(body: Statements) -> Statements:
    """Move a first assignment of a constant down to just before the variable's first use."""
    match body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()) as first, *rest]:
            for place, statement in enumerate(rest):
                used = {**read_names([statement]), **bound_names([statement])}
                if name in used:
                    return [*rest[:place], first, *rest[place:]]
    return body


def cut(body: Statements, odds: random.Random, most: int = 2) -> list[Part]:
    """Cut a body where at most two variables go across, into at most `most` + 1 parts."""
    local = bound_names(body)
    places = [
        place for place in range(1, len(body)) if 1 <= len(_crossing(body, place, local)) <= 2
    ]
    chosen = sorted(odds.sample(places, min(len(places), odds.randint(0 if most < 2 else 1, most))))
    edges = [0, *chosen, len(body)]
    parts = []
    for start, end in zip(edges, edges[1:], strict=False):
        before, run, after = body[:start], body[start:end], body[end:]
        known = bound_names(before)
        gives = tuple(one for one in bound_names(run) if one in read_names(after))
        needed = {**read_names(run), **dict.fromkeys(gives)}
        takes = tuple(one for one in needed if one in known)
        parts.append(Part(body=tuple(run), takes=takes, gives=gives, last=not after))
    return parts


def _crossing(body: Statements, place: int, local: dict[str, None]) -> list[str]:
    after = read_names(body[place:])
    return [one for one in bound_names(body[:place]) if one in after and one in local]
