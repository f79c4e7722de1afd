"""Named judgements that detectors ask for with `judge = "..."`."""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

from seawall.engines.secrets.candidate import Candidate, Judgement
from seawall.engines.secrets.names import Kind, Name, read
from seawall.engines.secrets.placeholders import placeholder_reason
from seawall.engines.secrets.values import refusal

_TRANSLATION = re.compile(
    r"(?:^|[/_.-])(?:lang|langs|languages?|locales?|i18n|l10n|translations?|messages)(?:$|[/_.-])",
    re.I,
)
_FOREIGN = re.compile(r"[?!^&*#$(),;<>]|%(?![0-9A-Fa-f]{2})")
"""What tokens and keys of services never hold: they travel in headers, addresses and shells."""
_CHOSEN = frozenset(
    """encryption encrypt encrypted decrypt aes des rsa hmac cipher crypt crypto master secret
    licence license signing sign session cookie django flask rails app application wep wpa
    wifi""".split()
)
"""Words of names of keys that people type themselves."""
_ALGORITHM = re.compile(
    r"(?:hmac|sha|aes|des|rsa|md|hs|rs|es|ps|blowfish|bf|rc|chacha|utf|base|hex)[\d/_-]?[\w/-]{0,24}$",
    re.IGNORECASE,
)
_SQUEEZE = re.compile(r"[^a-z0-9]")


def judge_assignment(candidate: Candidate) -> Judgement:
    """Judge a literal that is given to a name."""
    name = read(candidate.name)
    if name.kind in (Kind.NONE, Kind.HASH):
        return _refused(name.reason or "a name that promises no secret")
    if name.test:
        return _refused("its name says that it is a sample")
    value = candidate.value
    if _is_foreign(value, name):
        return _refused("a sign in it that no machine puts into a token")
    if name.words == ("pw",) and value.isalpha():
        return _refused("two letters and a word, as lists of countries have it")
    if _squeezed(value) in (_squeezed(candidate.name), "".join(name.words)):
        return _refused("the name itself, not a value")
    if value.isalpha() and _TRANSLATION.search(candidate.path):
        return _refused("a word for people, in another language")
    reason = refusal(value, name.kind, quoted=candidate.quoted, sample=candidate.sample)
    if reason:
        return _refused(reason)
    return Judgement(accepted=True, reason=f"a literal given to {_shown(candidate.name)}")


def _is_foreign(value: str, name: Name) -> bool:
    """Tell whether a value holds a sign that a token or a key of a service never has.

    A token may be JSON of its own; keys of ciphers and frameworks are typed by people.
    """
    if name.kind not in (Kind.TOKEN, Kind.KEY, Kind.WEAK) or '"' in value:
        return False
    if name.words == ("key",):
        # The key of a cipher, as often as not.
        return False
    return _FOREIGN.search(value) is not None and not _CHOSEN.intersection(name.words)


def judge_url_password(candidate: Candidate) -> Judgement:
    """Judge what stands between ":" and "@" of an address."""
    value = unquote(candidate.value)
    reason = refusal(value, Kind.PASSWORD, quoted=True, sample=candidate.sample)
    if reason:
        return _refused(reason)
    user = re.search(r"//([^:/@\s]{1,80}):$", candidate.line[: candidate.start])
    if user and _squeezed(user[1]) == _squeezed(value):
        return _refused("the user's name again, as examples have it")
    return Judgement(accepted=True, reason="a password in an address")


def judge_password(candidate: Candidate) -> Judgement:
    """Judge what stands where a password does, with nothing that names it."""
    return _by_place(candidate, Kind.PASSWORD, "it stands where a password does")


def judge_secret(candidate: Candidate) -> Judgement:
    """Judge what stands where a key does that a person may have typed."""
    if _ALGORITHM.match(candidate.value):
        return _refused("the name of an algorithm")
    return _by_place(candidate, Kind.SECRET, "it stands where a key does")


def judge_token(candidate: Candidate) -> Judgement:
    """Judge what stands where a token does, with nothing that names it."""
    return _by_place(candidate, Kind.TOKEN, "it stands where a token does")


def judge_base32(candidate: Candidate) -> Judgement:
    """Judge what stands where base32 of random bytes does."""
    if not any(sign.isdigit() for sign in candidate.value) and candidate.value.islower():
        return _refused("words, not base32")
    return _by_place(candidate, Kind.TOKEN, "base32 where a secret of one-time passwords stands")


def _by_place(candidate: Candidate, kind: Kind, words: str) -> Judgement:
    reason = refusal(candidate.value, kind, quoted=True, sample=candidate.sample)
    return _refused(reason) if reason else Judgement(accepted=True, reason=words)


def judge_authorization(candidate: Candidate) -> Judgement:
    """Judge the credentials of an Authorization header."""
    value = candidate.value
    reason = refusal(value, Kind.TOKEN, quoted=True, sample=candidate.sample)
    if reason:
        return _refused(reason)
    return Judgement(accepted=True, reason="the credentials of a request")


def judge_basic(candidate: Candidate) -> Judgement:
    """Judge base64 that must hold a user's name and a password."""
    value = candidate.value
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
        text = decoded.decode("utf-8")
    except (binascii.Error, ValueError):
        return _refused("not base64 of text")
    user, colon, password = text.partition(":")
    if not colon or not text.isprintable():
        return _refused("no name and password in it")
    reason = placeholder_reason(password) if password else ""
    if reason or (password and _squeezed(password) == _squeezed(user)):
        return _refused(reason or "the user's name again, as examples have it")
    if len(password) < 3 and len(user) < 12:
        return _refused("no password in it")
    return Judgement(accepted=True, reason="a name and a password, in base64")


def judge_key_block(candidate: Candidate) -> Judgement:
    """Judge what stands between the lines of a PEM block."""
    if "ENCRYPTED" in candidate.value or _is_encrypted(candidate.value):
        return _refused("encrypted with a passphrase")
    if "..." in candidate.value or "…" in candidate.value:
        return _refused("only a part of a key: something is left out")
    body = re.sub(r"-----[^-]*-----|\\[nrt]|[\s\"'+\\,;]", "", candidate.value)
    reason = placeholder_reason(body[:400])
    if len(body) < 40 or (reason and len(set(body)) < 12):
        return _refused("nothing, or a placeholder, between its lines")
    return Judgement(accepted=True, reason="a private key")


def _is_encrypted(value: str) -> bool:
    """Tell whether an OpenSSH key names a cipher. Source: OpenSSH, PROTOCOL.key."""
    start = value.find("b3BlbnNzaC1rZXktdjE")
    if start < 0:
        return False
    text = re.sub(r"[^A-Za-z0-9+/]", "", value[start : start + 80])
    head = base64.b64decode(text[: len(text) // 4 * 4])
    return head[19:23] != b"none"


def _refused(reason: str) -> Judgement:
    return Judgement(accepted=False, reason=reason)


def _squeezed(text: str) -> str:
    return _SQUEEZE.sub("", text.lower())


def _shown(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


JUDGES: dict[str, Callable[[Candidate], Judgement]] = {
    "assignment": judge_assignment,
    "authorization": judge_authorization,
    "base32": judge_base32,
    "basic": judge_basic,
    "key-block": judge_key_block,
    "password": judge_password,
    "secret": judge_secret,
    "token": judge_token,
    "url-password": judge_url_password,
}
