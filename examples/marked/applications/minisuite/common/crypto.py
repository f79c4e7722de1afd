import hashlib
import hmac
import os
import secrets
import uuid

import bcrypt
from Crypto.Cipher import AES, Blowfish


def make_password(raw):
    return bcrypt.hashpw(raw.encode(), bcrypt.gensalt(12))  # OK: weak-password-hash


def check_password(raw, stored):
    return bcrypt.checkpw(raw.encode(), stored)


def old_password(raw, salt):
    return hashlib.md5((salt + raw).encode()).hexdigest()  # BAD: weak-password-hash


def session_id():
    return secrets.token_urlsafe(32)


def invite_code():
    return str(uuid.uuid1())  # BAD: predictable-random


def sign(value, key):
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def same(left, right):
    return hmac.compare_digest(left, right)  # OK: timing-unsafe-comparison


def file_tag(data):
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()  # OK: weak-hash


def scramble(data, key):
    iv = os.urandom(8)
    cipher = Blowfish.new(key, Blowfish.MODE_CBC, iv)  # BAD: weak-cipher
    pad = 8 - len(data) % 8
    return iv + cipher.encrypt(data + bytes([pad]) * pad)


def protect(data, key):
    cipher = AES.new(key, AES.MODE_ECB)  # BAD: weak-cipher-mode
    pad = 16 - len(data) % 16
    return cipher.encrypt(data + bytes([pad]) * pad)
