"""Paragraphs of fields, as dpkg keeps them.

Source: https://manpages.debian.org/deb822.
"""

from collections.abc import Iterator


def paragraphs(content: bytes, wanted: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the 1-based line and the wanted fields of each paragraph; continued ones are joined."""
    fields: dict[str, str] = {}
    began, last = 0, ""
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        if not line or line.isspace():
            if fields:
                yield began, fields
            fields, began, last = {}, 0, ""
            continue
        began = began or number
        if line[0] in " \t":
            if last:
                fields[last] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        last = name if colon and name in wanted else ""
        if last:
            fields[name] = value.strip()
    if fields:
        yield began, fields
