"""Roles of Azure: what they allow, and who is given those that allow everything."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_OWNER = ("owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635")
_GIVERS = (
    "user access administrator",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "role based access control administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
)
"""Roles by which one gives roles, by name and by number."""
_GIVING = (
    "*",
    "*/write",
    "microsoft.authorization/*",
    "microsoft.authorization/*/write",
    "microsoft.authorization/roleassignments/*",
    "microsoft.authorization/roleassignments/write",
)


def _allowed(role: Resource, wanted: tuple[str, ...]) -> Iterator[Node]:
    """Yield the actions of a role that are among some."""
    for node in role.at("permissions.actions"):
        for item in node.items:
            if item.text().casefold() in wanted:
                yield item


def _takes_back(role: Resource) -> bool:
    """Whether a role leaves out the giving of roles, as the contributor does."""
    taken = [item.text() for node in role.at("permissions.not_actions") for item in node.items]
    return any(one.casefold() in _GIVING for one in taken)


def _owners(role: Resource, _: Graph) -> Iterator[Hit]:
    for item in _allowed(role, ("*",)):
        yield Hit(
            message="the role may do everything",
            place=item.place,
            attribute="permissions.actions",
            node=item,
            severity=Severity.MEDIUM if _takes_back(role) else Severity.HIGH,
        )


def _givers(role: Resource, _: Graph) -> Iterator[Hit]:
    for item in () if _takes_back(role) else _allowed(role, _GIVING[1:]):
        yield Hit(
            message=f"whoever has the role gives themselves every other ({item.text()})",
            place=item.place,
            attribute="permissions.actions",
            node=item,
            apart=item.text(),
        )


def _given(assignment: Resource, names: tuple[str, ...], words: str) -> Iterator[Hit]:
    if assignment.get("condition") is not None:
        return
    for path in ("role_definition_name", "role_definition_id"):
        for node in assignment.at(path):
            if node.text().rpartition("/")[2].casefold() in names:
                yield Hit(
                    message=words,
                    place=node.place,
                    attribute=path,
                    node=node,
                    severity=Severity.MEDIUM,
                )


def _given_owner(assignment: Resource, _: Graph) -> Iterator[Hit]:
    return _given(assignment, _OWNER, "somebody is given the role of an owner")


def _given_giver(assignment: Resource, _: Graph) -> Iterator[Hit]:
    words = "somebody is given a role by which they give themselves every other"
    return _given(assignment, _GIVERS, words)


_DEFINED, _ASSIGNED = ("azurerm_role_definition",), ("azurerm_role_assignment",)
CHECKS: tuple[Check, ...] = (
    Check(rule="iam-admin", kinds=_DEFINED, find=_owners),
    Check(rule="iam-escalation", kinds=_DEFINED, find=_givers),
    Check(rule="iam-admin", kinds=_ASSIGNED, find=_given_owner),
    Check(rule="iam-escalation", kinds=_ASSIGNED, find=_given_giver),
)
