"""What services of Compose may do, where it takes more than one value to tell."""

import posixpath
import re
from collections.abc import Iterator

from seawall.core.finding import Fix
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.secret_words import carries_secret, is_secret, names_secret

_SOCKET = re.compile(r".*/(?:docker|containerd|crio|podman|cri-dockerd)\.sock", re.IGNORECASE)
_OWNED = re.compile(
    r"/|/(?:bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|sys|usr|var)"
    r"|/var/(?:lib|run|log)|/var/lib/(?:docker|containerd|kubelet)(?:/.*)?|/var/lib/docker/volumes"
    r"|/etc/(?:passwd|shadow|sudoers.*|ssh.*|cron.*|systemd.*|kubernetes.*|docker.*)"
    r"|/usr/(?:bin|sbin|lib|lib64|local|local/s?bin|src)|/(?:root|boot|sys|proc)/.*|(?:~|\$HOME)/\.(?:ssh|aws|kube|docker|gnupg)(?:/.*)?|~"
)
"""Whoever writes there has the machine, and whoever reads there its secrets."""
_HARMLESS = re.compile(
    r"/etc/(?:localtime|timezone|machine-id|hostname|resolv\.conf|hosts|os-release|ssl/certs.*)"
    r"|/usr/share/(?:zoneinfo|ca-certificates).*|/sys/fs/cgroup.*|/usr/local/share/.*"
)
_DEVICES = re.compile(r"/dev/(?:mem|kmem|port|sd\w*|nvme\w*|vd\w*|xvd\w*|dm-\w+|mapper/.*|disk/.*)")
_SERVERS = {
    21: "FTP", 22: "SSH", 23: "telnet", 445: "SMB", 1433: "SQL Server", 1521: "Oracle",
    2375: "the API of Docker", 2376: "the API of Docker", 2379: "etcd", 3306: "MySQL",
    3389: "RDP", 5432: "PostgreSQL", 5900: "VNC", 5984: "CouchDB", 6379: "Redis",
    7000: "Cassandra", 7474: "Neo4j", 8086: "InfluxDB", 9042: "Cassandra", 9092: "Kafka",
    9200: "Elasticsearch", 9300: "Elasticsearch", 11211: "memcached", 15672: "RabbitMQ",
    27017: "MongoDB", 28015: "RethinkDB",
}  # fmt: skip
_LOOPBACK = re.compile(r"127\..*|\[?::1\]?|localhost", re.IGNORECASE)
_ROOT = re.compile(r"(?:root|0+)(?::.*)?", re.IGNORECASE)


def _mounted(service: Resource) -> Iterator[tuple[Node, Node, bool | None]]:
    """Yield the folders of the host that are mounted: mount, source, whether it is written to."""
    for found in service.at("mounts"):
        for mount in found.items:
            flag = mount.get("readOnly")
            unknown = flag is not None and flag.is_unknown
            written = flag is None or str(flag.value).lower() not in ("true", "yes", "on")
            for source in mount.at("source"):
                yield mount, source, None if unknown else written


def _sockets(service: Resource, _: Graph) -> Iterator[Hit]:
    for mount, source, _written in _mounted(service):
        if _SOCKET.fullmatch(source.text()):
            yield Hit(
                message=f"the service mounts the socket of the container runtime, {source.text()}",
                place=mount.place,
                attribute="volumes",
                node=source,
                apart=source.text(),
            )


def _folders(service: Resource, _: Graph) -> Iterator[Hit]:
    for mount, source, written in _mounted(service):
        folder = posixpath.normpath(source.text()).replace("//", "/") if source.text() else ""
        if not _OWNED.fullmatch(folder) or _SOCKET.fullmatch(folder) or _HARMLESS.fullmatch(folder):
            continue
        how = "to write to" if written else "to read"
        yield Hit(
            message=f"the service has {folder} of its host {how}",
            place=mount.place,
            attribute="volumes",
            node=source,
            apart=folder,
            severity=Severity.HIGH if written else Severity.MEDIUM,
            is_known=written is not None,
        )
    for found in service.at("devices"):
        for one in found.items:
            device = one.text().partition(":")[0]
            if _DEVICES.fullmatch(device):
                yield Hit(
                    message=f"the service has the device {device} of its host",
                    place=one.place,
                    attribute="devices",
                    node=one,
                    apart=device,
                    severity=Severity.HIGH,
                )


def _user(service: Resource, _: Graph) -> Iterator[Hit]:
    for user in service.at("user"):
        text = str(user.value) if not user.is_unknown else ""
        if _ROOT.fullmatch(text):
            yield Hit(
                message=f"the container runs as root: user {text}",
                place=user.place,
                attribute="user",
                node=user,
            )


def _gaining(service: Resource, _: Graph) -> Iterator[Hit]:
    """Yield where nothing keeps setuid programs from working."""
    options = {one.text() for found in service.at("options") for one in found.items}
    unknown = any(one.is_unknown for found in service.at("security_opt") for one in found.items)
    told = any(one.startswith("no-new-privileges") for one in options)
    privileged = any(str(one.value).lower() == "true" for one in service.at("privileged"))
    if _is_whole(service) and not (unknown or told or privileged):
        yield Hit(
            message="processes of the container may gain rights by setuid programs",
            place=service.place,
            attribute="security_opt",
            severity=Severity.LOW,
            fix=Fix(title="security_opt:\n  - no-new-privileges:true"),
        )


def _limits(service: Resource, _: Graph) -> Iterator[Hit]:
    fields = ("mem_limit", "deploy.resources.limits.memory")
    if _is_whole(service) and not any(service.at(field) for field in fields):
        yield Hit(
            message="the container may take all memory of its host",
            place=service.place,
            attribute="deploy.resources.limits.memory",
            severity=Severity.LOW,
        )


def _probes(service: Resource, _: Graph) -> Iterator[Hit]:
    # An image may bring a check of its own.
    if _is_whole(service) and service.get("healthcheck") is None:
        yield Hit(
            message="nothing asks whether the container works",
            place=service.place,
            attribute="healthcheck",
            severity=Severity.LOW,
            is_known=False,
        )


def _is_whole(service: Resource) -> bool:
    """Whether the files say what it runs, and not only what is changed of it."""
    return any(one.value is True for one in service.at("whole"))


def _published(service: Resource, _: Graph) -> Iterator[Hit]:
    for found in service.at("published"):
        for port in found.items:
            ip = next((one.text() for one in port.at("ip")), "")
            target = next((str(one.value) for one in port.at("target")), "")
            outside = next((str(one.value) for one in port.at("published")), "")
            if _LOOPBACK.fullmatch(ip) or any(one.is_unknown for one in port.at("ip")):
                continue
            server = _SERVERS.get(int(target[:6])) if target.isdigit() else None
            name = server or "it"
            at = f" at port {outside}" if outside else ""
            yield Hit(
                message=f"whoever reaches the host reaches {name}{at}, past its firewall",
                place=port.place,
                attribute="ports",
                apart=f"{ip}:{outside}:{target}",
                severity=Severity.MEDIUM if server else Severity.LOW,
            )


def _ssh(service: Resource, _: Graph) -> Iterator[Hit]:
    for found in service.at("published"):
        for port in found.items:
            if any(str(one.value) == "22" for one in port.at("target")):
                yield Hit(
                    message="the container offers SSH at port 22",
                    place=port.place,
                    attribute="ports",
                    apart="22",
                )


def _build_arguments(service: Resource, _: Graph) -> Iterator[Hit]:
    for found in service.at("build.args"):
        pairs = dict(found.value) if isinstance(found.value, dict) else {}
        for one in found.items if isinstance(found.value, list) else ():
            name, equals, value = one.text().partition("=")
            if equals:
                pairs[name] = Node(value, one.place)
        for name, node in pairs.items():
            text = node.text()
            if carries_secret(text) or (names_secret(name) and text and is_secret(text)):
                yield Hit(
                    message=f"the secret in {name} is given to a build, whose history keeps it",
                    place=node.place,
                    attribute="build.args",
                    apart=name,
                )


_SERVICE = ("compose/service",)
CHECKS = (
    Check(rule="docker-socket-mounted", kinds=_SERVICE, find=_sockets),
    Check(rule="host-mount", kinds=_SERVICE, find=_folders),
    Check(rule="root-container", kinds=_SERVICE, find=_user),
    Check(rule="privilege-escalation-allowed", kinds=_SERVICE, find=_gaining),
    Check(rule="resource-limits-missing", kinds=_SERVICE, find=_limits),
    Check(rule="probe-missing", kinds=_SERVICE, find=_probes),
    Check(rule="host-port", kinds=_SERVICE, find=_published),
    Check(rule="ssh-port-exposed", kinds=_SERVICE, find=_ssh),
    Check(rule="secret-in-image", kinds=_SERVICE, find=_build_arguments),
)
