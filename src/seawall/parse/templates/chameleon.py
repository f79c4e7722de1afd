"""Reads a page template of Chameleon or Zope (TAL, METAL, and `${}` in texts)."""

import re
from collections.abc import Mapping
from html import unescape

from seawall.model.program import Span
from seawall.model.template import State, Template
from seawall.parse.templates.brackets import Brackets
from seawall.parse.templates.expressions import ASSIGNED, read_expression
from seawall.parse.templates.filters import NONE, Value, join, read_item
from seawall.parse.templates.reader import Reader

_MARK = re.compile(
    r"\$\$|\\?\$\{|<!--[!?]|<\?python\b|<(?P<tag>[a-zA-Z][\w:.-]*)|</(?P<end>[a-zA-Z][\w:.-]*)"
)
_ATTRIBUTE = re.compile(r"\s*(?P<name>[^\s\"'<>/=]+)(?P<sign>\s{0,9}=\s{0,9}[\"'])?")
_TAG_END = re.compile(r"\s*/?>")
_STATEMENTS = frozenset("tal metal i18n meta".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_KIND = re.compile(r"\s*(structure|text)\b\s?:?")
_TYPE = re.compile(r"\s*(python|string|path|not|exists|nocall|load|import|provider|structure)\s?:")
_PATH = re.compile(r"\s*([^\W\d][\w-]*)((?:/[\w?.@+ -]+)+)\s*")
_DEFINITION = re.compile(r"\s*(?:(?:global|local)\s)?\s*(\([\w\s,]+\)|[^\W\d]\w*)\s(.*)", re.S)
_REPEATED = re.compile(r"\s*(\([\w\s,]+\)|[^\W\d]\w*(?:\s?,\s?\w+)*)\s(.*)", re.S)
_NAME = re.compile(r"[^\W\d]\w*")
_FIELD = re.compile(r"\$(?:\{([^{}]*)\}|([^\W\d][\w/]*))")
_SEMICOLON = re.compile(r"(?<!;);(?!;)")
_PIPE = re.compile(r"(?<!\|)\|(?!\|)")
_MACROS = re.compile(r"([\w.-]+)/macros\b")
_QUIET = frozenset("nothing default repeat macros template attrs modules".split())
MAX_OPEN = 100
"""Elements in one another; deeper ones end no scope."""
MAX_STATEMENTS = 60
MAX_STATEMENT = 8000
"""Characters."""


def read_chameleon(
    text: str, autoescape: bool, state: State, blocks: Mapping[str, State], is_cut: bool
) -> Template:
    """Read it to its end."""
    return _Chameleon(text, autoescape, state, blocks).read(is_cut)


class _Chameleon:
    def __init__(
        self, text: str, autoescape: bool, state: State, blocks: Mapping[str, State]
    ) -> None:
        self._text = text
        self._reader = Reader(text, "chameleon", autoescape, state, blocks)
        self._brackets = Brackets(text)
        self._at = 0
        self._open: list[tuple[str, bool]] = []
        """Tags that are open, and whether they hold names of their own."""
        self._files: dict[str, str] = {}
        """Names that stand for other templates."""

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
            mark = found[0]
            if mark == "${":
                self._write(start)
            elif mark == "<?python":
                self._read_code(start)
            elif mark == "<!--!":
                self._skip("-->")
            elif mark == "<!--?":
                self._reader.page.read(mark + self._skip("-->") + "-->")
            elif found["tag"] and self._is_between_tags():
                self._read_tag(found["tag"], start)
            else:
                self._reader.page.read(mark)
                if found["end"]:
                    self._close(found["end"])
        self._reader.page.read(text[self._at :])
        return self._reader.finish(is_cut)

    def _is_between_tags(self) -> bool:
        place = self._reader.page.place()
        return place.context == "text" and not place.tag

    def _skip(self, end: str) -> str:
        start = self._at
        place = self._brackets.find(end, start)
        place = len(self._text) if place < 0 else place
        self._at = min(len(self._text), place + len(end))
        return self._text[start:place]

    # --- Expressions -------------------------------------------------------------------------

    def _value(self, text: str) -> Value:
        """Read an expression, and what counts where it fails (behind "|")."""
        values = []
        for part in _PIPE.split(text[:MAX_STATEMENT], MAX_STATEMENTS):
            kind = _TYPE.match(part)
            if kind and kind[1] == "string":
                fields = [one or other for one, other in _FIELD.findall(part[kind.end() :])]
                values += [self._one(field) for field in fields[:MAX_STATEMENTS]]
                # All behind it belongs to the text.
                break
            if kind and kind[1] in ("not", "exists", "load", "import", "provider"):
                continue
            values.append(self._one(part[kind.end() :] if kind else part))
        return values[0] if len(values) == 1 else join(values)

    def _one(self, text: str) -> Value:
        reader = self._reader
        path = _PATH.fullmatch(text)
        if path is None:
            if text.strip() in _QUIET:
                return NONE
            return read_expression(text, reader.look, reader.invoke, autoescape=reader.autoescape)
        if path[1] in _QUIET:
            return NONE
        value = Value(reader.look(path[1]))
        for name in path[2].strip("/ ").split("/")[:MAX_STATEMENTS]:
            # What "?" names is read of a variable.
            value = read_item(value, "[]" if name.startswith("?") else name.strip())
        return value

    def _write_value(self, text: str, start: int, end: int) -> None:
        """Write an expression where the page is; "structure" in front of it leaves it as it is."""
        reader = self._reader
        kind = _KIND.match(text)
        told = reader.autoescape
        if kind and kind[1] == "structure":
            reader.autoescape = False
        value = self._value(text[kind.end() :] if kind else text)
        reader.write(value, text, start, end)
        reader.autoescape = told

    def _write(self, start: int) -> None:
        begin = self._at
        end = self._brackets.end(begin, "}")
        if end < 0:
            self._reader.page.read("${")
            return
        self._at = end + 1
        self._write_value(unescape(self._text[begin:end]), start, self._at)

    def _read_code(self, start: int) -> None:
        code = self._skip("?>")
        span = self._reader.span(start, self._at)
        for name, text in ASSIGNED.findall(code):
            self._reader.bind(name, self._value(text), "set", span)

    # --- Elements ----------------------------------------------------------------------------

    def _read_tag(self, tag: str, start: int) -> None:
        """Read a start tag; its statements count in their own order, not as they stand."""
        text, reader = self._text, self._reader
        prefix, colon, local = tag.lower().partition(":")
        of_language = bool(colon) and prefix in _STATEMENTS
        statements: dict[str, tuple[str, int, int]] = {}
        names: list[tuple[str, int, int]] = []
        while len(names) < MAX_STATEMENTS:
            found = _ATTRIBUTE.match(text, self._at)
            if not found:
                break
            begin = found.end()
            end = self._brackets.find(found["sign"][-1], begin) if found["sign"] else begin
            if end < 0:
                break
            self._at = end + (1 if found["sign"] else 0)
            name = found["name"].lower()
            space, sign, rest = name.partition(":")
            if sign and space in _STATEMENTS:
                statements[rest] = (unescape(text[begin:end]), found.start("name"), self._at)
            elif of_language and not sign:
                statements[name] = (unescape(text[begin:end]), found.start("name"), self._at)
            else:
                names.append((name, found.start(), self._at))
        closing = _TAG_END.match(text, self._at)
        if closing:
            self._at = closing.end()
        holds = not statements.keys().isdisjoint(("define", "repeat", "fill-slot"))
        if holds:
            reader.open(f"<{tag}")
        self._bind(statements)
        self._draw(statements, reader.span(start, self._at))
        if "replace" in statements:
            self._write_value(*statements["replace"])
        if not of_language:
            reader.page.read(f"<{tag}")
            given = self._attributes(statements)
            for name, begin, end in names:
                if name not in given:
                    self._read_attribute(begin, end)
            self._write_attributes(given, statements)
            reader.page.read(closing[0] if closing else "")
        if "content" in statements:
            self._write_value(*statements["content"])
        alone = closing is None or "/" in closing[0] or tag.lower() in _VOID
        if not alone and len(self._open) < MAX_OPEN:
            self._open.append((tag, holds))
        elif holds:
            reader.close(f"<{tag}")

    def _close(self, tag: str) -> None:
        """Close an element and what is open in it; nothing where none is open."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                for inner, holds in reversed(self._open[place:]):
                    if holds:
                        self._reader.close(f"<{inner}")
                del self._open[place:]
                return

    def _read_attribute(self, start: int, end: int) -> None:
        """Read an attribute into the page, with the values that stand in it."""
        text, reader = self._text, self._reader
        after, at = self._at, start
        while at < end:
            place = text.find("${", at, end)
            if place < 0:
                break
            reader.page.read(text[at:place])
            self._at = place + 2
            self._write(place)
            at = min(self._at, end)
        reader.page.read(text[at:end])
        self._at = after

    def _bind(self, statements: dict[str, tuple[str, int, int]]) -> None:
        reader = self._reader
        if "define" in statements:
            text, start, end = statements["define"]
            for part in _parts(text):
                found = _DEFINITION.match(part)
                if not found:
                    continue
                for name in _NAME.findall(found[1]):
                    value = self._value(found[2])
                    reader.bind(name, value, "with", reader.span(start, end))
                    kind = _TYPE.match(found[2])
                    if kind and kind[1] == "load":
                        self._files[name] = found[2][kind.end() :].strip()
        if "repeat" in statements:
            text, start, end = statements["repeat"]
            repeated = _REPEATED.match(text)
            if repeated:
                names = _NAME.findall(repeated[1])
                reader.bind_loop(names, self._value(repeated[2]), reader.span(start, end))

    def _draw(self, statements: dict[str, tuple[str, int, int]], span: Span) -> None:
        """Read which other template is drawn in: `load: x.pt`, or a macro of a named one."""
        for which in ("use-macro", "extend-macro"):
            text = statements.get(which, ("",))[0]
            kind = _TYPE.match(text)
            if kind and kind[1] == "load":
                name = text[kind.end() :].strip()
            else:
                root = _NAME.match(text.strip())
                named = _MACROS.search(text)
                name = self._files.get(root[0], "") if root else ""
                name = name or (f"{named[1]}.pt" if named else "")
            if name:
                self._reader.link("include", name, span)

    def _attributes(self, statements: dict[str, tuple[str, int, int]]) -> dict[str, str]:
        if "attributes" not in statements:
            return {}
        given = {}
        for part in _parts(statements["attributes"][0]):
            name, _, text = part.strip().partition(" ")
            given[name.lower()] = text
        return given

    def _write_attributes(
        self, given: dict[str, str], statements: dict[str, tuple[str, int, int]]
    ) -> None:
        for name, text in given.items():
            if not text or not name.replace("-", "").replace(":", "").isalnum():
                continue
            self._reader.page.read(f' {name}="')
            self._write_value(text, *statements["attributes"][1:])
            self._reader.page.read('"')


def _parts(text: str) -> list[str]:
    """Split a statement at its semicolons; two of them stand for one."""
    parts = _SEMICOLON.split(text[:MAX_STATEMENT], MAX_STATEMENTS)[:MAX_STATEMENTS]
    return [part.replace(";;", ";") for part in parts]
