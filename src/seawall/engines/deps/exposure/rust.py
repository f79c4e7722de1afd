"""Which crates a file of Rust uses, and which weak functions and methods of them."""

import re
from collections.abc import Iterator, Sequence

from seawall.engines.deps.exposure.reading import (
    Import,
    Reading,
    Use,
    Weak,
    uses_by_name,
)
from seawall.parse.code_text import CodeText

HINT = None
"""A program of Rust takes in nothing that its text does not name."""

_USE = re.compile(r"\buse\s+(?:::)?(?P<tree>[A-Za-z_][\w:{}*,\s]{0,4000}+);")
_EXTERN = re.compile(r"\bextern\s+crate\s+(?P<name>\w+)(?:\s+as\s+(?P<local>\w+))?\s*;")
_PATH = re.compile(r"(?<![\w:$.])(?:::)?(?P<name>[a-z_]\w*)\s*::(?=\s*[\w<{*])")
_MODULE = re.compile(r"\bmod\s+(\w+)\s*[;{]")
_OWN = frozenset({"crate", "self", "super", "std", "core", "alloc"})
_TESTS = re.compile(r"^[ \t]*#\[cfg\(test\)\]", re.MULTILINE)
_GIVEN = re.compile(
    r"\blet\s+(?:mut\s+)?(\w+)[^;={}]*=[^;{}]*\Z"
    r"|\b(\w+)\s*:\s*&?\s*(?:'\w+\s+)?(?:mut\s+)?(?:\w+::)*\Z"
)
"""What stands before a type where a name is given to an object of it."""
_BEFORE = 200
_DEEPEST = 20


def read(code: CodeText) -> Reading:
    """Return what a file uses of crates; a module of the file's own is none."""
    bare = code.bare
    imports: list[Import] = []
    own = {match[1] for match in _MODULE.finditer(bare)} | _OWN
    spans: list[tuple[int, int]] = []
    local: set[str] = set()
    for match in _USE.finditer(bare):
        spans.append(match.span())
        leaves = list(_leaves(match["tree"]))
        local.update(name for name, _ in leaves)
        crate = re.split(r"[:{\s]", match["tree"])[0]
        if crate in own:
            continue
        by_crate: dict[str, list[tuple[str, str]]] = {}
        for name, meaning in leaves:
            by_crate.setdefault(meaning.partition(".")[0], []).append((name, meaning))
        imports += (
            Import(
                module=crate,
                at=match.start(),
                end=match.end(),
                bound=tuple(pair for pair in pairs if pair[0] != "*"),
                is_passed_on=any(name == "*" for name, _ in pairs),
            )
            for crate, pairs in by_crate.items()
        )
    for match in _EXTERN.finditer(bare):
        bound = (match["local"] or match["name"], match["name"])
        imports.append(
            Import(module=match["name"], at=match.start(), end=match.end(), bound=(bound,))
        )
    tests = tuple(_tests(bare))
    tested: set[str] = set()
    for match in _PATH.finditer(bare):
        name, at = match["name"], match.start()
        if name in own or name in local or any(a <= at < b for a, b in spans):
            continue
        # The first place is enough: one in the tests, and one outside.
        if any(a <= at < b for a, b in tests):
            if name in tested:
                continue
            tested.add(name)
        else:
            local.add(name)
        imports.append(Import(module=name, at=at, end=at, bound=((name, name),)))
    return Reading(code=code, imports=tuple(imports), tests=tests)


def _tests(bare: str) -> Iterator[tuple[int, int]]:
    """Yield where what is only for tests begins and ends: an item, or what stands in its braces."""
    at = 0
    while (match := _TESTS.search(bare, at)) is not None:
        depth, at = 0, len(bare)
        for sign in re.compile(r"[{};]").finditer(bare, match.end()):
            depth += {"{": 1, "}": -1, ";": 0}[sign[0]]
            if depth <= 0:
                at = sign.end()
                break
        yield match.start(), at


def _leaves(tree: str, above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the names that a tree of `use` binds, with what they stand for."""
    tree = tree.strip()
    head, brace, rest = tree.partition("{")
    if brace and depth < _DEEPEST:
        prefix = above + head.replace("::", ".").replace(" ", "")
        for part in _split(rest.rpartition("}")[0]):
            yield from _leaves(part, prefix, depth + 1)
        return
    path, _, renamed = tree.partition(" as ")
    whole = (above + path.replace("::", ".")).replace(" ", "").replace("\n", "")
    if whole.endswith(".self"):
        whole = whole.removesuffix(".self")
    if whole:
        yield renamed.strip() or whole.rpartition(".")[2], whole


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for match in re.finditer(r"[{},]", text):
        if match[0] == ",":
            if depth == 0:
                yield text[start : match.start()]
                start = match.end()
        else:
            depth += 1 if match[0] == "{" else -1
    if text[start:].strip():
        yield text[start:]


def find_uses(reading: Reading, imports: Sequence[Import], weak: Sequence[Weak]) -> Iterator[Use]:
    """Find weak functions and methods; of an object that is not known it is told as possible."""
    yield from uses_by_name(reading, imports, weak, "::", are_values=False)
    bare = reading.code.bare
    for each in weak:
        if not each.method_of:
            continue
        calls = list(re.finditer(rf"(?P<on>[\w)\]?]+)\s*\.\s*{re.escape(each.last)}\s*[(:]", bare))
        if not calls:
            continue
        made = set()
        for kind in re.finditer(rf"\b{re.escape(each.method_of)}\b", bare):
            given = _GIVEN.search(bare[max(0, kind.start() - _BEFORE) : kind.start()])
            if given is not None:
                made.add(given[1] or given[2])
        for call in calls:
            yield Use(each, call.start() if call["on"] in made else -1)
