"""PyPI, and indexes that speak its simple API in JSON.

Sources: PEP 691 (JSON), PEP 592 (yanked), PEP 700 (times), PEP 792 (status),
https://docs.pypi.org/api/json.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from seawall.advisories.versions import key_of
from seawall.engines.deps.registries.registry import (
    UNKNOWN,
    Fetch,
    Registry,
    body_of,
    day_of,
)
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays, Status
from seawall.parse.json import parse_json_table
from seawall.parse.values import table_of, tables_of, text_of, texts_of

ADDRESS = "https://pypi.org/simple"
SIMPLE = "application/vnd.pypi.simple.v1+json"
QUIET = timedelta(days=365)
"""Of what was released since, nobody says that it is inactive: that need not be asked."""

_STATUSES: Mapping[str, Status] = {
    "archived": "archived",
    "deprecated": "deprecated",
    "quarantined": "quarantined",
}
_ARCHIVE = re.compile(r"(?:\.tar\.(?:gz|bz2|xz|Z)|\.tgz|\.zip|\.egg|\.exe|\.rpm|\.msi|\.deb)\Z")


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask the simple API, and where something is open that only the JSON API tells, that too."""
    content = body_of(fetch(f"{address}/{quote(question.name)}/", SIMPLE))
    if content is None:
        return UNKNOWN
    document = parse_json_table(content)
    files = tables_of(document, "files")
    days = [day for one in files if (day := day_of(one.get("upload-time"))) is not None]
    status = table_of(document, "project-status")
    newest = max(days, default=None)
    said = RegistrySays(
        status=_STATUSES.get(text_of(status, "status"), ""),
        words=text_of(status, "reason"),
        notice=_notice(question, files),
        newest=newest,
        first=min(days, default=None),
    )
    is_busy = newest is not None and question.asked - newest < QUIET
    if address != ADDRESS or (is_busy and not question.licence):
        return said
    return _with_metadata(said, question, fetch)


def _with_metadata(said: RegistrySays, question: Question, fetch: Fetch) -> RegistrySays:
    """Return it with what the description of the newest release, or of this one, says."""
    release = f"/{quote(question.version)}" if question.version and question.licence else ""
    place = f"https://pypi.org/pypi/{quote(question.name)}{release}/json"
    content = body_of(fetch(place, ""))
    if content is None:
        return said
    info = table_of(parse_json_table(content), "info")
    classifiers = texts_of(info, "classifiers")
    inactive = "Development Status :: 7 - Inactive" in classifiers
    return replace(
        said,
        status=said.status or ("inactive" if inactive else ""),
        mature="Development Status :: 6 - Mature" in classifiers,
        licence=licence_of(info, classifiers) if question.licence else "",
    )


def licence_of(info: Mapping[str, Any], classifiers: Iterable[str]) -> str:
    """Return the licence of core metadata: the expression before classifiers, texts last."""
    expression = text_of(info, "license_expression")
    told = [
        one.rpartition(" :: ")[2]
        for one in classifiers
        if one.startswith("License :: ") and one != "License :: OSI Approved"
    ]
    return expression or " OR ".join(told) or text_of(info, "license")


def _notice(question: Question, files: Iterable[Mapping[str, Any]]) -> str:
    """Say why a version is yanked; "" where some file of it is not."""
    if not question.version:
        return ""
    key = key_of(question.ecosystem)
    wanted = key(question.version)
    yanked = [
        one.get("yanked", False)
        for one in files
        if (version := _version(text_of(one, "filename"))) and key(version) == wanted
    ]
    if not yanked or not all(yanked):
        return ""
    return next((one for one in yanked if isinstance(one, str) and one.strip()), "yanked")


def _version(filename: str) -> str:
    """Return the version in the name of a wheel or an archive of sources; "" where none is."""
    if filename.endswith(".whl"):
        parts = filename.split("-")
        return parts[1] if len(parts) in (5, 6) else ""
    stem = _ARCHIVE.sub("", filename)
    return "" if stem == filename else stem.rpartition("-")[2]


PYPI = Registry(
    ecosystem=Ecosystem.PYPI,
    address=ADDRESS,
    ask=ask,
    variables=("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"),
)
