"""Values of Terraform: nodes made and taken apart."""

from collections.abc import Iterable, Iterator
from typing import Any

from seawall.model.infrastructure import Node, Origin, Place, Unknown

DEEPEST = 60
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


def refers_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return what some values were made of, each once."""
    return tuple(dict.fromkeys(address for node in nodes for address in node.refers))


def is_whole(node: Node, depth: int = 0) -> bool:
    """Whether nothing of a value is unknown."""
    value = node.value
    if isinstance(value, Unknown) or depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(is_whole(one, depth + 1) for one in value.values())
    if isinstance(value, list):
        return all(is_whole(one, depth + 1) for one in value)
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
        return value
    if isinstance(value, str) and len(value) < 40:
        try:
            return int(value) if value.lstrip("-").isdigit() else float(value)
        except ValueError:
            return None
    return None
