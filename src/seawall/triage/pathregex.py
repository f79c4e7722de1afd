"""Regular expressions over paths that no expression and no path can make slow."""

import functools
import re
import warnings
from collections.abc import Iterable
from re import _constants as op
from re import _parser as sre
from typing import Any

MOST_CHARACTERS = 1000
"""A longer expression is refused."""
MOST_STATES = 4000
"""An expression that needs more is refused."""
MOST_REMEMBERED = 2000
"""Steps that are remembered; then it is forgotten and begun anew."""

_FLAGS = re.IGNORECASE.value | re.DOTALL.value | re.UNICODE.value
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
_STARTS = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
_ENDS = (op.AT_END, op.AT_END_STRING)

States = frozenset[int]


class RefusedError(ValueError):
    """The expression is not of the kind that is read here; the message says why."""


class PathRegex:
    """An expression of letters, classes, groups, alternatives, repeats, `^` and `$`.

    All places are tried at once (Thompson's construction), so that time grows with the length of
    the path alone. Look-arounds, back references and word boundaries are refused.
    """

    def __init__(self, pattern: str) -> None:
        """Raise RefusedError for what is not read here."""
        if len(pattern) > MOST_CHARACTERS:
            raise RefusedError(f"it is longer than {MOST_CHARACTERS:,} characters")
        try:
            with warnings.catch_warnings():
                # Python tells what it may read otherwise one day; nobody here can mend it.
                warnings.simplefilter("ignore")
                tree = sre.parse(pattern.replace(r"\z", r"\Z"))
        except (re.error, OverflowError, RecursionError, ValueError) as error:
            raise RefusedError(str(error).lower()[:200]) from error
        if tree.state.flags & ~_FLAGS:
            raise RefusedError("it sets flags that are not known here")
        self._folded = bool(tree.state.flags & re.IGNORECASE.value)
        self._accepts: list[re.Pattern[str] | None] = []
        """By state, what it takes before it goes to the next; None where it takes nothing."""
        self._free: list[tuple[int, ...]] = []
        """By state, where it goes without taking anything."""
        self._guards: dict[int, str] = {}
        """States that are passed at the start ("^") or at the end ("$") alone."""
        try:
            self._sequence(tree)
        except RecursionError as error:
            raise RefusedError("its groups are nested too deep") from error
        self._last = self._state()
        self._begin = self._reach([0], "^")
        self._again = self._reach([0], "")
        self._steps: dict[tuple[States, str], States] = {}

    def search(self, path: str) -> bool:
        """Whether the expression matches anywhere in the path."""
        states = self._begin
        for sign in path:
            if self._last in states:
                return True
            states = self._step(states, sign)
        return self._last in self._reach(states, "$" if path else "^$")

    def _step(self, states: States, sign: str) -> States:
        known = self._steps.get((states, sign))
        if known is None:
            taken = [
                state + 1
                for state in states
                if (accepts := self._accepts[state]) is not None and accepts.match(sign)
            ]
            # A match may begin at any place.
            known = self._reach(taken, "") | self._again
            if len(self._steps) >= MOST_REMEMBERED:
                self._steps.clear()
            self._steps[(states, sign)] = known
        return known

    def _reach(self, states: Iterable[int], passed: str) -> States:
        """Return all states that are reached without taking anything."""
        reached: set[int] = set()
        waiting = list(states)
        while waiting:
            state = waiting.pop()
            if state in reached:
                continue
            reached.add(state)
            guard = self._guards.get(state, "")
            if not guard or guard in passed:
                waiting += self._free[state]
        return frozenset(reached)

    def _state(self, accepts: re.Pattern[str] | None = None) -> int:
        if len(self._accepts) >= MOST_STATES:
            raise RefusedError("it is too large")
        self._accepts.append(accepts)
        self._free.append(())
        return len(self._accepts) - 1

    def _sequence(self, nodes: Iterable[tuple[Any, Any]]) -> None:
        for code, value in nodes:
            self._node(code, value)

    def _node(self, code: Any, value: Any) -> None:
        """Add the states of one node; what follows it begins at the state that comes next."""
        if code is op.SUBPATTERN:
            _, added, removed, inner = value
            if added or removed:
                raise RefusedError("it sets flags inside")
            self._sequence(inner)
        elif code is op.BRANCH:
            self._branch(value[1])
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT):
            self._repeat(*value)
        elif code is op.AT and value in (*_STARTS, *_ENDS):
            state = self._state()
            self._guards[state] = "^" if value in _STARTS else "$"
            self._free[state] = (state + 1,)
        else:
            self._state(_one_sign(code, value, folded=self._folded))

    def _branch(self, ways: Iterable[Iterable[tuple[Any, Any]]]) -> None:
        fork = self._state()
        begins: list[int] = []
        ends: list[int] = []
        for way in ways:
            begins.append(len(self._accepts))
            self._sequence(way)
            ends.append(self._state())
        self._free[fork] = tuple(begins)
        for end in ends:
            self._free[end] = (len(self._accepts),)

    def _repeat(self, low: int, high: Any, inner: Iterable[tuple[Any, Any]]) -> None:
        for _ in range(low):
            self._sequence(inner)
        if high is op.MAXREPEAT:
            fork = self._state()
            self._sequence(inner)
            back = self._state()
            self._free[back] = (fork,)
            self._free[fork] = (fork + 1, back + 1)
            return
        forks: list[int] = []
        for _ in range(int(high) - low):
            fork = self._state()
            forks.append(fork)
            self._sequence(inner)
        for fork in forks:
            self._free[fork] = (fork + 1, len(self._accepts))


@functools.lru_cache(maxsize=4096)
def _compiled(expression: str, folded: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if folded else 0))


def _one_sign(code: Any, value: Any, *, folded: bool) -> re.Pattern[str]:
    """Return the expression for one sign. Raises RefusedError for what is none."""
    if code is op.ANY:
        return _compiled(".", False)
    if code is op.LITERAL:
        return _compiled(re.escape(chr(value)), folded)
    if code is op.NOT_LITERAL:
        return _compiled(f"[^{re.escape(chr(value))}]", folded)
    if code is not op.IN:
        raise RefusedError(f"{str(code).lower().replace('_', ' ')} is not read here")
    parts: list[str] = []
    for kind, one in value:
        if kind is op.NEGATE:
            parts.append("^")
        elif kind is op.LITERAL:
            parts.append(re.escape(chr(one)))
        elif kind is op.RANGE:
            parts.append(f"{re.escape(chr(one[0]))}-{re.escape(chr(one[1]))}")
        elif kind is op.CATEGORY:
            parts.append(_CATEGORIES[one])
    return _compiled(f"[{''.join(parts)}]", folded)
