import hashlib
import hmac
import os
import secrets


class PasswordScheme:
    name = "base"

    def digest(self, raw: bytes, salt: bytes) -> bytes:
        raise NotImplementedError


class ScryptScheme(PasswordScheme):
    name = "scrypt"

    def digest(self, raw, salt):
        return hashlib.scrypt(raw, salt=salt, n=2**15, r=8, p=1, maxmem=2**26)


class FastScheme(PasswordScheme):
    name = "fast"

    def digest(self, raw, salt):
        return hashlib.sha256(salt + raw).digest()  # BAD: weak-password-hash


class StretchScheme(PasswordScheme):
    name = "stretch"

    def digest(self, raw, salt):
        return hashlib.pbkdf2_hmac("sha256", raw, salt, 600_000)  # OK: weak-password-hash


SCHEMES = {s.name: s for s in (ScryptScheme(), FastScheme(), StretchScheme())}
DEFAULT = "fast"


def hash_password(raw: str) -> str:
    salt = os.urandom(16)
    return f"{DEFAULT}${salt.hex()}${SCHEMES[DEFAULT].digest(raw.encode(), salt).hex()}"


def verify_password(stored: str, raw: str) -> bool:
    name, salt, digest = stored.split("$")
    computed = SCHEMES[name].digest(raw.encode(), bytes.fromhex(salt)).hex()
    return hmac.compare_digest(computed, digest)  # OK: timing-unsafe-comparison


def pickup_pin() -> str:
    return f"{secrets.randbelow(10**6):06d}"
