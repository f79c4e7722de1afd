"""*.nuspec of NuGet: what a package asks for.

Source: https://learn.microsoft.com/nuget/reference/nuspec.
"""

from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.nuget import chosen_version
from seawall.parse.remarks import Remarks
from seawall.parse.xml import Element, parse_xml


def parse(file: ListFile) -> Inventory:
    """Return the dependencies of all frameworks. Raises ParseError when it is no nuspec."""
    root = parse_xml(file.content)
    metadata = root.first("metadata")
    if root.name != "package" or metadata is None:
        raise ParseError("it is no nuspec")
    remarks = Remarks(file.path)
    packages: dict[tuple[str, str], Package] = {}
    for framework, one in _asked(metadata.first("dependencies")):
        name, wanted = one.attributes.get("id", ""), one.attributes.get("version", "").strip()
        if not name:
            remarks.pass_over("a dependency without an id", one.line)
            continue
        packages.setdefault(
            (name.lower(), wanted),
            Package(
                ecosystem=Ecosystem.NUGET,
                name=name,
                version=chosen_version(wanted),
                requirement=wanted,
                line=one.line,
                direct=True,
                marker=framework,
            ),
        )
    return Inventory(
        packages=tuple(packages.values()),
        project=metadata.value("id"),
        licence=metadata.value("license"),
        problems=remarks.problems,
    )


def _asked(dependencies: Element | None) -> Iterator[tuple[str, Element]]:
    if dependencies is None:
        return
    for one in dependencies.all("dependency"):
        yield "", one
    for group in dependencies.all("group"):
        for one in group.all("dependency"):
            yield group.attributes.get("targetFramework", ""), one
