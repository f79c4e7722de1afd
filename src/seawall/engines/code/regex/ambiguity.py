"""Finds the words that a pattern can read in two ways again and again: what makes it slow, perhaps.

Two ways around the same loop over the same word double the ways with each word: exponential. A
word that goes around one loop, leads to another and goes around that too is split between them in
as many ways as it is repeated: polynomial. A search that begins anywhere is a loop before all.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.engines.code.regex.automaton import START, Automaton, find_components, find_path

MAX_PAIRS = 30000
"""Steps in the product of the automaton with itself."""
MAX_TRIPLES = 20000
MAX_ENDS = 4
"""How many positions of a loop are tried as the place where a word comes around."""
PREFERRED = "a0 ,.-/:A\t_="


class Candidate(Struct, frozen=True):
    """What to repeat, and what to say before."""

    prefix: str
    pump: str


class Letters:
    """Chooses characters of the sample for masks, plain ones first; and its kinds of characters."""

    def __init__(self, sample: str, masks: Iterable[int]) -> None:
        self._sample = sample
        ranks = {character: rank for rank, character in enumerate(PREFERRED)}
        order = sorted(
            range(len(sample)),
            key=lambda place: (ranks.get(sample[place], 99), not sample[place].isprintable()),
        )
        self._order = [(1 << place, sample[place]) for place in order]
        groups = [(1 << len(sample)) - 1]
        for mask in masks:
            groups = [part for group in groups for part in (group & mask, group & ~mask) if part]
        self.kinds = groups
        """Masks; the characters of one are told apart by no set of the pattern."""
        self._chosen: dict[int, str] = {}

    def choose(self, mask: int) -> str:
        """Return a character of a mask that is not empty."""
        letter = self._chosen.get(mask)
        if letter is None:
            letter = next(letter for bit, letter in self._order if bit & mask)
            self._chosen[mask] = letter
        return letter

    def spell(self, automaton: Automaton, path: Iterable[int]) -> str:
        """Return a word that leads along positions."""
        return "".join(self.choose(automaton.masks[position]) for position in path)


def find_exponential(automaton: Automaton, letters: Letters) -> Iterator[Candidate]:
    """Yield words with two ways around a loop."""
    edges = automaton.edges
    left = MAX_PAIRS
    for component in _loops(automaton):
        members = set(component)
        inner = {node: [other for other in edges[node] if other in members] for node in component}
        doubled = next(
            (
                (node, other)
                for node in component
                for other in inner[node]
                if edges[node][other] > 1
            ),
            None,
        )
        if doubled:
            node, other = doubled
            around = [other]
            if other != node:
                around += find_path(other, {node}, inner.__getitem__) or []
            pump = letters.spell(automaton, around)
            yield Candidate(_prefix(automaton, letters, node), pump)
        found, left = _find_fork(automaton, letters, inner, left)
        if found:
            yield found


def _find_fork(
    automaton: Automaton, letters: Letters, inner: dict[int, list[int]], left: int
) -> tuple[Candidate | None, int]:
    """Look for a word on which two ways part in a loop and meet again."""
    masks = automaton.masks
    size = len(masks)
    before: dict[int, int] = {}
    after: dict[int, list[int]] = {}
    queue = deque(node * size + node for node in inner)
    seen = set(queue)
    while queue:
        pair = queue.popleft()
        one, two = divmod(pair, size)
        for first in inner[one]:
            mask = masks[first]
            for second in inner[two]:
                left -= 1
                if not mask & masks[second]:
                    continue
                # A pair and its mirror are the same.
                low, high = (first, second) if first <= second else (second, first)
                other = low * size + high
                after.setdefault(other, []).append(pair)
                if other not in seen:
                    seen.add(other)
                    before[other] = pair
                    queue.append(other)
        if left < 0:
            return None, left
    # Backwards from where both ways are one again.
    meets: dict[int, int] = {}
    queue = deque(pair for pair in seen if pair // size == pair % size)
    apart = None
    while queue and apart is None:
        pair = queue.popleft()
        for other in after.get(pair, ()):
            if other // size != other % size and other not in meets:
                meets[other] = pair
                if other in before:
                    apart = other
                    break
                queue.append(other)
    if apart is None:
        return None, left
    path = [apart]
    while path[-1] in before:
        path.append(before[path[-1]])
    start = path.pop() // size
    path.reverse()
    while path[-1] in meets:
        path.append(meets[path[-1]])
    end = path[-1] // size
    word = "".join(letters.choose(masks[pair // size] & masks[pair % size]) for pair in path)
    if end != start:
        word += letters.spell(automaton, find_path(end, {start}, inner.__getitem__) or ())
    return Candidate(_prefix(automaton, letters, start), word), left


def find_polynomial(automaton: Automaton, letters: Letters) -> Iterator[Candidate]:
    """Yield words that several loops in a row share, those with the most loops first."""
    chains: list[tuple[int, int, Candidate]] = []
    for number, kind in enumerate(letters.kinds):
        for length, entry in _chains(automaton, kind):
            prefix = "" if entry == START else _prefix(automaton, letters, entry)
            chains.append((-length, number, Candidate(prefix, letters.choose(kind))))
    chains.sort(key=lambda chain: chain[:2])
    yield from dict.fromkeys(candidate for _, _, candidate in chains)
    yield from _find_shared(automaton, letters)


def _chains(automaton: Automaton, kind: int) -> list[tuple[int, int]]:
    """Return how many loops in a row take characters of a kind, and the position of the first.

    One answer for the loops after START, if there are at least two with it, and one for those
    that hold without it.
    """
    edges = automaton.edges
    inner = {
        node: [other for other in follows if automaton.masks[other] & kind]
        for node, follows in enumerate(edges)
        if automaton.masks[node] & kind
    }
    longest: dict[int, int] = {}
    best = (1, START)
    for component in find_components(inner, inner.__getitem__):
        after = max(
            (longest.get(other, 0) for node in component for other in inner[node]), default=0
        )
        is_loop = len(component) > 1 or component[0] in inner[component[0]]
        for node in component:
            longest[node] = after + is_loop
        if is_loop and component[0] != START:
            best = max(best, (longest[component[0]], component[0]))
    result = [(longest[START], START)] if longest[START] > 1 else []
    if best[1] != START and best[0] > 1:
        result.append(best)
    return result


def _find_shared(automaton: Automaton, letters: Letters) -> Iterator[Candidate]:
    """Yield words of several characters that go around one loop, to another and around it."""
    left = MAX_TRIPLES
    loops = [[START], *reversed(_loops(automaton))]
    for place, first in enumerate(loops):
        for second in loops[place + 1 :]:
            for one, two in ((a, b) for a in first[:MAX_ENDS] for b in second[:MAX_ENDS]):
                word, left = _share(automaton, letters, (one, set(first)), (two, set(second)), left)
                if word:
                    prefix = "" if one == START else _prefix(automaton, letters, one)
                    yield Candidate(prefix, word)
                    break
            if left <= 0:
                return


def _share(
    automaton: Automaton,
    letters: Letters,
    first: tuple[int, set[int]],
    second: tuple[int, set[int]],
    left: int,
) -> tuple[str, int]:
    """Look for a word that leads around a position of one loop, from it to another, and around it.

    Three ways are followed at once: one that stays in the first loop, one that leads from it to
    the second, one that stays in the second.
    """
    edges, masks = automaton.edges, automaton.masks
    size = len(masks)
    (one, ins), (two, outs) = first, second
    start = (one * size + one) * size + two
    goal = (one * size + two) * size + two
    before: dict[int, int] = {}
    queue = deque([start])
    while queue and left > 0 and goal not in before:
        node = queue.popleft()
        rest, z = divmod(node, size)
        x, y = divmod(rest, size)
        for c in edges[z]:
            if c not in outs:
                continue
            for b in edges[y]:
                left -= 1
                mask = masks[b] & masks[c]
                if not mask:
                    continue
                for a in edges[x]:
                    left -= 1
                    other = (a * size + b) * size + c
                    if a in ins and masks[a] & mask and other not in before and other != start:
                        before[other] = node
                        queue.append(other)
    if goal not in before:
        return "", left
    word: list[str] = []
    node = goal
    while node != start:
        rest, z = divmod(node, size)
        word.append(letters.choose(masks[z] & masks[rest // size] & masks[rest % size]))
        node = before[node]
    return "".join(reversed(word)), left


def _loops(automaton: Automaton) -> list[list[int]]:
    """Return the loops of the pattern itself, later ones first."""
    edges = automaton.edges
    components = find_components(range(1, len(edges)), edges.__getitem__)
    return [
        sorted(component)
        for component in components
        if len(component) > 1 or component[0] in edges[component[0]]
    ]


def _prefix(automaton: Automaton, letters: Letters, position: int) -> str:
    path = find_path(START, {position}, automaton.edges.__getitem__)
    return letters.spell(automaton, path or ())
