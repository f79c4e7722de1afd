"""CycloneDX 1.6 as XML: the same as in JSON.

Source: https://cyclonedx.org/docs/1.6/xml.
"""

from collections.abc import Iterator
from typing import Any

from seawall.core.report import Report
from seawall.reports.cyclonedx import document
from seawall.reports.escape import xml
from seawall.reports.options import RenderOptions


def render(report: Report, options: RenderOptions) -> str:
    """Render the inventory; a package that several files name is there once."""
    told = document(report, options)
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', *_bom(told), ""))


def _bom(told: dict[str, Any]) -> Iterator[str]:
    metadata = told["metadata"]
    (tool,) = metadata["tools"]["components"]
    target = metadata["component"]
    number = xml(told["serialNumber"])
    yield f'<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="{number}" version="1">'
    yield "  <metadata>"
    if "timestamp" in metadata:
        yield f"    <timestamp>{xml(metadata['timestamp'])}</timestamp>"
    yield '    <tools><components><component type="application">'
    yield f"      <name>{xml(tool['name'])}</name><version>{xml(tool['version'])}</version>"
    yield "    </component></components></tools>"
    yield f'    <component type="application" bom-ref="{xml(target["bom-ref"])}">'
    yield f"      <name>{xml(target['name'])}</name>"
    if "version" in target:
        yield f"      <version>{xml(target['version'])}</version>"
    yield "    </component>"
    yield "  </metadata>"
    yield "  <components>"
    for component in told["components"]:
        yield from _component(component)
    yield "  </components>"
    yield "  <dependencies>"
    for one in told["dependencies"]:
        yield f'    <dependency ref="{xml(one["ref"])}">'
        yield from (f'      <dependency ref="{xml(other)}"/>' for other in one["dependsOn"])
        yield "    </dependency>"
    yield "  </dependencies>"
    yield "  <vulnerabilities>"
    for vulnerability in told["vulnerabilities"]:
        yield from _vulnerability(vulnerability)
    yield "  </vulnerabilities>"
    yield "</bom>"


def _component(one: dict[str, Any]) -> Iterator[str]:
    yield f'    <component type="library" bom-ref="{xml(one["bom-ref"])}">'
    if "group" in one:
        yield f"      <group>{xml(one['group'])}</group>"
    for key in ("name", "version", "scope"):
        if key in one:
            yield f"      <{key}>{xml(one[key])}</{key}>"
    for licence in one.get("licenses", ()):
        told = (
            f"<expression>{xml(licence['expression'])}</expression>"
            if "expression" in licence
            else f"<license><name>{xml(licence['license']['name'])}</name></license>"
        )
        yield f"      <licenses>{told}</licenses>"
    yield f"      <purl>{xml(one['purl'])}</purl>"
    yield "      <properties>"
    for each in one["properties"]:
        name, value = xml(each["name"]), xml(each["value"])
        yield f'        <property name="{name}">{value}</property>'
    yield "      </properties>"
    yield "    </component>"


def _vulnerability(one: dict[str, Any]) -> Iterator[str]:
    yield f'    <vulnerability bom-ref="{xml(one["bom-ref"])}">'
    yield f"      <id>{xml(one['id'])}</id>"
    if one["references"]:
        yield "      <references>"
        for each in one["references"]:
            name, url = xml(each["source"]["name"]), xml(each["source"]["url"])
            yield f"        <reference><id>{xml(each['id'])}</id>"
            yield f"          <source><name>{name}</name><url>{url}</url></source></reference>"
        yield "      </references>"
    for rating in one["ratings"]:
        severity = xml(rating["severity"])
        yield f"      <ratings><rating><severity>{severity}</severity></rating></ratings>"
    yield f"      <description>{xml(one['description'])}</description>"
    if "recommendation" in one:
        yield f"      <recommendation>{xml(one['recommendation'])}</recommendation>"
    yield "      <analysis>"
    analysis = one["analysis"]
    for key in ("state", "justification", "response", "detail"):
        if key == "response" and key in analysis:
            told = "".join(f"<response>{xml(each)}</response>" for each in analysis[key])
            yield f"        <responses>{told}</responses>"
        elif key in analysis:
            yield f"        <{key}>{xml(analysis[key])}</{key}>"
    yield "      </analysis>"
    yield "      <affects>"
    for target in one["affects"]:
        yield f"        <target><ref>{xml(target['ref'])}</ref></target>"
    yield "      </affects>"
    yield "    </vulnerability>"
