"""gradle/verification-metadata.xml: the digests of what a build of Gradle may take.

Source: https://docs.gradle.org/current/userguide/dependency_verification.html.
"""

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.remarks import Remarks
from seawall.parse.xml import Element, parse_xml

_DIGESTS = ("sha512", "sha256", "pgp")


def parse(file: ListFile) -> Inventory:
    """Return what is verified, plugins of the build too. Raises ParseError when it is none."""
    root = parse_xml(file.content)
    if root.name != "verification-metadata":
        raise ParseError("it is no verification metadata of gradle")
    remarks = Remarks(file.path)
    packages = []
    for section in root.all("components"):
        for one in section.all("component"):
            group, name, version = (
                one.attributes.get(key, "").strip() for key in ("group", "name", "version")
            )
            if not group or not name:
                remarks.pass_over("a component without a group and a name", one.line)
                continue
            packages.append(
                Package(
                    ecosystem=Ecosystem.MAVEN,
                    name=f"{group}:{name}",
                    version=version,
                    line=one.line,
                    hashed=any(_is_hashed(artifact) for artifact in one.all("artifact")),
                )
            )
    return Inventory(packages=tuple(packages), problems=remarks.problems)


def _is_hashed(artifact: Element) -> bool:
    return any(child.name in _DIGESTS for child in artifact.children)
