"""XML is parsed by `defusedxml`, which refuses entities."""

from seawall.engines.code.fixes.draft import Draft
from seawall.engines.code.fixes.page import Page, UnfitError, walk
from seawall.model.program import Attribute, Call, Import, Imported, Name, Node

MODULES = {
    "xml.etree.ElementTree": "defusedxml.ElementTree",
    "xml.etree.cElementTree": "defusedxml.ElementTree",
    "xml.dom.minidom": "defusedxml.minidom",
    "xml.dom.pulldom": "defusedxml.pulldom",
    "xml.sax": "defusedxml.sax",
}
PARSERS = {
    "defusedxml.ElementTree": frozenset("parse iterparse fromstring XML XMLParser".split()),
    "defusedxml.minidom": frozenset({"parse", "parseString"}),
    "defusedxml.pulldom": frozenset({"parse", "parseString"}),
    "defusedxml.sax": frozenset({"parse", "parseString", "make_parser"}),
}
ALIKE = frozenset({"ParseError", "tostring"})
"""What `defusedxml.ElementTree` hands on as it is."""


def defused(draft: Draft, node: Node, symbol: str) -> str:
    """Parse XML with the package that refuses entities."""
    if not isinstance(node, Call):
        raise UnfitError
    module, _, name = symbol.rpartition(".")
    safe = MODULES.get(module, "")
    if name not in PARSERS.get(safe, ()):
        raise UnfitError
    if not _swap_import(draft, node, module, safe):
        draft.put(node.function, f"{draft.use(safe)}.{name}")
    return f"parse it with `{safe}`; the package `defusedxml` must be installed"


def _swap_import(draft: Draft, node: Call, module: str, safe: str) -> bool:
    """Import the safe module instead, where all that is used of the other is in it too."""
    page = draft.page
    known = PARSERS[safe] | (ALIKE if safe.endswith("ElementTree") else frozenset())
    function = node.function
    if not isinstance(function, Attribute) or not isinstance(function.value, Name):
        return False
    alias = function.value.name
    imports = [
        (statement, one)
        for statement in page.imports_before(page.start(node))
        for one in statement.names
        if (one.alias or one.name) == alias
    ]
    if len(imports) != 1 or not _is_only(page, alias, known):
        return False
    statement, one = imports[0]
    if len(statement.names) != 1 or statement.level or _full(statement, one) != module:
        return False
    package, _, last = safe.rpartition(".")
    wanted = f"from {package} import {last}"
    draft.put(statement, wanted if alias == last else f"import {safe} as {alias}")
    return True


def _full(statement: Import, one: Imported) -> str:
    return f"{statement.module}.{one.name}" if statement.is_from else one.name


def _is_only(page: Page, alias: str, known: frozenset[str]) -> bool:
    """Whether only these attributes of a name are used."""
    for node in walk(page.tree):
        if isinstance(node, Name) and node.name == alias:
            parent = page.parent(node)
            if not isinstance(parent, Attribute) or parent.name not in known:
                return False
    return True
