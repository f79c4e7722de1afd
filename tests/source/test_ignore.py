"""Ignore patterns mean what they mean to git."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.source.ignore import make_tree, read_patterns


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("*.log", "a/b/c.log", True),
        ("/*.log", "a/c.log", False),
        ("build/", "src/build/x.py", True),
        ("build/", "src/build", False),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**", "a", False),
        ("a/**", "a/b", True),
        ("**/node_modules", "x/node_modules/y.js", True),
        ("*.py\n!keep.py", "a/keep.py", False),
        ("vendor/\n!vendor/keep.py", "vendor/keep.py", True),
        ("# *.py", "a.py", False),
        ("\\#a", "#a", True),
        ("\\!a", "!a", True),
        ("a\\ ", "a ", True),
        ("a  ", "a", True),
        ("[ab].c", "b.c", True),
        ("[!ab].c", "b.c", False),
        ("[[:digit:]]x", "7x", True),
        ("a?c", "a/c", False),
        ("[", "[", False),
        ("*.tf\r", "main.tf", True),
        ("na\udce9ve", "na\udce9ve", True),
    ],
)
def test_patterns(patterns: str, path: str, ignored: bool) -> None:
    tree = make_tree({"": read_patterns(patterns.encode("utf-8", "surrogateescape"))})
    assert tree.is_ignored(path) is ignored


def test_the_nearest_folder_decides() -> None:
    tree = make_tree({"": ["*.txt"], "docs": ["!*.txt", "/old"]})
    assert tree.is_ignored("a.txt")
    assert not tree.is_ignored("docs/a.txt")
    assert tree.is_ignored("docs/old/a.txt")
    assert not tree.is_ignored("old/a.md")


@pytest.mark.parametrize("pattern", ["*a" * 60 + "b", "**/a*/" * 40 + "b", "a*" * 500, "[a-" * 50])
def test_no_pattern_is_slow(pattern: str) -> None:
    tree = make_tree({"": [pattern]})
    began = time.process_time()
    tree.is_ignored("a" * 3000)
    tree.is_ignored("a/" * 1500 + "a")
    assert time.process_time() - began < 5


PIECES = ["a", "b", "c", ".", "*", "**", "?", "/", "[ab]", "[!a]", "\\a", "[[:alpha:]]", "/**/"]
NAMES = st.lists(st.sampled_from(["a", "b", "ab", "c.b", "ca"]), min_size=1, max_size=4)


@pytest.mark.needs("git")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), max_size=4
    ),
    flips=st.lists(st.booleans(), min_size=4, max_size=4),
    paths=st.lists(NAMES.map("/".join), min_size=1, max_size=10, unique=True),
)
def test_git_agrees(
    build: Callable[..., Any], lines: list[str], flips: list[bool], paths: list[str]
) -> None:
    # Stars inside a name are one star to gitignore(5), and something odd to git.
    lines = [line for line in lines if not any(odd in line for odd in ODD)]
    patterns = [f"!{line}" if flip else line for line, flip in zip(lines, flips, strict=False)]
    project = build()
    content = "\n".join(patterns).encode()
    project.write(".gitignore", content)
    told = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n"],
        cwd=project.folder,
        input="\0".join(paths).encode() + b"\0",
        capture_output=True,
        check=False,
    ).stdout.decode()
    fields = told.split("\0")
    tree = make_tree({"": read_patterns(content)})
    for pattern, path in zip(fields[2::4], fields[3::4], strict=False):
        ignored = bool(pattern) and not pattern.startswith("!")
        assert tree.is_ignored(path) is ignored, (patterns, path)


ODD = tuple(
    stars
    for piece in [*"abc?.", "[ab]", "[!a]", "\\a", "[[:alpha:]]"]
    for stars in (f"{piece[-1]}**", f"**{piece[0]}")
) + ("***", "****")
