"""Expressions of licences, as SPDX writes them and as others do.

Source: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions.
"""

import re
from collections.abc import Callable

from seawall.core.errors import ParseError

LONGEST = 2_000
"""Characters of an expression."""
DEEPEST = 40
"""Parentheses within each other."""

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_OLD = re.compile(r"((?:A|L)?GPL-\d\.\d)(\+)?")
_USUAL = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "bsd license": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mit/x11": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "public domain": "Unlicense",
    "python software foundation license": "PSF-2.0",
    "the mit license": "MIT",
    "the unlicense (unlicense)": "Unlicense",
}


def weigh_licence(text: str, weigh: Callable[[str], int]) -> int:
    """Return how bad a licence is: of alternatives the best counts, of what is joined the worst.

    `weigh` is asked of each identifier, with its exception: "GPL-2.0-only WITH GCC-exception-2.0".
    Raises ParseError when it is no expression.
    """
    usual = _USUAL.get(text.strip().lower())
    if usual is not None:
        return weigh(usual)
    if len(text) > LONGEST:
        raise ParseError("it is too long")
    # Crates used to write "MIT/Apache-2.0".
    words = _TOKEN.findall(text.replace("/", " OR ") if "://" not in text else text)
    worth, at = _either(words, 0, weigh, 0)
    if at != len(words):
        raise ParseError("it is no expression of licences")
    return worth


def canonical_id(name: str) -> str:
    """Return an identifier as SPDX writes it today: "GPL-2.0+" is "GPL-2.0-or-later"."""
    old = _OLD.fullmatch(name)
    if old is not None:
        return old[1] + ("-or-later" if old[2] else "-only")
    return name


def _either(words: list[str], at: int, weigh: Callable[[str], int], depth: int) -> tuple[int, int]:
    worth, at = _both(words, at, weigh, depth)
    while at < len(words) and words[at].upper() == "OR":
        other, at = _both(words, at + 1, weigh, depth)
        worth = min(worth, other)
    return worth, at


def _both(words: list[str], at: int, weigh: Callable[[str], int], depth: int) -> tuple[int, int]:
    worth, at = _one(words, at, weigh, depth)
    while at < len(words) and words[at].upper() == "AND":
        other, at = _one(words, at + 1, weigh, depth)
        worth = max(worth, other)
    return worth, at


def _one(words: list[str], at: int, weigh: Callable[[str], int], depth: int) -> tuple[int, int]:
    if at >= len(words) or words[at] == ")" or words[at].upper() in ("AND", "OR", "WITH"):
        raise ParseError("it is no expression of licences")
    if words[at] == "(":
        if depth >= DEEPEST:
            raise ParseError("it is nested too deeply")
        worth, at = _either(words, at + 1, weigh, depth + 1)
        if at >= len(words) or words[at] != ")":
            raise ParseError("a parenthesis of it is not closed")
        return worth, at + 1
    name = canonical_id(words[at])
    if at + 2 < len(words) and words[at + 1].upper() == "WITH":
        return weigh(f"{name} WITH {words[at + 2]}"), at + 3
    return weigh(name), at + 1
