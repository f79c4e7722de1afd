"""What a condition of a workflow says in the world of somebody from outside."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

from seawall.core.errors import ParseError
from seawall.model.infrastructure import Node, Resource
from seawall.parse.actions_expression import (
    Call,
    Context,
    Expression,
    Literal,
    Operation,
    expansions,
    parse_expression,
)

Value: TypeAlias = str | float | bool | None
World: TypeAlias = Mapping[str, Value]

PRIVILEGED = frozenset(
    "pull_request_target issue_comment issues discussion discussion_comment workflow_run fork"
    " watch gollum commit_comment".split()
)
"""Events that anybody may cause, and that run with secrets and with what the token may."""
FORKED = frozenset("pull_request pull_request_review pull_request_review_comment".split())
"""Events that anybody may cause, where forks get no secrets and a token that only reads."""
STRANGER = "\0stranger"
"""The text of somebody from outside that equals none that anybody writes down."""
_HEADS = (
    "github.event.pull_request.head.repo",
    "github.event.workflow_run.head_repository",
)
_PEOPLE = (
    "github.actor",
    "github.triggering_actor",
    "github.event.sender.login",
    "github.event.comment.user.login",
    "github.event.issue.user.login",
    "github.event.pull_request.user.login",
    "github.event.workflow_run.actor.login",
)
_OUTSIDE: World = {
    **{f"{head}.fork": True for head in _HEADS},
    **{f"{head}.full_name": STRANGER for head in _HEADS},
    **{f"{head}.owner.login": STRANGER for head in _HEADS},
    **{f"{head}.id": STRANGER for head in _HEADS},
    "github.event.pull_request.head.user.login": STRANGER,
    "github.event.workflow_run.event": "pull_request",
    **dict.fromkeys(_PEOPLE, STRANGER),
    **{
        f"github.event.{one}.author_association": "NONE"
        for one in ("comment", "issue", "pull_request", "review", "discussion")
    },
}
_LABELS: World = {
    "github.event.label.name": STRANGER,
    "github.event.pull_request.labels.*.name": STRANGER,
    "github.event.issue.labels.*.name": STRANGER,
    "github.event.pull_request.labels": STRANGER,
    "github.event.action": STRANGER,
}
_UNKNOWN = object()


def triggers_of(resource: Resource) -> dict[str, Node]:
    """Return the events that start what a resource is a part of."""
    return {event: way.get("trigger") or way for event, way in _ways(resource)}


def own_events(workflow: Resource) -> set[str]:
    """Return the events that a workflow names itself."""
    on = workflow.get("on")
    if on is not None and isinstance(on.value, dict):
        return set(on.value)
    return {one.text() for one in on.items} if on is not None else set()


def outside_events(resource: Resource, *, labelled: bool = False) -> set[str]:
    """Return the events by which somebody from outside gets it to run, all conditions heeded.

    With `labelled` they get no label from anybody.
    """
    texts = _texts(resource.get("conditions"))
    return {
        event
        for event, way in _ways(resource)
        if may_run([*texts, *_texts(way.get("conditions"))], event, labelled=labelled)
    }


def gates_of(resource: Resource, event: str) -> list[Node]:
    """Return what ran before its job: actions, scripts and environments that somebody approves."""
    own = resource.get("gates")
    found = list(own.items) if own is not None else []
    for name, way in _ways(resource):
        gates = way.get("gates")
        if name == event and gates is not None:
            found += gates.items
    return found


def _ways(resource: Resource) -> Iterator[tuple[str, Node]]:
    ways = resource.get("ways")
    for way in ways.items if ways is not None else ():
        event = way.get("event")
        if event is not None:
            yield event.text(), way


def _texts(conditions: Node | None) -> list[str]:
    return [one.text() for one in conditions.items] if conditions is not None else []


def may_run(texts: Iterable[str], event: str, *, labelled: bool = False) -> bool:
    """Whether conditions let an event of somebody from outside through, as far as one can tell."""
    world: dict[str, Value] = {**_OUTSIDE, "github.event_name": event}
    if labelled:
        world |= _LABELS
    return all(holds(condition, world) is not False for text in texts for condition in parsed(text))


@cache
def parsed(text: str) -> tuple[Expression, ...]:
    """Return the expression of an `if:`; () where it is none, or a text that is always true."""
    found = list(expansions(text))
    if found and (len(found) > 1 or text.strip() != text[found[0].start : found[0].end]):
        return ()
    try:
        return (parse_expression(found[0].text if found else text),)
    except ParseError:
        return ()


def holds(expression: Expression, world: World) -> bool | None:
    """Return whether a condition holds; None where the world does not tell."""
    value = _value(expression, world)
    return None if value is _UNKNOWN else bool(value)


def conjuncts(expression: Expression) -> Iterator[Expression]:
    """Yield what must all hold for a condition to hold."""
    if isinstance(expression, Operation) and expression.sign == "&&":
        for one in expression.given:
            yield from conjuncts(one)
    else:
        yield expression


def _value(expression: Expression, world: World) -> object:
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Context):
        name = ".".join(expression.names)
        if name.startswith("github.event.inputs"):
            return _UNKNOWN
        return world.get(name, _UNKNOWN)
    if isinstance(expression, Call):
        return _called(expression, world)
    values = [_value(one, world) for one in expression.given]
    if expression.sign == "!":
        return _UNKNOWN if values[0] is _UNKNOWN else not values[0]
    if expression.sign in ("&&", "||"):
        wanted = expression.sign == "||"
        if any(one is not _UNKNOWN and bool(one) is wanted for one in values):
            return wanted
        return _UNKNOWN if _UNKNOWN in values else not wanted
    if expression.sign in ("==", "!="):
        same = _same(expression, values)
        return _UNKNOWN if same is None else same is (expression.sign == "==")
    return _UNKNOWN


def _same(expression: Operation, values: list[object]) -> bool | None:
    one, other = values[0], values[-1]
    for value, against in ((one, other), (other, one)):
        if value is STRANGER:
            # A bot's name can be had by making the bot act.
            if isinstance(against, str) and against.endswith("[bot]"):
                return None
            if against is not _UNKNOWN:
                return against is STRANGER
            # They are compared with the repository or its owner, or with a name kept somewhere.
            return None if _is_stranger_too(expression) else False
    if one is _UNKNOWN or other is _UNKNOWN:
        return None
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return one == other


def _is_stranger_too(expression: Operation) -> bool:
    names = [".".join(one.names) for one in expression.given if isinstance(one, Context)]
    return (
        all(name.startswith(("github.event.", "github.actor")) for name in names)
        and all(
            not name.endswith(("base.repo.full_name", "repository.full_name", "base.user.login"))
            or name.startswith("github.event.workflow_run.head")
            for name in names
        )
        and not any(name.startswith("github.event.repository") for name in names)
    )


def _called(call: Call, world: World) -> object:
    values = [_value(one, world) for one in call.given]
    if call.name in ("always", "success") and not call.given:
        return True
    if call.name == "contains" and len(values) == 2:
        where, what = values
        if where is STRANGER:
            return False
        if isinstance(where, str) and isinstance(what, str):
            return what is not STRANGER and what.lower() in where.lower()
        if what is STRANGER:
            return False
        given = call.given[0]
        if isinstance(given, Call) and given.name == "fromjson" and isinstance(what, str):
            inner = _value(given.given[0], world) if given.given else _UNKNOWN
            return f'"{what}"'.lower() in inner.lower() if isinstance(inner, str) else _UNKNOWN
    if call.name in ("startswith", "endswith") and len(values) == 2:
        one, other = values
        if isinstance(one, str) and isinstance(other, str) and STRANGER not in (one, other):
            one, other = one.lower(), other.lower()
            return one.startswith(other) if call.name == "startswith" else one.endswith(other)
    if call.name == "" and len(values) == 1 and not call.names:
        return values[0]
    return _UNKNOWN
