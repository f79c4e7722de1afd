"""Reads TOML of other people: bounded, with the line of what is wrong."""

import re
import tomllib
from typing import Any

from seawall.core.errors import ParseError


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return the table that a TOML text states. Raises ParseError when it is none."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError("it is no utf-8", line=line) from error
    except RecursionError as error:
        raise ParseError("its toml is nested too deeply") from error
    except ValueError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        raise ParseError("it is no valid toml", line=line) from error
