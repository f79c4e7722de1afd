"""Lowers the statements of the tolerant parser's tree that hold others, and what is broken."""

from collections.abc import Callable

from tree_sitter import Node

from seawall.model.program import (
    Case,
    Class,
    Define,
    Expression,
    For,
    Function,
    Handler,
    Match,
    MatchSequence,
    Sequence,
    Statement,
    Try,
    While,
    With,
    WithItem,
)
from seawall.parse.python.scope import (
    MAX_BROKEN,
    MAX_CHAIN,
    MAX_DEPTH,
    MAX_ITEMS,
    Branch,
    Scope,
    chain,
    is_capture,
    sort,
)
from seawall.parse.python.tree import (
    bare,
    end_of,
    field,
    has_token,
    identifier,
    named,
    span_of,
    whole_span,
)
from seawall.parse.python.tree_expressions import (
    bare_target,
    lower,
    lower_all,
    lower_arguments,
    lower_target,
)
from seawall.parse.python.tree_parameters import Parameters
from seawall.parse.python.tree_patterns import lower_pattern, lower_patterns
from seawall.parse.python.tree_statements import SIMPLE, lower_simple

Lower = Callable[[Node, Scope, int], Statement]

_CLAUSES = frozenset(
    "elif_clause else_clause except_clause finally_clause with_clause case_clause".split()
)


def lower_block(node: Node | None, scope: Scope, depth: int) -> tuple[Statement, ...]:
    """Lower the statements of a block or a file."""
    body: list[Statement] = []
    if node is not None and node.is_error:
        _pass_over(node, body, scope, depth)
    elif node is not None:
        _add_all(named(node), body, scope, depth)
    return tuple(body)


def _add_all(nodes: list[Node], body: list[Statement], scope: Scope, depth: int) -> None:
    for node in nodes:
        handler = _COMPOUND.get(node.type)
        if handler is not None:
            if node.has_error:
                _add_broken(node, body, scope, depth)
            body.append(handler(node, scope, depth))
        elif node.has_error:
            _pass_over(node, body, scope, depth)
        else:
            lowered = lower_simple(node, scope, depth)
            if lowered is not None:
                body.append(lowered)


def _add_broken(node: Node, body: list[Statement], scope: Scope, depth: int) -> None:
    """Tell of what is broken in a statement, outside the blocks in it."""
    waiting = [node]
    while waiting:
        for child in waiting.pop().children:
            if child.is_error or child.is_missing:
                _pass_over(child, body, scope, depth)
            elif child.has_error and child.type != "block":
                waiting.append(child)


def _pass_over(node: Node, body: list[Statement], scope: Scope, depth: int) -> None:
    """Tell of something broken, and keep what stands whole in it."""
    if len(scope.broken) < MAX_BROKEN:
        body.append(scope.pass_over(span_of(node, scope)))
    if node.is_error:
        _salvage(node, body, scope, depth)


def _salvage(node: Node, body: list[Statement], scope: Scope, depth: int) -> None:
    """Lower the statements that stand whole in what is broken."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.id != node.id and (
            inner.type in _COMPOUND or inner.type in SIMPLE or inner.type == "expression_statement"
        ):
            if not inner.has_error or inner.type in _COMPOUND:
                found.append(inner)
        elif inner.type in ("ERROR", "block"):
            waiting += reversed(inner.named_children)
    _add_all(found, body, scope, depth)


def _if(node: Node, scope: Scope, depth: int) -> Statement:
    branches: list[Branch] = []
    first, at, last = node, depth, depth
    waiting: list[Node] = [node]
    while waiting:
        clause = waiting.pop(0)
        if clause.type == "else_clause":
            block = field(clause, "body")
            alone = _alone(block)
            if alone is None:
                return chain(branches, lower_block(block, scope, last + 1), depth)
            clause = alone
        if at >= MAX_DEPTH:
            return scope.too_deep(whole_span(first, scope))
        if clause.type == "if_statement":
            waiting = clause.children_by_field_name("alternative")
        test = field(clause, "condition")
        lowered = lower(test, scope, at)
        body = lower_block(field(clause, "consequence"), scope, at + 1)
        branches.append((lowered, body, span_of(bare(test), scope) if test is not None else 0))
        last, at = at, min(at + 1, max(MAX_CHAIN, depth))
    return chain(branches, (), depth)


def _alone(block: Node | None) -> Node | None:
    """Return the `if` that stands alone in an `else`: it goes on like an `elif`."""
    inner = named(block) if block is not None else []
    if len(inner) == 1 and inner[0].type == "if_statement" and not inner[0].has_error:
        return inner[0]
    return None


def _alternative(node: Node, scope: Scope, depth: int) -> tuple[Statement, ...]:
    clause = next((child for child in node.children if child.type == "else_clause"), None)
    return lower_block(field(clause, "body"), scope, depth) if clause is not None else ()


def _while(node: Node, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(whole_span(node, scope))
    test = field(node, "condition")
    return While(
        lower(test, scope, depth),
        lower_block(field(node, "body"), scope, depth + 1),
        _alternative(node, scope, depth + 1),
        span_of(bare(test), scope) if test is not None else 0,
    )


def _for(node: Node, scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(whole_span(node, scope))
    target, iterable = field(node, "left") or node, field(node, "right") or node
    return For(
        lower_target(target, scope, depth),
        lower(iterable, scope, depth),
        lower_block(field(node, "body"), scope, depth + 1),
        _alternative(node, scope, depth + 1),
        scope.text.span(bare_target(target).start_byte, bare(iterable).end_byte),
    )


def _block_of(node: Node) -> Node | None:
    return next((child for child in node.children if child.type == "block"), None)


def _try(node: Node, scope: Scope, depth: int) -> Statement:
    span = whole_span(node, scope)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    depth += 1
    handlers: list[Handler] = []
    final: tuple[Statement, ...] = ()
    body = lower_block(field(node, "body"), scope, depth)
    for child in named(node):
        if child.type == "except_clause":
            handlers.append(_handler(child, scope, depth))
        elif child.type == "finally_clause":
            final = lower_block(_block_of(child), scope, depth)
    return Try(body, tuple(handlers), _alternative(node, scope, depth), final, span)


def _handler(node: Node, scope: Scope, depth: int) -> Handler:
    values = [child for child in node.children_by_field_name("value") if child.is_named]
    name = ""
    types: Expression | None = None
    if len(values) == 1 and values[0].type == "as_pattern":
        inner = named(values[0])
        alias = bare_target(inner[-1])
        name = identifier(alias) if alias.type == "identifier" else ""
        values = inner[:1]
    elif len(values) == 2 and values[1].type == "identifier" and is_capture(identifier(values[1])):
        name = identifier(values.pop())
    if len(values) > 1:
        span = scope.text.span(values[0].start_byte, values[-1].end_byte)
        types = Sequence("tuple", lower_all(values, scope, depth + 1), span)
    elif values:
        types = lower(values[0], scope, depth)
    if name:
        scope.words.add(name)
        scope.bound.add(name)
    body = lower_block(_block_of(node), scope, depth)
    return Handler(types, name, body, whole_span(node, scope))


def _with(node: Node, scope: Scope, depth: int) -> Statement:
    span = whole_span(node, scope)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    items: list[WithItem] = []
    for clause in named(node):
        if clause.type == "with_clause":
            items += [_item(item, scope, depth) for item in named(clause)]
    body = lower_block(field(node, "body"), scope, depth + 1)
    return With(tuple(items[:MAX_ITEMS]), body, span)


def _item(node: Node, scope: Scope, depth: int) -> WithItem:
    value = field(node, "value")
    inner = bare(value) if value is not None else None
    if inner is None or inner.type != "as_pattern":
        return WithItem(lower(value, scope, depth))
    alias = field(inner, "alias")
    context = named(inner)[0]
    return WithItem(
        lower(context, scope, depth),
        None if alias is None else lower_target(alias, scope, depth),
    )


def _match(node: Node, scope: Scope, depth: int) -> Statement:
    span = whole_span(node, scope)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    subjects = [child for child in node.children_by_field_name("subject") if child.is_named]
    subject: Expression
    body = field(node, "body")
    commas = [child.end_byte for child in node.children if child.type == ","]
    if len(subjects) > 1 or commas:
        end = max([subjects[-1].end_byte, *commas[-1:]])
        at = scope.text.span(subjects[0].start_byte, end)
        subject = Sequence("tuple", lower_all(subjects, scope, depth + 1), at)
    else:
        subject = lower(subjects[0] if subjects else None, scope, depth)
    clauses = [] if body is None else named(body)
    cases = [_case(child, scope, depth) for child in clauses if child.type == "case_clause"]
    return Match(subject, tuple(cases), span)


def _case(node: Node, scope: Scope, depth: int) -> Case:
    patterns = [child for child in named(node) if child.type == "case_pattern"]
    guard = field(node, "guard")
    test = named(guard)[:1] if guard is not None else []
    if len(patterns) == 1 and not has_token(node, ","):
        pattern = lower_pattern(patterns[0], scope, depth)
    else:
        pattern = MatchSequence(lower_patterns(patterns, scope, depth + 1))
    return Case(
        pattern,
        lower(test[0], scope, depth) if test else None,
        lower_block(field(node, "consequence"), scope, depth + 1),
    )


def _decorated(node: Node, scope: Scope, depth: int) -> Statement:
    definition = field(node, "definition") or node
    decorators = [
        inner for child in named(node) if child.type == "decorator" for inner in named(child)[:1]
    ]
    if definition.type == "class_definition":
        return _define_class(definition, decorators, scope, depth)
    return _define(definition, decorators, scope, depth)


def _function(node: Node, scope: Scope, depth: int) -> Statement:
    return _define(node, [], scope, depth)


def _define(node: Node, decorators: list[Node], scope: Scope, depth: int) -> Statement:
    span = whole_span(node, scope)
    if depth >= MAX_DEPTH:
        return scope.too_deep(span)
    name_node = field(node, "name")
    name = identifier(name_node) if name_node is not None else ""
    scope.bound.add(name)
    inner = scope.enter(name)
    outer_words = scope.swap_words(inner.words)
    inner.words.add(name)
    decorated = lower_all(decorators, scope, depth)
    parameters = Parameters(scope, inner, depth, lower, lower_target)
    made = parameters.read(field(node, "parameters"))
    annotation = field(node, "return_type")
    returns = None if annotation is None else lower(annotation, scope, depth)
    scope.words = outer_words
    body = lower_block(field(node, "body"), inner, depth + 1)
    outer_words |= inner.words
    start = name_node.start_byte if name_node is not None else node.start_byte
    function = Function(
        name,
        scope.path + name,
        made,
        (*parameters.unpacked, *body),
        decorated,
        returns,
        has_token(node, "async"),
        inner.is_generator,
        inner.locals(),
        sort(inner.words),
        scope.text.span(start, end_of(node)),
    )
    return Define(function, span)


def _class(node: Node, scope: Scope, depth: int) -> Statement:
    return _define_class(node, [], scope, depth)


def _define_class(node: Node, decorators: list[Node], scope: Scope, depth: int) -> Statement:
    if depth >= MAX_DEPTH:
        return scope.too_deep(whole_span(node, scope))
    name_node = field(node, "name")
    name = identifier(name_node) if name_node is not None else ""
    scope.bound.add(name)
    inner = scope.enter(name)
    outer_words = scope.swap_words(inner.words)
    inner.words.add(name)
    decorated = lower_all(decorators, scope, depth)
    bases, keywords = lower_arguments(field(node, "superclasses"), scope, depth)
    scope.words = outer_words
    body = lower_block(field(node, "body"), inner, depth + 1)
    outer_words |= inner.words
    start = name_node.start_byte if name_node is not None else node.start_byte
    return Class(
        name,
        scope.path + name,
        bases,
        keywords,
        body,
        decorated,
        sort(inner.words),
        scope.text.span(start, end_of(node)),
    )


_COMPOUND: dict[str, Lower] = {
    "if_statement": _if,
    "while_statement": _while,
    "for_statement": _for,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
    "decorated_definition": _decorated,
    "function_definition": _function,
    "class_definition": _class,
}
