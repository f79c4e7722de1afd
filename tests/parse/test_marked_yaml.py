"""YAML as nodes with places: every value to the column, whatever the input."""

import re
import time
from typing import Any

import pytest

from seawall.model.infrastructure import Node, Unknown
from seawall.parse.marked_yaml import DEEPEST, parse_marked_yaml, place_within


def plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {name: plain(one) for name, one in node.value.items()}
    if isinstance(node.value, list):
        return [plain(one) for one in node.value]
    return node.value


def read(text: str | bytes) -> list[Any]:
    found = parse_marked_yaml(text, "a.yaml")
    assert found.broken == []
    return [plain(one) for one in found.documents]


def stretch(node: Node) -> tuple[int, int, int, int]:
    place = node.place
    return place.line, place.column, place.end_line, place.end_column


def test_values() -> None:
    text = 'a: 1\nb: 1.10\nc: yes\nd: "true"\ne: true\nf: ~\ng:\nh: 0x1F\ni: 007\non: 2020-01-01\n'
    assert read(text) == [
        {"a": 1, "b": "1.10", "c": "yes", "d": "true", "e": True, "f": None, "g": None, "h": 31}
        | {"i": "007", "on": "2020-01-01"}
    ]


def test_places() -> None:
    text = """\
# A comment.
spec:
  image: "nginx"   # behind

  ports: [{port: 80}, 81]
  run: |
    one
    two

list:
- name: a
  on: b
"""
    root = parse_marked_yaml(text, "a.yaml").documents[0]
    spec = root.at("spec")[0]
    assert stretch(spec) == (2, 1, 8, 8)
    assert stretch(spec.at("image")[0]) == (3, 10, 3, 17)
    assert stretch(spec.at("ports")[0]) == (5, 3, 5, 26)
    assert [stretch(one) for one in spec.at("ports.port")] == [(5, 18, 5, 20)]
    assert stretch(spec.at("run")[0]) == (6, 8, 8, 8)
    assert stretch(root.at("list")[0].items[0]) == (11, 3, 12, 8)


def test_columns_are_code_points() -> None:
    root = parse_marked_yaml("ä: [😀, b]\r\nc: d\r\n", "a.yaml").documents[0]
    assert stretch(root.at("ä")[0].items[1]) == (1, 8, 1, 9)
    assert stretch(root.at("c")[0]) == (2, 4, 2, 5)


def test_documents_one_of_which_is_broken() -> None:
    found = parse_marked_yaml(
        "%YAML 1.2\n---\na: 1\n---\nb: [1\n---\n# none\n---\nc: 3\n", "a.yaml"
    )
    assert [plain(one) for one in found.documents] == [{"a": 1}, {"c": 3}]
    assert [(one.line, one.words) for one in found.broken] == [(6, "it is no valid yaml")]
    assert found.documents[1].at("c")[0].place.line == 9


def test_anchors_and_merges() -> None:
    text = """\
base: &base
  a: 1
  b: 2
more: &more {b: 3, c: 4}
one:
  <<: *base
  a: 5
two:
  <<: [*more, *base]
same: *base
"""
    root = parse_marked_yaml(text, "a.yaml").documents[0]
    found = plain(root)
    assert found["one"] == {"a": 5, "b": 2}
    assert found["two"] == {"b": 3, "c": 4, "a": 1}
    assert found["same"] == {"a": 1, "b": 2}
    assert root.at("one.b")[0].place.line == 3


def test_templates_tags_and_keys_that_stand_twice() -> None:
    root = parse_marked_yaml(
        "a: {{ x }}\nb: !odd [1]\nc: !!str 5\nd: 1\nd: 2\n? [k]\n: v\n", "a.yaml"
    )
    assert isinstance(root.documents[0].value, Unknown)
    root = parse_marked_yaml("a: {{ x }}\nb: !odd [1]\nc: !!str 5\nd: 1\nd: 2\n", "a.yaml")
    first = root.documents[0]
    assert isinstance(first.at("a")[0].value, Unknown)
    assert plain(first) | {"a": 0} == {"a": 0, "b": [1], "c": "5", "d": 2}


def test_tags_that_somebody_asks_for() -> None:
    def tagged(tag: str, node: Node) -> Node:
        return Node({tag: node}, node.place)

    text = "a: !reference [job, script]\nb: !!int '5'\n"
    found = parse_marked_yaml(text, "a.yaml", tagged).documents[0]
    assert plain(found) == {"a": {"!reference": ["job", "script"]}, "b": 5}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * (DEEPEST + 1), "its yaml is nested too deeply"),
        ("[" * 200_000, "it is no valid yaml"),
        ("a: *b", "its yaml names an anchor that does not stand above"),
        ("a: &a [*a]", "its yaml names an anchor that does not stand above"),
        ("a: b: c", "it is no valid yaml"),
        ("a: \x01", "it is no valid yaml"),
        (b"a: \xff", "it is no text"),
    ],
)
def test_what_is_not_read(text: str | bytes, words: str) -> None:
    found = parse_marked_yaml(text, "a.yaml")
    assert [one.words for one in found.broken] == [words]
    assert found.documents == []


def bomb_of_aliases() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 12):
        names = ", ".join([f"*a{number - 1}"] * 9)
        lines.append(f"a{number}: &a{number} [{names}]")
    return "\n".join(lines)


def bomb_of_merges() -> str:
    table = ", ".join(f"k{number}: 1" for number in range(1_000))
    merged = ", ".join(["*a"] * 1_000)
    return f"a: &a {{{table}}}\nb: {{<<: [{merged}]}}\n" * 3


@pytest.mark.parametrize("text", [bomb_of_aliases(), bomb_of_merges()], ids=["aliases", "merges"])
def test_bombs(text: str) -> None:
    began = time.process_time()
    found = parse_marked_yaml(text, "a.yaml")
    assert [one.words for one in found.broken] == ["its yaml unfolds to more than is read"]
    assert time.process_time() - began < 5


def test_many_documents() -> None:
    found = parse_marked_yaml("--- a\n" * 6_000, "a.yaml")
    assert len(found.documents) == 5_000
    assert [one.line for one in found.broken] == [5_001]


def test_places_in_texts() -> None:
    text = "a:\n  run: |\n    one\n\n    two three\n  word: 'some text'\n"
    text += "  bare: x y\n  fold: >\n    p\n"
    lines = text.split("\n")
    root = parse_marked_yaml(text, "a.yaml").documents[0].at("a")[0]

    def where(name: str, word: str) -> tuple[int, int]:
        node = root.at(name)[0]
        place = place_within(node, lines, node.text().index(word))
        return place.line, place.column

    assert where("run", "three") == (5, 9)
    assert where("run", "one") == (3, 5)
    assert where("word", "text") == (6, 15)
    assert where("bare", "y") == (7, 11)
    assert where("fold", "p") == (8, 9)


def test_documents_that_are_left_out() -> None:
    text = "a: 1\n---\nskip: me\n  b: [\n---\nc: 2\n"
    found = parse_marked_yaml(text, "a.yaml", skip=re.compile("^skip:", re.MULTILINE))
    assert [plain(one) for one in found.documents] == [{"a": 1}, {"c": 2}]
    assert found.broken == []
