"""The registry of npm, and those that speak as it does.

Source: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from seawall.engines.deps.registries.registry import (
    UNKNOWN,
    Fetch,
    Registry,
    body_of,
    day_of,
)
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays
from seawall.parse.json import parse_json_table
from seawall.parse.values import table_of, text_of

ADDRESS = "https://registry.npmjs.org"
BRIEF = "application/vnd.npm.install-v1+json"
_HELD = "-security"
"""Ends the version under which npm holds a name whose packages it took away."""


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the brief description, and for the whole one only where it takes that."""
    place = f"{address}/{quote(question.name, safe='@')}"
    whole = question.age or (question.licence and not question.version)
    content = body_of(fetch(place, "" if whole else BRIEF))
    if content is None:
        return UNKNOWN
    document = parse_json_table(content)
    versions = table_of(document, "versions")
    newest = text_of(table_of(document, "dist-tags"), "latest")
    own = table_of(versions, question.version or newest)
    latest = table_of(versions, newest)
    licence = ""
    if question.licence:
        licence = licence_of(own) or _licence_of_version(question, place, fetch)
    times = table_of(document, "time")
    days = [day for key in versions if (day := day_of(times.get(key))) is not None]
    if newest.startswith("0.0.1") and newest.endswith(_HELD):
        words = "npm took its packages away and holds the name"
        return RegistrySays(status="quarantined", words=words)
    notice = _notice(own)
    # Of a package of which the newest version is advised against, everything is.
    whole_notice = _notice(latest)
    return RegistrySays(
        status="deprecated" if whole_notice else "",
        words=whole_notice,
        notice=notice,
        newest=max(days, default=None) or day_of(document.get("modified")),
        first=min(days, default=None),
        licence=licence,
    )


def _licence_of_version(question: Question, place: str, fetch: Fetch) -> str:
    if not question.version:
        return ""
    content = body_of(fetch(f"{place}/{quote(question.version)}", ""))
    return licence_of(parse_json_table(content)) if content is not None else ""


def licence_of(manifest: Mapping[str, Any]) -> str:
    """Return the licence that a package.json names, also as it was written long ago."""
    told = manifest.get("license", manifest.get("licenses"))
    several = told if isinstance(told, list) else [told]
    names = [text_of(one, "type") if isinstance(one, dict) else one for one in several]
    return " OR ".join(name for name in names if isinstance(name, str) and name)


def _notice(manifest: Mapping[str, Any]) -> str:
    told = manifest.get("deprecated")
    return told if isinstance(told, str) else "deprecated" if told is True else ""


NPM = Registry(
    ecosystem=Ecosystem.NPM,
    address=ADDRESS,
    ask=ask,
    variables=("npm_config_registry", "NPM_CONFIG_REGISTRY"),
)
