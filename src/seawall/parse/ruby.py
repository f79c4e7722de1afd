"""Words of Ruby's package files: versions, groups, and what a literal says."""

import re
from collections.abc import Iterator

from seawall.model.inventory import Scope
from seawall.parse.pep508 import scope_of_group

LITERAL = (
    r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|%[qQ](?:<[^>\n]*>|\([^)\n]*\)|\[[^\]\n]*\]))"""
)
"""What a text that is written out looks like."""

LONGEST = 5000
"""Characters of a line."""
MOST_CONTINUED = 50
"""Lines of one statement."""

_TOKEN = re.compile(LITERAL + r"|#")
_EXACT = re.compile(r"=?\s*v?(\d[\w.]*(?:-[\w.]+)?)")


def literal_text(literal: str) -> str:
    """Return what a literal says; "" where something is put into it."""
    inner = literal[3:-1] if literal.startswith("%") else literal[1:-1]
    return "" if "#{" in inner else inner


def exact_version(requirement: str) -> str:
    """Return the version of "1.2" and "= 1.2"; "" where others are allowed."""
    found = _EXACT.fullmatch(requirement.strip())
    return found[1] if found else ""


def scope_of_groups(groups: list[str]) -> Scope:
    """Return for what the gems of some groups of Bundler are."""
    scopes = {_scope(group) for group in groups}
    for scope in ("runtime", "development", "build"):
        if scope in scopes:
            return scope
    return "test" if scopes else "runtime"


def _scope(group: str) -> Scope:
    if group == "build":
        return "build"
    return scope_of_group(group, "runtime")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands on each line, without comments, with what is continued after a comma."""
    held: list[str] = []
    began = 0
    skipping = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("=begin", "=end")):
            skipping = line.startswith("=begin")
            continue
        if skipping or line == "__END__":
            if line == "__END__":
                break
            continue
        bare = _without_comment(line).strip() if len(line) <= LONGEST else ""
        if not bare:
            continue
        began = began if held else number
        held.append(bare)
        if bare.endswith((",", "\\", "(", "[")) and len(held) < MOST_CONTINUED:
            continue
        yield began, " ".join(one.rstrip("\\") for one in held)
        held = []
    if held:
        yield began, " ".join(held)


def _without_comment(line: str) -> str:
    """Return a line up to a "#" that stands in no text."""
    at = line.find("#")
    if at < 0:
        return line
    for found in _TOKEN.finditer(line):
        if found[0] == "#":
            return line[: found.start()]
    return line
