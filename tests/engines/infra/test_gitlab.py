"""Pipelines of GitLab as they are read: includes, what is extended, and what turns in circles."""

from seawall.engines.infra.engine import Files
from seawall.engines.infra.gitlab import GitlabFormat
from seawall.model.infrastructure import Resource

PATH = ".gitlab-ci.yml"


def read(files: dict[str, str]) -> tuple[list[Resource], list[tuple[str, int, str]]]:
    contents = {path: text.encode() for path, text in files.items()}
    declared = GitlabFormat().read(Files(sorted(contents), contents.get))
    return declared.resources, [(one.path, one.line, one.message) for one in declared.problems]


def commands(resources: list[Resource]) -> list[tuple[str, int, str]]:
    return [
        (one.place.path, one.place.line, one.at("text")[0].text())
        for one in resources
        if one.kind == "pipeline/command"
    ]


def test_what_is_included_and_extended() -> None:
    base = ".base:\n  variables: {A: x, B: y}\n  script:\n    - make base\n"
    main = """include: ci/*.yml
default: {image: node}
build:
  extends: .base
  variables: {B: z}
test:
  inherit: {default: false}
  script:
    - !reference [.base, script]
    - |
      make
      make test
"""
    resources, problems = read({PATH: main, "ci/base.yml": base})
    assert not problems
    build, test = (one for one in resources if one.kind == "gitlab/job")
    assert {key: node.value for key, node in build.at("variables")[0].value.items()} == {  # type: ignore[union-attr]
        "A": "x",
        "B": "z",
    }
    assert [node.text() for node in build.at("image")] == ["node"]
    assert test.at("image") == []
    assert commands(resources) == [
        ("ci/base.yml", 4, "make base"),
        ("ci/base.yml", 4, "make base"),
        (PATH, 11, "make"),
        (PATH, 12, "make test"),
    ]


def test_circles_end() -> None:
    text = """include: .gitlab-ci.yml
a: {extends: b, script: [!reference [b, script]]}
b: {extends: a, script: [!reference [a, script], [[make]]]}
"""
    resources, problems = read({PATH: text})
    assert not problems
    assert [one.address for one in resources if one.kind == "gitlab/job"] == [
        f"{PATH}:a",
        f"{PATH}:b",
    ]


def test_broken_and_odd() -> None:
    assert read({PATH: "a:\n\t- x"}) == ([], [(PATH, 2, "it is no valid yaml")])
    for text in ("[]", "a: 3", "include: [[3]]\na: {script: 3, extends: {x: y}}", "default: 3"):
        assert read({PATH: text})[1] == []
