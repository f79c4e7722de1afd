"""buildout.cfg and versions.cfg of zc.buildout: the versions that it pins.

Source: https://www.buildout.org/en/latest/topics/meta-recipes.html, "versions".
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.pep508 import parse_requirement, python_name
from seawall.parse.script import script_text

_PINNED = re.compile(r"([A-Za-z0-9][\w.-]*)\s*=\s*([<>=!~]*)\s*([^\s;#]*)")
_EGGS = re.compile(r"eggs\s*\+?=\s*(.*)")


def parse(file: ListFile) -> Inventory:
    """Return the pins of all sections of versions, and eggs. Raises ParseError on no text."""
    packages: dict[str, Package] = {}
    asked: dict[str, Package] = {}
    section = key = ""
    for number, line in enumerate(script_text(file.content).split("\n"), 1):
        bare = line.partition(" #")[0].strip()
        if not bare or bare[0] in "#;":
            continue
        if line[0] == "[" and "]" in bare:
            section, key = bare[1:].partition("]")[0].strip().lower(), ""
            continue
        if not line[0].isspace():
            found = _EGGS.fullmatch(bare)
            key, bare = ("eggs", found[1]) if found else ("", bare)
            pinned = _PINNED.fullmatch(bare)
            if section.endswith("versions") and pinned and pinned[3]:
                name, sign, version = python_name(pinned[1]), pinned[2], pinned[3]
                packages[name] = Package(
                    ecosystem=Ecosystem.PYPI,
                    name=name,
                    version=version if sign in ("", "==", "=") else "",
                    requirement=sign + version,
                    line=number,
                )
                continue
        if key == "eggs":
            # What else is written there names other sections: "${buildout:eggs}".
            for one in bare.split():
                if (wanted := parse_requirement(one)) is not None:
                    asked.setdefault(wanted.name, wanted.package(number))
    eggs = [one for name, one in asked.items() if name not in packages]
    return Inventory(packages=(*packages.values(), *eggs))
