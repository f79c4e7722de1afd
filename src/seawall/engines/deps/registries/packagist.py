"""Packagist. Source: https://packagist.org/apidoc (package metadata of Composer 2, minified)."""

from typing import Any
from urllib.parse import quote

from seawall.advisories.versions import key_of
from seawall.engines.deps.registries.registry import UNKNOWN, Fetch, Registry, body_of, day_of
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays
from seawall.parse.json import parse_json_table
from seawall.parse.values import table_of, tables_of, text_of, texts_of

_UNSET = "__unset"


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the releases of a package."""
    content = body_of(fetch(f"{address}/p2/{quote(question.name)}.json", ""))
    if content is None:
        return UNKNOWN
    entries = _whole(tables_of(table_of(parse_json_table(content), "packages"), question.name))
    days = [day for one in entries if (day := day_of(one.get("time"))) is not None]
    newest: dict[str, Any] = entries[0] if entries else {}
    abandoned = newest.get("abandoned", False)
    key = key_of(question.ecosystem)
    wanted = key(question.version)
    own = next((one for one in entries if key(text_of(one, "version")) == wanted), newest)
    instead = abandoned if isinstance(abandoned, str) else ""
    return RegistrySays(
        status="deprecated" if abandoned else "",
        words=f"abandoned, use {instead} instead" if instead else "abandoned" if abandoned else "",
        newest=max(days, default=None),
        first=min(days, default=None),
        licence=" OR ".join(texts_of(own, "license")) if question.licence else "",
    )


def _whole(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries of which each says only what differs from the one before it, in full."""
    whole: list[dict[str, Any]] = []
    for entry in entries:
        joined = (whole[-1] if whole else {}) | entry
        whole.append({key: value for key, value in joined.items() if value != _UNSET})
    return whole


PACKAGIST = Registry(ecosystem=Ecosystem.PACKAGIST, address="https://repo.packagist.org", ask=ask)
