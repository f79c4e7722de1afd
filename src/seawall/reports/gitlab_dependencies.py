"""GitLab's dependency scanning report: what is known of the packages.

Source: GitLab Docs, "Security scanner integration", report schema 15.
"""

from collections import defaultdict
from typing import Any
from urllib.parse import quote, unquote

from seawall.core.facts import Component
from seawall.core.location import ComponentLocation, place
from seawall.core.report import Report
from seawall.core.rule import Rule
from seawall.core.triage import Triaged
from seawall.reports.escape import link, markdown, visible
from seawall.reports.gitlab_scan import id_of, identifiers_of, render_report, scan_of
from seawall.reports.options import RenderOptions
from seawall.reports.order import in_order
from seawall.reports.published import names_of

_MANAGERS = {"gem": "bundler", "golang": "go", "pypi": "pip", "hex": "mix"}
"""What GitLab calls who installs packages of a type, where it is not the type itself."""
_KINDS = {"CVE": "cve", "GHSA": "ghsa", "OSV": "osv"}


def render(report: Report, options: RenderOptions) -> str:
    """Render what is open, and all packages by the file that names them."""
    rules = {rule.id: rule for rule in report.rules}
    return render_report(
        scan_of(report, options, "dependency_scanning"),
        [
            _vulnerability(entry, entry.finding.location, rules[entry.finding.rule])
            for entry in in_order(report)
            if entry.status.is_open and isinstance(entry.finding.location, ComponentLocation)
        ],
        dependency_files=_files(report),
    )


def _vulnerability(entry: Triaged, location: ComponentLocation, rule: Rule) -> dict[str, Any]:
    finding = entry.finding
    span = place(location)
    named = names_of(finding) if finding.label and finding.label in finding.anchor else []
    url = "https://osv.dev/vulnerability/"
    return {
        "id": id_of(entry),
        "name": visible(f"{finding.label or rule.title}: {_name(location.purl)}")[:255],
        "description": f"{markdown(finding.message)}. {rule.why}"[:1_000_000],
        "severity": finding.severity.value.capitalize(),
        "solution": visible(finding.fix.title if finding.fix else rule.remedy)[:7000],
        "identifiers": [
            *(
                {
                    "type": _KINDS.get(name.partition("-")[0], "osv"),
                    "name": visible(name),
                    "value": visible(name),
                    "url": f"{url}{quote(name, safe='', errors='replace')}",
                }
                for name in named[:15]
                if name
            ),
            *identifiers_of(rule),
        ][:20],
        "links": [{"url": good} for one in rule.links if (good := link(one))],
        "location": {
            "file": visible(span.path) if span else "-",
            "dependency": _dependency(location.purl),
        },
    }


def _files(report: Report) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in report.facts:
        if isinstance(fact, Component) and fact.declared is not None:
            kind = fact.purl.removeprefix("pkg:").partition("/")[0]
            found[fact.declared.path, _MANAGERS.get(kind, kind)].append(fact.purl)
    return [
        {
            "path": visible(path),
            "package_manager": visible(manager),
            "dependencies": [_dependency(purl) for purl in dict.fromkeys(found[path, manager])],
        }
        for path, manager in sorted(found)
    ]


def _dependency(purl: str) -> dict[str, Any]:
    version = purl.partition("?")[0].rpartition("@")[2] if "@" in purl else ""
    version = "" if "/" in version else version
    return {"package": {"name": _name(purl)}, "version": visible(unquote(version))}


def _name(purl: str) -> str:
    """Return the name in a package URL."""
    path = purl.partition("?")[0].removeprefix("pkg:").partition("/")[2]
    name, at, version = path.rpartition("@")
    return visible(unquote(name if at and "/" not in version else path)) or "-"
