"""SPDX 2.3 as JSON: what the target stands on.

Source: https://spdx.github.io/spdx-spec/v2.3.
"""

import hashlib
import json
from typing import Any

from seawall.core.facts import Component
from seawall.core.report import Report
from seawall.reports.cyclonedx import licence_of, merge_components
from seawall.reports.options import RenderOptions

_ROOT = "SPDXRef-target"
_NONE = "NOASSERTION"


def render(report: Report, options: RenderOptions) -> str:
    """Render the inventory; a package that several files name is there once."""
    merged = merge_components(report)
    packages = [_package(one) for one in merged.values()]
    name = report.target.name or "target"
    digest = hashlib.sha256(json.dumps(packages).encode()).hexdigest()[:32]
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"urn:seawall:spdx:{digest}",
        "creationInfo": {
            # The specification wants a time, to the second and in UTC.
            "created": f"{(options.generated or '1970-01-01T00:00:00')[:19]}Z",
            "creators": [f"Tool: seawall-{report.tool_version}"],
        },
        "packages": [_target(report), *packages],
        "relationships": _relationships(merged),
    }
    return json.dumps(document, indent=2) + "\n"


def _target(report: Report) -> dict[str, Any]:
    return {
        "name": report.target.name or "target",
        "SPDXID": _ROOT,
        "downloadLocation": _NONE,
        "filesAnalyzed": False,
        "primaryPackagePurpose": "APPLICATION",
        **({"versionInfo": report.target.revision} if report.target.revision else {}),
    }


def _package(component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "SPDXID": _id(component.purl),
        **({"versionInfo": component.version} if component.version else {}),
        "downloadLocation": _NONE,
        "filesAnalyzed": False,
        "licenseConcluded": _NONE,
        "licenseDeclared": licence_of(component) or _NONE,
        "copyrightText": _NONE,
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": component.purl,
            }
        ],
    }


def _relationships(merged: dict[str, Component]) -> list[dict[str, str]]:
    rows = [("SPDXRef-DOCUMENT", "DESCRIBES", _ROOT)]
    for purl, component in merged.items():
        kind = "DEPENDS_ON" if component.direct else "CONTAINS"
        if component.scope in ("development", "test", "build", "optional"):
            rows.append((_id(purl), f"{_KINDS[component.scope]}_DEPENDENCY_OF", _ROOT))
        else:
            rows.append((_ROOT, kind, _id(purl)))
        rows += ((_id(purl), "DEPENDS_ON", _id(one)) for one in component.requires if one in merged)
    return [
        {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
        for one, kind, other in rows
    ]


_KINDS = {"development": "DEV", "test": "TEST", "build": "BUILD", "optional": "OPTIONAL"}


def _id(purl: str) -> str:
    return f"SPDXRef-{hashlib.sha256(purl.encode()).hexdigest()[:20]}"
