"""The DSSE envelope: a statement with its signatures, and what exactly they sign."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from seawall.attest import canonical
from seawall.core.errors import ConfigError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST_SIGNATURES = 16
MOST_LINES = 64


class Signature(Struct, frozen=True, kw_only=True):
    """One signature; the key id is a hint and decides nothing."""

    sig: str
    """Base64."""
    keyid: str = ""


class Envelope(Struct, frozen=True, kw_only=True, rename="camel"):
    """A signed payload. Source: DSSE v1.0, envelope.md."""

    payload: str
    """Base64."""
    payload_type: str
    signatures: tuple[Signature, ...]


class Opened(Struct, frozen=True, kw_only=True):
    """An envelope with its payload decoded."""

    envelope: Envelope
    payload: bytes
    bundled: bool = False
    """Whether it came in a sigstore bundle, whose certificate only sigstore can judge."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Encode what is signed, so that no two pairs of type and payload look alike.

    Source: DSSE v1.0, protocol.md, PAE.
    """
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, sign: Callable[[bytes], bytes], *, keyid: str) -> Envelope:
    """Put an in-toto statement into an envelope that `sign` signs."""
    signature = sign(pae(PAYLOAD_TYPE, payload))
    return Envelope(
        payload=base64.b64encode(payload).decode("ascii"),
        payload_type=PAYLOAD_TYPE,
        signatures=(Signature(keyid=keyid, sig=base64.b64encode(signature).decode("ascii")),),
    )


def is_signed(opened: Opened, verify: Callable[[bytes, bytes], bool]) -> bool:
    """Tell whether one of the signatures holds for `verify(message, signature)`."""
    message = pae(opened.envelope.payload_type, opened.payload)
    for signature in opened.envelope.signatures:
        decoded = _decode(signature.sig)
        if decoded is not None and verify(message, decoded):
            return True
    return False


def encode_envelope(envelope: Envelope) -> bytes:
    """Encode an envelope as one line of JSON, without its end."""
    return canonical.encode(msgspec.to_builtins(envelope))


def read_envelopes(content: bytes, *, name: str) -> list[Opened]:
    """Read envelopes or sigstore bundles, one a line, from outside. Raises ConfigError."""
    if len(content) > 4 * canonical.MAX_BYTES:
        raise ConfigError(f"{name}: larger than {4 * canonical.MAX_BYTES:,} bytes")
    lines = [line for line in content.split(b"\n") if line.strip()]
    if lines and not lines[0].rstrip().endswith(b"}"):
        # One document over many lines, as people lay it out to read it.
        lines = [content]
    if len(lines) > MOST_LINES:
        raise ConfigError(f"{name}: more than {MOST_LINES} lines")
    return [_open(line, f"{name}, line {number}") for number, line in enumerate(lines, start=1)]


def _open(line: bytes, name: str) -> Opened:
    data: Any = canonical.read(line, name=name, limit=2 * canonical.MAX_BYTES)
    bundled = isinstance(data, dict) and "dsseEnvelope" in data
    try:
        envelope = msgspec.convert(data["dsseEnvelope"] if bundled else data, Envelope)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: not a DSSE envelope: {canonical.told(error)}") from error
    payload = _decode(envelope.payload)
    if payload is None:
        raise ConfigError(f"{name}: its payload is not valid base64")
    if envelope.payload_type != PAYLOAD_TYPE:
        kind = canonical.told(ValueError(envelope.payload_type))
        raise ConfigError(f"{name}: its payload is {kind}, not {PAYLOAD_TYPE}")
    if not 1 <= len(envelope.signatures) <= MOST_SIGNATURES:
        raise ConfigError(f"{name}: it has {len(envelope.signatures)} signatures")
    return Opened(envelope=envelope, payload=payload, bundled=bundled)


def _decode(text: str) -> bytes | None:
    """Decode base64 of either alphabet, as verifiers must; None when it is neither."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
