"""Lockfiles of Gradle: gradle.lockfile, buildscript-gradle.lockfile, dependency-locks/*.lockfile.

Source: https://docs.gradle.org/current/userguide/dependency_locking.html.
"""

import posixpath
import re

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package
from seawall.parse.maven import scope_of_configurations
from seawall.parse.remarks import Remarks

_ENTRY = re.compile(
    r"(?P<group>[^\s:=#]+):(?P<name>[^\s:=]+):(?P<version>[^\s:=]+)(?:=(?P<configurations>\S*))?"
)


def parse(file: ListFile) -> Inventory:
    """Return what Gradle has chosen. Raises ParseError when the file is no text."""
    if b"\0" in file.content:
        raise ParseError("it is no text")
    remarks = Remarks(file.path)
    packages: list[Package] = []
    # Until Gradle 6 there was one file for each configuration, named like it.
    of_file = posixpath.basename(file.path).removesuffix(".lockfile")
    for_building = "buildscript" in of_file or "settings" in of_file
    lines = file.content.decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(("#", "empty=")):
            continue
        found = _ENTRY.fullmatch(text)
        if found is None:
            remarks.pass_over("it is no locked dependency", number)
            continue
        names = found["configurations"]
        told = scope_of_configurations(names.split(",") if names else [of_file])
        packages.append(
            Package(
                ecosystem=Ecosystem.MAVEN,
                name=f"{found['group']}:{found['name']}",
                version=found["version"],
                line=number,
                scope="build" if for_building else told,
            )
        )
    if remarks.problems and not packages:
        raise ParseError("it is no lockfile of gradle")
    return Inventory(packages=tuple(packages), problems=remarks.problems)
