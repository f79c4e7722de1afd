"""Makes of a pattern the automaton of its characters, and counts the ways from one to the next."""

from collections import deque
from collections.abc import Callable, Iterable

from msgspec import Struct

from seawall.engines.code.regex.syntax import (
    UNBOUNDED,
    At,
    Atomic,
    Chars,
    Choice,
    Group,
    Look,
    Node,
    Pattern,
    Repeat,
    Row,
    UnreadableError,
    Whether,
)

MAX_POSITIONS = 500
MAX_EDGES = 20000
MANY = 500
"""A repetition of one character up to so many times is as good as one without end."""
SEVERAL = 10
"""So is a repetition of something longer."""
SPARE = 3
"""How many of the optional rounds of a shorter one are looked at."""

START = 0


class Automaton(Struct, frozen=True):
    """Positions are the places of characters in the pattern; START stands before all of them."""

    masks: list[int]
    """What each position takes; START takes anything, for a search may skip anything."""
    edges: list[dict[int, int]]
    """From each position to those that may follow; 1 way, or 2 for several."""


class _Part(Struct, frozen=True, gc=False):
    """How a part of the pattern begins, ends and may take nothing: ways for each, at most 2."""

    empty: int
    first: dict[int, int]
    last: dict[int, int]


_NOTHING = _Part(1, {}, {})


def build_automaton(pattern: Pattern) -> Automaton:
    """Build it; raises UnreadableError when it is too large."""
    builder = _Builder((1 << len(pattern.sample)) - 1)
    builder.connect({START: 1}, builder.build(pattern.root).first)
    return Automaton(builder.masks, builder.edges)


class _Builder:
    def __init__(self, everything: int) -> None:
        self.masks = [everything]
        self.edges: list[dict[int, int]] = [{START: 1}]
        self._count = 0

    def connect(self, last: dict[int, int], first: dict[int, int]) -> None:
        """Let each of `first` follow each of `last`."""
        self._count += len(last) * len(first)
        if self._count > MAX_EDGES:
            raise UnreadableError
        for position, ways in last.items():
            follows = self.edges[position]
            for other, more in first.items():
                follows[other] = min(2, follows.get(other, 0) + ways * more)

    def build(self, node: Node) -> _Part:
        """Add the positions of a part. Assertions take nothing: whether they hold is not asked."""
        match node:
            case Chars(mask):
                if len(self.masks) >= MAX_POSITIONS:
                    raise UnreadableError
                self.masks.append(mask)
                self.edges.append({})
                position = len(self.masks) - 1
                return _Part(0, {position: 1}, {position: 1})
            case Row(items):
                part = _NOTHING
                for item in items:
                    part = self._join(part, self.build(item))
                return part
            case Choice(items):
                return _either([self.build(item) for item in items])
            case Repeat():
                return self._repeat(node)
            case Group(_, item) | Atomic(item):
                return self.build(item)
            case Look(item, _, ahead):
                # What is looked at may be slow by itself; the pattern goes on beside it.
                return _Part(1, self.build(item).first if ahead else {}, {})
            case Whether(_, then, other):
                return _either([self.build(then), self.build(other)])
            case At():
                return _NOTHING
            case _:
                return _NOTHING

    def _join(self, left: _Part, right: _Part) -> _Part:
        self.connect(left.last, right.first)
        first = _sum(left.first, right.first, left.empty)
        last = _sum(right.last, left.last, right.empty)
        return _Part(min(2, left.empty * right.empty), first, last)

    def _repeat(self, node: Repeat) -> _Part:
        endless = node.high == UNBOUNDED
        part = _NOTHING
        for _ in range(node.low - 1 if endless else node.low):
            part = self._join(part, self.build(node.item))
        if endless:
            body = self.build(node.item)
            self.connect(body.last, body.first)
            if node.low == 0:
                body = _Part(min(2, 1 + body.empty), body.first, body.last)
            return self._join(part, body)
        spare = _NOTHING
        for _ in range(node.high - node.low):
            joined = self._join(self.build(node.item), spare)
            spare = _Part(min(2, 1 + joined.empty), joined.first, joined.last)
        return self._join(part, spare)


def shorten(node: Node) -> Node:
    """Return a part with its long repetitions endless, and of the others few optional rounds."""
    match node:
        case Repeat(item, low, high, mode):
            item = shorten(item)
            many = MANY if isinstance(item, Chars) else SEVERAL
            high = UNBOUNDED if high >= many else min(high, low + SPARE)
            return Repeat(item, low, high, mode)
        case Row(items):
            return Row(tuple(map(shorten, items)))
        case Choice(items):
            return Choice(tuple(map(shorten, items)))
        case Group(number, item):
            return Group(number, shorten(item))
        case Atomic(item):
            return Atomic(shorten(item))
        case Look(item, back, ahead, negate):
            return Look(shorten(item), back, ahead, negate)
        case Whether(number, then, other):
            return Whether(number, shorten(then), shorten(other))
        case _:
            return node


def _either(parts: list[_Part]) -> _Part:
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for part in parts:
        first.update(part.first)
        last.update(part.last)
    return _Part(min(2, sum(part.empty for part in parts)), first, last)


def _sum(ways: dict[int, int], more: dict[int, int], times: int) -> dict[int, int]:
    """Return `ways` and, where something may be passed by in `times` ways, `more` too."""
    if not times:
        return ways
    result = dict(ways)
    for position, count in more.items():
        result[position] = min(2, result.get(position, 0) + count * times)
    return result


def find_components(
    nodes: Iterable[int], follow: Callable[[int], Iterable[int]]
) -> list[list[int]]:
    """Return the strongly connected components, each after those that may follow it."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    found: list[list[int]] = []
    for root in nodes:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        open_nodes.append(root)
        is_open.add(root)
        work = [(root, iter(follow(root)))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    open_nodes.append(other)
                    is_open.add(other)
                    work.append((other, iter(follow(other))))
                    break
                if other in is_open:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == number[node]:
                    component = []
                    while True:
                        member = open_nodes.pop()
                        is_open.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    found.append(component)
    return found


def find_path(
    start: int, goals: set[int], follow: Callable[[int], Iterable[int]]
) -> list[int] | None:
    """Return the shortest way of at least one step from `start` to a goal, without the start."""
    before: dict[int, int] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in follow(node):
            if other in goals:
                path = [other]
                while node != start:
                    path.append(node)
                    node = before[node]
                return path[::-1]
            if other not in before and other != start:
                before[other] = node
                queue.append(other)
    return None
