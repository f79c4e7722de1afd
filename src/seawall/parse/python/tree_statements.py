"""Lowers the statements of the tolerant parser's tree that hold no others."""

from collections.abc import Callable

from tree_sitter import Node

from seawall.model.program import (
    Assert,
    Assign,
    Break,
    Constant,
    Continue,
    Declare,
    Delete,
    Evaluate,
    Expression,
    Import,
    Imported,
    Raise,
    Return,
    Sequence,
    Statement,
    Unknown,
    Update,
)
from seawall.parse.python.scope import (
    MAX_DEPTH,
    MAX_ITEMS,
    Scope,
    declaration,
    import_from,
    import_of,
)
from seawall.parse.python.tree import (
    bare,
    field,
    has_token,
    identifier,
    named,
    parse,
    span_of,
    text_of,
)
from seawall.parse.python.tree_expressions import LITERALS, lower, lower_all, lower_target
from seawall.parse.python.tree_legacy import lower_exec, lower_print, lower_raise

Lower = Callable[[Node, Scope, int], Statement]


def lower_simple(node: Node, scope: Scope, depth: int) -> Statement | None:
    """Lower a statement that holds no others; None for `pass`, a docstring and what is none."""
    handler = SIMPLE.get(node.type)
    if node.type == "expression_statement":
        return _expression(node, scope, depth)
    return None if handler is None else handler(node, scope, depth)


def _expression(node: Node, scope: Scope, depth: int) -> Statement | None:
    inner = named(node)
    if not inner:
        return None
    first = inner[0]
    if first.type == "assignment":
        return _assign(first, scope, depth)
    if first.type == "augmented_assignment":
        return _update(first, scope, depth)
    span = span_of(node, scope)
    if len(inner) > 1 or has_token(node, ","):
        if depth >= MAX_DEPTH:
            return Evaluate(Unknown(span), span)
        return Evaluate(Sequence("tuple", lower_all(inner, scope, depth + 1), span), span)
    value = lower(first, scope, depth)
    if type(value) is Constant or bare(first).type in LITERALS and type(value) is Unknown:
        return None
    return Evaluate(value, span)


def _assign(node: Node, scope: Scope, depth: int) -> Statement:
    span = span_of(node, scope)
    annotation = field(node, "type")
    if annotation is not None:
        value = field(node, "right")
        return Declare(
            lower_target(field(node, "left"), scope, depth),
            lower(annotation, scope, depth),
            None if value is None else lower(value, scope, depth),
            span,
        )
    targets: list[Node] = []
    right: Node | None = node
    while right is not None and right.type == "assignment":
        left = field(right, "left")
        if left is not None:
            targets.append(left)
        right = field(right, "right")
    lowered = lower(right, scope, depth)
    made = [lower_target(target, scope, depth) for target in targets[:MAX_ITEMS]]
    return Assign(tuple(made), lowered, span)


def _update(node: Node, scope: Scope, depth: int) -> Statement:
    operator = field(node, "operator")
    return Update(
        operator.type[:-1] if operator is not None else "",
        lower_target(field(node, "left"), scope, depth),
        lower(field(node, "right"), scope, depth),
        span_of(node, scope),
    )


def _alias(node: Node, scope: Scope, depth: int) -> Statement:
    name = field(node, "left")
    if name is not None and _undressed(name).type not in ("identifier", "generic_type"):
        return _assign_through_type(node, name, scope, depth)
    # `type Name[T] = ...`: of the left side only the name is kept.
    while name is not None and name.type in ("type", "generic_type") and (inner := named(name)):
        name = inner[0]
    target = lower_target(name, scope, depth)
    return Assign((target,), lower(field(node, "right"), scope, depth), span_of(node, scope))


def _undressed(node: Node) -> Node:
    while node.type == "type" and (inner := named(node)):
        node = inner[0]
    return node


def _assign_through_type(node: Node, left: Node, scope: Scope, depth: int) -> Statement:
    """Lower `type(value).name = ...`, which the parser takes for a new type."""
    text = (node.text or b"")[: left.end_byte - node.start_byte]
    before = scope.text.offset
    scope.text.offset += node.start_byte - len(b"_=")
    statement = next(iter(named(parse(b"_=" + text))), None)
    assignment = named(statement)[0] if statement is not None and named(statement) else None
    target = field(assignment, "right") if assignment is not None else None
    lowered = lower_target(target, scope, depth)
    scope.text.offset = before
    return Assign((lowered,), lower(field(node, "right"), scope, depth), span_of(node, scope))


def _first(node: Node, scope: Scope, depth: int) -> Expression | None:
    inner = named(node)
    return lower(inner[0], scope, depth) if inner else None


def _delete(node: Node, scope: Scope, depth: int) -> Statement:
    if scope.text.at(node.start_byte, b"exec"):
        return _exec(node, scope, depth)
    targets = named(node)
    if len(targets) == 1 and targets[0].type == "expression_list":
        targets = named(targets[0])
    made = [lower_target(target, scope, depth) for target in targets[:MAX_ITEMS]]
    return Delete(tuple(made), span_of(node, scope))


def _return(node: Node, scope: Scope, depth: int) -> Statement:
    return Return(_first(node, scope, depth), span_of(node, scope))


def _raise(node: Node, scope: Scope, depth: int) -> Statement:
    cause = field(node, "cause")
    values = [child for child in named(node) if cause is None or child.id != cause.id]
    value = values[0] if values else None
    span = span_of(node, scope)
    if value is not None and value.type == "expression_list":
        return Raise(lower_raise(value, scope, depth), None, span)
    return Raise(
        None if value is None else lower(value, scope, depth),
        None if cause is None else lower(cause, scope, depth),
        span,
    )


def _break(node: Node, scope: Scope, depth: int) -> Statement:
    return Break(span_of(node, scope))


def _continue(node: Node, scope: Scope, depth: int) -> Statement:
    return Continue(span_of(node, scope))


def _assert(node: Node, scope: Scope, depth: int) -> Statement:
    return Assert(_first(node, scope, depth) or Unknown(), span_of(node, scope))


def _names(node: Node, scope: Scope) -> list[tuple[str, str]]:
    """Return the names of an import, each with its alias."""
    names = []
    for child in node.children_by_field_name("name")[:MAX_ITEMS]:
        alias = field(child, "alias")
        name = field(child, "name") or child
        names.append((identifier(name), identifier(alias) if alias is not None else ""))
    return names


def _import(node: Node, scope: Scope, depth: int) -> Statement:
    names = [import_of(name, alias, scope) for name, alias in _names(node, scope)]
    return Import(tuple(names), span=span_of(node, scope))


def _import_from(node: Node, scope: Scope, depth: int) -> Statement:
    names: list[Imported] = []
    for child in named(node):
        if child.type == "wildcard_import":
            names.append(import_from("*", "", scope))
    names += [import_from(name, alias, scope) for name, alias in _names(node, scope)]
    module, level = "__future__", 0
    source = field(node, "module_name")
    if source is not None:
        if source.type == "relative_import":
            parts = named(source)
            level = text_of(parts[0]).count(".") if parts else 0
            module = identifier(parts[1]) if len(parts) > 1 else ""
        else:
            module = identifier(source)
    if module:
        scope.words.update(module.split("."))
    return Import(tuple(names), module, level, True, span_of(node, scope))


def _global(node: Node, scope: Scope, depth: int) -> Statement:
    names = [identifier(child) for child in named(node)]
    return declaration(names, node.type == "nonlocal_statement", span_of(node, scope), scope)


def _print(node: Node, scope: Scope, depth: int) -> Statement:
    return Evaluate(lower_print(node, scope, depth), span_of(node, scope))


def _exec(node: Node, scope: Scope, depth: int) -> Statement:
    return Evaluate(lower_exec(node, scope, depth), span_of(node, scope))


SIMPLE: dict[str, Lower] = {
    "type_alias_statement": _alias,
    "delete_statement": _delete,
    "return_statement": _return,
    "raise_statement": _raise,
    "break_statement": _break,
    "continue_statement": _continue,
    "assert_statement": _assert,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _import_from,
    "global_statement": _global,
    "nonlocal_statement": _global,
    "print_statement": _print,
    "exec_statement": _exec,
}
