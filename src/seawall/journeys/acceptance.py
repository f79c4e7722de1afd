"""Writes the inline allow that accepts one place, as a comment of the document's language."""

from msgspec import Struct

from seawall.source.language import language_of
from seawall.triage.allow import PLACEHOLDER

_MARKS = {
    "//": "javascript typescript java kotlin scala groovy go php csharp fsharp c cpp objective-c "
    "rust swift dart zig solidity apex actionscript pascal bicep protobuf thrift asciidoc",
    "--": "sql lua haskell",
    ";": "ini clojure lisp assembly",
    "%": "erlang tex",
    '"': "vim",
    "'": "visual-basic",
}
_BY_LANGUAGE = {language: mark for mark, names in _MARKS.items() for language in names.split()}
_ENCLOSED = {
    "markdown": ("<!--", "-->"),
    "xml": ("<!--", "-->"),
    "html": ("<!--", "-->"),
    "css": ("/*", "*/"),
    "ocaml": None,
}
_WITHOUT = frozenset(
    "json notebook pem csv lock diff http batch fortran cobol rst htpasswd pgpass".split()
)
"""They have no comments, or none that an allow is read in."""


class AllowLine(Struct, frozen=True, kw_only=True):
    """A line of its own that accepts what is on the next one."""

    text: str
    """Without a line end, indented as the next line is."""
    reason_at: int
    """Where the placeholder of the reason starts, in code points: a person has to replace it."""
    reason_size: int = len(PLACEHOLDER)


def write_allow(path: str, line: str, before: str, *, rule: str, until: str) -> AllowLine | None:
    """Write the allow that goes above a line; None where no comment can stand there.

    `before` is the line that is above it now; `until` is the ISO date of the last day.
    """
    language = language_of(path, line.encode("utf-8", "replace")[:256])
    if path.endswith((".jsonc", ".json5")):
        language = "javascript"
    if language in _WITHOUT or not _fits(language, line, before):
        return None
    enclosed = _ENCLOSED.get(language, (_BY_LANGUAGE.get(language, "#"), ""))
    if enclosed is None:
        return None
    mark, closer = enclosed
    indent = line[: len(line) - len(line.lstrip())]
    head = f"{indent}{mark} seawall: allow {rule} -- "
    text = f"{head}{PLACEHOLDER} until {until}" + (f" {closer}" if closer else "")
    return AllowLine(text=text, reason_at=len(head))


def _fits(language: str, line: str, before: str) -> bool:
    """Whether a comment may stand between the two lines."""
    if before.rstrip().endswith("\\") and language != "dockerfile":
        # The line goes on what is above it.
        return False
    return language not in ("xml", "html") or line.lstrip().startswith("<")
