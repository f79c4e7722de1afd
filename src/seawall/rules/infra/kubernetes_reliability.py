"""Images, limits, probes, replicas and namespaces of workloads."""

from collections.abc import Iterator

from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource, Unknown

_ONCE = frozenset(("Job", "CronJob", "keda.sh/ScaledJob"))
"""Their pods end."""
_SERVING = ("kubernetes/Deployment", "kubernetes/StatefulSet", "kubernetes/argoproj.io/Rollout")
_PLACED = (
    "Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob Pod Service"
    " ConfigMap Secret Ingress ServiceAccount Role RoleBinding PersistentVolumeClaim NetworkPolicy"
).split()
_RUN = ("kubernetes/container", "compose/service", "dockerfile/stage")
"""What names an image."""
_KUBERNETES_OWN = frozenset(("kubernetes", "kube-root-ca.crt"))


def _images(container: Resource, _: Graph) -> Iterator[Hit]:
    for image in container.at("image"):
        words, has_version = _pin(image)
        if words and not has_version:
            yield Hit(message=words, place=image.place, attribute="image", node=image)


def _digests(container: Resource, _: Graph) -> Iterator[Hit]:
    for image in container.at("image"):
        words, has_version = _pin(image)
        if words and has_version:
            yield Hit(message=words, place=image.place, attribute="image", node=image)


def _pin(image: Node) -> tuple[str, bool]:
    """Return what is wrong with the name of an image, "" for nothing, and if it has a version."""
    if isinstance(image.value, Unknown):
        tail = image.value.parts[-1] if image.value.parts else None
        if not tail or "/" in tail:
            # Nobody knows the tag.
            return "", False
        text = tail
    else:
        text = image.text()
    if not text or "@sha256:" in text or "${" in text or "$(" in text:
        return "", False
    name, colon, tag = text.rpartition("/")[2].partition(":")
    if not colon and not image.is_unknown:
        return f"the image {name} has no version", False
    if tag == "latest":
        return "the image is whatever was pushed last (latest)", False
    if colon:
        return f"the tag {tag} may be moved to another image: it has no digest", True
    return "", False


def _pull_policies(container: Resource, _: Graph) -> Iterator[Hit]:
    image = next(iter(container.at("image")), None)
    if image is None or not image.text() or "@sha256:" in image.text():
        return
    policy = next(iter(container.at("imagePullPolicy")), None)
    if policy is not None and (policy.is_unknown or policy.text() == "Always"):
        return
    tag = image.text().rpartition("/")[2].partition(":")[2]
    if policy is None and tag in ("", "latest"):
        # Then Kubernetes asks each time.
        return
    value = policy.text() if policy is not None else "IfNotPresent"
    yield Hit(
        message=f"a node takes the image that it has under the tag ({value})",
        place=policy.place if policy is not None else container.place,
        attribute="imagePullPolicy",
        node=policy,
    )


def _limits(container: Resource, graph: Graph) -> Iterator[Hit]:
    if any(one.text() == "debug" for one in container.at("role")):
        return
    resources = container.get("resources")
    if resources is not None and resources.is_unknown:
        return
    limits: set[str] = set()
    requests: set[str] = set()
    unknown = False
    for name, said in (("limits", limits), ("requests", requests)):
        for one in container.at(f"resources.{name}"):
            unknown = unknown or one.is_unknown
            said |= {key for key, node in _entries(one) if node.value is not None}
    if unknown:
        return
    missing = [f"limit of {name}" for name in _names({"memory", "cpu"} - limits)]
    # A limit is a request as well where none is said.
    missing += [f"request of {name}" for name in _names({"memory", "cpu"} - limits - requests)]
    if not missing or _has_defaults(container, graph):
        return
    yield Hit(
        message=f"the container has no {' and no '.join(missing)}",
        place=resources.place if resources is not None else container.place,
        attribute="resources",
        node=resources,
    )


def _entries(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node.value, dict):
        yield from node.value.items()


def _names(fields: set[str]) -> list[str]:
    return [{"memory": "memory", "cpu": "CPU"}[one] for one in sorted(fields, reverse=True)]


def _has_defaults(container: Resource, graph: Graph) -> bool:
    """Whether the namespace gives its containers limits."""
    return any(
        one.scope == container.scope and one.at("spec.limits.default")
        for one in graph.of("kubernetes/LimitRange")
    )


def _probes(container: Resource, _: Graph) -> Iterator[Hit]:
    kind = next((one.text() for one in container.at("pod.workload")), "")
    if kind in _ONCE or any(one.text() != "main" for one in container.at("role")):
        return
    if any(one.text() in ("Never", "OnFailure") for one in container.at("pod.restartPolicy")):
        return
    names = ("livenessProbe", "readinessProbe")
    missing = [name for name in names if not container.at(name)]
    if missing:
        words = " and no ".join(f"{name.removesuffix('Probe')} probe" for name in missing)
        yield Hit(
            message=f"the container has no {words}",
            place=container.place,
            attribute=missing[0],
        )


def _replicas(workload: Resource, graph: Graph) -> Iterator[Hit]:
    count = next(iter(workload.at("spec.replicas")), None)
    if count is not None and (count.is_unknown or str(count.value) not in ("0", "1")):
        return
    if count is not None and str(count.value) == "0":
        return
    kind = workload.kind.rpartition("/")[2]
    for scaler in graph.of("kubernetes/HorizontalPodAutoscaler", "kubernetes/keda.sh/ScaledObject"):
        for target in scaler.at("spec.scaleTargetRef"):
            name, said = target.get("name"), target.get("kind")
            if name is None or name.is_unknown:
                return
            if name.text() == workload.name and (said is None or said.text() == kind):
                return
    yield Hit(
        message="one pod serves alone",
        place=count.place if count is not None else workload.place,
        attribute="spec.replicas",
        node=count,
    )


def _together(workload: Resource, _: Graph) -> Iterator[Hit]:
    count = next(iter(workload.at("spec.replicas")), None)
    if count is None or not isinstance(count.value, int) or count.value < 2:
        return
    spec = "spec.template.spec"
    for path in ("affinity.podAntiAffinity", "topologySpreadConstraints"):
        if workload.at(f"{spec}.{path}"):
            return
    yield Hit(
        message=f"nothing keeps its {count.value} pods on different nodes",
        place=count.place,
        attribute=f"{spec}.affinity.podAntiAffinity",
        node=count,
    )


def _budgets(workload: Resource, graph: Graph) -> Iterator[Hit]:
    count = next(iter(workload.at("spec.replicas")), None)
    if count is None or not isinstance(count.value, int) or count.value < 2:
        return
    labels = next(iter(workload.at("spec.template.metadata.labels")), None)
    for budget in graph.of("kubernetes/PodDisruptionBudget"):
        if budget.scope != workload.scope:
            continue
        for selector in budget.at("spec.selector"):
            if _selects(selector, labels) is not False:
                return
    yield Hit(
        message=f"all of its {count.value} pods may be evicted at once",
        place=count.place,
        attribute="spec.replicas",
        node=count,
        apart="budget",
    )


def _selects(selector: Node, labels: Node | None) -> bool | None:
    """Whether a selector takes what has some labels; None where nobody knows."""
    wanted = selector.get("matchLabels")
    if wanted is None or labels is None or not isinstance(wanted.value, dict):
        return None
    for name, node in wanted.value.items():
        there = labels.get(name)
        if node.is_unknown or labels.is_unknown or (there is not None and there.is_unknown):
            return None
        if there is None or there.value != node.value:
            return False
    return True


def _system(pod: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what is no agent of nodes and still runs in kube-system."""
    kind = next((one.text() for one in pod.at("workload")), "")
    for namespace in pod.at("metadata.namespace"):
        if namespace.text() == "kube-system" and kind not in ("DaemonSet", "Job"):
            yield Hit(
                message="it runs among the programs of the cluster itself",
                place=namespace.place,
                attribute="metadata.namespace",
                node=namespace,
            )


def _namespaces(one: Resource, _: Graph) -> Iterator[Hit]:
    if one.name in _KUBERNETES_OWN:
        return
    for namespace in one.at("metadata.namespace"):
        if namespace.text() == "default":
            yield Hit(
                message="it is in the namespace of everybody",
                place=namespace.place,
                attribute="metadata.namespace",
                node=namespace,
            )
        return
    if one.scope == ":" and one.kind in _WORKLOADS:
        # Whoever applies it may name another.
        yield Hit(
            message="it names no namespace, and is put into that of everybody where nobody does",
            place=one.place,
            attribute="metadata.namespace",
            is_known=False,
        )


_WORKLOADS = frozenset(f"kubernetes/{kind}" for kind in _PLACED[:8])
CHECKS = (
    Check(rule="image-unpinned", kinds=_RUN, find=_images),
    Check(rule="image-without-digest", kinds=_RUN, find=_digests),
    Check(rule="image-pull-policy", kinds=("kubernetes/container",), find=_pull_policies),
    Check(rule="resource-limits-missing", kinds=("kubernetes/container",), find=_limits),
    Check(rule="probe-missing", kinds=("kubernetes/container",), find=_probes),
    Check(rule="single-replica", kinds=_SERVING, find=_replicas),
    Check(rule="replicas-together", kinds=_SERVING, find=_together),
    Check(rule="disruption-budget-missing", kinds=_SERVING, find=_budgets),
    Check(rule="system-namespace", kinds=("kubernetes/pod",), find=_system),
    Check(
        rule="default-namespace",
        kinds=tuple(f"kubernetes/{kind}" for kind in _PLACED),
        find=_namespaces,
    ),
)
