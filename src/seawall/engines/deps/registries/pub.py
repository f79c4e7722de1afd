"""pub.dev. Source: https://github.com/dart-lang/pub/blob/master/doc/repository-spec-v2.md."""

from urllib.parse import quote

from seawall.advisories.versions import key_of
from seawall.engines.deps.registries.registry import UNKNOWN, Fetch, Registry, body_of, day_of
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays
from seawall.parse.json import parse_json_table
from seawall.parse.values import tables_of, text_of

JSON = "application/vnd.pub.v2+json"


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the versions of a package."""
    content = body_of(fetch(f"{address}/api/packages/{quote(question.name)}", JSON))
    if content is None:
        return UNKNOWN
    document = parse_json_table(content)
    entries = tables_of(document, "versions")
    days = [day for one in entries if (day := day_of(one.get("published"))) is not None]
    key = key_of(question.ecosystem)
    wanted = key(question.version)
    is_retracted = any(
        one.get("retracted") is True and key(text_of(one, "version")) == wanted for one in entries
    )
    instead = text_of(document, "replacedBy")
    is_left = document.get("isDiscontinued") is True
    words = f"discontinued, replaced by {instead}" if instead else "discontinued"
    return RegistrySays(
        status="deprecated" if is_left else "",
        words=words if is_left else "",
        notice="retracted" if question.version and is_retracted else "",
        newest=max(days, default=None),
        first=min(days, default=None),
    )


PUB = Registry(
    ecosystem=Ecosystem.PUB,
    address="https://pub.dev",
    ask=ask,
    variables=("PUB_HOSTED_URL",),
)
