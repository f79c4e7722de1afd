import os

from aiohttp_session.cookie_storage import EncryptedCookieStorage
from fastapi import FastAPI
from flask import Flask
from pyramid.session import SignedCookieSessionFactory
from starlette.middleware.sessions import SessionMiddleware

SECRET = os.environ["SESSION_SECRET"]

shop = Flask("shop")
shop.config["SESSION_COOKIE_SECURE"] = False  # BAD: insecure-cookie
shop.config["SESSION_COOKIE_HTTPONLY"] = False  # BAD: script-readable-cookie
shop.config["SESSION_COOKIE_SAMESITE"] = None  # BAD: cookie-without-samesite

wiki = Flask("wiki")
wiki.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite

forum = Flask("forum")
forum.config.from_mapping(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="None")  # BAD: cookie-without-samesite
forum.config["REMEMBER_COOKIE_HTTPONLY"] = False  # BAD: script-readable-cookie
forum.config["REMEMBER_COOKIE_SECURE"] = False  # BAD: insecure-cookie

tokens = Flask("tokens")
tokens.config["JWT_TOKEN_LOCATION"] = ["cookies"]
tokens.config["JWT_COOKIE_SECURE"] = False  # BAD: insecure-cookie
tokens.config["JWT_COOKIE_CSRF_PROTECT"] = False  # BAD: csrf-protection-off

api = FastAPI()
api.add_middleware(SessionMiddleware, secret_key=SECRET, https_only=False)  # BAD: insecure-cookie

strict_api = FastAPI()
strict_api.add_middleware(SessionMiddleware, secret_key=SECRET, https_only=True, same_site="strict")  # OK: insecure-cookie, cookie-without-samesite

pyramid_factory = SignedCookieSessionFactory(SECRET, secure=True, httponly=False)  # BAD: script-readable-cookie
pyramid_strict = SignedCookieSessionFactory(SECRET, secure=True, httponly=True, samesite="Strict")  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite

aio_storage = EncryptedCookieStorage(SECRET.encode()[:32], httponly=False, secure=True, samesite="Lax")  # BAD: script-readable-cookie
aio_strict = EncryptedCookieStorage(SECRET.encode()[:32], httponly=True, secure=True, samesite="Lax")  # OK: insecure-cookie, script-readable-cookie
