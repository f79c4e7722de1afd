import base64
import json
from functools import wraps

import jwt
import requests
from authlib.jose import JsonWebToken
from flask import Flask, abort, g, request
from jose import jws, jwt as jose_jwt
from jwcrypto import jwk, jwt as jwc_jwt
from jwt import PyJWKClient, decode as jwt_decode
import python_jwt

app = Flask(__name__)
PUBLIC_KEY = open("/etc/app/jwt.pub").read()
SECRET = open("/run/secrets/jwt").read()
OPTIONS = {"verify_signature": False}


def bearer():
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


@app.get("/a")
def no_verify():
    claims = jwt.decode(bearer(), options={"verify_signature": False})  # BAD: jwt-unverified
    return claims["sub"]


@app.get("/b")
def verified():
    claims = jwt.decode(bearer(), PUBLIC_KEY, algorithms=["RS256"])  # OK: jwt-unverified
    return claims["sub"]


@app.get("/c")
def old_flag():
    return jwt.decode(bearer(), SECRET, verify=False)["sub"]  # BAD: jwt-unverified


@app.get("/d")
def options_var():
    return jwt_decode(bearer(), PUBLIC_KEY, algorithms=["RS256"], options=OPTIONS)["sub"]  # BAD: jwt-unverified


@app.get("/f")
def jose_claims():
    return jose_jwt.get_unverified_claims(bearer())["sub"]  # BAD: jwt-unverified


@app.get("/g")
def jose_options():
    return jose_jwt.decode(bearer(), SECRET, options={"verify_signature": False})["sub"]  # BAD: jwt-unverified


@app.get("/h")
def jose_verified():
    return jose_jwt.decode(bearer(), SECRET, algorithms="HS256", audience="app")["sub"]  # OK: jwt-unverified


@app.get("/i")
def jose_jws():
    return json.loads(jws.get_unverified_claims(bearer()))["sub"]  # BAD: jwt-unverified


@app.get("/j")
def jws_verify_off():
    return json.loads(jws.verify(bearer(), SECRET, algorithms=["HS256"], verify=False))["sub"]  # BAD: jwt-unverified


@app.get("/k")
def by_hand():
    payload = bearer().split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))  # BAD: jwt-unverified
    return claims["sub"]


@app.get("/l")
def jwks():
    key = PyJWKClient("https://idp.example.org/jwks").get_signing_key_from_jwt(bearer())
    return jwt.decode(bearer(), key.key, algorithms=["RS256"], audience="app")["sub"]  # OK: jwt-unverified


@app.get("/m")
def header_only():
    kid = jwt.get_unverified_header(bearer())["kid"]
    keys = requests.get("https://idp.example.org/keys", timeout=5).json()
    return jwt.decode(bearer(), keys[kid], algorithms=["ES256"])["sub"]  # OK: jwt-unverified


@app.get("/n")
def authlib_verified():
    claims = JsonWebToken(["RS256"]).decode(bearer(), PUBLIC_KEY)  # OK: jwt-unverified
    claims.validate()
    return claims["sub"]


@app.get("/o")
def python_jwt_processed():
    header, claims = python_jwt.process_jwt(bearer())  # BAD: jwt-unverified
    return claims["sub"]


@app.get("/p")
def jwcrypto_verified():
    key = jwk.JWK.from_pem(PUBLIC_KEY.encode())
    return jwc_jwt.JWT(jwt=bearer(), key=key, algs=["RS256"]).claims  # OK: jwt-unverified


@app.get("/q")
def jwcrypto_unchecked():
    token = jwc_jwt.JWT()
    token.deserialize(bearer())
    return json.loads(token.token.objects["payload"])["sub"]  # BAD: jwt-unverified


@app.get("/r")
def peek_then_verify():
    issuer = jwt.decode(bearer(), options={"verify_signature": False})["iss"]  # OK: jwt-unverified
    if issuer != "https://idp.example.org":
        abort(401)
    return jwt.decode(bearer(), PUBLIC_KEY, algorithms=["RS256"], issuer=issuer)["sub"]  # OK: jwt-unverified


def login_required(fn):
    @wraps(fn)
    def inner(*a, **kw):
        opts = dict(verify_signature=False, verify_exp=True)
        g.user = jwt.decode(request.cookies["jwt"], key="", options=opts)["sub"]  # BAD: jwt-unverified
        return fn(*a, **kw)
    return inner
