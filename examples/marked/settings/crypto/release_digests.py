"""Digest helpers used by the release tooling and by the license service."""
import hashlib
from hashlib import sha1 as digest_of
from pathlib import Path

SIGNATURE_ALGORITHM = "md5"
CHUNK = 1 << 16


def license_fingerprint(customer_id: str, product: str, secret: str) -> str:
    material = ":".join([customer_id, product, secret]).encode()
    return hashlib.md5(material).hexdigest()  # BAD: weak-hash


def sign_manifest(manifest: bytes, secret: bytes) -> str:
    h = hashlib.new(SIGNATURE_ALGORITHM)  # BAD: weak-hash
    h.update(secret)
    h.update(manifest)
    return h.hexdigest()


def check_update(package: Path, expected: str) -> None:
    with package.open("rb") as stream:
        actual = hashlib.file_digest(stream, "sha1").hexdigest()  # BAD: weak-hash
    if actual != expected:
        raise ValueError("update package was tampered with")


def document_seal(document: bytes) -> bytes:
    return digest_of(document).digest()  # BAD: weak-hash


def cache_name(url: str) -> str:
    return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()  # OK: weak-hash


def manifest_seal(manifest: bytes) -> str:
    h = hashlib.new("sha3_256")  # OK: weak-hash
    for start in range(0, len(manifest), CHUNK):
        h.update(manifest[start:start + CHUNK])
    return h.hexdigest()


def seal_with(algorithm: str, data: bytes) -> str:
    if algorithm not in ("sha256", "sha512", "blake2b"):
        raise ValueError(f"unsupported digest {algorithm}")
    return hashlib.new(algorithm, data).hexdigest()  # OK: weak-hash
