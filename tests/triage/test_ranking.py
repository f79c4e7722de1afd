"""What is worth fixing first, and the words that say why."""

from seawall.core.finding import Finding, Proof
from seawall.core.location import CodeSpan, Revision
from seawall.core.rule import Severity
from seawall.core.triage import Status, Triaged
from seawall.triage.ranking import worst_first


def entry(
    path: str,
    anchor: str = "",
    *,
    severity: Severity = Severity.HIGH,
    known: bool = False,
    proof: tuple[Proof, ...] = (),
    status: Status = Status.NEW,
    owner: str = "",
    date: str = "",
) -> Triaged:
    revision = Revision(commit="ab" * 20, date=date) if date else None
    finding = Finding(
        rule="some-rule",
        location=CodeSpan(path=path, line=1, revision=revision),
        message="m",
        anchor=anchor or path,
        severity=severity,
        known_format=known,
        proof=proof,
    )
    return Triaged(finding=finding, status=status, owner=owner)


def order(*entries: Triaged, breaking: frozenset[str] = frozenset()) -> list[str]:
    paths = []
    for ranked in worst_first(entries, breaking):
        location = ranked.triaged.finding.location
        assert isinstance(location, CodeSpan)
        paths.append(location.path)
    return paths


def test_what_breaks_the_build_comes_first() -> None:
    mild, bad = entry("a.py", severity=Severity.CRITICAL), entry("b.py", severity=Severity.MEDIUM)
    breaking = frozenset({bad.finding.fingerprint})
    assert order(mild, bad, breaking=breaking) == ["b.py", "a.py"]


def test_what_runs_comes_before_tests_examples_and_what_others_wrote() -> None:
    paths = ["vendor/x.py", "tests/test_x.py", "docs/x.py", "src/x.py", "a/conftest.py", "z.py"]
    ranked = order(*(entry(path) for path in paths))
    assert ranked == ["src/x.py", "z.py", "docs/x.py", "a/conftest.py", "tests/test_x.py",
                      "vendor/x.py"]  # fmt: skip


def test_severity_form_and_checksum() -> None:
    checksum = (Proof(kind="checksum", summary="it holds"),)
    entries = [
        entry("low.py", severity=Severity.LOW),
        entry("known.py", known=True),
        entry("plain.py"),
        entry("checked.py", known=True, proof=checksum),
    ]
    assert order(*entries) == ["checked.py", "known.py", "plain.py", "low.py"]


def test_one_secret_in_many_places_is_told_once_at_its_worst_place() -> None:
    (ranked,) = worst_first([entry("tests/a.py", "s"), entry("src/a.py", "s")], frozenset())
    location = ranked.triaged.finding.location
    assert isinstance(location, CodeSpan)
    assert (location.path, ranked.places) == ("src/a.py", 2)
    assert "in 2 places" in ranked.reasons


def test_equals_are_told_by_the_newest_and_then_by_place() -> None:
    old, new = entry("a.py", date="2024-01-01"), entry("b.py", date="2026-01-01")
    assert order(old, new) == ["b.py", "a.py"]
    assert order(entry("b.py"), entry("a.py")) == ["a.py", "b.py"]


def test_what_is_closed_is_nobody_s_work_and_ten_are_enough() -> None:
    assert order(entry("a.py", status=Status.WAIVED)) == []
    assert len(order(*(entry(f"{number}.py") for number in range(30)))) == 10


def test_the_reasons_are_told_weightiest_first() -> None:
    one = entry("src/a.py", known=True, owner="@team")
    (ranked,) = worst_first([one], frozenset({one.finding.fingerprint}))
    assert ranked.reasons == (
        "breaks the build by default",
        "high severity",
        "of a known format",
        "outside tests and examples",
        "owned by @team",
    )
