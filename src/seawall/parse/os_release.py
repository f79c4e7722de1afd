"""Which operating system a tree of files is of: os-release.

Source: https://www.freedesktop.org/software/systemd/man/latest/os-release.html.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from seawall.model.inventory import Ecosystem, Package, Read

FILES = ("etc/os-release", "usr/lib/os-release")
"""Where it is, below the root; the first that is there holds."""

_LINE = re.compile(r"\s*([A-Z][A-Z0-9_]*)=(.*)")
_ECOSYSTEMS = {
    "debian": Ecosystem.DEBIAN,
    "ubuntu": Ecosystem.UBUNTU,
    "alpine": Ecosystem.ALPINE,
    "wolfi": Ecosystem.WOLFI,
    "chainguard": Ecosystem.CHAINGUARD,
    "rhel": Ecosystem.RED_HAT,
    "centos": Ecosystem.RED_HAT,
    "almalinux": Ecosystem.ALMALINUX,
    "rocky": Ecosystem.ROCKY,
    "fedora": Ecosystem.FEDORA,
    "ol": Ecosystem.ORACLE,
    "amzn": Ecosystem.AMAZON,
    "sles": Ecosystem.SUSE,
    "sled": Ecosystem.SUSE,
    "sle_hpc": Ecosystem.SUSE,
    "opensuse": Ecosystem.OPENSUSE,
    "opensuse-leap": Ecosystem.OPENSUSE,
    "opensuse-tumbleweed": Ecosystem.OPENSUSE,
    "mariner": Ecosystem.MARINER,
    "azurelinux": Ecosystem.MARINER,
    "photon": Ecosystem.PHOTON,
}
"""By ID. CentOS is built from Red Hat's sources and told by its advisories."""
_ROLLING = frozenset({Ecosystem.WOLFI, Ecosystem.CHAINGUARD})
"""Those without releases."""


class System(Struct, frozen=True, kw_only=True):
    """An operating system and its release."""

    id: str = ""
    """As os-release says it: "debian", "ol"; "" where there is none."""
    version: str = ""
    """As os-release says it: "12", "9.3"."""
    ecosystem: Ecosystem = Ecosystem.GENERIC
    release: str = ""
    """As advisories name it."""
    line: int = 0


def parse_os_release(content: bytes) -> System:
    """Return the system that an os-release names."""
    fields: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, text in enumerate(content[:65536].decode("utf-8", "replace").splitlines(), 1):
        if found := _LINE.fullmatch(text):
            fields[found[1]] = found[2].strip().strip("\"'")
            lines[found[1]] = number
    line = lines.get("VERSION_ID", lines.get("ID", 0))
    return system_of(fields.get("ID", "").lower(), fields.get("VERSION_ID", ""), line)


def system_of(name: str, version: str, line: int = 0) -> System:
    """Return the system of this id and version."""
    ecosystem = _ECOSYSTEMS.get(name, Ecosystem.GENERIC)
    return System(
        id=name,
        version=version,
        ecosystem=ecosystem,
        release="" if ecosystem in _ROLLING else _release(ecosystem, name, version),
        line=line,
    )


def _release(ecosystem: Ecosystem, name: str, version: str) -> str:
    """Return a release as OSV's records name it."""
    major, _, minor = version.partition(".")
    if ecosystem is Ecosystem.ALPINE:
        return ".".join(version.split(".")[:2])
    if ecosystem is Ecosystem.SUSE:
        kind = "Desktop" if name == "sled" else "Server"
        pack = f" SP{minor}" if minor and minor != "0" else ""
        return f"Linux Enterprise {kind} {major}{pack}" if major else ""
    if ecosystem is Ecosystem.OPENSUSE:
        return "Tumbleweed" if "tumbleweed" in name else f"Leap {version}"
    if ecosystem is Ecosystem.MARINER:
        return major
    return version


def system_beside(path: str, below: str, read: Read) -> System:
    """Return the system of the tree that a file is in: its path ends in `below` there."""
    end = path.rfind(below)
    root = path[: max(end, 0)]
    for name in FILES:
        if (content := read(root + name)) is not None:
            return parse_os_release(content)
    return System()


def of_system(package: Package, system: System, usual: Ecosystem) -> Package:
    """Return a package of an operating system with where it comes from.

    `usual` is whose it is where no os-release says so.
    """
    ecosystem = usual if not system.id else system.ecosystem
    return replace(package, ecosystem=ecosystem, distribution=system.release)
