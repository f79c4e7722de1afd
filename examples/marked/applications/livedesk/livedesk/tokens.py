import base64
import hashlib
import hmac
import json
import random
import secrets
import time


class InvalidToken(Exception):
    pass


def _mac(body, key):
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def issue(user_id, role, key):
    body = base64.urlsafe_b64encode(json.dumps({"id": user_id, "role": role, "exp": time.time() + 3600}).encode())
    return body.decode() + "." + _mac(body, key)


def read(raw, key):
    body, _, mac = raw.partition(".")
    expected = _mac(body.encode(), key)
    if expected != mac:  # BAD: timing-unsafe-comparison
        raise InvalidToken
    data = json.loads(base64.urlsafe_b64decode(body))
    if data["exp"] < time.time():
        raise InvalidToken
    return data


def guest_token():
    return hashlib.sha256(str(random.random()).encode()).hexdigest()  # BAD: predictable-random


def invite_token():
    return secrets.token_urlsafe(24)


def jitter():
    return random.uniform(0.2, 1.5)  # OK: predictable-random


def password_digest(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)  # OK: weak-password-hash


def pin_digest(pin):
    return hashlib.md5(pin.encode()).hexdigest()  # BAD: weak-password-hash
