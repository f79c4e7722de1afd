"""Lowers the statements that only Python 2 has to what Python 3 says in their place."""

from tree_sitter import Node

from seawall.model.program import Call, Constant, Expression, Keyword, Name, Unknown
from seawall.parse.python.scope import MAX_DEPTH, Scope
from seawall.parse.python.tree import field, named, span_of
from seawall.parse.python.tree_expressions import lower, lower_all


def lower_print(node: Node, scope: Scope, depth: int) -> Expression:
    """Lower `print >>file, a, b` as `print(a, b, file=file)`."""
    span = span_of(node, scope)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    keywords: tuple[Keyword, ...] = ()
    inner = named(node)
    if inner and inner[0].type == "chevron":
        target = named(inner[0])
        if target:
            value = lower(target[0], scope, depth + 1)
            keywords = (Keyword("file", value, span_of(target[0], scope)),)
            scope.words.add("file")
        inner = inner[1:]
    return Call(_function("print", node, scope), lower_all(inner, scope, depth + 1), keywords, span)


def lower_exec(node: Node, scope: Scope, depth: int) -> Expression:
    """Lower `exec code in globals, locals` as `exec(code, globals, locals)`."""
    span = span_of(node, scope)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    code = field(node, "code")
    # `exec(code, names)` is a statement with a tuple to some.
    arguments = named(node)
    if len(arguments) == 1 and code is None and arguments[0].type == "expression_list":
        arguments = named(arguments[0])
    if arguments and code is None and arguments[0].type == "comparison_operator":
        # "exec (code in globals), locals" to the parser.
        arguments = [*named(arguments[0]), *arguments[1:]]
    if len(arguments) == 1 and arguments[0].type == "tuple":
        arguments = named(arguments[0])
    return Call(_function("exec", node, scope), lower_all(arguments, scope, depth + 1), (), span)


def _function(name: str, node: Node, scope: Scope) -> Name:
    scope.words.add(name)
    start = node.start_byte
    return Name(name, scope.text.span(start, start + len(name)))


def lower_raise(node: Node, scope: Scope, depth: int) -> Expression:
    """Lower what `raise type, value, traceback` raises: `type(value)`."""
    span = span_of(node, scope)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    values = named(node)
    kind = lower(values[0], scope, depth + 1)
    if len(values) < 2:
        return kind
    value = lower(values[1], scope, depth + 1)
    if type(value) is Constant and value.value is None:
        return kind
    return Call(kind, (value,), (), scope.text.span(node.start_byte, values[1].end_byte))
