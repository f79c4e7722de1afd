"""Reads the literals of Python 2 and 3: numbers, and the escapes of texts."""

import re
import unicodedata

_LONGEST = 4300
"""Digits of a decimal number; Python itself reads no longer ones."""

_SIMPLE = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[\n\\'\"abfnrtv])|(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{2})|"
    r"u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|N\{(?P<name>[^{}\n]{1,100})\})|"
    r"(?P<brace>\{\{|\}\})"
)
_BYTE_ESCAPE = re.compile(
    rb"\\(?:(?P<simple>[\n\\'\"abfnrtv])|(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9a-fA-F]{2}))"
)


def read_integer(text: str) -> int | None:
    """Read an integer; None where it is none that can be kept (complex, too long)."""
    text = text.replace("_", "").rstrip("lL")
    try:
        if text.isdigit():
            # 0777 is octal in Python 2.
            return int(text, 8 if text[0] == "0" else 10) if len(text) <= _LONGEST else None
        return int(text, 0)
    except ValueError:
        return None


def read_float(text: str) -> float | None:
    """Read a number with a fraction or an exponent; None where it is complex."""
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


def unescape(text: str, *, raw: bool, braces: bool) -> str:
    """Resolve the escapes of a text, and doubled braces where it is one with values in it."""
    if raw:
        return text.replace("{{", "{").replace("}}", "}") if braces else text
    if "\\" not in text and not braces:
        return text

    def resolve(match: re.Match[str]) -> str:
        kind = match.lastgroup
        value = match[kind or 0]
        if kind == "simple":
            return _SIMPLE[value]
        if kind == "brace":
            return value[0] if braces else value
        if kind == "name":
            try:
                return unicodedata.lookup(value)
            except KeyError:
                return match[0]
        number = int(value, 8 if kind == "octal" else 16)
        return chr(number) if number < 0x110000 else match[0]

    return _ESCAPE.sub(resolve, text)


def unescape_bytes(text: bytes, *, raw: bool) -> bytes:
    """Resolve the escapes of a text of bytes."""
    if raw or b"\\" not in text:
        return text

    def resolve(match: re.Match[bytes]) -> bytes:
        kind = match.lastgroup
        value = match[kind or 0]
        if kind == "simple":
            return _SIMPLE[value.decode()].encode()
        return bytes([int(value, 8 if kind == "octal" else 16) & 0xFF])

    return _BYTE_ESCAPE.sub(resolve, text)
