import hashlib
import random
import secrets
import time

from django.utils.crypto import constant_time_compare


def short_code():
    rng = random.Random(time.time())
    return "%06d" % rng.randint(0, 999999)  # BAD: predictable-random


def long_code():
    return secrets.token_urlsafe(32)


def signed(value, key):
    return hashlib.md5((key + value).encode()).hexdigest()  # BAD: weak-hash


def gravatar(email):
    return hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()  # OK: weak-hash


def check_signature(value, key, given):
    return signed(value, key) == given  # BAD: timing-unsafe-comparison


def check_code(stored, given):
    return constant_time_compare(stored, given)  # OK: timing-unsafe-comparison
