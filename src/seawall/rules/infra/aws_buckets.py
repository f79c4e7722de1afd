"""Grants on buckets by which everybody reads or writes them."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.rules.infra.aws_policies import is_shut

_CANNED = {
    "public-read": "everybody reads the bucket",
    "public-read-write": "everybody reads and writes the bucket",
    "authenticated-read": "everybody with an account of AWS reads the bucket",
    "website": "everybody reads the bucket",
}
_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everybody with an account of AWS",
}
_GRANTS = {"aws_s3_bucket": "grant", "aws_s3_bucket_acl": "access_control_policy.grant"}
_SWITCHES = ("block_public_acls", "ignore_public_acls")


def _canned(resource: Resource, graph: Graph) -> Iterator[Hit]:
    node = resource.get("acl")
    words = _CANNED.get(node.text()) if node is not None else None
    if node is None or words is None or is_shut(resource, graph, *_SWITCHES):
        return
    severity = Severity.CRITICAL if node.text() == "public-read-write" else None
    yield Hit(message=words, place=node.place, attribute="acl", node=node, severity=severity)


def _grants(resource: Resource, graph: Graph) -> Iterator[Hit]:
    path = _GRANTS[resource.kind]
    for grant in (one for held in resource.at(path) for one in held.items):
        for node in [*grant.at("uri"), *grant.at("grantee.uri")]:
            who = _GROUPS.get(node.text())
            if who is None or is_shut(resource, graph, *_SWITCHES):
                continue
            may = ", ".join(_said([*grant.at("permissions"), *grant.at("permission")]))
            yield Hit(
                message=f"{who} has {may or 'rights'} on the bucket",
                place=node.place,
                attribute=path,
                node=node,
                apart=may,
            )


def _said(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        yield from (one.text() for one in node.items if one.text())


CHECKS: tuple[Check, ...] = (
    Check(rule="bucket-public", kinds=tuple(_GRANTS), find=_canned),
    Check(rule="bucket-public", kinds=tuple(_GRANTS), find=_grants),
)
