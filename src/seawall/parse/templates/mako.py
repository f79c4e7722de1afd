"""Reads a Mako template."""

import re
from collections.abc import Mapping

from seawall.model.template import State, Template
from seawall.parse.templates.brackets import MAX_AWARE, Brackets
from seawall.parse.templates.expressions import ASSIGNED, read_expression
from seawall.parse.templates.filters import NONE, Value, apply_filter
from seawall.parse.templates.jinja import split_arguments
from seawall.parse.templates.reader import Reader

_MARK = re.compile(
    r"\$\{|<%doc>|<%text\b[^>]{0,200}>|<%!|<%(?=[\s#])|<%(?P<tag>[\w:.]+)|</%(?P<end>[\w:.]+)\s*>"
    r"|^[ \t]*(?P<line>%(?!%)|##)|\\\r?\n",
    re.M,
)
_TAG_END = re.compile(r"/?>")
_ATTRIBUTE = re.compile(r"([\w:.]+)\s?=\s?(?:\"([^\"]*)\"|'([^']*)')")
_CALLED = re.compile(r"([\w.]+)(?:\((.*)\))?", re.S)
_FILTERS = re.compile(r"(?<!\|)\|(?!\|)([\w\s.,()]*)\Z")
_FOR = re.compile(r"for ([\w ,().]+?) in (.*?):?\Z", re.S)
_DEFINED = re.compile(r"<%def\s[^>]{0,200}?name\s?=\s?[\"']([\w.]+)")
_BRANCHES = ("else", "elif", "except", "finally")


def read_mako(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Mako(text, autoescape, state, blocks).read(is_cut)


class _Mako:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._text = text
        self._reader = Reader(text, "mako", autoescape, state, blocks)
        # A function may be called before it is defined.
        self._reader.imported.update(_DEFINED.findall(text))
        self._page: list[str] = []
        """The filters that `<%page>` asks for."""
        self._at = 0
        self._brackets = Brackets(text)

    def read(self, is_cut: bool) -> Template:
        text = self._text
        while True:
            found = _MARK.search(text, self._at)
            if not found:
                break
            if found.start() > self._at:
                self._reader.page.read(text[self._at : found.start()])
            self._at = found.end()
            mark = found[0]
            if mark == "${":
                self._write(found.start())
            elif found["line"]:
                self._read_line(found)
            elif found["end"]:
                self._reader.close("macro" if found["end"] == "def" else found["end"])
            elif found["tag"]:
                self._read_tag(found["tag"], found.start())
            elif mark == "<%doc>":
                self._skip("</%doc>")
            elif mark.startswith("<%text"):
                self._reader.page.read(self._skip("</%text>"))
            elif mark.startswith("<%"):
                self._read_code(found.start(), module=mark == "<%!")
        self._reader.page.read(text[self._at :])
        return self._reader.finish(is_cut)

    def _skip(self, end: str) -> str:
        """Pass over all up to an end, or to the end of the text; return it."""
        start = self._at
        place = self._brackets.find(end, start)
        place = len(self._text) if place < 0 else place
        self._at = min(len(self._text), place + len(end))
        return self._text[start:place]

    def _value(self, text: str) -> Value:
        reader = self._reader
        return read_expression(text, reader.look, reader.invoke, autoescape=False)

    def _write(self, start: int) -> None:
        inner = self._expression()
        escaping = self._reader.autoescape
        names: list[str] = []
        found = _FILTERS.search(inner)
        if found:
            names = [part.partition("(")[0].strip() for part in found[1].split(",")]
        value = self._value(inner[: found.start()] if found else inner)
        if "n" in names:
            # No filter but those that stand here.
            self._reader.autoescape = False
        else:
            names = [*self._page, *names]
        for name in names:
            if name not in ("n", "trim", "unicode", "str", ""):
                value = apply_filter(name, value, [], autoescape=False)
        self._reader.write(value, inner, start, self._at)
        self._reader.autoescape = escaping

    def _expression(self) -> str:
        """Return what stands before the closing bracket, and go on behind it."""
        start = self._at
        end = self._brackets.end(start, "}")
        end = len(self._text) if end < 0 else end
        self._at = min(len(self._text), end + 1)
        return self._text[start:end]

    def _read_line(self, found: re.Match[str]) -> None:
        """Read a line that begins with a percent sign, or pass over one of comment."""
        reader = self._reader
        line = self._skip("\n")
        if found["line"] == "##":
            return
        words = " ".join(line.split())
        word = words.partition(" ")[0].rstrip(":")
        if word.startswith("end"):
            reader.close(word[3:])
        elif word in _BRANCHES:
            reader.turn()
        elif word == "for":
            reader.open("for")
            match = _FOR.match(words)
            if match:
                names = re.findall(r"[^\W\d]\w*", match[1])
                reader.bind_loop(names, self._value(match[2]), reader.span(found.start(), self._at))
        elif word in ("if", "while", "try", "with"):
            reader.open(word, scope=False)

    def _read_code(self, start: int, *, module: bool) -> None:
        """Read the assignments of a stretch of Python."""
        code = self._skip("%>")
        if module:
            return
        span = self._reader.span(start, self._at)
        for name, text in ASSIGNED.findall(code):
            self._reader.bind(name, self._value(text), "set", span)

    def _read_tag(self, name: str, start: int) -> None:
        reader = self._reader
        end = _TAG_END.search(self._text, self._at)
        inner = self._text[self._at : end.start() if end else len(self._text)]
        self._at = end.end() if end else len(self._text)
        attributes = {
            key: one or other for key, one, other in _ATTRIBUTE.findall(inner[:MAX_AWARE])
        }
        span = reader.span(start, self._at)
        closes = not end or end[0] == "/>"
        called = _CALLED.match(attributes.get("name", ""))
        file = attributes.get("file", "")
        if name == "page":
            wanted = attributes.get("expression_filter", "").split(",")
            self._page = [part.strip() for part in wanted]
        elif name == "include":
            pairs = [
                (key, self._value(one)) for key, one in split_arguments(attributes.get("args", ""))
            ]
            reader.link("include", file, span, bindings=pairs)
        elif name == "inherit":
            reader.link("extends", file, span)
        elif name == "namespace":
            names = attributes.get("import", "") or attributes.get("name", "")
            imported = tuple(part.strip() for part in names.split(",") if part.strip() != "*")
            reader.imported.update(imported)
            reader.link("import", file, span, names=imported, alone=True)
        elif name == "def" and not closes:
            parameters = split_arguments((called[2] or "") if called else "")
            reader.open_macro(
                called[1] if called else "", [(key, NONE) for key, _ in parameters], span
            )
        elif name == "block" and not closes:
            reader.open_block(called[1] if called else "", span)
        elif not closes:
            reader.open(name)
            if attributes.get("expr"):
                reader.write(self._value(attributes["expr"]), attributes["expr"], start, self._at)
