"""Reads a template of Tornado."""

import re
from collections.abc import Callable, Mapping

from seawall.model.program import Span
from seawall.model.template import State, Template
from seawall.parse.templates.expressions import read_expression
from seawall.parse.templates.filters import NONE, Value, force, unmark
from seawall.parse.templates.jinja import split_arguments
from seawall.parse.templates.marks import Marks, Piece
from seawall.parse.templates.reader import Reader

_WORD = re.compile(r"[a-z]+")
_AUTOESCAPE = re.compile(r"\{%\s{0,9}autoescape\s{1,9}(\w+)")
_FOR = re.compile(r"([\w ,().]+?) in (.*)", re.S)
_SET = re.compile(r"([\w ,.()]+)=(?!=)(.*)", re.S)
_NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_MODULE = re.compile(r"Template ?\( ?(?:\"([^\"]*)\"|'([^']*)')(.*)\)", re.S)
_BRANCHES = frozenset("else elif except finally".split())


def read_tornado(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Tornado(text, autoescape, state, blocks).read(is_cut)


class _Tornado:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._reader = Reader(text, "tornado", autoescape, state, blocks)
        # It holds for the whole file, wherever it stands.
        for function in _AUTOESCAPE.findall(text):
            self._reader.autoescape = function != "None"
        self._marks = Marks(text, one_line=False)
        self._tags: dict[str, Callable[[str, Span], None]] = {
            "for": self._for,
            "if": lambda rest, span: self._reader.open("if", scope=False),
            "while": lambda rest, span: self._reader.open("while", scope=False),
            "try": lambda rest, span: self._reader.open("try", scope=False),
            "apply": self._apply,
            "block": self._block,
            "set": self._set,
            "module": self._module,
            "include": lambda rest, span: self._link("include", rest, span),
            "extends": lambda rest, span: self._link("extends", rest, span),
        }

    def read(self, is_cut: bool) -> Template:
        reader = self._reader
        for piece in self._marks.pieces():
            if piece.kind == "text":
                reader.page.read(piece.text)
            elif piece.text.startswith("!"):
                # It stands for the mark itself.
                reader.page.read(piece.text)
            elif piece.kind == "output":
                self._write(piece, piece.text, reader.autoescape)
            else:
                self._read_tag(piece)
        return reader.finish(is_cut)

    def _read_tag(self, piece: Piece) -> None:
        reader = self._reader
        match = _WORD.match(piece.text)
        name = match[0] if match else ""
        rest = " ".join(piece.text[len(name) :].split())
        if name == "end":
            if reader.frames:
                reader.close(reader.frames[-1].kind)
        elif name in _BRANCHES:
            reader.turn()
        elif name == "raw":
            self._write(piece, rest, False)
        elif name in self._tags:
            self._tags[name](rest, reader.span(piece.start, piece.end))

    def _value(self, text: str) -> Value:
        reader = self._reader
        value = unmark(read_expression(text, reader.look, reader.invoke, autoescape=False))
        # It escapes what is no link, here.
        return force(value, "linkify()")

    def _write(self, piece: Piece, text: str, escaped: bool) -> None:
        reader = self._reader
        told, reader.autoescape = reader.autoescape, escaped
        reader.write(self._value(text), text, piece.start, piece.end)
        reader.autoescape = told

    def _for(self, rest: str, span: Span) -> None:
        self._reader.open("for")
        match = _FOR.match(rest)
        if match:
            self._reader.bind_loop(_NAME.findall(match[1]), self._value(match[2]), span)

    def _set(self, rest: str, span: Span) -> None:
        match = _SET.match(rest)
        if match and "." not in match[1]:
            value = self._value(match[2])
            for name in _NAME.findall(match[1]):
                self._reader.bind(name, value, "set", span)

    def _apply(self, rest: str, span: Span) -> None:
        self._reader.open("apply", scope=False)
        self._reader.filters = (*self._reader.filters, rest)

    def _block(self, rest: str, span: Span) -> None:
        self._reader.open_block(rest, span)

    def _link(self, kind: str, rest: str, span: Span) -> None:
        match = _STRING.match(rest)
        # Quotes are optional.
        name = (match[1] or match[2] or "") if match else rest
        self._reader.link(kind, name, span)

    def _module(self, rest: str, span: Span) -> None:
        """Read the module that fills in another template; what other ones give nobody can tell."""
        match = _MODULE.match(rest)
        if match:
            pairs = [
                (name, self._value(text) if text else NONE)
                for name, text in split_arguments(match[3].lstrip(" ,"))
            ]
            name = match[1] or match[2] or ""
            self._reader.link("include", name, span, bindings=pairs, alone=True)
