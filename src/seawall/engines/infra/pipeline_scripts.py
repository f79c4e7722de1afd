"""The commands of scripts in pipelines, as resources: "pipeline/command"."""

import re
from collections.abc import Iterator
from functools import partial

from seawall.engines.infra.shell_commands import command_nodes
from seawall.model.infrastructure import Node, Place, Resource
from seawall.parse.marked_yaml import place_within
from seawall.parse.shell import parse_shell

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\[\[.*?\]\]")


def commands_in(script: Node, lines: list[str], within: str, symbol: str) -> Iterator[Resource]:
    """Yield what a script in a scalar runs; `lines` are those of its file."""
    # An expression is filled in before a shell reads it: like a variable, of the same length.
    text = _EXPRESSION.sub(lambda found: "$" + "_" * (len(found[0]) - 1), script.text())
    place_of = partial(_place, script, lines)
    for node in command_nodes(parse_shell(text), place_of):
        name = next((one.text() for one in node.at("name")), "")
        yield Resource(
            kind="pipeline/command",
            address=f"{within}/{name}",
            body=node,
            place=node.place,
            symbol=f"{symbol}/{name}",
            within=within,
        )


def _place(script: Node, lines: list[str], start: int, end: int) -> Place:
    first = place_within(script, lines, start)
    if first is script.place:
        return first
    last = place_within(script, lines, max(start, end - 1))
    return Place(first.path, first.line, first.column, last.line, last.column + 1)
