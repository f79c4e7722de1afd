"""Texts that a program puts together, sign by sign: literals, and the holes between them."""

import ast
import re

from msgspec import Struct

from seawall.engines.code.fixes.page import UnfitError

_OPENING = re.compile(r"([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\", "\n": ""}


class Hole(Struct, frozen=True, kw_only=True):
    """A value in a text."""

    start: int
    """Where its expression starts."""
    end: int
    source: str
    """The expression as it is written."""
    is_operand: bool = False
    """Whether it stands beside the literals (`+`), not in one."""


class Sign(Struct, frozen=True, kw_only=True):
    """One sign of a text, or one hole, and where in the module that is written."""

    value: str
    """ "\\0" for a hole."""
    start: int
    end: int
    literal: int = -1
    """Number of the literal in which it is written; -1 for a hole beside them."""
    hole: Hole | None = None


class Literal(Struct, frozen=True, kw_only=True):
    """A literal as it is written."""

    prefix: str
    quote: str
    start: int
    end: int
    signs: tuple[Sign, ...] = ()

    @property
    def body_start(self) -> int:
        """Where its text starts, behind the quote."""
        return self.start + len(self.prefix) + len(self.quote)

    @property
    def body_end(self) -> int:
        """Where its text ends, before the quote."""
        return self.end - len(self.quote)

    @property
    def is_format(self) -> bool:
        """Whether it is an f-string."""
        return "f" in self.prefix.lower()


def read_literal(text: str, start: int, stop: int, number: int = 0) -> Literal:
    """Read the literal that starts at an offset."""
    opening = _OPENING.match(text, start, stop)
    if opening is None or set(opening[1].lower()) - set("fru"):
        raise UnfitError
    prefix, quote = opening[1], opening[2]
    is_format, is_raw = "f" in prefix.lower(), "r" in prefix.lower()
    at = opening.end()
    signs: list[Sign] = []
    while not text.startswith(quote, at):
        sign = text[at : at + 1]
        end = at + 1
        hole: Hole | None = None
        if not sign or at >= stop or (sign == "\n" and len(quote) == 1):
            raise UnfitError
        if sign == "\\" and (not is_raw or text[at + 1 : at + 2] == quote[0]):
            if is_raw or text[at + 1 : at + 2] not in _ESCAPES:
                raise UnfitError
            sign, end = _ESCAPES[text[at + 1]], at + 2
        elif is_format and sign in "{}":
            if text[at + 1 : at + 2] == sign:
                end = at + 2
            elif sign == "}":
                raise UnfitError
            else:
                hole, end = _read_field(text, at, stop)
                sign = "\0"
        elif sign == "\0":
            raise UnfitError
        if sign:
            signs.append(Sign(value=sign, start=at, end=end, literal=number, hole=hole))
        at = end
    return Literal(prefix=prefix, quote=quote, start=start, end=at + len(quote), signs=tuple(signs))


def _read_field(text: str, start: int, stop: int) -> tuple[Hole, int]:
    """Read `{expression}`; return the offset behind it."""
    depth, at = 0, start + 1
    while at < stop:
        sign = text[at]
        if sign in "([{":
            depth += 1
        elif sign in "'\"":
            at = _after_string(text, at, stop)
            continue
        elif sign == "}" and not depth:
            break
        elif sign in ")]}":
            depth -= 1
        elif not depth and (
            sign == ":" or (sign == "!" and text[at + 1 : at + 2] != "=") or sign in "#\\"
        ):
            break
        at += 1
    hole = hole_of(text, start + 1, at)
    if text.startswith("!s}", at):
        at += 2
    if not text.startswith("}", at):
        raise UnfitError
    return hole, at + 1


def _after_string(text: str, start: int, stop: int) -> int:
    at = start + 1
    while at < stop and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def hole_of(text: str, start: int, end: int, *, is_operand: bool = False) -> Hole:
    """Return the hole whose expression is a stretch of the text."""
    source = text[start:end]
    start += len(source) - len(source.lstrip())
    end -= len(source) - len(source.rstrip())
    return Hole(start=start, end=end, source=text[start:end], is_operand=is_operand)


def expression_of(hole: Hole) -> ast.expr:
    """Return what stands in a hole, as Python's own tree."""
    try:
        return ast.parse(f"({hole.source})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise UnfitError from None
