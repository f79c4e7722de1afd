"""Works out the expression of a `metavariable-comparison`, or one over taint labels."""

import datetime
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from seawall.engines.code.semgrep.pattern import metavariable
from seawall.model.program import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Logic,
    Name,
    Node,
    Sequence,
    Unary,
)

Value = str | int | float | bool | list[Any] | None

_LONGEST = 10_000
_LARGEST = 1 << 256
_COMPARES: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
_BINARIES: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "~": operator.xor,
}


class UnknownError(Exception):
    """The expression has no value here: then it does not hold."""


def holds(expression: Node, known: Mapping[str, Value]) -> bool:
    """Whether an expression is true where names and metavariables have these values."""
    try:
        return bool(_value(expression, known))
    except (UnknownError, TypeError, ValueError, ArithmeticError, AttributeError, re.error):
        return False


def _value(node: Node, known: Mapping[str, Value]) -> Value:
    match node:
        case Constant():
            return node.value if not isinstance(node.value, bytes) else None
        case Name():
            name = metavariable(node.name) or node.name
            if name not in known:
                raise UnknownError(name)
            return known[name]
        case Unary():
            inner = _value(node.value, known)
            if node.operator == "not":
                return not inner
            if isinstance(inner, str | list) or inner is None:
                raise UnknownError
            return -inner if node.operator == "-" else inner
        case Logic():
            return _logic(node, known)
        case Binary():
            return _binary(node.operator, _value(node.left, known), _value(node.right, known))
        case Compare():
            return _compare(node, known)
        case Sequence():
            return [_value(item, known) for item in node.items]
        case Index():
            whole, key = _value(node.value, known), _value(node.key, known)
            if isinstance(whole, str | list) and isinstance(key, int):
                return whole[key] if -len(whole) <= key < len(whole) else None
        case Call():
            return _call(node, known)
    raise UnknownError


def _logic(node: Logic, known: Mapping[str, Value]) -> Value:
    value: Value = None
    for one in node.values:
        value = _value(one, known)
        if bool(value) == (node.operator == "or"):
            return value
    return value


def _compare(node: Compare, known: Mapping[str, Value]) -> bool:
    left = _value(node.left, known)
    for sign, one in zip(node.operators, node.rights, strict=True):
        right = _value(one, known)
        compare = _COMPARES.get(sign)
        if compare is None or not compare(left, right):
            return False
        left = right
    return True


def _binary(sign: str, left: Value, right: Value) -> Value:
    act = _BINARIES.get(sign)
    if sign == "**" and isinstance(left, int) and isinstance(right, int) and 0 <= right <= 256:
        act = operator.pow
    if act is None:
        raise UnknownError(sign)
    if sign == "*" and not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise UnknownError(sign)
    if sign == "%" and not isinstance(left, int | float):
        raise UnknownError(sign)
    value: Value = act(left, right)
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise UnknownError(sign)
    if isinstance(value, str) and len(value) > _LONGEST:
        raise UnknownError(sign)
    return value


def _call(node: Call, known: Mapping[str, Value]) -> Value:
    values = [_value(one, known) for one in node.arguments]
    function = node.function
    if isinstance(function, Name):
        return _function(function.name, values)
    if isinstance(function, Attribute):
        if isinstance(function.value, Name) and function.value.name == "re":
            return _regex(function.name, values)
        whole = _value(function.value, known)
        texts = [one for one in values if isinstance(one, str)]
        if isinstance(whole, str) and len(texts) == len(values):
            return _method(whole, function.name, texts)
    raise UnknownError


def _function(name: str, values: list[Value]) -> Value:
    if name == "today":
        return datetime.datetime.now(datetime.UTC).timestamp()
    if not values:
        raise UnknownError(name)
    first = values[0]
    if name == "str":
        return str(first)
    if name == "int" and isinstance(first, str | int | float):
        return int(first, 0) if isinstance(first, str) else int(first)
    if name == "float" and isinstance(first, str | int | float):
        return float(first)
    if name == "len" and isinstance(first, str | list):
        return len(first)
    if name == "strptime" and isinstance(first, str):
        day = datetime.datetime.fromisoformat(first)
        return day.replace(tzinfo=day.tzinfo or datetime.UTC).timestamp()
    raise UnknownError(name)


def _regex(name: str, values: list[Value]) -> Value:
    regex, text = values
    if name not in ("match", "search") or not isinstance(regex, str):
        raise UnknownError(name)
    find = re.match if name == "match" else re.search
    return find(regex, str(text)[:_LONGEST]) is not None


def _method(text: str, name: str, values: list[str]) -> Value:
    if name in ("startswith", "endswith") and len(values) == 1:
        return text.startswith(values[0]) if name == "startswith" else text.endswith(values[0])
    if name in ("lower", "upper", "strip") and not values:
        return str(getattr(text, name)())
    raise UnknownError(name)
