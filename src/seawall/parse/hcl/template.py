"""Templates: texts with `${ }` and `%{ }` in them, in quotes and as heredocs."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from seawall.parse.hcl.tree import Conditional, Expr, For, Literal, Template

if TYPE_CHECKING:
    from seawall.parse.hcl.parser import _Parser

HEREDOC = re.compile(r"<<(?P<indent>-?)[ \t]*(?P<mark>[^\W\d][\w-]*)[ \t]*\r?\n")
_PLAIN = re.compile(r"[^\"\\$%\n]+")
_PLAIN_HERE = re.compile(r"[^$%]+")
_ESCAPE = re.compile(
    r"\\(?:(?P<sign>[nrt\"\\])|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8}))"
)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_END = re.compile(r"[ \t]*~?\}")

Parts = "tuple[str | Expr, ...]"


def parts_of(
    parser: "_Parser", done: Callable[[], bool], *, escapes: bool, end: int | None = None
) -> "tuple[str | Expr, ...]":
    """Parse the parts of a template until `done`, or to the end of it."""
    return _Parts(parser, done, escapes=escapes, end=end).all()


def heredoc_parts(
    parser: "_Parser", start: int, end: int, *, indented: bool
) -> "tuple[str | Expr, ...]":
    """Parse a heredoc; of one with `<<-` the indentation that all lines share is taken away."""
    parser.at = start
    parts = parts_of(parser, lambda: parser.at >= end, escapes=False, end=end)
    if not indented:
        return parts
    lines = parser.text[start:end].split("\n")
    widths = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    width = min(widths, default=0)
    if not width:
        return parts
    found: list[str | Expr] = []
    for number, part in enumerate(parts):
        if isinstance(part, str):
            # A part begins a line where it is the first, or follows a line's end in itself only.
            head = "" if number == 0 else part.partition("\n")[0]
            rest = part[len(head) :]
            cut = re.sub(rf"(^|\n)[ \t]{{0,{width}}}", r"\1", rest)
            if head or cut:
                found.append(head + cut)
        else:
            found.append(part)
    return tuple(found)


class _Parts:
    """Reads one template."""

    def __init__(
        self, parser: "_Parser", done: Callable[[], bool], *, escapes: bool, end: int | None
    ) -> None:
        self.parser = parser
        self.done = done
        self.escapes = escapes
        self.end = len(parser.text) if end is None else end

    def all(self) -> "tuple[str | Expr, ...]":
        """Parse to the end."""
        parts, closing = self.until()
        if closing:
            raise self.parser.error(f"%{{ {closing} }} closes nothing")
        return parts

    def until(self) -> "tuple[tuple[str | Expr, ...], str]":
        """Parse to the end, or to a directive that closes ("else", "endif", "endfor")."""
        parser = self.parser
        parts: list[str | Expr] = []
        text: list[str] = []

        def flush() -> None:
            if text:
                parts.append("".join(text))
                text.clear()

        while not self.done():
            if parser.at >= self.end:
                raise parser.error("the text is not closed")
            plain = (_PLAIN if self.escapes else _PLAIN_HERE).match(
                parser.text, parser.at, self.end
            )
            if plain is not None:
                text.append(plain[0])
                parser.at = plain.end()
                continue
            if parser.text.startswith(("$${", "%%{"), parser.at):
                text.append(parser.text[parser.at + 1 : parser.at + 3])
                parser.at += 3
            elif parser.text.startswith("${", parser.at):
                flush()
                parts.append(self.filled())
            elif parser.text.startswith("%{", parser.at):
                flush()
                closing, part = self.directive()
                if closing:
                    return tuple(parts), closing
                if part is not None:
                    parts.append(part)
            else:
                text.append(self.sign())
        flush()
        return tuple(parts), ""

    def sign(self) -> str:
        parser = self.parser
        head = parser.text[parser.at]
        if self.escapes and head == "\n":
            raise parser.error("the text is not closed on its line")
        if self.escapes and head == "\\":
            found = _ESCAPE.match(parser.text, parser.at)
            if found is None:
                # What is no escape is told by Terraform, and means itself to us.
                parser.at += 2
                return parser.text[parser.at - 2 : parser.at]
            parser.at = found.end()
            if found["sign"]:
                return _SIGNS[found["sign"]]
            code = int(found["four"] or found["eight"], 16)
            return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        parser.at += 1
        return head

    def filled(self) -> Expr:
        """Parse `${ expression }`."""
        parser = self.parser
        parser.at += 2
        if parser.text.startswith("~", parser.at):
            parser.at += 1
        parser.skip(lines=True)
        inner = parser.expression(lines=True)
        parser.skip(lines=True)
        self.close()
        return inner

    def directive(self) -> tuple[str, Expr | None]:
        """Parse `%{ if }` and `%{ for }` whole; of a closing one return its name."""
        parser = self.parser
        start = parser.at
        parser.at += 2
        if parser.text.startswith("~", parser.at):
            parser.at += 1
        parser.skip(lines=True)
        mark = parser.at
        name = parser.word()
        if name in ("else", "endif", "endfor"):
            parser.skip(lines=True)
            self.close()
            return name, None
        parser.deeper()
        if name == "if":
            parser.skip(lines=True)
            question = parser.expression(lines=True)
            parser.skip(lines=True)
            self.close()
            yes, closing = self.until()
            no: tuple[str | Expr, ...] = ()
            if closing == "else":
                no, closing = self.until()
            if closing != "endif":
                raise parser.error("%{ if } is not closed")
            parser.depth -= 1
            end = parser.at
            return "", Conditional(
                start, end, question, _joined(start, end, yes), _joined(start, end, no)
            )
        if name != "for":
            raise parser.error(f"there is no %{{ {name[:40]} }}")
        parser.at = mark
        key_name, value_name, collection = parser.for_head()
        self.close()
        body, closing = self.until()
        if closing != "endfor":
            raise parser.error("%{ for } is not closed")
        parser.depth -= 1
        end = parser.at
        value = _joined(start, end, body)
        return "", For(start, end, key_name, value_name, collection, None, value, joins=True)

    def close(self) -> None:
        found = _END.match(self.parser.text, self.parser.at)
        if found is None:
            raise self.parser.error("`}` is to stand here")
        self.parser.at = found.end()


def _joined(start: int, end: int, parts: "tuple[str | Expr, ...]") -> Expr:
    if all(isinstance(part, str) for part in parts):
        return Literal(start, end, "".join(part for part in parts if isinstance(part, str)))
    return Template(start, end, parts)
