"""RubyGems. Source: https://guides.rubygems.org/rubygems-org-api (gem versions)."""

from urllib.parse import quote

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
from seawall.parse.json import parse_json
from seawall.parse.values import text_of, texts_of


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the versions of a gem; those that were yanked are not among them."""
    content = body_of(fetch(f"{address}/api/v1/versions/{quote(question.name, safe='')}.json", ""))
    if content is None:
        return UNKNOWN
    told = parse_json(content)
    if not isinstance(told, list):
        raise RegistryError("it answered something else than versions")
    entries = [one for one in told if isinstance(one, dict)]
    days = [day for one in entries if (day := day_of(one.get("created_at"))) is not None]
    number = question.version.partition("-")[0]
    own = [one for one in entries if text_of(one, "number") in (question.version, number)]
    is_gone = bool(entries and question.version and not own)
    licensed = own[0] if own else entries[0] if entries else {}
    return RegistrySays(
        notice="yanked: the registry has this version no more" if is_gone else "",
        newest=max(days, default=None),
        first=min(days, default=None),
        licence=" OR ".join(texts_of(licensed, "licenses")) if question.licence else "",
    )


RUBYGEMS = Registry(ecosystem=Ecosystem.RUBYGEMS, address="https://rubygems.org", ask=ask)
