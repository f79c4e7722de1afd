"""NuGet. Source: https://learn.microsoft.com/nuget/api/registration-base-url-resource."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from seawall.advisories.versions import key_of
from seawall.engines.deps.registries.registry import (
    UNKNOWN,
    Fetch,
    Registry,
    RegistryError,
    body_of,
    day_of,
)
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays
from seawall.parse.json import parse_json_table
from seawall.parse.values import table_of, tables_of, text_of, texts_of

MOST_PAGES = 12
"""Pages of one package: 64 versions are on each."""
_UNLISTED = 1900
"""The year that NuGet gives to what is no longer listed."""


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the versions of a package, page by page where they are many."""
    place = f"{address}/v3/registration5-gz-semver2/{quote(question.name.lower())}/index.json"
    content = body_of(fetch(place, ""))
    if content is None:
        return UNKNOWN
    pages = tables_of(parse_json_table(content), "items")
    key = key_of(question.ecosystem)
    entries = list(_entries(pages, address, fetch))
    days = [
        day
        for one in entries
        if (day := day_of(one.get("published"))) is not None and day.year > _UNLISTED
    ]
    wanted = key(question.version)
    own: dict[str, Any] = next(
        (one for one in entries if question.version and key(text_of(one, "version")) == wanted), {}
    )
    newest = max(entries, key=lambda one: key(text_of(one, "version")), default={})
    words = _deprecation(newest)
    return RegistrySays(
        status="deprecated" if words else "",
        words=words,
        notice=_deprecation(own),
        newest=max(days, default=None),
        first=min(days, default=None),
        licence=text_of(own or newest, "licenseExpression") if question.licence else "",
    )


def _entries(pages: list[dict[str, Any]], address: str, fetch: Fetch) -> Iterator[dict[str, Any]]:
    """Yield what is said of each version, of the last pages where there are too many."""
    for page in pages[-MOST_PAGES:]:
        leaves = tables_of(page, "items")
        if not leaves:
            place = text_of(page, "@id")
            if urlsplit(place).netloc != urlsplit(address).netloc:
                raise RegistryError("a page of it is said to be on another host")
            content = body_of(fetch(place, ""))
            leaves = tables_of(parse_json_table(content), "items") if content else []
        for leaf in leaves:
            yield table_of(leaf, "catalogEntry")


def _deprecation(entry: dict[str, Any]) -> str:
    told = table_of(entry, "deprecation")
    if not told:
        return ""
    instead = text_of(table_of(told, "alternatePackage"), "id")
    reasons = ", ".join(texts_of(told, "reasons")).lower()
    words = text_of(told, "message") or (f"deprecated ({reasons})" if reasons else "deprecated")
    return f"{words}; use {instead}" if instead else words


NUGET = Registry(ecosystem=Ecosystem.NUGET, address="https://api.nuget.org", ask=ask)
