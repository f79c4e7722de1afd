"""Go's module proxy; the newest version's go.mod says what is deprecated or retracted.

Sources: https://go.dev/ref/mod#goproxy-protocol, #go-mod-file-module-deprecation,
#go-mod-file-retract.
"""

import re
from urllib.parse import quote

from seawall.advisories.versions import key_of
from seawall.engines.deps.registries.registry import UNKNOWN, Fetch, Registry, body_of, day_of
from seawall.model.inventory import Ecosystem
from seawall.model.registry import Question, RegistrySays
from seawall.parse.go_directives import Directive, read_directives
from seawall.parse.json import parse_json_table
from seawall.parse.values import text_of

_DEPRECATED = re.compile(r"(?m)^//[ \t]*Deprecated:[ \t]*(?P<words>.*(?:\n//.*)*)")
_VERSION = r"[\"`]?(v[\w.+-]+)[\"`]?"
_RANGE = re.compile(rf"\[\s*{_VERSION}\s*,\s*{_VERSION}\s*\]")


def ask(question: Question, address: str, fetch: Fetch) -> RegistrySays:
    """Ask for the newest version of a module, and read what its go.mod says of others."""
    place = f"{address}/{escaped(question.name)}"
    content = body_of(fetch(f"{place}/@latest", ""))
    if content is None:
        return UNKNOWN
    latest = parse_json_table(content)
    version = text_of(latest, "Version")
    content = body_of(fetch(f"{place}/@v/{escaped(version)}.mod", "")) if version else None
    words = _deprecated(content or b"")
    return RegistrySays(
        status="deprecated" if words else "",
        words=words,
        notice=_retracted(content or b"", question),
        newest=day_of(latest.get("Time")),
    )


def escaped(path: str) -> str:
    """Return a path as the proxy writes it: "!" and a small letter for each capital."""
    return quote(re.sub(r"[A-Z]", lambda found: "!" + found[0].lower(), path), safe="/!@+~")


def _deprecated(content: bytes) -> str:
    """Return the paragraph "Deprecated:" of the comment right above or behind `module`."""
    text = content.decode("utf-8", "replace")
    for number, line in enumerate(lines := text.splitlines()):
        if line.lstrip().startswith("module"):
            above = number
            while above and lines[above - 1].lstrip().startswith("//"):
                above -= 1
            comment = "\n".join(one.lstrip() for one in lines[above:number])
            if "//" in line:
                comment += "\n" + line[line.index("//") :]
            found = _DEPRECATED.search(comment)
            if found is None:
                return ""
            words = re.split(r"\n//[ \t]*(?=\n|\Z)", found["words"])[0]
            return re.sub(r"\n//[ \t]*", " ", words).strip() or "deprecated"
    return ""


def _retracted(content: bytes, question: Question) -> str:
    if not question.version:
        return ""
    key = key_of(question.ecosystem)
    wanted = key(question.version)
    for directive in read_directives(content):
        if directive.verb != "retract":
            continue
        first, last = _bounds(directive)
        if first and key(first) <= wanted <= key(last):
            return directive.comment.strip() or "retracted"
    return ""


def _bounds(directive: Directive) -> tuple[str, str]:
    text = " ".join(directive.words)
    found = _RANGE.search(text.replace(" ,", ","))
    if found is not None:
        return found[1], found[2]
    versions = re.findall(r"v\d[\w.+-]*", text)
    return (versions[0], versions[-1]) if versions else ("", "")


GOPROXY = Registry(
    ecosystem=Ecosystem.GO,
    address="https://proxy.golang.org",
    ask=ask,
    variables=("GOPROXY",),
)
