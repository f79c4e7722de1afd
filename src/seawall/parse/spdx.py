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
_OLD = re.compile(r"((?:A|L)?GPL-\d\.\d|GFDL-\d\.\d)(\+)?", re.IGNORECASE)
_DEPRECATED = {
    "bsd-2-clause-freebsd": "BSD-2-Clause",
    "bsd-2-clause-netbsd": "BSD-2-Clause",
    "gpl-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "gpl-2.0-with-gcc-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "gpl-3.0-with-gcc-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "standardml-nj": "SMLNJ",
}
"""Identifiers that SPDX has replaced, beside those of GNU's licences."""
_USUAL = {
    "Apache-2.0": (
        "apache 2|apache-2|apache 2.0|apache v2|apache license 2.0|apache license v2.0|"
        "apache license, version 2.0|apache license version 2.0|apache software license|"
        "apache software license 2.0|asl 2.0|the apache license, version 2.0|"
        "the apache software license, version 2.0|apache2|apache2.0"
    ),
    "BSD-2-Clause": "bsd 2-clause|bsd 2-clause license|simplified bsd|2-clause bsd license",
    "BSD-3-Clause": (
        "bsd|bsd license|new bsd|new bsd license|bsd 3-clause|bsd 3-clause license|"
        "3-clause bsd license|modified bsd|revised bsd|the bsd license|the new bsd license"
    ),
    "CC0-1.0": "cc0|cc0 1.0|cc0 1.0 universal (cc0 1.0) public domain dedication",
    "EPL-1.0": "eclipse public license 1.0|eclipse public license 1.0 (epl-1.0)",
    "EPL-2.0": (
        "eclipse public license 2.0|eclipse public license 2.0 (epl-2.0)|"
        "eclipse public license v2.0"
    ),
    "ISC": "isc license|isc license (iscl)|the isc license",
    "MIT": "mit license|mit/x11|the mit license|the mit license (mit)|mit license (mit)|expat",
    "MPL-2.0": (
        "mozilla public license 2.0|mozilla public license 2.0 (mpl 2.0)|mpl 2.0|mpl2|"
        "mozilla public license, version 2.0"
    ),
    "PSF-2.0": "python software foundation license|psf|psf license",
    "Unlicense": "public domain|the unlicense|the unlicense (unlicense)",
    "Zlib": "zlib/libpng license|zlib license",
    "AGPL-3.0-only": "gnu affero general public license v3|agplv3|agpl-3|agpl 3|agpl v3",
    "AGPL-3.0-or-later": (
        "gnu affero general public license v3 or later (agplv3+)|agplv3+|agpl-3+|agpl v3+"
    ),
    "GPL-2.0-only": "gnu general public license v2 (gplv2)|gplv2|gpl-2|gpl 2|gpl v2",
    "GPL-2.0-or-later": "gnu general public license v2 or later (gplv2+)|gplv2+|gpl-2+|gpl v2+",
    "GPL-3.0-only": "gnu general public license v3 (gplv3)|gplv3|gpl-3|gpl 3|gpl v3|gnu gplv3",
    "GPL-3.0-or-later": "gnu general public license v3 or later (gplv3+)|gplv3+|gpl-3+|gpl v3+",
    "LGPL-2.0-or-later": "gnu lesser general public license v2 or later (lgplv2+)|lgplv2+",
    "LGPL-2.1-only": "lgpl 2.1|lgplv2.1|lgpl v2.1",
    "LGPL-3.0-only": "gnu lesser general public license v3 (lgplv3)|lgplv3|lgpl-3|lgpl v3",
    "LGPL-3.0-or-later": "gnu lesser general public license v3 or later (lgplv3+)|lgplv3+|lgpl-3+",
}
"""By identifier, other ways to write it."""
_BY_NAME = {name: known for known, names in _USUAL.items() for name in names.split("|")}
_ANY_NAME = "|".join(map(re.escape, sorted(_BY_NAME, key=len, reverse=True)))
_NAMES = re.compile(rf"(?<![\w.+-])(?:{_ANY_NAME})(?![\w+-]|\.\w)", re.IGNORECASE)


def weigh_licence(text: str, weigh: Callable[[str], int]) -> int:
    """Return how bad a licence is: of alternatives the best counts, of what is joined the worst.

    `weigh` is asked of each identifier, with its exception: "GPL-2.0-only WITH GCC-exception-2.0".
    Raises ParseError when it is no expression.
    """
    if len(text) > LONGEST:
        raise ParseError("it is too long")
    text = _NAMES.sub(lambda found: _BY_NAME[found[0].lower()], " ".join(text.split()))
    # Crates used to write "MIT/Apache-2.0".
    words = _TOKEN.findall(text.replace("/", " OR ") if "://" not in text else text)
    worth, at = _either(words, 0, weigh, 0)
    if at != len(words):
        raise ParseError("it is no expression of licences")
    return worth


def canonical_id(name: str) -> str:
    """Return an identifier as SPDX writes it today: "GPL-2.0+" is "GPL-2.0-or-later".

    Of others, "+" is left away: they have no identifier of their own for later versions.
    """
    if known := _DEPRECATED.get(name.lower()):
        return known
    old = _OLD.fullmatch(name)
    if old is not None:
        return old[1] + ("-or-later" if old[2] else "-only")
    return name.removesuffix("+") or name


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
