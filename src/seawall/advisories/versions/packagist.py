"""Versions of PHP packages: as Composer writes them out, in the order of PHP's `version_compare`.

Source: https://github.com/composer/semver (what a version is);
https://www.php.net/version_compare (their order).
"""

import re

from seawall.advisories.versions.coding import number

_MODIFIER = r"[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*)?)?([.-]?dev)?"
_CLASSIC = re.compile(
    rf"v?([0-9]{{1,5}})(\.[0-9]+)?(\.[0-9]+)?(\.[0-9]+)?{_MODIFIER}", re.IGNORECASE | re.ASCII
)
_DATED = re.compile(
    rf"v?([0-9]{{4}}(?:[.:-]?[0-9]{{2}}){{1,6}}(?:[.:-]?[0-9]{{1,3}}){{0,2}}){_MODIFIER}",
    re.IGNORECASE | re.ASCII,
)
_BRANCH = re.compile(
    r"v?([0-9]+)(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?[.-]?dev",
    re.IGNORECASE | re.ASCII,
)
_LONG_NAMES = {"a": "alpha", "b": "beta", "p": "patch", "pl": "patch", "rc": "RC"}
_RUNS = re.compile(r"[0-9]+|[A-Za-z]+")

_FORMS = (("dev", 1), ("alpha", 2), ("a", 2), ("beta", 3), ("b", 3), ("RC", 4), ("rc", 4))
"""What a word begins with; any other is below them all."""
_END, _NUMBER, _PATCH = 5, 6, 7


def key(version: str) -> bytes:
    """Return the key of a version."""
    parts = (_part_key(run) for run in _RUNS.findall(_written_out(version.strip())))
    return b"".join(parts) + bytes((_END,))


def _written_out(version: str) -> str:
    """Write a version out as Composer does: four numbers, long names, no build."""
    version = re.sub(r"@(?:stable|rc|beta|alpha|dev)$", "", version, flags=re.IGNORECASE)
    if version in ("master", "trunk", "default"):
        return f"dev-{version}"
    if version[:4].lower() == "dev-":
        return version
    bare = re.sub(r"^([^,\s+]+)\+\S+$", r"\1", version)
    found = _CLASSIC.fullmatch(bare)
    if found is not None:
        numbers = found[1] + "".join(found[at] or ".0" for at in (2, 3, 4))
        return numbers + _modifier(*found.groups()[4:])
    found = _DATED.fullmatch(bare)
    if found is not None:
        return re.sub(r"[^0-9]", ".", found[1]) + _modifier(*found.groups()[1:])
    found = _BRANCH.fullmatch(bare)
    if found is not None:
        # The branch of 1.2 is above every 1.2.z: its open places are as high as can be.
        open_from = next((at for at in (2, 3, 4) if (found[at] or ".x")[1:] in "xX*"), 5)
        numbers = [found[at][1:] if at < open_from else "9999999" for at in (2, 3, 4)]
        return ".".join((found[1], *numbers)) + "-dev"
    return version.removeprefix("v")


def _modifier(stability: str | None, count: str | None, dev: str | None) -> str:
    written = ""
    if stability and stability.lower() != "stable":
        stability = stability.lower()
        written = f"-{_LONG_NAMES.get(stability, stability)}{(count or '').lstrip('.-')}"
    return written + ("-dev" if dev else "")


def _part_key(run: str) -> bytes:
    if run.isdigit():
        return bytes((_NUMBER,)) + number(run)
    if run.startswith("p"):
        return bytes((_PATCH,))
    return bytes((next((rank for form, rank in _FORMS if run.startswith(form)), 0),))
