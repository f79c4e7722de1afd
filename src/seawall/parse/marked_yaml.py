"""Reads YAML of other people as nodes: values with the place that states each of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]
from msgspec import Struct

from seawall.model.infrastructure import Node, Place, Scalar, Unknown

DEEPEST = 100
"""Collections in one another."""
MOST_UNFOLDED = 300_000
"""Values of one document, each counted wherever an alias or a merge brings it."""
MOST_DOCUMENTS = 5_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_NOTHING = re.compile(r"(?:\s|^---|^\.\.\.|^%.*$|#.*$)*", re.MULTILINE)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})|0x[0-9a-fA-F]{1,15}|0o[0-7]{1,20}")
_WORDS: dict[str, bool | None] = {
    form: value
    for value, names in {None: ("", "~", "null"), True: ("true",), False: ("false",)}.items()
    for name in names
    for form in (name, name.capitalize(), name.upper())
}
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "<<"

Tagged = Callable[[str, Node], Node]
"""Makes of a value with a tag of somebody's own ("!reference") what it stands for."""


class Broken(Struct, frozen=True):
    """A document that is no YAML; those beside it are read."""

    line: int
    """1-based, where it breaks; 0 where nobody knows."""
    words: str
    """As a problem tells it."""


class MarkedYaml(Struct, frozen=True):
    """What a text states."""

    documents: list[Node]
    """In order, without those that are empty."""
    broken: list[Broken]


def parse_marked_yaml(
    content: bytes | str,
    path: str,
    tagged: Tagged | None = None,
    skip: re.Pattern[str] | None = None,
) -> MarkedYaml:
    """Read all documents of a text; a broken one is told and costs only itself.

    Keys are texts, whatever they look like. A whole number is an int, true, false and null are
    what they say, all else is the text that stands there: `1.10`, `yes` and dates as well.
    The place of a collection under a key begins with the key, that of a scalar is its own; what an
    alias or a merge brings stands where its anchor does. Of a key that stands twice the last
    counts. Documents in which `skip` is found are not looked at. What has a template in place of
    a value (`{{ x }}`) is unknown. Tags that nobody asks for are as if they were not there.
    """
    try:
        text = content if isinstance(content, str) else _decoded(content)
    except UnicodeDecodeError:
        return MarkedYaml([], [Broken(0, "it is no text")])
    documents: list[Node] = []
    broken: list[Broken] = []
    for first, part in _parts(text):
        if skip is not None and skip.search(part):
            continue
        if len(documents) + len(broken) >= MOST_DOCUMENTS:
            broken.append(Broken(first + 1, "it has more documents than are read"))
            break
        try:
            documents += _Builder(path, first, part, tagged).built()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            line = first + mark.line + 1 if mark is not None else first + 1
            broken.append(Broken(line, "it is no valid yaml"))
        except _TooMuch as error:
            broken.append(Broken(first + error.line + 1, error.words))
        except (ValueError, UnicodeError):
            broken.append(Broken(first + 1, "it is no valid yaml"))
    return MarkedYaml(documents, broken)


def place_within(node: Node, lines: list[str], offset: int) -> Place:
    """Return where a character of the text of a scalar stands.

    `lines` are those of the file. Of a text that is folded or escaped it is the place of the whole.
    """
    place, text = node.place, node.value
    if not isinstance(text, str) or not 0 < place.line <= len(lines):
        return place
    head = lines[place.line - 1][place.column - 1 :]
    if head.startswith("|"):
        row = text.count("\n", 0, offset)
        start = text.rfind("\n", 0, offset) + 1
        said = text[start:].split("\n", 1)[0]
        number = place.line + row
        if number < len(lines) and said and lines[number].rstrip("\r").endswith(said):
            indent = len(lines[number].rstrip("\r")) - len(said)
            return Place(path=place.path, line=number + 1, column=indent + 1 + offset - start)
        return Place(path=place.path, line=min(number + 1, len(lines)))
    opening = 1 if head[:1] in ("'", '"') else 0
    if head[opening:].startswith(text):
        return Place(path=place.path, line=place.line, column=place.column + opening + offset)
    return place


class _TooMuch(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line, self.words = line, words


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the documents as text, each with the number of lines above it."""
    at = line = 0
    for start in [*(found.start() for found in _START.finditer(text)), len(text)]:
        part = text[at:start]
        matched = _NOTHING.match(part)
        if matched is None or matched.end() != len(part):
            yield line, part
        line += part.count("\n")
        at = start


class _Frame:
    """A collection that is being read."""

    __slots__ = ("anchor", "column", "end", "entries", "is_flow", "items", "key", "line", "merged",
                 "odd", "size", "tag")  # fmt: skip

    def __init__(self, *, table: bool, line: int, column: int) -> None:
        self.entries: dict[str, Node] | None = {} if table else None
        self.items: list[Node] = []
        self.key: str | None = None
        self.merged: list[Node] = []
        self.odd = False
        """Whether a key is no scalar, as `{{ x }}` looks."""
        self.line, self.column = line, column
        self.end = line, column
        self.size = 1
        self.anchor: str | None = None
        self.tag: str | None = None
        self.is_flow = False


class _Builder:
    """Makes nodes of one document, from the events of the parser: without recursion."""

    def __init__(self, path: str, first: int, text: str, tagged: Tagged | None) -> None:
        self._path, self._first, self._text = path, first, text
        self._tagged = tagged
        self._lines: list[str] | None = None
        self._anchors: dict[str, tuple[Node, int, tuple[int, int]]] = {}
        self._key_at = 0, 0
        self._frames: list[_Frame] = []
        self._done: list[Node] = []

    def built(self) -> list[Node]:
        """Return the root; raises yaml.YAMLError and _TooMuch."""
        frames = self._frames
        for event in yaml.parse(self._text, Loader=_Loader):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, table=kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            if frames and frames[-1].size > MOST_UNFOLDED:
                raise _TooMuch(event.start_mark.line, "its yaml unfolds to more than is read")
        return self._done

    def _place(self, line: int, column: int, end: tuple[int, int]) -> Place:
        first = self._first + 1
        return Place(self._path, line + first, column + 1, end[0] + first, end[1] + 1)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.entries is not None and frame.key is None:
            frame.key = event.value
            self._key_at = start.line, start.column
            if event.anchor is not None:
                node = Node(event.value, self._place(start.line, start.column, self._key_at))
                self._anchors[event.anchor] = node, 1, (end.line, end.column)
            return
        stop = end.line, end.column
        if event.style in ("|", ">"):
            stop = self._block_end(start.line, end.line, end.column)
        value: Scalar = event.value
        if event.implicit[0] and event.tag is None:
            value = _plain(event.value)
        node = Node(value, self._place(start.line, start.column, stop))
        if event.tag is not None:
            node = self._with_tag(event.tag, node)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, 1, stop
        self._add(node, 1, stop)

    def _block_end(self, start: int, line: int, column: int) -> tuple[int, int]:
        """Return the end of a text in block style: of its last line that is not empty."""
        if self._lines is None:
            self._lines = self._text.split("\n")
        lines = self._lines
        if column == 0:
            line -= 1
        line = min(line, len(lines) - 1)
        while line > start and not lines[line].strip():
            line -= 1
        return line, len(lines[line].rstrip("\r"))

    def _open(self, event: Any, *, table: bool) -> None:
        frames, start = self._frames, event.start_mark
        line, column = start.line, start.column
        if frames and frames[-1].entries is not None:
            if frames[-1].key is None:
                frames[-1].odd = True
            else:
                line, column = self._key_at
        if len(frames) >= DEEPEST:
            raise _TooMuch(line, "its yaml is nested too deeply")
        frame = _Frame(table=table, line=line, column=column)
        frame.anchor, frame.tag, frame.is_flow = event.anchor, event.tag, event.flow_style
        frame.end = event.end_mark.line, event.end_mark.column
        frames.append(frame)

    def _close(self, event: Any) -> None:
        frame = self._frames.pop()
        end = (event.end_mark.line, event.end_mark.column) if frame.is_flow else frame.end
        place = self._place(frame.line, frame.column, end)
        if frame.entries is None:
            node = Node(frame.items, place)
        elif frame.odd:
            node = Node(Unknown("it is filled in by a template"), place)
        else:
            node = Node(self._entries(frame, event), place)
        if frame.tag is not None:
            node = self._with_tag(frame.tag, node)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = node, frame.size, end
        self._add(node, frame.size, end)

    def _entries(self, frame: _Frame, event: Any) -> dict[str, Node]:
        """Return the entries with those that merges bring, the first of which counts."""
        entries = frame.entries or {}
        for node in frame.merged:
            for one in node.items:
                if isinstance(one.value, dict):
                    # Each entry that is looked at costs, though most of them are there already.
                    frame.size += len(one.value)
                    if frame.size > MOST_UNFOLDED:
                        words = "its yaml unfolds to more than is read"
                        raise _TooMuch(event.start_mark.line, words)
                    for key, value in one.value.items():
                        entries.setdefault(key, value)
        return entries

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line
        if event.anchor not in self._anchors:
            raise _TooMuch(line, "its yaml names an anchor that does not stand above")
        node, size, _ = self._anchors[event.anchor]
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.entries is not None and frame.key is None:
            frame.odd = frame.odd or not isinstance(node.value, str)
            frame.key = node.text()
            self._key_at = line, event.start_mark.column
            return
        self._add(node, size, (event.end_mark.line, event.end_mark.column))

    def _add(self, node: Node, size: int, end: tuple[int, int]) -> None:
        if not self._frames:
            self._done.append(node)
            return
        frame = self._frames[-1]
        frame.size += size
        frame.end = end
        if frame.entries is None:
            frame.items.append(node)
        elif frame.key is None:
            # What stands in place of a key; the next value is its own.
            frame.key = ""
        elif frame.key == _MERGE:
            frame.merged.append(node)
            frame.key = None
        else:
            frame.entries[frame.key] = node
            frame.key = None

    def _with_tag(self, tag: str, node: Node) -> Node:
        if tag.startswith("tag:yaml.org,2002:") or tag == "!" or self._tagged is None:
            if tag != _TEXT and isinstance(node.value, str) and tag in _FORMS:
                return Node(_plain(node.value), node.place)
            return node
        return self._tagged(tag, node)


_FORMS: Mapping[str, str] = {f"tag:yaml.org,2002:{name}": name for name in ("bool", "int", "null")}


def _plain(text: str) -> Scalar:
    """Return what a text without quotes says."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if (first.isdigit() or first in "+-") and _WHOLE.fullmatch(text):
        return int(text, 0) if text[0] == "0" else int(text)
    return text
