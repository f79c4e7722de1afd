"""Roles and bindings: what a subject of the cluster can really do with them."""

from collections.abc import Iterator

from msgspec import Struct

from seawall.core.finding import Fix
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_ROLES = ("kubernetes/Role", "kubernetes/ClusterRole")
_BINDINGS = ("kubernetes/RoleBinding", "kubernetes/ClusterRoleBinding")
_READING = frozenset(("get", "list", "watch", "*"))
_MAKING = frozenset(("create", "update", "patch", "*"))
_RBAC = "rbac.authorization.k8s.io"
_POD_MAKERS = frozenset(
    "pods deployments daemonsets statefulsets replicasets replicationcontrollers jobs cronjobs"
    " podtemplates".split()
)
_CORE = frozenset(("", "*", "apps", "batch", _RBAC, "authentication.k8s.io"))
_ANYBODY = frozenset(("system:anonymous", "system:unauthenticated", "system:authenticated"))
_HARMLESS = frozenset(
    ("system:public-info-viewer", "system:discovery", "system:basic-user", "public-info-viewer")
)
"""Roles that Kubernetes itself binds to everybody."""


class _Grant(Struct, frozen=True):
    """A rule of a role."""

    body: Node
    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]
    is_named: bool
    """Whether it is for resources of certain names only."""

    def covers(self, group: str, *resources: str) -> bool:
        """Whether it is about one of some resources of a group."""
        in_group = group in self.groups or "*" in self.groups
        return in_group and not self.resources.isdisjoint(resources)

    def node(self, *names: str) -> Node:
        """Return the entry of a list that says one of some words."""
        for field in ("verbs", "resources", "apiGroups"):
            for one in self.body.at(field):
                for item in one.items:
                    if item.text() in names:
                        return item
        return self.body


def _grants(role: Resource) -> Iterator[_Grant]:
    for rules in role.at("rules"):
        for body in rules.items:
            yield _Grant(
                body,
                _texts(body, "apiGroups"),
                _texts(body, "resources"),
                _texts(body, "verbs"),
                bool(_texts(body, "resourceNames")),
            )


def _texts(body: Node, field: str) -> frozenset[str]:
    return frozenset(
        item.value for one in body.at(field) for item in one.items if isinstance(item.value, str)
    )


def _hit(grant: _Grant, words: str, node: Node, severity: Severity | None = None) -> Hit:
    return Hit(
        message=words,
        place=node.place,
        attribute="rules",
        node=node,
        severity=severity,
        apart=_said(grant),
    )


def _said(grant: _Grant) -> str:
    return ";".join(",".join(sorted(one)) for one in (grant.groups, grant.resources, grant.verbs))


def _wildcards(role: Resource, _: Graph) -> Iterator[Hit]:
    for grant in _grants(role):
        verbs, resources = "*" in grant.verbs, "*" in grant.resources
        core = not grant.groups.isdisjoint(_CORE)
        if verbs and resources:
            groups = "" if "*" in grant.groups else f" of {_joined(grant.groups)}"
            severity = Severity.HIGH if core else Severity.MEDIUM
            words = f"the role may do everything to all resources{groups}"
            yield _hit(grant, words, grant.node("*"), severity)
        elif resources:
            harmful = core and bool(grant.verbs & _READING or grant.verbs & _MAKING)
            words = f"the role may {_joined(grant.verbs)} all resources"
            severity = Severity.HIGH if harmful else Severity.MEDIUM
            yield _hit(grant, words, grant.node("*"), severity)
        elif verbs and grant.resources:
            # On kinds of an operator's own it is mostly laziness.
            severity = Severity.MEDIUM
            words = f"the role may do everything to {_joined(grant.resources)}"
            yield _hit(grant, words, grant.node("*"), severity)
        elif "*" in grant.groups and grant.resources:
            words = f"the role is for {_joined(grant.resources)} of every group"
            yield _hit(grant, words, grant.node("*"), Severity.LOW)


def _joined(names: frozenset[str]) -> str:
    shown = sorted(name or "the core" for name in names)
    return ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def _escalations(role: Resource, _: Graph) -> Iterator[Hit]:
    for grant in _grants(role):
        if grant.is_named or "*" in grant.resources:
            # The star is told as such.
            continue
        for words, node, severity in _ways_up(grant):
            yield _hit(grant, words, node, severity)


def _ways_up(grant: _Grant) -> Iterator[tuple[str, Node, Severity | None]]:
    verbs = grant.verbs
    star = "*" in verbs
    roles = ("roles", "clusterroles")
    if grant.covers(_RBAC, *roles) and (star or verbs & {"bind", "escalate"}):
        words = "the role may give itself any right (bind or escalate of roles)"
        yield words, grant.node("escalate", "bind", "*"), None
    people = {"users", "groups", "serviceaccounts", "userextras", "uids", "*"}
    if "impersonate" in verbs and grant.resources & people:
        yield "the role may act as somebody else (impersonate)", grant.node("impersonate"), None
    reaching = verbs & {"create", "get", "*"}
    for name in ("pods/exec", "pods/attach"):
        if reaching and grant.covers("", name):
            words = f"the role may run commands in every pod ({name})"
            yield words, grant.node(name), None
            break
    if verbs & {"update", "patch", "*"} and grant.covers("", "pods/ephemeralcontainers"):
        words = "the role may put containers into every pod (pods/ephemeralcontainers)"
        yield words, grant.node("pods/ephemeralcontainers"), None
    if grant.covers("", "nodes/proxy"):
        words = "the role may speak to the kubelet of every node, and run commands there"
        yield words, grant.node("nodes/proxy"), None
    if verbs & {"create", "*"} and grant.covers("", "serviceaccounts/token"):
        words = "the role may make tokens of every service account"
        yield words, grant.node("serviceaccounts/token"), None
    approvals = ("certificatesigningrequests/approval", "signers")
    approving = verbs & {"update", "patch", "approve", "*"}
    if approving and grant.covers("certificates.k8s.io", *approvals):
        words = "the role may approve certificates of anybody"
        yield words, grant.node(*approvals), None
    hooks = ("mutatingwebhookconfigurations", "validatingwebhookconfigurations")
    if verbs & _MAKING and grant.covers("admissionregistration.k8s.io", *hooks):
        words = "the role may change what is asked about every change of the cluster (webhooks)"
        yield words, grant.node(*hooks), Severity.MEDIUM
    bindings = ("rolebindings", "clusterrolebindings")
    if verbs & _MAKING and grant.covers(_RBAC, *bindings):
        words = "the role may write bindings of roles"
        yield words, grant.node(*bindings), Severity.MEDIUM
    makers = grant.resources & _POD_MAKERS
    if verbs & {"create", "*"} and makers and not grant.groups.isdisjoint(_CORE):
        words = f"the role may start pods with any account of the namespace ({_joined(makers)})"
        yield words, grant.node(*sorted(makers)), Severity.MEDIUM
    if reaching and grant.covers("", "pods/portforward"):
        words = "the role may reach every port of every pod (pods/portforward)"
        yield words, grant.node("pods/portforward"), Severity.MEDIUM
    if verbs & {"delete", "deletecollection", "*"} and grant.covers("", "pods/log", "events"):
        words = "the role may delete what tells of an attack (events, logs of pods)"
        yield words, grant.node("pods/log", "events"), Severity.LOW
    if verbs & _MAKING and grant.covers("", "configmaps"):
        words = "the role may change how programs are set up (configmaps)"
        yield words, grant.node("configmaps"), Severity.LOW
    ways = ("services", "endpoints", "endpointslices", "networkpolicies", "ingresses")
    in_network = grant.groups & {"", "*", "networking.k8s.io", "discovery.k8s.io", "extensions"}
    if verbs & _MAKING and in_network and grant.resources & set(ways):
        words = "the role may lead traffic elsewhere (services, routes and network policies)"
        yield words, grant.node(*ways), Severity.LOW
    if verbs & {"create", "*"} and grant.covers("", "persistentvolumes"):
        words = "the role may make volumes of the folders of nodes"
        yield words, grant.node("persistentvolumes"), Severity.MEDIUM


def _secrets(role: Resource, _: Graph) -> Iterator[Hit]:
    for grant in _grants(role):
        reading = grant.verbs & _READING
        if "secrets" not in grant.resources or not reading or grant.is_named:
            continue
        if grant.groups.isdisjoint(("", "*")):
            continue
        where = "namespace" if role.kind.endswith("/Role") else "cluster"
        # Many controllers must read secrets; to read and write those of all is another thing.
        harmful = where == "cluster" and "*" in grant.verbs
        words = f"the role may {_joined(reading)} all secrets of the {where}"
        severity = Severity.HIGH if harmful else None
        yield _hit(grant, words.replace("*", "read and write"), grant.node("secrets"), severity)


def _admins(binding: Resource, _: Graph) -> Iterator[Hit]:
    for name in binding.at("roleRef.name"):
        if name.text() not in ("cluster-admin", "admin", "edit"):
            continue
        whole = binding.kind.endswith("/ClusterRoleBinding")
        severity: Severity | None = None
        if name.text() != "cluster-admin":
            if not whole:
                continue
            severity = Severity.MEDIUM
        elif not whole:
            severity = Severity.MEDIUM
        where = "the whole cluster" if whole else "the namespace"
        yield Hit(
            message=f"{_subjects(binding)} may do as {name.text()} in {where}",
            place=name.place,
            attribute="roleRef.name",
            node=name,
            severity=severity,
        )


def _subjects(binding: Resource) -> str:
    names = [one.text() for one in binding.at("subjects.name") if one.text()]
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "") or "whoever is named"


def _anybody(binding: Resource, _: Graph) -> Iterator[Hit]:
    role = next((one.text() for one in binding.at("roleRef.name")), "")
    if role in _HARMLESS:
        return
    for name in binding.at("subjects.name"):
        if name.text() in _ANYBODY:
            known = name.text() == "system:authenticated"
            yield Hit(
                message=f"{name.text()} is given the role {role}",
                place=name.place,
                attribute="subjects.name",
                node=name,
                apart=name.text(),
                severity=Severity.HIGH if known else None,
            )


def _default_subjects(binding: Resource, _: Graph) -> Iterator[Hit]:
    for subjects in binding.at("subjects"):
        for one in subjects.items:
            kind, name = one.get("kind"), one.get("name")
            if kind is None or name is None:
                continue
            if kind.text() == "ServiceAccount" and name.text() == "default":
                yield Hit(
                    message="the role is given to the account that all pods share",
                    place=name.place,
                    attribute="subjects.name",
                    node=name,
                )


def _default_accounts(account: Resource, _: Graph) -> Iterator[Hit]:
    flag = account.get("automountServiceAccountToken")
    if account.name != "default" or (flag is not None and flag.value is False):
        return
    yield Hit(
        message="the token of the default account is mounted into every pod that says nothing",
        place=flag.place if flag is not None else account.place,
        attribute="automountServiceAccountToken",
        node=flag,
        is_known=flag is None or not flag.is_unknown,
    )


def _pods(pod: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield the pods that run as the default account with its token in them."""
    name = _account(pod)
    if name is None or name not in ("", "default"):
        return
    if not name and _is_mounted(pod, graph) is False:
        return
    node = next(iter(pod.at("serviceAccountName")), None)
    yield Hit(
        message="the pod runs as the account that all pods of the namespace share",
        place=node.place if node is not None else pod.place,
        attribute="serviceAccountName",
        node=node,
        severity=Severity.LOW,
    )


def _tokens(pod: Resource, graph: Graph) -> Iterator[Hit]:
    mounted = _is_mounted(pod, graph)
    if mounted is False:
        return
    flag = pod.get("automountServiceAccountToken")
    own = _account(pod)
    yield Hit(
        message="a token for the API of the cluster is mounted into the pod",
        place=flag.place if flag is not None else pod.place,
        attribute="automountServiceAccountToken",
        node=flag,
        # Who has an account of its own is likely to need its token.
        severity=Severity.LOW if own is None or own not in ("", "default") else None,
        is_known=mounted is True,
        fix=Fix(title="set automountServiceAccountToken to false"),
    )


def _account(pod: Resource) -> str | None:
    """Return the name of a pod's account, "" where it says none; None where nobody knows."""
    for field in ("serviceAccountName", "serviceAccount"):
        for node in pod.at(field):
            return None if node.is_unknown else str(node.value)
    return ""


def _is_mounted(pod: Resource, graph: Graph) -> bool | None:
    flag = pod.get("automountServiceAccountToken")
    if flag is not None:
        return None if flag.is_unknown else str(flag.value).lower() != "false"
    name = _account(pod)
    if name is None:
        return None
    for account in graph.of("kubernetes/ServiceAccount"):
        if account.scope == pod.scope and account.name == (name or "default"):
            said = account.get("automountServiceAccountToken")
            if said is not None:
                return None if said.is_unknown else str(said.value).lower() != "false"
    return True


CHECKS = (
    Check(rule="rbac-wildcard", kinds=_ROLES, find=_wildcards),
    Check(rule="rbac-escalation", kinds=_ROLES, find=_escalations),
    Check(rule="rbac-secrets", kinds=_ROLES, find=_secrets),
    Check(rule="cluster-admin-binding", kinds=_BINDINGS, find=_admins),
    Check(rule="anonymous-binding", kinds=_BINDINGS, find=_anybody),
    Check(rule="default-service-account", kinds=_BINDINGS, find=_default_subjects),
    Check(
        rule="default-service-account", kinds=("kubernetes/ServiceAccount",), find=_default_accounts
    ),
    Check(rule="default-service-account", kinds=("kubernetes/pod",), find=_pods),
    Check(rule="service-account-token-mounted", kinds=("kubernetes/pod",), find=_tokens),
)
