"""Expressions of licences: the grammar by random trees, and how others write names."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.errors import ParseError
from seawall.parse.spdx import canonical_id, weigh_licence

WORTH = {"MIT": 0, "Apache-2.0": 1, "MPL-2.0": 2, "LicenseRef-acme.1": 3, "AGPL-3.0-only": 4}
Tree = tuple[str, int]
"""An expression, and what it is worth."""


def joined(parts: tuple[Tree, Tree, str, str, bool]) -> Tree:
    (left, one), (right, other), word, space, is_or = parts
    worth = min(one, other) if is_or else max(one, other)
    return f"({left}{space}{word if is_or else 'AND'} {right})", worth


LEAVES = st.sampled_from(sorted(WORTH.items()))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(
        inner,
        inner,
        st.sampled_from(["OR", "or"]),
        st.sampled_from([" ", "  ", "\n"]),
        st.booleans(),
    ).map(joined),
    max_leaves=12,
)


@given(TREES)
def test_of_alternatives_the_best_counts_and_of_what_is_joined_the_worst(tree: Tree) -> None:
    text, worth = tree
    assert weigh_licence(text, WORTH.__getitem__) == worth


@given(st.lists(LEAVES, min_size=1, max_size=6), st.lists(LEAVES, min_size=1, max_size=6))
def test_and_binds_more_closely_than_or(first: list[Tree], second: list[Tree]) -> None:
    text = " OR ".join(" AND ".join(name for name, _ in some) for some in (first, second))
    worth = min(max(one for _, one in some) for some in (first, second))
    assert weigh_licence(text, WORTH.__getitem__) == worth


@given(st.text(alphabet="()ANDORWITH +-/.MIT\n", max_size=60))
def test_any_text_is_weighed_or_refused(text: str) -> None:
    worth = 1
    with contextlib.suppress(ParseError):
        worth = weigh_licence(text, lambda name: 1)
    assert worth == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Apache 2.0", ["Apache-2.0"]),
        ("Apache License, Version 2.0 or MIT License", ["Apache-2.0", "MIT"]),
        ("BSD", ["BSD-3-Clause"]),
        ("BSD-2-Clause", ["BSD-2-Clause"]),
        ("BSD 2-Clause License", ["BSD-2-Clause"]),
        ("GNU General Public License v3 or later (GPLv3+)", ["GPL-3.0-or-later"]),
        ("GPLv2", ["GPL-2.0-only"]),
        ("GPLv3+ AND ISC License (ISCL)", ["GPL-3.0-or-later", "ISC"]),
        ("MIT/Apache-2.0", ["MIT", "Apache-2.0"]),
        ("MIT/X11", ["MIT"]),
        ("LGPL-2.1+", ["LGPL-2.1-or-later"]),
        ("MPL-1.1+", ["MPL-1.1"]),
        (
            "LicenseRef-Acme OR DocumentRef-a:LicenseRef-b",
            ["LicenseRef-Acme", "DocumentRef-a:LicenseRef-b"],
        ),
        ("GPL-2.0 WITH Classpath-exception-2.0", ["GPL-2.0-only WITH Classpath-exception-2.0"]),
        ("GPL-2.0-with-classpath-exception", ["GPL-2.0-only WITH Classpath-exception-2.0"]),
        ("UNLICENSED", ["UNLICENSED"]),
        ("Unlicense", ["Unlicense"]),
    ],
)
def test_what_is_asked_about(text: str, names: list[str]) -> None:
    asked: list[str] = []

    def weigh(name: str) -> int:
        asked.append(name)
        return 0

    weigh_licence(text, weigh)
    assert asked == names


@pytest.mark.parametrize(
    "text",
    [
        "SEE LICENSE IN LICENSE.txt",
        "",
        "MIT OR",
        "AND MIT",
        "(MIT",
        "MIT)",
        "MIT WITH",
        "a b",
        "(" * 99,
    ],
)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(ParseError):
        weigh_licence(text, lambda name: 0)


def test_identifiers_that_were_replaced() -> None:
    assert canonical_id("GPL-2.0+") == "GPL-2.0-or-later"
    assert canonical_id("AGPL-3.0") == "AGPL-3.0-only"
    assert canonical_id("+") == "+"
