import hashlib


def fold(value, rounds=1):
    data = value.encode("utf-8")
    for _ in range(rounds):
        data = hashlib.sha512(data).digest()  # BAD: weak-password-hash
    return data.hex()
