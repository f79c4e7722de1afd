"""Offline checks that tell a vendor's real token from a text of the same form.

Each takes the secret and answers whether it can be one. `data` names them by `checksum = "..."`.
"""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Callable

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _base(number: int, digits: str, width: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, len(digits))
        text = digits[rest] + text
    return text.rjust(width, digits[0])


def github_check(body: str) -> str:
    """Return the six digits that end a token whose random part is `body`.

    Source: GitHub, "Behind GitHub's new authentication token formats".
    """
    return _base(zlib.crc32(body.encode()), _BASE62, 6)


def is_github(secret: str) -> bool:
    """Check a GitHub or npm token: after "ghp_", 30 characters and their CRC32 in base 62."""
    body = secret.partition("_")[2]
    return len(body) > 6 and github_check(body[:-6]) == body[-6:]


def grafana_check(body: str) -> str:
    """Return the eight digits that end a service account token before which `body` stands.

    Source: grafana/pkg/components/satokengen.
    """
    return f"{zlib.crc32(body.encode()):08x}"


def is_grafana(secret: str) -> bool:
    """Check a Grafana service account token: "glsa_<random>_<CRC32>"."""
    head, _, check = secret.rpartition("_")
    body = head.removeprefix("glsa_")
    return check in (grafana_check(body), grafana_check(head), grafana_check("glsa_" + body))


def gitlab_check(body: str) -> str:
    """Return the seven digits that end a routable token of which all before is `body`.

    Source: GitLab documentation, "Routable tokens": CRC32 in base 36.
    """
    return _base(zlib.crc32(body.encode()), _BASE36, 7)


def is_gitlab(secret: str) -> bool:
    """Check a GitLab token: a routable one ends in a checksum, an older one has none."""
    head, _, tail = secret.rpartition(".")
    if not head or len(tail) != 9:
        return True
    try:
        length = int(tail[:2], 36)
    except ValueError:
        return False
    payload = head.partition("-")[2].partition("-")[2].rpartition(".")[0] or head
    return length <= len(payload) + 2 and gitlab_check(secret[:-7]) == tail[2:]


def _decode(text: str) -> bytes | None:
    """Decode base64 of either alphabet, padded or not; None when it is none."""
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_jwt(secret: str) -> bool:
    """Check a JSON web token: its head is a JSON object that names an algorithm."""
    parts = secret.split(".")
    if len(parts) not in (2, 3, 5):
        return False
    decoded = _decode(parts[0])
    if decoded is None:
        return False
    try:
        head = json.loads(decoded)
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and isinstance(head.get("alg"), str)


def is_json_base64(secret: str) -> bool:
    """Check that a text is the base64 of a JSON object (after a prefix that ends in "_")."""
    for text in (secret, secret.partition("_")[2]):
        decoded = _decode(text) if text else None
        if decoded is None:
            continue
        try:
            return isinstance(json.loads(decoded), dict)
        except (ValueError, RecursionError):
            continue
    return False


def is_pypi(secret: str) -> bool:
    """Check a PyPI token: a version 2 macaroon of a known index's location."""
    decoded = _decode(secret.removeprefix("pypi-"))
    if decoded is None or len(decoded) < 20 or decoded[0] != 2 or decoded[1] != 1:
        return False
    location = decoded[3 : 3 + decoded[2]]
    return location in (b"pypi.org", b"test.pypi.org") or location.endswith(b".org")


def aws_account(key_id: str) -> str:
    """Return the account number that an access key id holds.

    Source: the ids' base 32 digits after the four letters, 40 bits shifted by 7.
    """
    decoded = base64.b32decode(key_id[4:] + "=" * (-len(key_id[4:]) % 8))
    number = int.from_bytes(decoded[:6], "big")
    return f"{(number & 0x7FFFFFFFFF80) >> 7:012d}"


def is_aws_key_id(secret: str) -> bool:
    """Check an AWS access key id: base 32 after its four letters, with an account in range."""
    if len(secret) != 20:
        return False
    try:
        return len(aws_account(secret)) == 12
    except (binascii.Error, ValueError):
        return False


def _bech32_sum(values: list[int]) -> int:
    """Source: Bitcoin Improvement Proposal 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    return check


def bech32_check(human: str, values: list[int]) -> str:
    """Return the six characters that end a Bech32 text."""
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    check = _bech32_sum([*expanded, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    return "".join(_BECH32[check >> 5 * (5 - place) & 31] for place in range(6))


def is_bech32(secret: str) -> bool:
    """Check a Bech32 text such as an age secret key or a Nostr key."""
    text = secret.lower()
    human, _, data = text.rpartition("1")
    if not human or len(data) < 6 or any(sign not in _BECH32 for sign in data):
        return False
    return bech32_check(human, [_BECH32.index(sign) for sign in data[:-6]]) == data[-6:]


def is_base58check(secret: str) -> bool:
    """Check a Base58Check text such as a Bitcoin private key or an extended key."""
    number = 0
    for sign in secret:
        place = _BASE58.find(sign)
        if place < 0:
            return False
        number = number * 58 + place
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    padding = len(secret) - len(secret.lstrip("1"))
    data = b"\0" * padding + data
    if len(data) < 5:
        return False
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def is_luhn(secret: str) -> bool:
    """Check a payment card's number."""
    digits = [int(sign) for sign in secret if sign.isdigit()]
    if len(digits) < 12:
        return False
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def is_azure_key(secret: str) -> bool:
    """Check an Azure storage or Cosmos DB key: base64 of 64 bytes."""
    decoded = _decode(secret)
    return decoded is not None and len(decoded) == 64


def is_azure_short_key(secret: str) -> bool:
    """Check an Azure shared access key: base64 of 32 bytes."""
    decoded = _decode(secret)
    return decoded is not None and len(decoded) == 32


def is_discord(secret: str) -> bool:
    """Check a Discord token: its first part is the base64 of a user's number."""
    decoded = _decode(secret.removeprefix("mfa.").partition(".")[0])
    return decoded is not None and decoded.isdigit() and 15 <= len(decoded) <= 20


def is_telegram(secret: str) -> bool:
    """Check a Telegram bot token: "<number>:AA<33 characters>"."""
    number, _, rest = secret.partition(":")
    return number.isdigit() and 8 <= len(number) <= 10 and len(rest) == 35


CHECKSUMS: dict[str, Callable[[str], bool]] = {
    "github": is_github,
    "npm": is_github,
    "grafana": is_grafana,
    "gitlab": is_gitlab,
    "jwt": is_jwt,
    "json-base64": is_json_base64,
    "pypi": is_pypi,
    "aws-key-id": is_aws_key_id,
    "bech32": is_bech32,
    "base58check": is_base58check,
    "luhn": is_luhn,
    "azure-key": is_azure_key,
    "azure-short-key": is_azure_short_key,
    "discord": is_discord,
    "telegram": is_telegram,
}
