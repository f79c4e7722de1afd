"""A pom of Maven with those of its repository that hold for it: properties, managed versions."""

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile
from seawall.parse.xml import Element, parse_xml

DEEPEST = 20
"""Parents of one another, and properties in properties."""
DEEPEST_BOM = 3
"""Boms in one another."""
LONGEST = 1000
"""Characters of a value, and of a text that properties are put into."""
MOST_MODULES = 4
"""In whose poms a bom or another module is looked for."""

_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_OWN = re.compile(r"(?:project\.|pom\.)?(parent\.)?(groupId|artifactId|version)")

_Named = tuple[str, str, str, str]
"""Group, artifact, type and classifier: what is managed as one."""


class Model:
    """What can be told of one pom without going to a repository of artifacts."""

    def __init__(
        self, file: ListFile, root: Element, profile: Element | None = None, depth: int = 0
    ) -> None:
        self._file = file
        self._roots = [root, *_parents(file, root)]
        self._profile = profile
        self._depth = depth
        """Boms in one another, to here."""

    def in_profile(self, profile: Element) -> "Model":
        """Return the same while a profile is active."""
        return Model(self._file, self._roots[0], profile)

    @property
    def has_parent(self) -> bool:
        """Whether its parent is part of the repository."""
        return len(self._roots) > 1

    def value(self, text: str) -> str:
        """Return a text with the properties put in that are known."""
        for _ in range(DEEPEST):
            if "${" not in text or len(text) > LONGEST:
                break
            new = _PROPERTY.sub(self._property, text)
            if new == text or len(new) > LONGEST:
                break
            text = new
        return text.strip()

    def managed(self, dependency: Element, field: str) -> str:
        """Return what is said elsewhere of the version, scope... of a dependency."""
        told = self._managed.get(self._named(dependency))
        return told.get(field, "") if told is not None else ""

    def plugin_version(self, group: str, artifact: str) -> str:
        """Return the version that is said elsewhere of a plugin."""
        return self._plugins.get((group, artifact), "")

    def is_module(self, group: str, artifact: str) -> bool:
        """Tell whether a package is another module of the same repository."""
        if group not in self._groups:
            return False
        parents = (root.value("artifactId") for root in self._roots)
        return (
            artifact in self._modules
            or artifact in parents
            or self._neighbour(artifact) is not None
        )

    def _property(self, found: re.Match[str]) -> str:
        name = found[1].strip()
        if own := _OWN.fullmatch(name):
            return self._own(own[2], of_parent=own[1] is not None)[:LONGEST] or found[0]
        return self._properties.get(name, found[0])[:LONGEST]

    def _own(self, field: str, *, of_parent: bool) -> str:
        root = self._roots[0]
        told = "" if of_parent else root.value(field)
        return told or root.value("parent", field)

    @cached_property
    def _properties(self) -> dict[str, str]:
        sections: list[Element | None] = []
        if self._profile is not None:
            sections.append(self._profile.first("properties"))
        for root in self._roots:
            for profile in _children(root, "profiles"):
                if profile.value("activation", "activeByDefault") == "true":
                    sections.append(profile.first("properties"))
            sections.append(root.first("properties"))
        properties: dict[str, str] = {}
        for section in sections:
            for one in section.children if section is not None else ():
                properties.setdefault(one.name, one.text)
        return properties

    @cached_property
    def _managed(self) -> dict[_Named, dict[str, str]]:
        managed: dict[_Named, dict[str, str]] = {}
        boms: list[Element] = []
        sections = [*self._roots, *([self._profile] if self._profile is not None else [])]
        for root in sections:
            for one in _children(root, "dependencyManagement", "dependencies"):
                if self.value(one.value("scope")) == "import":
                    boms.append(one)
                else:
                    self._manage(managed, one)
        for bom in boms[:DEEPEST] if self._depth < DEEPEST_BOM else ():
            other = self._bom(bom)
            if other is not None:
                for named, told in other._managed.items():
                    managed.setdefault(named, told)
        return managed

    def _manage(self, managed: dict[_Named, dict[str, str]], one: Element) -> None:
        managed.setdefault(
            self._named(one),
            {
                field: self.value(text)
                for field in ("version", "scope", "optional")
                if (text := one.value(field))
            },
        )

    def _bom(self, bom: Element) -> "Model | None":
        """Return the model of a bom that is part of the repository."""
        artifact = self.value(bom.value("artifactId"))
        found = self._neighbour(artifact)
        if found is not None:
            path, root = found
            file = ListFile(path=path, content=b"", read=self._file.read)
            return Model(file, root, depth=self._depth + 1)
        return None

    @cached_property
    def _plugins(self) -> dict[tuple[str, str], str]:
        plugins: dict[tuple[str, str], str] = {}
        for root in self._roots:
            for section in (("build", "pluginManagement", "plugins"), ("build", "plugins")):
                for one in _children(root, *section):
                    group = self.value(one.value("groupId")) or "org.apache.maven.plugins"
                    if version := one.value("version"):
                        plugins.setdefault((group, self.value(one.value("artifactId"))), version)
        return plugins

    @cached_property
    def _groups(self) -> set[str]:
        told = (root.value("groupId") or root.value("parent", "groupId") for root in self._roots)
        return {self.value(one) for one in told if one}

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The paths of the modules of this pom and of its parents, by the name of the folder."""
        modules: dict[str, str] = {}
        for path, root in _placed(self._file, self._roots):
            for name in _module_names(root):
                one = _pom_path(posixpath.dirname(path), name)
                modules.setdefault(posixpath.basename(posixpath.dirname(one)), one)
        return modules

    def _neighbour(self, artifact: str) -> tuple[str, Element] | None:
        """Return the pom of a module: those in folders that are named alike are looked into."""
        alike = [name for name in self._modules if name and name in artifact]
        alike.sort(key=len, reverse=True)
        for name in alike[:MOST_MODULES]:
            path = self._modules[name]
            root = _read(self._file, path) if path != self._file.path else None
            if root is not None and root.value("artifactId") == artifact:
                return path, root
        return None

    def _named(self, one: Element) -> _Named:
        return (
            self.value(one.value("groupId")),
            self.value(one.value("artifactId")),
            self.value(one.value("type")) or "jar",
            self.value(one.value("classifier")),
        )


def _module_names(root: Element) -> Iterator[str]:
    for one in _children(root, "modules"):
        yield one.text
    for profile in _children(root, "profiles"):
        for one in _children(profile, "modules"):
            yield one.text


def _placed(file: ListFile, roots: list[Element]) -> list[tuple[str, Element]]:
    """Return the poms of a pom and its parents with their paths."""
    placed = [(file.path, roots[0])]
    for root in roots[1:]:
        path, child = placed[-1]
        placed.append((_parent_path(path, child), root))
    return placed


def _parents(file: ListFile, root: Element) -> Iterator[Element]:
    """Yield the poms of the repository that a pom inherits from, the nearest first."""
    path = file.path
    for _ in range(DEEPEST):
        parent = root.first("parent")
        above = _parent_path(path, root)
        found = _read(file, above) if parent is not None and above and above != path else None
        if found is None or parent is None:
            return
        if found.value("artifactId") != parent.value("artifactId"):
            return
        yield found
        path, root = above, found


def _parent_path(path: str, root: Element) -> str:
    """Return where the parent of a pom is; "" where it says that it is not in the repository."""
    told = root.first("parent", "relativePath")
    relative = told.text if told is not None else "../pom.xml"
    return _pom_path(posixpath.dirname(path), relative) if relative else ""


def _pom_path(folder: str, relative: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, relative.replace("\\", "/")))
    return path if path.endswith((".xml", ".pom")) else posixpath.join(path, "pom.xml")


def _read(file: ListFile, path: str) -> Element | None:
    content = None if path.startswith(("..", "/")) else file.read(path)
    if content is None:
        return None
    try:
        root = parse_xml(content)
    except ParseError:
        # It is told where that file itself is read.
        return None
    return root if root.name == "project" else None


def _children(root: Element, *names: str) -> list[Element]:
    found = root.first(*names)
    return found.children if found is not None else []
