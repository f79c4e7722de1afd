import hashlib
import hmac
import os
from functools import wraps

from flask import abort, request


def api_key_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        key = request.headers.get("X-Api-Key", "")
        wanted = os.environ.get("MODELSERVE_KEY", "")
        if not wanted or not hmac.compare_digest(key, wanted):  # OK: timing-unsafe-comparison
            abort(401)
        return view(*args, **kwargs)

    return inner


def digest_of(path):
    h = hashlib.sha256()
    with open(path, "rb") as fh:
        for block in iter(lambda: fh.read(65536), b""):
            h.update(block)
    return h.hexdigest()


def signature(data):
    return hashlib.md5(os.environ["SIGN_KEY"].encode() + data).hexdigest()  # BAD: weak-hash


def cache_name(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()  # OK: weak-hash


def webhook_valid(data, given):
    if signature(data) == given:  # BAD: timing-unsafe-comparison
        return True
    return False
