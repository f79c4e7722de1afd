"""The order of versions in every ecosystem: what each row says, and that it is an order at all."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.advisories.versions import HIGHEST, LOWEST, SCHEMES, compare, key_of
from seawall.model.inventory import Ecosystem

ORDERS: dict[Ecosystem, list[str]] = {
    Ecosystem.PYPI: [
        "not a version",
        "1.0.dev456 1.0.dev0456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12.dev456",
        "1.0a12 1.0.ALPHA-12",
        "1.0b1.dev456",
        "1.0b2",
        "1.0b2.post345.dev456",
        "1.0b2.post345 1.0b2-345",
        "1.0rc1.dev456",
        "1.0rc1 1.0c1 1.0pre1",
        "1.0 1 v1.0.0 01.0",
        "1.0+abc.5",
        "1.0+abc.7 1.0+ABC-7",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456 1.0-456 1.0r456",
        "1.1.dev1",
        "1.1",
        "1!0.5",
    ],
    Ecosystem.NPM: [
        "1.0.0-0",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0 v1.0.0 =1.0.0 1.0.0+build 1",
        "1.0.1",
        "1.10.0",
        "99999999999999999999.0.0",
    ],
    Ecosystem.GO: [
        "v0.0.0-20190101000000-aaaaaaaaaaaa",
        "v0.0.0-20200101000000-000000000000",
        "v1.0.0-pre",
        "v1.0.0-pre.0.20190101000000-aaaaaaaaaaaa",
        "v1.0.0",
        "v1.0.1-0.20190101000000-aaaaaaaaaaaa",
        "v1.0.1 1.0.1",
        "go1.21rc2 1.21rc2",
        "go1.21rc10",
        "go1.21 1.21.0",
        "v2.0.0+incompatible 2.0.0",
    ],
    Ecosystem.MAVEN: [
        "1-alpha2 1-a2 1.0.alpha-2",
        "1-alpha-123",
        "1-beta-2",
        "1-beta123",
        "1-m2 1.0.0.M2",
        "1-m11",
        "1-rc 1-cr",
        "1-rc123",
        "1-SNAPSHOT",
        "1 1.0 1-ga 1.0.0.Final 1.0.0.RELEASE",
        "1-sp",
        "1-sp123",
        "1-abc",
        "1-def",
        "1-pom-1",
        "1-1",
        "1-2",
        "1.1",
        "31.1-android",
        "31.1-jre",
        "20040616",
    ],
    Ecosystem.RUBYGEMS: [
        "1.0.a",
        "1.0.a.2",
        "1.0.b1",
        "1.0.0-1",
        "1.0.rc1",
        "1.0 1 1.0.0",
        "1.0.1",
        "1.10",
    ],
    Ecosystem.JULIA: [
        "1.0.7-rc1",
        "1.0.7",
        "1.0.7+0",
        "1.0.7+1",
        "1.0.7+10",
        "1.0.8+0",
    ],
    Ecosystem.NUGET: [
        "1.0.0-Alpha 1.0.0-alpha",
        "1.0.0-alpha.2",
        "1.0.0-alpha.10",
        "1.0.0-beta",
        "1.0 1.0.0 1.0.0.0 1.00.0",
        "1.0.0.1",
        "1.0.1",
    ],
    Ecosystem.PACKAGIST: [
        "dev-main",
        "1.0.0-dev 1.0-dev",
        "1.0.0-alpha1 1.0.0a1 1.0.0.alpha-1",
        "1.0.0-beta2 1.0.0b2",
        "1.0.0RC1 1.0-rc1",
        "1.0.0 v1.0 1.0.0.0 1.0.0-stable",
        "1.0.0-patch1 1.0.0pl1 1.0.0p1",
        "1.0.1",
        "1.0.x-dev",
        "1.1.0",
    ],
    Ecosystem.DEBIAN: [
        "0~~",
        "0~~a",
        "0~",
        "0 0-0",
        "1.0~rc1-1",
        "1.0-1",
        "1.0-1+deb12u1",
        "1.0-1.1",
        "1.0a",
        "1.0+dfsg",
        "1.0.0",
        "1.10",
        "1:0.1",
    ],
    Ecosystem.ALMALINUX: [
        "1.0~rc1-1",
        "1.0-1.el8",
        "1.0-1.el8_5",
        "1.0-2.el8",
        "1.0-10.el8",
        "1.0^git1-1",
        "1.0a-1",
        "1.0.1-1",
        "1:0.1-1",
    ],
    Ecosystem.ALPINE: [
        "1.0_alpha",
        "1.0_alpha1",
        "1.0_beta",
        "1.0_pre1",
        "1.0_rc1",
        "1.0",
        "1.0-r0",
        "1.0-r10",
        "1.0_git20200101",
        "1.0_p1",
        "1.0_p1-r1",
        "1.0b",
        "1.0.1",
        "1.01",
        "1.012",
        "1.02",
        "1.1",
        "1.10",
    ],
    Ecosystem.HEX: ["1.0.0-dev", "1.0.0-rc.1", "1.0.0", "1.0.1"],
    Ecosystem.PUB: ["1.0.0-a", "1.0.0", "1.0.0+1", "1.0.0+2", "1.0.0+a", "1.0.1"],
    Ecosystem.CRAN: ["nothing", "1.0 1-0", "1.0.0", "1.0-1", "1.2", "1.10"],
    Ecosystem.HACKAGE: ["1.0", "1.0.0", "1.0.1", "1.2", "1.10"],
    Ecosystem.CONDA: [
        "0.4.dev",
        "0.4.1.rc",
        "0.4.1 0.4.1.0",
        "0.5a1",
        "0.5b3",
        "0.5",
        "0.960923",
        "1.0",
        "1.1dev1",
        "1.1a1",
        "1.1.0dev1",
        "1.1.0rc1",
        "1.1.0 1.1",
        "1.1.0post1",
        "1996.07.12",
        "1!0.4.1",
    ],
    Ecosystem.GENERIC: ["1.0-dev", "1.0alpha", "1.0-rc1", "1.0 v1.0 1", "1.0p1", "1.0.1", "1.10"],
}
"""From the lowest to the highest; what stands in one row is the same."""


@pytest.mark.parametrize("ecosystem", ORDERS)
def test_versions_are_in_their_order(ecosystem: Ecosystem) -> None:
    rows = [row.split() if row != "not a version" else [row] for row in ORDERS[ecosystem]]
    for row in rows:
        for one, other in itertools.combinations(row, 2):
            assert compare(ecosystem, one, other) == 0, (one, other)
    wrong = [
        (one, other)
        for lower, higher in itertools.combinations(rows, 2)
        for one in lower
        for other in higher
        if (compare(ecosystem, one, other), compare(ecosystem, other, one)) != (-1, 1)
    ]
    assert not wrong


def test_every_ecosystem_has_an_order() -> None:
    assert set(SCHEMES) == set(Ecosystem)


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES.values())))
@settings(max_examples=40)
@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"[0-9a-z.+~^_:!-]{0,30}")))
def test_any_text_has_a_key_between_the_bounds(scheme: str, text: str) -> None:
    ecosystem = next(one for one, name in SCHEMES.items() if name == scheme)
    assert LOWEST < key_of(ecosystem)(text) < HIGHEST


@pytest.mark.parametrize("scheme", sorted(set(SCHEMES.values())))
def test_a_version_of_any_length_has_a_key_at_once(scheme: str) -> None:
    ecosystem = next(one for one, name in SCHEMES.items() if name == scheme)
    for text in ("1." * 100_000, "9" * 100_000, "a-" * 100_000, "1a" * 100_000, "~" * 100_000):
        assert key_of(ecosystem)(text)
