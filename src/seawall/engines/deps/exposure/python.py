"""What a file of Python imports, and which weak functions it uses by name."""

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

HINT = re.compile(rb"import_module|__import__|import_string|entry_points|load_entry_point")
"""What a file holds that imports what only a run tells."""

_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+(?P<module>\.*[\w.]*)(?:[ \t]|\\\n)+c?import[ \t]*"
    r"(?:\((?P<many>[^()]*)\)|(?P<names>(?:[^\n;\\]|\\\n)+))"
    r"|c?import[ \t]+(?P<modules>(?:[^\n;\\]|\\\n)+))",
    re.MULTILINE,
)
_NAME = re.compile(r"(?P<name>[\w.]+|\*)(?:\s+as\s+(?P<local>\w+))?")
_TYPES = re.compile(
    r"^(?P<margin>[ \t]*)if[ \t]+(?:\w+\.)?TYPE_CHECKING[ \t]*:[^\n]*\n"
    r"(?:(?P=margin)[ \t]+[^\n]*\n|[ \t]*\n)+",
    re.MULTILINE,
)
_CALLED = re.compile(
    r"\b(?P<how>import_module|__import__|import_string|importorskip)\s*\(\s*"
    r"(?P<text>[fFrR]{0,2}(?P<quote>[\"'])(?P<value>[^\"'\n]*)(?P=quote))?(?P<rest>[^\n]{0,80})"
)
_PLUGINS = re.compile(r"\b(?:iter_)?entry_points\s*\(|\bload_entry_point\s*\(")
_LISTED = re.compile(
    r"\b(?:INSTALLED_APPS|\w*MIDDLEWARE(?:_CLASSES)?|\w+_BACKENDS|\w+_APPS|pytest_plugins"
    r"|extensions|TEMPLATES|CACHES|DATABASES|STORAGES|REST_FRAMEWORK|LOGGING)"
    r"\s*(?::[^=\n]*)?\+?=\s*(?:\w+(?:\.\w+)*\s*\+\s*|tuple\s*|list\s*)?(?P<open>[\[({])"
)
_MORE = re.compile(r"\s*\+\s*(?:\w+(?:\.\w+)*\s*\+\s*)?(?P<open>[\[({])")
_BACKEND = re.compile(
    r"(?:\b\w*(?:BACKEND|STORAGE|ENGINE|_CLASS)\s*=|[\"'](?:BACKEND|ENGINE|CLASS|class|\(\))[\"']\s*:)"
    r"\s*[\"'](?P<name>[A-Za-z_][\w.]*)[\"']"
)
_TEXT = re.compile(r"[\"'](?P<name>[A-Za-z_][\w.]*)[\"']")
_LONGEST_LIST = 20_000
# One of these stands in each text that the expressions above find something in.
_SETTINGS = (
    "INSTALLED_APPS", "MIDDLEWARE", "_APPS", "BACKEND", "STORAGE", "ENGINE", "_CLASS", "TEMPLATES",
    "CACHES", "DATABASES", "REST_FRAMEWORK", "LOGGING", "pytest_plugins", "extensions",
)  # fmt: skip
_CALLS = ("import_module", "__import__", "import_string", "importorskip")


def read(code: CodeText) -> Reading:
    """Return what a file imports."""
    bare = code.bare
    types: list[tuple[int, int]] = []
    if "TYPE_CHECKING" in bare:
        types = [match.span() for match in _TYPES.finditer(bare)]
    imports = list(_statements(bare, types))
    if any(word in bare for word in _SETTINGS) or "BACKEND" in code.plain:
        imports += _settings(code)
    openings: list[Opening] = []
    for match in _CALLED.finditer(code.plain) if any(word in bare for word in _CALLS) else ():
        if code.bare[match.start("how") : match.end("how")] != match["how"]:
            continue
        if re.search(r"\bdef\s+\Z", code.plain[max(0, match.start() - 10) : match.start()]):
            continue
        value = match["value"]
        is_open = value is None or "{" in value or not re.match(r"\s*[,)]", match["rest"])
        if is_open:
            beginning = (value or "").partition("{")[0]
            if not beginning.startswith("."):
                openings.append(Opening(beginning, match.start()))
        elif not value.startswith("."):
            imports.append(Import(module=value, at=match.start(), end=match.end("text")))
    if "entry_point" in bare:
        openings += (Opening("", match.start()) for match in _PLUGINS.finditer(bare))
    return Reading(code=code, imports=tuple(imports), openings=tuple(openings))


def find_uses(reading: Reading, imports: Sequence[Import], weak: Sequence[Weak]) -> Iterator[Use]:
    """Find weak functions that are used by the names that imports bind."""
    bare = reading.code.bare
    for one in imports:
        if not one.bound and not one.is_passed_on:
            # import_module("a") and settings: what is done with it is not written by a name.
            yield from (Use(each, -1) for each in weak)
    if "getattr" in bare:
        for match in re.finditer(r"\bgetattr\s*\(\s*(\w+)\s*,\s*(?![\"'])", bare):
            if any(match[1] == local for one in imports for local, _ in one.bound):
                yield from (Use(each, -1) for each in weak)
    yield from uses_by_name(reading, imports, weak, r"\.", _is_shadowed)


def _statements(bare: str, types: Sequence[tuple[int, int]]) -> Iterator[Import]:
    for match in _IMPORT.finditer(bare):
        at, end = match.span()
        is_loaded = not any(first <= at < last for first, last in types)
        if match["modules"] is not None:
            for name in _names(match["modules"]):
                module, local = name["name"], name["local"]
                # `import a.b` binds "a", `import a.b as c` binds what it names.
                top = module.partition(".")[0]
                bound = (local, module) if local else (top, top)
                yield Import(module=module, at=at, end=end, bound=(bound,), is_loaded=is_loaded)
            continue
        module = match["module"]
        if module.startswith("."):
            continue
        names = list(_names(match["many"] if match["many"] is not None else match["names"]))
        yield Import(
            module=module,
            at=at,
            end=end,
            bound=tuple(
                (name["local"] or name["name"], f"{module}.{name['name']}")
                for name in names
                if name["name"] != "*"
            ),
            is_loaded=is_loaded,
            is_passed_on=any(name["name"] == "*" for name in names),
        )


def _names(text: str) -> Iterator[re.Match[str]]:
    for part in text.replace("\\\n", "  ").split(","):
        match = _NAME.match(part.strip())
        if match is not None:
            yield match


def _settings(code: CodeText) -> Iterator[Import]:
    """Yield what is named in a place that is known to import it: Django's settings and the like."""
    for match in _LISTED.finditer(code.bare):
        end = _closed(code.bare, match.start("open"))
        while (more := _MORE.match(code.bare, end)) is not None:
            end = max(_closed(code.bare, more.start("open")), more.end())
        for text in _TEXT.finditer(code.plain, match.end(), end):
            yield Import(module=text["name"], at=text.start(), end=text.end())
    for match in _BACKEND.finditer(code.plain):
        yield Import(module=match["name"], at=match.start("name"), end=match.end())


def _closed(bare: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"[\[\](){}]").finditer(bare, at, at + _LONGEST_LIST):
        depth += 1 if match[0] in "[({" else -1
        if depth == 0:
            return match.end()
    return at


def _is_shadowed(bare: str, at: int, name: str) -> bool:
    """Whether a function around a place has a parameter or a value of its own of this name."""
    margin = _margin(bare, at)
    end = at
    for match in _lines_before(bare, at):
        own = len(match["margin"])
        if own < margin and match["rest"]:
            margin = own
            if re.match(r"(?:async\s+)?def\b|class\b", match["rest"]):
                header = bare[match.start() : bare.find(":\n", match.start(), end) + 1 or end]
                inner = bare[match.start() : end]
                word = re.escape(name)
                if match["rest"].startswith("class"):
                    continue
                if re.search(rf"[(,]\s*\*{{0,2}}{word}\s*[:=,)]", header):
                    return True
                if re.search(rf"^[ \t]+{word}\s*(?::[^=\n]+)?=(?!=)", inner, re.MULTILINE):
                    return True
                end = match.start()
        if margin == 0:
            break
    line = max(bare.rfind("\n", 0, at) + 1, at - 400)
    word = re.escape(name)
    return re.search(rf"\blambda\b[^:\n]*\b{word}\b[^:\n]*:", bare[line:at]) is not None


_LINE = re.compile(r"(?P<margin>[ \t]*)(?P<rest>[^\n]*)")
_FARTHEST = 60_000


def _margin(bare: str, at: int) -> int:
    match = _LINE.match(bare, bare.rfind("\n", 0, at) + 1)
    return len(match["margin"]) if match is not None else 0


def _lines_before(bare: str, at: int) -> Iterator[re.Match[str]]:
    start = bare.rfind("\n", 0, at)
    lowest = max(0, at - _FARTHEST)
    while start > lowest:
        begin = bare.rfind("\n", 0, start) + 1
        match = _LINE.match(bare, begin)
        if match is not None and match["rest"].strip():
            yield match
        start = begin - 1
