import re

from django.http import HttpResponse
from flask import Flask, abort, request, session
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from pyramid.view import view_config

app = Flask(__name__)
ROLES = {"reader", "editor"}
THEMES = {"d": "dark", "l": "light"}


def check_password(name, password):
    return False


@app.post("/role")
def role():
    session["role"] = request.form["role"]  # BAD: trust-boundary-violation
    return "ok"


@app.post("/role/checked")
def role_checked():
    wanted = request.form["role"]
    if wanted not in ROLES:
        abort(400)
    session["role"] = wanted  # OK: trust-boundary-violation
    return "ok"


@app.get("/impersonate")
def impersonate():
    session.update(user_id=request.args["uid"])  # BAD: trust-boundary-violation
    return "ok"


@app.post("/merge")
def merge():
    session.update(request.get_json())  # BAD: trust-boundary-violation
    return "ok"


@app.post("/setkey")
def setkey():
    session[request.form["key"]] = "1"  # BAD: trust-boundary-violation
    return "ok"


@app.get("/default")
def default():
    session.setdefault("is_admin", request.args.get("admin"))  # BAD: trust-boundary-violation
    return "ok"


@app.get("/theme")
def theme():
    session["theme"] = THEMES.get(request.args.get("t"), "light")  # OK: trust-boundary-violation
    return "ok"


@app.post("/login")
def login():
    name = request.form["name"]
    if not check_password(name, request.form["password"]):
        abort(403)
    session["user"] = name  # OK: trust-boundary-violation
    return "ok"


@app.post("/weak")
def weak():
    org = request.form["org"]
    if re.match("[a-z]+", org):
        session["org"] = org  # BAD: trust-boundary-violation
    return "ok"


def dj_tenant(request):
    request.session["tenant"] = request.GET["tenant"]  # BAD: trust-boundary-violation
    return HttpResponse("ok")


def dj_user(request):
    request.session["_auth_user_id"] = request.COOKIES["uid"]  # BAD: trust-boundary-violation
    return HttpResponse("ok")


def dj_page(request):
    request.session["page"] = int(request.GET["page"])  # OK: trust-boundary-violation
    return HttpResponse("ok")


async def star(request: Request):
    body = await request.json()
    request.session["permissions"] = body["permissions"]  # BAD: trust-boundary-violation
    return PlainTextResponse("ok")


@view_config(route_name="group")
def group(request):
    request.session["group"] = request.params["group"]  # BAD: trust-boundary-violation
    return {}
