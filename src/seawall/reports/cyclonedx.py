"""CycloneDX 1.6 as JSON: what the target stands on, and what is known of it.

Source: https://cyclonedx.org/docs/1.6/json.
"""

import json
import re
import uuid
from collections import defaultdict
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from seawall.core.facts import Component
from seawall.core.report import Report
from seawall.core.triage import Status
from seawall.reports.options import RenderOptions
from seawall.reports.published import Published, published, target_purl

_OSV = "https://osv.dev/vulnerability/"


def render(report: Report, options: RenderOptions) -> str:
    """Render the inventory; a package that several files name is there once."""
    return json.dumps(document(report, options), indent=2) + "\n"


def document(report: Report, options: RenderOptions) -> dict[str, Any]:
    """Return the document; the same target makes the same one, but for the time."""
    merged = merge_components(report)
    target = target_purl(report)
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
        "vulnerabilities": [
            _vulnerability(one, number, merged)
            for _, same in groupby(published(report), key=attrgetter("name"))
            for number, one in enumerate(same)
        ],
    }
    name = json.dumps({**document, "metadata": None}, sort_keys=True)
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{target}\n{name}")
    return {"serialNumber": f"urn:uuid:{number}", **document}


def merge_components(report: Report) -> dict[str, Component]:
    """Return the components by purl, sorted: of several the one that is nearest to the project.

    One whose version is left open is told where none of that name has a version.
    """
    components = [fact for fact in report.facts if isinstance(fact, Component)]
    versioned = {one.purl.rpartition("@")[0] for one in components if one.version}
    found: dict[str, list[Component]] = defaultdict(list)
    for one in components:
        if one.version or one.purl not in versioned:
            found[one.purl].append(one)
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
        **({"version": component.version} if component.version else {}),
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


def _vulnerability(one: Published, number: int, merged: dict[str, Component]) -> dict[str, Any]:
    """Return what is said of one weakness; `number` counts what is said of those of its name."""
    told: dict[str, Any] = {
        "bom-ref": f"{one.name}#{number}" if number else one.name,
        "id": one.name,
        "references": [
            {"id": name, "source": {"name": "OSV", "url": f"{_OSV}{quote(name)}"}}
            for name in one.aliases
        ],
        "ratings": [{"severity": one.finding.severity.value}],
        "description": one.finding.message,
        "analysis": _analysis(one),
        "affects": [{"ref": purl} for purl in one.purls if purl in merged],
    }
    if one.finding.fix is not None:
        told["recommendation"] = one.finding.fix.title
    return told


def _analysis(one: Published) -> dict[str, Any]:
    told: dict[str, Any] = {}
    match one.status:
        case Status.FIXED:
            told["state"] = "resolved"
        case Status.FALSE_ALARM if one.mended:
            told["state"] = "resolved"
        case Status.FALSE_ALARM:
            told["state"] = "not_affected"
            if one.cyclonedx_justification:
                told["justification"] = one.cyclonedx_justification
        case Status.WAIVED:
            told |= {"state": "exploitable", "response": ["will_not_fix"]}
        case _:
            told["state"] = "in_triage"
    if one.detail:
        told["detail"] = one.detail
    return told
