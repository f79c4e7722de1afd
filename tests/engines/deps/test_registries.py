"""What each registry's answer means, by its documentation, and what a broken one does."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from seawall.core.errors import ParseError
from seawall.engines.deps.registries import (
    crates,
    goproxy,
    npm,
    nuget,
    packagist,
    pub,
    pypi,
    rubygems,
)
from seawall.engines.deps.registries.registry import Answered, Fetch, RegistryError, day_of
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays

TODAY = date(2026, 1, 1)
ASK = {
    Ecosystem.PYPI: pypi.ask,
    Ecosystem.NPM: npm.ask,
    Ecosystem.CRATES: crates.ask,
    Ecosystem.RUBYGEMS: rubygems.ask,
    Ecosystem.PACKAGIST: packagist.ask,
    Ecosystem.NUGET: nuget.ask,
    Ecosystem.GO: goproxy.ask,
    Ecosystem.PUB: pub.ask,
}


def door(answers: dict[str, object]) -> Fetch:
    """Answer by address; what is not there is answered by 404."""

    def fetch(address: str, accept: str) -> Answered:
        if address not in answers:
            return Answered(status=404, body=b"")
        told = answers[address]
        if isinstance(told, int):
            return Answered(status=told, body=b"")
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return Answered(status=200, body=body)

    return fetch


def says(
    ecosystem: Ecosystem,
    answers: dict[str, object],
    *,
    name: str = "kit",
    version: str = "",
    address: str = "https://r",
    licence: bool = False,
    age: bool = False,
) -> RegistrySays:
    question = Question(
        ecosystem=ecosystem,
        name=name,
        version=version,
        asked=TODAY,
        licence=licence,
        age=age,
    )
    return ASK[ecosystem](question, address, door(answers))


SIMPLE = {
    "name": "kit",
    "project-status": {"status": "archived", "reason": "use kit2"},
    "files": [
        {"filename": "kit-1.0.tar.gz", "upload-time": "2020-03-01T10:00:00.5Z", "yanked": False},
        {"filename": "kit-1.1.tar.gz", "upload-time": "2021-03-01T10:00:00Z", "yanked": "it hangs"},
        {"filename": "kit-1.1-py3-none-any.whl", "yanked": "it hangs"},
        {"filename": "kit-1.2.tar.gz", "upload-time": "2022-03-01T10:00:00Z", "yanked": True},
        {"filename": "kit-1.2-py3-none-any.whl", "yanked": False},
        {"filename": "kit-1.3-1-py3-none-any.whl", "yanked": True},
    ],
}


@pytest.mark.parametrize(
    ("version", "notice"),
    [("1.0", ""), ("1.1.0", "it hangs"), ("1.2", ""), ("1.3", "yanked"), ("2", ""), ("", "")],
)
def test_pypi_tells_versions_of_which_all_files_are_yanked(version: str, notice: str) -> None:
    said = says(Ecosystem.PYPI, {"https://r/kit/": SIMPLE}, version=version)
    assert (said.notice, said.status, said.words) == (notice, "archived", "use kit2")
    assert (said.first, said.newest) == (date(2020, 3, 1), date(2022, 3, 1))


def test_pypi_s_description_is_asked_where_nothing_was_released_for_a_year() -> None:
    old: dict[str, object] = {
        "https://pypi.org/simple/kit/": {
            "files": [{"filename": "kit-1.tar.gz", "upload-time": "2020-01-01T00:00:00Z"}]
        },
        "https://pypi.org/pypi/kit/json": {
            "info": {"classifiers": ["Development Status :: 7 - Inactive"]}
        },
    }
    said = says(Ecosystem.PYPI, old, address=pypi.ADDRESS)
    assert (said.status, said.mature) == ("inactive", False)
    old["https://pypi.org/pypi/kit/json"] = {
        "info": {"classifiers": ["Development Status :: 6 - Mature"]}
    }
    said = says(Ecosystem.PYPI, old, address=pypi.ADDRESS)
    assert (said.status, said.mature) == ("", True)
    young = old | {
        "https://pypi.org/simple/kit/": {
            "files": [{"filename": "kit-1.tar.gz", "upload-time": "2025-12-01T00:00:00Z"}]
        },
        "https://pypi.org/pypi/kit/json": 500,
    }
    assert says(Ecosystem.PYPI, young, address=pypi.ADDRESS).newest == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("info", "licence"),
    [
        (
            {"license_expression": "MIT OR Apache-2.0", "license": "see LICENSE"},
            "MIT OR Apache-2.0",
        ),
        (
            {"classifiers": ["License :: OSI Approved :: MIT License"], "license": "my text"},
            "MIT License",
        ),
        ({"classifiers": ["License :: OSI Approved"], "license": "BSD"}, "BSD"),
        ({}, ""),
        ({"classifiers": [3, None], "license": 4}, ""),
    ],
)
def test_pypi_s_licence_of_a_version(info: dict[str, object], licence: str) -> None:
    answers: dict[str, object] = {
        "https://pypi.org/simple/kit/": {"files": []},
        "https://pypi.org/pypi/kit/1.0/json": {"info": info},
    }
    said = says(Ecosystem.PYPI, answers, version="1.0", licence=True, address=pypi.ADDRESS)
    assert said.licence == licence


def test_npm_tells_what_is_deprecated() -> None:
    document = {
        "dist-tags": {"latest": "2.0.0"},
        "modified": "2023-05-06T07:08:09.100Z",
        "versions": {"1.0.0": {"deprecated": "use 2"}, "2.0.0": {}, "1.1.0": {"deprecated": False}},
    }
    answers: dict[str, object] = {"https://r/@a%2Fkit": document}
    old = says(Ecosystem.NPM, answers, name="@a/kit", version="1.0.0")
    assert (old.notice, old.status, old.newest) == ("use 2", "", date(2023, 5, 6))
    assert says(Ecosystem.NPM, answers, name="@a/kit", version="1.1.0").notice == ""
    document["versions"]["2.0.0"]["deprecated"] = "left alone"  # type: ignore[index]
    whole = says(Ecosystem.NPM, answers, name="@a/kit", version="1.1.0")
    assert (whole.notice, whole.status, whole.words) == ("", "deprecated", "left alone")


def test_npm_s_days_are_those_of_versions() -> None:
    document = {
        "dist-tags": {"latest": "1.0.1"},
        "versions": {"1.0.0": {}, "1.0.1": {"license": "MIT"}},
        "time": {
            "created": "2010-01-01T00:00:00Z",
            "modified": "2025-12-31T00:00:00Z",
            "0.0.9": "2010-01-01T00:00:00Z",
            "1.0.0": "2019-01-01T00:00:00Z",
            "1.0.1": "2020-02-01T00:00:00Z",
        },
    }
    said = says(Ecosystem.NPM, {"https://r/kit": document}, age=True, licence=True)
    assert (said.first, said.newest, said.licence) == (date(2019, 1, 1), date(2020, 2, 1), "MIT")


def test_npm_holds_names_of_what_it_took_away() -> None:
    document = {
        "dist-tags": {"latest": "0.0.1-security"},
        "versions": {"0.0.1-security": {"description": "security holding package"}},
    }
    assert says(Ecosystem.NPM, {"https://r/kit": document}).status == "quarantined"


@pytest.mark.parametrize(
    ("manifest", "licence"),
    [
        ({"license": "MIT"}, "MIT"),
        ({"license": {"type": "BSD", "url": "x"}}, "BSD"),
        ({"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}, 5]}, "MIT OR Apache-2.0"),
        ({"license": ["MIT"]}, "MIT"),
        ({}, ""),
    ],
)
def test_npm_s_licences(manifest: dict[str, object], licence: str) -> None:
    answers: dict[str, object] = {
        "https://r/kit": {"versions": {"1.0.0": {}}},
        "https://r/kit/1.0.0": manifest,
    }
    assert says(Ecosystem.NPM, answers, version="1.0.0", licence=True).licence == licence


def test_the_index_of_crates() -> None:
    lines = (
        b'{"name":"kit","vers":"1.0.0","yanked":true,"pubtime":"2020-01-02T03:04:05Z"}\n'
        b'{"name":"kit","vers":"1.1.0+b","yanked":false}\n\n'
    )
    answers: dict[str, object] = {"https://r/3/k/kit": lines}
    said = says(Ecosystem.CRATES, answers, version="1.0.0")
    assert (said.notice, said.status, said.newest) == ("yanked", "", date(2020, 1, 2))
    assert says(Ecosystem.CRATES, answers, version="1.1.0").notice == ""
    answers["https://r/3/k/kit"] = lines.replace(b"false", b"true")
    assert says(Ecosystem.CRATES, answers).status == "deprecated"


@pytest.mark.parametrize(
    ("name", "place"),
    [("a", "1/a"), ("ab", "2/ab"), ("Abc", "3/a/abc"), ("Serde", "se/rd/serde")],
)
def test_places_in_the_index_of_crates(name: str, place: str) -> None:
    assert crates.place_of(name) == place


def test_a_gem_s_version_that_is_gone() -> None:
    entries = [
        {"number": "2.0", "created_at": "2024-01-01T00:00:00.000Z", "licenses": ["MIT", "Ruby"]},
        {"number": "1.0", "created_at": "2020-01-01T00:00:00.000Z", "licenses": None},
    ]
    answers: dict[str, object] = {"https://r/api/v1/versions/kit.json": entries}
    assert says(Ecosystem.RUBYGEMS, answers, version="1.1").notice.startswith("yanked")
    assert says(Ecosystem.RUBYGEMS, answers, version="1.0-x86_64-linux").notice == ""
    said = says(Ecosystem.RUBYGEMS, answers, version="2.0", licence=True)
    assert (said.licence, said.newest) == ("MIT OR Ruby", date(2024, 1, 1))


def test_packagist_s_entries_say_only_what_differs() -> None:
    entries = [
        {
            "name": "a/kit",
            "version": "v2.0.0",
            "license": ["MIT"],
            "abandoned": "a/kit2",
            "time": "2024-01-01T00:00:00+00:00",
        },
        {"version": "v1.0.0", "license": ["GPL-2.0-only"], "time": "2020-01-01T00:00:00+00:00"},
        {"version": "0.9.0", "license": "__unset"},
    ]
    answers: dict[str, object] = {
        "https://r/p2/a/kit.json": {"packages": {"a/kit": entries}, "minified": "composer/2.0"}
    }
    said = says(Ecosystem.PACKAGIST, answers, name="a/kit", version="1.0.0", licence=True)
    assert (said.status, said.words) == ("deprecated", "abandoned, use a/kit2 instead")
    assert (said.licence, said.newest) == ("GPL-2.0-only", date(2024, 1, 1))
    assert (
        says(Ecosystem.PACKAGIST, answers, name="a/kit", version="0.9", licence=True).licence == ""
    )


def test_nuget_reads_further_pages_of_its_own_host_alone() -> None:
    def leaf(version: str, **more: object) -> dict[str, object]:
        return {"catalogEntry": {"version": version, "published": "2020-01-02T00:00:00Z", **more}}

    told = {"reasons": ["Legacy"], "alternatePackage": {"id": "Kit2", "range": "*"}}
    index = {
        "items": [
            {"@id": "https://r/page1.json", "lower": "1", "upper": "1"},
            {"items": [leaf("2.0.0", published="1900-01-01T00:00:00Z", licenseExpression="MIT")]},
        ]
    }
    answers: dict[str, object] = {
        "https://r/v3/registration5-gz-semver2/kit/index.json": index,
        "https://r/page1.json": {"items": [leaf("1.0.0", deprecation=told)]},
    }
    said = says(Ecosystem.NUGET, answers, name="Kit", version="1.0")
    assert said.notice == "deprecated (legacy); use Kit2"
    assert (said.status, said.newest) == ("", date(2020, 1, 2))
    assert says(Ecosystem.NUGET, answers, name="Kit", licence=True).licence == "MIT"
    index["items"][0]["@id"] = "https://elsewhere/page1.json"
    with pytest.raises(RegistryError, match="another host"):
        says(Ecosystem.NUGET, answers, name="Kit")


GO_MOD = b"""// Copyright of somebody.

// Deprecated: use example.com/kit/v2,
// which is kept.
module example.com/Acme/kit

retract v1.0.1 // it hangs
retract (
\t[v1.1.0, v1.1.5]
\tv1.3.0 // by mistake
)
"""


@pytest.mark.parametrize(
    ("version", "notice"),
    [
        ("v1.0.1", "it hangs"),
        ("v1.1.3", "retracted"),
        ("v1.1.6", ""),
        ("v1.3.0", "by mistake"),
        ("v1.0.0", ""),
    ],
)
def test_go_s_newest_go_mod_speaks_of_all_versions(version: str, notice: str) -> None:
    answers: dict[str, object] = {
        "https://r/example.com/!acme/kit/@latest": {
            "Version": "v1.4.0",
            "Time": "2021-02-03T04:05:06Z",
        },
        "https://r/example.com/!acme/kit/@v/v1.4.0.mod": GO_MOD,
    }
    said = says(Ecosystem.GO, answers, name="example.com/Acme/kit", version=version)
    assert (said.status, said.words) == ("deprecated", "use example.com/kit/v2, which is kept.")
    assert (said.notice, said.newest) == (notice, date(2021, 2, 3))


def test_a_comment_that_is_not_the_module_s_is_no_deprecation() -> None:
    answers: dict[str, object] = {
        "https://r/a.b/kit/@latest": {"Version": "v1.0.0"},
        "https://r/a.b/kit/@v/v1.0.0.mod": b"// Deprecated: no\n\nmodule a.b/kit\n",
    }
    assert says(Ecosystem.GO, answers, name="a.b/kit").status == ""


def test_pub_tells_what_is_discontinued_and_retracted() -> None:
    answers: dict[str, object] = {
        "https://r/api/packages/kit": {
            "isDiscontinued": True,
            "replacedBy": "kit2",
            "versions": [
                {"version": "1.0.0", "retracted": True, "published": "2020-01-01T00:00:00Z"},
                {"version": "1.1.0", "published": "2022-01-01T00:00:00Z"},
            ],
        }
    }
    said = says(Ecosystem.PUB, answers, version="1.0.0")
    assert (said.status, said.words) == ("deprecated", "discontinued, replaced by kit2")
    assert (said.notice, said.newest) == ("retracted", date(2022, 1, 1))


@pytest.mark.parametrize("ecosystem", ASK)
def test_what_is_not_there_is_not_known(ecosystem: Ecosystem) -> None:
    assert says(ecosystem, {}, name="a/kit", version="1.0").known is False


class _Everywhere(dict[str, object]):
    """One answer at all addresses."""

    def __init__(self, body: object) -> None:
        self.body = body

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> object:
        return self.body


@pytest.mark.parametrize("ecosystem", ASK)
@pytest.mark.parametrize("body", [500, 301, b"<html>", b'{"a": ', b"[" * 100_000, b"\xff\xfe"])
def test_a_broken_answer_is_never_that_nothing_is_wrong(ecosystem: Ecosystem, body: object) -> None:
    with pytest.raises((RegistryError, ParseError)):
        says(ecosystem, _Everywhere(body), version="1.0")


_ODD: list[Callable[[], object]] = [
    dict,
    lambda: {"files": 5, "versions": [None, {"version": 3}], "packages": [], "items": [7]},
    lambda: {
        "files": [{"filename": None, "yanked": {}}],
        "versions": "x",
        "dist-tags": {"latest": 1},
    },
    lambda: {"versions": {"": 4}, "time": [], "Version": [], "packages": {"kit": [3]}},
]


@pytest.mark.parametrize("ecosystem", [one for one in ASK if one is not Ecosystem.RUBYGEMS])
@pytest.mark.parametrize("make", _ODD)
def test_odd_answers_say_little_and_break_nothing(
    ecosystem: Ecosystem, make: Callable[[], object]
) -> None:
    said = says(ecosystem, _Everywhere(make()), version="1.0", licence=True, age=True)
    assert (said.notice, said.licence, said.newest) == ("", "", None)


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2020-01-02T23:30:00-02:00", date(2020, 1, 3)),
        ("2020-01-02T03:04:05.123456Z", date(2020, 1, 2)),
        ("2020-01-02", date(2020, 1, 2)),
        ("0001-01-01T00:00:00+10:00", None),
        ("yesterday", None),
        (5, None),
    ],
)
def test_days(told: object, day: date | None) -> None:
    assert day_of(told) == day
