"""What Perl's distributions ask for and lock: cpanfile.snapshot, META.json, MYMETA.json.

Source: https://metacpan.org/dist/Carton and https://metacpan.org/pod/CPAN::Meta::Spec.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import list_of, table_of, text_of

_NAMED = re.compile(r"(.+?)-(v?\d[\w.]*(?:-TRIAL\d*)?)")
_SCOPES: dict[str, Scope] = {
    "runtime": "runtime",
    "configure": "build",
    "build": "build",
    "test": "test",
    "develop": "development",
}
_EXACT = re.compile(r"==\s*(v?\d[\w.]*)")


class _Distribution(Struct):
    name: str
    version: str
    line: int
    needs: list[str]
    """Names of modules."""


def parse(file: ListFile) -> Inventory:
    """Return the distributions or modules. Raises ParseError when it is neither of the forms."""
    if file.path.endswith(".json"):
        return _of_metadata(file)
    if b"\0" in file.content:
        raise ParseError("it is no text")
    lines = file.content.decode("utf-8-sig", "replace").splitlines()
    if lines and not any(line.startswith(("DISTRIBUTIONS", "# carton")) for line in lines[:10]):
        raise ParseError("it is no snapshot of carton")
    return Inventory(packages=tuple(_locked(lines)))


def _locked(lines: list[str]) -> Iterator[Package]:
    distributions: list[_Distribution] = []
    provides: dict[str, str] = {}
    part = ""
    for number, line in enumerate(lines, 1):
        indent, words = len(line) - len(line.lstrip(" ")), line.split()
        if not words:
            continue
        if indent == 2:
            found = _NAMED.fullmatch(words[0]) if len(words[0]) < 1000 else None
            name, version = (found[1], found[2]) if found else (words[0], "")
            distributions.append(_Distribution(name, version, number, []))
        elif indent == 4:
            part = words[0].rstrip(":")
        elif indent >= 6 and distributions:
            at = distributions[-1]
            if part == "provides":
                provides.setdefault(words[0], f"{at.name}@{at.version}")
            elif part == "requirements":
                at.needs.append(words[0])
    for one in distributions:
        own = f"{one.name}@{one.version}"
        needs = dict.fromkeys(provides[module] for module in one.needs if module in provides)
        yield Package(
            ecosystem=Ecosystem.GENERIC,
            name=one.name,
            version=one.version,
            line=one.line,
            requires=tuple(need for need in needs if need != own),
        )


def _of_metadata(file: ListFile) -> Inventory:
    document = parse_json_table(file.content)
    if "meta-spec" not in document and "prereqs" not in document:
        # Others have files of this name too.
        return Inventory()
    finder = LineFinder(file.content)
    packages: dict[str, Package] = {}
    runtimes: list[Runtime] = []
    for phase, kind, module, wanted in _wanted(table_of(document, "prereqs")):
        line = finder.line_of(json.dumps(module).encode())
        finder.pass_by()
        allowed = "" if wanted in ("0", "") else wanted
        if module == "perl":
            runtimes.append(Runtime(name="perl", requirement=allowed, line=line))
            continue
        exact = _EXACT.fullmatch(allowed)
        scope = _SCOPES.get(phase, "optional")
        if module and module not in packages:
            packages[module] = Package(
                ecosystem=Ecosystem.GENERIC,
                name=module,
                version=exact[1] if exact else "",
                requirement=allowed,
                line=line,
                scope=scope if kind == "requires" else "optional",
                direct=True,
            )
    licences = [one for one in list_of(document, "license") if isinstance(one, str)]
    return Inventory(
        packages=tuple(packages.values()),
        project=text_of(document, "name"),
        licence=" or ".join(licences),
        runtimes=tuple(one for one in runtimes if one.requirement),
    )


def _wanted(prereqs: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield phase, kind, module and what is allowed of it."""
    for phase in prereqs:
        kinds = table_of(prereqs, phase)
        for kind in ("requires", "recommends", "suggests"):
            for module, allowed in table_of(kinds, kind).items():
                yield phase, kind, module, allowed if isinstance(allowed, str) else str(allowed)
