"""What a file of Go imports, and which weak functions and methods it uses."""

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

HINT = re.compile(rb"\bplugin\.Open\(")

_IMPORT = re.compile(
    r'^import[ \t]*(?:\((?P<many>[^()]*)\)|(?P<one>[^\n;]*"[^"\n]*"))', re.MULTILINE
)
_LINE = re.compile(
    r'(?:^|;|\A)[ \t]*(?P<local>[\w.]+)?[ \t]*["`](?P<path>[^"`\n]+)["`]', re.MULTILINE
)


_GIVEN = re.compile(r"\b([A-Za-z_]\w*)(?:\s*,\s*\w+)*(\s*:?=\s*[&*]?|\s+(?:\[\]|\*)*)\Z")
"""What stands before a type or a call where a name is given to what it makes."""
_BEFORE = 200


def read(code: CodeText) -> Reading:
    """Return what a file imports."""
    imports = []
    for match in _IMPORT.finditer(code.plain):
        if not code.bare.startswith("import", match.start()):
            continue
        part = "many" if match["many"] is not None else "one"
        for line in _LINE.finditer(match[part]):
            path, local = line["path"], line["local"] or ""
            at = match.start(part) + line.start("local" if local else "path")
            names = [] if local in ("_", ".") else [local] if local else _names(path)
            imports.append(
                Import(
                    module=path,
                    at=at,
                    end=match.start(part) + line.end(),
                    bound=tuple((name, path) for name in names),
                    is_passed_on=local == ".",
                )
            )
    openings = tuple(
        Opening("", match.start()) for match in re.finditer(r"\bplugin\.Open\(", code.bare)
    )
    return Reading(code=code, imports=tuple(imports), openings=openings)


def _names(path: str) -> list[str]:
    """Return the names that the package of a path may have: its own file says which one."""
    parts = path.split("/")
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    last = re.sub(r"\.v\d+\Z", "", parts[-1])
    names = [last]
    for short in (last.removeprefix("go-"), last.removesuffix("-go"), last.removesuffix(".go")):
        names.append(short.replace("-", "_"))
        names.append(short.replace("-", ""))
    return list(dict.fromkeys(name for name in names if re.fullmatch(r"\w+", name)))


def find_uses(reading: Reading, imports: Sequence[Import], weak: Sequence[Weak]) -> Iterator[Use]:
    """Find weak functions and methods; of an object that is not known it is told as possible."""
    bare = reading.code.bare
    functions = [each for each in weak if not each.method_of]
    own = [one for one in imports if one.bound or one.is_passed_on]
    named = {local for one in own for local, _ in one.bound}
    kept = [
        Import(
            module=one.module,
            at=one.at,
            end=one.end,
            # Of the names that a package may have, those that are written here.
            bound=tuple(pair for pair in one.bound if re.search(rf"\b{pair[0]}\.", bare)),
            is_passed_on=one.is_passed_on,
        )
        for one in own
    ]
    yield from uses_by_name(reading, kept, functions, r"\.", are_values=False)
    for each in weak:
        if each.method_of:
            path = each.name.removesuffix(f".{each.method_of}.{each.last}")
            aliases = [local for one in own if one.module == path for local, _ in one.bound]
            if aliases:
                yield from _method(bare, each, aliases, named)


def _method(bare: str, weak: Weak, aliases: Sequence[str], others: set[str]) -> Iterator[Use]:
    calls = list(re.finditer(rf"(?P<on>[\w)\]}}]+)\s*\.\s*{re.escape(weak.last)}\s*\(", bare))
    if not calls:
        return
    alias = "|".join(map(re.escape, aliases))
    made: dict[str, str] = {}
    for match in re.finditer(rf"(?<![\w.])(?:{alias})\.(\w+)", bare):
        given = _GIVEN.search(bare[max(0, match.start() - _BEFORE) : match.start()])
        if given is None:
            continue
        if "=" not in given[2] or bare[match.end() : match.end() + 1] == "{":
            made[given[1]] = match[1]
        else:
            made.setdefault(given[1], "")
    for call in calls:
        receiver = call["on"]
        direct = re.search(rf"\b(?:{alias})\.\w+(?:\([^()]*\))?\Z", bare[: call.end("on")][-200:])
        if direct is not None:
            yield Use(weak, call.start())
        elif receiver in made:
            if made[receiver] in ("", weak.method_of):
                yield Use(weak, call.start())
        elif receiver not in others and not receiver.isdigit():
            yield Use(weak, -1)
