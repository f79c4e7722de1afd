import random
import secrets

_rng = random.Random()
DIGITS = "0123456789"


def new_token(size=16):
    return secrets.token_hex(size)  # OK: predictable-random


def numeric_code(digits=6, rng=_rng):
    return "".join(rng.choice(DIGITS) for _ in range(digits))  # BAD: predictable-random
