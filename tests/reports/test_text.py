"""The report for a person at a terminal, against what it is to look like."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.core.finding import Excerpt, Finding
from seawall.core.location import CodeSpan, Revision
from seawall.core.report import Report
from seawall.core.triage import Status, Triaged
from seawall.reports.options import RenderOptions
from seawall.reports.text import render

EXPECTED = Path(__file__).parent / "expected"


def test_the_usual_report(usual: Report) -> None:
    assert render(usual, RenderOptions()) == (EXPECTED / "report.txt").read_text("utf-8")


def test_ascii_where_the_terminal_has_nothing_else(usual: Report, hostile: Report) -> None:
    assert "ghp_****" in render(usual, RenderOptions(unicode=False))
    assert render(hostile, RenderOptions(unicode=False, show_closed=True)).isascii()


def test_nothing_found_is_two_lines(reports: Callable[..., Report]) -> None:
    lines = render(reports(), RenderOptions()).splitlines()
    assert lines[0] == "the gate passes: nothing was found"
    assert len(lines) == 2


def test_many_alike_collapse(many: Callable[..., Report]) -> None:
    text = render(many(42, 1), RenderOptions())
    assert text.count("-->") == 5
    assert "… and 37 more of github-token in f0.py" in text


def test_where_it_came_in(reports: Callable[..., Report], finding: Callable[..., Finding]) -> None:
    revision = Revision(commit="d" * 40, date="2025-05-20T10:00:00+02:00", author="Ada")
    span = CodeSpan(path="a", line=1, revision=revision)
    entry = Triaged(finding=finding(location=span), status=Status.NEW)
    text = render(reports(entry), RenderOptions(width=160))
    assert "dddddddddddd on 2025-05-20 by Ada · no longer in HEAD, but in the history" in text


def wide(text: str) -> int:
    """Count columns as a terminal does, told apart from the code under test."""
    return sum(
        0
        if unicodedata.category(sign) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


@pytest.mark.parametrize(
    "before",
    [
        "a = ",
        "\ta\t= ",
        "名前 = ",
        "e\u0301e\u0301 ",
        "\u202e x \x1b[0m",
        "ก\u0e34 ",
        "y" * 300,
        "漢" * 150,
    ],
)
@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [80, 160])
def test_the_underline_is_under_the_mark(
    before: str,
    unicode: bool,
    width: int,
    reports: Callable[..., Report],
    finding: Callable[..., Finding],
) -> None:
    line = f"{before}MARKED{'z' * 90}"
    excerpt = Excerpt(
        first_line=7,
        lines=(line,),
        mark_line=7,
        mark_start=len(before),
        mark_end=len(before) + 6,
    )
    entry = Triaged(finding=finding(excerpt=excerpt, label=""), status=Status.NEW)
    lines = render(reports(entry), RenderOptions(unicode=unicode, width=width)).splitlines()
    at = next(number for number, one in enumerate(lines) if "MARKED" in one)
    source, under = lines[at], lines[at + 1]
    assert wide(source[: source.index("MARKED")]) == wide(under[: under.index("^")])
    assert under.count("^") == 6
    assert wide(source) <= width
