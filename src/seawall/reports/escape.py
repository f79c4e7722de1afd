"""Make untrusted text harmless for its reader: one function for each."""

import html as _html
import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        # A byte that was no UTF-8.
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{{{code:x}}}"


def visible(text: str) -> str:
    """Show what a terminal or a reader would obey or not see: controls, bidi, zero width."""
    return _CONTROL.sub(_shown, text)


def terminal(text: str) -> str:
    """Make a text fit to stand on one line of a terminal."""
    return visible(text).replace("\n", "\\n").replace("\t", "    ")


def html(text: str) -> str:
    """Make a text fit to stand in HTML or in a quoted attribute."""
    return _html.escape(visible(text), quote=True)


def xml(text: str) -> str:
    """Make a text fit to stand in XML or in a quoted attribute."""
    return _html.escape(visible(text), quote=True).replace("\n", "&#10;")


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~=:-])")


def markdown(text: str) -> str:
    """Make a text plain in Markdown: no link, image, mention, reference or HTML."""
    plain = visible(text).replace("\n", " ").replace("\t", " ")
    # A mention or a reference is broken by a character that nobody sees.
    plain = re.sub(r"([@#!$%~&])(?=[\w\"])", "\\1\u200b", plain)
    plain = re.sub(r"(?i)\b(www|GH)(?=[.-])", "\\1\u200b", plain)
    return _MARKDOWN.sub(r"\\\1", plain).replace("&", "&amp;")


def markdown_block(text: str) -> str:
    """Make a text fit to stand on one line of an indented code block."""
    return visible(text).replace("\n", "\\n").replace("\t", "    ")


def json(text: str) -> str:
    """Escape in finished JSON what a terminal would obey; it means the same to a program."""
    return text if text.isascii() else _CONTROL.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def markdown_code(text: str) -> str:
    """Make a text fit to stand in an inline code span, fences included."""
    plain = visible(text).replace("\n", " ")
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain.strip() else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def command_data(text: str) -> str:
    """Make a text fit to be the message of a workflow command.

    Source: GitHub Actions, "Workflow commands".
    """
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Make a text fit to be a property of a workflow command."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")


_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")


def _is_formula(text: str) -> bool:
    return text.startswith(("\t", "\n")) or text.strip()[:1] in _FORMULA


def csv(text: str) -> str:
    """Make a text that no spreadsheet takes for a formula."""
    plain = visible(text)
    # Spreadsheets skip spaces before a formula, and take the full-width signs for the same.
    return "'" + plain if _is_formula(plain) else plain


def file_bytes(path: str) -> bytes:
    """Return the bytes of a file's name; half a surrogate pair, which no name has, stays one."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def link(address: str) -> str:
    """Return the address if it is one that may be followed, else nothing."""
    return (
        address
        if re.fullmatch(r"https://[^\"'<>\\^`{|}\x00-\x20\x7f-\U0010ffff]+", address)
        else ""
    )
