"""Roles of clouds that pipelines take on, and which pipelines."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.iam import Statement, named, statements
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource, Unknown

_DOCUMENT = "data.aws_iam_policy_document"
_ISSUERS = re.compile(
    r"token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|oidc\.circleci\.com"
    r"|agent\.buildkite\.com",
    re.IGNORECASE,
)
"""They give tokens to pipelines of everybody."""
_WHO = re.compile(
    r":(?:sub|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref"
    r"|project_path|namespace_path|namespace_id|project_id|aud)$",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(r"\**|(?:repo|project_path|organization|org):\**(?:[/:]\**)*")
_ORGANISATION = re.compile(r"(?:repo|project_path):[^/*]+/\*.*|organization:[^:*]+:project:\*.*")


def _broad(resource: Resource, graph: Graph) -> Iterator[Hit]:
    used = resource.kind == _DOCUMENT and graph.belonging(
        resource, "aws_iam_role", "assume_role_policy"
    )
    if used:
        return
    attribute = "policy" if resource.kind == _DOCUMENT else "assume_role_policy"
    for policy in resource.at("json" if resource.kind == _DOCUMENT else attribute):
        for one in statements(policy):
            if one.allows and one.covers("sts:AssumeRoleWithWebIdentity"):
                issuer = _issuer(one, graph, resource.scope)
                hit = _judged(one, issuer, attribute) if issuer else None
                if hit is not None:
                    yield hit


def _issuer(statement: Statement, graph: Graph, scope: str) -> str:
    """Return who gives the tokens that a statement trusts, where anybody may get one there."""
    for node in named(statement, "Federated"):
        texts = [node.text()]
        if isinstance(node.value, Unknown):
            texts += [part for part in node.value.parts if part]
        for address in node.refers:
            provider = graph.named(address, scope)
            texts += [url.text() for url in provider.at("url")] if provider is not None else []
        for text in texts:
            found = _ISSUERS.search(text)
            if found:
                return found[0]
    for _, key, _ in _conditions(statement):
        found = _ISSUERS.match(key)
        if found:
            return found[0]
    return ""


def _conditions(statement: Statement) -> Iterator[tuple[str, str, Node]]:
    condition = statement.body.get("Condition")
    if condition is None or not isinstance(condition.value, dict):
        return
    for operator, keys in condition.value.items():
        if isinstance(keys.value, dict):
            for key, values in keys.value.items():
                yield operator.lower(), key, values


def _judged(statement: Statement, issuer: str, attribute: str) -> Hit | None:
    condition = statement.body.get("Condition")
    if condition is not None and condition.is_unknown:
        return None
    narrowed = False
    worst: tuple[Severity, Node, str] | None = None
    for operator, key, values in _conditions(statement):
        if not _WHO.search(key) or key.lower().endswith(":aud"):
            # A key that is not known may well name the repository.
            narrowed = narrowed or "?" in key
            continue
        narrowed = True
        for value in values.items if "like" in operator else ():
            text = value.text()
            if _EVERYBODY.fullmatch(text) and not value.is_unknown:
                worst = Severity.HIGH, value, f"every pipeline at {issuer} may take the role on"
            elif _ORGANISATION.fullmatch(text) and worst is None:
                words = f"every repository that fits {text} may take the role on"
                worst = Severity.MEDIUM, value, words
    if worst is None and not narrowed:
        words = f"every pipeline at {issuer} may take the role on: nothing asks for its repository"
        worst = Severity.HIGH, statement.node("Principal"), words
    if worst is None:
        return None
    severity, node, words = worst
    return Hit(
        message=words,
        place=node.place,
        attribute=attribute,
        node=node,
        apart=statement.name,
        severity=severity,
        is_known=not statement.is_doubtful,
    )


CHECKS = (Check(rule="oidc-trust-broad", kinds=("aws_iam_role", _DOCUMENT), find=_broad),)
