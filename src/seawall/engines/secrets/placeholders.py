"""Texts that stand where a secret will stand, and are none."""

import re

_MARKS = re.compile(
    r"example|changeme|change[-_]me|replace[-_]?me|placeholder|redacted|dummy|sample|"
    r"your[-_ ]|[-_ <{(]your|[-_]here\b|insert[-_]|todo|fixme|foobar|deadbeef|notreal|not[-_]real|"
    r"fake|secret[-_]?key[-_]?here|mytoken|my[-_](?:token|key|secret|password)|lorem|"
    r"xxxx|\*\*\*|\.\.\.\.|0000000|1111111|1234567|abcdefg|aaaaaa|qwerty|zzzzz",
    re.IGNORECASE,
)
_HEX = re.compile(r"^[0-9a-fA-F]+$")
_READ = 80
"""So many characters are read for such words: random ones form any word if they are many."""
_TEMPLATE = re.compile(
    r"^(?:<[^<>]*>|\$\{.*\}?|\$\(.*\)?|\{\{.*\}?\}?|%\(?[\w.]+\)?s?%?|\{[\w.:]*\}|\[[\w. -]*\]|"
    r"\$[A-Za-z_]\w*|#\{.*\}|@[\w.]+@|__[A-Z0-9_]+__)$",
    re.DOTALL,
)


def placeholder_reason(value: str, *, prefix: int = 0) -> str:
    """Say why a text only holds a secret's place; "" when it may be one.

    `prefix` is the length of the vendor's fixed head, which says nothing of the rest.
    """
    if _TEMPLATE.match(value):
        return "a template's variable, not a value"
    body = value[prefix:] or value
    if _MARKS.search(body, 0, _READ):
        return "a placeholder, by its words"
    if len(body) >= 8 and len(set(body.lower())) <= few_characters(len(body)):
        return "a placeholder: few different characters"
    if _is_sequence(body.lower()) or _counts(body):
        return "a placeholder: characters in sequence"
    if _is_repetition(body):
        return "a placeholder: one short text repeated"
    return ""


def few_characters(length: int) -> int:
    """Return how many different characters a random text of this length practically exceeds."""
    if length < 12:
        return 2
    return 4 if length < 24 else 5


def _is_sequence(body: str) -> bool:
    """Tell whether runs like "abcdef" or "123456" make up most of the text."""
    if len(body) < 8:
        return False
    steps = sum(
        1 for one, two in zip(body, body[1:], strict=False) if abs(ord(two) - ord(one)) == 1
    )
    return steps >= 0.6 * (len(body) - 1)


def _counts(body: str) -> bool:
    """Tell whether hexadecimal bytes go up or down by one step, like 00112233 or 0f0e0d0c."""
    if len(body) < 16 or len(body) % 2 or not _HEX.match(body):
        return False
    octets = bytes.fromhex(body)
    steps = [(two - one) % 256 for one, two in zip(octets, octets[1:], strict=False)]
    return steps.count(max(steps, key=steps.count)) >= 0.8 * len(steps)


def _is_repetition(body: str) -> bool:
    """Tell whether a unit of at most 8 characters fills the text at least thrice."""
    if len(body) < 12:
        return False
    for unit in range(1, min(8, len(body) // 3) + 1):
        if (body[:unit] * (len(body) // unit + 1))[: len(body)] == body:
            return True
    return False
