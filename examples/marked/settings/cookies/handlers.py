import http.cookies
import secrets

import bottle
import cherrypy
from aiohttp import web
from django.http import HttpResponse
from fastapi import FastAPI, Response
from flask import Flask, make_response
from pyramid.response import Response as PyramidResponse
from quart import Quart, make_response as quart_response
from sanic import Sanic
from sanic.response import empty
from starlette.responses import PlainTextResponse
from tornado.web import RequestHandler
from werkzeug.http import dump_cookie

app = Flask(__name__)
api = FastAPI()
quart_app = Quart(__name__)
sanic_app = Sanic("cookies")
STRICT = dict(secure=True, httponly=True, samesite="Strict")


def session_id():
    return secrets.token_urlsafe(32)


@app.post("/login")
def login():
    resp = make_response("", 204)
    resp.set_cookie("session", session_id())  # BAD: insecure-cookie, script-readable-cookie, cookie-without-samesite
    return resp


@app.post("/login/secure")
def login_secure():
    resp = make_response("", 204)
    resp.set_cookie("session", session_id(), secure=True)  # BAD: script-readable-cookie, cookie-without-samesite
    return resp


@app.post("/login/http")
def login_http():
    resp = make_response("", 204)
    resp.set_cookie("session", session_id(), httponly=True, samesite="Lax")  # BAD: insecure-cookie
    return resp


@app.post("/login/strict")
def login_strict():
    resp = make_response("", 204)
    resp.set_cookie("session", session_id(), **STRICT)  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite
    return resp


@app.post("/login/header")
def login_header():
    resp = make_response("", 204)
    resp.headers["Set-Cookie"] = f"session={session_id()}; Path=/; HttpOnly; SameSite=Lax"  # BAD: insecure-cookie
    return resp


@app.post("/login/header/full")
def login_header_full():
    value = "session=" + session_id() + "; Path=/; Secure; HttpOnly; SameSite=Lax"
    return "", 204, {"Set-Cookie": value}  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite


@app.post("/logout")
def logout():
    resp = make_response("", 204)
    resp.delete_cookie("session")  # OK: insecure-cookie, script-readable-cookie
    return resp


@app.post("/login/dump")
def login_dump():
    header = dump_cookie("session", session_id(), secure=True, httponly=False, samesite="Lax")  # BAD: script-readable-cookie
    return "", 204, {"Set-Cookie": header}


def django_login(request):
    response = HttpResponse(status=204)
    response.set_cookie("auth_token", session_id(), max_age=3600)  # BAD: insecure-cookie, script-readable-cookie, cookie-without-samesite
    return response


def django_signed(request):
    response = HttpResponse(status=204)
    response.set_signed_cookie("auth_token", session_id(), secure=True, httponly=True, samesite="None")  # BAD: cookie-without-samesite
    return response


def django_full(request):
    response = HttpResponse(status=204)
    response.set_signed_cookie("auth_token", session_id(), secure=True, httponly=True, samesite="Lax")  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite
    return response


@api.post("/login")
def fast_login(response: Response):
    response.set_cookie("session", session_id())  # BAD: insecure-cookie, script-readable-cookie
    return {"ok": True}


@api.post("/login/none")
def fast_login_none(response: Response):
    response.set_cookie("session", session_id(), secure=True, httponly=True, samesite="none")  # BAD: cookie-without-samesite
    return {"ok": True}


@api.post("/login/default")
def fast_login_default(response: Response):
    response.set_cookie("session", session_id(), secure=True, httponly=True)  # OK: cookie-without-samesite
    return {"ok": True}


async def star_login(request):
    response = PlainTextResponse("ok")
    response.set_cookie("session", session_id(), httponly=True, secure=False)  # BAD: insecure-cookie
    return response


async def aio_login(request):
    resp = web.Response(status=204)
    resp.set_cookie("session", session_id(), secure=True)  # BAD: script-readable-cookie, cookie-without-samesite
    return resp


class TornadoLogin(RequestHandler):
    def post(self):
        self.set_secure_cookie("user", session_id())  # BAD: insecure-cookie, script-readable-cookie, cookie-without-samesite

    def put(self):
        self.set_secure_cookie("user", session_id(), secure=True, httponly=True, samesite="Lax")  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite


@bottle.post("/login")
def bottle_login():
    bottle.response.set_cookie("session", session_id(), httponly=True, samesite="lax")  # BAD: insecure-cookie
    return ""


def pyramid_login(request):
    response = PyramidResponse(status=204)
    response.set_cookie("session", session_id(), secure=True, samesite="Lax")  # BAD: script-readable-cookie
    return response


class FalconLogin:
    def on_post(self, req, resp):
        resp.set_cookie("session", session_id(), secure=False, same_site="Lax")  # BAD: insecure-cookie

    def on_put(self, req, resp):
        resp.set_cookie("session", session_id(), http_only=False, same_site="Lax")  # BAD: script-readable-cookie

    def on_patch(self, req, resp):
        resp.set_cookie("session", session_id(), same_site="Strict")  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite


@sanic_app.post("/login")
async def sanic_login(request):
    response = empty()
    response.add_cookie("session", session_id(), secure=False, httponly=True)  # BAD: insecure-cookie
    return response


@sanic_app.post("/login/full")
async def sanic_login_full(request):
    response = empty()
    response.add_cookie("session", session_id(), httponly=True)  # OK: insecure-cookie, cookie-without-samesite
    return response


@quart_app.post("/login")
async def quart_login():
    resp = await quart_response("")
    resp.set_cookie("session", session_id(), secure=True, httponly=True, samesite=None)  # BAD: cookie-without-samesite
    return resp


class CherryLogin:
    @cherrypy.expose
    def login(self):
        cookie = cherrypy.response.cookie
        cookie["session"] = session_id()  # BAD: insecure-cookie, script-readable-cookie, cookie-without-samesite
        cookie["session"]["path"] = "/"
        return ""


def wsgi_login(environ, start_response):
    jar = http.cookies.SimpleCookie()
    jar["session"] = session_id()
    jar["session"]["secure"] = True
    jar["session"]["httponly"] = True
    jar["session"]["samesite"] = "Strict"
    start_response("204 No Content", [("Set-Cookie", jar["session"].OutputString())])  # OK: insecure-cookie, script-readable-cookie, cookie-without-samesite
    return []
