"""Scripts of Gradle as text: without comments, with their blocks and the values they write out.

Nothing is evaluated: what is put together from more than literals and plain names stays unknown.
"""

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile
from seawall.parse.script import script_text

STRING = r"""(?:"(?:\$\{[^{}\n]*\}|[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')"""
"""A literal on one line."""

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<string>\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z)"""
    r"""|"(?:\$\{[^{}\n]*\}|[^"\\\n]|\\[^\n])*+"?|'(?:[^'\\\n]|\\[^\n])*+'?)"""
    r"""|(?P<open>\{)|(?P<close>\})""",
    re.DOTALL,
)
_NAME = re.compile(
    r"(?:\b(?P<value>\w+)[ \t]+by[ \t]+)?(?<![\w.])(?P<name>[\w.]+)\s*"
    r"(?:\([^(){}\n]{0,200}\))?[ \t]*\Z"
)
_VALUE = re.compile(
    rf"""\b(?P<name>[A-Za-z_][\w.]{{0,200}}+)"""
    rf"""[ \t]*(?::[ \t]*String)?[ \t]*[=:][ \t]*(?P<value>{STRING})"""
    rf"""|\b(?P<delegated>\w+)[ \t]+by[ \t]+(?:project\.)?extra\([ \t]*(?P<given>{STRING})"""
    rf"""|\b(?:set|extra\.set|ext\.set)\([ \t]*(?P<key>{STRING})[ \t]*,[ \t]*(?P<kept>{STRING})"""
    rf"""|\b(?:ext|extra)\[[ \t]*(?P<index>{STRING})[ \t]*\][ \t]*=[ \t]*(?P<put>{STRING})"""
)
_MAP = re.compile(r"\b(?P<name>\w+)[ \t]*=[ \t]*\[(?P<inner>[^\[\]]{0,20000})\]")
_ENTRY = re.compile(rf"""(?<![\w.-])["']?(?P<key>[\w.-]+)["']?[ \t]*:[ \t]*(?P<value>{STRING})""")
_REFERENCE = re.compile(
    r"\$\{[ \t]*(?P<inner>[^{}$]{1,200}?)[ \t]*\}|\$(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
)
_INDEXED = re.compile(
    r"""(?:[\w.]*\b(?:property|findProperty|extra|ext|properties))?[\[(]["']([\w.-]+)["'][\])]\!?"""
)
_PREFIX = re.compile(r"(?:rootProject|project|parent|gradle|ext|extra|this)\.")
_PROPERTY = re.compile(r"[ \t]*([\w.-]+)[ \t]*[=:][ \t]*(.*)")
DEEPEST = 8
"""Values in values, and folders above."""
MOST_NESTED = 500
LONGEST = 500
"""Characters of a literal with its values put in, and of a value."""
NAMING = frozenset({"dependencies", "plugins", "imports"})
"""The blocks that name packages."""


class Block(Struct, frozen=True):
    """What stands between braces."""

    names: tuple[str, ...]
    """Of it and of those around it, the outermost first."""
    start: int
    end: int


class Script:
    """One script."""

    def __init__(self, file: ListFile) -> None:
        self._file = file
        self.code, self.blocks = _blocks(script_text(file.content))
        """The text without comments, as long as before; its blocks that name packages."""
        self._values = _values(self.code)
        self._above: dict[str, str] | None = None
        self._place = (0, 1)

    def resolve(self, text: str) -> str:
        """Return a text with the values put in that are known."""
        for _ in range(DEEPEST):
            if "$" not in text or len(text) > LONGEST:
                break
            new = _REFERENCE.sub(
                lambda found: self.value(found["inner"] or found["name"])[:LONGEST] or found[0],
                text,
            )
            if new == text:
                break
            text = new
        return text

    def value(self, name: str) -> str:
        """Return what a name stands for, as written; "" where it is not known."""
        indexed = _INDEXED.fullmatch(name)
        name = indexed[1] if indexed else name
        while found := _PREFIX.match(name):
            name = name[found.end() :]
        last = name.rpartition(".")[2]
        own = self._values.get(name) or self._values.get(last)
        if own:
            return own
        if self._above is None:
            self._above = _values_above(self._file)
        return self._above.get(name) or self._above.get(last, "")

    def line_at(self, offset: int) -> int:
        """Return the 1-based line of a place; cheap where places are asked for in their order."""
        last, line = self._place
        if offset < last:
            last, line = 0, 1
        line += self.code.count("\n", last, offset)
        self._place = (offset, line)
        return line


def inner(literal: str) -> str:
    """Return what stands in a literal."""
    quotes = 3 if literal[:3] in ('"""', "'''") and len(literal) >= 6 else 1
    return literal[quotes:-quotes]


def _blocks(text: str) -> tuple[str, list[Block]]:
    parts: list[str] = []
    blocks: list[Block] = []
    stack: list[tuple[str, int]] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if found["comment"]:
            parts.append(text[at : found.start()])
            parts.append(re.sub(r"[^\n]", " ", found[0]))
            at = found.end()
        elif found["open"]:
            before = _NAME.search(text, max(0, found.start() - 250), found.start())
            if len(stack) >= MOST_NESTED:
                raise ParseError("its blocks are nested too deeply")
            name = (before["value"] or before["name"]) if before else ""
            stack.append((name, found.end()))
        elif found["close"] and stack:
            _close(stack, blocks, found.start())
    while stack:
        _close(stack, blocks, len(text))
    return "".join((*parts, text[at:])), blocks


def _close(stack: list[tuple[str, int]], blocks: list[Block], end: int) -> None:
    names = tuple(name for name, _ in stack[-DEEPEST:])
    _, start = stack.pop()
    if names[-1].rpartition(".")[2] in NAMING:
        blocks.append(Block(names, start, end))


def _values(code: str) -> dict[str, str]:
    """Return the values of names that a script writes out; the first one counts."""
    values: dict[str, str] = {}
    for found in _VALUE.finditer(code):
        name = found["name"] or found["delegated"] or inner(found["key"] or found["index"] or "''")
        literal = found["value"] or found["given"] or found["kept"] or found["put"]
        while prefix := _PREFIX.match(name):
            name = name[prefix.end() :]
        if literal and name not in ("group", "name", "version", "id", "url"):
            values.setdefault(name, inner(literal))
    for found in _MAP.finditer(code):
        for entry in _ENTRY.finditer(found["inner"]):
            values.setdefault(f"{found['name']}.{entry['key']}", inner(entry["value"]))
    return values


def _values_above(file: ListFile) -> dict[str, str]:
    """Return what gradle.properties here and above says, and the scripts above."""
    values: dict[str, str] = {}
    folder = posixpath.dirname(file.path)
    for _ in range(DEEPEST):
        content = file.read(posixpath.join(folder, "gradle.properties"))
        for name, value in _properties(content):
            values.setdefault(name, value)
        for name in ("build.gradle", "build.gradle.kts"):
            path = posixpath.join(folder, name)
            other = file.read(path) if path != file.path else None
            if other is not None:
                for key, value in _values_in(other).items():
                    values.setdefault(key, value)
        if not folder:
            break
        folder = posixpath.dirname(folder)
    return values


def _values_in(content: bytes) -> dict[str, str]:
    try:
        return _values(_blocks(script_text(content))[0])
    except ParseError:
        # It is told where that file itself is read.
        return {}


def _properties(content: bytes | None) -> Iterator[tuple[str, str]]:
    for line in (content or b"").decode("utf-8", "replace").splitlines():
        found = _PROPERTY.fullmatch(line) if len(line) <= LONGEST else None
        if found is not None and not line.lstrip().startswith(("#", "!")):
            yield found[1], found[2].strip()
