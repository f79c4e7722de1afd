"""What manifests declare, as resources: each object, its pods and their containers."""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.model.infrastructure import Node, Origin, Place, Resource, Unknown

_OWN_GROUPS = frozenset(("", "apps", "batch", "autoscaling", "policy", "extensions"))
"""Beside all that end with ".k8s.io"."""
_TEMPLATES: dict[str, str] = {
    "Pod": "",
    "PodTemplate": "template",
    "Deployment": "spec.template",
    "StatefulSet": "spec.template",
    "DaemonSet": "spec.template",
    "ReplicaSet": "spec.template",
    "ReplicationController": "spec.template",
    "Job": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
    "apps.openshift.io/DeploymentConfig": "spec.template",
    "argoproj.io/Rollout": "spec.template",
    "serving.knative.dev/Service": "spec.template",
    "serving.knative.dev/Configuration": "spec.template",
    "serving.knative.dev/Revision": "",
    "apps.kruise.io/CloneSet": "spec.template",
    "apps.kruise.io/DaemonSet": "spec.template",
    "keda.sh/ScaledJob": "spec.jobTargetRef.template",
}
"""Where the template of the pods is, by the kind of the workload."""
_ROLES = {"containers": "main", "initContainers": "init", "ephemeralContainers": "debug"}
_OF_POD = (
    "runAsUser",
    "runAsGroup",
    "runAsNonRoot",
    "seLinuxOptions",
    "seccompProfile",
    "appArmorProfile",
    "windowsOptions",
)
"""What containers take from the security context of their pod where they say nothing."""
DEFINITION = re.compile(r"^kind:[ \t]*[\"']?CustomResourceDefinition\b", re.MULTILINE)
"""Documents that only define a kind: long, and without anything to judge."""
_BLANK = re.compile(r"\{\{[^{}]*\}\}")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


class Manifest(Struct, frozen=True, kw_only=True):
    """An object of Kubernetes as a file, an overlay or a chart declares it."""

    body: Node
    root: str = ""
    """The overlay or the chart that brings it; "" where it is applied as it stands."""
    is_certain: bool = True
    called: tuple[Origin, ...] = ()
    declared: Resource | None = None
    """What declares it where it is no manifest of its own: a resource of Terraform."""

    @property
    def kind(self) -> str:
        """Of its own groups the bare kind, of others with the group: "argoproj.io/Rollout"."""
        kind = text_at(self.body, "kind")
        group = text_at(self.body, "apiVersion").rpartition("/")[0]
        own = group in _OWN_GROUPS or group.endswith(".k8s.io")
        return kind if own else f"{group}/{kind}"

    @property
    def name(self) -> str:
        """Its name; "" where it has none or nobody knows it."""
        return text_at(self.body, "metadata.name") or text_at(self.body, "metadata.generateName")

    @property
    def namespace(self) -> str:
        """As it is written; "" where nothing is."""
        return text_at(self.body, "metadata.namespace")


def text_at(node: Node, path: str) -> str:
    """Return the text under a path; "" where there is none."""
    return next((one.text() for one in node.at(path)), "")


def is_manifest(body: Node) -> bool:
    """Whether a document is an object of Kubernetes."""
    return bool(text_at(body, "apiVersion") and text_at(body, "kind"))


def with_blanks(node: Node) -> Node:
    """Return a document in which texts that a template fills (`{{ x }}`) are unknown."""
    value = node.value
    if isinstance(value, dict):
        entries = {name: with_blanks(one) for name, one in value.items()}
        return Node(entries, node.place, node.origin)
    if isinstance(value, list):
        return Node([with_blanks(one) for one in value], node.place, node.origin)
    if isinstance(value, str) and "{{" in value and _BLANK.search(value):
        parts: list[str | None] = []
        for number, part in enumerate(_BLANK.split(value)):
            parts += [None] if number else []
            parts += [part] if part else []
        return Node(Unknown("it is filled in by a template", tuple(parts)), node.place)
    return node


def unlisted(manifest: Manifest) -> Iterator[Manifest]:
    """Yield the objects that a list or a template of OpenShift holds; else itself."""
    body = manifest.body
    field = "objects" if manifest.kind == "template.openshift.io/Template" else "items"
    is_list = field == "objects" or text_at(body, "kind").endswith("List")
    if not is_list or not body.at(field):
        yield manifest
        return
    for one in body.at(field)[0].items:
        if is_manifest(one):
            yield Manifest(
                body=one,
                root=manifest.root,
                is_certain=manifest.is_certain,
                called=manifest.called,
            )


def resources_of(manifest: Manifest) -> Iterator[Resource]:
    """Yield the object, the pod that it makes and the containers of that.

    "kubernetes/pod" is the spec of the pod with `metadata` (of the workload), `podMetadata` and
    `workload` (its kind); "kubernetes/container" is the container with `securityContext` as it is
    in force, `role` (main, init or debug), its `pod`, and the `os` of that.
    """
    kind, name = manifest.kind, manifest.name
    symbol = f"{kind.rpartition('/')[2]}/{name}" if name else kind
    address = f"{manifest.namespace}/{symbol}" if manifest.namespace else symbol
    if manifest.root:
        address = f"{manifest.root}:{address}"
    scope = f"{manifest.root}:{manifest.namespace}"
    place, holder = _place_of(manifest.body), ""
    if manifest.declared is not None:
        address = holder = manifest.declared.address
        symbol, place = manifest.declared.symbol, manifest.declared.place
        scope = f"{manifest.declared.scope}:{manifest.namespace}"

    def resource(kind: str, body: Node, name: str, address: str, place: Place) -> Resource:
        return Resource(
            kind=f"kubernetes/{kind}",
            address=address,
            body=body,
            place=place,
            name=name,
            is_certain=manifest.is_certain,
            called=manifest.called,
            symbol=symbol,
            within=whole if kind in ("pod", "container") else holder,
            scope=scope,
        )

    whole = address
    yield resource(kind, manifest.body, name, address, place)
    template = _template_of(manifest)
    spec = template.get("spec") if template is not None else None
    if template is None or spec is None or not isinstance(spec.value, dict):
        return
    pod = _pod(manifest, template, spec)
    yield resource("pod", pod, name, f"{address}/pod", _head(spec.place))
    for container in _containers(pod):
        name = text_at(container, "name")
        place = _head(container.place)
        yield resource("container", container, name, f"{address}/{name}", place)


def _head(place: Place) -> Place:
    return Place(path=place.path, line=place.line, column=place.column)


def _place_of(body: Node) -> Place:
    """Return the line that names an object."""
    for path in ("metadata.name", "metadata.generateName", "kind"):
        for node in body.at(path):
            # What a prefix or a variable has made stands where it is used.
            if node.place.path == body.place.path:
                return node.place
    return _head(body.place)


def _template_of(manifest: Manifest) -> Node | None:
    path = _TEMPLATES.get(manifest.kind)
    if path is None:
        return None
    found = manifest.body.at(path)
    return found[0] if found and isinstance(found[0].value, dict) else None


def _pod(manifest: Manifest, template: Node, spec: Node) -> Node:
    entries = dict(spec.value) if isinstance(spec.value, dict) else {}
    for name, node in (
        ("metadata", manifest.body.get("metadata")),
        ("podMetadata", template.get("metadata")),
        ("workload", Node(manifest.kind, spec.place)),
    ):
        if node is not None:
            entries[name] = node
    return Node(entries, spec.place, spec.origin)


def _containers(pod: Node) -> Iterator[Node]:
    context = pod.get("securityContext")
    system = pod.at("os.name")
    for field, role in _ROLES.items():
        for one in pod.at(field):
            for container in one.items:
                if isinstance(container.value, dict):
                    entries = dict(container.value)
                    _inherit(entries, container, context, pod)
                    entries["role"] = Node(role, container.place)
                    entries["pod"] = pod
                    if system:
                        entries["os"] = system[0]
                    yield Node(entries, container.place, container.origin)


def _inherit(entries: dict[str, Node], container: Node, context: Node | None, pod: Node) -> None:
    """Put the security context that is in force into a container."""
    own = container.get("securityContext")
    if own is not None and not isinstance(own.value, dict):
        return
    inherited: dict[str, Node] = {}
    if context is not None and isinstance(context.value, dict):
        inherited = {name: context.value[name] for name in _OF_POD if name in context.value}
    elif context is not None:
        # Nobody knows what the pod says.
        inherited = dict.fromkeys(_OF_POD, context)
    profile = _annotated(pod, text_at(container, "name"))
    if profile is not None:
        inherited.setdefault("appArmorProfile", profile)
    said = dict(own.value) if own is not None and isinstance(own.value, dict) else {}
    merged = inherited | {name: node for name, node in said.items() if node.value is not None}
    if merged:
        place = own.place if own is not None else container.place
        entries["securityContext"] = Node(merged, place, own.origin if own is not None else ())


def _annotated(pod: Node, name: str) -> Node | None:
    """Return the AppArmor profile that an annotation gives a container, as a field gives it."""
    for annotations in pod.at("podMetadata.annotations"):
        node = annotations.get(_APPARMOR + name)
        if node is not None and isinstance(node.value, str):
            kind, _, profile = node.value.partition("/")
            kinds = {"runtime": "RuntimeDefault", "localhost": "Localhost"}
            entries = {"type": Node(kinds.get(kind, "Unconfined"), node.place)}
            if profile:
                entries["localhostProfile"] = Node(profile, node.place)
            return Node(entries, node.place, node.origin)
    return None
