"""Package URLs: the one name of a package that all tools share.

Source: https://github.com/package-url/purl-spec.
"""

from urllib.parse import quote, unquote

from seawall.model.inventory import Ecosystem, Package
from seawall.model.package_name import normal_name

TYPES: dict[Ecosystem, str] = {
    Ecosystem.PYPI: "pypi",
    Ecosystem.NPM: "npm",
    Ecosystem.GO: "golang",
    Ecosystem.CRATES: "cargo",
    Ecosystem.RUBYGEMS: "gem",
    Ecosystem.PACKAGIST: "composer",
    Ecosystem.MAVEN: "maven",
    Ecosystem.NUGET: "nuget",
    Ecosystem.HEX: "hex",
    Ecosystem.PUB: "pub",
    Ecosystem.SWIFT: "swift",
    Ecosystem.COCOAPODS: "cocoapods",
    Ecosystem.HACKAGE: "hackage",
    Ecosystem.CRAN: "cran",
    Ecosystem.BIOCONDUCTOR: "bioconductor",
    Ecosystem.CONAN: "conan",
    Ecosystem.CONDA: "conda",
    Ecosystem.JULIA: "julia",
    Ecosystem.LUAROCKS: "luarocks",
    Ecosystem.OPAM: "opam",
    Ecosystem.BAZEL: "bazel",
    Ecosystem.GITHUB_ACTIONS: "githubactions",
    Ecosystem.BITNAMI: "bitnami",
    Ecosystem.DEBIAN: "deb",
    Ecosystem.UBUNTU: "deb",
    Ecosystem.ALPINE: "apk",
    Ecosystem.WOLFI: "apk",
    Ecosystem.CHAINGUARD: "apk",
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
}
"""The type of each ecosystem; "generic" for the others."""

NAMESPACES: dict[Ecosystem, str] = {
    Ecosystem.DEBIAN: "debian",
    Ecosystem.UBUNTU: "ubuntu",
    Ecosystem.ALPINE: "alpine",
    Ecosystem.WOLFI: "wolfi",
    Ecosystem.CHAINGUARD: "chainguard",
    Ecosystem.RED_HAT: "redhat",
    Ecosystem.ALMALINUX: "almalinux",
    Ecosystem.ROCKY: "rocky",
    Ecosystem.FEDORA: "fedora",
    Ecosystem.ORACLE: "oracle",
    Ecosystem.AMAZON: "amzn",
    Ecosystem.SUSE: "suse",
    Ecosystem.OPENSUSE: "opensuse",
    Ecosystem.MARINER: "azurelinux",
    Ecosystem.PHOTON: "photon",
}
"""Of packages of operating systems: their vendor."""

_ECOSYSTEMS = {kind: one for one, kind in TYPES.items() if one not in NAMESPACES} | {
    # Others name actions by where their source is.
    "github": Ecosystem.GITHUB_ACTIONS,
    "generic": Ecosystem.GENERIC,
}
_VENDORS = {name: one for one, name in NAMESPACES.items()}


def purl_of(package: Package) -> str:
    """Return the URL of a package."""
    ecosystem, name = package.ecosystem, package.name
    path = name.replace(":", "/", 1) if ecosystem is Ecosystem.MAVEN else name
    parts = [quote(part, safe="") for part in path.split("/") if part]
    if ecosystem in NAMESPACES:
        parts.insert(0, NAMESPACES[ecosystem])
    url = f"pkg:{TYPES.get(ecosystem, 'generic')}/{'/'.join(parts)}"
    version, epoch = package.version, package.epoch
    if TYPES.get(ecosystem) == "rpm" and ":" in version:
        # All else write it as a part of the version; here it is told apart.
        epoch, _, version = version.partition(":")
    if version:
        url += f"@{quote(version, safe='')}"
    qualifiers = {
        "arch": package.architecture,
        "distro": f"{NAMESPACES[ecosystem]}-{package.distribution}"
        if ecosystem in NAMESPACES and package.distribution
        else "",
        "epoch": epoch,
        "rpmmod": package.module,
    }
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in qualifiers.items() if value)
    return url + (f"?{query}" if query else "")


def read_purl(url: str) -> Package | None:
    """Return the package of a URL; None where it is none, or of a type that nobody knows."""
    url, _, _ = url.partition("#")
    url, _, query = url.partition("?")
    kind, _, rest = url.removeprefix("pkg:").lstrip("/").partition("/")
    path, at, version = rest.rpartition("@")
    if not at or "/" in version:
        path, version = rest, ""
    parts = [unquote(part) for part in path.split("/") if part]
    if not url.startswith("pkg:") or not parts:
        return None
    kind = kind.lower()
    qualifiers = dict(part.partition("=")[::2] for part in query.split("&") if part)
    ecosystem = _ECOSYSTEMS.get(kind)
    if kind in ("deb", "apk", "rpm"):
        ecosystem = _VENDORS.get(parts[0].lower()) if len(parts) > 1 else None
        parts = parts[1:]
    if ecosystem is None:
        return None
    if kind == "github":
        parts = parts[:2]
    name = (":" if ecosystem is Ecosystem.MAVEN else "/").join(parts)
    if ecosystem is Ecosystem.PYPI:
        name = normal_name(ecosystem, name)
    distribution = unquote(qualifiers.get("distro", ""))
    version, epoch = unquote(version), unquote(qualifiers.get("epoch", ""))
    if kind == "rpm" and version and epoch not in ("", "0"):
        version = f"{epoch}:{version}"
    return Package(
        ecosystem=ecosystem,
        name=name,
        version=version,
        distribution=distribution.rpartition("-")[2],
        architecture=unquote(qualifiers.get("arch", "")),
        epoch=epoch if kind != "rpm" else "",
        module=unquote(qualifiers.get("rpmmod", "")),
    )
