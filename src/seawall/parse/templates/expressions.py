"""Reads the expressions of Jinja and of Mako: which values of the context they may give."""

import re
from collections.abc import Callable

from seawall.model.template import ANY, Reference
from seawall.parse.templates.filters import NONE, NOTHING_LEFT, Value, apply_filter, join, read_item

MAX_EXPRESSION = 4000
"""Characters; of what is longer only the names are read."""
MAX_DEPTH = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|<<|>>|[-+*/%~|&^<>=.,:()\[\]{}!@]))",
    re.S,
)
_NAMES = re.compile(r"(?<![\w.])[^\W\d]\w*")
_FIELD = re.compile(r"\{([^{}!:]+)")
_COMPARE = frozenset("== != < > <= >= in is not".split())
_ADD = frozenset("+ ~ % * |".split())
_NUMBERS = frozenset("- / // ** & ^ << >> @".split())
KEYWORDS = frozenset(
    """and or not if else in is for true false none True False None lambda recursive import from
    with without context as""".split()
)
OWN = frozenset(
    """loop self super caller varargs kwargs namespace cycler joiner lipsum range dict forloop block
    local next parent capture pageargs UNDEFINED context""".split()
)
"""Names that the language itself defines."""

ASSIGNED = re.compile(r"^[ \t]*([^\W\d]\w*)[ \t]*=(?!=)([^\n]*)", re.M)
"""An assignment in a stretch of Python."""

Look = Callable[[str], tuple[Reference, ...]]
"""What a name stands for."""
Invoke = Callable[[str, list[tuple[str, Value]]], bool]
"""Takes note of the call of a function; tells whether it is a macro."""


class UnreadableError(Exception):
    """An expression that is not understood."""


def read_expression(text: str, look: Look, invoke: Invoke, *, autoescape: bool) -> Value:
    """Read an expression; of one that is not understood all names count."""
    if len(text) <= MAX_EXPRESSION:
        try:
            return _Parser(text, look, invoke, autoescape).read()
        except UnreadableError:
            pass
    names = [name for name in _NAMES.findall(text[: 4 * MAX_EXPRESSION]) if name not in KEYWORDS]
    value = join([Value(look(name)) for name in dict.fromkeys(names) if name not in OWN])
    if re.search(r"\|\s*safe\b", text[: 4 * MAX_EXPRESSION]):
        value = apply_filter("safe", value, [], autoescape=autoescape)
    return value


def _behind(arguments: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """Return the arguments of a filter as they stand behind the value that it is put to."""
    return [(str(int(key) + 1) if key.isdigit() else key, one) for key, one in arguments]


class _Parser:
    def __init__(self, text: str, look: Look, invoke: Invoke, autoescape: bool) -> None:
        self._look = look
        self._invoke = invoke
        self._autoescape = autoescape
        self._tokens: list[tuple[str, str]] = []
        end = len(text.rstrip())
        at = 0
        while at < end:
            match = _TOKEN.match(text, at)
            if not match or match.lastgroup is None:
                raise UnreadableError
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        self._tokens.append(("end", ""))
        self._at = 0
        self._depth = 0

    def read(self) -> Value:
        value = self._tuple(("",))
        if self._tokens[self._at][0] != "end":
            raise UnreadableError
        return value

    def _peek(self) -> str:
        kind, text = self._tokens[self._at]
        return text if kind in ("name", "sign") else ""

    def _take(self, text: str) -> bool:
        if self._peek() == text and text:
            self._at += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise UnreadableError

    def _tuple(self, ends: tuple[str, ...]) -> Value:
        first = self._expression()
        if self._peek() != ",":
            return first
        items = [first]
        while self._take(",") and self._tokens[self._at][0] != "end" and self._peek() not in ends:
            items.append(self._expression())
        return join(items)

    def _expression(self) -> Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableError
        value = self._logic()
        while self._take("if"):
            self._logic()
            other = self._expression() if self._take("else") else NONE
            value = join([value, other])
        self._depth -= 1
        return value

    def _logic(self) -> Value:
        values = [self._test()]
        while self._take("and") or self._take("or"):
            values.append(self._test())
        return values[0] if len(values) == 1 else join(values)

    def _test(self) -> Value:
        negated = False
        while self._take("not"):
            negated = True
        value = self._sum()
        while self._peek() in _COMPARE:
            negated = True
            if self._take("is"):
                self._take("not")
                self._sum()
                continue
            self._at += 1
            self._take("in")
            self._sum()
        return NONE if negated else value

    def _sum(self) -> Value:
        values = [self._unary()]
        numbers = False
        while True:
            sign = self._peek()
            if sign not in _ADD and sign not in _NUMBERS:
                break
            numbers = numbers or sign in _NUMBERS
            self._at += 1
            values.append(self._unary())
        if numbers:
            return NONE
        return values[0] if len(values) == 1 else join(values)

    def _unary(self) -> Value:
        signs = 0
        while self._peek() in ("-", "+", "~", "*", "**"):
            signs += self._peek() in ("-", "+")
            self._at += 1
        value = self._postfix(*self._primary())
        return NONE if signs else value

    def _primary(self) -> tuple[Value, str]:
        """Return a value and, where it is a bare name, that."""
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return NONE, ""
        if kind == "string":
            return self._string(text, ""), ""
        if kind == "name":
            following, literal = self._tokens[self._at]
            if following == "string" and text.lower() in ("f", "rf", "fr", "u", "b", "r"):
                self._at += 1
                return self._string(literal, text.lower()), ""
            if text in KEYWORDS:
                if text.lower() in ("true", "false", "none"):
                    return NONE, ""
                raise UnreadableError
            return (NONE if text in OWN else Value(self._look(text))), text
        if text == "(":
            if self._take(")"):
                return NONE, ""
            value = self._tuple((")",))
            self._need(")")
            return value, ""
        if text in ("[", "{"):
            return self._display("]" if text == "[" else "}"), ""
        raise UnreadableError

    def _string(self, literal: str, prefix: str) -> Value:
        constant = literal[1:-1]
        values = []
        if "f" in prefix:
            for field in _FIELD.findall(constant):
                values.append(
                    read_expression(field, self._look, self._invoke, autoescape=self._autoescape)
                )
        while self._tokens[self._at][0] == "string":
            constant += self._tokens[self._at][1][1:-1]
            self._at += 1
        return join(values) if values else Value(constant=constant)

    def _display(self, end: str) -> Value:
        items = []
        while not self._take(end):
            items.append(self._expression())
            if self._take(":"):
                items[-1] = self._expression()
            if not self._take(","):
                self._need(end)
                break
        return join(items)

    def _postfix(self, value: Value, name: str) -> Value:
        while True:
            if self._take("."):
                kind, attribute = self._tokens[self._at]
                self._at += 1
                if kind not in ("name", "number"):
                    raise UnreadableError
                name = f"{name}.{attribute}" if name else f".{attribute}"
                if self._peek() != "(":
                    value = read_item(value, attribute)
            elif self._take("["):
                value = self._item(value)
                name = ""
            elif self._peek() == "(":
                self._at += 1
                value = self._call(value, name)
                name = ""
            elif self._peek() == "|" and self._tokens[self._at + 1][0] == "name":
                self._at += 1
                value = self._filter(value)
                name = ""
            else:
                return value

    def _item(self, value: Value) -> Value:
        start = self._at
        key = NONE
        while not self._take("]"):
            if not self._take(":"):
                key = self._tuple(("]",))
        kind, text = self._tokens[start]
        if self._at != start + 2:
            return read_item(value, ANY)
        if kind == "string":
            return read_item(value, key.constant)
        return read_item(value, text if kind == "number" else ANY)

    def _arguments(self) -> list[tuple[str, Value]]:
        """Read arguments behind an open parenthesis: position or name, and value."""
        arguments: list[tuple[str, Value]] = []
        while not self._take(")"):
            kind, name = self._tokens[self._at]
            if kind == "name" and self._tokens[self._at + 1] == ("sign", "="):
                self._at += 2
            else:
                name = str(len(arguments))
            arguments.append((name, self._expression()))
            if not self._take(","):
                self._need(")")
                break
        return arguments

    def _filter(self, value: Value) -> Value:
        name = self._tokens[self._at][1]
        self._at += 1
        while self._peek() == "." and self._tokens[self._at + 1][0] == "name":
            name += "." + self._tokens[self._at + 1][1]
            self._at += 2
        arguments: list[tuple[str, Value]] = []
        if self._take("("):
            arguments = self._arguments()
        if name == "map":
            chosen = [one for key, one in arguments if key == "attribute"]
            if chosen and chosen[0].constant:
                return read_item(read_item(value, ANY), chosen[0].constant)
        handed = [one for _, one in arguments]
        self._invoke(f"|{name}", [("0", value), *_behind(arguments)])
        return apply_filter(name, value, handed, autoescape=self._autoescape)

    def _call(self, value: Value, name: str) -> Value:
        """Read a call of a name, of a method, or of what some expression gave."""
        arguments = self._arguments()
        if name and not name.startswith(".") and self._invoke(name, arguments):
            return NONE
        handed = [one for _, one in arguments]
        method = name.rpartition(".")[2]
        if name and "." not in name:
            # A function that the context holds is no data of its own.
            passed = join(handed)
            first = Value(passed.references)
            return apply_filter(name, first, [], autoescape=self._autoescape, call=True)
        receiver = value
        if method == "get" and handed and handed[0].constant:
            receiver = read_item(value, handed[0].constant)
            handed = handed[1:]
        elif method in NOTHING_LEFT:
            return NONE
        else:
            receiver = read_item(value, f"{method}()")
        passed = apply_filter(
            name.lstrip(".") or "call", join(handed), [], autoescape=self._autoescape, call=True
        )
        return join([receiver, passed])
