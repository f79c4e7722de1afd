"""Reads a Jinja template."""

import re
from collections.abc import Callable, Mapping

from seawall.model.program import Span
from seawall.model.template import State, Template
from seawall.parse.templates.expressions import read_expression
from seawall.parse.templates.filters import NONE, Value
from seawall.parse.templates.marks import Marks, Piece
from seawall.parse.templates.reader import Reader

_RAW_END = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_FOR = re.compile(r"([\w ,().]+?) in (.*)", re.S)
_SET = re.compile(r"([\w ,.()]+)=(?!=)(.*)", re.S)
_NAME = re.compile(r"[^\W\d]\w*")
_HEAD = re.compile(r"([\w.]+) ?(?:\((.*)\))?", re.S)
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_IMPORT = re.compile(r"(.*?) (?:import|as) (.*)", re.S)
_DEFINED = re.compile(r"\{%[-+]?\s{0,9}macro\s{1,9}(\w+)")
_BRANCHES = frozenset("else elif pluralize".split())


def read_jinja(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Jinja(text, autoescape, state, blocks).read(is_cut)


class _Jinja:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._reader = Reader(text, "jinja", autoescape, state, blocks)
        # A macro may be called by one that stands before it.
        self._reader.imported.update(_DEFINED.findall(text))
        self._marks = Marks(text, one_line=False)
        self._tags: dict[str, Callable[[str, Span], None]] = {
            "for": self._for,
            "if": lambda rest, span: self._reader.open("if", scope=False),
            "set": self._set,
            "with": self._with,
            "trans": lambda rest, span: self._with(rest, span, "trans"),
            "autoescape": self._autoescape,
            "filter": self._filter,
            "block": self._block,
            "macro": self._macro,
            "include": lambda rest, span: self._link("include", rest, span),
            "extends": lambda rest, span: self._link("extends", rest, span),
            "import": self._import,
            "from": self._import,
            "raw": lambda rest, span: self._reader.page.read(self._marks.skip(_RAW_END)),
        }

    def read(self, is_cut: bool) -> Template:
        reader = self._reader
        for piece in self._marks.pieces():
            if piece.kind == "text":
                reader.page.read(piece.text)
            elif piece.kind == "output":
                self._write(piece.text, piece.start, piece.end)
            else:
                self._read_tag(piece)
        return reader.finish(is_cut)

    def _read_tag(self, piece: Piece) -> None:
        reader = self._reader
        match = _NAME.match(piece.text)
        name = match[0] if match else ""
        # Any space is as good as one.
        rest = " ".join(piece.text[len(name) :].split())
        if name.startswith("end"):
            reader.close(name[3:])
        elif name in _BRANCHES:
            reader.turn()
        elif name == "print":
            self._write(rest, piece.start, piece.end)
        elif name == "call":
            self._call(rest, piece)
        elif name in self._tags:
            self._tags[name](rest, reader.span(piece.start, piece.end))

    def _value(self, text: str) -> Value:
        reader = self._reader
        return read_expression(text, reader.look, reader.invoke, autoescape=reader.autoescape)

    def _write(self, text: str, start: int, end: int) -> None:
        if text.replace(" ", "").startswith("super()"):
            self._reader.keep_block()
        self._reader.write(self._value(text), text, start, end)

    def _for(self, rest: str, span: Span) -> None:
        match = _FOR.match(rest)
        self._reader.open("for")
        if match:
            # A condition behind the items gives nothing; "if" there has no "else".
            value = self._value(re.split(r" if | recursive\b", match[2], maxsplit=1)[0])
            self._reader.bind_loop(_NAME.findall(match[1]), value, span)

    def _set(self, rest: str, span: Span) -> None:
        match = _SET.match(rest)
        if match:
            names = _NAME.findall(match[1]) if "." not in match[1] else []
            value = self._value(match[2])
            for name in names:
                self._reader.bind(name, value, "set", span)
            return
        head = _HEAD.match(rest)
        if head:
            # What stands in between is written there; the name gives it, escaped already.
            self._reader.bind(head[1], NONE, "set", span)
            self._reader.open("set", scope=False)

    def _with(self, rest: str, span: Span, kind: str = "with") -> None:
        self._reader.open(kind)
        for name, value in self._pairs(rest):
            self._reader.bind(name, value, "with", span)

    def _pairs(self, rest: str) -> list[tuple[str, Value]]:
        return [(name, self._value(text) if text else NONE) for name, text in split_arguments(rest)]

    def _autoescape(self, rest: str, span: Span) -> None:
        self._reader.open("autoescape")
        # What is no constant is decided when it runs; then what is in force stays so.
        word = rest.strip().lower()
        if word in ("true", "false"):
            self._reader.autoescape = word == "true"

    def _filter(self, rest: str, span: Span) -> None:
        self._reader.open("filter")
        names = [match[0] for part in rest.split("|") if (match := _NAME.match(part.strip()))]
        # All that is written in it is marked already where escaping is in force.
        if not self._reader.autoescape or "forceescape" in names:
            self._reader.filters = (*self._reader.filters, *names)

    def _block(self, rest: str, span: Span) -> None:
        match = _NAME.match(rest)
        self._reader.open_block(match[0] if match else "", span)

    def _macro(self, rest: str, span: Span) -> None:
        head = _HEAD.match(rest)
        self._reader.open_macro(
            head[1] if head else "", self._pairs(head[2] or "") if head else [], span
        )

    def _call(self, rest: str, piece: Piece) -> None:
        parameters = ""
        if rest.startswith("("):
            parameters, _, rest = rest[1:].partition(")")
        self._write(rest, piece.start, piece.end)
        self._reader.open("call")
        span = self._reader.span(piece.start, piece.end)
        for name in _NAME.findall(parameters):
            self._reader.bind(name, NONE, "with", span)

    def _link(self, kind: str, rest: str, span: Span) -> None:
        match = _STRING.match(rest)
        name = (match[1] or match[2] or "") if match else ""
        self._reader.link(kind, name, span, alone="without context" in rest)

    def _import(self, rest: str, span: Span) -> None:
        match = _IMPORT.match(rest)
        text, _, _ = match[2].partition(" with") if match else ("", "", "")
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        self._reader.imported.update(name.split()[-1] for name in names)
        file = _STRING.match(rest)
        name = (file[1] or file[2] or "") if file else ""
        self._reader.link("import", name, span, names=names, alone=True)


def split_arguments(text: str) -> list[tuple[str, str]]:
    """Split `a=x, b` into names and texts of values, at commas that are in no bracket or string."""
    found: list[tuple[str, str]] = []
    depth = 0
    quote = ""
    start = 0
    for place, character in enumerate(text + ","):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and (depth <= 0 or place == len(text)):
            name, sign, value = text[start:place].partition("=")
            match = _NAME.fullmatch(name.strip().lstrip("*"))
            if match:
                found.append((match[0], value.strip() if sign else ""))
            start = place + 1
    return found
