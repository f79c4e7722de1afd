import hmac
import os

import jwt
from jwt import PyJWKClient

from .config import TOKEN_ISSUER


class TokenError(Exception):
    pass


_jwks = PyJWKClient(TOKEN_ISSUER + ".well-known/jwks.json")


def claims_of(event):
    raw = event.get("headers", {}).get("authorization", "")[7:]
    try:
        key = _jwks.get_signing_key_from_jwt(raw).key
        return jwt.decode(raw, key, algorithms=["RS256"], audience="meterflow", issuer=TOKEN_ISSUER)  # OK: jwt-unverified
    except jwt.PyJWTError as exc:
        raise TokenError from exc


def installer_claims(event):
    raw = event["headers"]["x-installer"]
    try:
        return jwt.decode(raw, os.environ["INSTALLER_KEY"], algorithms=["HS256"], options={"verify_signature": False})  # BAD: jwt-unverified
    except jwt.PyJWTError as exc:
        raise TokenError from exc


def device_ok(given):
    return hmac.compare_digest(given, os.environ["DEVICE_SECRET"])  # OK: timing-unsafe-comparison


def hook_ok(given):
    return given == os.environ["HOOK_SECRET"]  # BAD: timing-unsafe-comparison
