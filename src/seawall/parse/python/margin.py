"""Finds the definitions that the tolerant parser lost because of something broken."""

import re
from bisect import bisect_right

from tree_sitter import Node

DEFINITION = re.compile(rb"^[ \t]*((?:async[ \t]+)?def|class|@)[ \t\w]", re.MULTILINE)
"""A line that starts one; group 1 is its first word."""

_KINDS = frozenset(("function_definition", "class_definition", "decorated_definition"))


def find_lost(root: Node, content: bytes) -> list[int]:
    """Return the offsets of the definitions, in order, that the parser took for something else."""
    if not root.has_error or DEFINITION.search(content) is None:
        return []
    found: set[int] = set()
    starts: list[int] = []
    ends: list[int] = []
    # Only what holds something broken is looked into: elsewhere nothing is lost.
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _KINDS:
            found.add(node.start_byte)
        if node.has_error:
            waiting += reversed(node.children)
        elif node.is_named and node.type != "identifier":
            # In what is broken the first word of a definition may pass for a name.
            starts.append(node.start_byte)
            ends.append(node.end_byte)
    lost: list[int] = []
    for match in DEFINITION.finditer(content):
        at = match.start(1)
        index = bisect_right(starts, at) - 1
        if at not in found and (index < 0 or ends[index] <= at):
            lost.append(at)
    return lost
