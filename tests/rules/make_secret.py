"""Make texts that a detector's own form and checksum accept."""

import base64
import hashlib
import json
import random
import re
import string
from collections.abc import Callable, Mapping, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

from seawall.engines.secrets.checksums import (
    CHECKSUMS,
    bech32_check,
    github_check,
    grafana_check,
)
from seawall.model.detector import Detector

_PRINTABLE = (string.ascii_letters + string.digits + "+/-_=.").encode()
_WORD = (string.ascii_letters + string.digits + "_").encode()


def make_secret(detectors: Sequence[Detector], rule: str, seed: random.Random) -> str:
    """Return a secret of a rule's first form; the same seed gives the same one."""
    detector = next(d for d in detectors if d.rule == rule)
    tree = sre.parse(detector.pattern.encode())
    check = CHECKSUMS.get(detector.checksum)
    for _ in range(300):
        text = _sequence(tree.data, seed)
        found = re.search(detector.pattern.encode(), text)
        if found is None:
            continue
        secret = found["secret" if "secret" in found.re.groupindex else 0].decode()
        secret = _COMPLETE.get(detector.checksum, lambda s: s)(secret)
        if check is None or check(secret):
            return secret
    raise AssertionError(f"no secret could be made for {rule}")


def _sequence(nodes: Sequence[tuple[Any, Any]], seed: random.Random) -> bytes:
    return b"".join(_node(node, seed) for node in nodes)


def _node(node: tuple[Any, Any], seed: random.Random) -> bytes:
    kind, value = node
    if kind is op.LITERAL:
        return bytes([value])
    if kind is op.NOT_LITERAL:
        return bytes([seed.choice([byte for byte in _PRINTABLE if byte != value])])
    if kind is op.ANY:
        return bytes([seed.choice(_PRINTABLE)])
    if kind is op.IN:
        return bytes([seed.choice(_members(value))])
    if kind is op.SUBPATTERN:
        return _sequence(value[3].data, seed)
    if kind is op.BRANCH:
        return _sequence(seed.choice(value[1]).data, seed)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = value
        times = seed.randint(least, min(most, least + 4))
        return b"".join(_sequence(inner.data, seed) for _ in range(times))
    return b""


def _members(items: Sequence[tuple[Any, Any]]) -> list[int]:
    wanted: set[int] = set()
    for item, argument in items:
        if item is op.LITERAL:
            wanted.add(argument)
        elif item is op.RANGE:
            wanted.update(range(argument[0], argument[1] + 1))
        elif item is op.CATEGORY:
            wanted |= _CATEGORIES[argument]
    if items and items[0][0] is op.NEGATE:
        usual = [byte for byte in _PRINTABLE if byte not in wanted]
        return usual or [byte for byte in range(32, 127) if byte not in wanted]
    return sorted(wanted)


_CATEGORIES: Mapping[Any, set[int]] = {
    op.CATEGORY_DIGIT: set(b"0123456789"),
    op.CATEGORY_WORD: set(_WORD),
    op.CATEGORY_SPACE: set(b" "),
    op.CATEGORY_NOT_SPACE: set(_PRINTABLE),
    op.CATEGORY_NOT_WORD: set(b"-./"),
    op.CATEGORY_NOT_DIGIT: set(string.ascii_letters.encode()),
}


def _github(secret: str) -> str:
    head, _, body = secret.partition("_")
    return f"{head}_{body[:-6]}{github_check(body[:-6])}"


def _grafana(secret: str) -> str:
    head = secret.rpartition("_")[0]
    return f"{head}_{grafana_check(head.removeprefix('glsa_'))}"


def _discord(secret: str) -> str:
    number = str(10**17 + sum(ord(sign) << place for place, sign in enumerate(secret)) % 10**17)
    first = base64.urlsafe_b64encode(number.encode()).decode().rstrip("=")
    return f"{first}.{secret.partition('.')[2]}"


def _jwt(secret: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode()
    return f"{head.rstrip('=')}.{secret.partition('.')[2]}"


def _bech32(secret: str) -> str:
    human, _, data = secret.lower().rpartition("1")
    digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    body = [digits.index(sign) for sign in data[:-6]]
    made = f"{human}1{data[:-6]}{bech32_check(human, body)}"
    return made.upper() if secret.isupper() else made


def _base58check(secret: str) -> str:
    """Keep what the text says in its first part and let it end in the sum of that."""
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for sign in secret:
        number = number * 58 + digits.index(sign)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")[:-4]
    whole = body + hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number = int.from_bytes(whole, "big")
    made = ""
    while number:
        number, rest = divmod(number, 58)
        made = digits[rest] + made
    return made


_COMPLETE: Mapping[str, Callable[[str], str]] = {
    "github": _github,
    "npm": _github,
    "grafana": _grafana,
    "discord": _discord,
    "jwt": _jwt,
    "bech32": _bech32,
    "base58check": _base58check,
}
