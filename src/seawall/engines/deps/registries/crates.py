"""crates.io, by the index that Cargo itself reads.

Source: https://doc.rust-lang.org/cargo/reference/registry-index.html. It has no licences.
"""

from datetime import date
from urllib.parse import quote

from seawall.advisories.versions import key_of
from seawall.core.errors import ParseError
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
from seawall.parse.values import text_of


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Read the lines of a crate, one a version."""
    content = body_of(fetch(f"{address}/{place_of(question.name)}", ""))
    if content is None:
        return UNKNOWN
    key = key_of(question.ecosystem)
    wanted = key(question.version)
    days: list[date] = []
    yanked, every = False, True
    for line in content.splitlines():
        if not line.strip():
            continue
        try:
            entry = parse_json_table(line)
        except ParseError as error:
            raise RegistryError("a line of its index is no json") from error
        is_yanked = entry.get("yanked") is True
        every = every and is_yanked
        if question.version and is_yanked and key(text_of(entry, "vers")) == wanted:
            yanked = True
        if (day := day_of(entry.get("pubtime"))) is not None:
            days.append(day)
    return RegistrySays(
        status="deprecated" if every else "",
        words="every version is yanked" if every else "",
        notice="yanked" if yanked else "",
        newest=max(days, default=None),
        first=min(days, default=None),
    )


def place_of(name: str) -> str:
    """Return where the index has a crate: "se/rd/serde"."""
    name = quote(name.lower(), safe="")
    if len(name) <= 3:
        return f"{len(name)}/{name[0] + '/' if len(name) == 3 else ''}{name}"
    return f"{name[:2]}/{name[2:4]}/{name}"


CRATES = Registry(ecosystem=Ecosystem.CRATES, address="https://index.crates.io", ask=ask)
