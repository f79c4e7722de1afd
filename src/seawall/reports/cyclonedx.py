"""CycloneDX 1.6 as JSON: what the target stands on, and what is known of it.

Source: https://cyclonedx.org/docs/1.6/json.
"""

import json
import re
import uuid
from collections import defaultdict
from typing import Any

from seawall.core.facts import Component
from seawall.core.location import ComponentLocation
from seawall.core.report import Report
from seawall.core.triage import Status, Triaged
from seawall.reports.options import RenderOptions

_STATES = {
    Status.NEW: "in_triage",
    Status.KNOWN: "in_triage",
    Status.WAIVED: "exploitable",
    Status.FALSE_ALARM: "not_affected",
    Status.FIXED: "resolved",
}
"""What CycloneDX calls the status of a finding."""


def render(report: Report, options: RenderOptions) -> str:
    """Render the inventory; a package that several files name is there once."""
    return json.dumps(document(report, options), indent=2) + "\n"


def document(report: Report, options: RenderOptions) -> dict[str, Any]:
    """Return the document; the same target makes the same one, but for the time."""
    merged = merge_components(report)
    target = f"pkg:generic/{_plain(report.target.name)}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            **({"timestamp": options.generated} if options.generated else {}),
            "tools": {
                "components": [
                    {"type": "application", "name": "seawall", "version": report.tool_version}
                ]
            },
            "component": {
                "type": "application",
                "bom-ref": target,
                "name": report.target.name or "target",
                **({"version": report.target.revision} if report.target.revision else {}),
            },
        },
        "components": [_component(one) for one in merged.values()],
        "dependencies": [
            {
                "ref": target,
                "dependsOn": sorted(purl for purl, one in merged.items() if one.direct),
            },
            *(
                {
                    "ref": purl,
                    "dependsOn": sorted(other for other in one.requires if other in merged),
                }
                for purl, one in merged.items()
            ),
        ],
        "vulnerabilities": _vulnerabilities(report, merged),
    }
    name = json.dumps({**document, "metadata": None}, sort_keys=True)
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{target}\n{name}")
    return {"serialNumber": f"urn:uuid:{number}", **document}


def merge_components(report: Report) -> dict[str, Component]:
    """Return the components by purl, sorted: of several the one that is nearest to the project."""
    found: dict[str, list[Component]] = defaultdict(list)
    for fact in report.facts:
        if isinstance(fact, Component) and fact.version:
            found[fact.purl].append(fact)
    return {
        purl: min(found[purl], key=lambda one: (one.scope != "runtime", not one.direct))
        for purl in sorted(found)
    }


def licence_of(component: Component) -> str:
    """Return its licence where it is written as an SPDX expression or id, else ""."""
    text = component.licence.strip()
    word = r"\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*"
    return text if re.fullmatch(rf"{word}(?: (?:AND|OR|WITH) {word})*", text) else ""


def _component(component: Component) -> dict[str, Any]:
    group, _, name = component.name.rpartition("/")
    if component.purl.startswith("pkg:maven/"):
        group, _, name = component.name.rpartition(":")
    properties = [{"name": "seawall:scope", "value": component.scope}]
    if component.declared is not None:
        place = f"{component.declared.path}:{component.declared.line}"
        properties.append({"name": "seawall:declared", "value": place})
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.purl,
        **({"group": group} if group else {}),
        "name": name or component.name,
        "version": component.version,
        "scope": "required" if component.scope == "runtime" else "optional",
        "purl": component.purl,
        "properties": properties,
    }
    if component.licence:
        licence = licence_of(component)
        told["licenses"] = [
            {"expression": licence} if licence else {"license": {"name": component.licence}}
        ]
    return told


def _vulnerabilities(report: Report, merged: dict[str, Component]) -> list[dict[str, Any]]:
    """Return the weaknesses, each with the packages that have it."""
    by_name: dict[str, list[Triaged]] = defaultdict(list)
    for triaged in report.findings:
        location = triaged.finding.location
        if isinstance(location, ComponentLocation) and triaged.finding.label:
            by_name[triaged.finding.label].append(triaged)
    return [_vulnerability(name, by_name[name], merged) for name in sorted(by_name)]


def _vulnerability(
    name: str, entries: list[Triaged], merged: dict[str, Component]
) -> dict[str, Any]:
    finding = entries[0].finding
    # Where it is open for one package it is open.
    entry = next((one for one in entries if one.status.is_open), entries[0])
    analysis = {"state": _STATES[entry.status]}
    if entry.status is Status.FALSE_ALARM:
        analysis["justification"] = "code_not_reachable"
    if entry.reason:
        analysis["detail"] = entry.reason
    locations = [one.finding.location for one in entries]
    purls = {one.purl for one in locations if isinstance(one, ComponentLocation)}
    told: dict[str, Any] = {
        "bom-ref": name,
        "id": name,
        "ratings": [{"severity": finding.severity.value}],
        "description": finding.message,
        "analysis": analysis,
        "affects": [{"ref": purl} for purl in sorted(purls) if purl in merged],
    }
    if finding.fix is not None:
        told["recommendation"] = finding.fix.title
    return told


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name) or "target"
