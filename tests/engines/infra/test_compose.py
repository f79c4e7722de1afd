"""Files of Compose as resources: services with what they extend, override and are filled with."""

import pytest

from seawall.core.report import ProblemKind
from seawall.engines.infra.compose import LARGEST, ComposeFormat
from seawall.engines.infra.engine import Declared, Files
from seawall.model.infrastructure import Node, Resource, Unknown


def read(files: dict[str, str]) -> Declared:
    return ComposeFormat().read(Files(sorted(files), lambda path: files[path].encode()))


def services(files: dict[str, str]) -> dict[str, Resource]:
    return {one.name: one for one in read(files).resources}


def plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {name: plain(one) for name, one in node.value.items()}
    return [plain(one) for one in node.value] if isinstance(node.value, list) else node.value


def values(resource: Resource, path: str) -> list[object]:
    return [plain(one) for one in resource.at(path)]


def test_services_anchors_and_fields_of_ones_own() -> None:
    text = """\
x-base: &base
  image: nginx:1
  privileged: true
services:
  web:
    <<: *base
    user: app
  x-none: {image: a}
"""
    found = services({"compose.yaml": text})
    assert list(found) == ["web"]
    assert (found["web"].address, found["web"].place.line) == ("services.web", 5)
    assert [(one.value, one.place.line) for one in found["web"].at("privileged")] == [(True, 3)]


def test_variables() -> None:
    text = """\
services:
  web:
    image: ${R:-shop}/web:${T}
    user: "${U-0}"
    hostname: ${H:-${G:-inner}}
    command: run --cost=$$5 'a b'
    environment: ["A=x$B", "C=${D:-d}", E, F=]
"""
    web = services({"docker-compose.yml": text})["web"]
    (image,) = web.at("image")
    assert isinstance(image.value, Unknown)
    assert image.value.parts == ("shop", "/web:", None)
    assert values(web, "user") == ["0"]
    assert values(web, "hostname") == ["inner"]
    assert values(web, "args") == [["run", "--cost=$5", "a b"]]
    a, c, f = web.at("env")[0].items
    assert a.at("name")[0].value == "A"
    assert isinstance(a.at("value")[0].value, Unknown)
    assert (plain(c), plain(f)) == ({"name": "C", "value": "d"}, {"name": "F", "value": ""})


def test_extends_and_overrides() -> None:
    files = {
        "a/compose.yaml": """\
services:
  base: {image: shop/base:1, cap_add: [SYS_ADMIN], environment: {A: 1}, privileged: true}
  web:
    extends: base
    cap_add: [NET_ADMIN]
    environment: {B: 2}
    privileged: false
  far: {extends: {file: ../b/common.yaml, service: common}}
  round: {extends: {service: round}, image: shop/round:1}
""",
        "a/compose.override.yaml": "services:\n  web: {user: root}\n  more: {image: shop/more:1}\n",
        "b/common.yaml": "services:\n  common: {image: shop/common:1}\n",
    }
    found = services(files)
    assert list(found) == ["base", "web", "far", "round", "more"]
    web = found["web"]
    assert values(web, "image") == ["shop/base:1"]
    assert values(web, "cap_add") == [["SYS_ADMIN", "NET_ADMIN"]]
    assert values(web, "env.name") == ["A", "B"]
    assert values(web, "privileged") == [False]
    assert [(one.value, one.place.path) for one in web.at("user")] == [
        ("root", "a/compose.override.yaml")]  # fmt: skip
    assert values(found["far"], "image") == ["shop/common:1"]
    assert values(found["more"], "whole") == [True]


def test_volumes_and_ports() -> None:
    text = """\
services:
  web:
    image: a
    volumes: [/a, "b:/b", ./c:/c:ro, "C:\\\\d:/d", {type: volume, source: f, target: /f},
      {type: bind, source: /e, target: /e, read_only: true}]
    ports: [80, "8080:80", "127.0.0.1:1:2/udp", "[::1]:3:4", "5-6:7-8",
      {target: 9, published: "10"}]
"""
    web = services({"compose.yml": text})["web"]
    assert values(web, "mounts") == [
        [
            {"source": "./c", "target": "/c", "readOnly": True},
            {"source": "C:\\d", "target": "/d", "readOnly": False},
            {"source": "/e", "target": "/e", "readOnly": True},
        ]
    ]
    assert values(web, "published") == [
        [
            {"target": "80"},
            {"published": "8080", "target": "80"},
            {"ip": "127.0.0.1", "published": "1", "target": "2", "protocol": "udp"},
            {"ip": "[::1]", "published": "3", "target": "4"},
            {"published": "5-6", "target": "7-8"},
            {"target": "9", "published": "10"},
        ]
    ]


def test_the_first_form_and_what_is_none() -> None:
    assert list(services({"docker-compose.yml": "web:\n  image: a\nversion: '1'\n"})) == ["web"]
    assert read({"compose.yml": "apiVersion: v1\nservices: {a: {image: b}}\n"}).resources == []
    assert read({"compose.yml": "[image]\n"}).resources == []


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("compose.yaml", True),
        ("a/docker-compose.prod.yml", True),
        ("dev.docker-compose.yml", True),
        ("docker-stack.yml", True),
        ("compose.json", False),
        ("composer.yaml", False),
        ("decompose.yml", False),
    ],
)
def test_which_files_are_read(path: str, *, wanted: bool) -> None:
    assert ComposeFormat().wants(path) is wanted


def test_broken_and_large_files_are_told() -> None:
    declared = read(
        {
            "a/compose.yml": "services:\n  web: {image: a\n",
            "b/compose.yml": "services: {a: {image: b}}\n" + "#" * LARGEST,
            "c/compose.yml": "services: {a: {image: b, ports: {x: [1]}, environment: 5}}\n",
        }
    )
    told = [(one.path, one.kind) for one in declared.problems]
    assert told == [
        ("a/compose.yml", ProblemKind.PARSE),
        ("b/compose.yml", ProblemKind.TOO_LARGE),
    ]
    assert [one.name for one in declared.resources] == ["a"]
