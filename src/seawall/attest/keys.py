"""Sign and verify with a local key: Ed25519, or ECDSA over P-256 with SHA-256."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from seawall.core.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_KINDS = "an Ed25519 or ECDSA P-256 key"


class Signer(Struct, frozen=True, kw_only=True):
    """A private key, as far as anybody needs to know it."""

    keyid: str
    """SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal."""
    sign: Callable[[bytes], bytes]


class Verifier(Struct, frozen=True, kw_only=True):
    """A public key."""

    keyid: str
    verify: Callable[[bytes, bytes], bool]
    """Tells whether a message (first) has this signature (second)."""


def load_signer(pem: bytes, *, name: str) -> Signer:
    """Load a private key from unencrypted PEM. Raises ConfigError; messages never quote the key."""
    _require()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise ConfigError(
            f"{name}: the key is encrypted",
            hint="give an unencrypted one from your secret store, readable by this job alone",
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        # The library's words could quote the key.
        raise ConfigError(
            f"{name}: not a private key in PEM", hint="`seawall policy keygen FILE` makes one"
        ) from None
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return Signer(keyid=_name(key.public_key()), sign=key.sign)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        curve_key = key
        return Signer(
            keyid=_name(key.public_key()),
            sign=lambda message: curve_key.sign(message, ec.ECDSA(SHA256())),
        )
    raise ConfigError(f"{name}: not {_KINDS}", hint="`seawall policy keygen FILE` makes one")


def load_verifier(pem: bytes, *, name: str) -> Verifier:
    """Load a public key from PEM. Raises ConfigError."""
    _require()
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        is_private = b"PRIVATE KEY-----" in pem
        raise ConfigError(
            f"{name}: {'a private key' if is_private else 'not a public key in PEM'}",
            hint="give the public one: `seawall policy keygen` writes it beside, as .pub",
        ) from None

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    is_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not (is_curve or isinstance(key, ed25519.Ed25519PublicKey)):
        raise ConfigError(f"{name}: not {_KINDS}")
    return Verifier(keyid=_name(key), verify=verify)


def make_key() -> tuple[bytes, bytes]:
    """Make an Ed25519 key and return it as PEM: the private and the public half."""
    _require()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


def _name(key: "PublicKeyTypes") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def _require() -> None:
    try:
        import cryptography  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            "signatures need the package cryptography, which is not installed",
            hint="pip install 'seawall[attest]'",
        ) from error
