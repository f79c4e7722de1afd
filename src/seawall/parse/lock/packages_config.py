"""packages.config of NuGet before PackageReference.

Source: https://learn.microsoft.com/nuget/reference/packages-config.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Scope
from seawall.parse.remarks import Remarks
from seawall.parse.xml import parse_xml


def parse(file: ListFile) -> Inventory:
    """Return what is installed. Raises ParseError when it is no such file."""
    root = parse_xml(file.content)
    if root.name != "packages":
        raise ParseError("it is no packages.config")
    remarks = Remarks(file.path)
    packages = []
    for one in root.all("package"):
        told = {key.lower(): value.strip() for key, value in one.attributes.items()}
        if not told.get("id"):
            remarks.pass_over("a package without an id", one.line)
            continue
        development = told.get("developmentdependency", "").lower() == "true"
        scope: Scope = "development" if development else "runtime"
        packages.append(
            Package(
                ecosystem=Ecosystem.NUGET,
                name=told["id"],
                version=told.get("version", ""),
                requirement=told.get("allowedversions", ""),
                line=one.line,
                scope=scope,
                marker=told.get("targetframework", ""),
            )
        )
    return Inventory(packages=tuple(packages), problems=remarks.problems)
