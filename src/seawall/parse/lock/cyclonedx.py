"""Inventories in CycloneDX, as JSON or XML of any version.

Source: https://cyclonedx.org/specification/overview.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile, Scope
from seawall.model.purl import read_purl
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, tables_of, text_of, texts_of
from seawall.parse.xml import Element, parse_xml

DEEPEST = 20
"""Components in components."""
_SCOPES: dict[str, Scope] = {"optional": "optional", "excluded": "development"}


def parse(file: ListFile) -> Inventory:
    """Return the components that have a package URL; the others are no packages."""
    if file.content.lstrip()[:1] == b"<":
        return _parse_xml(file)
    document = parse_json_table(file.content)
    if document.get("bomFormat") != "CycloneDX":
        raise ParseError("it is no cyclonedx")
    needs = {
        one["ref"]: one["dependsOn"]
        for one in tables_of(document, "dependencies")
        if isinstance(one.get("ref"), str) and isinstance(one.get("dependsOn"), list)
    }
    root = table_of(document, "metadata", "component")
    asked = set(texts_of(needs, text_of(root, "bom-ref")))
    lines = LineFinder(file.content)
    packages = []
    for component in _components(document, 0):
        package = read_purl(text_of(component, "purl"))
        if package is None:
            continue
        reference = text_of(component, "bom-ref") or text_of(component, "purl")
        packages.append(
            replace(
                package,
                key=reference,
                line=lines.line_of(f'"{text_of(component, "purl")}"'.encode()),
                scope=_SCOPES.get(text_of(component, "scope"), "runtime"),
                direct=reference in asked if asked else None,
                requires=tuple(texts_of(needs, reference)),
                licence=_licence(component),
                hashed=bool(component.get("hashes")),
            )
        )
    return Inventory(packages=tuple(packages), project=text_of(root, "name"))


def _components(holder: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    for one in tables_of(holder, "components"):
        yield one
        if depth < DEEPEST:
            yield from _components(one, depth + 1)


def _licence(component: dict[str, Any]) -> str:
    """Return the licences of a component as one expression."""
    parts = []
    for one in tables_of(component, "licenses"):
        named = table_of(one, "license")
        parts.append(text_of(one, "expression") or text_of(named, "id") or text_of(named, "name"))
    return " AND ".join(filter(None, parts))


def _parse_xml(file: ListFile) -> Inventory:
    root = parse_xml(file.content)
    if root.name != "bom":
        raise ParseError("it is no cyclonedx")
    needs: dict[str, tuple[str, ...]] = {}
    dependencies = root.first("dependencies")
    for one in dependencies.all("dependency") if dependencies is not None else ():
        needs[one.attributes.get("ref", "")] = tuple(
            child.attributes.get("ref", "") for child in one.all("dependency")
        )
    project = root.first("metadata", "component")
    asked = needs.get(project.attributes.get("bom-ref", ""), ()) if project is not None else ()
    components = root.first("components")
    packages = []
    for component in _elements(components, 0):
        purl = component.value("purl")
        package = read_purl(purl)
        if package is None:
            continue
        reference = component.attributes.get("bom-ref") or purl
        licences = component.first("licenses")
        packages.append(
            replace(
                package,
                key=reference,
                line=component.line,
                scope=_SCOPES.get(component.value("scope"), "runtime"),
                direct=reference in asked if asked else None,
                requires=needs.get(reference, ()),
                licence=" AND ".join(filter(None, _xml_licences(licences))),
                hashed=component.first("hashes") is not None,
            )
        )
    name = project.value("name") if project is not None else ""
    return Inventory(packages=tuple(packages), project=name)


def _elements(components: Element | None, depth: int) -> Iterator[Element]:
    for one in components.all("component") if components is not None else ():
        yield one
        if depth < DEEPEST:
            yield from _elements(one.first("components"), depth + 1)


def _xml_licences(licences: Element | None) -> Iterable[str]:
    if licences is None:
        return
    for one in licences.children:
        yield one.text if one.name == "expression" else one.value("id") or one.value("name")
