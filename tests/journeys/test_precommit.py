"""A hook is added to a pre-commit configuration as text, or not at all."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seawall.journeys.adopt import template
from seawall.journeys.precommit import NotUnderstoodError, add_hook, has_hook

HOOK = template("pre-commit.yaml")

INDENTED = """\
# ours
default_stages: [pre-commit]
repos:
  # formatting
  - repo: https://example.com/a  # pinned
    rev: v1
    hooks:
      - id: one
        args: ["--x: y"]
"""
WIDE = """\
repos:
-   repo: https://example.com/a
    rev: v1
    hooks:
    -   id: one
        entry: |
            repos:
              - x

# about the service
ci:
    skip: [one]
"""
FLUSH = "---\r\nrepos:\r\n- repo: local\r\n  hooks:\r\n  - id: one\r\n# end"


def parsed(text: str) -> Any:
    return yaml.safe_load(text)


@pytest.mark.parametrize("text", [INDENTED, WIDE, FLUSH], ids=["indented", "wide", "flush"])
def test_the_hook_is_the_last_and_all_else_stays(text: str) -> None:
    added = add_hook(text, HOOK)
    before, after = parsed(text), parsed(added)
    *others, ours = after.pop("repos")
    assert others == before.pop("repos")
    assert before == after
    assert ours == parsed(HOOK)[0]
    kept = iter(added.splitlines())
    assert all(line in kept for line in text.splitlines())
    assert has_hook(added)
    assert not has_hook(text)
    assert ("\r\n" in added) == ("\r\n" in text)


def test_comments_of_the_next_key_stay_with_it() -> None:
    assert "\n\n# about the service\nci:\n" in add_hook(WIDE, HOOK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "repos: []\n",
        "repos:\n",
        "repos: [{repo: local, hooks: []}]\n",
        "repos:\n\t- repo: local\n",
        "repos:\n- repo: a\n---\nrepos:\n- repo: b\n",
        "repos:\n- repo: a\nrepos:\n- repo: b\n",
        "{repos: []}\n",
        "hooks:\n- id: a\n",
        "repos: &a\n- repo: a\n",
        "repos:\n- *one\n",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        add_hook(text, HOOK)


def test_a_comment_about_us_is_no_hook() -> None:
    assert not has_hook("# seawall some day\nrepos: []\n")


LINES = (
    "repos:", "  - repo: a", "- repo: b", "    rev: v1", "    hooks:", "    - id: c", "", "# d",
    "  # e", "ci:", "---", "  key: value", "-   repo: f", "    -   id: g",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_any_file_is_refused_or_gains_the_hook_alone(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    try:
        before = parsed(text)
        assert isinstance(before, dict)
        assert isinstance(before["repos"], list)
    except (yaml.YAMLError, AssertionError, KeyError):
        return
    try:
        added = add_hook(text, HOOK)
    except NotUnderstoodError:
        return
    assert parsed(added) == {**before, "repos": [*before["repos"], parsed(HOOK)[0]]}


@given(st.text(max_size=200))
def test_hostile_text_never_fails(text: str) -> None:
    try:
        add_hook("repos:\n" + text, HOOK)
    except NotUnderstoodError:
        return
