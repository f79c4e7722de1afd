"""Who owns a path, as CODEOWNERS says it."""

import re
from collections.abc import Callable

from seawall.core.glob import translate_glob

PLACES = (
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
)
"""Where forges look for it; the first that is there counts."""

MAX_BYTES = 3 << 20
"""GitHub reads no larger file either."""

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
_SPACE = re.compile(r"(?<!\\)\s+")

Rule = tuple[re.Pattern[str], str]


def read_owners(read: Callable[[str], bytes | None]) -> Callable[[str], str]:
    """Return the function that tells the owners of a path, "" for nobody.

    `read` returns the content of a file of the target, None when there is no such file.
    """
    for place in PLACES:
        content = read(place)
        if content is not None:
            return parse_owners(content)
    return lambda path: ""


def parse_owners(content: bytes) -> Callable[[str], str]:
    """Parse a CODEOWNERS file: the last pattern that matches counts, in GitLab's in each section.

    Source: GitHub Docs "About code owners", GitLab Docs "Code Owners syntax".
    """
    sections: dict[str, list[Rule]] = {"": []}
    section, default = "", ""
    for line in content[:MAX_BYTES].decode("utf-8", "replace").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        header = _SECTION.fullmatch(text)
        if header:
            section, default = header["name"].strip().lower(), _owners(header["owners"].split())
            sections.setdefault(section, [])
            continue
        pattern, *names = _SPACE.split(text)
        expression = _expression(pattern)
        if expression is not None:
            bare = not names or names[0].startswith("#")
            owners = default if bare else _owners(names)
            sections[section].append((expression, owners))
    groups = [list(reversed(rules)) for rules in sections.values() if rules]

    def owners_of(path: str) -> str:
        found = (
            next((owners for expression, owners in rules if expression.match(path)), "")
            for rules in groups
        )
        return " ".join(dict.fromkeys(name for owners in found for name in owners.split()))

    return owners_of


def _owners(names: list[str]) -> str:
    """Join the names up to a comment."""
    end = next((place for place, name in enumerate(names) if name.startswith("#")), len(names))
    return " ".join(names[:end])


def _expression(pattern: str) -> re.Pattern[str] | None:
    """Translate a pattern; unlike in .gitignore, "docs/*" stops at what is right in docs."""
    text = pattern.removesuffix("/")
    folder_only = text != pattern
    anchored = "/" in text
    body = translate_glob(text.removeprefix("/"), anchored=anchored)
    if body is None:
        # "/" alone is everything.
        return re.compile("") if pattern == "/" else None
    if text.endswith("/*") and not folder_only:
        rest = ""
    else:
        rest = "/.*" if folder_only else "(?:/.*)?"
    return re.compile(f"{body}{rest}\\Z", re.DOTALL)
