"""Security groups and network ACLs: which ports the internet reaches."""

from collections.abc import Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.ports import ADMIN, LAST, WEB, is_everybody

_FOREMOST = (22, 3389)
_TCP = frozenset(("tcp", "6"))
_UDP = frozenset(("udp", "17"))
_ALL = frozenset(("-1", "all"))


class _Door(Struct, frozen=True):
    """What one rule lets through, and from where."""

    source: Node
    """The text of the network that is the whole internet."""
    attribute: str
    apart: str
    protocol: str
    first: int | None
    """None where it is not known."""
    last: int | None
    body: Node

    @property
    def is_all(self) -> bool:
        """Whether it is about every port of every protocol."""
        return self.protocol in _ALL

    @property
    def ports(self) -> str:
        """As messages say them."""
        if self.first == self.last:
            return f"port {self.first}"
        return f"ports {self.first} to {self.last}"


def _doors(body: Node, path: str, sources: tuple[str, ...], protocol: str) -> Iterator[_Door]:
    said = _text(body, protocol)
    first, last = _port(body, "from_port"), _port(body, "to_port")
    for name in sources:
        for node in (one for held in body.at(name) for one in held.items):
            if is_everybody(node.text()):
                attribute = f"{path}.{name}" if path else name
                apart = f"{said}:{first}-{last}:{node.text()}"
                yield _Door(node, attribute, apart, said, first, last, body)


def _text(body: Node, name: str) -> str:
    node = body.get(name)
    if node is None:
        return ""
    return "?" if node.is_unknown else str(node.value).casefold()


def _port(body: Node, name: str) -> int | None:
    node = body.get(name)
    try:
        return int(str(node.value)) if node is not None and not node.is_unknown else None
    except ValueError:
        return None


_BLOCKS = ("cidr_blocks", "ipv6_cidr_blocks")
_SINGLE = ("cidr_ipv4", "cidr_ipv6")


def _rules(resource: Resource, direction: str) -> Iterator[_Door]:
    """Yield what the rules of a group open to the world, inbound or outbound."""
    kind = resource.kind
    if kind == "aws_security_group_rule":
        if _text(resource.body, "type") == direction:
            yield from _doors(resource.body, "", _BLOCKS, "protocol")
    elif kind == f"aws_vpc_security_group_{direction}_rule":
        yield from _doors(resource.body, "", _SINGLE, "ip_protocol")
    else:
        for held in resource.at(direction):
            for one in held.items:
                if not one.is_unknown:
                    yield from _doors(one, direction, _BLOCKS, "protocol")


def _inbound(resource: Resource, *, admin: bool) -> Iterator[Hit]:
    for door in _rules(resource, "ingress"):
        found = _judged(door)
        if found is not None and found[0] is admin:
            _, words, severity, known = found
            yield _hit(door, words, severity, known=known)


def _judged(door: _Door) -> tuple[bool, str, Severity | None, bool] | None:
    """Return whether it is a port for administrators, the words, severity, and if it is known."""
    where = door.source.text()
    if door.is_all:
        words = f"all ports are open to {where}"
        return False, words, Severity.HIGH, True
    if door.protocol and door.protocol not in _TCP | _UDP and door.protocol != "?":
        return None
    if door.first is None or door.last is None:
        return False, f"ports that are not known here are open to {where}", None, False
    known = door.protocol != "?"
    if door.protocol in _UDP:
        if door.first == door.last and door.first in WEB:
            return None
        return False, f"{door.ports} of UDP are open to {where}", None, known
    inside = [one for one in ADMIN if door.first <= one <= door.last]
    if inside:
        names = f"{ADMIN[inside[0]]}, port {inside[0]},"
        words = f"{names} is open to {where}"
        if door.first != door.last:
            words = f"{door.ports} are open to {where}, {names} among them"
        severity = None if inside[0] in _FOREMOST else Severity.HIGH
        return True, words, severity, known
    if door.first == door.last and door.first in WEB:
        return None
    verb = "is" if door.first == door.last else "are"
    return False, f"{door.ports} {verb} open to {where}", None, known


def _hit(door: _Door, words: str, severity: Severity | None, *, known: bool) -> Hit:
    return Hit(
        message=words,
        place=door.source.place,
        attribute=door.attribute,
        node=door.source,
        apart=door.apart,
        severity=severity,
        is_known=known,
    )


def _admin_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    return _inbound(resource, admin=True)


def _other_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    return _inbound(resource, admin=False)


def _outbound(resource: Resource, _: Graph) -> Iterator[Hit]:
    for door in _rules(resource, "egress"):
        if door.is_all or (door.first == 0 and door.last == LAST):
            yield _hit(door, f"everything may go out to {door.source.text()}", None, known=True)


def _default_group(resource: Resource, _: Graph) -> Iterator[Hit]:
    for direction, words in (("ingress", "lets traffic in"), ("egress", "lets traffic out")):
        for one in (inner for held in resource.at(direction) for inner in held.items):
            yield Hit(
                message=f"the default group {words}",
                place=one.place,
                attribute=direction,
                node=one,
                is_known=not one.is_unknown,
                severity=None if direction == "ingress" else Severity.LOW,
            )


_GROUPS = ("aws_security_group", "aws_default_security_group", "aws_security_group_rule")
_SOURCES = ("cidr_block", "ipv6_cidr_block")
_PORTS = {"aws_network_acl_rule": "rule_action", "aws_network_acl": "action"}


def _acls(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what a network ACL lets in; ports above 1023 must be open, for answers come there."""
    if resource.kind == "aws_network_acl_rule":
        egress = resource.get("egress")
        bodies = [] if egress is not None and egress.value is not False else [resource.body]
        path = ""
    else:
        bodies = [one for held in resource.at("ingress") for one in held.items]
        path = "ingress"
    for body in bodies:
        if _text(body, _PORTS[resource.kind]) != "allow":
            continue
        for door in _doors(body, path, _SOURCES, "protocol"):
            where = door.source.text()
            if door.is_all:
                yield _hit(door, f"all traffic is let in from {where}", None, known=True)
            elif door.protocol in _TCP and door.first is not None and door.last is not None:
                inside = [one for one in _FOREMOST if door.first <= one <= door.last]
                if inside and door.first < 1024 or door.first == door.last == 3389:
                    words = f"{ADMIN[inside[0]]}, port {inside[0]}, is let in from {where}"
                    yield _hit(door, words, None, known=True)


CHECKS: tuple[Check, ...] = (
    Check(
        rule="admin-port-open",
        kinds=(*_GROUPS, "aws_vpc_security_group_ingress_rule"),
        find=_admin_ports,
    ),
    Check(
        rule="port-open-to-all",
        kinds=(*_GROUPS, "aws_vpc_security_group_ingress_rule"),
        find=_other_ports,
    ),
    Check(
        rule="egress-open-to-all",
        kinds=(
            "aws_security_group",
            "aws_security_group_rule",
            "aws_vpc_security_group_egress_rule",
        ),
        find=_outbound,
    ),
    Check(rule="default-network-open", kinds=("aws_default_security_group",), find=_default_group),
    Check(rule="network-acl-open", kinds=tuple(_PORTS), find=_acls),
)
