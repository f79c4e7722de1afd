"""Policies of AWS: statements, whom they are about, and what they really allow."""

import functools
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from seawall.model.infrastructure import Node, Unknown

_RESTRICTING = frozenset(
    "aws:sourcearn aws:sourceaccount aws:sourceowner aws:sourceorgid aws:sourceorgpaths"
    " aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:sourcevpc"
    " aws:sourcevpce aws:sourceip aws:vpcsourceip aws:userid aws:username aws:principaltype"
    " aws:principalisawsservice aws:principalservicename aws:principalservicenameslist"
    " sts:externalid kms:calleraccount s3:dataaccesspointaccount s3:dataaccesspointarn"
    " lambda:sourcefunctionarn elasticfilesystem:accessedviamounttarget sns:endpoint"
    " iam:passedtoservice iam:associatedresourcearn iam:permissionsboundary iam:policyarn"
    " aws:resourceaccount aws:resourceorgid".split()
)
"""Keys of conditions that leave only somebody who is known."""
_TAGS = (
    "aws:principaltag/",
    "aws:resourcetag/",
    "iam:resourcetag/",
    "ec2:resourcetag/",
    "aws:requesttag/",
)
_POSITIVE = re.compile(
    r"(?:forallvalues:|foranyvalue:)?"
    r"(?:string(?:equals|like|equalsignorecase)|arn(?:equals|like)|ipaddress|bool)",
    re.IGNORECASE,
)
_EVERYTHING = frozenset(("*", "*:*", "0.0.0.0/0", "::/0", ""))


class Statement(Struct, frozen=True, kw_only=True):
    """One statement of a policy."""

    body: Node
    allows: bool
    actions: tuple[str, ...]
    """As written; of NotAction those that are left out."""
    is_inverted: bool = False
    """Whether it is about every action but those."""
    resources: tuple[str, ...] = ()
    """What is not known of a name is "?"; of NotResource "*"."""
    is_narrowed: bool = False
    """Whether a condition leaves only somebody, or something, that is known."""
    is_doubtful: bool = False
    """Whether a condition that may narrow it is not known."""

    @property
    def everywhere(self) -> bool:
        """Whether it is about all resources."""
        return "*" in self.resources

    def covers(self, action: str) -> bool:
        """Whether an action is among those that it is about."""
        found = any(_pattern(one).fullmatch(action) for one in self.actions)
        return found is not self.is_inverted

    def node(self, *keys: str) -> Node:
        """Return what stands under the first key that is there, or the whole statement."""
        for key in keys:
            found = self.body.get(key)
            if found is not None:
                return found
        return self.body

    def spoken(self, action: str) -> Node:
        """Return the entry of its actions that an action comes from."""
        found = self.node("Action", "NotAction")
        for one in found.items:
            if one.text() and _pattern(one.text()).fullmatch(action):
                return one
        return found

    @property
    def name(self) -> str:
        """What tells it from others of its policy: its Sid, or what it is about."""
        return self.node("Sid").text() or ",".join(self.actions)


def statements(policy: Node) -> list[Statement]:
    """Return the statements of a policy as far as they are known."""
    document = policy.document
    if not isinstance(document.value, dict):
        return []
    found = (one for held in document.at("Statement") for one in held.items)
    return [_statement(one) for one in found if isinstance(one.value, dict)]


def is_whole(policy: Node) -> bool:
    """Whether all of its statements are known."""
    document = policy.document
    if not isinstance(document.value, dict):
        return False
    held = document.get("Statement")
    return held is None or not any(one.is_unknown for one in held.items)


def everybody(statement: Statement) -> Node | None:
    """Return the principal by which a statement is about everybody; None where it is not."""
    principal = statement.body.get("Principal")
    if principal is None:
        return statement.body.get("NotPrincipal") if statement.allows else None
    if principal.text() == "*":
        return principal
    for kind in ("AWS", "*", "Service"):
        for held in principal.at(kind) if isinstance(principal.value, dict) else ():
            for one in held.items:
                if one.text() in ("*", "arn:aws:iam::*:root"):
                    return one
    return None


def named(statement: Statement, kind: str) -> Iterator[Node]:
    """Yield the principals of a kind, "AWS" or "Service"."""
    principal = statement.body.get("Principal")
    if principal is not None and isinstance(principal.value, dict):
        for held in principal.at(kind):
            yield from held.items


def granted(policy: Sequence[Statement], action: str) -> Statement | None:
    """Return the statement that allows an action on everything; None where none does.

    What is denied everywhere, without a condition, is not allowed.
    """
    for one in policy:
        if (
            not one.allows
            and one.everywhere
            and "Condition" not in _keys(one)
            and one.covers(action)
        ):
            return None
    for one in policy:
        if one.allows and _is_broad(one) and not one.is_narrowed and one.covers(action):
            return one
    return None


def _is_broad(statement: Statement) -> bool:
    return any(one == "*" or _ANY_NAME.fullmatch(one) for one in statement.resources)


_ANY_NAME = re.compile(
    r"arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:\*|(?:role|user|group|policy|function):?/?\*)"
)


def _keys(statement: Statement) -> Sequence[str]:
    value = statement.body.value
    return list(value) if isinstance(value, dict) else []


def _statement(body: Node) -> Statement:
    inverted = body.get("Action") is None and body.get("NotAction") is not None
    narrowed, doubtful = _conditions(body.get("Condition"))
    resources = _words(body.get("Resource"))
    if body.get("Resource") is None and body.get("NotResource") is not None:
        resources = ("*",)
    effect = body.get("Effect")
    return Statement(
        body=body,
        allows=effect is not None and effect.text().casefold() == "allow",
        actions=_words(body.get("NotAction") if inverted else body.get("Action")),
        is_inverted=inverted,
        resources=resources,
        is_narrowed=narrowed,
        is_doubtful=doubtful,
    )


def _words(node: Node | None) -> tuple[str, ...]:
    return tuple(map(_word, node.items)) if node is not None else ()


def _word(node: Node) -> str:
    if isinstance(node.value, Unknown):
        return "".join("?" if part is None else part for part in node.value.parts) or "?"
    return str(node.value)


def _conditions(condition: Node | None) -> tuple[bool, bool]:
    """Return whether a condition narrows a statement, and whether one may that is not known."""
    if condition is None:
        return False, False
    if not isinstance(condition.value, dict):
        return False, condition.is_unknown
    doubtful = False
    for operator, held in condition.value.items():
        if not isinstance(held.value, dict):
            doubtful = doubtful or held.is_unknown
            continue
        if not _POSITIVE.fullmatch(operator):
            continue
        for key, values in held.value.items():
            name = key.casefold()
            if (
                name not in _RESTRICTING
                and not name.startswith(_TAGS)
                and not name.endswith(":sub")
            ):
                continue
            if not any(one.text() in _EVERYTHING and not one.is_unknown for one in values.items):
                return True, False
    return False, doubtful


@functools.lru_cache(maxsize=4_000)
def _pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of an action or name in which `*` and `?` stand for anything."""
    words = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part) for part in _parts(text)
    )
    return re.compile("".join(words), re.IGNORECASE | re.DOTALL)


def _parts(text: str) -> list[str]:
    return re.split(r"([*?])", re.sub(r"\*+", "*", text[:300]))
