"""DESCRIPTION of a package of R: what it asks for, or that it is installed.

Source: https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file.
"""

import re
from collections.abc import Mapping

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.dcf import Field, asked_in, paragraphs_of

_FIELDS: tuple[tuple[str, Scope], ...] = (
    ("Depends", "runtime"),
    ("Imports", "runtime"),
    ("LinkingTo", "build"),
    ("Suggests", "development"),
    ("Enhances", "optional"),
)
_WITH_R = frozenset(
    "base compiler datasets graphics grDevices grid methods parallel splines stats stats4 tcltk"
    " tools translations utils".split()
)
"""What R itself brings."""
_NONE = Field("", 0)
_EXACT = re.compile(r"==\s*(\d[\d.-]*)")


def parse(file: ListFile) -> Inventory:
    """Return what a package of R asks for; itself where R has installed it.

    Raises ParseError when it describes no package of R.
    """
    fields = next(paragraphs_of(file.content), {})
    if not {"Package", "Imports", "Depends", "Type", "Suggests"} & fields.keys():
        raise ParseError("it is no description of a package of r")
    name, version = (fields.get(key, _NONE).value for key in ("Package", "Version"))
    licence = fields.get("License", _NONE).value
    if "Built" in fields and name:
        return Inventory(packages=(_installed(fields, name, version, licence),))
    packages: dict[str, Package] = {}
    runtimes: list[Runtime] = []
    for key, scope in _FIELDS:
        for one, allowed, line in asked_in(fields.get(key)):
            if one == "R":
                if allowed:
                    runtimes.append(Runtime(name="r", requirement=allowed, line=line))
            elif one not in _WITH_R:
                exact = _EXACT.fullmatch(allowed)
                packages.setdefault(
                    one,
                    Package(
                        ecosystem=Ecosystem.CRAN,
                        name=one,
                        version=exact[1] if exact else "",
                        requirement=allowed,
                        line=line,
                        scope=scope,
                        direct=True,
                    ),
                )
    return Inventory(
        packages=tuple(packages.values()),
        project=name,
        licence=licence,
        runtimes=tuple(runtimes),
    )


def _installed(fields: Mapping[str, Field], name: str, version: str, licence: str) -> Package:
    is_of_bioconductor = "biocViews" in fields
    return Package(
        ecosystem=Ecosystem.BIOCONDUCTOR if is_of_bioconductor else Ecosystem.CRAN,
        name=name,
        version=version,
        line=fields["Package"].line,
        licence=licence,
        origin="system" if fields.get("Priority", _NONE).value == "base" else "registry",
    )
