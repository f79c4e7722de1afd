"""JSON with one spelling: the same data gives the same bytes, and hostile data is refused."""

import hashlib
import json
import re
from typing import Any, NoReturn

from seawall.core.errors import ConfigError

MAX_BYTES = 32 << 20
"""A larger document is no record of ours: 100,000 findings need about 30 MB."""

MAX_DEPTH = 40
_LARGEST = 2**53 - 1
"""Beyond it readers of JSON disagree about a number."""

_HALF = re.compile("[\ud800-\udfff]")


def encode(value: Any) -> bytes:
    """Encode strings, integers, booleans, None, lists and mappings as canonical JSON in UTF-8.

    Raises ConfigError for anything else. Source: RFC 8785, without floating-point numbers.
    """
    ordered = _ordered(value, 0)
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical encoding, 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def whole(value: Any) -> Any:
    """Return the data with every half of a character (a path's bytes that are no UTF-8) replaced.

    One sign stands for one byte, so that patterns for paths still fit.
    """
    if isinstance(value, str):
        return value if value.isascii() else _HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [whole(item) for item in value]
    return value


def read(content: bytes, *, name: str, limit: int = MAX_BYTES) -> Any:
    """Read JSON that somebody hands in, at most `limit` bytes; `name` stands in messages.

    Raises ConfigError for what is too large, nested too deep, no UTF-8, no JSON, or says a key
    twice, and for floating-point numbers.
    """
    if len(content) > limit:
        raise ConfigError(f"{name}: larger than {limit:,} bytes")
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_mapping,
            parse_float=_no_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
        _check_depth(value)
    except RecursionError as error:
        raise ConfigError(f"{name}: nested too deep") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not valid UTF-8") from error
    except ValueError as error:
        raise ConfigError(f"{name}: not valid JSON: {told(error)}") from error
    return value


def told(error: Exception) -> str:
    """Return what an error says, short and on one line: part of it may come from the document."""
    text = "".join(sign if sign.isprintable() else "?" for sign in str(error))
    text = text if len(text) <= 200 else f"{text[:200]}..."
    return text[:1].lower() + text[1:]


def _ordered(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ConfigError("data for a record is nested too deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not value.isascii() and _HALF.search(value):
            raise ConfigError("data for a record holds half a character")
        return str(value)
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ConfigError(f"data for a record holds a number beyond {_LARGEST}")
        return int(value)
    if isinstance(value, list | tuple):
        return [_ordered(item, depth + 1) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        keys = sorted(value, key=_units)
        return {_ordered(key, depth): _ordered(value[key], depth + 1) for key in keys}
    raise ConfigError(f"data for a record holds a {type(value).__name__}")


def _units(key: str) -> bytes:
    # The order of RFC 8785 is that of UTF-16 code units, not that of code points.
    return key.encode("utf-16-be", "surrogatepass")


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return mapping


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:40]} is no integer")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST:
        raise ValueError(f"the number {text[:40]} is too large")
    return int(text)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ValueError("nested too deep")
