"""Azure's security groups and firewalls of databases: which doors stand open to everybody."""

import ipaddress
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ports import Ports, doors, is_everybody, is_web, ports_of, told

_GROUP = "azurerm_network_security_group"
_RULE = "azurerm_network_security_rule"
_FIREWALLS = (
    "azurerm_mssql_firewall_rule",
    "azurerm_sql_firewall_rule",
    "azurerm_postgresql_firewall_rule",
    "azurerm_postgresql_flexible_server_firewall_rule",
    "azurerm_mysql_firewall_rule",
    "azurerm_mysql_flexible_server_firewall_rule",
    "azurerm_mariadb_firewall_rule",
    "azurerm_cosmosdb_postgresql_firewall_rule",
    "azurerm_redis_firewall_rule",
    "azurerm_synapse_firewall_rule",
)
_WIDE = 1 << 16
"""Addresses from which on a range is no longer that of one organization."""

_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))


class _Rule(Struct, frozen=True):
    """A rule of a security group that lets in, or keeps out."""

    body: Node
    place: Place

    def says(self, name: str, word: str) -> bool | None:
        """Whether an attribute is a word; None where nobody knows."""
        node = self.body.get(name)
        if node is None or node.is_unknown:
            return None if node is not None else False
        return node.text().casefold() == word

    @property
    def ports(self) -> list[Ports]:
        texts = _texts(self.body, "destination_port_range", "destination_port_ranges")
        return [one for one in map(ports_of, texts) if one is not None]

    @property
    def everybody(self) -> Node | None:
        """What opens it to everybody."""
        for name in ("source_address_prefix", "source_address_prefixes"):
            for node in self.body.at(name):
                for item in node.items:
                    if is_everybody(item.text()):
                        return item
        return None

    @property
    def priority(self) -> int | None:
        node = self.body.get("priority")
        text = "" if node is None else str(node.value)
        return int(text) if text.isdecimal() and len(text) < 6 else None

    def shuts(self, ports: Ports, before: int | None) -> bool:
        """Whether everybody is kept from some ports by it, before a rule of a priority."""
        mine = self.priority
        return (
            before is not None
            and mine is not None
            and mine < before
            and self.says("access", "deny") is True
            and self.says("direction", "inbound") is True
            and self.says("protocol", "*") is True
            and self.everybody is not None
            and any(one.covers(ports) for one in self.ports)
        )


def _texts(body: Node, *names: str) -> list[str]:
    return [
        str(item.value)
        for name in names
        for node in body.at(name)
        for item in node.items
        if isinstance(item.value, (str, int))
    ]


def _rules(resource: Resource, graph: Graph) -> tuple[list[_Rule], list[_Rule]]:
    """Return the rules that a resource declares, and all that stand beside them."""
    if resource.kind == _GROUP:
        own = [_Rule(one, one.place) for node in resource.at("security_rule") for one in node.items]
        apart = graph.belonging(resource, _RULE, "network_security_group_name", ("name",))
        return own, own + [_Rule(one.body, one.place) for one in apart]
    mine = _Rule(resource.body, resource.place)
    beside = [mine]
    for node in resource.at("network_security_group_name"):
        groups = [graph.named(one, resource.scope) for one in node.refers]
        groups += [
            one
            for one in graph.of(_GROUP)
            if node.text() and one.scope == resource.scope and one.name == node.text()
        ]
        for group in {one.address: one for one in groups if one is not None}.values():
            if group.kind == _GROUP:
                beside += _rules(group, graph)[1]
    return [mine], beside


def _open_doors(resource: Resource, graph: Graph) -> Iterator[tuple[str, Hit]]:
    own, beside = _rules(resource, graph)
    for rule in own:
        everybody = rule.everybody
        access, inbound = rule.says("access", "allow"), rule.says("direction", "inbound")
        if everybody is None or access is False or inbound is False:
            continue
        if rule.says("protocol", "icmp") or rule.says("protocol", "esp"):
            continue
        if rule.says("protocol", "ah"):
            continue
        left = [
            one
            for one in rule.ports
            if not any(other.shuts(one, rule.priority) for other in beside)
        ]
        is_known = access is True and inbound is True
        behind = [] if rule.says("protocol", "udp") else doors(left)
        yield from _told(resource, everybody, left, behind, is_known=is_known)


def _told(
    resource: Resource, node: Node, ports: list[Ports], behind: list[str], *, is_known: bool
) -> Iterator[tuple[str, Hit]]:
    inner = "security_rule." if resource.kind == _GROUP else ""
    if behind:
        rule = "admin-port-open"
    elif any(not is_web(one) for one in ports):
        rule = "port-open-to-all"
    else:
        return
    yield (
        rule,
        Hit(
            message=f"the internet reaches {told(ports, behind)}",
            place=node.place,
            attribute=f"{inner}source_address_prefix",
            node=node,
            apart=told(ports, ()),
            is_known=is_known,
        ),
    )


def _admin_ports(resource: Resource, graph: Graph) -> Iterator[Hit]:
    return (hit for rule, hit in _open_doors(resource, graph) if rule == "admin-port-open")


def _other_ports(resource: Resource, graph: Graph) -> Iterator[Hit]:
    return (hit for rule, hit in _open_doors(resource, graph) if rule == "port-open-to-all")


def _firewalls(resource: Resource, _: Graph) -> Iterator[Hit]:
    """Yield what a database lets in that is no organization's."""
    ends = [
        node
        for names in (("start_ip_address", "start_ip"), ("end_ip_address", "end_ip"))
        for node in [next((one for name in names for one in resource.at(name)), None)]
        if node is not None
    ]
    try:
        first, last = (ipaddress.IPv4Address(node.text()) for node in ends)
    except ValueError:
        return
    place, node = ends[0].place, ends[0]
    if int(first) == int(last) == 0:
        # The one range that is none: it stands for all that runs in Azure.
        message = "whatever anybody runs in Azure reaches the database"
        severity: Severity | None = Severity.MEDIUM
    elif int(last) - int(first) + 1 >= _WIDE:
        message = f"{first} to {last} reach the database"
        severity = None if int(last) - int(first) >= 1 << 24 else Severity.HIGH
        if any(first in one and last in one for one in _PRIVATE):
            return
    else:
        return
    yield Hit(
        message=message, place=place, attribute="start_ip_address", node=node, severity=severity
    )


def _default_groups(resource: Resource, graph: Graph) -> Iterator[Hit]:
    """Yield a subnet of virtual machines that no security group guards."""
    name = resource.get("name")
    if name is None or name.is_unknown or name.text() in _WITHOUT_GROUP:
        return
    if resource.get("security_group") or resource.get("delegation"):
        return
    by = "azurerm_subnet_network_security_group_association", "subnet_id"
    if graph.belonging(resource, *by) or graph.unsure(*by, resource.scope):
        return
    yield Hit(message="no security group guards the subnet", place=resource.place)


_WITHOUT_GROUP = frozenset(
    "GatewaySubnet AzureFirewallSubnet AzureFirewallManagementSubnet RouteServerSubnet"
    " AzureBastionSubnet".split()
)
"""Subnets of services of Azure that take none, or know their own doors."""

CHECKS: tuple[Check, ...] = (
    Check(rule="admin-port-open", kinds=(_GROUP, _RULE), find=_admin_ports),
    Check(rule="port-open-to-all", kinds=(_GROUP, _RULE), find=_other_ports),
    Check(rule="database-public", kinds=_FIREWALLS, find=_firewalls),
    Check(rule="subnet-unguarded", kinds=("azurerm_subnet",), find=_default_groups),
)
