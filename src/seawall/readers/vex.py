"""VEX: whether published weaknesses concern a product, as OpenVEX or CycloneDX say it.

Sources: https://github.com/openvex/spec, https://cyclonedx.org/capabilities/vex.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from seawall.core.errors import ParseError

CLOSING = frozenset({"not_affected", "fixed", "resolved", "false_positive"})
"""States that say there is nothing to do."""
_WHOLE = re.compile(r"pkg:(?:oci|docker|generic|github|app)/", re.IGNORECASE)
"""Products that are no package of another: what is said of them is said of all that is in them."""


class Statement(Struct, frozen=True, kw_only=True):
    """What is said of one weakness in one package."""

    advisory: str
    package: str
    """A package URL, "" for all packages."""
    state: str
    """As the document writes it: "not_affected", "exploitable", ..."""
    reason: str
    by: str

    @property
    def closes(self) -> bool:
        """Whether it says that there is nothing to do, and why."""
        return self.state in CLOSING


def parse_vex(content: bytes) -> list[Statement]:
    """Return the statements of a document. Raises ParseError when it is no VEX."""
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParseError("it is no valid json") from error
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(_open_vex(document))
    if isinstance(document, dict) and document.get("bomFormat") == "CycloneDX":
        return list(_cyclonedx(document))
    raise ParseError("it is neither openvex nor cyclonedx")


def _open_vex(document: dict[str, Any]) -> Iterator[Statement]:
    author = _text(document.get("author")) or "vex"
    for one in _tables(document["statements"]):
        weakness = one.get("vulnerability")
        names = [_text(weakness)]
        if isinstance(weakness, dict):
            # Of a name that is missing the address ends with it.
            name = _text(weakness.get("name")) or _text(weakness.get("@id")).rpartition("/")[2]
            names = [name, *map(_text, _list(weakness.get("aliases")))]
        state = _text(one.get("status"))
        detail = _text(one.get("impact_statement")) or _text(one.get("status_notes"))
        for package in dict.fromkeys(_products(one)):
            for name in dict.fromkeys(filter(None, names)):
                yield Statement(
                    advisory=name,
                    package=package,
                    state=state,
                    reason=_reason(state, _text(one.get("justification")), detail),
                    by=_text(one.get("supplier")) or author,
                )


def _reason(state: str, justification: str, detail: str) -> str:
    """Return why, with the word of the form first: what is written of it says the same again."""
    head = justification or (state if state != "not_affected" or not detail else "")
    return ": ".join(filter(None, (head.replace("_", " "), detail)))


def _products(statement: dict[str, Any]) -> Iterator[str]:
    products = _list(statement.get("products"))
    for product in products:
        parts = _list(product.get("subcomponents")) if isinstance(product, dict) else []
        for one in parts or [product]:
            name = _named(one)
            if name:
                # A product that is no package is the target: all that is in it.
                is_whole = _WHOLE.match(name) or not (parts or name.startswith("pkg:"))
                yield "" if is_whole else name
    if not products:
        yield ""


def _named(product: object) -> str:
    """Return the package URL of a product, or what it is called instead."""
    if not isinstance(product, dict):
        return _text(product)
    identifiers = product.get("identifiers")
    purl = _text(identifiers.get("purl")) if isinstance(identifiers, dict) else ""
    return purl or _text(product.get("@id"))


def _cyclonedx(document: dict[str, Any]) -> Iterator[Statement]:
    metadata = document.get("metadata")
    root = metadata.get("component") if isinstance(metadata, dict) else None
    purls = dict(_components(document.get("components")))
    if isinstance(root, dict):
        purls[_text(root.get("bom-ref"))] = "pkg:generic/"
    for one in _tables(document.get("vulnerabilities")):
        analysis = one.get("analysis")
        if not isinstance(analysis, dict):
            continue
        state = _text(analysis.get("state"))
        detail = _text(analysis.get("detail"))
        names = [_text(one.get("id"))]
        names += (_text(ref.get("id")) for ref in _tables(one.get("references")))
        for affected in _tables(one.get("affects")):
            # A link to another document ends with what it names there.
            reference = _text(affected.get("ref"))
            package = purls.get(reference) or purls.get(reference.rpartition("#")[2], "")
            if not package and reference.rpartition("#")[2].startswith("pkg:"):
                package = reference.rpartition("#")[2]
            if not package:
                continue
            for name in dict.fromkeys(filter(None, names)):
                yield Statement(
                    advisory=name,
                    package="" if _WHOLE.match(package) else package,
                    state=state,
                    reason=_reason(state, _text(analysis.get("justification")), detail),
                    by="vex",
                )


def _components(components: object) -> Iterator[tuple[str, str]]:
    """Yield reference and package URL, also of those that are within others."""
    waiting = _tables(components)
    while waiting:
        one = waiting.pop()
        yield _text(one.get("bom-ref")), _text(one.get("purl"))
        waiting += _tables(one.get("components"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _text(value: object) -> str:
    return " ".join(value.split())[:500] if isinstance(value, str) else ""
