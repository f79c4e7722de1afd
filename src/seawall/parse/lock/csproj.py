"""Projects of MSBuild: *.csproj and its kin, Directory.Packages.props, Directory.Build.props.

Source: https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files and
`central-package-management`.
"""

import posixpath
import re
from collections.abc import Iterator

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.nuget import chosen_version
from seawall.parse.remarks import Remarks
from seawall.parse.xml import Element, parse_xml

_PROPERTY = re.compile(r"\$\(([\w.-]+)\)")
_LINKED = {
    "PackageReference": "runtime",
    "GlobalPackageReference": "build",
    "PackageDownload": "build",
    "DotNetCliToolReference": "build",
    "PackageVersion": "runtime",
}
_SDK = re.compile(r"([\w.-]+)/(\d[\w.+-]*)")
_UPWARD = ("Directory.Build.props", "Directory.Packages.props", "Directory.Build.targets")
DEEPEST = 12
"""Folders above a project, and properties in one another."""
LONGEST = 1000
"""Characters of a value, and of a text that properties are put into."""


def parse(file: ListFile) -> Inventory:
    """Return what a project asks for. Raises ParseError when it is no project of MSBuild."""
    root = parse_xml(file.content)
    if root.name != "Project":
        raise ParseError("it is no project of msbuild")
    reader = _Reader(file, root)
    packages = [one for item in reader.items() for one in reader.packages_of(*item)]
    packages += _sdks(root)
    packages.sort(key=lambda one: one.line)
    return Inventory(
        packages=tuple(packages),
        project=reader.value(reader.own("PackageId") or reader.own("AssemblyName")),
        licence=reader.value(reader.own("PackageLicenseExpression")),
        runtimes=tuple(reader.runtimes()),
        problems=reader.remarks.problems,
    )


class _Reader:
    """One project with the files above it that hold for it."""

    def __init__(self, file: ListFile, root: Element) -> None:
        self._root = root
        self.remarks = Remarks(file.path)
        above = list(_above(file))
        self._properties: dict[str, str] = {}
        self._central: dict[str, str] = {}
        for one in [root, *above]:
            for group in one.all("PropertyGroup"):
                for element in group.children:
                    self._properties.setdefault(element.name.lower(), element.text)
        for one in [root, *above]:
            for element, _ in _items(one):
                if element.name in ("PackageVersion", "GlobalPackageReference"):
                    for name in _names(element):
                        self._central.setdefault(name.lower(), _told(element, "Version"))
        tests = self.own("IsTestProject").lower() == "true"
        self._is_test = tests or any(
            "microsoft.net.test.sdk" in (name.lower() for name in _names(one))
            for one, _ in _items(root)
            if one.name == "PackageReference"
        )

    def own(self, name: str) -> str:
        """Return a property as this file itself writes it."""
        for group in self._root.all("PropertyGroup"):
            for one in group.all(name):
                if one.text:
                    return one.text
        return ""

    def items(self) -> Iterator[tuple[Element, str]]:
        """Yield the items of this file that name packages, with their conditions."""
        for element, condition in _items(self._root):
            if element.name in _LINKED:
                yield element, condition

    def packages_of(self, element: Element, condition: str) -> Iterator[Package]:
        """Yield the packages that an item names."""
        names = list(_names(element))
        if not names and not element.attributes.get("Remove"):
            self.remarks.pass_over("an item that names no package", element.line)
        own = _told(element, "VersionOverride") or _told(element, "Version")
        for written in names:
            name = self.value(written)
            if "$(" in name or "@(" in name or not name:
                self.remarks.pass_over("a package whose name is computed", element.line)
                continue
            if element.attributes.get("Update") and not own and element.name != "PackageVersion":
                # It changes what another line asks for.
                continue
            wanted = self.value(own or self._central.get(name.lower(), ""))
            for one in wanted.split(";") if element.name == "PackageDownload" else [wanted]:
                yield self._package(element, name, one.strip(), condition)

    def _package(self, element: Element, name: str, wanted: str, condition: str) -> Package:
        scope: Scope = "runtime"
        if _LINKED[element.name] == "build":
            scope = "build"
        elif self._is_test:
            scope = "test"
        elif _told(element, "PrivateAssets").lower() == "all":
            scope = "development"
        return Package(
            ecosystem=Ecosystem.NUGET,
            name=name,
            version=chosen_version(wanted),
            requirement=wanted,
            line=element.line,
            scope=scope,
            # A central version says which one is taken, not that it is wanted.
            direct=None if element.name == "PackageVersion" else True,
            marker=condition,
        )

    def runtimes(self) -> Iterator[Runtime]:
        """Yield the frameworks that the project is built for."""
        for group in self._root.all("PropertyGroup"):
            for one in group.children:
                if one.name in ("TargetFramework", "TargetFrameworks", "TargetFrameworkVersion"):
                    for text in self.value(one.text).split(";"):
                        wanted = text.strip()
                        if one.name.endswith("Version"):
                            wanted = "net" + wanted.lstrip("v").replace(".", "")
                        if wanted and "$(" not in wanted:
                            yield Runtime(name="dotnet", requirement=wanted, line=one.line)

    def value(self, text: str) -> str:
        """Return a text with the properties put in that are known."""
        for _ in range(DEEPEST):
            if "$(" not in text or len(text) > LONGEST:
                break
            new = _PROPERTY.sub(
                lambda found: self._properties.get(found[1].lower(), found[0])[:LONGEST], text
            )
            if new == text or len(new) > LONGEST:
                break
            text = new
        return text.strip()


def _above(file: ListFile) -> Iterator[Element]:
    """Yield the nearest file above of each name that MSBuild takes in, and what those take in."""
    for name in _UPWARD:
        folder = posixpath.dirname(file.path)
        taken = 0
        for _ in range(DEEPEST):
            path = posixpath.join(folder, name)
            content = file.read(path) if path != file.path else None
            root = _project(content)
            if root is not None:
                yield root
                taken += 1
            if not folder or (taken and root is not None and not _goes_on(root, name)):
                break
            folder = posixpath.dirname(folder)


def _goes_on(root: Element, name: str) -> bool:
    """Tell whether a file takes in the one of the same name further above."""
    return any(
        name.lower() in one.attributes.get("Project", "").lower() for one in root.all("Import")
    )


def _project(content: bytes | None) -> Element | None:
    if content is None:
        return None
    try:
        return parse_xml(content)
    except ParseError:
        # It is told where that file itself is read.
        return None


def _items(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield the items of a project, those under `Choose` too, with their conditions."""
    waiting = [(root, "")]
    while waiting:
        here, condition = waiting.pop()
        for child in here.children:
            told = child.attributes.get("Condition", "").strip()
            both = f"{condition} and {told}" if condition and told else condition or told
            if here.name == "ItemGroup":
                yield child, both
            elif child.name in ("ItemGroup", "Choose", "When", "Otherwise", "Target"):
                waiting.append((child, both))


def _names(element: Element) -> Iterator[str]:
    included = element.attributes.get("Include") or element.attributes.get("Update") or ""
    for one in included.split(";"):
        if one.strip():
            yield one.strip()


def _told(element: Element, key: str) -> str:
    """Return metadata of an item, as its attribute or its child."""
    for name, value in element.attributes.items():
        if name.lower() == key.lower():
            return value.strip()
    return next((one.text for one in element.children if one.name.lower() == key.lower()), "")


def _sdks(root: Element) -> Iterator[Package]:
    """Yield the SDKs that are named with their versions."""
    named = [
        (found[1], found[2], root.line)
        for one in root.attributes.get("Sdk", "").split(";")
        if (found := _SDK.fullmatch(one.strip()))
    ]
    for tag in ("Sdk", "Import"):
        for one in root.all(tag):
            name = one.attributes.get("Name" if tag == "Sdk" else "Sdk", "")
            version = one.attributes.get("Version", "")
            if name and version:
                named.append((name, version, one.line))
    for name, version, line in named:
        yield Package(
            ecosystem=Ecosystem.NUGET,
            name=name,
            version=chosen_version(version),
            requirement=version,
            line=line,
            scope="build",
            direct=True,
        )
