"""What a file of JavaScript or TypeScript imports, and which weak functions it uses by name."""

import re
from collections.abc import Iterator, Sequence

from seawall.engines.deps.exposure.reading import (
    Import,
    Opening,
    Reading,
    Use,
    Weak,
    uses_by_name,
)
from seawall.parse.code_text import CodeText

HINT = re.compile(rb"\b(?:require|import)\s*\(\s*[^\"'\s)]")

_FROM = re.compile(
    r"\b(?P<how>import|export)\s+(?P<type>type\s+(?!from\b|,))?"
    r"(?:(?P<what>(?:(?!\bfrom\s*[\"']|\bimport\b)[\w$*\s{},]){1,9000}+)from\s*)?(?P<quote>[\"'])(?P<module>[^\"'\n]+)(?P=quote)"
)
_CALL = re.compile(
    r"(?<![\w$.])(?P<how>require(?:\s*\.\s*resolve)?|import)\s*\(\s*"
    r"(?P<quote>[\"'`])(?P<module>[^\"'`\n$]+)(?P=quote)\s*[,)]\)?(?:\s*\.\s*(?P<part>[\w$]+))?"
)
_BOUND = re.compile(r"(?P<local>[\w$]+|\{[^{}]*\})\s*=\s*(?:await\s+)?(?:[\w$.]+\(\s*)?\Z")
_BEFORE = 600
"""Characters in which a name stands that an import is given."""
_OPEN = re.compile(
    r"(?<![\w$.])(?P<how>require(?:\s*\.\s*resolve)?|import)\s*\(\s*"
    r"(?P<what>`(?P<text>[^`$]*)\$|[\"'](?P<quoted>[^\"'\n]*)[\"']\s*\+|[^\"'`\s)][^\n]{0,60})"
)
_LOCAL = re.compile(
    r"(?:path\s*\.\s*)?(?:join|resolve)\s*\(|__dirname|__filename|process\s*\.\s*cwd|new\s+URL"
)
_NAMED = re.compile(r"(?P<type>type\s+)?(?P<name>[\w$]+)(?:\s+as\s+|\s*:\s*)?(?P<local>[\w$]+)?")


def read(code: CodeText) -> Reading:
    """Return what a file imports."""
    imports = [*_statements(code), *_calls(code)]
    openings = []
    for match in _OPEN.finditer(code.plain):
        if not _is_code(code, match):
            continue
        if re.search(r"\bfunction\s*\Z", code.bare[max(0, match.start() - 12) : match.start()]):
            continue
        beginning = match["text"] or match["quoted"] or ""
        if not _LOCAL.match(match["what"]) and not beginning.startswith((".", "/")):
            openings.append(Opening(beginning, match.start()))
    return Reading(code=code, imports=tuple(imports), openings=tuple(openings))


def find_uses(reading: Reading, imports: Sequence[Import], weak: Sequence[Weak]) -> Iterator[Use]:
    """Find weak functions that are used by the names that imports bind."""
    yield from uses_by_name(reading, imports, weak)
    for each in weak:
        # On what another call returned, as in a chain: whose it is nobody can tell.
        if re.search(rf"\)\s*\.\s*{re.escape(each.last)}\s*\(", reading.code.bare):
            yield Use(each, -1)


def _meaning(module: str) -> str:
    """Return a module in the form of a name: "lodash/template.js" → "lodash.template"."""
    count = 2 if module.startswith("@") else 1
    parts = module.split("/")
    inside = [re.sub(r"\.[cm]?js\Z", "", part) for part in parts[count:]]
    return ".".join(["/".join(parts[:count]), *inside])


def _is_code(code: CodeText, match: re.Match[str]) -> bool:
    start, end = match.span("how")
    return code.bare[start:end] == match["how"]


def _statements(code: CodeText) -> Iterator[Import]:
    for match in _FROM.finditer(code.plain):
        if not _is_code(code, match):
            continue
        what, module = (match["what"] or "").strip(), match["module"]
        if match["how"] == "export" and not what:
            continue
        bound, only_types = _bound(what, _meaning(module))
        yield Import(
            module=module,
            at=match.start(),
            end=match.end(),
            bound=bound if match["how"] == "import" else (),
            is_loaded=not match["type"] and not only_types,
            is_passed_on=match["how"] == "export",
        )


def _bound(what: str, module: str) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Return what a clause binds, and whether all of it is types."""
    whole, brace, listed = what.partition("{")
    bound: list[tuple[str, str]] = []
    for part in whole.split(","):
        name = part.replace("*", " ").replace(" as ", " ").strip()
        if name and re.fullmatch(r"[\w$]+", name):
            bound.append((name, module))
    types = 0
    for part in listed.rstrip("} \n\t").split(","):
        match = _NAMED.match(part.strip())
        if match is None:
            continue
        if match["type"] and match["name"] != "as":
            types += 1
            continue
        meaning = module if match["name"] == "default" else f"{module}.{match['name']}"
        bound.append((match["local"] or match["name"], meaning))
    return tuple(bound), bool(types) and not bound


def _calls(code: CodeText) -> Iterator[Import]:
    for match in _CALL.finditer(code.plain):
        if not _is_code(code, match):
            continue
        module, part = match["module"], match["part"] or ""
        before = code.bare[max(0, match.start() - _BEFORE) : match.start()].rpartition(";")[2]
        given = _BOUND.search(before) if "=" in before else None
        local = given["local"] if given is not None else ""
        at = match.start() - len(before) + given.start() if given is not None else match.start()
        if part == "default":
            part = ""
        meaning = _meaning(module) + (f".{part}" if part else "")
        bound: tuple[tuple[str, str], ...] = ()
        if local.startswith("{"):
            bound, _ = _bound(local, meaning)
        elif local:
            bound = ((local, meaning),)
        goes_on = code.bare[match.end() : match.end() + 20].lstrip()[:1] == "("
        yield Import(
            module=module,
            at=at,
            end=match.end(),
            bound=bound,
            used_here=meaning if not bound and (part or goes_on) else "",
            is_passed_on=not bound and not part and not goes_on,
        )
