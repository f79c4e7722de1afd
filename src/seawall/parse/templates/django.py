"""Reads a Django template."""

import re
from collections.abc import Callable, Mapping

from seawall.model.template import State, Template
from seawall.parse.templates.expressions import OWN
from seawall.parse.templates.filters import NONE, Value, apply_filter, read_item
from seawall.parse.templates.marks import Marks, Piece
from seawall.parse.templates.reader import Reader

_PART = re.compile(
    r"\s*\|\s*(?P<filter>[\w.]+)"
    r"(?:\s?:\s?(?:_\()?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<value>[\w.+-]+))\)?)?"
)
_VALUE = re.compile(r"(?:_\()?(?:\"([^\"]*)\"|'([^']*)'|([\w.+-]+))\)?")
_WORD = re.compile(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*'|[\"'])+")
_PAIR = re.compile(r"([^\W\d]\w*)=(.+)", re.S)
_BRANCHES = frozenset("else elif empty plural".split())
_WORDS = frozenset("True False None".split())
_ADDRESSES = frozenset("url static media now lorem regroup widthratio templatetag".split())
_SKIPPED = frozenset("comment verbatim".split())
_OPENING = frozenset(
    "if ifchanged ifequal ifnotequal spaceless localize localtime timezone".split()
)
MAX_FILTERS = 12


def read_django(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Django(text, autoescape, state, blocks).read(is_cut)


class _Django:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._reader = Reader(text, "django", autoescape, state, blocks)
        self._marks = Marks(text, one_line=True)
        self._tags: dict[str, Callable[[list[str], Piece], None]] = {
            "for": self._for,
            "with": self._with,
            "blocktrans": self._with,
            "blocktranslate": self._with,
            "autoescape": self._autoescape,
            "filter": self._filter,
            "block": self._block,
            "include": self._include,
            "extends": self._extends,
            "firstof": self._write_some,
            "cycle": self._write_some,
            "trans": self._write_one,
            "translate": self._write_one,
        }

    def read(self, is_cut: bool) -> Template:
        reader = self._reader
        for piece in self._marks.pieces():
            if piece.kind == "text":
                reader.page.read(piece.text)
            elif piece.kind == "output":
                self._write(self._value(piece.text), piece)
            else:
                self._read_tag(piece)
        return reader.finish(is_cut)

    def _read_tag(self, piece: Piece) -> None:
        reader = self._reader
        name, *words = _WORD.findall(piece.text) or [""]
        if name.startswith("end"):
            reader.close(name[3:])
        elif name in _BRANCHES:
            reader.turn()
        elif name in _OPENING:
            reader.open(name, scope=False)
        elif name in _SKIPPED:
            inner = self._marks.skip(re.compile(rf"\{{%\s*end{name}\b[^%\n]*%\}}"))
            if name == "verbatim":
                reader.page.read(inner)
        elif name in self._tags:
            self._tags[name](words, piece)
        elif name == "load":
            self._reader.libraries += words[-1:] if "from" in words else words[:MAX_FILTERS]
        elif len(words) > 1 and words[-2] == "as":
            # A tag that gives a name to what it finds; what that is nobody can tell.
            reader.bind(words[-1], NONE, "set", reader.span(piece.start, piece.end))
        elif words and name not in _ADDRESSES:
            self._call(name, words, piece)

    def _call(self, name: str, words: list[str], piece: Piece) -> None:
        """Read a tag of the program's own: what it writes is for its function to say."""
        arguments = []
        for place, word in enumerate(words[:MAX_FILTERS]):
            pair = _PAIR.fullmatch(word)
            key = pair[1] if pair else str(place)
            arguments.append((key, self._value(pair[2] if pair else word)))
        self._reader.invoke(name, arguments)
        self._write(NONE, piece)

    def _value(self, text: str) -> Value:
        """Read `variable|filter:argument|...`."""
        text = text.strip()
        first = _VALUE.match(text)
        if not first:
            return NONE
        constant = first[1] or first[2]
        value = Value(constant=constant) if constant else self._variable(first[3] or "")
        at = first.end()
        for _ in range(MAX_FILTERS):
            part = _PART.match(text, at)
            if not part:
                break
            at = part.end()
            arguments = []
            if part["value"]:
                arguments.append(self._variable(part["value"]))
            elif part["double"] or part["single"]:
                arguments.append(Value(constant=part["double"] or part["single"]))
            handed = [("0", value), *(("1", one) for one in arguments)]
            self._reader.invoke("|" + part["filter"], handed)
            value = apply_filter(
                part["filter"], value, arguments, autoescape=self._reader.autoescape
            )
        return value

    def _variable(self, text: str) -> Value:
        name, *path = text.split(".")
        if name in OWN or name in _WORDS or name[:1].isdigit() or name[:1] in "+-":
            if text == "block.super":
                self._reader.keep_block()
            return NONE
        value = Value(self._reader.look(name))
        for part in path:
            value = read_item(value, part)
        return value

    def _write(self, value: Value, piece: Piece) -> None:
        self._reader.write(value, piece.text, piece.start, piece.end)

    def _write_some(self, words: list[str], piece: Piece) -> None:
        if "as" in words[-2:-1]:
            span = self._reader.span(piece.start, piece.end)
            values = [self._value(word) for word in words[:-2]]
            self._reader.bind(words[-1], _either(values), "set", span)
            return
        self._write(_either([self._value(word) for word in words]), piece)

    def _write_one(self, words: list[str], piece: Piece) -> None:
        if "as" in words:
            self._write_some([words[0], *words[words.index("as") :]], piece)
        elif words:
            self._write(self._value(words[0]), piece)

    def _for(self, words: list[str], piece: Piece) -> None:
        self._reader.open("for")
        if "in" in words:
            place = words.index("in")
            names = [name for word in words[:place] for name in word.split(",") if name]
            value = self._value(words[place + 1] if place + 1 < len(words) else "")
            self._reader.bind_loop(names, value, self._reader.span(piece.start, piece.end))

    def _with(self, words: list[str], piece: Piece) -> None:
        self._reader.open(piece.text.split()[0])
        span = self._reader.span(piece.start, piece.end)
        for name, value in self._pairs(words):
            self._reader.bind(name, value, "with", span)

    def _pairs(self, words: list[str]) -> list[tuple[str, Value]]:
        """Read `name=value` and the older `value as name`."""
        pairs = []
        for place, word in enumerate(words):
            match = _PAIR.fullmatch(word)
            if match:
                pairs.append((match[1], self._value(match[2])))
            elif word == "as" and 0 < place < len(words) - 1:
                pairs.append((words[place + 1], self._value(words[place - 1])))
        return pairs

    def _autoescape(self, words: list[str], piece: Piece) -> None:
        self._reader.open("autoescape", scope=False)
        if words[:1] in (["on"], ["off"]):
            self._reader.autoescape = words[0] == "on"

    def _filter(self, words: list[str], piece: Piece) -> None:
        self._reader.open("filter", scope=False)
        names = tuple(part.partition(":")[0].strip() for part in "".join(words).split("|"))
        if not self._reader.autoescape or "force_escape" in names:
            self._reader.filters = (*self._reader.filters, *names)

    def _block(self, words: list[str], piece: Piece) -> None:
        span = self._reader.span(piece.start, piece.end)
        self._reader.open_block(words[0] if words else "", span)

    def _include(self, words: list[str], piece: Piece) -> None:
        span = self._reader.span(piece.start, piece.end)
        name = self._value(words[0]).constant if words else ""
        alone = "only" in words
        bindings = self._pairs(words)
        self._reader.link("include", name, span, bindings=bindings, alone=alone)

    def _extends(self, words: list[str], piece: Piece) -> None:
        span = self._reader.span(piece.start, piece.end)
        self._reader.link("extends", self._value(words[0]).constant if words else "", span)


def _either(values: list[Value]) -> Value:
    references = [reference for value in values for reference in value.references]
    return Value(tuple(dict.fromkeys(references)))
