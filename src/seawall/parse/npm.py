"""The words of npm and its kin: how they write names, versions and sources of packages.

Sources: https://docs.npmjs.com/cli/configuring-npm/package-json,
https://yarnpkg.com/protocols, https://pnpm.io/package_json.
"""

import re

from msgspec import Struct

from seawall.model.inventory import Origin, Scope
from seawall.parse.pep508 import without_credentials

KINDS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("optionalDependencies", "optional"),
    ("peerDependencies", "runtime"),
    ("devDependencies", "development"),
)
"""The tables of a manifest that name packages, with what theirs are for."""

LONGEST = 2000
"""Characters of an address in whose end a version is looked for."""

_EXACT = re.compile(r"\s*[=v]*\s*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)\s*")
_TAGGED = re.compile(r"#(?:semver:)?v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\Z")
_ARCHIVE = re.compile(r"-v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)\.(?:tgz|tar\.gz)(?:[?#].*)?\Z")
_GIT = re.compile(
    r"git\+|git:|git@|ssh:|(?:github|gitlab|bitbucket|gist):|[\w.-]+/[\w.-]+(?:#|\Z)"
    r"|https?://[^#]*\.git(?:#|\Z)|https?://codeload\.github\.com/"
)
_PATH = re.compile(r"(?:file|link|portal):|\.{0,2}/|~/|[A-Za-z]:[\\/]|\.{1,2}\Z")
_URL = re.compile(r"https?:")
_REGISTRY = re.compile(
    r"https?://(?:registry\.(?:npmjs\.org|yarnpkg\.com|npmmirror\.com|npm\.taobao\.org)"
    r"|npm\.pkg\.github\.com|npm\.jsr\.io)/|https?://.*/-/|https?://[^/]*/.*\bnpm\b"
)
_USUAL = re.compile(r"https?://registry\.(?:npmjs\.org|yarnpkg\.com)/")


class Spec(Struct, frozen=True, kw_only=True):
    """What a manifest or a lockfile asks for under a name."""

    name: str
    """Of the package itself, where the other one is an alias."""
    version: str = ""
    """The only one that fits; "" where several may."""
    requirement: str = ""
    origin: Origin = "registry"
    address: str = ""
    """Without credentials; "" of a registry."""


def read_spec(name: str, text: str) -> Spec:
    """Return what is asked for under a name."""
    for protocol in ("npm:", "patch:"):
        if text.startswith(protocol):
            return _aliased(name, text.removeprefix(protocol))
    if text.startswith("workspace:"):
        return Spec(name=name, requirement=text, origin="workspace")
    origin = origin_of(text)
    if origin == "registry":
        exact = _EXACT.fullmatch(text)
        return Spec(name=name, version=exact[1] if exact else "", requirement=text)
    return Spec(
        name=name,
        version=version_in(text),
        requirement=without_credentials(text),
        origin=origin,
        address=without_credentials(text),
    )


def split_descriptor(text: str) -> tuple[str, str]:
    """Return name and rest of "name@rest": the name may begin with the "@" of its scope."""
    at = text.find("@", 1)
    return (text[:at], text[at + 1 :]) if at > 0 else (text, "")


def origin_of(text: str) -> Origin:
    """Tell what the right side of a dependency is: a range and a tag are of the registry."""
    if _PATH.match(text):
        return "path"
    if _GIT.match(text):
        return "git"
    return "url" if _URL.match(text) else "registry"


def resolved_origin(address: str) -> Origin:
    """Tell what a lockfile says that a package was taken from."""
    if not address or _REGISTRY.match(address):
        return "registry"
    origin = origin_of(address)
    # The name of an archive alone is one of yarn's offline mirror.
    return "registry" if origin == "git" and not re.search(r"[:/]", address) else origin


def told_address(address: str) -> str:
    """Return an address as it is told: without credentials, "" of the usual registry."""
    return "" if _USUAL.match(address) else without_credentials(address)


def version_in(address: str) -> str:
    """Return the version that the name of an archive or a tag says; "" where none does."""
    address = address[-LONGEST:]
    found = _ARCHIVE.search(address) or _TAGGED.search(address)
    return found[1] if found else ""


def licence_of(value: object) -> str:
    """Return the licence that a manifest states, in any of the forms it has had."""
    if isinstance(value, list):
        return " OR ".join(filter(None, map(licence_of, value)))
    if isinstance(value, dict):
        value = value.get("type") or value.get("name")
    return value if isinstance(value, str) else ""


def _aliased(name: str, text: str) -> Spec:
    if origin_of(text) == "registry" and "@" not in text[1:]:
        # "npm:^1.0.0" is the package itself, "npm:other" another one.
        of_range = not text or text[0] in "0123456789^~<>=*v " or "||" in text
        real, allowed = (name, text) if of_range else (text, "")
    else:
        real, allowed = split_descriptor(text)
        allowed = allowed.partition("#")[0].removeprefix("npm:").removeprefix("npm%3A")
    exact = _EXACT.fullmatch(allowed)
    return Spec(name=real or name, version=exact[1] if exact else "", requirement=allowed)
