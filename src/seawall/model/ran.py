"""What a script runs, as rules ask it: one command with its options."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.model.infrastructure import Node, Place, Resource, Unknown

_PYTHON = re.compile(r"python[0-9.]*|py|\$\{?PYTHON\w*\}?")
_PIP = re.compile(r"pip[0-9.]*")


class Ran(Struct, frozen=True):
    """A command."""

    name: str
    """Without its folder; `python3 -m pip` and `pip3.12` are "pip"."""
    words: tuple[str, ...]
    """Behind the name; in place of what the shell fills in stands "$"."""
    node: Node
    places: tuple[Place, ...]
    """Of the words."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.node.place

    def names(self, field: str) -> set[str]:
        """Return the names under `reads`, `writes`, `takes` or `wrappers`."""
        return {one.text() for found in self.node.at(field) for one in found.items}

    def has(self, *options: str) -> bool:
        """Whether one of some options is among the words: "-k" stands in "-fsSLk" too."""
        return any(self._is(word, option) for word in self.words for option in options)

    def place_of(self, *options: str) -> Place:
        """Return where one of some options stands."""
        for word, place in zip(self.words, self.places, strict=True):
            if any(self._is(word, option) for option in options):
                return place
        return self.place

    def _is(self, word: str, option: str) -> bool:
        if word == option or word.startswith(f"{option}="):
            return True
        short = len(option) == 2 and option[0] == "-"
        return short and bool(re.fullmatch(rf"-[A-Za-z]*{re.escape(option[1])}[A-Za-z]*", word))

    def value(self, *options: str) -> str:
        """Return what stands behind one of some options, apart or after "="; "" where none is."""
        for at, word in enumerate(self.words):
            for option in options:
                if word == option:
                    return self.words[at + 1] if at + 1 < len(self.words) else ""
                if word.startswith(f"{option}="):
                    return word[len(option) + 1 :]
        return ""

    def operands(self, valued: Iterable[str] = ()) -> list[tuple[str, Place]]:
        """Return the words that are no options; `valued` are options that take one more word."""
        taking = frozenset(valued)
        found: list[tuple[str, Place]] = []
        at = 0
        while at < len(self.words):
            word = self.words[at]
            if word == "--":
                found += list(zip(self.words, self.places, strict=True))[at + 1 :]
                break
            if word.startswith("-") and len(word) > 1:
                at += 2 if word in taking else 1
                continue
            found.append((word, self.places[at]))
            at += 1
        return found


def ran(node: Node) -> Ran:
    """Return a command as `command_nodes` made it."""
    found, named = node.get("words"), node.get("name")
    nodes = found.items if found is not None else ()
    words = [one.value if isinstance(one.value, str) else _text(one) for one in nodes]
    places = [one.place for one in nodes]
    name = named.text() if named is not None else ""
    if _PYTHON.fullmatch(name) and "-m" in words[1:2] and len(words) > 2:
        name, words, places = words[2], words[2:], places[2:]
    if _PIP.fullmatch(name):
        name = "pip"
    return Ran(name, tuple(words[1:]), node, tuple(places[1:]))


def all_ran(resource: Resource | Node) -> Iterator[Ran]:
    """Yield the commands of an instruction, a step or a job."""
    for commands in resource.at("commands"):
        yield from map(ran, commands.items)


def _text(node: Node) -> str:
    if isinstance(node.value, Unknown):
        return "".join("$" if part is None else part for part in node.value.parts)
    return node.text()
