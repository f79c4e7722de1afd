"""Who is given which role in Google Cloud: everybody, machines, too much."""

from collections.abc import Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_EVERYBODY = frozenset(("allusers", "allauthenticatedusers"))
_WAYS = ("_member", "_binding", "_policy")
_OPEN: dict[str, tuple[str, str]] = {
    "google_storage_bucket_iam": ("bucket-public", "the bucket"),
    "google_storage_managed_folder_iam": ("bucket-public", "the folder of the bucket"),
    "google_bigquery_dataset_iam": ("database-public", "the dataset"),
    "google_bigquery_table_iam": ("database-public", "the table"),
    "google_bigtable_instance_iam": ("database-public", "the instance"),
    "google_bigtable_table_iam": ("database-public", "the table"),
    "google_spanner_database_iam": ("database-public", "the database"),
    "google_spanner_instance_iam": ("database-public", "the instance"),
    "google_kms_crypto_key_iam": ("key-policy-open", "the key"),
    "google_kms_key_ring_iam": ("key-policy-open", "the keys of the ring"),
    "google_cloud_run_service_iam": ("function-public", "the service"),
    "google_cloud_run_v2_service_iam": ("function-public", "the service"),
    "google_cloud_run_v2_job_iam": ("function-public", "the job"),
    "google_cloudfunctions_function_iam": ("function-public", "the function"),
    "google_cloudfunctions2_function_iam": ("function-public", "the function"),
    "google_artifact_registry_repository_iam": ("registry-open", "the repository"),
    "google_pubsub_topic_iam": ("resource-policy-open", "the topic"),
    "google_pubsub_subscription_iam": ("resource-policy-open", "the subscription"),
    "google_secret_manager_secret_iam": ("resource-policy-open", "the secret"),
    "google_compute_image_iam": ("machine-image-public", "the image"),
    "google_compute_snapshot_iam": ("machine-image-public", "the snapshot"),
    "google_compute_instance_iam": ("resource-policy-open", "the machine"),
    "google_compute_subnetwork_iam": ("resource-policy-open", "the subnet"),
    "google_dataproc_cluster_iam": ("resource-policy-open", "the cluster"),
    "google_data_fusion_instance_iam": ("resource-policy-open", "the instance"),
    "google_data_catalog_entry_group_iam": ("resource-policy-open", "the group of entries"),
    "google_sourcerepo_repository_iam": ("resource-policy-open", "the repository"),
    "google_healthcare_dataset_iam": ("resource-policy-open", "the dataset"),
    "google_iap_web_iam": ("resource-policy-open", "what the proxy guards"),
    "google_service_account_iam": ("resource-policy-open", "the service account"),
    "google_project_iam": ("resource-policy-open", "the project"),
    "google_folder_iam": ("resource-policy-open", "the folder"),
    "google_organization_iam": ("resource-policy-open", "the organization"),
}
"""By the resource that is given, the weakness that it is to give it to everybody."""
_SITES = frozenset(("roles/storage.objectviewer", "roles/storage.legacyobjectreader"))
_BASIC = {"roles/owner": Severity.HIGH, "roles/editor": Severity.HIGH}
_IMPERSONATING = frozenset(
    "roles/iam.serviceaccountuser roles/iam.serviceaccounttokencreator"
    " roles/iam.workloadidentityuser"
    " roles/iam.serviceaccountadmin roles/iam.serviceaccountkeyadmin roles/iam.securityadmin"
    " roles/resourcemanager.projectiamadmin roles/resourcemanager.folderiamadmin"
    " roles/resourcemanager.organizationadmin roles/dataproc.editor roles/dataproc.admin"
    " roles/dataflow.developer roles/composer.admin roles/dataflow.admin"
    " roles/iam.organizationroleadmin roles/iam.roleadmin roles/deploymentmanager.editor"
    " roles/cloudbuild.builds.editor roles/cloudfunctions.admin"
    " roles/cloudfunctions.developer".split()
)
_WIDE = ("google_project_iam", "google_folder_iam", "google_organization_iam")
_ROBOTS = ("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com")


class _Grant(Struct, frozen=True):
    """A role, and one whom it is given to."""

    role: Node | None
    member: Node

    def told(self) -> str:
        """Return the role for people."""
        text = "" if self.role is None else self.role.text()
        return text or "a role"


def _grants(resource: Resource, graph: Graph) -> Iterator[_Grant]:
    body = resource.body
    written = [
        node
        for held in resource.at("policy_data")
        for address in held.refers
        if (named := graph.named(address, resource.scope)) is not None
        and named.kind == "data.google_iam_policy"
        for node in named.at("binding")
    ]
    bindings = [one for node in written for one in node.items] or [
        one
        for node in resource.at("policy_data")
        for held in node.document.at("bindings")
        for one in held.items
    ]
    for one in bindings or [body]:
        for name in ("member", "members"):
            for node in one.at(name):
                for member in node.items:
                    yield _Grant(one.get("role"), member)


def _kinds(stems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem + way for stem in stems for way in _WAYS)


def _stem(resource: Resource) -> str:
    return resource.kind.rpartition("_")[0]


def _opened(rule: str) -> Check:
    def find(resource: Resource, graph: Graph) -> Iterator[Hit]:
        what = _OPEN[_stem(resource)][1]
        for one in _grants(resource, graph):
            who = one.member.text()
            if who.casefold() in _EVERYBODY:
                told = "everybody" if who.casefold() == "allusers" else "everybody with an account"
                yield Hit(
                    message=f"{told} has {one.told()} on {what}",
                    place=one.member.place,
                    attribute="members" if resource.kind.endswith("binding") else "member",
                    node=one.member,
                    apart=f"{one.told()} {who}",
                    severity=_severity(rule, one),
                )

    stems = tuple(stem for stem, (name, _) in _OPEN.items() if name == rule)
    return Check(rule=rule, kinds=_kinds(stems), find=find)


def _severity(rule: str, grant: _Grant) -> Severity | None:
    """Return what it is worth: a website is meant to be read by all."""
    role = grant.told().casefold()
    if rule == "bucket-public" and role not in _SITES:
        return Severity.CRITICAL
    if rule == "function-public" and role.endswith("invoker"):
        # Many a service is made for everybody.
        return Severity.MEDIUM
    return None


def _basic(resource: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield the roles that may do nearly everything in a project, a folder, an organization."""
    what = _stem(resource).split("_")[1]
    for role, members in _by_role(resource, graph):
        severity = _BASIC.get(role.text().casefold())
        if severity is not None:
            yield _given(role, f"{role.text()} on the whole {what} is given", members, severity)


def _impersonating(resource: Resource, graph: Graph) -> Iterator[Hit]:
    what = _stem(resource).split("_")[1]
    for role, members in _by_role(resource, graph):
        if role.text().casefold() in _IMPERSONATING:
            message = f"{role.text()} on the whole {what} leads to rights of other identities"
            yield _given(role, message, members, None)


def _machine_admins(resource: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield roles by which an application does whatever there is to do in a service."""
    what = _stem(resource).split("_")[1]
    for one in _grants(resource, graph):
        role = "" if one.role is None else one.role.text()
        parts = getattr(one.member.value, "parts", ())
        member = one.member.text() or (parts and parts[0]) or ""
        if (
            member.startswith("serviceAccount:")
            and role.casefold().endswith("admin")
            and role.casefold() not in _IMPERSONATING
        ):
            yield Hit(
                message=f"an application has {role} on the whole {what}",
                place=one.member.place,
                attribute="member",
                node=one.member,
                apart=f"{role} {member}",
                severity=Severity.LOW,
            )


def _by_role(resource: Resource, graph: Graph) -> Iterator[tuple[Node, list[str]]]:
    found: dict[int, tuple[Node, list[str]]] = {}
    for one in _grants(resource, graph):
        if one.role is not None:
            found.setdefault(id(one.role), (one.role, []))[1].append(one.member.text())
    if not found and resource.get("role") is not None:
        role = resource.get("role")
        assert role is not None
        found[id(role)] = (role, [])
    yield from found.values()


def _given(role: Node, message: str, members: list[str], severity: Severity | None) -> Hit:
    return Hit(
        message=message,
        place=role.place,
        attribute="role",
        node=role,
        apart=role.text() + " " + ",".join(sorted(members)),
        severity=severity,
    )


def _robots(resource: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield roles of the accounts that all machines and applications of a project share."""
    for one in _grants(resource, graph):
        text = one.member.text()
        parts = getattr(one.member.value, "parts", ())
        last = parts[-1] if parts and parts[-1] else text
        if last.endswith(_ROBOTS):
            yield Hit(
                message=f"the account that all machines share has {one.told()}",
                place=one.member.place,
                attribute="member",
                node=one.member,
                apart=one.told(),
            )


def _acl(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what lists of access of a bucket or object give to everybody."""
    for node in resource.at("role_entity"):
        for item in node.items:
            role, _colon, who = item.text().partition(":")
            if who.casefold() in _EVERYBODY:
                severity = None if role.casefold() == "reader" else Severity.CRITICAL
                yield _public(item, f"everybody is {role.casefold()}", severity)
    for name in ("predefined_acl", "default_acl", "entity"):
        for node in resource.at(name):
            text = node.text().casefold()
            if text in ("publicread", "publicreadwrite", "authenticatedread", *_EVERYBODY):
                severity = Severity.CRITICAL if text == "publicreadwrite" else None
                yield _public(node, f"everybody reads it ({node.text()})", severity)


def _public(node: Node, message: str, severity: Severity | None) -> Hit:
    return Hit(
        message=message,
        place=node.place,
        attribute="role_entity",
        node=node,
        apart=node.text(),
        severity=severity,
    )


def _dataset(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what a dataset says of everybody in its own list."""
    blocks = [one for node in resource.at("access") for one in node.items]
    for body in blocks if resource.kind == "google_bigquery_dataset" else [resource.body]:
        for name in ("special_group", "iam_member"):
            node = body.get(name)
            if node is not None and node.text().casefold() in _EVERYBODY:
                told = "everybody" if node.text() == "allUsers" else "everybody with an account"
                yield Hit(
                    message=f"{told} reads the dataset",
                    place=node.place,
                    attribute=f"access.{name}",
                    node=node,
                )


_ACLS = (
    "google_storage_bucket_acl",
    "google_storage_default_object_acl",
    "google_storage_object_acl",
    "google_storage_bucket_access_control",
    "google_storage_default_object_access_control",
    "google_storage_object_access_control",
    "google_storage_bucket_object",
)

CHECKS: tuple[Check, ...] = (
    *(_opened(rule) for rule in dict.fromkeys(rule for rule, _ in _OPEN.values())),
    Check(rule="iam-admin", kinds=_kinds(_WIDE), find=_basic),
    Check(rule="iam-escalation", kinds=_kinds(_WIDE), find=_impersonating),
    Check(rule="iam-wildcard", kinds=_kinds(_WIDE), find=_machine_admins),
    Check(rule="default-service-account", kinds=_kinds(_WIDE), find=_robots),
    Check(rule="bucket-public", kinds=_ACLS, find=_acl),
    Check(
        rule="database-public",
        kinds=("google_bigquery_dataset", "google_bigquery_dataset_access"),
        find=_dataset,
    ),
)
