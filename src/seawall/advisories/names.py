"""What a package is found by: its ecosystem, where it matters the release of it, and its name."""

import re

from seawall.model.advisory import Query
from seawall.model.inventory import Ecosystem
from seawall.model.package_name import normal_name

_RELEASED = frozenset(
    {
        Ecosystem.DEBIAN,
        Ecosystem.UBUNTU,
        Ecosystem.ALPINE,
        Ecosystem.RED_HAT,
        Ecosystem.ALMALINUX,
        Ecosystem.ROCKY,
        Ecosystem.FEDORA,
        Ecosystem.ORACLE,
        Ecosystem.AMAZON,
        Ecosystem.SUSE,
        Ecosystem.OPENSUSE,
        Ecosystem.MARINER,
        Ecosystem.PHOTON,
    }
)
"""Operating systems: what holds in one release does not in another."""
_MAJOR = frozenset(
    {Ecosystem.DEBIAN, Ecosystem.RED_HAT, Ecosystem.ALMALINUX, Ecosystem.ROCKY, Ecosystem.ORACLE}
)
"""Those whose releases are told by their first number."""
_SOURCES = frozenset(
    {Ecosystem.DEBIAN, Ecosystem.UBUNTU, Ecosystem.ALPINE, Ecosystem.WOLFI, Ecosystem.CHAINGUARD}
)
"""Those whose advisories speak of source packages."""


_UNPUBLISHED = frozenset(
    {
        Ecosystem.GENERIC,
        Ecosystem.CONDA,
        Ecosystem.NIMBLE,
        Ecosystem.LUAROCKS,
        Ecosystem.OPAM,
        Ecosystem.BAZEL,
        Ecosystem.COCOAPODS,
        Ecosystem.CONAN,
    }
)


_NOT_AT_OSV = _UNPUBLISHED | {Ecosystem.FEDORA, Ecosystem.ORACLE, Ecosystem.AMAZON}
"""What OSV's API has no word for: it refuses all that is asked together with one of these."""


_BY_NAME = {str(one).lower(): one for one in Ecosystem} | {
    "githubactions": Ecosystem.GITHUB_ACTIONS
}


def ecosystem_named(name: str) -> Ecosystem | None:
    """Return the ecosystem of a name, in letters of any case; None where we know none."""
    return _BY_NAME.get(name.lower())


def is_at_osv(ecosystem: Ecosystem) -> bool:
    """Whether OSV's API can be asked about packages of an ecosystem."""
    return ecosystem not in _NOT_AT_OSV


def package_key(ecosystem: Ecosystem, name: str, distribution: str = "") -> str:
    """Return what a package is found by: "PyPI|django", "Debian:12|openssl"."""
    release = _release(ecosystem, distribution) if ecosystem in _RELEASED else ""
    return f"{ecosystem}{release}|{normal_name(ecosystem, name)}"


def query_key(query: Query) -> str:
    """Return what the package that is asked about is found by."""
    name = query.name
    if query.ecosystem in _SOURCES and query.source_name:
        name = query.source_name
    return package_key(query.ecosystem, name, query.distribution)


def publisher_key(query: Query) -> str:
    """Return with what the keys of all packages begin that are published with the one asked about.

    "" for an ecosystem about which nobody publishes advisories in OSV's form.
    """
    return "" if query.ecosystem in _UNPUBLISHED else f"{query_key(query).partition('|')[0]}|"


def query_version(query: Query) -> str:
    """Return the version that advisories compare with: of the source where they speak of it."""
    if query.ecosystem in _SOURCES and query.source_version:
        return query.source_version
    return query.version


def _release(ecosystem: Ecosystem, distribution: str) -> str:
    """Return a release as all write it: "Alpine:v3.19" and "3.19.1" are ":3.19"."""
    if not distribution:
        return ""
    text = distribution.lower()
    if ecosystem is Ecosystem.RED_HAT:
        found = re.search(r"enterprise_linux(?:_[a-z_]+)?:(\d+)", text) or re.match(r"(\d+)", text)
        return f":{found[1]}" if found else f":{text}"
    if ecosystem in _MAJOR:
        return f":{text.partition('.')[0]}"
    if ecosystem is Ecosystem.ALPINE:
        return ":" + ".".join(text.removeprefix("v").split(".")[:2])
    if ecosystem is Ecosystem.UBUNTU:
        return f":{text.removesuffix(':lts')}"
    return f":{text}"
