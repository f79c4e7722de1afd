"""Names and versions of packages of Hackage, as Stack and Cabal write them."""

import re
from collections.abc import Iterator

_IDENTIFIER = re.compile(r"([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)-(\d+(?:\.\d+)*)(?:@\S*)?")
_EXACT = re.compile(r"==\s*(\d+(?:\.\d+)*)")
LONGEST = 1 << 12


def package_identifier(text: str) -> tuple[str, str] | None:
    """Return the name and the version of "acme-missiles-0.3@sha256:...,613"; None if it is none."""
    found = _IDENTIFIER.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return (found[1], found[2]) if found else None


def exact_version(allowed: str) -> str:
    """Return the version of "==1.2", "" where others are allowed."""
    found = _EXACT.fullmatch(allowed.strip())
    return found[1] if found else ""


def cabal_fields(text: str) -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    """Yield each field of a file of Cabal: its name, the kind of section it is in, its lines.

    Lines are with their 1-based numbers and without comments; outside of sections the kind is "".
    """
    section, name, column = "", "", -1
    held: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith("--"):
            continue
        indent = len(line) - len(line.lstrip())
        if held and (indent > column or bare[0] == ","):
            held.append((number, bare))
            continue
        if held:
            yield name, section, held
            held = []
        key, colon, value = bare.partition(":")
        if colon and re.fullmatch(r"[A-Za-z][\w-]*\s*", key):
            name, column, held = key.strip().lower(), indent, [(number, value.strip())]
        elif indent == 0:
            section, name = bare.split()[0].lower(), ""
    if held:
        yield name, section, held


def listed(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield what a field lists between its commas, each with its line; those in braces are kept."""
    depth, began = 0, 0
    held: list[str] = []
    for number, line in lines:
        for part in re.findall(r"[{}(),]|[^{}(),]+", line + " "):
            if part == "," and depth == 0:
                if text := "".join(held).strip():
                    yield began, text
                held, began = [], 0
                continue
            depth += (part in "{(") - (part in "})" and depth > 0)
            if part.strip() and not began:
                began = number
            held.append(part)
    if text := "".join(held).strip():
        yield began, text
