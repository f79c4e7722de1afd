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
        for one in _tables(document.get("dependencies"))
        if isinstance(one.get("ref"), str) and isinstance(one.get("dependsOn"), list)
    }
    metadata = document.get("metadata")
    root = metadata.get("component") if isinstance(metadata, dict) else None
    root = root if isinstance(root, dict) else {}
    asked = set(_texts(needs.get(_text(root.get("bom-ref")))))
    lines = LineFinder(file.content)
    packages = []
    for component in _components(document.get("components"), 0):
        package = read_purl(_text(component.get("purl")))
        if package is None:
            continue
        reference = _text(component.get("bom-ref")) or _text(component.get("purl"))
        packages.append(
            replace(
                package,
                key=reference,
                line=lines.line_of(f'"{_text(component.get("purl"))}"'.encode()),
                scope=_SCOPES.get(_text(component.get("scope")), "runtime"),
                direct=reference in asked if asked else None,
                requires=tuple(_texts(needs.get(reference))),
                licence=_licence(component.get("licenses")),
                hashed=bool(component.get("hashes")),
            )
        )
    return Inventory(packages=tuple(packages), project=_text(root.get("name")))


def _components(value: object, depth: int) -> Iterator[dict[str, Any]]:
    for one in _tables(value):
        yield one
        if depth < DEEPEST:
            yield from _components(one.get("components"), depth + 1)


def _licence(value: object) -> str:
    """Return the licences of a component as one expression."""
    parts = []
    for one in _tables(value):
        named = one.get("license")
        named = named if isinstance(named, dict) else {}
        parts.append(
            _text(one.get("expression")) or _text(named.get("id")) or _text(named.get("name"))
        )
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


def _tables(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
