"""Lowers the statements of Python's own syntax tree."""

import ast
import re
from collections.abc import Callable
from typing import Any

from seawall.model.program import (
    Assert,
    Assign,
    Binary,
    Break,
    Call,
    Case,
    Class,
    Constant,
    Continue,
    Declare,
    Define,
    Delete,
    Evaluate,
    Expression,
    For,
    Function,
    Handler,
    Import,
    Keyword,
    Match,
    Name,
    Raise,
    Return,
    Sequence,
    Span,
    Statement,
    Try,
    Update,
    While,
    With,
    WithItem,
    pack,
)
from seawall.parse.python.expressions import (
    LOWER,
    OPERATORS,
    lower,
    lower_all,
    lower_keywords,
    lower_parameters,
    lower_target,
    span_of,
)
from seawall.parse.python.patterns import lower_pattern
from seawall.parse.python.scope import (
    MAX_CHAIN,
    MAX_DEPTH,
    MAX_ITEMS,
    Branch,
    Scope,
    chain,
    declaration,
    import_from,
    import_of,
    is_capture,
    sort,
)

Lower = Callable[[Any, Scope, int], Statement]

_HEAD = re.compile(rb"(?:(?:async|def|class)(?:[ \t\f]|\\\r?\n)+)+")
"""What stands before the name in a definition."""


def lower_body(nodes: list[Any], scope: Scope, depth: int) -> tuple[Statement, ...]:
    """Lower statements that follow one another, without docstrings and `pass`."""
    table = STATEMENTS
    body: list[Statement] = []
    for node in nodes:
        kind = type(node)
        if kind is ast.Expr:
            value = node.value
            if type(value) is ast.Constant:
                continue
            lowered = LOWER[type(value)](value, scope, depth)
            if type(lowered) is Sequence or type(lowered) is Binary:
                lowered = _print(lowered, scope)
            # A text without values is a docstring too, whatever its prefix.
            if type(lowered) is not Constant:
                body.append(Evaluate(lowered, span_of(node)))
        elif kind is not ast.Pass:
            body.append(table[kind](node, scope, depth))
    return tuple(body)


def _print(value: Sequence | Binary, scope: Scope) -> Expression:
    """Read `print >>file, a, b` as Python 2 did: today it is valid, and never meant."""
    first: Expression = value
    rest: tuple[Expression, ...] = ()
    if type(value) is Sequence and value.kind == "tuple" and value.items:
        first, *others = value.items
        rest = tuple(others)
    if type(first) is not Binary or first.operator != ">>":
        return value
    function, file = first.left, first.right
    if type(function) is not Name or function.name != "print":
        return value
    scope.words.add("file")
    return Call(function, rest, (Keyword("file", file, file.span),), value.span)


def _assign(node: Any, scope: Scope, depth: int) -> Statement:
    value = node.value
    lowered = LOWER[type(value)](value, scope, depth)
    targets = tuple([lower_target(target, scope, depth) for target in node.targets[:MAX_ITEMS]])
    return Assign(targets, lowered, span_of(node))


def _declare(node: Any, scope: Scope, depth: int) -> Statement:
    return Declare(
        lower_target(node.target, scope, depth),
        lower(node.annotation, scope, depth),
        None if node.value is None else lower(node.value, scope, depth),
        span_of(node),
    )


def _update(node: Any, scope: Scope, depth: int) -> Statement:
    return Update(
        OPERATORS[type(node.op)],
        lower_target(node.target, scope, depth),
        lower(node.value, scope, depth),
        span_of(node),
    )


def _alias(node: Any, scope: Scope, depth: int) -> Statement:
    target = lower_target(node.name, scope, depth)
    return Assign((target,), lower(node.value, scope, depth), span_of(node))


def _delete(node: Any, scope: Scope, depth: int) -> Statement:
    targets = [lower_target(target, scope, depth) for target in node.targets[:MAX_ITEMS]]
    return Delete(tuple(targets), span_of(node))


def _return(node: Any, scope: Scope, depth: int) -> Statement:
    value = node.value
    return Return(None if value is None else LOWER[type(value)](value, scope, depth), span_of(node))


def _raise(node: Any, scope: Scope, depth: int) -> Statement:
    return Raise(
        None if node.exc is None else lower(node.exc, scope, depth),
        None if node.cause is None else lower(node.cause, scope, depth),
        span_of(node),
    )


def _break(node: Any, scope: Scope, depth: int) -> Statement:
    return Break(span_of(node))


def _continue(node: Any, scope: Scope, depth: int) -> Statement:
    return Continue(span_of(node))


def _assert(node: Any, scope: Scope, depth: int) -> Statement:
    return Assert(lower(node.test, scope, depth), span_of(node))


def _if(node: Any, scope: Scope, depth: int) -> Statement:
    branches: list[Branch] = []
    first, at = node, depth
    while True:
        if at >= MAX_DEPTH:
            return scope.too_deep(span_of(first))
        test = node.test
        lowered = LOWER[type(test)](test, scope, at)
        branches.append((lowered, lower_body(node.body, scope, at + 1), span_of(test)))
        orelse = node.orelse
        if not orelse:
            return chain(branches, (), depth)
        if len(orelse) > 1 or type(orelse[0]) is not ast.If:
            return chain(branches, lower_body(orelse, scope, at + 1), depth)
        node = orelse[0]
        at = min(at + 1, max(MAX_CHAIN, depth))


def _while(node: Any, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(span_of(node))
    return While(
        lower(node.test, scope, depth),
        lower_body(node.body, scope, depth + 1),
        lower_body(node.orelse, scope, depth + 1),
        span_of(node.test),
    )


def _for(node: Any, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(span_of(node))
    target, iterable = node.target, node.iter
    return For(
        lower_target(target, scope, depth),
        lower(iterable, scope, depth),
        lower_body(node.body, scope, depth + 1),
        lower_body(node.orelse, scope, depth + 1),
        pack(target.lineno, target.col_offset, iterable.end_lineno, iterable.end_col_offset),
    )


def _try(node: Any, scope: Scope, depth: int) -> Statement:
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    depth += 1
    return Try(
        lower_body(node.body, scope, depth),
        tuple([_handler(handler, scope, depth) for handler in node.handlers]),
        lower_body(node.orelse, scope, depth),
        lower_body(node.finalbody, scope, depth),
        span,
    )


def _handler(node: Any, scope: Scope, depth: int) -> Handler:
    types, name = node.type, node.name or ""
    if type(types) is ast.Tuple and not name and len(types.elts) == 2:
        first, second = types.elts
        # Python 3.14 reads `except E, e:` of Python 2 as a tuple without parentheses.
        if (
            first.col_offset == types.col_offset
            and first.lineno == types.lineno
            and type(second) is ast.Name
            and is_capture(second.id)
        ):
            types, name = first, second.id
    if name:
        scope.words.add(name)
        scope.bound.add(name)
    return Handler(
        None if types is None else lower(types, scope, depth),
        name,
        lower_body(node.body, scope, depth),
        span_of(node),
    )


def _with(node: Any, scope: Scope, depth: int) -> Statement:
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    items = [
        WithItem(
            lower(item.context_expr, scope, depth),
            None if item.optional_vars is None else lower_target(item.optional_vars, scope, depth),
        )
        for item in node.items[:MAX_ITEMS]
    ]
    return With(tuple(items), lower_body(node.body, scope, depth + 1), span)


def _match(node: Any, scope: Scope, depth: int) -> Statement:
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    subject = lower(node.subject, scope, depth)
    cases = [
        Case(
            lower_pattern(case.pattern, scope, depth),
            None if case.guard is None else lower(case.guard, scope, depth),
            lower_body(case.body, scope, depth + 1),
        )
        for case in node.cases
    ]
    return Match(subject, tuple(cases), span)


def _import(node: Any, scope: Scope, depth: int) -> Statement:
    names = [import_of(alias.name, alias.asname or "", scope) for alias in node.names[:MAX_ITEMS]]
    return Import(tuple(names), span=span_of(node))


def _import_from(node: Any, scope: Scope, depth: int) -> Statement:
    module = node.module or ""
    names = [import_from(alias.name, alias.asname or "", scope) for alias in node.names[:MAX_ITEMS]]
    if module:
        scope.words.update(module.split("."))
    return Import(tuple(names), module, node.level, True, span_of(node))


def _global(node: Any, scope: Scope, depth: int) -> Statement:
    return declaration(node.names, False, span_of(node), scope)


def _nonlocal(node: Any, scope: Scope, depth: int) -> Statement:
    return declaration(node.names, True, span_of(node), scope)


def _function(node: Any, scope: Scope, depth: int) -> Statement:
    return _define(node, False, scope, depth)


def _async_function(node: Any, scope: Scope, depth: int) -> Statement:
    return _define(node, True, scope, depth)


def _define(node: Any, is_async: bool, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(span_of(node))
    name = node.name
    scope.bound.add(name)
    inner = scope.enter(name)
    outer_words = scope.swap_words(inner.words)
    inner.words.add(name)
    decorators = lower_all(node.decorator_list, scope, depth)
    parameters = lower_parameters(node.args, scope, inner, depth)
    returns = None if node.returns is None else lower(node.returns, scope, depth)
    scope.words = outer_words
    body = lower_body(node.body, inner, depth + 1)
    outer_words |= inner.words
    function = Function(
        name,
        scope.path + name,
        parameters,
        body,
        decorators,
        returns,
        is_async,
        inner.is_generator,
        inner.locals(),
        sort(inner.words),
        _named_span(node, scope),
    )
    return Define(function, span_of(node))


def _class(node: Any, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(span_of(node))
    name = node.name
    scope.bound.add(name)
    inner = scope.enter(name)
    outer_words = scope.swap_words(inner.words)
    inner.words.add(name)
    decorators = lower_all(node.decorator_list, scope, depth)
    bases = lower_all(node.bases, scope, depth)
    keywords = lower_keywords(node.keywords, scope, depth)
    scope.words = outer_words
    body = lower_body(node.body, inner, depth + 1)
    outer_words |= inner.words
    return Class(
        name,
        scope.path + name,
        bases,
        keywords,
        body,
        decorators,
        sort(inner.words),
        _named_span(node, scope),
    )


def _named_span(node: Any, scope: Scope) -> Span:
    """Pack the stretch from the name of a definition to its end."""
    line, column = node.lineno, node.col_offset
    text = scope.text.lines[line - 1]
    match = _HEAD.match(text, column)
    if match is not None and match.end() < len(text):
        column = match.end()
    else:
        # The name stands on a later line, behind a backslash.
        text = b"".join(scope.text.lines[line - 1 : line + 4])
        match = _HEAD.match(text, column)
        if match is not None:
            line += text.count(b"\n", 0, match.end())
            column = match.end() - text.rfind(b"\n", 0, match.end()) - 1
    return pack(line, column, node.end_lineno, node.end_col_offset)


STATEMENTS: dict[type, Lower] = {
    ast.Assign: _assign,
    ast.AnnAssign: _declare,
    ast.AugAssign: _update,
    ast.Delete: _delete,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Assert: _assert,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _async_function,
    ast.ClassDef: _class,
}
if hasattr(ast, "TypeAlias"):  # Python 3.12
    STATEMENTS[ast.TypeAlias] = _alias
