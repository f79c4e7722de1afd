"""Parses HCL by descent; what breaks costs the block of the file in which it stands."""

import math
import re
from collections.abc import Callable

from seawall.core.errors import ParseError
from seawall.parse.hcl.template import HEREDOC, heredoc_parts, parts_of
from seawall.parse.hcl.tree import (
    Attribute,
    Binary,
    Block,
    Body,
    Broken,
    Call,
    Conditional,
    Expr,
    File,
    For,
    Index,
    Literal,
    Name,
    Object,
    Setting,
    Splat,
    Template,
    Tuple,
    Unary,
    line_starts,
)

DEEPEST = 60
"""Expressions and blocks in one another."""
MOST_BROKEN = 50
"""Parts of one file that are told as broken."""

_SPACE = re.compile(r"(?:[ \t\r\f\v\ufeff]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_SPACE_AND_LINES = re.compile(r"(?:[\s\ufeff]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_PLACES = re.compile(r"\d{1,18}(?:\.\d{1,18})*")
_OPERATORS = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<=", ">=", "<", ">"),
    ("+", "-"),
    ("*", "/", "%"),
)
"""From the loosest to the tightest."""
_OPERATOR = re.compile(r"\|\||&&|[=!<>]=|[-<>+*/%]")
_LEVELS = {sign: level for level, signs in enumerate(_OPERATORS) for sign in signs}
_BLOCK = re.compile(r"^[^\W\d][\w-]*(?:[ \t]+(?:\"[^\"\n]*\"|[\w.-]+))*[ \t]*\{", re.MULTILINE)
_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_hcl(text: str, path: str) -> File:
    """Parse a file; blocks of it that are broken are told, and the rest is there."""
    parser = _Parser(text)
    body = parser.file()
    lines = line_starts(text)
    file = File(path=path, body=body, lines=lines)
    broken = tuple(
        Broken(line=file.position(min(at, len(text)))[0], words=words)
        for at, words in parser.broken
    )
    return File(path=path, body=body, lines=lines, broken=broken)


def parse_template(text: str) -> Expr:
    """Parse a text of JSON syntax as the template that it is. Raises ParseError."""
    parser = _Parser(text)
    return parser.text_between(0, len(text), escapes=False)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.broken: list[tuple[int, str]] = []

    def file(self) -> Body:
        """Parse all blocks; after one that is broken go on where the next begins."""
        settings: dict[str, Setting] = {}
        blocks: list[Block] = []
        while True:
            self.skip(lines=True)
            if self.at >= len(self.text):
                return Body(settings=settings, blocks=tuple(blocks))
            start = self.at
            try:
                found = self.statement()
            except (ParseError, RecursionError) as error:
                words = str(error) if isinstance(error, ParseError) else "it is nested too deeply"
                self.broken.append((max(self.at, start), words))
                if len(self.broken) == MOST_BROKEN:
                    # Each may have been read to the end of the file.
                    self.broken.append((start, "too much of it is broken: the rest is left out"))
                    return Body(settings=settings, blocks=tuple(blocks))
                self.depth = 0
                again = _BLOCK.search(self.text, start + 1)
                self.at = again.start() if again is not None else len(self.text)
                continue
            if isinstance(found, Block):
                blocks.append(found)
            else:
                settings[found.name] = found

    def statement(self) -> Setting | Block:
        """Parse an attribute or a block."""
        start = self.at
        name = self.word()
        self.skip()
        if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
            self.at += 1
            self.skip()
            value = self.expression()
            end = self.at
            self.skip()
            if self.at < len(self.text) and self.text[self.at] not in "\n}":
                raise self.error("a line is to end here")
            return Setting(name=name, value=value, start=start, end=end)
        labels: list[str] = []
        while not self.text.startswith("{", self.at):
            labels.append(self.label())
            self.skip()
        self.at += 1
        head_end = self.at
        body = self.body()
        return Block(
            type=name,
            labels=tuple(labels),
            body=body,
            start=start,
            head_end=head_end,
            end=self.at,
        )

    def body(self) -> Body:
        """Parse what stands in a block, to its closing brace."""
        self.deeper()
        settings: dict[str, Setting] = {}
        blocks: list[Block] = []
        while True:
            self.skip(lines=True)
            if self.text.startswith("}", self.at):
                self.at += 1
                self.depth -= 1
                return Body(settings=settings, blocks=tuple(blocks))
            found = self.statement()
            if isinstance(found, Block):
                blocks.append(found)
            else:
                settings[found.name] = found

    def label(self) -> str:
        """Parse a label of a block."""
        if not self.text.startswith('"', self.at):
            return self.word()
        end = self.text.find('"', self.at + 1)
        if end < 0 or "\n" in self.text[self.at : end]:
            raise self.error("the label is not closed")
        label = self.text[self.at + 1 : end]
        self.at = end + 1
        return label

    def expression(self, *, lines: bool = False) -> Expr:
        """Parse an expression; `lines` says that it stands in brackets, where lines may end."""
        self.deeper()
        start = self.at
        question = self.binary(0, lines)
        mark = self.at
        self.skip(lines=lines)
        if self.text.startswith("?", self.at):
            self.at += 1
            self.skip(lines=True)
            yes = self.expression(lines=lines)
            self.skip(lines=True)
            self.expect(":")
            self.skip(lines=True)
            no = self.expression(lines=lines)
            question = Conditional(start, self.at, question, yes, no)
        else:
            self.at = mark
        self.depth -= 1
        return question

    def binary(self, level: int, lines: bool) -> Expr:
        """Parse operators that bind at least as tightly as a level, the left ones first."""
        start = self.at
        left = self.unary(lines)
        while True:
            mark = self.at
            self.skip(lines=lines)
            sign = _OPERATOR.match(self.text, self.at)
            found = _LEVELS[sign[0]] if sign is not None else -1
            if sign is None or found < level or self.text.startswith(("=>", "//"), self.at):
                self.at = mark
                return left
            self.at = sign.end()
            self.skip(lines=True)
            self.deeper()
            right = self.binary(found + 1, lines)
            self.depth -= 1
            left = Binary(start, self.at, sign[0], left, right)

    def unary(self, lines: bool) -> Expr:
        start = self.at
        if self.text.startswith(("!", "-"), self.at) and not self.text.startswith("!=", self.at):
            sign = self.text[self.at]
            self.at += 1
            self.skip(lines=lines)
            self.deeper()
            operand = self.unary(lines)
            self.depth -= 1
            if sign == "-" and isinstance(operand, Literal) and _is_number(operand.value):
                return Literal(start, self.at, -operand.value)  # type: ignore[operator]
            return Unary(start, self.at, sign, operand)
        return self.postfix(self.primary(), lines)

    def postfix(self, target: Expr, lines: bool) -> Expr:
        """Parse what is asked of a value: attributes, keys, splats."""
        start = target.start
        while True:
            mark = self.at
            if lines:
                self.skip(lines=True)
            if self.text.startswith(".", self.at) and not self.text.startswith("...", self.at):
                self.at += 1
                if self.text.startswith("*", self.at):
                    self.at += 1
                    return self.splat(target, lines, dotted=True)
                number = _PLACES.match(self.text, self.at)
                if number is not None:
                    # `a.0.1` reads as a number with a fraction.
                    for digits in number[0].split("."):
                        key = Literal(self.at, self.at + len(digits), int(digits))
                        self.at += len(digits)
                        target = Index(start, self.at, target, key)
                        self.at += 1
                    self.at = number.end()
                    continue
                name = self.word()
                target = Attribute(start, self.at, target, name)
                continue
            if self.text.startswith("[", self.at):
                self.at += 1
                self.skip(lines=True)
                if self.text.startswith("*", self.at):
                    self.at += 1
                    self.skip(lines=True)
                    self.expect("]")
                    return self.splat(target, lines, dotted=False)
                key_of = self.expression(lines=True)
                self.skip(lines=True)
                self.expect("]")
                target = Index(start, self.at, target, key_of)
                continue
            self.at = mark
            return target

    def splat(self, target: Expr, lines: bool, *, dotted: bool) -> Expr:
        self.deeper()
        each = self.postfix(Name(self.at, self.at, "*"), lines and not dotted)
        self.depth -= 1
        return Splat(target.start, self.at, target, each)

    def primary(self) -> Expr:
        """Parse a literal, a name, a call, or what is in brackets."""
        start = self.at
        head = self.text[start : start + 1]
        if head == '"':
            return self.quoted()
        if head == "(":
            self.at += 1
            self.skip(lines=True)
            inner = self.expression(lines=True)
            self.skip(lines=True)
            self.expect(")")
            return inner
        if head == "[":
            return self.tuple_or_for()
        if head == "{":
            return self.object_or_for()
        if head.isdigit():
            return self.number()
        if head == "<":
            return self.heredoc()
        name = self.word()
        while self.text.startswith("::", self.at):
            # Functions of providers: provider::aws::arn_parse.
            self.at += 2
            name = f"{name}::{self.word()}"
        if self.text.startswith("(", self.at):
            return self.call(start, name)
        if name in _CONSTANTS:
            return Literal(start, self.at, _CONSTANTS[name])
        return Name(start, self.at, name)

    def number(self) -> Expr:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            raise self.error("a number is to stand here")
        start, self.at = self.at, found.end()
        if len(found[0]) > 300 or math.isinf(float(found[0])):
            raise self.error("the number is too large")
        return Literal(start, self.at, int(found[0]) if found[0].isdigit() else float(found[0]))

    def call(self, start: int, name: str) -> Expr:
        self.at += 1
        arguments: list[Expr] = []
        expands = False
        while True:
            self.skip(lines=True)
            if self.text.startswith(")", self.at):
                break
            arguments.append(self.expression(lines=True))
            self.skip(lines=True)
            if self.text.startswith("...", self.at):
                self.at += 3
                expands = True
                self.skip(lines=True)
            if not self.text.startswith(")", self.at):
                self.expect(",")
        self.at += 1
        return Call(start, self.at, name, tuple(arguments), expands)

    def tuple_or_for(self) -> Expr:
        start = self.at
        self.at += 1
        self.skip(lines=True)
        if self.is_for():
            return self.for_loop(start, "]")
        items: list[Expr] = []
        while not self.text.startswith("]", self.at):
            items.append(self.expression(lines=True))
            self.skip(lines=True)
            if not self.text.startswith("]", self.at):
                self.expect(",")
                self.skip(lines=True)
        self.at += 1
        return Tuple(start, self.at, tuple(items))

    def object_or_for(self) -> Expr:
        start = self.at
        self.at += 1
        self.skip(lines=True)
        if self.is_for():
            return self.for_loop(start, "}")
        items: list[tuple[Expr, Expr]] = []
        while not self.text.startswith("}", self.at):
            items.append((self.key(), self.value_of_key()))
            self.skip(lines=False)
            if self.text.startswith(",", self.at):
                self.at += 1
            elif self.at < len(self.text) and self.text[self.at] not in "\n}":
                raise self.error("the next key stands on its own line, or after a comma")
            self.skip(lines=True)
            if self.at >= len(self.text):
                raise self.error("the object is not closed")
        self.at += 1
        return Object(start, self.at, tuple(items))

    def key(self) -> Expr:
        word = _WORD.match(self.text, self.at)
        if word is not None:
            after = _SPACE.match(self.text, word.end())
            end = after.end() if after is not None else word.end()
            if self.text.startswith(("=", ":"), end):
                self.at = word.end()
                return Literal(word.start(), word.end(), word[0])
        return self.expression()

    def value_of_key(self) -> Expr:
        self.skip()
        if not self.text.startswith(("=", ":"), self.at):
            raise self.error("`=` is to stand after a key")
        self.at += 1
        self.skip(lines=True)
        return self.expression()

    def is_for(self) -> bool:
        word = _WORD.match(self.text, self.at)
        if word is None or word[0] != "for":
            return False
        after = _SPACE_AND_LINES.match(self.text, word.end())
        return after is not None and _WORD.match(self.text, after.end()) is not None

    def for_loop(self, start: int, closing: str) -> Expr:
        self.deeper()
        key_name, value_name, collection = self.for_head()
        self.expect(":")
        self.skip(lines=True)
        first = self.expression(lines=True)
        self.skip(lines=True)
        key: Expr | None = None
        groups = False
        if closing == "}":
            self.expect("=>")
            self.skip(lines=True)
            key, first = first, self.expression(lines=True)
            self.skip(lines=True)
            if self.text.startswith("...", self.at):
                self.at += 3
                groups = True
                self.skip(lines=True)
        condition = None
        word = _WORD.match(self.text, self.at)
        if word is not None and word[0] == "if":
            self.at = word.end()
            self.skip(lines=True)
            condition = self.expression(lines=True)
            self.skip(lines=True)
        self.expect(closing)
        self.depth -= 1
        return For(start, self.at, key_name, value_name, collection, key, first, condition, groups)

    def for_head(self) -> tuple[str, str, Expr]:
        """Parse `for k, v in collection`."""
        self.word()
        self.skip(lines=True)
        names = [self.word()]
        self.skip(lines=True)
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip(lines=True)
            names.append(self.word())
            self.skip(lines=True)
        if self.word() != "in":
            raise self.error("`in` is to stand here")
        self.skip(lines=True)
        collection = self.expression(lines=True)
        self.skip(lines=True)
        return (names[0] if len(names) > 1 else ""), names[-1], collection

    def quoted(self) -> Expr:
        """Parse a text in quotes."""
        start = self.at
        self.at += 1
        parts = parts_of(self, lambda: self.text.startswith('"', self.at), escapes=True)
        self.expect('"')
        return _text(start, self.at, parts)

    def heredoc(self) -> Expr:
        start = self.at
        found = HEREDOC.match(self.text, self.at)
        if found is None:
            raise self.error("an expression is to stand here")
        closing = re.compile(rf"^[ \t]*{re.escape(found['mark'])}[ \t]*\r?$", re.MULTILINE)
        end = closing.search(self.text, found.end())
        if end is None:
            raise self.error(f"the text does not end with {found['mark'][:40]}")
        parts = heredoc_parts(self, found.end(), end.start(), indented=bool(found["indent"]))
        self.at = end.end()
        return _text(start, self.at, parts, is_heredoc=True)

    def text_between(self, start: int, end: int, *, escapes: bool) -> Expr:
        """Parse a stretch as a template, whatever quotes stand in it."""
        self.at = start
        parts = parts_of(self, lambda: self.at >= end, escapes=escapes, end=end)
        return _text(start, end, parts)

    # What templates use too.

    def word(self) -> str:
        """Parse a word."""
        found = _WORD.match(self.text, self.at)
        if found is None:
            if self.at >= len(self.text):
                raise self.error("it ends in the middle")
            raise self.error("this is not understood")
        self.at = found.end()
        return found[0]

    def expect(self, sign: str) -> None:
        """Go past a sign. Raises ParseError where another stands."""
        if not self.text.startswith(sign, self.at):
            raise self.error(f"`{sign}` is to stand here")
        self.at += len(sign)

    def skip(self, *, lines: bool = False) -> None:
        """Go past space and comments."""
        found = (_SPACE_AND_LINES if lines else _SPACE).match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def deeper(self) -> None:
        """Count what stands in one another. Raises ParseError where it is too much."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error("it is nested too deeply")

    def error(self, words: str) -> ParseError:
        """Return what is to be said of this place."""
        return ParseError(words)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(
    start: int, end: int, parts: "tuple[str | Expr, ...]", *, is_heredoc: bool = False
) -> Expr:
    if not parts:
        return Literal(start, end, "")
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, str):
            return Literal(start, end, only)
        return Template(start, end, parts, is_wrap=not is_heredoc)
    return Template(start, end, parts)


Done = Callable[[], bool]
