"""Lowers the expressions of Python's own syntax tree.

One table of many small functions that call one another, hence one long file. It is the part of the
front end that costs most: hence lookups in place of calls, and spans packed in place.
"""

import ast
from collections.abc import Callable
from typing import Any

from seawall.model.program import (
    Attribute,
    Await,
    Binary,
    Bind,
    Call,
    Clause,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expression,
    Field,
    Format,
    Function,
    Index,
    Keyword,
    Lambda,
    Logic,
    Mapping,
    Name,
    Parameter,
    Return,
    Sequence,
    Slice,
    Span,
    Spread,
    Unary,
    Unknown,
    Yield,
    pack,
)
from seawall.parse.python.scope import MAX_DEPTH, MAX_ITEMS, Scope, clean, sort

# The nodes of `ast` are told apart by the tables below, once: hence `Any`, and no isinstance.
Lower = Callable[[Any, Scope, int], Expression]

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
_COMPARE = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_CONVERSIONS = {-1: "", 115: "s", 114: "r", 97: "a"}


def span_of(node: Any) -> Span:
    """Pack where a node stands."""
    line = node.lineno
    end_column = node.end_col_offset
    if line == node.end_lineno and end_column < 4096 and line < 1048576:
        return line << 36 | node.col_offset << 24 | end_column  # type: ignore[no-any-return]
    return pack(line, node.col_offset, node.end_lineno, end_column)


def lower(node: Any, scope: Scope, depth: int) -> Expression:
    """Lower an expression that stands at `depth`."""
    return LOWER[type(node)](node, scope, depth)


def lower_all(nodes: list[Any], scope: Scope, depth: int) -> tuple[Expression, ...]:
    """Lower expressions that stand side by side."""
    if len(nodes) == 1:
        node = nodes[0]
        return (LOWER[type(node)](node, scope, depth),)
    table = LOWER
    return tuple([table[type(node)](node, scope, depth) for node in nodes[:MAX_ITEMS]])


def _name(node: Any, scope: Scope, depth: int) -> Expression:
    name = node.id
    scope.words.add(name)
    line = node.lineno
    end_column = node.end_col_offset
    if end_column < 4096 and line < 1048576:
        return Name(name, line << 36 | node.col_offset << 24 | end_column)
    return Name(name, pack(line, node.col_offset, node.end_lineno, end_column))


def _constant(node: Any, scope: Scope, depth: int) -> Expression:
    value = node.value
    kind = type(value)
    if kind is str:
        return Constant(clean(value), span_of(node))
    if kind is int and not -(1 << 63) <= value < 1 << 64 or kind is complex or value is ...:
        return Unknown(span_of(node))
    return Constant(value, span_of(node))


def _attribute(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    name = node.attr
    scope.words.add(name)
    value = node.value
    return Attribute(LOWER[type(value)](value, scope, depth + 1), name, span_of(node))


def _index(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    value, key = node.value, node.slice
    depth += 1
    return Index(
        LOWER[type(value)](value, scope, depth), LOWER[type(key)](key, scope, depth), span_of(node)
    )


def _slice(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    lower, upper, step = node.lower, node.upper, node.step
    depth += 1
    return Slice(
        None if lower is None else LOWER[type(lower)](lower, scope, depth),
        None if upper is None else LOWER[type(upper)](upper, scope, depth),
        None if step is None else LOWER[type(step)](step, scope, depth),
        span_of(node),
    )


def _call(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    depth += 1
    function, arguments, keywords = node.func, node.args, node.keywords
    return Call(
        LOWER[type(function)](function, scope, depth),
        lower_all(arguments, scope, depth) if arguments else (),
        lower_keywords(keywords, scope, depth) if keywords else (),
        span_of(node),
    )


def lower_keywords(nodes: list[Any], scope: Scope, depth: int) -> tuple[Keyword, ...]:
    """Lower arguments by name."""
    words = scope.words
    keywords = []
    for node in nodes[:MAX_ITEMS]:
        name = node.arg
        if name is None:
            name = ""
        else:
            words.add(name)
        value = node.value
        keywords.append(Keyword(name, LOWER[type(value)](value, scope, depth), span_of(node)))
    return tuple(keywords)


def _spread(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    return Spread(lower(node.value, scope, depth + 1), span_of(node))


def _format(node: Any, scope: Scope, depth: int) -> Expression:
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    parts = _parts(node, scope, depth + 1, span)
    if not parts:
        return Constant("", span)
    if len(parts) == 1 and type(parts[0]) is Constant:
        return parts[0]
    return Format(parts, span)


def _template(node: Any, scope: Scope, depth: int) -> Expression:
    # No text but an object that knows its parts: nothing is said of the type that makes it.
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    parts = Format(_parts(node, scope, depth + 1, span), span)
    return Call(Name("<template>", span), (parts,), (), span)


def _parts(node: Any, scope: Scope, depth: int, span: Span) -> tuple[Constant | Field, ...]:
    """Lower the parts of a text; its literals stand where the whole does."""
    parts: list[Constant | Field] = []
    text = ""
    nodes: list[Any] = node.values
    for part in nodes[:MAX_ITEMS]:
        if type(part) is ast.Constant:
            text += str(part.value)
            continue
        if text:
            parts.append(Constant(clean(text), span))
            text = ""
        value = lower(part.value, scope, depth)
        specification = None
        if part.format_spec is not None and depth < MAX_DEPTH:
            inner = _parts(part.format_spec, scope, depth + 1, span)
            specification = Format(inner, span) if inner else None
        value = _uncover(value, part.value, scope)
        conversion = _CONVERSIONS.get(part.conversion, "")
        parts.append(Field(value, conversion, specification, value.span))
    if text:
        parts.append(Constant(clean(text), span))
    return tuple(parts)


def _uncover(value: Expression, node: Any, scope: Scope) -> Expression:
    """Take off the parentheses that Python 3.11 puts around what stands in a text's braces."""
    if type(value) is not Sequence or type(node) is not ast.Tuple or not node.elts:
        return value
    line = scope.text.lines[node.lineno - 1]
    if line[node.col_offset : node.col_offset + 1] != b"{":
        return value
    first: Any = node.elts[0]
    last: Any = node.elts[-1]
    end = last.end_col_offset
    behind = scope.text.lines[last.end_lineno - 1][end:]
    if behind.lstrip()[:1] == b",":
        end += behind.index(b",") + 1
    span = pack(first.lineno, first.col_offset, last.end_lineno, end)
    return Sequence(value.kind, value.items, span)


def _binary(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    left, right = node.left, node.right
    depth += 1
    return Binary(
        OPERATORS[type(node.op)],
        LOWER[type(left)](left, scope, depth),
        LOWER[type(right)](right, scope, depth),
        span_of(node),
    )


def _unary(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    return Unary(_UNARY[type(node.op)], lower(node.operand, scope, depth + 1), span_of(node))


def _compare(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    depth += 1
    return Compare(
        lower(node.left, scope, depth),
        tuple([_COMPARE[type(operator)] for operator in node.ops[:MAX_ITEMS]]),
        lower_all(node.comparators, scope, depth),
        span_of(node),
    )


def _logic(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    operator = "and" if type(node.op) is ast.And else "or"
    return Logic(operator, lower_all(node.values, scope, depth + 1), span_of(node))


def _conditional(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    depth += 1
    return Conditional(
        lower(node.test, scope, depth),
        lower(node.body, scope, depth),
        lower(node.orelse, scope, depth),
        span_of(node),
    )


def _list(node: Any, scope: Scope, depth: int) -> Expression:
    return _display("list", node, scope, depth)


def _tuple(node: Any, scope: Scope, depth: int) -> Expression:
    return _display("tuple", node, scope, depth)


def _set(node: Any, scope: Scope, depth: int) -> Expression:
    return _display("set", node, scope, depth)


def _display(kind: str, node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    return Sequence(kind, lower_all(node.elts, scope, depth + 1), span_of(node))


def _mapping(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    depth += 1
    table = LOWER
    keys = tuple(
        [
            None if key is None else table[type(key)](key, scope, depth)
            for key in node.keys[:MAX_ITEMS]
        ]
    )
    return Mapping(keys, lower_all(node.values, scope, depth), span_of(node))


def _list_comprehension(node: Any, scope: Scope, depth: int) -> Expression:
    return _comprehension("list", node.elt, None, node, scope, depth)


def _set_comprehension(node: Any, scope: Scope, depth: int) -> Expression:
    return _comprehension("set", node.elt, None, node, scope, depth)


def _generator(node: Any, scope: Scope, depth: int) -> Expression:
    return _comprehension("generator", node.elt, None, node, scope, depth)


def _mapping_comprehension(node: Any, scope: Scope, depth: int) -> Expression:
    return _comprehension("dict", node.value, node.key, node, scope, depth)


def _comprehension(
    kind: str, element: Any, key: Any, node: Any, scope: Scope, depth: int
) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    depth += 1
    # Its targets are its own, not the function's: they are lowered as what is read.
    clauses = [
        Clause(
            lower(clause.target, scope, depth),
            lower(clause.iter, scope, depth),
            lower_all(clause.ifs, scope, depth),
        )
        for clause in node.generators[:MAX_ITEMS]
    ]
    return Comprehension(
        kind,
        lower(element, scope, depth),
        tuple(clauses),
        None if key is None else lower(key, scope, depth),
        span_of(node),
    )


def _lambda(node: Any, scope: Scope, depth: int) -> Expression:
    span = span_of(node)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    depth += 1
    inner = scope.enter("<lambda>")
    outer_words = scope.swap_words(inner.words)
    parameters = lower_parameters(node.args, scope, inner, depth)
    scope.words = outer_words
    body = node.body
    value = lower(body, inner, depth)
    outer_words |= inner.words
    function = Function(
        "<lambda>",
        f"{scope.path}<lambda>",
        parameters,
        (Return(value, span_of(body)),),
        (),
        None,
        False,
        inner.is_generator,
        inner.locals(),
        sort(inner.words),
        span,
    )
    return Lambda(function, span)


def lower_parameters(node: Any, scope: Scope, inner: Scope, depth: int) -> tuple[Parameter, ...]:
    """Lower parameters; defaults and annotations belong to `scope`, the names to `inner`."""
    parameters: list[Parameter] = []

    def add(argument: Any, kind: str, default: Any) -> None:
        name = argument.arg
        inner.words.add(name)
        inner.bound.add(name)
        annotation = argument.annotation
        parameters.append(
            Parameter(
                name,
                kind,
                None if default is None else lower(default, scope, depth),
                None if annotation is None else lower(annotation, scope, depth),
                span_of(argument),
            )
        )

    before, defaults = node.posonlyargs, node.defaults
    bare = len(before) + len(node.args) - len(defaults)
    for index, argument in enumerate(before):
        add(argument, "position", defaults[index - bare] if index >= bare else None)
    for index, argument in enumerate(node.args, start=len(before)):
        add(argument, "any", defaults[index - bare] if index >= bare else None)
    if node.vararg is not None:
        add(node.vararg, "rest", None)
    for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        add(argument, "name", default)
    if node.kwarg is not None:
        add(node.kwarg, "names", None)
    return tuple(parameters)


def _await(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    return Await(lower(node.value, scope, depth + 1), span_of(node))


def _yield(node: Any, scope: Scope, depth: int) -> Expression:
    scope.is_generator = True
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    value = None if node.value is None else lower(node.value, scope, depth + 1)
    return Yield(value, False, span_of(node))


def _yield_from(node: Any, scope: Scope, depth: int) -> Expression:
    scope.is_generator = True
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    return Yield(lower(node.value, scope, depth + 1), True, span_of(node))


def _bind(node: Any, scope: Scope, depth: int) -> Expression:
    if depth >= MAX_DEPTH:
        return Unknown(span_of(node))
    target = lower_target(node.target, scope, depth + 1)
    return Bind(target, lower(node.value, scope, depth + 1), span_of(node))


def lower_target(node: Any, scope: Scope, depth: int) -> Expression:
    """Lower what is assigned to; its names are bound in the scope."""
    kind = type(node)
    if kind is ast.Name:
        scope.bound.add(node.id)
    elif kind is ast.Tuple or kind is ast.List or kind is ast.Starred:
        span = span_of(node)
        if depth >= MAX_DEPTH:
            return Unknown(span)
        if kind is ast.Starred:
            return Spread(lower_target(node.value, scope, depth + 1), span)
        items = [lower_target(item, scope, depth + 1) for item in node.elts[:MAX_ITEMS]]
        return Sequence("tuple" if kind is ast.Tuple else "list", tuple(items), span)
    return LOWER[kind](node, scope, depth)


LOWER: dict[type, Lower] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _index,
    ast.Slice: _slice,
    ast.Starred: _spread,
    ast.JoinedStr: _format,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.IfExp: _conditional,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _mapping,
    ast.ListComp: _list_comprehension,
    ast.SetComp: _set_comprehension,
    ast.GeneratorExp: _generator,
    ast.DictComp: _mapping_comprehension,
    ast.Lambda: _lambda,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _bind,
}
if hasattr(ast, "TemplateStr"):  # Python 3.14
    LOWER[ast.TemplateStr] = _template
