"""The values that templates of Helm work with: nodes that know where they came from."""

import json
from collections.abc import Callable, Iterator

from msgspec import Struct

from seawall.model.infrastructure import Node, Place, Unknown

HOLE = "\ue000"
"""Stands in what is rendered for what nobody knows."""
NOWHERE = Place("", 0)
NOTHING = Node(None, NOWHERE)
LARGEST = 1_000_000
"""Characters that a template may make."""


class TooMuch(Exception):  # noqa: N818 - it ends a template, and is told there
    """A template makes more than is read."""


class Piece(Struct, frozen=True):
    """A stretch of what is rendered."""

    text: str
    place: Place | None = None
    """Where it stands in a template; None: where it is written out."""
    origin: Place | None = None
    """Where the value stands that it was made of."""
    pad: int = 0
    """By how much its lines but the first were moved in."""


class Text(Struct, frozen=True):
    """A text whose stretches came from several places."""

    pieces: tuple[Piece, ...]

    def flat(self) -> str:
        """Return it as one."""
        return "".join(one.text for one in self.pieces)


Value = Node | Text
Method = Callable[[list[Value]], Value]


def unknown(why: str = "") -> Node:
    """Return a value that nobody knows."""
    return Node(Unknown(why), NOWHERE)


def plain(value: object, place: Place = NOWHERE) -> Node:
    """Return a value of Python as a node, each part at one place."""
    if isinstance(value, dict):
        return Node({str(name): plain(one, place) for name, one in value.items()}, place)
    if isinstance(value, (list, tuple)):
        return Node([plain(one, place) for one in value], place)
    if isinstance(value, Node):
        return value
    if isinstance(value, (str, int, float, bool)) or value is None:
        return Node(value, place)
    return Node(str(value), place)


def node(value: Value) -> Node:
    """Return a value as a node: a text from several places as one that is unknown in parts."""
    if isinstance(value, Node):
        return value
    text = value.flat()
    origin = next((one.origin for one in value.pieces if one.origin is not None), NOWHERE)
    return holed(text, origin)


def holed(text: str, place: Place) -> Node:
    """Return a text as a node, unknown where it has a hole."""
    if HOLE not in text:
        return Node(text, place)
    parts: list[str | None] = []
    for number, part in enumerate(text.split(HOLE)):
        parts += [None] if number else []
        parts += [part] if part else []
    return Node(Unknown("a value of the chart is not known", tuple(parts)), place)


def text(value: Value) -> str:
    """Return a value as a template writes it."""
    if isinstance(value, Text):
        return value.flat()
    match value.value:
        case None:
            return ""
        case bool():
            return "true" if value.value else "false"
        case Unknown(parts=parts):
            return "".join(HOLE if part is None else part for part in parts) or HOLE
        case float():
            return f"{value.value:g}"
        case dict():
            return "map[" + " ".join(f"{k}:{text(v)}" for k, v in value.value.items()) + "]"
        case list():
            return "[" + " ".join(map(text, value.value)) + "]"
    return str(value.value)


def is_true(value: Value) -> bool | None:
    """Return whether a value counts as true; None where nobody knows."""
    if isinstance(value, Text):
        return any(one.text for one in value.pieces)
    if isinstance(value.value, Unknown):
        return True if any(value.value.parts) else None
    return bool(value.value)


def place_of(*values: Value) -> Place:
    """Return where the last of some values stands that stands anywhere."""
    for value in reversed(values):
        if isinstance(value, Node) and value.place.path:
            return value.place
        if isinstance(value, Text):
            for one in value.pieces:
                if one.origin is not None:
                    return one.origin
    return NOWHERE


def data(value: Value) -> object:
    """Return a value as Python's own; what is unknown is a hole."""
    one = node(value)
    if isinstance(one.value, dict):
        return {name: data(inner) for name, inner in one.value.items()}
    if isinstance(one.value, list):
        return [data(inner) for inner in one.value]
    return text(one) if isinstance(one.value, Unknown) else one.value


def copied(value: Node) -> Node:
    """Return a value that can be changed without changing this."""
    if isinstance(value.value, dict):
        return Node({name: copied(one) for name, one in value.value.items()}, value.place)
    if isinstance(value.value, list):
        return Node([copied(one) for one in value.value], value.place)
    return value


def merge(target: Node, source: Node, *, over: bool, depth: int = 0) -> None:
    """Put into a dict what another has; `over`: also where the first has something."""
    if not isinstance(target.value, dict) or not isinstance(source.value, dict) or depth > 50:
        return
    for name, one in source.value.items():
        there = target.value.get(name)
        if there is not None and isinstance(there.value, dict) and isinstance(one.value, dict):
            merge(there, one, over=over, depth=depth + 1)
        elif there is None or over or there.value in (None, "", 0, False):
            target.value[name] = copied(one)


def as_yaml(value: Value) -> Text:
    """Return a value as YAML, each line with the place of what it says."""
    pieces = list(_lines(node(value), 0))
    if pieces and pieces[-1].text.endswith("\n"):
        last = pieces.pop()
        pieces.append(Piece(last.text[:-1], None, last.origin))
    return Text(tuple(pieces))


def _lines(one: Node, indent: int) -> Iterator[Piece]:
    pad = " " * indent
    origin = one.place if one.place.path else None
    if indent > 200:
        raise TooMuch
    if isinstance(one.value, dict) and one.value:
        for name, inner in one.value.items():
            head = f"{pad}{_scalar(name)}:"
            start = inner.place if inner.place.path else origin
            if isinstance(inner.value, (dict, list)) and inner.value:
                deeper = 0 if isinstance(inner.value, list) else 2
                yield Piece(f"{head}\n", None, start)
                yield from _lines(inner, indent + deeper)
            else:
                yield Piece(f"{head} {_scalar(inner.value)}\n", None, start)
    elif isinstance(one.value, list) and one.value:
        for inner in one.value:
            pieces = list(_lines(inner, indent + 2))
            if pieces:
                first = pieces[0]
                text_ = f"{pad}- {first.text[indent + 2 :]}"
                yield Piece(text_, None, first.origin)
                yield from pieces[1:]
    else:
        yield Piece(f"{pad}{_scalar(one.value)}\n", None, origin)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/.-0123456789" + HOLE)


def _scalar(value: object) -> str:
    match value:
        case Unknown():
            return json.dumps(text(Node(value, NOWHERE)), ensure_ascii=False)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value}"
        case dict():
            return "{}"
        case list():
            return "[]"
    said = str(value)
    if said and said[0].isalpha() and _PLAIN.issuperset(said) and said.lower() not in _WORDS:
        return said
    return json.dumps(said, ensure_ascii=False)


_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
