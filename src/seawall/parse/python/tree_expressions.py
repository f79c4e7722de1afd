"""Lowers the expressions of the tolerant parser's tree.

One table of many small functions that call one another, hence one long file.
"""

from bisect import bisect_left

from tree_sitter import Node

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
    Function,
    Index,
    Keyword,
    Lambda,
    Logic,
    Mapping,
    Name,
    Return,
    Sequence,
    Slice,
    Spread,
    Unary,
    Unknown,
    Yield,
)
from seawall.parse.python.literals import read_float, read_integer
from seawall.parse.python.scope import MAX_DEPTH, MAX_ITEMS, Scope, sort
from seawall.parse.python.tree import (
    Lower,
    bare,
    field,
    has_token,
    identifier,
    named,
    parse,
    span_of,
    text_of,
)
from seawall.parse.python.tree_parameters import Parameters
from seawall.parse.python.tree_strings import lower_string

LITERALS = frozenset("string concatenated_string integer float true false none ellipsis".split())


def lower(node: Node | None, scope: Scope, depth: int) -> Expression:
    """Lower an expression that stands at `depth`; what is missing or broken is `Unknown`."""
    if node is None:
        return Unknown()
    if node.type == "parenthesized_expression":
        node = bare(node)
    while node.type == "type":
        # An annotation is an expression in a coat.
        inner = named(node)
        if not inner:
            return Unknown(span_of(node, scope))
        node = bare(inner[0])
    kind = node.type
    if kind in _LEAVES:
        return _LEAVES[kind](node, scope, depth)
    if depth >= MAX_DEPTH:
        if kind == "yield":
            scope.is_generator = True
        return Unknown(span_of(node, scope))
    handler = _EXPRESSIONS.get(kind)
    return Unknown(span_of(node, scope)) if handler is None else handler(node, scope, depth + 1)


def lower_all(nodes: list[Node], scope: Scope, depth: int) -> tuple[Expression, ...]:
    """Lower expressions that stand side by side."""
    return tuple([lower(node, scope, depth) for node in nodes[:MAX_ITEMS]])


def lower_target(node: Node | None, scope: Scope, depth: int) -> Expression:
    """Lower what is assigned to; its names are bound in the scope."""
    if node is None:
        return Unknown()
    node = bare_target(node)
    kind = node.type
    if kind == "identifier":
        scope.bound.add(identifier(node))
        return lower(node, scope, depth)
    display = _DISPLAYS.get(kind)
    if display is None and kind not in ("list_splat", "list_splat_pattern"):
        return lower(node, scope, depth)
    span = span_of(node, scope)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    inner = named(node)
    if display is None:
        return Spread(lower_target(inner[0] if inner else None, scope, depth + 1), span)
    items = [lower_target(item, scope, depth + 1) for item in inner[:MAX_ITEMS]]
    return Sequence(display, tuple(items), span)


def bare_target(node: Node) -> Node:
    """Take away parentheses around a target, and the coat that `as` gives it."""
    while True:
        node = bare(node)
        inner = named(node) if node.type in ("as_pattern_target", "tuple_pattern") else []
        if len(inner) != 1 or has_token(node, ","):
            return node
        if node.type == "tuple_pattern" and inner[0].type == "list_splat_pattern":
            return node
        node = inner[0]


# --- Leaves: of any depth --------------------------------------------------------------------


def _name(node: Node, scope: Scope, depth: int) -> Expression:
    span = span_of(node, scope)
    name = identifier(node)
    if not name:  # what the parser put in where it missed one
        return Unknown(span)
    scope.words.add(name)
    return Name(name, span)


def _integer(node: Node, scope: Scope, depth: int) -> Expression:
    value = read_integer(text_of(node))
    if value is None or not -(1 << 63) <= value < 1 << 64:
        return Unknown(span_of(node, scope))
    return Constant(value, span_of(node, scope))


def _float(node: Node, scope: Scope, depth: int) -> Expression:
    value = read_float(text_of(node))
    span = span_of(node, scope)
    return Unknown(span) if value is None else Constant(value, span)


def _true(node: Node, scope: Scope, depth: int) -> Expression:
    return Constant(True, span_of(node, scope))


def _false(node: Node, scope: Scope, depth: int) -> Expression:
    return Constant(False, span_of(node, scope))


def _none(node: Node, scope: Scope, depth: int) -> Expression:
    return Constant(None, span_of(node, scope))


def _string(node: Node, scope: Scope, depth: int) -> Expression:
    if node.children and node.children[0].type == "string_start" and (node.text or b"")[:1] == b"`":
        return _backticks(node, scope, depth)
    return lower_string(node, scope, depth, lower)


def _backticks(node: Node, scope: Scope, depth: int) -> Expression:
    """Lower "`value`" of Python 2, which the parser takes for a text."""
    span = span_of(node, scope)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    scope.words.add("repr")
    content = (node.text or b"").strip(b"`")
    before = scope.text.offset
    scope.text.offset += node.start_byte + 1
    statement = next(iter(named(parse(content))), None)
    inner = named(statement) if statement is not None else []
    value = lower(inner[0] if len(inner) == 1 else None, scope, depth + 1)
    scope.text.offset = before
    return Call(Name("repr", span), (value,), (), span)


_LEAVES: dict[str, Lower] = {
    "identifier": _name,
    "integer": _integer,
    "float": _float,
    "true": _true,
    "false": _false,
    "none": _none,
    "string": _string,
    "concatenated_string": _string,
}


# --- The others: `depth` is that of what they hold -------------------------------------------


def _attribute(node: Node, scope: Scope, depth: int) -> Expression:
    attribute = field(node, "attribute")
    name = identifier(attribute) if attribute is not None else ""
    scope.words.add(name)
    value = lower(field(node, "object"), scope, depth)
    return _hoist(Attribute(value, name, span_of(node, scope)), value, node, scope)


def _hoist(
    made: Attribute | Index | Call | Binary, first: Expression, node: Node, scope: Scope
) -> Expression:
    """Set right what the parser takes `*a.b` for where it may be `(*a).b`, without brackets."""
    if type(first) is not Spread:
        return made
    splat = node
    while splat.type not in _SPLATS and splat.children:
        splat = splat.children[0]
    inner = named(splat)
    span = scope.text.span(inner[0].start_byte if inner else node.start_byte, node.end_byte)
    value: Expression
    if type(made) is Attribute:
        value = Attribute(first.value, made.name, span)
    elif type(made) is Index:
        value = Index(first.value, made.key, span)
    elif type(made) is Call:
        value = Call(first.value, made.arguments, made.keywords, span)
    else:
        assert type(made) is Binary
        value = Binary(made.operator, first.value, made.right, span)
    return Spread(value, made.span)


def _member(node: Node, scope: Scope, depth: int) -> Expression:
    value, attribute = (named(node) + [node])[:2]
    name = identifier(attribute)
    scope.words.add(name)
    return Attribute(lower(value, scope, depth), name, span_of(node, scope))


def _index(node: Node, scope: Scope, depth: int) -> Expression:
    keys = [child for child in node.children_by_field_name("subscript") if child.is_named]
    value = lower(field(node, "value"), scope, depth)
    made = Index(value, _key(node, keys, scope, depth), span_of(node, scope))
    return _hoist(made, value, node, scope)


def _generic(node: Node, scope: Scope, depth: int) -> Expression:
    inner = named(node)
    keys = named(inner[-1])
    value = inner[0] if len(inner) > 1 else None
    key = _key(inner[-1], keys, scope, depth)
    return Index(lower(value, scope, depth), key, span_of(node, scope))


def _key(node: Node, keys: list[Node], scope: Scope, depth: int) -> Expression:
    """Lower what stands in brackets; several keys are a tuple."""
    if not keys:
        return Unknown()
    last = keys[-1]
    end = last.end_byte
    commas = [child.end_byte for child in node.children if child.type == ","]
    if len(keys) == 1 and not commas and (last.text or b"")[:1] != b"*":
        return lower(last, scope, depth)
    span = scope.text.span(keys[0].start_byte, max([end, *commas[-1:]]))
    if depth >= MAX_DEPTH:
        return Unknown(span)
    return Sequence("tuple", lower_all(keys, scope, depth + 1), span)


def _undressed(node: Node) -> Node:
    while node.type == "type" and (inner := named(node)):
        node = inner[0]
    return node


def _slice(node: Node, scope: Scope, depth: int) -> Expression:
    bounds: list[Expression | None] = [None]
    for child in node.children:
        if child.type == ":":
            bounds.append(None)
        elif child.is_named and not child.is_extra:
            bounds[-1] = lower(child, scope, depth)
    lower_bound, upper, step = (bounds + [None, None])[:3]
    return Slice(lower_bound, upper, step, span_of(node, scope))


def _bounds(node: Node, scope: Scope, depth: int) -> Expression:
    first, second = (named(node) + [node, node])[:2]
    return Slice(
        lower(first, scope, depth), lower(second, scope, depth), None, span_of(node, scope)
    )


def _call(node: Node, scope: Scope, depth: int) -> Expression:
    function, arguments = field(node, "function"), field(node, "arguments")
    lowered = lower(function, scope, depth)
    if arguments is not None and arguments.type == "generator_expression":
        return Call(lowered, (lower(arguments, scope, depth),), (), span_of(node, scope))
    positional, keywords = lower_arguments(arguments, scope, depth)
    made = Call(lowered, positional, keywords, span_of(node, scope))
    return _hoist(made, lowered, node, scope)


def lower_arguments(
    node: Node | None, scope: Scope, depth: int
) -> tuple[tuple[Expression, ...], tuple[Keyword, ...]]:
    """Lower arguments, by position and by name."""
    positional: list[Node] = []
    by_name: list[Node] = []
    for child in named(node) if node is not None else []:
        is_keyword = child.type in ("keyword_argument", "dictionary_splat")
        (by_name if is_keyword else positional).append(child)
    arguments = lower_all(positional, scope, depth)
    keywords = []
    for child in by_name[:MAX_ITEMS]:
        name, value = "", named(child)[-1] if named(child) else None
        label = field(child, "name")
        if label is not None:
            name, value = identifier(label), field(child, "value")
            scope.words.add(name)
        keywords.append(Keyword(name, lower(value, scope, depth), span_of(child, scope)))
    return arguments, tuple(keywords)


def _spread(node: Node, scope: Scope, depth: int) -> Expression:
    inner = named(node)
    return Spread(lower(inner[0] if inner else None, scope, depth), span_of(node, scope))


def _binary(node: Node, scope: Scope, depth: int) -> Expression:
    operator = _operator(node)
    if operator in "&^":
        return _regroup(node, scope, depth)
    left = lower(field(node, "left"), scope, depth)
    right = lower(field(node, "right"), scope, depth)
    return _hoist(Binary(operator, left, right, span_of(node, scope)), left, node, scope)


def _regroup(node: Node, scope: Scope, depth: int) -> Expression:
    """Set right that "^" binds more tightly than "&" to the parser."""
    operands, operators = _flatten(node, ("&", "^"))
    groups = [[operands[0]]]
    for operator, operand in zip(operators, operands[1:], strict=True):
        if operator == "^":
            groups.append([operand])
        else:
            groups[-1].append(operand)
    return _chain("^", groups, scope, depth - 1)


def _union(node: Node, scope: Scope, depth: int) -> Expression:
    # "a | (b | c)" to the parser.
    operands, _ = _flatten(node, ("|",))
    return _chain("|", [[operand] for operand in operands], scope, depth - 1)


def _flatten(node: Node, operators: tuple[str, ...]) -> tuple[list[Node], list[str]]:
    """Return the operands of a chain without parentheses, and the operators between them."""
    operands: list[Node] = []
    found: list[str] = []
    waiting: list[Node | str] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item)
            continue
        bare_item = _undressed(item)
        operator = "|" if bare_item.type == "union_type" else _operator(bare_item)
        if operator not in operators or bare_item.type not in ("union_type", "binary_operator"):
            operands.append(item)
            continue
        left, right = (named(bare_item) + [bare_item, bare_item])[:2]
        waiting += (right, operator, left)
    return operands, found


def _chain(operator: str, groups: list[list[Node]], scope: Scope, depth: int) -> Expression:
    """Lower `a operator b ...` from the left; each group is a chain of "&" itself."""
    *before, last = groups
    if not before:
        if len(last) == 1:
            return lower(last[0], scope, depth)
        return _chain("&", [[operand] for operand in last], scope, depth)
    span = scope.text.span(groups[0][0].start_byte, last[-1].end_byte)
    if depth >= MAX_DEPTH:
        return Unknown(span)
    left = _chain(operator, before, scope, depth + 1)
    right = _chain("&", [[operand] for operand in last], scope, depth + 1)
    return Binary(operator, left, right, span)


def _unary(node: Node, scope: Scope, depth: int) -> Expression:
    operator = node.children[0].type
    return Unary(operator, lower(field(node, "argument"), scope, depth), span_of(node, scope))


def _compare(node: Node, scope: Scope, depth: int) -> Expression:
    first, *others = named(node)
    operators = node.children_by_field_name("operators")
    rights = lower_all(others, scope, depth)
    if len(operators) != len(others):
        # Something broken stands between: what follows an operator is compared, the rest is told.
        ends = [one.start_byte for one in others]
        places = [bisect_left(ends, sign.end_byte) for sign in operators[:MAX_ITEMS]]
        operators = [sign for sign, at in zip(operators, places, strict=False) if at < len(rights)]
        rights = tuple([rights[at] for at in places if at < len(rights)])
    if not operators:
        return lower(first, scope, depth)
    signs = [" ".join(sign.type.split()) for sign in operators[:MAX_ITEMS]]
    return Compare(
        lower(first, scope, depth),
        tuple(["!=" if sign == "<>" else sign for sign in signs]),
        rights,
        span_of(node, scope),
    )


def _logic(node: Node, scope: Scope, depth: int) -> Expression:
    operator = _operator(node)
    values: list[Node] = []
    left: Node | None = node
    while left is not None and left.type == "boolean_operator" and _operator(left) == operator:
        right = field(left, "right")
        if right is not None:
            values.append(right)
        left = field(left, "left")
    if left is not None:
        values.append(left)
    return Logic(operator, lower_all(values[::-1], scope, depth), span_of(node, scope))


def _operator(node: Node) -> str:
    operator = field(node, "operator")
    return operator.type if operator is not None else ""


def _conditional(node: Node, scope: Scope, depth: int) -> Expression:
    then, test, orelse = (named(node) + [node] * 3)[:3]
    return Conditional(
        lower(test, scope, depth),
        lower(then, scope, depth),
        lower(orelse, scope, depth),
        span_of(node, scope),
    )


def _display(node: Node, scope: Scope, depth: int) -> Expression:
    items = lower_all(named(node), scope, depth)
    return Sequence(_DISPLAYS[node.type], items, span_of(node, scope))


def _target_tuple(node: Node, scope: Scope, depth: int) -> Expression:
    # `(a)` is no tuple, though it stands where one may.
    inner = bare_target(node)
    if inner.id != node.id:
        return lower(inner, scope, depth - 1)
    return _display(node, scope, depth)


def _mapping(node: Node, scope: Scope, depth: int) -> Expression:
    keys: list[Expression | None] = []
    values: list[Expression] = []
    for child in named(node)[:MAX_ITEMS]:
        if child.type == "pair":
            keys.append(lower(field(child, "key"), scope, depth))
            values.append(lower(field(child, "value"), scope, depth))
        elif child.type == "dictionary_splat":
            inner = named(child)
            keys.append(None)
            values.append(lower(inner[0] if inner else None, scope, depth))
    return Mapping(tuple(keys), tuple(values), span_of(node, scope))


_COMPREHENSIONS = {
    "list_comprehension": "list",
    "set_comprehension": "set",
    "generator_expression": "generator",
    "dictionary_comprehension": "dict",
}


def _comprehension(node: Node, scope: Scope, depth: int) -> Expression:
    element = pair = field(node, "body")
    key: Node | None = None
    if pair is not None and pair.type == "pair":
        element = field(pair, "value")
        key = field(pair, "key")
    clauses: list[Clause] = []
    conditions: list[Node] = []
    opened: Node | None = None
    children: list[Node | None] = [*named(node), None]
    for child in children:
        if child is not None and child.type == "if_clause":
            conditions += named(child)[:1]
        elif child is None or child.type == "for_in_clause":
            if opened is not None and len(clauses) < MAX_ITEMS:
                clauses.append(_clause(opened, conditions, scope, depth))
            opened, conditions = child, []
    return Comprehension(
        _COMPREHENSIONS[node.type],
        lower(element, scope, depth),
        tuple(clauses),
        None if key is None else lower(key, scope, depth),
        span_of(node, scope),
    )


def _clause(node: Node, conditions: list[Node], scope: Scope, depth: int) -> Clause:
    sources = [child for child in node.children_by_field_name("right") if child.is_named]
    iterable: Expression
    if len(sources) > 1:  # Python 2
        span = scope.text.span(sources[0].start_byte, sources[-1].end_byte)
        iterable = Sequence("tuple", lower_all(sources, scope, depth), span)
    else:
        iterable = lower(sources[0] if sources else None, scope, depth)
    target = lower(field(node, "left"), scope, depth)
    return Clause(target, iterable, lower_all(conditions, scope, depth))


def _await(node: Node, scope: Scope, depth: int) -> Expression:
    inner = named(node)
    return Await(lower(inner[0] if inner else None, scope, depth), span_of(node, scope))


def _yield(node: Node, scope: Scope, depth: int) -> Expression:
    scope.is_generator = True
    inner = named(node)
    value = lower(inner[0], scope, depth) if inner else None
    return Yield(value, has_token(node, "from"), span_of(node, scope))


def _lambda(node: Node, scope: Scope, depth: int) -> Expression:
    span = span_of(node, scope)
    inner = scope.enter("<lambda>")
    outer_words = scope.swap_words(inner.words)
    parameters = Parameters(scope, inner, depth, lower, lower_target)
    made = parameters.read(field(node, "parameters"))
    scope.words = outer_words
    body = field(node, "body")
    value = lower(body, inner, depth)
    outer_words |= inner.words
    at = span_of(bare(body), scope) if body is not None else span
    function = Function(
        "<lambda>",
        f"{scope.path}<lambda>",
        made,
        (*parameters.unpacked, Return(value, at)),
        (),
        None,
        False,
        inner.is_generator,
        inner.locals(),
        sort(inner.words),
        span,
    )
    return Lambda(function, span)


def _bind(node: Node, scope: Scope, depth: int) -> Expression:
    target = lower_target(field(node, "name"), scope, depth)
    return Bind(target, lower(field(node, "value"), scope, depth), span_of(node, scope))


_SPLATS = frozenset(("list_splat", "list_splat_pattern"))
_DISPLAYS = {
    "list": "list",
    "list_pattern": "list",
    "set": "set",
    "tuple": "tuple",
    "tuple_pattern": "tuple",
    "pattern_list": "tuple",
    "expression_list": "tuple",
}

_EXPRESSIONS: dict[str, Lower] = {
    "attribute": _attribute,
    "member_type": _member,
    "subscript": _index,
    "generic_type": _generic,
    "slice": _slice,
    "constrained_type": _bounds,
    "call": _call,
    "list_splat": _spread,
    "parenthesized_list_splat": _spread,
    "list_splat_pattern": _spread,
    "splat_type": _spread,
    "binary_operator": _binary,
    "union_type": _union,
    "unary_operator": _unary,
    "not_operator": _unary,
    "comparison_operator": _compare,
    "boolean_operator": _logic,
    "conditional_expression": _conditional,
    "list": _display,
    "list_pattern": _display,
    "set": _display,
    "tuple": _display,
    "tuple_pattern": _target_tuple,
    "pattern_list": _display,
    "expression_list": _display,
    "dictionary": _mapping,
    "await": _await,
    "yield": _yield,
    "lambda": _lambda,
    "named_expression": _bind,
    **dict.fromkeys(_COMPREHENSIONS, _comprehension),
}
