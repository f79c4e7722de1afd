"""What the files of a target say about the packages that it stands on."""

import enum
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from seawall.core.report import Problem


class Ecosystem(enum.StrEnum):
    """Where packages of one name space come from; the words are OSV's where it has one."""

    PYPI = "PyPI"
    NPM = "npm"
    GO = "Go"
    CRATES = "crates.io"
    RUBYGEMS = "RubyGems"
    PACKAGIST = "Packagist"
    MAVEN = "Maven"
    NUGET = "NuGet"
    HEX = "Hex"
    PUB = "Pub"
    SWIFT = "SwiftURL"
    COCOAPODS = "CocoaPods"
    HACKAGE = "Hackage"
    CRAN = "CRAN"
    BIOCONDUCTOR = "Bioconductor"
    CONAN = "ConanCenter"
    CONDA = "Conda"
    JULIA = "Julia"
    NIMBLE = "Nimble"
    LUAROCKS = "LuaRocks"
    OPAM = "opam"
    BAZEL = "Bazel"
    GITHUB_ACTIONS = "GitHub Actions"
    BITNAMI = "Bitnami"
    DEBIAN = "Debian"
    UBUNTU = "Ubuntu"
    ALPINE = "Alpine"
    WOLFI = "Wolfi"
    CHAINGUARD = "Chainguard"
    RED_HAT = "Red Hat"
    ALMALINUX = "AlmaLinux"
    ROCKY = "Rocky Linux"
    FEDORA = "Fedora"
    ORACLE = "Oracle Linux"
    AMAZON = "Amazon Linux"
    SUSE = "SUSE"
    OPENSUSE = "openSUSE"
    MARINER = "Azure Linux"
    PHOTON = "Photon OS"
    GENERIC = "generic"
    """Of no ecosystem that anybody publishes advisories for."""


Scope = Literal["runtime", "development", "test", "build", "optional"]
"""When a package is needed."""

Origin = Literal["registry", "git", "url", "path", "workspace", "system"]
"""Where it is taken from: `path` and `workspace` are part of the target itself."""


class Package(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A package as one file names it."""

    ecosystem: Ecosystem
    name: str
    """As advisories write it: PyPI's normalised (PEP 503), npm's with its scope ("@a/b"), Maven's
    "group:artifact", Go's module path, Swift's URL without scheme and ".git"."""
    version: str = ""
    """The one version that is taken; "" where the file leaves it open."""
    requirement: str = ""
    """What is allowed, as the file writes it: ">=1.2,<2"."""
    line: int = 0
    """1-based; 0 where the file has no lines."""
    scope: Scope = "runtime"
    direct: bool | None = None
    """Whether the project itself asks for it; None where the file does not tell."""
    key: str = ""
    """What names it in its own file where name and version do not: "node_modules/a"."""
    requires: tuple[str, ...] = ()
    """The ids of the packages of the same file that it needs, resolved as the file's tool does."""
    constraints: tuple[str, ...] = ()
    """What it allows of each of `requires`, as written, in their order; () where nobody tells."""
    origin: Origin = "registry"
    address: str = ""
    """Where it is taken from, as written, without credentials, if not from the usual registry."""
    hashed: bool | None = None
    """Whether the file holds a digest of what is installed; None where such files never do."""
    marker: str = ""
    """Under what condition it is installed, as written: "sys_platform == 'win32'"."""
    licence: str = ""
    """As the file writes it."""
    has_install_script: bool = False
    notice: str = ""
    """What the registry said of it when the file was made: deprecated, yanked, and why."""
    distribution: str = ""
    """Of a package of an operating system: its release, "12", "v3.19", "9"."""
    source_name: str = ""
    """Of a package of an operating system: the source package it is built from, if another."""
    source_version: str = ""
    architecture: str = ""
    epoch: str = ""
    module: str = ""
    """Of a package of RPM: the module and stream that it is built for, "nodejs:18:..."."""
    layer: str = ""
    """Of a package in a container image: the digest of the layer in which it came."""
    made_by: str = ""
    """The command that made that layer, where the image tells; untrusted text."""

    @property
    def id(self) -> str:
        """What names it in its file."""
        return self.key or f"{self.name}@{self.version}"


class Runtime(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A language's runtime or a base image that a file asks for."""

    name: str
    """"python", "node", "go", "ruby", "php", "java", "dotnet", "rust", "alpine", "debian", ..."""
    requirement: str
    line: int = 0


class Inventory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one file says; an empty one is a fact too."""

    packages: tuple[Package, ...] = ()
    """In the order of the file; one that it names twice, in two versions, is there twice."""
    project: str = ""
    """The name of the project that the file belongs to."""
    licence: str = ""
    runtimes: tuple[Runtime, ...] = ()
    owns: tuple[str, ...] = ()
    """Files of its packages that name packages themselves, below the root of the system: what an
    operating system's package brings of a language is told, mended and versioned by the system."""
    installs_unhashed: bool | None = None
    """Whether the installer takes what has no digest; None where that is no question."""
    problems: tuple[Problem, ...] = ()
    """What of the file was passed over; the rest is there."""


Read = Callable[[str], bytes | None]
"""Reads another file of the target by its path (never outside of it); None where there is none."""


class ListFile(Struct, frozen=True, kw_only=True):
    """A file that names packages, as it is handed to its parser."""

    path: str
    """Relative to the target, "/" between the parts."""
    content: bytes
    read: Read = lambda path: None
    """For what it takes in: `-r other.txt`, a parent's pom.xml."""
