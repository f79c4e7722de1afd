"""bun.lockb, Bun's lockfile in a binary form that only Bun itself reads.

Source: https://bun.sh/docs/install/lockfile.
"""

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Inventory, ListFile

_BEGINS = b"#!/usr/bin/env bun\nbun-lockfile-format-"


def parse(file: ListFile) -> Inventory:
    """Return that nothing was read, and what helps. Raises ParseError when it is not of Bun."""
    if not file.content.startswith(_BEGINS):
        raise ParseError("it is no lockfile of bun")
    return Inventory(
        problems=(
            Problem(
                kind=ProblemKind.PARSE,
                message="not read: it is bun's lockfile in binary form",
                path=file.path,
                engine="deps",
                hint="write it as text: bun install --save-text-lockfile",
            ),
        )
    )
