"""Find where detectors must be confirmed with the standard library alone.

Every trigger has texts of which one stands in each match. Which of them a file holds is told by
the set of its four-byte groups; only those few are looked for, and the trigger is tried there.
"""

import re
from typing import Any

from seawall.engines.secrets.matcher import Hit, Triggers

_GROUP = 4
_SLICE = 1 << 20
_BLOCK = 96


class PythonMatcher:
    """All triggers as an index of literals."""

    name = "python"

    def __init__(self, triggers: Triggers) -> None:
        self._triggers = triggers
        self._expressions: dict[int, re.Pattern[bytes]] = {}
        self._always = [index for index, trigger in enumerate(triggers) if not trigger.literals]
        self._short: dict[bytes, list[int]] = {}
        self._by_group: dict[int, list[tuple[bytes, frozenset[int], list[int]]]] = {}
        owners: dict[bytes, list[int]] = {}
        for index, trigger in enumerate(triggers):
            for literal in trigger.literals:
                owners.setdefault(literal, []).append(index)
        for literal, indexes in owners.items():
            if len(literal) < _GROUP:
                self._short[literal] = indexes
            else:
                groups = frozenset(_groups(literal))
                entry = (literal, groups, indexes)
                self._by_group.setdefault(max(groups), []).append(entry)

    def hits(self, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed."""
        lowered = content.lower()
        found: set[Hit] = set()
        for literal, indexes in self._short.items():
            if literal in lowered:
                self._find(content, lowered, literal, indexes, found)
        present = _groups(lowered)
        for group, entries in self._by_group.items():
            if group in present:
                for literal, groups, indexes in entries:
                    if groups <= present:
                        self._find(content, lowered, literal, indexes, found)
        for index in self._always:
            for match in self._expression(index).finditer(content):
                found.add((index, max(0, match.start() - 1), match.end()))
        return list(found)

    def _find(
        self, content: bytes, lowered: bytes, literal: bytes, indexes: list[int], found: set[Hit]
    ) -> None:
        """Look closer wherever a literal stands, at most once in _BLOCK bytes."""
        place = lowered.find(literal)
        while place >= 0:
            high = place + _BLOCK + len(literal)
            for index in indexes:
                trigger = self._triggers[index]
                reach = trigger.span + 2
                low = place - (trigger.lead if trigger.literals_near else reach)
                if trigger.from_near and not trigger.literals_near:
                    # The text is the secret's, and the expression is of what stands near it.
                    low -= trigger.ahead
                    reach += trigger.back
                if self._expression(index).search(content, max(0, low), high + reach):
                    if trigger.literals_near:
                        found.add((index, place - trigger.back, high + trigger.ahead))
                    else:
                        # What begins here may end on the next line.
                        found.add((index, place, high + min(trigger.span, _BLOCK)))
            place = lowered.find(literal, place + _BLOCK)

    def _expression(self, index: int) -> re.Pattern[bytes]:
        expression = self._expressions.get(index)
        if expression is None:
            trigger = self._triggers[index]
            text = (trigger.bare or trigger.expression).replace("\\z", "\\Z")
            expression = self._expressions[index] = re.compile(text.encode(), re.DOTALL)
        return expression


def _groups(lowered: bytes) -> set[int]:
    """Return all groups of four bytes that a text holds, as little-endian numbers."""
    seen: set[int] = set()
    for first in range(0, len(lowered), _SLICE):
        part = lowered[first : first + _SLICE + _GROUP - 1]
        for shift in range(_GROUP):
            usable = (len(part) - shift) // _GROUP * _GROUP
            view: Any = memoryview(part)[shift : shift + usable]
            seen.update(_numbers(view))
    return seen


def _numbers(view: "memoryview[int]") -> "memoryview[int]":
    if _LITTLE:
        return view.cast("I")
    swapped = bytearray(view)
    swapped[0::4], swapped[1::4], swapped[2::4], swapped[3::4] = (
        view[3::4],
        view[2::4],
        view[1::4],
        view[0::4],
    )
    return memoryview(swapped).cast("I")


_LITTLE = memoryview(b"\x01\x00\x00\x00").cast("I")[0] == 1
