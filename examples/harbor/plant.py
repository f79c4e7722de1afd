"""The secrets of Harbor: made up, of the right form, the same everywhere, never written down."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable

DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
LETTERS = LOWER + UPPER
ALNUM = DIGITS + UPPER + LOWER
BASE32 = UPPER + "234567"
HEX = DIGITS + "abcdef"
BASE64 = ALNUM + "+/"
BASE64URL = ALNUM + "-_"

MARK = re.compile(r"<<((?:base64|pem) )?([a-z0-9-]+)>>")

WORDS = (
    "Mainsail",
    "Halyard",
    "Spinnaker",
    "Bowline",
    "Gunwale",
    "Keelson",
    "Starboard",
    "Capstan",
)


def fill(text: str) -> str:
    """Replace every mark such as `<<stripe-secret-key>>` by its value. Raises KeyError."""
    return MARK.sub(lambda match: _value(match[1] or "", match[2]), text)


def marks(text: str) -> list[tuple[int, str]]:
    """Return the marks of a text as (1-based line, name), in order."""
    return [(text.count("\n", 0, match.start()) + 1, match[2]) for match in MARK.finditer(text)]


def _value(form: str, name: str) -> str:
    if form == "pem ":
        return _private_key(name)
    value = VALUES[name](name)
    return base64.b64encode(value.encode()).decode() if form else value


def _draw(name: str, alphabet: str, length: int) -> str:
    """Draw characters from a stream that depends on the name alone, not on `random`'s version."""
    return "".join(alphabet[number % len(alphabet)] for number in _stream(name, length))


def _stream(name: str, length: int) -> list[int]:
    key = f"harbor/{name}".encode()
    return [
        int.from_bytes(hashlib.blake2b(b"%d" % index, key=key, digest_size=8).digest(), "big")
        for index in range(length)
    ]


def _base62(number: int, width: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALNUM[digit] + digits
    return digits.rjust(width, "0")


def _aws_key_id(name: str) -> str:
    return "AKIA" + _draw(name, BASE32, 16)


def _github_token(name: str) -> str:
    """A classic token: 30 characters and the CRC-32 of them in base 62."""
    body = _draw(name, ALNUM, 30)
    return "ghp_" + body + _base62(zlib.crc32(body.encode()), 6)


def _spoken(name: str) -> str:
    """A password as people make them: a word, a number, a sign."""
    first, second = _stream(name, 2)
    return f"{WORDS[first % len(WORDS)]}{second % 9000 + 1000}!"


def _slack_webhook(name: str) -> str:
    places = (
        "T" + _draw(name + "/t", DIGITS + UPPER, 10),
        "B" + _draw(name + "/b", DIGITS + UPPER, 10),
        _draw(name, ALNUM, 24),
    )
    return "https://hooks.slack.com/services/" + "/".join(places)


def _private_key(name: str) -> str:
    """A PEM block built as a 2048-bit RSA key is; its numbers are noise, so it opens nothing."""
    bits = (2048, 17, 2048, 1024, 1024, 1024, 1024, 1024)
    numbers = [0] + [
        65537 if size == 17 else _number(f"{name}/{at}", size) for at, size in enumerate(bits)
    ]
    body = b"".join(_der_integer(number) for number in numbers)
    text = base64.b64encode(b"\x30" + _der_length(len(body)) + body).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    kind = "RSA PRIVATE " + "KEY"
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])


def _number(name: str, bits: int) -> int:
    drawn = 0
    for part in _stream(name, bits // 64):
        drawn = drawn << 64 | part
    return drawn | 1 << (bits - 1) | 1


def _der_integer(number: int) -> bytes:
    # One bit more than the number has: a leading 1 would read as a sign.
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + _der_length(len(content)) + content


def _der_length(length: int) -> bytes:
    if length < 128:
        return bytes([length])
    content = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([128 | len(content)]) + content


def _ssh_public_key(name: str) -> str:
    parts = [b"ssh-rsa", b"\x01\x00\x01", b"\x00" + _number(name, 2048).to_bytes(256, "big")]
    return base64.b64encode(
        b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    ).decode()


def _of(alphabet: str, length: int, prefix: str = "") -> Callable[[str], str]:
    return lambda name: prefix + _draw(name, alphabet, length)


SECRETS: dict[str, Callable[[str], str]] = {
    "aws-key-id": _aws_key_id,
    "aws-secret-key": _of(BASE64, 40),
    "aws-terraform-key-id": _aws_key_id,
    "aws-terraform-secret-key": _of(BASE64, 40),
    "basic-login": lambda name: "bram@harbor-supplies.net:" + _draw(name, ALNUM, 12),
    "compose-password": _spoken,
    "database-password": _of(ALNUM, 18),
    "database-password-before": _of(ALNUM, 14),
    "github-token": _github_token,
    "google-api-key": _of(BASE64URL, 35, "AIza"),
    "jwt-signing-secret": _of(BASE64URL, 43),
    "report-password": _of(ALNUM, 16),
    "sendgrid-key": lambda name: (
        f"SG.{_draw(name + '/id', BASE64URL, 22)}.{_draw(name, BASE64URL, 43)}"
    ),
    "slack-webhook": _slack_webhook,
    "stripe-secret-key": _of(ALNUM, 99, "sk_" + "live_51"),
    "terraform-database-password": _of(ALNUM + "#%*!", 20),
    "test-password": _spoken,
}
"""What an audit has to find; `deploy-key`, a private key, comes beside these."""

NEAR_MISSES: dict[str, Callable[[str], str]] = {
    "aws-documented-key-id": lambda name: "AKIA" + "IOSFODNN7" + "EXAMPLE",
    "git-commit": _of(HEX, 40),
    "integrity-esbuild": lambda name: _draw(name, BASE64, 86) + "==",
    "integrity-lodash": lambda name: _draw(name, BASE64, 86) + "==",
    "integrity-minimist": lambda name: _draw(name, BASE64, 27) + "=",
    "password-hash": lambda name: _draw(name + "/salt", HEX, 32) + "$" + _draw(name, HEX, 64),
    "sha256": _of(HEX, 64),
    "sri-hash": _of(BASE64, 64),
    "ssh-public-key": _ssh_public_key,
    "stripe-publishable-key": _of(ALNUM, 99, "pk_" + "live_51"),
}
"""What looks like one and is none: hashes, public keys, a vendor's own example."""

VALUES = SECRETS | NEAR_MISSES
