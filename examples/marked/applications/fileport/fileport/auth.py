import base64
import hashlib
import hmac
import os
import random
import secrets
import time
from http.cookies import SimpleCookie

SESSIONS = {}


class Passwords:
    rounds = 600_000

    def make(self, raw):
        salt = os.urandom(16)
        return salt, hashlib.pbkdf2_hmac("sha256", raw.encode(), salt, self.rounds)  # OK: weak-password-hash

    def check(self, raw, salt, digest):
        return hmac.compare_digest(hashlib.pbkdf2_hmac("sha256", raw.encode(), salt, self.rounds), digest)  # OK: timing-unsafe-comparison


class OldPasswords(Passwords):
    def make(self, raw):
        return b"", hashlib.sha1(raw.encode()).digest()  # BAD: weak-password-hash


def new_session(user):
    sid = secrets.token_hex(24)
    SESSIONS[sid] = (user, time.time())
    return sid


def link_key():
    return base64.b32encode(bytes(random.randrange(256) for _ in range(15))).decode()  # BAD: predictable-random


def backoff(attempt):
    return min(60, 2**attempt) + random.random()  # OK: predictable-random


def session_cookie(sid):
    cookie = SimpleCookie()
    cookie["sid"] = sid
    cookie["sid"]["path"] = "/"
    cookie["sid"]["httponly"] = True
    cookie["sid"]["secure"] = False  # BAD: insecure-cookie
    cookie["sid"]["samesite"] = "Lax"
    return cookie.output(header="").strip()


def user_of(headers):
    cookie = SimpleCookie(headers.get("Cookie", ""))
    if "sid" not in cookie:
        return None
    entry = SESSIONS.get(cookie["sid"].value)
    return entry[0] if entry and time.time() - entry[1] < 3600 else None


def control_token_ok(given, path):
    with open(path) as fh:
        return fh.read().strip() == given  # BAD: timing-unsafe-comparison


def fingerprint(data):
    return hashlib.new("md5", data, usedforsecurity=False).hexdigest()  # OK: weak-hash


def seal(data, key):
    return hashlib.new("md5", key + data).hexdigest()  # BAD: weak-hash
