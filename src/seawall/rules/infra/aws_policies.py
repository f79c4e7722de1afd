"""Policies of AWS: who may do what, and which way leads from there to everything."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.iam import Statement, everybody, granted, is_whole, named, statements
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_DOCUMENT = "data.aws_iam_policy_document"
_IDENTITY = {
    "aws_iam_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_iam_group_policy": "policy",
    "aws_iam_role": "inline_policy.policy",
    "aws_iot_policy": "policy",
    "aws_ssoadmin_permission_set_inline_policy": "inline_policy",
    _DOCUMENT: "json",
}
"""Where the policies of identities are written. A document that nobody uses here may be used
elsewhere; of one that is used the finding is the same."""
_OPEN = {
    "resource-policy-open": {
        "aws_sqs_queue": "policy",
        "aws_sqs_queue_policy": "policy",
        "aws_sns_topic": "policy",
        "aws_sns_topic_policy": "policy",
        "aws_secretsmanager_secret": "policy",
        "aws_secretsmanager_secret_policy": "policy",
        "aws_glacier_vault": "access_policy",
        "aws_backup_vault_policy": "policy",
        "aws_cloudwatch_event_bus_policy": "policy",
        "aws_cloudwatch_log_destination_policy": "access_policy",
        "aws_codeartifact_domain_permissions_policy": "policy_document",
        "aws_codeartifact_repository_permissions_policy": "policy_document",
        "aws_dynamodb_resource_policy": "policy",
        "aws_efs_file_system_policy": "policy",
        "aws_elasticsearch_domain": "access_policies",
        "aws_elasticsearch_domain_policy": "access_policies",
        "aws_opensearch_domain": "access_policies",
        "aws_opensearch_domain_policy": "access_policies",
        "aws_glue_resource_policy": "policy",
        "aws_kinesis_resource_policy": "policy",
        "aws_media_store_container_policy": "policy",
        "aws_msk_cluster_policy": "policy",
        "aws_ses_identity_policy": "policy",
        "aws_acmpca_policy": "policy",
    },
    "registry-open": {
        "aws_ecr_repository_policy": "policy",
        "aws_ecr_registry_policy": "policy",
    },
    "key-policy-open": {
        "aws_kms_key": "policy",
        "aws_kms_key_policy": "policy",
        "aws_kms_external_key": "policy",
        "aws_kms_replica_key": "policy",
    },
}
_TRUST = {"aws_iam_role": "assume_role_policy", _DOCUMENT: "json"}

_ALONE = (
    "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion iam:CreateAccessKey"
    " iam:CreateLoginProfile iam:UpdateLoginProfile iam:AttachUserPolicy iam:AttachGroupPolicy"
    " iam:AttachRolePolicy iam:PutUserPolicy iam:PutGroupPolicy iam:PutRolePolicy"
    " iam:AddUserToGroup iam:UpdateAssumeRolePolicy iam:DeleteRolePermissionsBoundary"
    " iam:DeleteUserPermissionsBoundary"
).split()
"""Each is a way up by itself."""
_STARTING = (
    "lambda:CreateFunction ec2:RunInstances cloudformation:CreateStack glue:CreateDevEndpoint"
    " glue:CreateJob codebuild:CreateProject datapipeline:CreatePipeline ecs:RunTask"
    " ecs:RegisterTaskDefinition sagemaker:CreateNotebookInstance sagemaker:CreateTrainingJob"
    " sagemaker:CreateProcessingJob states:CreateStateMachine apprunner:CreateService"
    " autoscaling:CreateLaunchConfiguration codestar:CreateProject"
    " cloudformation:CreateStackSet ec2:AssociateIamInstanceProfile"
).split()
"""They start something with a role that was passed."""
_THROUGH = (
    "lambda:UpdateFunctionCode glue:UpdateDevEndpoint ssm:SendCommand ssm:StartSession"
    " sts:AssumeRole sagemaker:CreatePresignedNotebookInstanceUrl codebuild:UpdateProject"
).split()
"""They use a role that something else has already."""
_SECRETS = frozenset(
    "secretsmanager:getsecretvalue ssm:getparameter ssm:getparameters kms:decrypt s3:getobject"
    " dynamodb:scan rds-data:executestatement".split()
)
_CHANGING = re.compile(
    r"(?:s3|dynamodb|sqs|sns|lambda|kms|secretsmanager|ssm|iam|rds|ecr|ecs|eks|kinesis|route53"
    r"|cloudformation|elasticache|redshift|glue|states|events|codebuild|codepipeline|es):"
    r"(?:Put|Create|Delete|Update|Write|Invoke|Publish|Send|Attach|Detach|Set|Modify|Terminate|Stop"
    r"|Reboot|Run|Remove|Purge|Restore|Disable|Schedule|Encrypt)\w*\*?",
)
"""Actions that change something and can be allowed on single resources."""
_MANAGED = re.compile(r"arn:aws[\w-]*:iam::aws:policy/(?:[\w-]+/)?([\w+=,.@-]+)")


class _Policy(Struct, frozen=True):
    node: Node
    attribute: str

    def hit(
        self,
        words: str,
        node: Node,
        apart: str,
        severity: Severity | None = None,
        *,
        known: bool = True,
    ) -> Hit:
        return Hit(
            message=words,
            place=node.place,
            attribute=self.attribute,
            node=node,
            apart=apart,
            severity=severity,
            is_known=known,
        )


def _policies(resource: Resource, where: dict[str, str]) -> Iterator[_Policy]:
    path = where[resource.kind]
    for node in resource.at(path):
        yield _Policy(node, path.rpartition(".")[2] if path != "json" else "policy")


def _granting(resource: Resource, graph: Graph) -> Iterator[_Policy]:
    """Yield the policies that give rights to identities.

    A document is judged where it is used, and what only sets bounds gives nothing.
    """
    if resource.kind == _DOCUMENT and any(_users(resource, graph, _IDENTITY)):
        return
    if not _is_boundary(resource, graph):
        yield from _policies(resource, _IDENTITY)


def _users(document: Resource, graph: Graph, where: dict[str, str]) -> Iterator[Resource]:
    for kind, path in where.items():
        if kind != _DOCUMENT:
            yield from graph.belonging(document, kind, path)


def _is_boundary(policy: Resource, graph: Graph) -> bool:
    return any(
        graph.belonging(policy, kind, "permissions_boundary")
        for kind in ("aws_iam_role", "aws_iam_user")
    )


def _is_identity(statement: Statement) -> bool:
    return statement.body.get("Principal") is None and statement.body.get("NotPrincipal") is None


def _administrators(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for policy in _granting(resource, graph):
        for one in statements(policy.node):
            if _is_admin(one) and _is_identity(one):
                severity = Severity.MEDIUM if _has_condition(one) else None
                words = "the policy allows every action on every resource"
                node = next((n for n in one.node("Action").items if n.text() in ("*", "*:*")), None)
                yield policy.hit(words, node or one.body, one.name, severity)


def _is_admin(statement: Statement) -> bool:
    return (
        statement.allows
        and not statement.is_inverted
        and statement.everywhere
        and not {"*", "*:*"}.isdisjoint(statement.actions)
    )


def _has_condition(statement: Statement) -> bool:
    return statement.body.get("Condition") is not None


def _wildcards(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for policy in _granting(resource, graph):
        for one in statements(policy.node):
            if one.allows and _is_identity(one) and not _is_admin(one):
                yield from _stars(policy, one)


def _stars(policy: _Policy, statement: Statement) -> Iterator[Hit]:
    everywhere = statement.everywhere
    if statement.is_inverted:
        if everywhere:
            words = "the policy allows everything but what it names"
            node = statement.node("NotAction")
            severity = Severity.MEDIUM if _has_condition(statement) else Severity.HIGH
            yield policy.hit(words, node, statement.name, severity)
        return
    for node in statement.node("Action").items:
        action = node.text()
        if action in ("*", "*:*"):
            yield policy.hit("the policy allows every action", node, action, Severity.HIGH)
        elif action.endswith(":*"):
            service = action[:-2]
            if everywhere:
                severity = Severity.LOW if statement.is_narrowed else Severity.MEDIUM
                words = f"the policy allows everything of {service} on every resource"
            else:
                severity = Severity.LOW
                words = f"the policy allows everything of {service} on what it names"
            yield policy.hit(words, node, action, severity)
    if everywhere and not statement.is_narrowed:
        yield from _reaching(policy, statement)


def _reaching(policy: _Policy, statement: Statement) -> Iterator[Hit]:
    """Yield the actions on every resource that should be on some: reading secrets, and the first
    of those that change something.
    """
    has_changed = False
    for node in statement.node("Action").items:
        action = node.text()
        words = f"the policy allows {action} on every resource"
        if action.casefold() in _SECRETS:
            yield policy.hit(words, node, action, Severity.MEDIUM)
        elif _CHANGING.fullmatch(action) and not has_changed:
            has_changed = True
            yield policy.hit(words, node, "changing", Severity.LOW)


def _escalations(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for policy in _granting(resource, graph):
        found = [one for one in statements(policy.node) if _is_identity(one)]
        if any(_is_admin(one) for one in found):
            # Whoever has everything needs no way up.
            continue
        yield from _ways_up(policy, found)


def _ways_up(policy: _Policy, found: list[Statement]) -> Iterator[Hit]:
    alone = [one for one in _ALONE if granted(found, one) is not None]
    if alone:
        statement = granted(found, alone[0])
        assert statement is not None
        words = f"with {_listed(alone)} anybody with the policy gives themselves more rights"
        yield policy.hit(words, statement.spoken(alone[0]), "alone")
    passing = granted(found, "iam:PassRole")
    if passing is not None:
        starting = [one for one in _STARTING if granted(found, one) is not None]
        node = passing.spoken("iam:PassRole")
        if starting:
            words = f"iam:PassRole with {_listed(starting)} starts something with any role"
            yield policy.hit(words, node, "passed")
        elif not alone:
            words = "iam:PassRole hands on every role there is"
            yield policy.hit(words, node, "passed", Severity.MEDIUM)
    through = [one for one in _THROUGH if granted(found, one) is not None]
    if through and not alone:
        statement = granted(found, through[0])
        assert statement is not None
        words = f"with {_listed(through)} anybody with the policy acts with the rights of others"
        yield policy.hit(words, statement.spoken(through[0]), "through", Severity.MEDIUM)


def _listed(names: list[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {rest} more" if rest > 0 else "")


_ATTACHED = {
    "aws_iam_role_policy_attachment": "policy_arn",
    "aws_iam_user_policy_attachment": "policy_arn",
    "aws_iam_group_policy_attachment": "policy_arn",
    "aws_iam_policy_attachment": "policy_arn",
    "aws_iam_role": "managed_policy_arns",
}


def _managed(names: str, severity: Severity, words: str) -> Check:
    pattern = re.compile(names)
    rule = {Severity.HIGH: "iam-admin"}.get(severity, "iam-wildcard")

    def find(resource: Resource, _: Graph) -> Iterator[Hit]:
        path = _ATTACHED[resource.kind]
        for node in (one for held in resource.at(path) for one in held.items):
            found = _MANAGED.fullmatch(node.text())
            if found and pattern.fullmatch(found[1]):
                yield _Policy(node, path).hit(words.format(found[1]), node, found[1], severity)

    return Check(rule=rule, kinds=tuple(_ATTACHED), find=find)


def _open_policies(rule: str) -> Check:
    where = _OPEN[rule]

    def find(resource: Resource, _: Graph) -> Iterator[Hit]:
        for policy in _policies(resource, where):
            for one in statements(policy.node):
                yield from _open_to_all(policy, one, resource)

    return Check(rule=rule, kinds=tuple(where), find=find)


def _open_to_all(policy: _Policy, statement: Statement, resource: Resource) -> Iterator[Hit]:
    principal = everybody(statement)
    if not statement.allows or principal is None or statement.is_narrowed:
        return
    words = f"everybody may {_said(statement)}"
    # Who is within the network may be anybody there, but not anybody at all.
    inside = any(held.items for held in resource.at("vpc_options"))
    severity = Severity.LOW if inside else None
    known = not statement.is_doubtful
    yield policy.hit(words, principal, statement.name, severity, known=known)


def _said(statement: Statement) -> str:
    if statement.is_inverted:
        return "do all but what is named"
    if {"*", "*:*"} & set(statement.actions):
        return "do everything"
    return f"call {_listed(list(statement.actions))}"


def _trusts(resource: Resource, graph: Graph) -> Iterator[Hit]:
    if resource.kind == _DOCUMENT and any(_users(resource, graph, _TRUST)):
        return
    for policy in _policies(resource, _TRUST):
        for one in statements(policy.node):
            if not one.allows or not any(map(one.covers, _TAKING)) or one.actions in _EVERY:
                continue
            principal = everybody(one)
            if principal is not None and not one.is_narrowed:
                words = "every account of AWS may take the role on"
                yield policy.hit(words, principal, one.name, known=not one.is_doubtful)
            elif principal is None and not _has_condition(one):
                yield from _foreign(policy, one)


_TAKING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
_EVERY = (("*",),)
_ROOT = re.compile(r"(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?")


def _foreign(policy: _Policy, statement: Statement) -> Iterator[Hit]:
    for node in named(statement, "AWS"):
        found = _ROOT.fullmatch(node.text())
        if found:
            words = f"all of the account {found[1]} may take the role on, without an external id"
            yield policy.hit(words, node, found[1], Severity.LOW)


def _bucket_policies(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for policy in _policies(resource, _BUCKETS):
        for one in statements(policy.node):
            if everybody(one) is not None and not is_shut(resource, graph, *_SHUT):
                yield from _open_to_all(policy, one, resource)


_BUCKETS = {
    "aws_s3_bucket": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_s3_access_point": "policy",
}
_SHUT = ("block_public_policy", "restrict_public_buckets")


def is_shut(resource: Resource, graph: Graph, *switches: str) -> bool:
    """Whether public access to a bucket is blocked by one of some switches."""
    buckets: Iterable[Resource] = [resource]
    if resource.kind != "aws_s3_bucket":
        buckets = [
            one
            for node in resource.at("bucket")
            for one in graph.of("aws_s3_bucket")
            if one.scope == resource.scope
            and (one.address in node.refers or (node.text() and _named(one) == node.text()))
        ]
    blocks = [
        block
        for one in buckets
        for block in graph.belonging(
            one, "aws_s3_bucket_public_access_block", "bucket", ("bucket",)
        )
    ]
    return any(node.value is True for one in blocks for name in switches for node in one.at(name))


def _named(bucket: Resource) -> str:
    node = bucket.get("bucket")
    return node.text() if node is not None else ""


def _plain_requests(resource: Resource, _: Graph) -> Iterator[Hit]:
    for policy in _policies(resource, {"aws_s3_bucket_policy": "policy"}):
        found = statements(policy.node)
        if found and not any(_demands_tls(one) for one in found):
            words = "no statement denies requests without TLS"
            yield policy.hit(words, policy.node, "", known=is_whole(policy.node))


def _demands_tls(statement: Statement) -> bool:
    condition = statement.body.get("Condition")
    if condition is None or not isinstance(condition.value, dict):
        return condition is not None
    for held in condition.value.values():
        keys = held.value if isinstance(held.value, dict) else {}
        for key in keys:
            if key.casefold() in ("aws:securetransport", "s3:tlsversion"):
                return True
    return False


CHECKS: tuple[Check, ...] = (
    Check(rule="iam-admin", kinds=tuple(_IDENTITY), find=_administrators),
    Check(rule="iam-wildcard", kinds=tuple(_IDENTITY), find=_wildcards),
    Check(rule="iam-escalation", kinds=tuple(_IDENTITY), find=_escalations),
    Check(rule="iam-open-trust", kinds=tuple(_TRUST), find=_trusts),
    _managed("AdministratorAccess", Severity.HIGH, "{} allows every action on every resource"),
    _managed("PowerUserAccess|IAMFullAccess", Severity.MEDIUM, "{} allows nearly everything"),
    _managed(r"(?!IAM)\w+FullAccess", Severity.LOW, "{} allows everything of a service"),
    Check(rule="bucket-public", kinds=tuple(_BUCKETS), find=_bucket_policies),
    Check(rule="bucket-without-tls", kinds=("aws_s3_bucket_policy",), find=_plain_requests),
    *map(_open_policies, _OPEN),
)
