"""Values of Terraform: nodes made and taken apart."""

from collections.abc import Iterable, Iterator
from typing import Any

from seawall.model.infrastructure import Node, Origin, Place, Unknown

DEEPEST = 60
LARGEST_NUMBER = 1e300
MOST_NODES = 50_000
"""Of one value."""
NO_ATTRIBUTE = "there is no such attribute"
NO_KEY = "there is no such key"
NOT_TAKEN = "a function does not take this"
"""Why a value fails, where Terraform would say so too: `try` goes on then."""
UNKNOWN_KEY = "the key is not known"
_DOCUMENT = "data.aws_iam_policy_document."
_NAMES = ("name", "bucket", "identifier", "cluster_identifier", "function_name", "domain_name")


def known(value: Any, place: Place, refers: tuple[str, ...] = ()) -> Node:
    """Return a node of plain values, all at one place."""
    if isinstance(value, dict):
        return Node({str(key): known(one, place) for key, one in value.items()}, place, (), refers)
    if isinstance(value, (list, tuple)):
        return Node([known(one, place) for one in value], place, (), refers)
    return Node(value, place, (), refers)


def unknown(why: str, place: Place, *made_of: Node, refers: tuple[str, ...] = ()) -> Node:
    """Return a node that the files do not tell, made of others."""
    return Node(Unknown(why=why), place, (), (*refers, *refers_of(made_of)))


def moved(node: Node, place: Place, *origin: Origin) -> Node:
    """Return a value as it stands in another place, which it came to by the steps given."""
    return Node(node.value, place, (*origin, *node.origin), node.refers, node.inner)


def name_of(body: Node) -> str:
    """Return how a resource is named where it runs; "" where nobody knows."""
    return next((node.text() for one in _NAMES if (node := body.get(one))), "")


def settled(node: Node, place: Place) -> Node:
    """Return a value all of which stands within a place: what is from elsewhere came there."""
    value = node.value
    if node.inner is not None and not any(_DOCUMENT in one for one in node.refers):
        # The statements of a document that is a block of its own stand there.
        inner = settled(_within(node.inner, node, place), place)
        return Node(value, node.place, node.origin, node.refers, inner)
    if not isinstance(value, (list, dict)):
        return node
    if isinstance(value, list):
        items = [settled(_within(one, node, place), place) for one in value]
        return Node(items, node.place, node.origin, node.refers, node.inner)
    table = {key: settled(_within(one, node, place), place) for key, one in value.items()}
    return Node(table, node.place, node.origin, node.refers, node.inner)


def _within(one: Node, whole: Node, place: Place) -> Node:
    own = one.place
    if own.path == place.path and place.line <= own.line <= (place.end_line or place.line):
        return one
    # The way of the whole leads to the part, which may have come further.
    steps = (*one.origin, *(step for step in whole.origin if step not in one.origin))
    if not any(step.place.path == own.path and step.place.line == own.line for step in steps):
        steps = (Origin("what is taken from here", own), *steps)
    return Node(one.value, place, steps, one.refers, one.inner)


def refers_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return what some values were made of, each once."""
    return tuple(dict.fromkeys(address for node in nodes for address in node.refers))


def is_whole(node: Node) -> bool:
    """Whether nothing of a value is unknown; of one that is too large nobody looks."""
    return _goes_through(node, whole=True)


def is_bounded(node: Node) -> bool:
    """Whether a value is not larger than is followed: names may double it without end."""
    return _goes_through(node, whole=False)


def is_same(one: Node, other: Node) -> bool:
    """Whether two values are known and the same."""
    return is_whole(one) and is_whole(other) and bool(plain(one) == plain(other))


def _goes_through(node: Node, *, whole: bool) -> bool:
    if not isinstance(node.value, (dict, list)):
        return not (whole and isinstance(node.value, Unknown))
    level, count, depth = [node], 0, 0
    while level:
        below: list[Node] = []
        for one in level:
            value = one.value
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif whole and isinstance(value, Unknown):
                return False
            if len(below) > MOST_NODES:
                return False
        count += len(level)
        depth += 1
        if count > MOST_NODES or depth > DEEPEST:
            return False
        level = below
    return True


def is_scalar(node: Node) -> bool:
    """Whether a value is known, and one that is written in a word."""
    return not isinstance(node.value, (Unknown, list, dict))


def plain(node: Node) -> Any:
    """Return a value without places; it must be whole."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def why_of(nodes: Iterable[Node]) -> str:
    """Return why the first that is not whole is not."""
    for node in nodes:
        for one in node.walk():
            if isinstance(one.value, Unknown):
                return one.value.why
    return ""


def pairs_of(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Yield the keys and values of a list or an object."""
    if isinstance(node.value, dict):
        yield from node.value.items()
    elif isinstance(node.value, list):
        yield from enumerate(node.value)


def text_of(value: Any) -> str:
    """Return a scalar as a template writes it."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def truth_of(node: Node) -> bool | None:
    """Return what a condition says; None where nobody knows."""
    value = node.value
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    return None


def number_of(value: Any) -> float | None:
    """Return a number, also one that stands as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value if abs(value) < LARGEST_NUMBER else None
    if isinstance(value, str) and len(value) < 40:
        try:
            number = int(value) if value.lstrip("-").isdigit() else float(value)
        except ValueError:
            return None
        return number if abs(number) < LARGEST_NUMBER else None
    return None
