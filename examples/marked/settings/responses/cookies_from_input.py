from http.cookies import SimpleCookie
from typing import Annotated
from urllib.parse import parse_qs

import bottle
from aiohttp import web
from django.http import HttpResponse, JsonResponse
from fastapi import FastAPI, Response, Query
from flask import Flask, make_response, request
from tornado.web import RequestHandler

app = Flask(__name__)
api = FastAPI()
LANGUAGES = ("de", "en", "fr")
SECURE = {"secure": True, "httponly": True, "samesite": "Lax"}


@app.get("/enter")
def enter():
    resp = make_response("welcome")
    resp.set_cookie("session", request.args["sid"], **SECURE)  # BAD: cookie-injection
    return resp


@app.post("/prefs")
def prefs():
    resp = make_response("", 204)
    for key, value in request.form.items():
        resp.set_cookie(key, value, **SECURE)  # BAD: cookie-injection
    return resp


@app.get("/lang")
def lang():
    code = request.args.get("code", "en")
    if code not in LANGUAGES:
        code = "en"
    resp = make_response("", 204)
    resp.set_cookie("lang", code, **SECURE)  # OK: cookie-injection
    return resp


@app.get("/theme")
def theme():
    resp = make_response("", 204)
    wanted = request.args.get("theme", "light")
    resp.headers["Set-Cookie"] = f"theme={wanted}; Path=/; Secure; HttpOnly; SameSite=Lax"  # BAD: cookie-injection
    return resp


@app.get("/size")
def size():
    resp = make_response("", 204)
    rows = int(request.args.get("rows", 20))
    resp.headers.add("Set-Cookie", "rows=%d; Path=/; Secure; HttpOnly; SameSite=Lax" % rows)  # OK: cookie-injection
    return resp


def impersonate(request):
    response = JsonResponse({"done": True})
    role = request.POST.get("role", "guest")
    response.set_cookie("role", role, secure=True, httponly=True, samesite="Strict")  # BAD: cookie-injection
    return response


def choose_currency(request):
    response = HttpResponse(status=204)
    currency = {"1": "EUR", "2": "USD"}.get(request.POST.get("currency"), "EUR")
    response.set_cookie("currency", currency, secure=True, httponly=True, samesite="Strict")  # OK: cookie-injection
    return response


@api.get("/join")
def join(response: Response, cart: Annotated[str, Query()]):
    response.set_cookie(key="cart_id", value=cart, secure=True, httponly=True, samesite="lax")  # BAD: cookie-injection
    return {"joined": True}


class Track(RequestHandler):
    def get(self):
        name = self.get_argument("name")
        self.set_cookie(name, "1", secure=True, httponly=True, samesite="Lax")  # BAD: cookie-injection


async def resume(request: web.Request) -> web.Response:
    data = await request.json()
    resp = web.Response(status=204)
    resp.set_cookie("sid", data["sid"], secure=True, httponly=True, samesite="Lax")  # BAD: cookie-injection
    return resp


@bottle.get("/visit")
def visit():
    bottle.response.set_cookie("visitor", bottle.request.query.visitor, secure=True, httponly=True, samesite="lax")  # BAD: cookie-injection
    return "hello"


def wsgi_app(environ, start_response):
    agent = parse_qs(environ.get("QUERY_STRING", "")).get("device", [""])[0]
    jar = SimpleCookie()
    jar["device"] = agent
    jar["device"]["secure"] = True
    jar["device"]["httponly"] = True
    jar["device"]["samesite"] = "Lax"
    start_response("200 OK", [("Set-Cookie", jar["device"].OutputString())])  # BAD: cookie-injection
    return [b"ok"]
