"""The report for a person at a terminal, against what it is to look like."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.core.finding import Excerpt, Finding
from seawall.core.location import CodeSpan, ComponentLocation, Revision
from seawall.core.report import Report
from seawall.core.rule import Severity
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


def weakness(name: str, version: str = "1.0", **more: object) -> Triaged:
    location = ComponentLocation(
        purl=f"pkg:pypi/kit@{version}", declared=CodeSpan(path="uv.lock", line=3)
    )
    finding = Finding(
        rule="hardcoded-password",
        location=location,
        message=f"kit {version} has {name}",
        anchor=f"v1:PyPI|kit|{name}",
        label=name,
        **{"severity": Severity.HIGH, **more},  # type: ignore[arg-type]
    )
    return Triaged(finding=finding, status=Status.NEW)


def test_weaknesses_of_one_package_stand_together(reports: Callable[..., Report]) -> None:
    entries = [weakness(f"CVE-{number}") for number in range(1, 9)]
    entries.append(weakness("CVE-9", "2.0", severity=Severity.LOW))
    text = render(reports(*entries), RenderOptions())
    heads = [line for line in text.splitlines() if "[hardcoded-password]" in line]
    assert heads == [
        "high[hardcoded-password]: kit 1.0 has CVE-1",
        "low[hardcoded-password]: kit 2.0 has CVE-9",
    ]
    others = ", ".join(f"CVE-{number} (high)" for number in range(2, 7))
    assert f"    = also: {others} and 2 more\n" in text
    assert "more of hardcoded-password" not in text
    assert "9 findings in 1 file: 8 high, 1 low" in text


def test_what_breaks_the_build_is_named_beside_its_package(reports: Callable[..., Report]) -> None:
    entries = [weakness(f"CVE-{number}") for number in range(1, 9)]
    broken = tuple(entry.finding.fingerprint for entry in entries)
    text = render(reports(*entries, breaking=broken), RenderOptions(width=200))
    others = ", ".join(f"CVE-{number} (high)" for number in range(2, 9))
    assert f"    = also: {others}\n" in text


def test_what_is_exploited_comes_first(reports: Callable[..., Report]) -> None:
    known = weakness("CVE-2", "2.0", severity=Severity.LOW, exploited=True)
    text = render(reports(weakness("CVE-1"), known), RenderOptions())
    assert text.startswith("low[hardcoded-password]: kit 2.0 has CVE-2")
