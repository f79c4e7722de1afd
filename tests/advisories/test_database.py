"""The database of advisories: what is taken up, joined, asked, renewed, and refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.advisories.build import building
from seawall.advisories.database import AdvisoryDatabase, DatabaseError
from seawall.advisories.versions import compare
from seawall.core.rule import Severity
from seawall.model.advisory import Match, Query
from seawall.model.inventory import Ecosystem

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
"""7.5"""
LOW = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
"""1.8"""


def record(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    """Return a record about the package "kit" of PyPI."""
    package = more.pop("package", {"ecosystem": "PyPI", "name": "kit"})
    affected: dict[str, Any] = {"package": package, "versions": more.pop("versions", [])}
    affected["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected |= more.pop("affected", {})
    return {"id": name, "modified": "2026-01-01T00:00:00Z", "affected": [affected], **more}


def built(place: Path, *records: dict[str, Any], anew: bool = True) -> AdvisoryDatabase:
    with building(place, anew=anew) as builder:
        for one in records:
            builder.take(json.dumps(one).encode())
        builder.finish("2026-01-01T00:00:00+00:00")
    return AdvisoryDatabase.open(place)


def ask(database: AdvisoryDatabase, version: str, **more: Any) -> list[Match]:
    query: dict[str, Any] = {"ecosystem": Ecosystem.PYPI, "name": "kit", "version": version, **more}
    return database.match([Query(**query)])


def test_aliases_are_one_weakness_with_the_highest_score(tmp_path: Path) -> None:
    database = built(
        tmp_path / "a.sqlite",
        record("PYSEC-1", {"introduced": "0"}, {"fixed": "2"}, aliases=["CVE-1"]),
        record(
            "GHSA-1",
            {"introduced": "0"},
            {"fixed": "3"},
            aliases=["CVE-1"],
            severity=[{"type": "CVSS_V3", "score": HIGH}, {"type": "CVSS_V3", "score": LOW}],
        ),
        record("OTHER-1", {"introduced": "9"}, aliases=["PYSEC-1"]),
    )
    (match,) = ask(database, "1")
    assert match.advisory.id == "CVE-1"
    assert match.advisory.aliases == ("GHSA-1", "OTHER-1", "PYSEC-1")
    assert (match.advisory.score, match.advisory.severity) == (7.5, Severity.HIGH)
    # Version 2 is mended as one publisher says and not as the other does.
    assert match.fixed == ("3",)
    assert [len(ask(database, version)) for version in ("2.5", "3", "9")] == [1, 0, 1]


def test_several_stretches_in_any_order(tmp_path: Path) -> None:
    database = built(
        tmp_path / "a.sqlite",
        record(
            "A",
            {"introduced": "2.14.0"},
            {"fixed": "2.15.0"},
            {"introduced": "0"},
            {"fixed": "2.13.0"},
        ),
    )
    held = [
        version for version in ("1", "2.13.0", "2.13.9", "2.14", "2.15") if ask(database, version)
    ]
    assert held == ["1", "2.14"]
    assert ask(database, "1")[0].fixed == ("2.13.0", "2.15.0")


@pytest.mark.parametrize("turned", [False, True])
def test_where_one_stretch_ends_another_may_begin(tmp_path: Path, *, turned: bool) -> None:
    events = [{"introduced": "1"}, {"fixed": "2"}, {"introduced": "2"}, {"fixed": "3"}]
    events = [*events[2:], *events[:2]] if turned else events
    database = built(tmp_path / "a.sqlite", record("A", *events))
    assert [one for one in ("0.9", "1", "2", "2.9", "3") if ask(database, one)] == ["1", "2", "2.9"]
    assert ask(database, "1")[0].fixed == ("3",)


def test_a_stretch_that_ends_where_it_begins_holds_nothing(tmp_path: Path) -> None:
    database = built(
        tmp_path / "a.sqlite",
        record("A", {"introduced": "1"}, {"fixed": "1"}, {"introduced": "3"}, {"fixed": "4"}),
    )
    assert [one for one in ("1", "2", "3", "4") if ask(database, one)] == ["3"]


def test_a_last_affected_version_is_affected(tmp_path: Path) -> None:
    database = built(
        tmp_path / "a.sqlite", record("A", {"introduced": "1"}, {"last_affected": "2"})
    )
    assert [bool(ask(database, one)) for one in ("0.9", "1.0", "2.0", "2.0.post1", "2.1")] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_listed_version_counts_beside_ranges(tmp_path: Path) -> None:
    database = built(
        tmp_path / "a.sqlite",
        record("A", {"introduced": "1"}, {"fixed": "2"}, versions=["4.0", "1.5"]),
    )
    assert [
        match.listed for version in ("1.5", "4", "4.1") for match in ask(database, version)
    ] == [
        False,
        True,
    ]


def test_a_renewed_record_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    built(place, record("A", {"introduced": "0"}), record("B", {"introduced": "0"}))
    newer = record("A", {"introduced": "0"}, {"fixed": "1"})
    gone = record("B", {"introduced": "0"}, withdrawn="2026-01-02T00:00:00Z")
    database = built(place, newer, gone, anew=False)
    assert [match.advisory.id for match in ask(database, "0.5")] == ["A"]
    assert not ask(database, "1")


def test_releases_of_an_operating_system_are_told_apart(tmp_path: Path) -> None:
    debian = {"ecosystem": "Debian:12", "name": "openssl"}
    database = built(
        tmp_path / "a.sqlite",
        record("A", {"introduced": "0"}, {"fixed": "3.0.11-1~deb12u2"}, package=debian),
    )
    libssl = {"ecosystem": Ecosystem.DEBIAN, "name": "libssl3", "source_name": "openssl"}
    told = [
        bool(ask(database, version, **libssl, distribution=release))
        for version, release in (("3.0.11-1~deb12u1", "12"), ("3.0.11-1", "12"), ("1.0", "11"))
    ]
    assert told == [True, False, False]


def test_symbols_and_exploitation_are_told(tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    go = {"ecosystem": "Go", "name": "example.org/kit"}
    imports = [{"path": "example.org/kit/sub", "symbols": ["Serve"]}, {"path": "example.org/kit"}]
    with building(place, anew=True) as builder:
        one = record(
            "GO-1",
            {"introduced": "0"},
            package=go,
            aliases=["CVE-2"],
            affected={"ecosystem_specific": {"imports": imports}},
        )
        builder.take(json.dumps(one).encode())
        builder.take_exploited([("CVE-2", "2026-01-01", True)])
        builder.take_epss([("CVE-2", 0.9, 0.99)])
        builder.finish("2026-01-01T00:00:00+00:00")
    database = AdvisoryDatabase.open(place)
    (match,) = ask(database, "v1.0.0", ecosystem=Ecosystem.GO, name="example.org/kit")
    assert match.symbols == ("example.org/kit/sub.Serve", "example.org/kit")
    told = match.advisory.exploitation
    assert told is not None
    assert (told.known_since, told.ransomware, told.probability) == ("2026-01-01", True, 0.9)


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="no database"):
        AdvisoryDatabase.open(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("no database" * 100)
    with pytest.raises(DatabaseError, match="no database"):
        AdvisoryDatabase.open(tmp_path / "text.sqlite")


def test_a_broken_one_is_told(tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    built(place, *(record(f"A-{at}", {"introduced": "0"}) for at in range(500)))
    content = bytearray(place.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    place.write_bytes(content)
    with AdvisoryDatabase.open(place) as database, pytest.raises(DatabaseError, match="broken"):
        ask(database, "1")


def test_a_build_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "a.sqlite"
    built(place, record("A", {"introduced": "0"}))
    newer = json.dumps(record("B", {"introduced": "0"})).encode()

    def fail() -> None:
        with building(place, anew=True) as builder:
            builder.take(newer)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with AdvisoryDatabase.open(place) as database:
        assert [match.advisory.id for match in ask(database, "1")] == ["A"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.sqlite"]


VERSIONS = st.from_regex(r"[0-3](\.[0-3]){0,2}((a|rc)[12])?", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(low=VERSIONS, high=VERSIONS, version=VERSIONS)
def test_a_range_holds_what_lies_in_it(
    tmp_path_factory: pytest.TempPathFactory, low: str, high: str, version: str
) -> None:
    place = tmp_path_factory.mktemp("range") / "a.sqlite"
    database = built(place, record("A", {"introduced": low}, {"fixed": high}))
    begun = compare(Ecosystem.PYPI, low, version) <= 0
    mended = compare(Ecosystem.PYPI, high, version) <= 0
    # What is introduced after it was mended is there again.
    again = compare(Ecosystem.PYPI, high, low) < 0
    assert bool(ask(database, version)) == (begun and (again or not mended))
