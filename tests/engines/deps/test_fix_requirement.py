"""What a requirement lets in, and what raises it, in the words of each ecosystem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.deps.fix.requirement import (
    LONGEST,
    allows,
    applied,
    raise_requirement,
)
from seawall.model.inventory import Ecosystem

RAISED = [
    (Ecosystem.PYPI, "==1.2.3", "1.2.9", "==1.2.9"),
    (Ecosystem.PYPI, "== 1.0", "1.1", "== 1.1"),
    (Ecosystem.PYPI, ">=1,<2", "1.3", ">=1.3,<2"),
    (Ecosystem.PYPI, ">=1,<2", "2.3", ">=2.3,<3"),
    (Ecosystem.PYPI, ">1.0, !=1.3", "1.6.2", ">=1.6.2, !=1.3"),
    (Ecosystem.PYPI, "<1.5", "1.6.2", "<1.7"),
    (Ecosystem.PYPI, "<2.0.0", "2.3.4", "<3.0.0"),
    (Ecosystem.PYPI, "==1.2.*", "1.3.2", "==1.3.*"),
    (Ecosystem.PYPI, "~=1.2", "1.4.3", "~=1.4,>=1.4.3"),
    (Ecosystem.PYPI, "~=1.2.0", "1.4.3", "~=1.4.3"),
    (Ecosystem.PYPI, "^1.2", "1.4.3", "^1.4.3"),
    (Ecosystem.PYPI, "2.0.0", "2.2.5", "2.2.5"),
    (Ecosystem.NPM, "^1.2.3", "1.4.0", "^1.4.0"),
    (Ecosystem.NPM, "~1.2", "1.3.4", "~1.3.4"),
    (Ecosystem.NPM, "1.x", "2.3.4", "2.x"),
    (Ecosystem.NPM, ">= 1.2.3 <2.0.0", "2.4.5", ">= 2.4.5 <3.0.0"),
    (Ecosystem.NPM, "^1.0 || ^2.0", "2.3.1", "^1.0 || ^2.3.1"),
    (Ecosystem.CRATES, "1.2", "1.4.3", "1.4.3"),
    (Ecosystem.CRATES, "=1.2.3", "1.4.3", "=1.4.3"),
    (Ecosystem.GO, "v1.2.3", "1.3.0", "v1.3.0"),
    (Ecosystem.GO, "v2.0.0+incompatible", "2.1.0", "v2.1.0+incompatible"),
    (Ecosystem.RUBYGEMS, "~> 1.2", "1.4.3", "~> 1.4, >= 1.4.3"),
    (Ecosystem.RUBYGEMS, "~> 1.2", "1.4.0", "~> 1.4"),
    (Ecosystem.RUBYGEMS, "~> 1.2, >= 1.2.3", "1.4.3", "~> 1.4, >= 1.4.3"),
    (Ecosystem.RUBYGEMS, "<= 1.4", "1.5.1", "<= 1.5.1"),
    (Ecosystem.PACKAGIST, "~1.2", "1.4.3", "~1.4,>=1.4.3"),
    (Ecosystem.PACKAGIST, "v1.2.3", "1.4.3", "v1.4.3"),
    (Ecosystem.PACKAGIST, "^1.0|^2.0", "2.3.1", "^1.0|^2.3.1"),
    (Ecosystem.HEX, "~> 1.2", "1.4.3", "~> 1.4 and >= 1.4.3"),
    (Ecosystem.HEX, ">= 1.0.0 and < 1.5.0", "1.5.2", ">= 1.5.2 and < 1.6.0"),
    (Ecosystem.MAVEN, "[1.0,2.0)", "2.1", "[2.1,3.0)"),
    (Ecosystem.MAVEN, "(1.0,2.0)", "1.1", "[1.1,2.0)"),
    (Ecosystem.MAVEN, "31.0-jre", "32.0.0-android", "32.0.0-jre"),
    (Ecosystem.NUGET, "[1.0]", "2.1", "[2.1]"),
    (Ecosystem.NUGET, "1.*", "2.1.0", "2.*"),
    (Ecosystem.GITHUB_ACTIONS, "v3", "4.1.7", "v4"),
    (Ecosystem.GITHUB_ACTIONS, "v3.1.0", "4.1.7", "v4.1.7"),
]


@pytest.mark.parametrize(("ecosystem", "old", "target", "new"), RAISED)
def test_raises_what_must_and_keeps_the_form(
    ecosystem: Ecosystem, old: str, target: str, new: str
) -> None:
    pieces = raise_requirement(old, target, ecosystem)
    assert pieces is not None
    assert applied(old, pieces) == new


@pytest.mark.parametrize(
    ("ecosystem", "requirement", "version", "held"),
    [
        (Ecosystem.PYPI, "<2.0", "2.0rc1", False),
        (Ecosystem.PYPI, ">=1,<2", "1.9.9", True),
        (Ecosystem.PYPI, "==1.2.*", "1.2.7", True),
        (Ecosystem.PYPI, "!=1.2.*", "1.2.7", False),
        (Ecosystem.NPM, "^0.2.3", "0.3.0", False),
        (Ecosystem.NPM, "^0.0.3", "0.0.4", False),
        (Ecosystem.NPM, "1.2", "1.2.9", True),
        (Ecosystem.NPM, "1.0 - 2.0", "1.5.0", True),
        (Ecosystem.NPM, "*", "7.0.0", True),
        (Ecosystem.CRATES, "0.2", "0.2.9", True),
        (Ecosystem.CRATES, "0.2", "0.3.0", False),
        (Ecosystem.PACKAGIST, "~1.2", "1.9.0", True),
        (Ecosystem.NPM, "~1.2", "1.9.0", False),
        (Ecosystem.RUBYGEMS, "~> 1.2.0", "1.3.0", False),
        (Ecosystem.MAVEN, "[1.0,2.0),[3.0,4.0)", "3.5", True),
        (Ecosystem.MAVEN, "[1.0,2.0)", "2.0", False),
        (Ecosystem.PYPI, "@ https://example.org/a.zip", "1", None),
        (Ecosystem.NPM, "latest", "1.0.0", None),
        (Ecosystem.NPM, "", "1.0.0", None),
        (Ecosystem.NPM, "1" * (LONGEST + 1), "1.0.0", None),
    ],
)
def test_tells_what_is_let_in(
    ecosystem: Ecosystem, requirement: str, version: str, held: bool | None
) -> None:
    assert allows(requirement, version, ecosystem) is held


def test_a_version_that_is_shut_out_by_name_is_not_reached_by_rule() -> None:
    assert raise_requirement(">=1,!=1.5", "1.5", Ecosystem.PYPI) is None
    assert raise_requirement("git+https://example.org/a", "1.5", Ecosystem.PYPI) is None


VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(
    lambda numbers: ".".join(map(str, numbers))
)
FORMS = st.sampled_from(
    ["=={}", ">={}", "^{}", "~{}", "~> {}", "~={}.0", "<{}", "<={}", "{}", ">{}", "{} || ^{}"]
)


@given(FORMS, VERSIONS, VERSIONS, st.sampled_from(sorted(Ecosystem)))
def test_what_is_raised_lets_the_version_in(
    form: str, version: str, target: str, ecosystem: Ecosystem
) -> None:
    old = form.format(version, version)
    pieces = raise_requirement(old, target, ecosystem)
    if pieces is not None:
        new = applied(old, pieces)
        short = target.partition(".")[0]
        assert allows(new, target, ecosystem) or allows(new, short, ecosystem)


@given(st.text(alphabet="<>=~^!| ,.*x-1v[]()orand", max_size=40), VERSIONS)
def test_no_text_breaks_it(text: str, target: str) -> None:
    for ecosystem in (Ecosystem.NPM, Ecosystem.MAVEN, Ecosystem.HEX, Ecosystem.PYPI):
        pieces = raise_requirement(text, target, ecosystem)
        assert pieces is None or allows(applied(text, pieces), target, ecosystem) is not None
