"""Dockerfiles as resources: the image, its stages, instructions and commands."""

import pytest

from seawall.engines.infra.dockerfile import DockerfileFormat
from seawall.engines.infra.engine import Declared, Files
from seawall.model.infrastructure import Node, Resource, Unknown
from seawall.model.ran import ran

TEXT = """\
ARG BASE=node
FROM ${BASE}:22 AS build
RUN set -e; \\
    sudo env A=1 npm ci --token=$T | tee log
FROM build
USER ${WHO}
COPY --from=build /a /b
CMD ["sh", "-c", "npm start"]
"""


def read(files: dict[str, str | bytes]) -> Declared:
    def content(path: str) -> bytes | None:
        text = files[path]
        return text.encode() if isinstance(text, str) else text

    return DockerfileFormat().read(Files(sorted(files), content))


def plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {name: plain(one) for name, one in node.value.items()}
    return [plain(one) for one in node.value] if isinstance(node.value, list) else node.value


def of(declared: Declared, kind: str) -> list[Resource]:
    return [one for one in declared.resources if one.kind == f"dockerfile/{kind}"]


def test_image_stages_and_instructions() -> None:
    declared = read({"Dockerfile": TEXT})
    (image,) = of(declared, "image")
    assert (image.address, image.place.line) == ("Dockerfile", 5)
    assert image.at("image")[0].value == "node:22"
    assert isinstance(image.at("user")[0].value, Unknown)
    build, last = of(declared, "stage")
    assert (build.at("image")[0].value, build.at("final")[0].value) == ("node:22", True)
    assert (last.get("image"), last.at("parent")[0].value) == (None, "build")
    told = [(one.at("name")[0].value, one.place.line) for one in of(declared, "instruction")]
    assert told == [("ARG", 1), ("RUN", 3), ("USER", 6), ("COPY", 7), ("CMD", 8)]
    assert [plain(one) for one in of(declared, "instruction")[3].at("flags.from")] == [["build"]]


def test_commands() -> None:
    declared = read({"Dockerfile": TEXT})
    told = [(one.at("name")[0].value, one.place.line) for one in of(declared, "command")]
    assert told == [("set", 3), ("npm", 4), ("tee", 4), ("sh", 8), ("npm", 8)]
    npm = ran(of(declared, "command")[1].body)
    assert (npm.name, npm.words) == ("npm", ("ci", "--token=$"))
    assert (npm.names("wrappers"), npm.names("writes")) == ({"sudo", "env"}, {"tee"})
    assert npm.place.column == 5
    assert plain(npm.node.at("assignments")[0]) == {"A": "1"}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("Dockerfile", True),
        ("a/Dockerfile.dev", True),
        ("a/dockerfile-dev", True),
        ("a/web.Dockerfile", True),
        ("Containerfile", True),
        ("docker/web", True),
        ("docker/web.sh", False),
        ("Dockerfile.j2", False),
        ("Dockerfile.dockerignore", False),
        ("src/dockerfile.py", False),
        ("docker/.env", False),
    ],
)
def test_which_files_are_read(path: str, *, wanted: bool) -> None:
    assert DockerfileFormat().wants(path) is wanted


def test_files_in_folders_of_docker_are_known_by_what_they_say() -> None:
    declared = read(
        {"docker/web": "# a\nARG X\nFROM a\nUSER b\n", "docker/notes": "FROM here on\n"}
    )
    assert [one.address for one in of(declared, "image")] == ["docker/web"]


def test_what_is_no_dockerfile_is_told() -> None:
    declared = read(
        {"Dockerfile": b"FROM a\0b", "a/Dockerfile": "all of it\nis FROM another world\n"}
    )
    assert [(one.path, one.line, one.message) for one in declared.problems] == [
        ("Dockerfile", 0, "it is no text"),
        ("a/Dockerfile", 1, "it is no Dockerfile: nothing in it is an instruction"),
    ]
    assert read({"Dockerfile": ""}).problems == []
