"""Functions that read files of the target: their text, their names, what templates make of them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from seawall.core.errors import ParseError
from seawall.core.glob import translate_glob
from seawall.engines.infra.terraform.documents import with_document_within
from seawall.engines.infra.terraform.evaluate import (
    At,
    Keeping,
    evaluate,
)
from seawall.engines.infra.terraform.values import known, moved, refers_of
from seawall.model.infrastructure import Node, Origin, Place
from seawall.parse.hcl import parse_template
from seawall.parse.hcl.tree import Expr, File, line_starts

MOST_FILES = 1_000
"""Names that one pattern finds."""
_BRACES = re.compile(r"\{([^{}]*)\}")


def _file(arguments: list[Node], place: Place, at: At) -> Node | None:
    found = _content(arguments, at)
    if found is None:
        return None
    path, text = found
    origin = Origin("the content of the file", Place(path, 1))
    node = Node(text, place, (origin,), refers_of(arguments))
    return with_document_within(node)


def _exists(arguments: list[Node], place: Place, at: At) -> Node | None:
    # What is not in the target may be there where it runs.
    return Node(True, place) if _content(arguments, at) is not None else None


def _template(arguments: list[Node], place: Place, at: At) -> Node | None:
    found = _content(arguments, at)
    if found is None or len(arguments) != 2 or not isinstance(arguments[1].value, dict):
        return None
    path, text = found
    tree = _parsed(text)
    if tree is None:
        return None
    file = File(path=path, body=at.file.body, lines=line_starts(text))
    made = evaluate(tree, At(file, at.names, arguments[1].value, at.depth, in_template=True))
    origin = Origin("what the template makes", Place(path, 1))
    return with_document_within(moved(made, place, origin))


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> Expr | None:
    try:
        return parse_template(text)
    except (ParseError, RecursionError):
        return None


def _set(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 2 or not all(isinstance(one.value, str) for one in arguments):
        return None
    folder, pattern = arguments[0].text(), arguments[1].text()
    expressions = [translate_glob(one, anchored=True) for one in _unbraced(pattern)]
    matching = re.compile("|".join(f"(?:{one})" for one in expressions if one) or r"(?!)")
    names = at.names.list_files(folder)
    if not names:
        return None
    found = [name for name in names if matching.fullmatch(name)][:MOST_FILES]
    return known(found, place)


def _unbraced(pattern: str, most: int = 64) -> list[str]:
    """Return the patterns that one with `{a,b}` in it stands for."""
    found = [pattern]
    while len(found) < most:
        match = next((m for one in found if (m := _BRACES.search(one))), None)
        if match is None:
            break
        found = [
            one.replace(match[0], choice, 1) if match[0] in one else one
            for one in found
            for choice in (match[1].split(",") if match[0] in one else ("",))
        ]
    return found


def _content(arguments: list[Node], at: At) -> tuple[str, str] | None:
    if not arguments or not isinstance(arguments[0].value, str):
        return None
    return at.names.read_file(arguments[0].value)


READING: Mapping[str, Keeping] = {
    "file": _file,
    "fileexists": _exists,
    "fileset": _set,
    "templatefile": _template,
}
