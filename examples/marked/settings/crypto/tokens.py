import hashlib
import random
import secrets
import string
import time
import uuid
from random import SystemRandom, choices, randint

import numpy as np
from django.utils.crypto import get_random_string

ALPHABET = string.ascii_letters + string.digits
system_random = SystemRandom()


def session_id():
    return "%032x" % random.getrandbits(128)  # BAD: predictable-random


def reset_token(length=24):
    token = "".join(random.choice(ALPHABET) for _ in range(length))  # BAD: predictable-random
    return token


def one_time_code():
    otp = randint(100000, 999999)  # BAD: predictable-random
    return f"{otp:06d}"


def initial_password():
    password = "".join(choices(ALPHABET, k=12))  # BAD: predictable-random
    return password


def api_key():
    rng = random.Random(time.time())
    key = rng.randbytes(32)  # BAD: predictable-random
    return key.hex()


def csrf_token(user_id):
    return hashlib.sha256(f"{user_id}{random.random()}".encode()).hexdigest()  # BAD: predictable-random


def encryption_key():
    return np.random.bytes(32)  # BAD: predictable-random


def invite_secret():
    secret = random.sample(string.hexdigits, 16)  # BAD: predictable-random
    return "".join(secret)


class Salts:
    @staticmethod
    def password_salt():
        return bytes(map(lambda _: random.randrange(256), range(16)))  # BAD: predictable-random


def activation_token():
    return uuid.uuid1().hex  # BAD: predictable-random


def activation_token_v2():
    return secrets.token_urlsafe(32)  # OK: predictable-random


def recovery_code():
    return "".join(system_random.choice(ALPHABET) for _ in range(16))  # OK: predictable-random


def backoff_delay(attempt):
    return min(60, 2 ** attempt) * random.uniform(0.5, 1.5)  # OK: predictable-random


def banner(banners):
    return random.choice(banners)  # OK: predictable-random


def session_secret():
    return get_random_string(40)  # OK: predictable-random


def share_token():
    return str(uuid.uuid4())  # OK: predictable-random


def noise(samples):
    rng = np.random.default_rng(7)
    return rng.normal(size=samples)  # OK: predictable-random
