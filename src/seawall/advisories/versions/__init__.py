"""The order of versions, by ecosystem, as keys that compare as bytes.

Each sister has `key(version: str) -> bytes`. It is total and never raises: what is no version of
the ecosystem gets a key too, below all that are. Equal keys are equal versions.
"""

import importlib
from collections.abc import Callable
from functools import cache

from seawall.model.inventory import Ecosystem

Key = Callable[[str], bytes]

LOWEST = b""
"""Below the key of every version."""
HIGHEST = b"\xff"
"""Above the key of every version."""

SCHEMES: dict[Ecosystem, str] = {
    Ecosystem.PYPI: "pypi",
    Ecosystem.NPM: "semver",
    Ecosystem.CRATES: "semver",
    Ecosystem.HEX: "semver",
    Ecosystem.SWIFT: "semver",
    Ecosystem.JULIA: "julia",
    Ecosystem.NIMBLE: "semver",
    Ecosystem.BITNAMI: "semver",
    Ecosystem.GITHUB_ACTIONS: "semver",
    Ecosystem.COCOAPODS: "rubygems",
    Ecosystem.PUB: "pub",
    Ecosystem.GO: "go",
    Ecosystem.MAVEN: "maven",
    Ecosystem.RUBYGEMS: "rubygems",
    Ecosystem.NUGET: "nuget",
    Ecosystem.PACKAGIST: "packagist",
    Ecosystem.DEBIAN: "debian",
    Ecosystem.UBUNTU: "debian",
    Ecosystem.ALPINE: "alpine",
    Ecosystem.WOLFI: "alpine",
    Ecosystem.CHAINGUARD: "alpine",
    Ecosystem.RED_HAT: "rpm",
    Ecosystem.ALMALINUX: "rpm",
    Ecosystem.ROCKY: "rpm",
    Ecosystem.FEDORA: "rpm",
    Ecosystem.ORACLE: "rpm",
    Ecosystem.AMAZON: "rpm",
    Ecosystem.SUSE: "rpm",
    Ecosystem.OPENSUSE: "rpm",
    Ecosystem.MARINER: "rpm",
    Ecosystem.PHOTON: "rpm",
    Ecosystem.CRAN: "cran",
    Ecosystem.BIOCONDUCTOR: "cran",
    Ecosystem.HACKAGE: "hackage",
    Ecosystem.CONAN: "generic",
    Ecosystem.CONDA: "conda",
    Ecosystem.LUAROCKS: "generic",
    Ecosystem.OPAM: "debian",
    Ecosystem.BAZEL: "generic",
    Ecosystem.GENERIC: "generic",
}
"""The module that orders the versions of each ecosystem."""


@cache
def key_of(ecosystem: Ecosystem) -> Key:
    """Return the function that gives a version of an ecosystem its key."""
    module = importlib.import_module(f"{__name__}.{SCHEMES[ecosystem]}")
    found: Key = module.key
    return found


def compare(ecosystem: Ecosystem, one: str, other: str) -> int:
    """Return -1, 0 or 1 as one version is lower than, the same as or higher than another."""
    key = key_of(ecosystem)
    left, right = key(one), key(other)
    return (left > right) - (left < right)
