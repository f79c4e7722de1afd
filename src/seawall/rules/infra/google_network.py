"""Google's firewalls: which doors stand open to everybody."""

from collections.abc import Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.ports import Ports, doors, is_everybody, is_web, ports_of, told

_FIREWALL = "google_compute_firewall"
_POLICIES = (
    "google_compute_firewall_policy_rule",
    "google_compute_network_firewall_policy_rule",
    "google_compute_region_network_firewall_policy_rule",
    "google_compute_organization_security_policy_rule",
)
_QUIET = frozenset(("icmp", "ipv6-icmp", "esp", "ah", "sctp", "1", "58", "50", "51", "132"))
"""Protocols without the ports that this is about."""


class _Opening(Struct, frozen=True):
    """What everybody may reach."""

    everybody: Node
    attribute: str
    ports: list[Ports]
    behind: list[str]
    """What administrators use of it."""
    is_known: bool


def _openings(resource: Resource) -> Iterator[_Opening]:
    if resource.kind == _FIREWALL:
        allowed, sources, protocol, ports = "allow", "source_ranges", "protocol", "ports"
    else:
        allowed, protocol, ports = "match.layer4_configs", "ip_protocol", "ports"
        sources = "match.src_ip_ranges"
        action = resource.get("action")
        if action is None or (not action.is_unknown and action.text() != "allow"):
            return
    off, direction = resource.get("disabled"), resource.get("direction")
    if (off is not None and off.value is True) or (
        direction is not None and direction.text().casefold() == "egress"
    ):
        return
    everybody = next(
        (item for node in resource.at(sources) for item in node.items if is_everybody(item.text())),
        None,
    )
    if everybody is None:
        return
    is_known = not any(one is not None and one.is_unknown for one in (off, direction))
    found: list[Ports] = []
    behind: list[str] = []
    for block in resource.at(allowed):
        for body in block.items:
            ranges = _ports(body, protocol, ports)
            found += ranges
            said = body.get(protocol)
            if said is not None and said.text().casefold() not in ("udp", "17"):
                behind += [one for one in doors(ranges) if one not in behind]
    yield _Opening(everybody, sources, found, behind, is_known)


def _ports(body: Node, protocol: str, ports: str) -> list[Ports]:
    said = body.get(protocol)
    if said is None or str(said.value).casefold() in _QUIET or said.is_unknown:
        return []
    written = [item for node in body.at(ports) for item in node.items]
    if not written:
        return [] if any(node.is_unknown for node in body.at(ports)) else [Ports()]
    texts = [str(one.value) for one in written if isinstance(one.value, (str, int))]
    return [one for one in map(ports_of, texts) if one is not None]


def _hit(opening: _Opening, message: str) -> Hit:
    return Hit(
        message=message,
        place=opening.everybody.place,
        attribute=opening.attribute,
        node=opening.everybody,
        is_known=opening.is_known,
    )


def _admin_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _openings(resource):
        if one.behind:
            yield _hit(one, f"the internet reaches {told(one.ports, one.behind)}")


def _other_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _openings(resource):
        if not one.behind and any(not is_web(ports) for ports in one.ports):
            yield _hit(one, f"the internet reaches {told(one.ports, ())}")


def _default_network(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what stands in the network that each project begins with."""
    for path in ("network", "network_interface.network"):
        for node in resource.at(path):
            if node.text().rpartition("/")[2] == "default":
                yield Hit(
                    message="it stands in the network that everything falls into",
                    place=node.place,
                    attribute=path,
                    node=node,
                    severity=Severity.LOW if resource.kind == _FIREWALL else None,
                )


CHECKS: tuple[Check, ...] = (
    Check(
        rule="default-network-open",
        kinds=(_FIREWALL, "google_compute_instance", "google_container_cluster"),
        find=_default_network,
    ),
    Check(rule="admin-port-open", kinds=(_FIREWALL, *_POLICIES), find=_admin_ports),
    Check(rule="port-open-to-all", kinds=(_FIREWALL, *_POLICIES), find=_other_ports),
)
