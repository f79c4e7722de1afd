"""Questions about resources, as data: yes, no, and nobody knows."""

from typing import Any

import pytest
from msgspec import convert

from seawall.core.finding import Evidence
from seawall.core.report import Problem
from seawall.core.rule import Rule, Severity
from seawall.engines.infra.engine import InfraEngine, may_declare
from seawall.engines.infra.formats import FORMATS
from seawall.engines.infra.questions import check_of
from seawall.model.infra_rules import DataCheck
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource, Unknown


def node(value: Any, line: int = 1, refers: tuple[str, ...] = ()) -> Node:
    """Make a node of plain values; each entry of a dict stands a line further down."""
    place = Place(path="main.tf", line=line)
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        inner = {name: node(one, line + at) for at, (name, one) in enumerate(value.items(), 1)}
        return Node(value=inner, place=place, refers=refers)
    if isinstance(value, list):
        return Node(value=[node(one, line) for one in value], place=place, refers=refers)
    return Node(value=value, place=place, refers=refers)


def resource(kind: str, name: str, **values: Any) -> Resource:
    address = f"{kind}.{name}"
    place = Place(path="main.tf", line=1)
    return Resource(kind=kind, address=address, body=node(values), place=place, symbol=address)


def ask(check: dict[str, Any], *resources: Resource) -> list[Hit]:
    question = convert({"rule": "r", "message": "it is {value}", **check}, DataCheck)
    asked = check_of(question)
    graph = Graph(resources)
    return [hit for kind in asked.kinds for one in graph.of(kind) for hit in asked.find(one, graph)]


UNKNOWN = Unknown(why="the variable x has no value here")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"open": True}, [True]),
        ({"open": "true"}, [True]),
        ({"open": False}, []),
        ({}, []),
        ({"open": UNKNOWN}, [False]),
    ],
)
def test_what_must_not_be(values: dict[str, Any], told: list[bool]) -> None:
    hits = ask({"resource": ["box"], "at": "open", "bad": True}, resource("box", "a", **values))
    assert [hit.is_known for hit in hits] == told


@pytest.mark.parametrize(
    ("size", "is_open", "told"),
    [("tall", UNKNOWN, [False]), (UNKNOWN, True, [False]), (UNKNOWN, UNKNOWN, [])],
)
def test_no_guess_on_a_guess(size: Any, is_open: Any, told: list[bool]) -> None:
    check = {"resource": ["box"], "at": "open", "bad": True, "when": {"size": "tall"}}
    hits = ask(check, resource("box", "a", size=size, open=is_open))
    assert [hit.is_known for hit in hits] == told


@pytest.mark.parametrize(
    ("values", "default", "told"),
    [
        ({"locked": True}, None, []),
        ({"locked": False}, None, [True]),
        ({}, None, [True]),
        ({}, True, []),
        ({}, False, [True]),
        ({"locked": UNKNOWN}, None, [False]),
    ],
)
def test_what_must_be(values: dict[str, Any], default: bool | None, told: list[bool]) -> None:
    check = {"resource": ["box"], "at": "locked", "want": True, "default": default}
    assert [hit.is_known for hit in ask(check, resource("box", "a", **values))] == told


def test_elements_are_looked_at_one_by_one() -> None:
    doors = [{"port": 22, "from": ["0.0.0.0/0"]}, {"port": 443, "from": ["0.0.0.0/0"]}]
    check = {
        "resource": ["box"],
        "each": "door",
        "at": "from",
        "bad": {"has": ["0.0.0.0/0"]},
        "when": {"port": 22},
    }
    hits = ask(check, resource("box", "a", door=doors))
    assert [(hit.attribute, hit.apart) for hit in hits] == [("door.from", "from=0.0.0.0/0;port=22")]


def test_what_another_resource_says_of_it() -> None:
    check = {
        "resource": ["box"],
        "at": "lock",
        "want": {"set": True},
        "without": [{"resource": "box_lock", "by": "box", "having": {"on": True}}],
    }
    box = resource("box", "a")
    by_reference = node(Unknown(why="it is made"), refers=("box.a",))
    assert ask(check, box)[0].is_known
    assert not ask(check, box, resource("box_lock", "l", box=by_reference, on=True))
    assert ask(check, box, resource("box_lock", "l", box=by_reference, on=False))[0].is_known
    # A lock of nobody knows which box may be its lock.
    assert not ask(check, box, resource("box_lock", "l", box=UNKNOWN, on=True))[0].is_known


@pytest.mark.parametrize(
    ("value", "told"),
    [("TLSv1", True), ("TLSv1.1_2016", True), ("TLSv1.2_2021", False), ("SSLv3", True)],
)
def test_levels_of_tls_are_compared(value: str, told: bool) -> None:
    check = {"resource": ["box"], "at": "tls", "bad": {"older": "TLSv1.2"}}
    assert bool(ask(check, resource("box", "a", tls=value))) is told


def test_what_is_shown_in_an_example_is_told_and_in_force_nowhere() -> None:
    rule = Rule(id="r", title="", engine="infra", severity=Severity.HIGH)
    question = convert(
        {"rule": "r", "message": "m", "resource": ["box"], "at": "open", "bad": True}, DataCheck
    )
    engine = InfraEngine([rule], [question], list, list, "test")
    for path, evidence in (
        ("main.tf", Evidence.REACHABLE),
        ("charts/a/templates/main.tf", Evidence.REACHABLE),
        ("examples/a/main.tf", Evidence.SUSPECTED),
        ("test/main.tf", Evidence.SUSPECTED),
    ):
        place = Place(path=path, line=2)
        body = Node({"open": Node(True, place)}, place)
        box = Resource(kind="box", address="box.a", body=body, place=place)
        assert [one.evidence for one in engine.judge([box])] == [evidence]


def test_a_check_that_fails_is_told_and_stops_no_other() -> None:
    def fails(resource: Resource, graph: Graph) -> list[Hit]:
        raise KeyError("x")

    failing = Check(rule="r", kinds=("box",), find=fails)
    rule = Rule(id="r", title="", engine="infra", severity=Severity.HIGH)
    question = convert(
        {"rule": "r", "message": "m", "resource": ["box"], "at": "open", "bad": True}, DataCheck
    )
    engine = InfraEngine([rule], [question], lambda: [failing], list, "test")
    problems: list[Problem] = []
    assert len(engine.judge([resource("box", "a", open=True)], problems)) == 1
    assert [(one.path, one.partial) for one in problems] == [("main.tf", True)]


def test_what_any_reader_wants_may_declare() -> None:
    names = """
    main.tf main.tf.json terraform.tfvars plan.json state.tfstate pod.yaml pod.yml values.yaml
    templates/_helpers.tpl kustomization Dockerfile Dockerfile.prod shop.dockerfile Containerfile
    compose.yaml docker-compose.yml .github/workflows/ci.yml action.yml .gitlab-ci.yml .npmrc
    pip.conf requirements.txt .yarnrc.yml settings.xml NuGet.Config .gemrc .cargo/config.toml
    renovate.json .pre-commit-config.yaml docker/shop
    """.split()
    assert [name for name in names if not may_declare(name)] == []
    for name in ("app.py", "a/index.ts", "README.md", "Cargo.lock"):
        assert not may_declare(name)
        assert not any(one.wants(name) for one in FORMATS)
