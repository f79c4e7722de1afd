"""Objects of Kubernetes that Terraform declares, as manifests would say them."""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.engines.infra.engine import Declared, Files, Format
from seawall.engines.infra.kubernetes.manifests import Manifest, is_manifest, resources_of
from seawall.model.infrastructure import Node, Resource
from seawall.parse.marked_yaml import parse_marked_yaml

_KINDS: dict[str, tuple[str, str]] = {
    "pod": ("v1", "Pod"),
    "deployment": ("apps/v1", "Deployment"),
    "stateful_set": ("apps/v1", "StatefulSet"),
    "daemonset": ("apps/v1", "DaemonSet"),
    "daemon_set": ("apps/v1", "DaemonSet"),
    "replication_controller": ("v1", "ReplicationController"),
    "job": ("batch/v1", "Job"),
    "cron_job": ("batch/v1", "CronJob"),
    "service": ("v1", "Service"),
    "ingress": ("networking.k8s.io/v1", "Ingress"),
    "network_policy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "namespace": ("v1", "Namespace"),
    "secret": ("v1", "Secret"),
    "config_map": ("v1", "ConfigMap"),
    "service_account": ("v1", "ServiceAccount"),
    "default_service_account": ("v1", "ServiceAccount"),
    "role": ("rbac.authorization.k8s.io/v1", "Role"),
    "cluster_role": ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    "role_binding": ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    "cluster_role_binding": ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    "limit_range": ("v1", "LimitRange"),
    "persistent_volume": ("v1", "PersistentVolume"),
    "pod_disruption_budget": ("policy/v1", "PodDisruptionBudget"),
    "pod_security_policy": ("policy/v1beta1", "PodSecurityPolicy"),
    "validating_webhook_configuration": (
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
    ),
}
_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_LISTS: dict[str, str] = {
    "container": "containers",
    "init_container": "initContainers",
    "volume": "volumes",
    "volume_mount": "volumeMounts",
    "env": "env",
    "env_from": "envFrom",
    "port": "ports",
    "ports": "ports",
    "toleration": "tolerations",
    "topology_spread_constraint": "topologySpreadConstraints",
    "image_pull_secrets": "imagePullSecrets",
    "host_aliases": "hostAliases",
    "sysctl": "sysctls",
    "rule": "rules",
    "subject": "subjects",
    "tls": "tls",
    "path": "paths",
    "ingress": "ingress",
    "egress": "egress",
    "from": "from",
    "to": "to",
    "limit": "limits",
    "webhook": "webhooks",
    "host_ports": "hostPorts",
}
"""Blocks that may stand several times, and what manifests call the list of them."""
_NAMES = {
    "host_pid": "hostPID",
    "host_ipc": "hostIPC",
    "external_ips": "externalIPs",
    "cluster_ip": "clusterIP",
}
_MAPS = frozenset(
    "labels annotations data string_data binary_data match_labels node_selector limits requests"
    " default default_request max min parameters selector".split()
)
"""Their keys are the user's own."""
_MANIFESTS = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body"}


class WithKubernetes(Struct, frozen=True):
    """A reader whose resources are also told as the objects of Kubernetes that they make."""

    format: Format

    @property
    def name(self) -> str:
        """That of the reader."""
        return self.format.name

    def wants(self, path: str) -> bool:
        """Whether the reader wants a file."""
        return self.format.wants(path)

    def read(self, files: Files) -> Declared:
        """Return what the reader reads, and the objects beside it."""
        declared = self.format.read(files)
        objects = [one for resource in declared.resources for one in objects_of(resource)]
        declared.resources += objects
        return declared


def objects_of(resource: Resource) -> Iterator[Resource]:
    """Yield the object that a resource makes, with its pod and containers; mostly none."""
    if not resource.kind.startswith("kube"):
        return
    for body in _bodies(resource):
        manifest = Manifest(
            body=body,
            is_certain=resource.is_certain,
            called=resource.called,
            declared=resource,
        )
        yield from resources_of(manifest)


def _bodies(resource: Resource) -> Iterator[Node]:
    if resource.kind in _MANIFESTS:
        for node in resource.at(_MANIFESTS[resource.kind]):
            if isinstance(node.value, str):
                found = parse_marked_yaml(node.value, node.place.path)
                yield from (_at(one, node) for one in found.documents if is_manifest(one))
            elif is_manifest(node):
                yield node
        return
    name = _VERSION.sub("", resource.kind.removeprefix("kubernetes_"))
    known = _KINDS.get(name)
    if known is None or not isinstance(resource.body.value, dict):
        return
    version, kind = known
    entries = dict(_entries(resource.body))
    if kind == "Secret" and "data" in entries:
        # The provider encodes it.
        entries["stringData"] = entries.pop("data")
    place = resource.place
    yield Node({**entries, "apiVersion": Node(version, place), "kind": Node(kind, place)}, place)


def _at(one: Node, holder: Node) -> Node:
    """Return a document within a text, all of it where the text stands."""
    value = one.value
    if isinstance(value, dict):
        return Node({name: _at(inner, holder) for name, inner in value.items()}, holder.place)
    if isinstance(value, list):
        return Node([_at(inner, holder) for inner in value], holder.place)
    return Node(value, holder.place, holder.origin)


def _entries(block: Node) -> Iterator[tuple[str, Node]]:
    for name, node in block.value.items() if isinstance(block.value, dict) else ():
        blocks = isinstance(node.value, list) and any(
            isinstance(one.value, dict) for one in node.value
        )
        if name in _LISTS and (blocks or isinstance(node.value, dict)):
            items = [_converted(one) for one in node.items]
            yield _LISTS[name], Node(items, node.place, node.origin)
        elif blocks and len(node.items) == 1:
            yield _camel(name), _converted(node.items[0])
        elif name in _MAPS:
            yield _camel(name), node
        else:
            yield _camel(name), _converted(node)


def _converted(node: Node) -> Node:
    if isinstance(node.value, dict):
        return Node(dict(_entries(node)), node.place, node.origin)
    if isinstance(node.value, list):
        return Node([_converted(one) for one in node.value], node.place, node.origin)
    return node


def _camel(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
