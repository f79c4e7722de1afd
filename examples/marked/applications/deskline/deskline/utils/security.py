import hashlib
import hmac
import os
import random
import secrets
import string
from functools import wraps
from urllib.parse import urlparse

from flask import abort, request
from flask_login import current_user
from werkzeug.security import check_password_hash, generate_password_hash


def hash_password(raw):
    return generate_password_hash(raw)


def verify_password(stored, raw):
    if stored.startswith("legacy$"):
        digest = hashlib.sha1(raw.encode()).hexdigest()  # BAD: weak-password-hash
        return hmac.compare_digest(stored[7:], digest)
    return check_password_hash(stored, raw)


def reset_code(length=8):
    alphabet = string.ascii_uppercase + string.digits
    return "".join(random.choice(alphabet) for _ in range(length))  # BAD: predictable-random


def new_api_token():
    return secrets.token_hex(32)


def etag_for(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()  # OK: weak-hash


def shuffle_tips(tips):
    tips = list(tips)
    random.shuffle(tips)  # OK: predictable-random
    return tips


def admin_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        if not current_user.is_authenticated or not current_user.is_admin:
            abort(403)
        return view(*args, **kwargs)

    return inner


def token_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        expected = os.environ.get("DESK_API_TOKEN", "")
        given = request.headers.get("X-Desk-Token", "")
        if not expected or given != expected:  # BAD: timing-unsafe-comparison
            abort(401)
        return view(*args, **kwargs)

    return inner


def local_target(url):
    parts = urlparse(url or "")
    if parts.scheme or parts.netloc or not url.startswith("/") or url.startswith("//") or "\\" in url:
        return None
    return url


def same_site(url):
    return "deskline.example" in url  # BAD: incomplete-url-check
