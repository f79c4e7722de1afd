"""Firewalls of Oracle, Alibaba and DigitalOcean: which doors stand open to everybody."""

from collections.abc import Iterator

from msgspec import Struct

from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.ports import Ports, doors, is_everybody, is_web, ports_of, told

_UDP = frozenset(("udp", "17"))
_QUIET = frozenset(("icmp", "icmpv6", "gre", "1", "58", "47"))


class _Form(Struct, frozen=True):
    """How a kind of resource says it."""

    each: str
    """The blocks that let in; "" where the resource is one."""
    source: str
    protocol: str
    ports: tuple[str, ...]
    """One path of a range as text, or those of its ends."""
    when: tuple[str, str] = ("", "")
    """The attribute and the word by which a rule is about what comes in."""


_FORMS: dict[str, _Form] = {
    "oci_core_security_list": _Form(
        "ingress_security_rules", "source", "protocol", ("tcp_options.min", "tcp_options.max")
    ),
    "oci_core_network_security_group_security_rule": _Form(
        "",
        "source",
        "protocol",
        ("tcp_options.destination_port_range.min", "tcp_options.destination_port_range.max"),
        ("direction", "INGRESS"),
    ),
    "alicloud_security_group_rule": _Form(
        "", "cidr_ip", "ip_protocol", ("port_range",), ("type", "ingress")
    ),
    "digitalocean_firewall": _Form("inbound_rule", "source_addresses", "protocol", ("port_range",)),
    "openstack_networking_secgroup_rule_v2": _Form(
        "",
        "remote_ip_prefix",
        "protocol",
        ("port_range_min", "port_range_max"),
        ("direction", "ingress"),
    ),
}


def _open_doors(resource: Resource) -> Iterator[tuple[Node, Ports, list[str]]]:
    form = _FORMS[resource.kind]
    name, word = form.when
    said = resource.get(name) if name else None
    if name and (said is None or said.text().casefold() != word.casefold()):
        return
    for held in resource.at(form.each) if form.each else [resource.body]:
        for body in held.items:
            protocol = body.get(form.protocol)
            text = "" if protocol is None else str(protocol.value).casefold()
            source = next(
                (
                    one
                    for node in body.at(form.source)
                    for one in node.items
                    if is_everybody(one.text())
                ),
                None,
            )
            ports = _ports(body, form.ports)
            if source is None or ports is None or text in _QUIET:
                continue
            yield source, ports, [] if text in _UDP else doors([ports])


def _ports(body: Node, paths: tuple[str, ...]) -> Ports | None:
    """Return the range; all where none is said, None where it is not known."""
    ends = [node for path in paths for node in body.at(path)]
    if any(one.is_unknown for one in ends):
        return None
    texts = [str(one.value).replace("/", "-") for one in ends]
    if not texts or texts == ["-1--1"]:
        return Ports()
    return ports_of("-".join(texts))


def _admin_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    for source, ports, behind in _open_doors(resource):
        if behind:
            yield _hit(source, ports, f"the internet reaches {told([ports], behind)}")


def _other_ports(resource: Resource, _: Graph) -> Iterator[Hit]:
    for source, ports, behind in _open_doors(resource):
        if not behind and not is_web(ports):
            yield _hit(source, ports, f"the internet reaches {ports.told()}")


def _hit(source: Node, ports: Ports, message: str) -> Hit:
    return Hit(
        message=message, place=source.place, attribute="source", node=source, apart=ports.told()
    )


CHECKS: tuple[Check, ...] = (
    Check(rule="admin-port-open", kinds=tuple(_FORMS), find=_admin_ports),
    Check(rule="port-open-to-all", kinds=tuple(_FORMS), find=_other_ports),
)
