"""Reads JSON as other people's tools write it: bounded, with comments where they are allowed."""

import re
from typing import Any

import msgspec

from seawall.core.errors import ParseError

_BOM = b"\xef\xbb\xbf"
_STRING = rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_COMMENT = re.compile(rb"(%b)|//[^\n]*+|/\*.*?(?:\*/|\Z)" % _STRING, re.DOTALL)
_TRAILING = re.compile(rb"(%b)|,(?=\s*+[}\]])" % _STRING, re.DOTALL)


def parse_json(content: bytes, *, loose: bool = False) -> Any:
    """Return the value that a JSON text states; `loose` allows comments and trailing commas.

    Raises ParseError when it is no JSON, or nested too deeply.
    """
    content = content.removeprefix(_BOM)
    if loose:
        # What does not end goes to the end of the text: no place is looked at twice.
        content = _COMMENT.sub(
            lambda found: found[1] or b" " + b"\n" * found[0].count(b"\n"), content
        )
        content = _TRAILING.sub(lambda found: found[1] or b"", content)
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        if not content.strip():
            raise ParseError("it is empty") from error
        found = re.search(r"\(byte (\d+)\)", str(error))
        # Without a byte it ends before its time.
        at = int(found[1]) if found is not None else len(content.rstrip())
        line = content.count(b"\n", 0, at) + 1
        raise ParseError("it is no valid json", line=line) from error
    except UnicodeDecodeError as error:
        raise ParseError("it is no utf-8") from error
    except RecursionError as error:
        raise ParseError("its json is nested too deeply") from error


def parse_json_table(content: bytes, *, loose: bool = False) -> dict[str, Any]:
    """Return the object that a JSON text states. Raises ParseError when it is anything else."""
    value = parse_json(content, loose=loose)
    if not isinstance(value, dict):
        raise ParseError("it is no json object")
    return value
