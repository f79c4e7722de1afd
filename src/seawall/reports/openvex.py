"""OpenVEX 0.2.0: whether what is published about the packages concerns the target, and why.

Source: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md.
"""

import json
import uuid
from typing import Any

from seawall.core.report import Report
from seawall.core.triage import Status
from seawall.reports.options import RenderOptions
from seawall.reports.published import Published, published, target_purl

_NO_FIX = "no version mends it: leave out what uses it, or shut off the way to it"


def render(report: Report, options: RenderOptions) -> str:
    """Render one statement for each weakness; the same target makes the same, but for the time."""
    product = target_purl(report)
    statements = [_statement(one, product) for one in published(report)]
    name = json.dumps([product, report.target.revision, statements], sort_keys=True)
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "author": "seawall",
        "timestamp": options.generated or "1970-01-01T00:00:00+00:00",
        "version": 1,
        "tooling": f"seawall {report.tool_version}",
        "statements": statements,
    }
    return json.dumps(document, indent=2) + "\n"


def _statement(one: Published, product: str) -> dict[str, Any]:
    return {
        "vulnerability": {
            "name": one.name,
            **({"aliases": list(one.aliases)} if one.aliases else {}),
        },
        "products": [{"@id": product, "subcomponents": [{"@id": purl} for purl in one.purls]}],
        **_status(one),
    }


def _status(one: Published) -> dict[str, str]:
    """Return the status with what the specification wants beside it."""
    match one.status:
        case Status.FIXED:
            return {"status": "fixed"}
        case Status.FALSE_ALARM if one.mended:
            return {"status": "fixed", **({"status_notes": one.detail} if one.detail else {})}
        case Status.FALSE_ALARM:
            told = {"status": "not_affected"}
            if one.openvex_justification:
                told["justification"] = one.openvex_justification
            if one.detail or not one.openvex_justification:
                told["impact_statement"] = one.detail or "somebody looked and it is not real"
            return told
        case Status.WAIVED:
            until = f" until {one.until}" if one.until else ""
            reason = f": {one.detail}" if one.detail else ""
            return {"status": "affected", "action_statement": f"the risk is taken{until}{reason}"}
        case _ if one.is_seen:
            action = one.finding.fix.title if one.finding.fix else _NO_FIX
            return {
                "status": "affected",
                "status_notes": one.finding.message,
                "action_statement": action,
            }
        case _:
            return {"status": "under_investigation", "status_notes": one.finding.message}
