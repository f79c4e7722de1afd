"""Words of NuGet: versions, ranges and frameworks as its files write them.

Source: https://learn.microsoft.com/nuget/concepts/package-versioning.
"""

import re
from collections.abc import Mapping
from typing import Any

from seawall.model.inventory import Ecosystem, Package
from seawall.parse.lines import LineFinder
from seawall.parse.remarks import Remarks
from seawall.parse.values import table_of, text_of

_PLAIN = re.compile(r"[vV]?(\d[\w.+-]*)")
_EXACT = re.compile(r"\[\s*(\d[\w.+-]*)\s*\]")
_LEAST = re.compile(r"\[\s*(\d[\w.+-]*)\s*,\s*\1\s*\]")


def chosen_version(wanted: str) -> str:
    """Return the version that NuGet takes for what a project asks for; "" where many may be.

    "13.0.1" allows later ones, but the least that is allowed is taken.
    """
    wanted = wanted.strip()
    found = _PLAIN.fullmatch(wanted) or _EXACT.fullmatch(wanted) or _LEAST.fullmatch(wanted)
    return found[1] if found else ""


def named_package(text: str) -> tuple[str, str]:
    """Return name and version of "Name/1.2.3"."""
    name, _, version = text.rpartition("/")
    return name, version


def framework_of(target: str) -> str:
    """Return a framework without the platform: of "net8.0/win-x64", and of the long form."""
    name = target.partition("/")[0]
    if found := re.fullmatch(r"\.NETCoreApp,Version=v(\d+)\.(\d+)", name):
        return (
            f"net{found[1]}.{found[2]}"
            if int(found[1]) >= 5
            else f"netcoreapp{found[1]}.{found[2]}"
        )
    if found := re.fullmatch(r"\.NETStandard,Version=v([\d.]+)", name):
        return f"netstandard{found[1]}"
    if found := re.fullmatch(r"\.NETFramework,Version=v([\d.]+)", name):
        return "net" + found[1].replace(".", "")
    return name


def read_libraries(
    targets: Mapping[str, Any],
    libraries: Mapping[str, Any],
    finder: LineFinder,
    remarks: Remarks,
) -> list[Package]:
    """Return the packages of "libraries", related as the targets say."""
    needs: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    build_only: set[str] = set()
    for entries in targets.values():
        if not isinstance(entries, dict):
            continue
        ids = {named_package(text)[0].lower(): text for text in entries}
        for text, entry in entries.items():
            if not isinstance(entry, dict):
                continue
            if entry.get("compileOnly") is True:
                build_only.add(text)
            kinds.setdefault(text, text_of(entry, "type"))
            for name, allowed in table_of(entry, "dependencies").items():
                if name.lower() in ids:
                    needs.setdefault(text, {}).setdefault(ids[name.lower()], str(allowed))
    kinds.update(
        {text: text_of(one, "type") for text, one in libraries.items() if isinstance(one, dict)}
    )
    projects = [text for text, kind in kinds.items() if kind.lower() == "project"]
    asked = {one for text in projects for one in needs.get(text, ())}
    packages = []
    for text in libraries or kinds:
        name, version = named_package(text)
        needle = b'"%b"' % text.encode("utf-8", "replace")
        # First it stands among the targets, then here.
        line = finder.line_of(needle)
        kind = kinds.get(text, "").lower()
        if not name or not isinstance(libraries.get(text, {}), dict):
            remarks.pass_over("a library without a name and a version", line)
        elif kind not in ("reference", "referenceassembly"):
            needed = needs.get(text, {})
            packages.append(
                Package(
                    ecosystem=Ecosystem.NUGET,
                    name=name.removeprefix("runtimepack."),
                    version=version,
                    line=line,
                    key=text,
                    scope="build" if text in build_only else "runtime",
                    direct=text in asked or kind == "project" if projects else None,
                    requires=tuple(needed),
                    constraints=tuple(needed.values()),
                    origin="workspace" if kind == "project" else "registry",
                    hashed=None
                    if kind != "package"
                    else bool(text_of(libraries.get(text, {}), "sha512")),
                )
            )
    return packages
