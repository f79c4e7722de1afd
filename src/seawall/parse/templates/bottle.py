"""Reads a template of Bottle (its SimpleTemplate)."""

import re
from collections.abc import Mapping

from seawall.model.template import State, Template
from seawall.parse.templates.brackets import Brackets
from seawall.parse.templates.expressions import read_expression
from seawall.parse.templates.filters import NONE, Value, unmark
from seawall.parse.templates.jinja import split_arguments
from seawall.parse.templates.reader import Reader

_MARK = re.compile(r"\\\{\{|\{\{(?P<raw>!?)|\\?<%|^[ \t]*(?P<line>\\?%%?)|\\\r?\n", re.M)
_NAME = re.compile(r"[^\W\d]\w*")
_FOR = re.compile(r"for ([\w ,().]+?) in (.*?):?\Z", re.S)
_SET = re.compile(r"([\w ,()]+)=(?!=)(.*)", re.S)
_DEF = re.compile(r"def ([^\W\d]\w*) ?\((.*)\) ?:?\Z", re.S)
_DEFINED = re.compile(r"^[ \t]*%[ \t]{0,9}def[ \t]{1,9}(\w+)", re.M)
_DRAWN = re.compile(r"(include|rebase)(?: ?\( ?| )(?:\"([^\"]*)\"|'([^']*)'|([\w./-]+))(.*)", re.S)
_DEFAULT = re.compile(r"setdefault ?\( ?[\"']([^\W\d]\w*)[\"'] ?,(.*)\)\Z", re.S)
_PAIR = re.compile(r"([^\W\d]\w*)=(\"[^\"]*\"|'[^']*'|[^\s,]+)")
_BRANCHES = frozenset("else elif except finally".split())
_OPENING = frozenset("if while try with".split())
MAX_LINE = 4000
MAX_LINES = 2000
"""Lines of one stretch of code."""


def read_bottle(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Bottle(text, autoescape, state, blocks).read(is_cut)


class _Bottle:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._text = text
        self._reader = Reader(text, "bottle", autoescape, state, blocks)
        self._reader.imported.update(_DEFINED.findall(text))
        self._brackets = Brackets(text)
        self._at = 0

    def read(self, is_cut: bool) -> Template:
        text = self._text
        while True:
            found = _MARK.search(text, self._at)
            if not found:
                break
            start = found.start()
            if start > self._at:
                self._reader.page.read(text[self._at : start])
            self._at = found.end()
            if found["raw"] is not None:
                self._write(start, raw=found["raw"] == "!")
            elif found["line"] == "%":
                self._read_line(self._skip("\n"), start)
            elif found[0] == "<%":
                for line in self._skip("%>").split("\n", MAX_LINES)[:MAX_LINES]:
                    self._read_line(line, start)
            elif found["line"] or found[0][1:] in ("{{", "<%"):
                # It stands for the mark itself.
                self._reader.page.read(found[0].strip().strip("\\"))
        self._reader.page.read(text[self._at :])
        return self._reader.finish(is_cut)

    def _skip(self, end: str) -> str:
        start = self._at
        place = self._brackets.find(end, start)
        place = len(self._text) if place < 0 else place
        self._at = min(len(self._text), place + len(end))
        return self._text[start:place]

    def _value(self, text: str) -> Value:
        reader = self._reader
        return unmark(read_expression(text, reader.look, reader.invoke, autoescape=False))

    def _write(self, start: int, *, raw: bool) -> None:
        reader = self._reader
        begin = self._at
        end = self._brackets.end(begin, "}}")
        if end < 0:
            reader.page.read(self._text[start:begin])
            return
        self._at = end + 2
        inner = self._text[begin:end]
        told = reader.autoescape
        # Where the template was made with `noescape` the mark means the contrary.
        reader.autoescape = told != raw
        reader.write(self._value(inner), inner, start, self._at)
        reader.autoescape = told

    def _read_line(self, line: str, start: int) -> None:
        """Read a line of Python."""
        reader = self._reader
        words = " ".join(line[:MAX_LINE].split())
        found = _NAME.match(words)
        word = found[0] if found else ""
        span = reader.span(start, min(self._at, start + MAX_LINE))
        if word == "end":
            if reader.frames:
                reader.close(reader.frames[-1].kind)
        elif word in _BRANCHES:
            reader.turn()
        elif word in _OPENING:
            reader.open(word, scope=False)
        elif word == "for":
            reader.open("for")
            loop = _FOR.match(words)
            if loop:
                reader.bind_loop(_NAME.findall(loop[1]), self._value(loop[2]), span)
        elif word == "def":
            head = _DEF.match(words)
            pairs = split_arguments(head[2]) if head else []
            reader.open_macro(head[1] if head else "", [(key, NONE) for key, _ in pairs], span)
        elif drawn := _DRAWN.match(words):
            name = drawn[2] or drawn[3] or drawn[4] or ""
            pairs = split_arguments(drawn[5].rstrip(") ").lstrip(", ")) or _PAIR.findall(drawn[5])
            given = [(key, self._value(one)) for key, one in pairs]
            if drawn[1] == "rebase":
                given.append(("base", NONE))
            reader.link("include", name, span, bindings=given)
        elif default := _DEFAULT.match(words):
            known = Value(reader.look(default[1]))
            other = self._value(default[2])
            reader.bind(default[1], Value((*known.references, *other.references)), "set", span)
        elif assigned := _SET.match(words):
            value = self._value(assigned[2])
            for name in _NAME.findall(assigned[1]):
                reader.bind(name, value, "set", span)
        elif word in reader.imported:
            reader.write(self._value(words), words, start, self._at)
