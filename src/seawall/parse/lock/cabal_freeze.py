"""cabal.project.freeze of Cabal, and the cabal.config of its old versions and of Stackage.

Source: https://cabal.readthedocs.io/en/stable/cabal-project-description-file.html#cfg-field-constraints.
"""

import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime
from seawall.parse.haskell import cabal_fields, exact_version, listed

_CONSTRAINT = re.compile(
    r"(?:any\.|setup\.|[\w-]+:setup\.)?([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)\s*((?:[=<>^]|installed).*)?",
    re.DOTALL,
)
_COMPILER = re.compile(r"(?:.*[/\\])?(ghc|ghcjs)-(\d[\d.]*)")


def parse(file: ListFile) -> Inventory:
    """Return what Cabal has chosen. Raises ParseError when nothing of it is a field of Cabal."""
    if b"\0" in file.content:
        raise ParseError("it is no text")
    text = file.content.decode("utf-8-sig", "replace")
    packages: dict[str, Package] = {}
    runtimes: list[Runtime] = []
    known = False
    for name, _, lines in cabal_fields(text):
        known = True
        if name == "with-compiler" and (found := _COMPILER.match(lines[0][1])):
            runtimes.append(Runtime(name=found[1], requirement=found[2], line=lines[0][0]))
        if name != "constraints":
            continue
        for line, one in listed(lines):
            constraint = _CONSTRAINT.fullmatch(one) if len(one) < 1 << 12 else None
            # Without a version it is about flags.
            if constraint is not None and constraint[2]:
                package = _package(constraint[1], constraint[2].strip(), line)
                packages.setdefault(package.id, package)
    if text.strip() and not known and not _is_commented(text):
        raise ParseError("it is no freeze file of cabal")
    return Inventory(packages=tuple(packages.values()), runtimes=tuple(runtimes))


def _package(name: str, allowed: str, line: int) -> Package:
    version = exact_version(allowed)
    return Package(
        ecosystem=Ecosystem.HACKAGE,
        name=name,
        version=version,
        requirement="" if version else allowed,
        line=line,
    )


def _is_commented(text: str) -> bool:
    return all(line.strip().startswith("--") for line in text.splitlines() if line.strip())
