"""Waivers close what they speak for until their day, and say when nothing needs them."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, ComponentLocation
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.triage.waivers import Waiver, apply_waivers
from seawall.waivers import read_waivers, with_waiver, wrong_with

TODAY = "2026-11-25"


def finding(anchor: str = "a", path: str = "app.py", rule: str = "some-rule") -> Finding:
    where = CodeSpan(path=path, line=1)
    return Finding(rule=rule, location=where, message="m", anchor=anchor, severity=Severity.HIGH)


def waiver(**more: object) -> Waiver:
    fields = {"reason": "because", "by": "ada", "until": "2026-12-31", "rule": "some-rule", **more}
    return Waiver(**fields)  # type: ignore[arg-type]


def status(one: Finding, *waivers: Waiver, today: str = TODAY) -> Status:
    triaged = [Triaged(finding=one, status=Status.NEW)]
    return apply_waivers(triaged, waivers, origin="w", today=today)[0][0].status


@pytest.mark.parametrize(
    ("one", "of", "expected"),
    [
        (finding(), waiver(), Status.WAIVED),
        (finding(), waiver(rule="other"), Status.NEW),
        (finding(), waiver(path="app.py"), Status.WAIVED),
        (finding(path="lib/app.py"), waiver(path="app.py"), Status.WAIVED),
        (finding(path="lib/app.py"), waiver(path="/app.py"), Status.NEW),
        (finding(path="tests/a/b.py"), waiver(path="tests/"), Status.WAIVED),
        (finding(path="attests/b.py"), waiver(path="tests/"), Status.NEW),
        (finding(), waiver(rule="", finding=finding().fingerprint), Status.WAIVED),
        (finding(), waiver(rule="", finding=finding().fingerprint[:12]), Status.WAIVED),
        (finding("b"), waiver(rule="", finding=finding().fingerprint), Status.NEW),
        (finding(), waiver(until="2026-11-25"), Status.WAIVED),
        (finding(), waiver(until="2026-11-24"), Status.NEW),
        (finding(), waiver(until="", false_alarm=True), Status.FALSE_ALARM),
    ],
)
def test_it_closes_what_it_speaks_for(one: Finding, of: Waiver, expected: Status) -> None:
    assert status(one, of) is expected


def test_an_upgraded_anchor_keeps_its_waiver() -> None:
    former = finding("v1:a")
    now = replace(finding("v2:b"), former_anchors=("v1:a",))
    assert status(now, waiver(rule="", finding=former.fingerprint)) is Status.WAIVED


def test_a_package_is_waived_with_or_without_its_version() -> None:
    where = ComponentLocation(purl="pkg:pypi/django@3.2")
    one = Finding(rule="some-rule", location=where, message="m", anchor="a", severity=Severity.HIGH)
    assert status(one, waiver(rule="", package="pkg:pypi/django")) is Status.WAIVED
    assert status(one, waiver(rule="", package="pkg:pypi/django@3.2")) is Status.WAIVED
    assert status(one, waiver(rule="", package="pkg:pypi/django@4")) is Status.NEW
    assert status(one, waiver(rule="", package="pkg:pypi/djang")) is Status.NEW


def test_expired_and_unused_ones_are_told() -> None:
    triaged = [Triaged(finding=finding(), status=Status.NEW)]
    waivers = [waiver(until="2026-01-01"), waiver(rule="other")]
    _, problems = apply_waivers(triaged, waivers, origin="w", today=TODAY)
    assert [problem.message for problem in problems] == [
        "the waiver of some-rule expired on 2026-01-01",
        "the waiver of other is not needed",
    ]


days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)).map(str)
waivers = st.builds(
    waiver,
    rule=st.sampled_from(["some-rule", "other-rule"]),
    path=st.sampled_from(["", "app.py", "tests/", "*.py"]),
    until=days,
)
findings = st.builds(
    finding,
    anchor=st.sampled_from("abc"),
    path=st.sampled_from(["app.py", "tests/x.py", "main.go"]),
    rule=st.sampled_from(["some-rule", "other-rule"]),
)


@given(st.lists(findings, max_size=6), st.lists(waivers, max_size=6), days)
def test_no_waiver_outlives_its_day(
    found: list[Finding], accepted: list[Waiver], today: str
) -> None:
    triaged = [Triaged(finding=one, status=Status.NEW) for one in found]
    result, _ = apply_waivers(triaged, accepted, origin="w", today=today)
    for entry in result:
        valid = [one for one in accepted if one.meets(entry.finding) and today <= one.until]
        assert (entry.status is Status.WAIVED) == bool(valid)
        assert entry.status is Status.NEW or entry.until >= today


@given(st.lists(waivers, max_size=5))
def test_what_is_written_is_read_again(accepted: list[Waiver]) -> None:
    content = b""
    for one in accepted:
        content = with_waiver(content, one)
    assert list(read_waivers(content, name="w.toml")) == accepted


@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_any_reason_can_be_written(reason: str) -> None:
    one = waiver(reason=reason)
    (again,) = read_waivers(with_waiver(b"", one), name="w.toml")
    assert again.reason == reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[waiver]]\nreason = "x"\nby = "a"\nuntil = "2027-01-01"\n', "no finding, no rule"),
        ('[[waiver]]\nrule = "r"\nreason = "x"\nby = "a"\n', "no last day"),
        ('[[waiver]]\nrule = "r"\nreason = " "\nby = "a"\nuntil = "2027-01-01"\n', "no reason"),
        ('[[waiver]]\nrule = "r"\nreason = "x"\nby = "a"\nuntil = "soon"\n', "is no day"),
        ('[[waiver]]\nfinding = "12"\nreason = "x"\nby = "a"\nuntil = "2027-01-01"\n', "12 to 32"),
        ('[[waiver]]\nrul = "r"\nreason = "x"\nby = "a"\n', "line 2"),
        ("[[waiver", "not valid TOML"),
        ("waiver = 3\n", "waiver"),
    ],
)
def test_a_mistake_names_its_line(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_waivers(text.encode(), name="waivers.toml")


def test_a_date_of_toml_is_a_day() -> None:
    text = b'[[waiver]]\nrule = "r"\nreason = "x"\nby = "a"\nuntil = 2027-01-01\n'
    assert read_waivers(text, name="w")[0].until == "2027-01-01"


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ConfigError):
        read_waivers(b'[[waiver]]\nrule = "' + content, name="w")


def test_a_whole_waiver_lacks_nothing() -> None:
    assert wrong_with(waiver()) == ""
