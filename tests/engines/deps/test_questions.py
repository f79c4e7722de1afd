"""What advisories are asked about: versions, and what stands in the place of one."""

import pytest

from seawall.engines.deps.composition import Member
from seawall.engines.deps.engine import Composition
from seawall.model.inventory import Ecosystem, Origin, Package

COMMIT = "5cf25a1d2a1d2a1d2a1d2a1d2a1d2a1d2a1d2a1d"


def asked(ecosystem: Ecosystem, version: str, origin: Origin = "registry") -> list[str]:
    """Return the versions that are asked about for one package."""
    package = Package(ecosystem=ecosystem, name="a/b", version=version, origin=origin)
    composition = Composition(members=[Member(path="x", package=package, direct=True)])
    return [version for _, _, version in composition.questions]


def test_a_commit_is_no_version() -> None:
    assert asked(Ecosystem.HEX, COMMIT, "git") == []
    assert asked(Ecosystem.GITHUB_ACTIONS, COMMIT) == []
    assert asked(Ecosystem.HEX, "1.0.0", "git") == ["1.0.0"]


def test_our_own_packages_are_not_asked_about() -> None:
    assert asked(Ecosystem.HEX, "1.0.0", "path") == asked(Ecosystem.HEX, "1.0.0", "workspace") == []


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v4", ["v4.999999.999999"]),
        ("v4.1", ["v4.1.999999"]),
        ("v4.1.2", ["v4.1.2"]),
        ("main", []),
    ],
)
def test_a_moved_tag_is_the_newest_of_its_kind(version: str, expected: list[str]) -> None:
    assert asked(Ecosystem.GITHUB_ACTIONS, version) == expected


def test_what_osv_has_no_word_for_is_not_asked_about() -> None:
    for ecosystem in (Ecosystem.GENERIC, Ecosystem.COCOAPODS, Ecosystem.FEDORA):
        assert asked(ecosystem, "1.0.0") == [], ecosystem
