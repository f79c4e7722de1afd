"""Find where detectors must be confirmed with the standard library alone.

Every trigger has texts of which one stands in each match. Which of them a file holds is told by
the set of its four-byte groups, and only those few are looked for.
"""

import re
from typing import Any

from seawall.engines.secrets.matcher import Hit, Triggers

_GROUP = 4
_SLICE = 1 << 20


class PythonMatcher:
    """All triggers as an index of literals."""

    name = "python"

    def __init__(self, triggers: Triggers) -> None:
        self._triggers = triggers
        self._always = [
            (index, re.compile(trigger.expression.replace("\\z", "\\Z").encode(), re.DOTALL))
            for index, trigger in enumerate(triggers)
            if not trigger.literals
        ]
        self._short: dict[bytes, list[int]] = {}
        self._by_group: dict[int, dict[bytes, list[int]]] = {}
        owners: dict[bytes, list[int]] = {}
        for index, trigger in enumerate(triggers):
            for literal in trigger.literals:
                owners.setdefault(literal, []).append(index)
        for literal, indexes in owners.items():
            if len(literal) < _GROUP:
                self._short[literal] = indexes
            else:
                self._by_group.setdefault(_group(literal), {})[literal] = indexes

    def hits(self, content: bytes) -> list[Hit]:
        """Return where detectors have to be confirmed."""
        lowered = content.lower()
        found: list[Hit] = []
        for literal, indexes in self._short.items():
            if literal in lowered:
                self._find(lowered, literal, indexes, found)
        for group in _groups(lowered) & self._by_group.keys():
            for literal, indexes in self._by_group[group].items():
                self._find(lowered, literal, indexes, found)
        for index, expression in self._always:
            for match in expression.finditer(content):
                found.append((index, max(0, match.start() - 1), match.end()))
        return found

    def _find(self, lowered: bytes, literal: bytes, indexes: list[int], found: list[Hit]) -> None:
        place = lowered.find(literal)
        while place >= 0:
            for index in indexes:
                trigger = self._triggers[index]
                if trigger.literals_near:
                    high = place + len(literal) + trigger.ahead
                    found.append((index, place - trigger.back, high))
                else:
                    found.append((index, place, place + len(literal)))
            place = lowered.find(literal, place + 1)


def _group(literal: bytes) -> int:
    return int.from_bytes(literal[:_GROUP], "little")


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
