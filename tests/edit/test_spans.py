"""Edits put into a text."""

import hypothesis
import pytest
from hypothesis import strategies as st

from seawall.core.finding import Edit
from seawall.core.location import CodeSpan
from seawall.edit.spans import Lines, apply_stretches, choose


def edit(line: int, first: int, last: int, text: str) -> Edit:
    """Make an edit of one line; columns are counted from one, the last is left out."""
    return Edit(span=CodeSpan(path="a", line=line, column=first, end_column=last), text=text)


def applied(text: str, *fixes: list[Edit]) -> tuple[str, list[bool]]:
    """Apply fixes and say of each whether it was taken."""
    lines = Lines(text)
    chosen = list(choose(lines, fixes))
    stretches = [one for added in chosen if added is not None for one in added]
    return apply_stretches(text, stretches), [added is not None for added in chosen]


def test_several_edits_of_a_line_are_put_in_at_once() -> None:
    text, taken = applied("f(a, b)\n", [edit(1, 3, 4, "x"), edit(1, 6, 7, "yy")])
    assert (text, taken) == ("f(x, yy)\n", [True])


def test_what_two_fixes_say_alike_is_done_once() -> None:
    imported = edit(1, 1, 1, "import shlex\n")
    text, taken = applied(
        "f(a)\ng(b)\n", [imported, edit(1, 3, 4, "x")], [imported, edit(2, 3, 4, "y")]
    )
    assert (text, taken) == ("import shlex\nf(x)\ng(y)\n", [True, True])


def test_of_two_that_collide_the_first_is_taken_and_the_other_not_even_in_part() -> None:
    text, taken = applied(
        "f(a)\n", [edit(1, 3, 4, "x")], [edit(1, 1, 1, "import m\n"), edit(1, 2, 5, "[a]")]
    )
    assert (text, taken) == ("f(x)\n", [True, False])


def test_line_ends_are_those_of_the_file() -> None:
    text, _ = applied("a\r\nb\r\n", [edit(2, 1, 1, "import c\n")])
    assert text == "a\r\nimport c\r\nb\r\n"


@pytest.mark.parametrize(("line", "first", "last"), [(9, 1, 2), (1, 4, 9), (0, 1, 2), (1, 3, 2)])
def test_a_place_that_is_not_there_changes_nothing(line: int, first: int, last: int) -> None:
    assert applied("abc\n", [edit(line, first, last, "x")]) == ("abc\n", [False])


@hypothesis.given(
    st.lists(st.text("ab\u00e9\U0001f600 ", max_size=6), min_size=1, max_size=5), st.data()
)
def test_any_stretch_is_replaced_and_all_else_stays(rows: list[str], data: st.DataObject) -> None:
    line = data.draw(st.integers(1, len(rows)))
    row = rows[line - 1]
    first = data.draw(st.integers(0, len(row)))
    last = data.draw(st.integers(first, len(row)))
    hypothesis.assume(last > 0)
    text, taken = applied("\n".join(rows), [edit(line, first + 1, last + 1, "!")])
    wanted = [*rows[: line - 1], row[:first] + "!" + row[last:], *rows[line:]]
    assert (text, taken) == ("\n".join(wanted), [True])
