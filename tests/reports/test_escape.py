"""Each reader's escaping, by what that reader would have obeyed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.reports import escape


def test_a_terminal_gets_no_controls() -> None:
    assert escape.terminal("a\x1b[31m\x9b\u202e\n\udcff") == "a\\x1b[31m\\x9b\\u{202e}\\n\\xff"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert escape.csv(cell).startswith("'")


def test_a_usual_cell_stays() -> None:
    assert escape.csv("app/a-b.py") == "app/a-b.py"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://a",
        "https://a b",
        'https://a"b',
        "https://a\u202eb",
        "",
        "//a",
    ],
)
def test_a_bad_link_is_left_out(address: str) -> None:
    assert escape.link(address) == ""


def test_a_good_link_stays() -> None:
    assert escape.link("https://example.com/a?b=c#d") == "https://example.com/a?b=c#d"


def test_workflow_commands() -> None:
    assert escape.command_data("50%\n::x") == "50%25%0A::x"
    assert escape.command_property("a:b,c%") == "a%3Ab%2Cc%25"


@pytest.mark.parametrize("text", ["@team", "#12", "!12", "GH-12", "www.a.b", "&4", '~"bug"'])
def test_markdown_breaks_a_reference(text: str) -> None:
    assert "\u200b" in escape.markdown(text)


def test_markdown_code_outlasts_its_backticks() -> None:
    assert escape.markdown_code("a``b") == "```a``b```"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_means_the_same(text: str) -> None:
    assert json.loads(escape.json(json.dumps(text, ensure_ascii=False))) == text
