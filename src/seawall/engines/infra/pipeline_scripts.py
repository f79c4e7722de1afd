"""The commands of scripts in pipelines, as resources: "pipeline/command"."""

import bisect
import re
from collections.abc import Iterator

from seawall.engines.infra.shell_commands import command_nodes
from seawall.model.infrastructure import Node, Place, Resource
from seawall.parse.actions_expression import masked
from seawall.parse.marked_yaml import place_within
from seawall.parse.shell import parse_shell

LONGEST = 100_000
"""Characters of a script that is read."""
_INPUT = re.compile(r"\$\[\[[^\]\n]{0,500}\]\]")


def commands_in(script: Node, lines: list[str], within: str, symbol: str) -> Iterator[Resource]:
    """Yield what a script in a scalar runs; `lines` are those of its file."""
    if len(script.text()) > LONGEST:
        return
    # An expression is filled in before a shell reads it: like a variable, of the same length.
    text = _INPUT.sub(lambda found: "$" + "_" * (len(found[0]) - 1), masked(script.text()))
    for node in command_nodes(parse_shell(text), Places(script, lines)):
        name = next((one.text() for one in node.at("name")), "")
        yield Resource(
            kind="pipeline/command",
            address=f"{within}/{name}",
            body=node,
            place=node.place,
            symbol=f"{symbol}/{name}",
            within=within,
        )


class Places:
    """Makes places of the offsets of a scalar, each line of it looked for once."""

    def __init__(self, script: Node, lines: list[str]) -> None:
        self._script, self._lines = script, lines
        self._starts = [0, *(one.end() for one in re.finditer("\n", script.text()))]
        self._bases: dict[int, Place] = {}

    def __call__(self, start: int, end: int) -> Place:
        """Return the place of a stretch; of a text that is folded that of the whole."""
        first, last = self._at(start), self._at(max(start, end - 1))
        if first is None or last is None:
            return self._script.place
        return Place(self._script.place.path, *first, last[0], last[1] + 1)

    def _at(self, offset: int) -> tuple[int, int] | None:
        row = bisect.bisect_right(self._starts, offset) - 1
        base = self._bases.get(row)
        if base is None:
            base = place_within(self._script, self._lines, self._starts[row])
            self._bases[row] = base
        if base is self._script.place:
            return None
        return base.line, base.column + offset - self._starts[row]
