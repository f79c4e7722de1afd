"""Edits that mend an attribute: a value in its place, or one below the head of a block."""

from seawall.core.finding import Edit
from seawall.core.location import CodeSpan
from seawall.engines.infra.edits import edits_of
from seawall.model.infrastructure import Node, Origin, Place, Resource, Unknown

PLACE = Place("main.tf", 2, 9, 2, 13)


def resource(path: str = "main.tf") -> Resource:
    head = Place(path, 1, 1, 1, 27)
    return Resource(kind="box", address="box.a", body=Node({}, head), place=head)


def test_a_value_is_replaced() -> None:
    (edit,) = edits_of("lock", Node(False, PLACE), True, resource())
    assert (edit.span.line, edit.span.column, edit.span.end_column, edit.text) == (2, 9, 13, "true")


def test_what_is_missing_stands_below_the_head() -> None:
    span = CodeSpan(path="main.tf", line=1, column=27, end_line=1, end_column=27)
    assert edits_of("kind", None, "a b", resource()) == [Edit(span=span, text='\n  kind = "a b"')]


def test_what_comes_from_elsewhere_is_left() -> None:
    given = Node(False, PLACE, (Origin("a variable", PLACE),))
    assert edits_of("lock", given, True, resource()) == []
    assert edits_of("lock", Node(Unknown(), PLACE), True, resource()) == []
    assert edits_of("lock", Node(False, Place("main.tf", 2, 9, 4, 2)), True, resource()) == []
    assert edits_of("a.lock", None, True, resource()) == []
    assert edits_of("lock", None, True, resource("pod.yaml")) == []
    assert edits_of("lock", Node(False, Place("plan.json", 2, 9, 2, 13)), True, resource()) == []


def test_texts_of_yaml_are_quoted_where_they_must_be() -> None:
    node = Node("x", Place("pod.yaml", 2, 9, 2, 13))
    texts = [edits_of("a", node, one, resource())[0].text for one in ("Always", "yes", "a: b", 3)]
    assert texts == ["Always", '"yes"', '"a: b"', "3"]
