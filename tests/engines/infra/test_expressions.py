"""Rules of a team's own in CEL: yes, no, and what cannot be decided is told, not passed over."""

from typing import Any

import pytest
from msgspec import convert

from seawall.core.errors import ConfigError
from seawall.engines.infra.questions import check_of
from seawall.model.infra_rules import DataCheck
from seawall.model.infrastructure import Graph, Hit, Node, Place, Resource, Unknown
from tests.engines.infra.test_questions import UNKNOWN, node, resource

pytest.importorskip("cel_expr_python")


def ask(cel: str, *resources: Resource, **more: Any) -> list[Hit]:
    given = {"rule": "r", "message": "{name} is wrong", "resource": ["box"], "cel": cel, **more}
    check = check_of(convert(given, DataCheck))
    graph = Graph(resources)
    return [hit for one in graph.of("box") for hit in check.find(one, graph)]


def test_yes_and_no() -> None:
    box = resource("box", "a", size=3, tags={"team": "shop"})
    assert not ask("resource.size > 3", box)
    assert not ask("!has(resource.tags.team)", box)
    hits = ask("resource.size > 2 && resource.tags.team == 'shop'", box, at="size")
    assert [(hit.is_known, hit.attribute, hit.place.line) for hit in hits] == [(True, "size", 2)]


def test_what_is_missing_is_told_with_what_to_do() -> None:
    hits = ask("resource.lock == true", resource("box", "a"))
    assert [hit.is_known for hit in hits] == [False]
    assert "has()" in hits[0].message


def test_what_is_not_known_is_no_pass() -> None:
    box = resource("box", "a", lock=UNKNOWN)
    assert [hit.is_known for hit in ask("has(resource.lock) && resource.lock == false", box)] == [
        False
    ]


def test_other_resources() -> None:
    reference = node(Unknown(), refers=("box.a",))
    lock = resource("box_lock", "l", box=reference, on=True)
    cel = "!belonging('box_lock', 'box').exists(lock, lock.on)"
    assert ask(cel, resource("box", "a"))
    assert not ask(cel, resource("box", "a"), lock)
    assert ask("resources('box').size() > 1", resource("box", "a"), resource("box", "b"))


def test_it_ends() -> None:
    long = resource("box", "a", all=list(range(5_000)))
    hits = ask("resource.all.all(x, resource.all.all(y, x + y >= 0))", long)
    assert [hit.is_known for hit in hits] == [False]
    text = resource("box", "a", text="a" * 100_000 + "b")
    assert not ask("resource.text.matches('(a+)+$')", text)


@pytest.mark.parametrize("value", [2**80, "\ud800", float("inf"), [[[[]]]], ""])
def test_values_that_are_odd_are_handed_on(value: Any) -> None:
    assert ask("has(resource.odd)", resource("box", "a", odd=value))


def test_what_is_too_deep_is_cut() -> None:
    deep = Node(value="end", place=Place(path="main.tf", line=1))
    for _ in range(500):
        deep = Node(value=[deep], place=deep.place)
    assert ask("size(resource.deep) == 1", resource("box", "a", deep=deep))


@pytest.mark.parametrize("cel", ["resource.", "1 + 'x'", "'text'", "(" * 200 + "true" + ")" * 200])
def test_what_is_no_question_is_refused(cel: str) -> None:
    with pytest.raises(ConfigError, match="rule 'r'"):
        ask(cel, resource("box", "a"))
