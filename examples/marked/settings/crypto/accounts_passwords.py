import base64
import hashlib
import os

import bcrypt
from argon2 import PasswordHasher
from Crypto.Protocol.KDF import PBKDF2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from passlib.context import CryptContext
from passlib.hash import ldap_sha1, lmhash, md5_crypt, pbkdf2_sha512
from werkzeug.security import generate_password_hash

legacy_context = CryptContext(schemes=["des_crypt"])  # BAD: weak-password-hash
current_context = CryptContext(schemes=["argon2", "bcrypt"], deprecated="auto")  # OK: weak-password-hash
hasher = PasswordHasher()


class Account:
    def __init__(self, login):
        self.login = login
        self.salt = os.urandom(16)
        self.password_hash = None

    def set_password(self, password: str) -> None:
        self.password_hash = hashlib.sha256(self.salt + password.encode()).hexdigest()  # BAD: weak-password-hash

    def set_password_stretched(self, password: str) -> None:
        self.password_hash = hashlib.pbkdf2_hmac("sha256", password.encode(), self.salt, 500)  # BAD: weak-password-hash

    def set_password_iterated(self, password: str) -> None:
        self.password_hash = hashlib.pbkdf2_hmac("sha256", password.encode(), self.salt, 600_000)  # OK: weak-password-hash

    def set_password_scrypt(self, password: str) -> None:
        self.password_hash = hashlib.scrypt(  # OK: weak-password-hash
            password.encode(), salt=self.salt, n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024
        )


def store_unix(password):
    return md5_crypt.hash(password)  # BAD: weak-password-hash


def store_ldap(password):
    return ldap_sha1.hash(password)  # BAD: weak-password-hash


def store_samba(password):
    return lmhash.hash(password)  # BAD: weak-password-hash


def store_portal(password):
    return pbkdf2_sha512.hash(password)  # OK: weak-password-hash


def store_quick(password: str) -> bytes:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=4))  # BAD: weak-password-hash


def store_usual(password: str) -> bytes:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=12))  # OK: weak-password-hash


def store_intranet(user, form):
    user.pw = generate_password_hash(form["password"], method="pbkdf2:sha1:1000")  # BAD: weak-password-hash


def store_argon(user, form):
    user.pw = hasher.hash(form["password"])  # OK: weak-password-hash


def store_vault(passphrase: str, salt: bytes) -> bytes:
    return PBKDF2(passphrase, salt, dkLen=32, count=1000)  # BAD: weak-password-hash


def unlock_key(passphrase: str, salt: bytes) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=1200)  # BAD: weak-password-hash
    return base64.urlsafe_b64encode(kdf.derive(passphrase.encode()))


def api_token_id(token: bytes) -> str:
    # tokens come from secrets.token_bytes(32)
    return hashlib.sha256(token).hexdigest()  # OK: weak-password-hash, weak-hash
