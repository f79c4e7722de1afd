"""Reads a regular expression into a small tree over the characters that tell its parts apart.

Every set of characters becomes a mask over a sample of the alphabet: all of ASCII, some characters
of each category beyond it, and every character that the pattern names or that borders a range. A
word over the sample is thus a real word.
"""

import importlib
import warnings
from collections.abc import Callable
from typing import Any

from msgspec import Struct

MAX_PATTERN = 4000
MAX_DEPTH = 50
MAX_SAMPLE = 700
UNBOUNDED = 1 << 30
"""What stands for no upper limit of a repetition."""

IGNORECASE, LOCALE, MULTILINE, DOTALL, ASCII = 2, 4, 8, 16, 256
_BEYOND = "\x85\xa0\xaa\xb2ßéſ٣०Ж中\u2003\u2028\ufeff\U0001f600"
# Python's own parser; it has no public name.
_parser: Any = importlib.import_module("re._parser")
_MAXREPEAT = int(importlib.import_module("re._constants").MAXREPEAT)


class UnreadableError(Exception):
    """The pattern is no regular expression, or too large to look at."""


class Node(Struct, frozen=True, gc=False):
    """A part of a pattern."""


class Chars(Node, frozen=True, gc=False):
    """One character of a set."""

    mask: int


class Row(Node, frozen=True, gc=False):
    """Parts one after the other."""

    items: tuple[Node, ...]


class Choice(Node, frozen=True, gc=False):
    """The first of several that fits."""

    items: tuple[Node, ...]


class Repeat(Node, frozen=True, gc=False):
    """A part again and again; mode "greedy", "lazy" or "possessive"."""

    item: Node
    low: int
    high: int
    mode: str


class Group(Node, frozen=True, gc=False):
    """A part that is remembered, for something refers to it; numbers from 0."""

    number: int
    item: Node


class At(Node, frozen=True, gc=False):
    """A place: "begin", "begin-line", "end", "end-line", "end-string", "boundary", "inside"."""

    place: str


class Look(Node, frozen=True, gc=False):
    """What must or must not stand here; `back` is how many characters before, 0 is ahead."""

    item: Node
    back: int
    ahead: bool
    negate: bool


class Atomic(Node, frozen=True, gc=False):
    """A part that is not tried in another way once it fitted."""

    item: Node


class Again(Node, frozen=True, gc=False):
    """What a group held."""

    number: int


class Whether(Node, frozen=True, gc=False):
    """One part if a group took part in the match, else another."""

    number: int
    then: Node
    other: Node


class Never(Node, frozen=True, gc=False):
    """What never fits."""


class Pattern(Struct, frozen=True):
    """A pattern and the sample of characters over which its masks are."""

    root: Node
    sample: str
    """Characters; bit n of a mask is character n."""
    masks: tuple[int, ...]
    """The different sets that stand in it."""
    groups: int
    """How many of them something refers to."""
    words: int
    """The mask of what counts as a word's character for `\\b`."""


def read_pattern(pattern: str | bytes, flags: int = 0) -> Pattern:
    """Read a pattern; raises UnreadableError when it is invalid or too large."""
    if len(pattern) > MAX_PATTERN or _depth(pattern) > MAX_DEPTH:
        raise UnreadableError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parser.parse(pattern, flags)
    except Exception as error:
        # Whatever its parser cannot take is no pattern that Python would run.
        raise UnreadableError from error
    return _Reader(tree, isinstance(pattern, bytes)).read()


def _depth(pattern: str | bytes) -> int:
    opening, closing = ("(", ")") if isinstance(pattern, str) else (40, 41)
    depth = deepest = 0
    for character in pattern:
        if character == opening:
            depth += 1
            deepest = max(deepest, depth)
        elif character == closing and depth:
            depth -= 1
    return deepest


class _Reader:
    """Turns the tree of Python's parser into ours."""

    def __init__(self, tree: Any, is_bytes: bool) -> None:
        self._tree = tree
        self._flags: int = tree.state.flags
        self._is_bytes = is_bytes
        self._asked: dict[int, int] = {}
        """The groups that are referred to, by the numbers that we give them."""
        self._sets: dict[Any, int] = {}
        self._masks: dict[int, None] = {}
        self._categories: dict[tuple[str, bool], int] = {}
        self._codes: list[int] = []
        self._index: dict[int, int] = {}
        self._all = 0

    def read(self) -> Pattern:
        named: set[int] = set()
        self._collect(self._tree, named, 0)
        base = range(256) if self._is_bytes else [*range(128), *map(ord, _BEYOND)]
        limit = 256 if self._is_bytes else 0x110000
        codes = list(base)
        seen = set(base)
        for code in sorted(named):
            if code not in seen and 0 <= code < limit and not 0xD800 <= code < 0xE000:
                seen.add(code)
                codes.append(code)
        if len(codes) > MAX_SAMPLE:
            raise UnreadableError
        self._codes = codes
        self._index = {code: place for place, code in enumerate(codes)}
        self._all = (1 << len(codes)) - 1
        root = self._row(self._tree, self._flags, 0)
        return Pattern(
            root=root,
            sample="".join(map(chr, codes)),
            masks=tuple(self._masks),
            groups=len(self._asked),
            words=self._category("WORD", self._is_ascii(self._flags)),
        )

    def _collect(self, items: Any, named: set[int], depth: int) -> None:
        """Gather the characters that are named, their neighbours and their other cases."""
        if depth > 4 * MAX_DEPTH:
            raise UnreadableError
        for operation, argument in items:
            name = str(operation)
            if name in ("LITERAL", "NOT_LITERAL"):
                _add_near(argument, named)
            elif name in ("GROUPREF", "GROUPREF_EXISTS"):
                number = argument if name == "GROUPREF" else argument[0]
                self._asked.setdefault(number, len(self._asked))
                for part in _parts(name, argument):
                    self._collect(part, named, depth + 1)
            elif name == "IN":
                for inner, value in argument:
                    if str(inner) == "LITERAL":
                        _add_near(value, named)
                    elif str(inner) == "RANGE":
                        _add_near(value[0], named)
                        _add_near(value[1], named)
                        named.update((value[0] - 1, value[1] + 1))
            else:
                for part in _parts(name, argument):
                    self._collect(part, named, depth + 1)

    def _is_ascii(self, flags: int) -> bool:
        return self._is_bytes or bool(flags & (ASCII | LOCALE))

    def _row(self, items: Any, flags: int, depth: int) -> Node:
        if depth > 4 * MAX_DEPTH:
            raise UnreadableError
        nodes = tuple(self._node(str(op), argument, flags, depth) for op, argument in items)
        return nodes[0] if len(nodes) == 1 else Row(nodes)

    def _node(self, name: str, argument: Any, flags: int, depth: int) -> Node:
        """Turn one operation; raises UnreadableError for one that is not known."""
        if name in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
            return Chars(self._mask(name, argument, flags))
        if name in _REPEATS:
            low, high, part = argument
            item = self._row(part, flags, depth + 1)
            top = UNBOUNDED if high == _MAXREPEAT else int(high)
            return Repeat(item, int(low), top, _REPEATS[name])
        if name == "SUBPATTERN":
            number, add, remove, part = argument
            item = self._row(part, (flags | add) & ~remove, depth + 1)
            return Group(self._asked[number], item) if number in self._asked else item
        if name == "BRANCH":
            return Choice(tuple(self._row(part, flags, depth + 1) for part in argument[1]))
        if name == "AT":
            return At(_place(str(argument), flags))
        if name in ("ASSERT", "ASSERT_NOT"):
            direction, part = argument
            back = part.getwidth()[0] if direction < 0 else 0
            item = self._row(part, flags, depth + 1)
            return Look(item, int(back), direction > 0, name == "ASSERT_NOT")
        if name == "ATOMIC_GROUP":
            return Atomic(self._row(argument, flags, depth + 1))
        if name == "GROUPREF":
            return Again(self._asked[argument])
        if name == "GROUPREF_EXISTS":
            number, then, other = argument
            no = self._row(other, flags, depth + 1) if other else Row(())
            return Whether(self._asked[number], self._row(then, flags, depth + 1), no)
        if name == "FAILURE":
            return Never()
        raise UnreadableError

    def _mask(self, name: str, argument: Any, flags: int) -> int:
        key = (name, flags & (IGNORECASE | DOTALL | ASCII | LOCALE), _freeze(argument))
        mask = self._sets.get(key)
        if mask is None:
            if name == "ANY":
                mask = self._all if flags & DOTALL else self._all & ~self._one(10, False)
            elif name == "IN":
                mask = self._class(argument, flags)
            else:
                mask = self._one(argument, bool(flags & IGNORECASE))
                if name == "NOT_LITERAL":
                    mask = self._all & ~mask
            self._sets[key] = mask
            self._masks[mask] = None
        return mask

    def _one(self, code: int, ignore_case: bool) -> int:
        place = self._index.get(code)
        mask = 0 if place is None else 1 << place
        if ignore_case:
            for other in _cases(code):
                place = self._index.get(other)
                if place is not None:
                    mask |= 1 << place
        return mask

    def _class(self, items: Any, flags: int) -> int:
        mask = 0
        negate = False
        for operation, argument in items:
            name = str(operation)
            if name == "NEGATE":
                negate = True
            elif name == "LITERAL":
                mask |= self._one(argument, bool(flags & IGNORECASE))
            elif name == "RANGE":
                mask |= self._range(argument[0], argument[1], bool(flags & IGNORECASE))
            elif name == "CATEGORY":
                word = str(argument).removeprefix("CATEGORY_")
                found = self._category(word.removeprefix("NOT_"), self._is_ascii(flags))
                mask |= self._all & ~found if word.startswith("NOT_") else found
            else:
                raise UnreadableError
        return self._all & ~mask if negate else mask

    def _range(self, low: int, high: int, ignore_case: bool) -> int:
        mask = 0
        for place, code in enumerate(self._codes):
            if low <= code <= high or (
                ignore_case and any(low <= other <= high for other in _cases(code))
            ):
                mask |= 1 << place
        return mask

    def _category(self, word: str, is_ascii: bool) -> int:
        key = (word, is_ascii)
        mask = self._categories.get(key)
        if mask is None:
            test = _CATEGORIES.get(word)
            if test is None:
                raise UnreadableError
            mask = 0
            for place, code in enumerate(self._codes):
                if (code < 128 or not is_ascii) and test(chr(code)):
                    mask |= 1 << place
            self._categories[key] = mask
        return mask


_REPEATS = {"MAX_REPEAT": "greedy", "MIN_REPEAT": "lazy", "POSSESSIVE_REPEAT": "possessive"}


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": _is_word,
}


def _place(code: str, flags: int) -> str:
    multiline = bool(flags & MULTILINE)
    places = {
        "AT_BEGINNING": "begin-line" if multiline else "begin",
        "AT_BEGINNING_STRING": "begin",
        "AT_END": "end-line" if multiline else "end",
        "AT_END_STRING": "end-string",
        "AT_BOUNDARY": "boundary",
        "AT_NON_BOUNDARY": "inside",
    }
    if code not in places:
        raise UnreadableError
    return places[code]


def _cases(code: int) -> list[int]:
    text = chr(code)
    return [ord(other) for other in (text.lower(), text.upper()) if len(other) == 1]


def _add_near(code: int, named: set[int]) -> None:
    named.add(code)
    named.update(_cases(code))


def _parts(name: str, argument: Any) -> list[Any]:
    """Return what lies within an operation."""
    if name in _REPEATS:
        return [argument[2]]
    if name == "SUBPATTERN":
        return [argument[3]]
    if name in ("BRANCH", "ASSERT", "ASSERT_NOT"):
        return list(argument[1]) if name == "BRANCH" else [argument[1]]
    if name == "ATOMIC_GROUP":
        return [argument]
    if name == "GROUPREF_EXISTS":
        return [part for part in argument[1:] if part]
    return []


def _freeze(argument: Any) -> Any:
    return str(argument) if isinstance(argument, list) else argument
