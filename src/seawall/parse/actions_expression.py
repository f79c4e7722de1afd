"""Reads expressions of GitHub Actions, `${{ github.event.issue.title }}`: parsed, never evaluated.

Source: https://docs.github.com/en/actions/reference/evaluate-expressions-in-workflows-and-actions
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from seawall.core.errors import ParseError

LONGEST = 21_000
"""Characters of an expression, as GitHub takes them."""
DEEPEST = 50
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|0o[0-7]+|"
    r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))|(?P<name>[A-Za-z_][\w-]*)|"
    r"(?P<sign>&&|\|\||==|!=|<=|>=|[<>!().,*\[\]]))"
)
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_NO_TEXT = frozenset(
    "contains startswith endswith hashfiles always success failure cancelled".split()
)
"""Functions whose result nobody's text is in."""
_OPENING = re.compile(r"\$\{\{")


class Literal(Struct, frozen=True):
    """A text, number, truth or null."""

    value: str | float | bool | None


class Context(Struct, frozen=True):
    """A value that is looked up: github.event.issue.title."""

    names: tuple[str, ...]
    """In lower case; "*" for all, "?" for an index that is computed."""
    indices: "tuple[Expression, ...]" = ()
    """What is computed of those."""


class Call(Struct, frozen=True):
    """A function with what it is given."""

    name: str
    """In lower case."""
    given: "tuple[Expression, ...]"
    names: tuple[str, ...] = ()
    """What is looked up in its result."""


class Operation(Struct, frozen=True):
    """Values with a sign between them, or the sign ! before one."""

    sign: str
    given: "tuple[Expression, ...]"


Expression: TypeAlias = Literal | Context | Call | Operation


class Expansion(Struct, frozen=True):
    """An expression where it stands in a text."""

    start: int
    """Of `${{`, in code points."""
    end: int
    """After `}}`."""
    text: str
    """What is between, without blanks around it."""


def expansions(text: str) -> Iterator[Expansion]:
    """Yield the expressions in a text; `}}` in a literal ends none."""
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        quoted, end = False, opening.end()
        while end < len(text) and (quoted or not text.startswith("}}", end)):
            quoted ^= text[end] == "'"
            end += 1
        if end >= len(text):
            # A quote that is not closed hides the end: take the first there is.
            end = text.find("}}", opening.end())
            if end < 0:
                return
        yield Expansion(opening.start(), end + 2, text[opening.end() : end].strip())
        at = end + 2


def masked(text: str, fill: str = "_") -> str:
    """Return a text in which each expression is `$` and a filling, of the same length."""
    parts: list[str] = []
    at = 0
    for one in expansions(text):
        parts += (text[at : one.start], "$", fill * (one.end - one.start - 1))
        at = one.end
    return "".join((*parts, text[at:]))


def parse_expression(text: str) -> Expression:
    """Return what stands between `${{` and `}}`. Raises ParseError."""
    if len(text) > LONGEST:
        raise ParseError("the expression is longer than GitHub takes")
    return _Parser(text).whole()


def made_of(expression: Expression) -> Iterator[Context]:
    """Yield the contexts whose text may be in the result.

    What is only compared, searched or hashed is not in it.
    """
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Context):
            yield one
        elif isinstance(one, Call):
            if one.name not in _NO_TEXT:
                waiting += reversed(one.given)
        elif isinstance(one, Operation):
            if one.sign == "||":
                waiting += reversed(one.given)
            elif one.sign == "&&":
                # What stands before it is in the result only where it is empty.
                waiting.append(one.given[-1])


def mentioned(expression: Expression) -> Iterator[Context]:
    """Yield all contexts that are looked at, compared or not."""
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Context):
            yield one
            waiting += reversed(one.indices)
        elif not isinstance(one, Literal):
            waiting += reversed(one.given)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise ParseError(f"the expression breaks at character {at + 1}")
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        result = self._level(0)
        if self._at < len(self._tokens):
            raise ParseError("the expression goes on where it should end")
        return result

    def _sign(self) -> str:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            return text if kind == "sign" else ""
        return ""

    def _take(self, sign: str) -> bool:
        if self._sign() != sign:
            return False
        self._at += 1
        return True

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ParseError(f"the expression lacks a {sign}")

    def _level(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._single()
        given = [self._level(level + 1)]
        sign = ""
        while self._sign() in _LEVELS[level]:
            other = self._sign()
            if sign not in ("", other):
                given = [Operation(sign, tuple(given))]
            sign = other
            self._at += 1
            given.append(self._level(level + 1))
        return Operation(sign, tuple(given)) if sign else given[0]

    def _single(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ParseError("the expression is nested too deeply")
        try:
            if self._take("!"):
                return Operation("!", (self._single(),))
            if self._take("("):
                inner = self._level(0)
                self._need(")")
                names, _ = self._steps()
                return Call("", (inner,), names) if names else inner
            return self._word()
        finally:
            self._depth -= 1

    def _word(self) -> Expression:
        if self._at >= len(self._tokens):
            raise ParseError("the expression ends too early")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(_number(text))
        if kind != "name":
            raise ParseError(f"the expression has a {text} where a value should be")
        name = text.lower()
        if self._take("("):
            given: list[Expression] = []
            while not self._take(")"):
                if given:
                    self._need(",")
                given.append(self._level(0))
            names, _ = self._steps()
            return Call(name, tuple(given), names)
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        names, indices = self._steps()
        return Context((name, *names), indices)

    def _steps(self) -> tuple[tuple[str, ...], tuple[Expression, ...]]:
        names: list[str] = []
        indices: list[Expression] = []
        while True:
            if self._take("."):
                if self._take("*"):
                    names.append("*")
                    continue
                if self._at >= len(self._tokens) or self._tokens[self._at][0] != "name":
                    raise ParseError("the expression lacks a name after a dot")
                names.append(self._tokens[self._at][1].lower())
                self._at += 1
            elif self._take("["):
                if self._take("*"):
                    names.append("*")
                else:
                    index = self._level(0)
                    if isinstance(index, Literal):
                        names.append(_named(index.value))
                    else:
                        names.append("?")
                        indices.append(index)
                self._need("]")
            else:
                return tuple(names), tuple(indices)


def _named(value: str | float | bool | None) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value).lower()


def _number(text: str) -> float:
    try:
        return float(int(text, 0)) if text.lstrip("-")[:2] in ("0x", "0o") else float(text)
    except (ValueError, OverflowError) as error:
        raise ParseError("the expression has a number that is none") from error
