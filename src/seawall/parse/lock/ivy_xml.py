"""ivy.xml of Apache Ivy.

Source: https://ant.apache.org/ivy/history/latest-milestone/ivyfile.html.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.maven import maven_package, scope_of_configurations
from seawall.parse.remarks import Remarks
from seawall.parse.xml import parse_xml


def parse(file: ListFile) -> Inventory:
    """Return what a module asks for. Raises ParseError when it is no module of Ivy."""
    root = parse_xml(file.content)
    if root.name != "ivy-module":
        raise ParseError("it is no module of ivy")
    info = root.first("info")
    organisation = info.attributes.get("organisation", "") if info is not None else ""
    remarks = Remarks(file.path)
    packages = []
    for section in root.all("dependencies"):
        for one in section.all("dependency"):
            told = one.attributes
            group, name = told.get("org", "").strip() or organisation, told.get("name", "").strip()
            wanted = told.get("rev", "").strip()
            if not name or not group or "${" in group + name:
                remarks.pass_over("its organisation and name are not written out", one.line)
                continue
            ours = [part.partition("->")[0] for part in told.get("conf", "").split(";")]
            names = [name.strip() for part in ours for name in part.split(",") if name.strip()]
            packages.append(
                maven_package(
                    group,
                    name,
                    wanted,
                    line=one.line,
                    scope=scope_of_configurations(names),
                    direct=True,
                )
            )
    module = info.attributes.get("module", "") if info is not None else ""
    return Inventory(packages=tuple(packages), project=module, problems=remarks.problems)
