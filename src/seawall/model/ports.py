"""Ports and addresses: which doors a range opens, and whether it opens them to everybody."""

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

ADMIN: Mapping[int, str] = {
    22: "SSH",
    3389: "RDP",
    21: "FTP",
    23: "telnet",
    135: "RPC of Windows",
    139: "NetBIOS",
    445: "SMB",
    1433: "SQL Server",
    1521: "Oracle",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    5601: "Kibana",
    5900: "VNC",
    5984: "CouchDB",
    5985: "WinRM",
    5986: "WinRM",
    6379: "Redis",
    6443: "the API of Kubernetes",
    8182: "Neptune",
    9042: "Cassandra",
    9092: "Kafka",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    10250: "the kubelet",
    11211: "memcached",
    27017: "MongoDB",
}
"""Ports behind which nobody but its people belongs, foremost first."""
WEB = frozenset((80, 443))
LAST = 65_535
_RANGE = re.compile(r"([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?")
_EVERYBODY = frozenset("* any internet 0.0.0.0 0.0.0.0/0 ::/0 0/0".split())
_WIDE = {4: 8, 6: 16}
"""Networks of so short a prefix are as good as everybody, by the version of IP."""
_OWN = ipaddress.IPv6Network("fc00::/7")
"""Addresses of IPv6 that nobody routes."""


class Ports(Struct, frozen=True, gc=False):
    """A range of ports, both ends in it."""

    first: int = 0
    last: int = LAST

    def told(self) -> str:
        """Return it in words."""
        if self.first <= 1 and self.last >= LAST:
            return "all ports"
        if self.first == self.last:
            return f"port {self.first}"
        return f"ports {self.first}-{self.last}"

    def covers(self, other: "Ports") -> bool:
        """Whether all of another range is in it."""
        return self.first <= other.first and other.last <= self.last


def ports_of(text: str) -> Ports | None:
    """Return the range that a text says ("22", "22-25", "*"); None for what is none."""
    text = text.strip()
    if text.casefold() in ("*", "any", "all"):
        return Ports()
    found = _RANGE.fullmatch(text)
    return Ports(int(found[1]), int(found[2] or found[1])) if found else None


def doors(ranges: Iterable[Ports]) -> list[str]:
    """Return the names of what administrators use behind some ports, "SSH (22)"."""
    held = list(ranges)
    return [
        f"{name} ({port})"
        for port, name in ADMIN.items()
        if any(one.first <= port <= one.last for one in held)
    ]


def told(ranges: Sequence[Ports], behind: Sequence[str]) -> str:
    """Return ranges in words, with what administrators use of them, as `doors` names it."""
    words = ", ".join(one.told() for one in ranges)
    if not behind:
        return words
    if len(ranges) == 1 and ranges[0].first == ranges[0].last:
        return behind[0]
    return f"{words}, among them {behind[0]}" + (
        f" and {len(behind) - 1} more" if len(behind) > 1 else ""
    )


def is_web(ports: Ports) -> bool:
    """Whether it is a port that is there for everybody."""
    return ports.first == ports.last and ports.first in WEB


def is_everybody(address: str) -> bool:
    """Whether an address or network stands for the internet, or a good part of it."""
    if address.strip().casefold() in _EVERYBODY:
        return True
    try:
        network = ipaddress.ip_network(address.strip(), strict=False)
    except ValueError:
        return False
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_OWN):
        return False
    return network.prefixlen < _WIDE[network.version]
