"""paket.dependencies of Paket: what a solution asks for.

Source: https://fsprojects.github.io/Paket/dependencies-file.html.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.nuget import chosen_version
from seawall.parse.pep508 import scope_of_group
from seawall.parse.script import script_text

_NUGET = re.compile(r"(?:nuget|clitool)\s+(?P<name>[\w.-]+)\s*(?P<rest>.*)", re.IGNORECASE)
_CLAUSE = re.compile(r"(?P<sign>@?(?:~>|[<>]=?|==|!|=))?\s*(?P<version>\d[\w.*+-]*)")


def parse(file: ListFile) -> Inventory:
    """Return what is asked of NuGet, in all groups. Raises ParseError when it is no text."""
    packages: list[Package] = []
    scope: Scope = "runtime"
    for number, line in enumerate(script_text(file.content).split("\n"), 1):
        bare = re.split(r"(?:\A|\s)(?://|#)", line, maxsplit=1)[0].strip()
        if bare.lower().startswith("group "):
            group = bare[6:].strip()
            scope = "build" if group.lower() == "build" else scope_of_group(group, "runtime")
        elif found := _NUGET.fullmatch(bare):
            clauses = []
            rest = found["rest"]
            while clause := _CLAUSE.match(rest):
                clauses.append(clause)
                rest = rest[clause.end() :].lstrip()
            only = clauses[0] if len(clauses) == 1 else None
            is_exact = only is not None and only["sign"] in (None, "=", "==")
            packages.append(
                Package(
                    ecosystem=Ecosystem.NUGET,
                    name=found["name"],
                    version=chosen_version(only["version"]) if only and is_exact else "",
                    requirement=" ".join(one[0] for one in clauses),
                    line=number,
                    scope=scope,
                    direct=True,
                )
            )
    return Inventory(packages=tuple(packages))
