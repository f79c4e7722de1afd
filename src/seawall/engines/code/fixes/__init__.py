"""Fixes: what would mend a finding, in words and, where it is mechanical, as edits."""

import ast
from collections.abc import Callable

from seawall.core.finding import Edit, Fix
from seawall.engines.code.fixes import (
    arguments,
    assignments,
    documents,
    markup,
    queries,
    randoms,
    shells,
)
from seawall.engines.code.fixes.draft import Draft
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.engines.code.hits import Flagged, Hit
from seawall.model.program import Attribute, Call, Compare, Format, Index, Name, Node

__all__ = ["Fixer", "Page", "fix_of"]

Maker = Callable[[Draft, Node, str], str]
"""Writes a fix for a node and the symbol it calls; returns its title, or raises `UnfitError`."""

MAKERS: dict[str, tuple[Maker, ...]] = {
    "archive-traversal": (arguments.filtered_archive,),
    "certificate-check-off": (arguments.verified,),
    "cross-site-scripting": (markup.escape,),
    "debug-mode": (arguments.no_debug,),
    "host-key-unchecked": (arguments.known_hosts,),
    "os-command-injection": (shells.quote,),
    "predictable-random": (randoms.unforeseeable,),
    "sql-injection": (queries.parameterise,),
    "template-autoescape-off": (arguments.autoescaped,),
    "timing-unsafe-comparison": (arguments.compared_evenly,),
    "unsafe-deserialization": (arguments.harmless_load,),
    "xml-bomb": (documents.defused, arguments.entities_kept),
    "xml-external-entities": (arguments.entities_kept, documents.defused),
}
COOKIES = ("insecure-cookie", "script-readable-cookie", "cookie-without-samesite")
MECHANICAL = MAKERS.keys() | set(COOKIES)
WORDS = {
    "binds-all-interfaces": "listen on `127.0.0.1`, or on the one address that is meant",
    "insecure-temporary-file": "make the file with `tempfile.NamedTemporaryFile(delete=False)`",
    "jwt-unverified": "check the signature: give the key and the `algorithms` that are meant",
    "permissive-file-mode": "let nobody but the owner write: `0o600`, `0o700` for a folder",
    "weak-hash": "use `hashlib.sha256`, or say `usedforsecurity=False` where it guards nothing",
}
"""What to do where nothing mechanical does it."""


def fix_of(weakness: str, symbol: str, span: int, page: Page) -> Fix | None:
    """Return what would mend a finding at the node of a span, if that is mechanical."""
    if not page.is_exact:
        return None
    written = (_written(weakness, symbol, node, page) for node in page.at(span))
    return next((fix for fix in written if fix is not None), None)


class Fixer:
    """Writes the fixes for what is found in a program."""

    def __init__(self, open_page: Callable[[str], Page | None]) -> None:
        """`open_page` gives the page of a path; it is asked once for each."""
        self._open = open_page
        self._pages: dict[str, Page | None] = {}

    def fix(self, found: Hit | Flagged) -> Fix | None:
        """Return what would mend what was found, at least in words, if that is known."""
        fix: Fix | None = None
        if found.weakness in MECHANICAL:
            path = found.where.path
            if path not in self._pages:
                self._pages[path] = self._open(path)
            page = self._pages[path]
            if page is not None:
                fix = fix_of(found.weakness, found.symbol, found.where.span, page)
        words = WORDS.get(found.weakness)
        return fix or (Fix(title=words) if words else None)


def _refuse_in_text(page: Page, node: Node, edits: tuple[Edit, ...]) -> None:
    """Raise `UnfitError` where a node stands in an f-string whose quotes the edits would end."""
    if not any(isinstance(one, Format) for one in page.above(node)):
        return
    if any(sign in edit.text for edit in edits for sign in "'\"\\"):
        raise UnfitError
    # Where old versions of Python place what stands in an f-string is not always right.
    try:
        parsed = ast.parse(page.source(node), mode="eval").body
    except (SyntaxError, ValueError):
        raise UnfitError from None
    if not isinstance(parsed, ast.Call | ast.Compare):
        raise UnfitError


def _written(weakness: str, symbol: str, node: Node, page: Page) -> Fix | None:
    makers: tuple[Maker, ...] = ()
    match node:
        case Call() | Compare():
            makers = MAKERS.get(weakness, ())
            if weakness in COOKIES:
                makers = (
                    lambda draft, call, name: arguments.marked_cookie(draft, call, name, weakness),
                )
        case Attribute() | Index() | Name():
            makers = (lambda draft, target, name: assignments.switch(draft, target, weakness),)
    for make in makers:
        draft = Draft(page, node)
        try:
            title = make(draft, node, symbol)
            edits = draft.edits()
            _refuse_in_text(page, node, edits)
        except (UnfitError, RecursionError):
            continue
        if edits:
            needs = "defusedxml" if make is documents.defused else ""
            return Fix(title=title, edits=edits, needs=needs)
    return None
