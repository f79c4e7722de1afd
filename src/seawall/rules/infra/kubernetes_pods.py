"""What pods may do to their node, where it takes more than one value to tell."""

import posixpath
from collections.abc import Iterator

from seawall.core.finding import Fix
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "podman.sock", "cri-dockerd.sock")
_OWNED = (
    "/",
    "/bin",
    "/boot",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var",
    "/var/lib",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/kubelet",
    "/var/run",
)
"""Whoever writes there has the machine."""
_OWNED_BELOW = (
    "/etc/cni",
    "/etc/kubernetes",
    "/etc/systemd",
    "/etc/cron",
    "/root",
    "/boot",
    "/usr",
)
_BASELINE = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID"
    " SETPCAP SETUID SYS_CHROOT".split()
)
_WAYS_OUT = frozenset(
    "ALL SYS_ADMIN SYS_MODULE SYS_PTRACE SYS_RAWIO SYS_BOOT DAC_READ_SEARCH BPF PERFMON"
    " MAC_ADMIN MAC_OVERRIDE".split()
)
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
_ENFORCE = "pod-security.kubernetes.io/enforce"


def _sockets(pod: Resource, _: Graph) -> Iterator[Hit]:
    for volume, path in _host_paths(pod):
        if posixpath.basename(path.text()) in _SOCKETS:
            yield Hit(
                message=f"the pod mounts the socket of the container runtime, {path.text()}",
                place=path.place,
                attribute="volumes.hostPath.path",
                node=path,
                apart=_name(volume),
            )


def _mounts(pod: Resource, _: Graph) -> Iterator[Hit]:
    for volume, path in _host_paths(pod):
        folder = posixpath.normpath(path.text()).replace("//", "/") if path.text() else ""
        if posixpath.basename(folder) in _SOCKETS:
            continue
        written = _is_written(pod, _name(volume))
        owned = folder in _OWNED or folder.startswith(tuple(f"{one}/" for one in _OWNED_BELOW))
        how = "to write to" if written else "to read"
        what = f"{folder} of its host" if folder else "a folder of its host"
        yield Hit(
            message=f"the pod has {what} {how}",
            place=path.place,
            attribute="volumes.hostPath.path",
            node=path,
            apart=_name(volume),
            severity=Severity.HIGH if owned and written else None,
            is_known=written is not None,
        )


def _host_paths(pod: Resource) -> Iterator[tuple[Node, Node]]:
    """Yield the volumes that are folders of the host, with the path of each."""
    for volumes in pod.at("volumes"):
        for volume in volumes.items:
            for path in volume.at("hostPath.path"):
                if not volume.is_unknown:
                    yield volume, path


def _name(node: Node) -> str:
    return next((one.text() for one in node.at("name")), "")


def _is_written(pod: Resource, volume: str) -> bool | None:
    """Whether a container mounts a volume such that it can write; None where nobody knows.

    A volume that nothing mounts is not written to.
    """
    answers: list[bool | None] = []
    for field in ("containers", "initContainers"):
        for mount in pod.at(f"{field}.volumeMounts"):
            for one in mount.items:
                if one.is_unknown:
                    answers.append(None)
                elif _name(one) == volume:
                    flag = one.get("readOnly")
                    answers.append(None if flag is not None and flag.is_unknown else not _on(flag))
    if True in answers:
        return True
    return None if None in answers else False


def _on(node: Node | None) -> bool:
    return node is not None and str(node.value).lower() in ("true", "yes", "on")


def _capabilities(container: Resource, _: Graph) -> Iterator[Hit]:
    worst: tuple[int, Node, str] | None = None
    names: list[str] = []
    for added in container.at("securityContext.capabilities.add"):
        for one in added.items:
            name = one.text().upper().removeprefix("CAP_")
            if not name or name == "NET_BIND_SERVICE":
                continue
            names.append(name)
            rank = 3 if name in _WAYS_OUT else 1 if name in _BASELINE else 2
            if worst is None or rank > worst[0]:
                worst = rank, one, name
    if worst is None:
        return
    rank, node, _name_of_worst = worst
    yield Hit(
        message=f"the container is given {', '.join(names)}",
        place=node.place,
        attribute="securityContext.capabilities.add",
        node=node,
        severity={1: Severity.LOW, 2: Severity.MEDIUM, 3: Severity.HIGH}[rank],
    )


def _root(container: Resource, _: Graph) -> Iterator[Hit]:
    if any(one.text() == "windows" for one in container.at("os")):
        return
    context = container.get("securityContext")
    never = context.get("runAsNonRoot") if context is not None else None
    user = context.get("runAsUser") if context is not None else None
    if _on(never) or (context is not None and context.is_unknown):
        return
    if user is not None and str(user.value) == "0":
        yield Hit(
            message="the container runs as root: user 0",
            place=user.place,
            attribute="securityContext.runAsUser",
            node=user,
        )
    elif user is not None and not user.is_unknown:
        return
    elif never is not None and not never.is_unknown:
        yield Hit(
            message="the container may run as root: runAsNonRoot is false",
            place=never.place,
            attribute="securityContext.runAsNonRoot",
            node=never,
            fix=Fix(title="set runAsNonRoot to true"),
        )
    else:
        # The image may name another user.
        yield Hit(
            message="nothing keeps the container from running as root",
            place=container.place,
            attribute="securityContext.runAsNonRoot",
            is_known=False,
            severity=Severity.MEDIUM,
            fix=Fix(title="securityContext:\n  runAsNonRoot: true"),
        )


def _seccomp(container: Resource, _: Graph) -> Iterator[Hit]:
    if container.at("securityContext.seccompProfile"):
        return
    if any(one.text() == "windows" for one in container.at("os")):
        return
    if any(one.get(_SECCOMP) for one in container.at("pod.podMetadata.annotations")):
        return
    yield Hit(
        message="the container has no seccomp profile, and Kubernetes sets none",
        place=container.place,
        attribute="securityContext.seccompProfile.type",
        fix=Fix(title="securityContext:\n  seccompProfile:\n    type: RuntimeDefault"),
    )


def _levels(namespace: Resource, _: Graph) -> Iterator[Hit]:
    for labels in namespace.at("metadata.labels"):
        level = labels.get(_ENFORCE)
        if level is not None and level.text() == "privileged":
            yield Hit(
                message="Pod Security lets the pods of the namespace do anything",
                place=level.place,
                attribute=f"metadata.labels.{_ENFORCE}",
                node=level,
            )


CHECKS = (
    Check(rule="docker-socket-mounted", kinds=("kubernetes/pod",), find=_sockets),
    Check(rule="host-mount", kinds=("kubernetes/pod",), find=_mounts),
    Check(
        rule="dangerous-capability",
        kinds=("kubernetes/container", "compose/service"),
        find=_capabilities,
    ),
    Check(rule="root-container", kinds=("kubernetes/container",), find=_root),
    Check(rule="seccomp-off", kinds=("kubernetes/container",), find=_seccomp),
    Check(rule="pod-security-off", kinds=("kubernetes/Namespace",), find=_levels),
)
