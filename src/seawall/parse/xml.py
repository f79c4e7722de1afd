"""Reads XML of other people as a tree with lines: no DTD, no entities, bounded in depth."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from msgspec import Struct

from seawall.core.errors import ParseError

DEEPEST = 200
"""Elements in one another."""
MOST = 2_000_000
"""Elements of one file."""

_WIDE = re.compile(rb"<\?xml[^>]{1,80}encoding=[\"']utf-?(?:16|32)", re.IGNORECASE)


class Element(Struct, kw_only=True, dict=True):
    """One element; names are without their name space."""

    name: str
    line: int
    """1-based, of the start tag."""
    attributes: dict[str, str]
    text: str = ""
    """What stands directly in it, without the white space around."""
    children: list["Element"] = []

    def all(self, name: str) -> Iterator["Element"]:
        """Yield the children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> "Element | None":
        """Return the first descendant that a path of names leads to."""
        here: Element | None = self
        for name in names:
            here = next(here.all(name), None) if here is not None else None
        return here

    def value(self, *names: str) -> str:
        """Return the text of the first descendant that a path of names leads to, or ""."""
        found = self.first(*names)
        return found.text if found is not None else ""


def parse_xml(content: bytes) -> Element:
    """Return the root. Raises ParseError when it is no XML, has a DTD or is nested too deeply."""
    # What was written in UTF-16 and is handed over as UTF-8 still says what it was.
    is_recoded = content[:1] == b"<" and _WIDE.match(content) is not None
    parser = expat.ParserCreate("utf-8" if is_recoded else None)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    roots: list[Element] = []
    above: list[Element] = []
    texts: list[list[str]] = []
    made = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal made
        made += 1
        if len(above) >= DEEPEST or made > MOST:
            raise ParseError("its xml is nested too deeply", line=parser.CurrentLineNumber)
        element = Element(
            name=name.rpartition(":")[2],
            line=parser.CurrentLineNumber,
            attributes=attributes,
            children=[],
        )
        (above[-1].children if above else roots).append(element)
        above.append(element)
        texts.append([])

    def end(name: str) -> None:
        above.pop().text = "".join(texts.pop()).strip()

    def text(value: str) -> None:
        # What only stands between the children is nothing, and of many it would be slow to join.
        if above and not value.isspace():
            texts[-1].append(value)

    def doctype(*_: object) -> None:
        raise ParseError("it has a document type, which is not read", line=parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ParseError("it is no valid xml", line=error.lineno) from error
    except (ValueError, LookupError) as error:
        raise ParseError("it is no valid xml") from error
    if not roots:
        raise ParseError("it is no valid xml")
    return roots[0]
