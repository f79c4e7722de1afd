"""The tree of an HCL file. Places are offsets into its text, in code points.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md.
"""

import bisect
from typing import TypeAlias

from msgspec import Struct

Scalar: TypeAlias = str | int | float | bool | None


class Expr(Struct, frozen=True, gc=False):
    """An expression, from `start` to `end`."""

    start: int
    end: int


class Literal(Expr, frozen=True, gc=False):
    """A number, a boolean, null, or a text without anything to fill in."""

    value: Scalar


class Template(Expr, frozen=True):
    """A text with expressions in it."""

    parts: "tuple[str | Expr, ...]"
    is_wrap: bool = False
    """Whether it is nothing but one expression, "${x}": then it is that value, of its type."""


class Name(Expr, frozen=True, gc=False):
    """A word: a variable, or the beginning of a reference."""

    name: str


class Attribute(Expr, frozen=True):
    """`target.name`."""

    target: Expr
    name: str


class Index(Expr, frozen=True):
    """`target[key]`, and `target.0`."""

    target: Expr
    key: Expr


class Splat(Expr, frozen=True):
    """`target[*].a.b` and `target.*.a`: what follows is asked of each."""

    target: Expr
    each: Expr
    """The rest, over `Name("*")`."""


class Call(Expr, frozen=True):
    """A call of a function."""

    name: str
    arguments: tuple[Expr, ...]
    expands: bool = False
    """Whether the last argument is a list of arguments, `x...`."""


class Unary(Expr, frozen=True):
    """`-x` and `!x`."""

    operator: str
    operand: Expr


class Binary(Expr, frozen=True):
    """`a + b` and its like."""

    operator: str
    left: Expr
    right: Expr


class Conditional(Expr, frozen=True):
    """`question ? yes : no`; in a template `%{ if }`."""

    question: Expr
    yes: Expr
    no: Expr


class Tuple(Expr, frozen=True):
    """`[a, b]`."""

    items: tuple[Expr, ...]


class Object(Expr, frozen=True):
    """`{a = b}`; a word as a key is a `Literal`."""

    items: tuple[tuple[Expr, Expr], ...]


class For(Expr, frozen=True):
    """`[for v in c : x if y]` and `{for k, v in c : x => y}`; in a template `%{ for }`."""

    key_name: str
    """ "" where there is none."""
    value_name: str
    collection: Expr
    key: Expr | None
    """Of an object; None for a list."""
    value: Expr
    condition: Expr | None = None
    groups: bool = False
    joins: bool = False
    """Whether the results are one text."""


class Setting(Struct, frozen=True):
    """`name = value`."""

    name: str
    value: Expr
    start: int
    end: int


class Block(Struct, frozen=True):
    """`type "label" { ... }`."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    start: int
    head_end: int
    """After its opening brace."""
    end: int


class Body(Struct, frozen=True):
    """What stands in a block, or in a file."""

    settings: dict[str, Setting]
    blocks: tuple[Block, ...]


class Broken(Struct, frozen=True):
    """A part that is not understood; the parts beside it are."""

    line: int
    words: str


class File(Struct, frozen=True):
    """A file of HCL."""

    path: str
    body: Body
    lines: tuple[int, ...]
    """The offsets at which its lines begin."""
    broken: tuple[Broken, ...] = ()
    spans: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    """Those that were asked for: loops ask for the same again."""

    def span(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Return the lines and columns of a stretch: where it begins, and behind its end."""
        found = self.spans.get((start, end))
        if found is None:
            found = self.spans[start, end] = (*self.position(start), *self.position(end))
        return found

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of an offset."""
        line = bisect.bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1


def line_starts(text: str) -> tuple[int, ...]:
    """Return the offsets at which lines begin."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return tuple(starts)
