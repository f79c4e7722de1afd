from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urljoin, urlparse, urlsplit

import bottle
import cherrypy
import falcon
from aiohttp import web
from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect as django_redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import RedirectView
from fastapi import Cookie, FastAPI, Form
from fastapi.responses import RedirectResponse
from flask import Flask, Response, redirect, request, url_for
from pyramid.httpexceptions import HTTPFound
from pyramid.view import view_config
from sanic import Sanic, response as sanic_response
from starlette.responses import RedirectResponse as StarRedirect
from tornado.web import RequestHandler
from twisted.web.resource import Resource
from twisted.web.util import redirectTo

app = Flask(__name__)
api = FastAPI()
sanic_app = Sanic("redirects")
DESTINATIONS = {"home": "/", "docs": "https://docs.example.com/"}


@app.get("/out")
def out():
    return redirect(request.args.get("to") or "/")  # BAD: open-redirect


@app.get("/out/slash")
def out_slash():
    to = request.args.get("to", "/")
    if not to.startswith("/"):
        to = "/"
    return redirect(to)  # BAD: open-redirect


@app.get("/out/joined")
def out_joined():
    return redirect(urljoin(request.host_url, request.args["to"]))  # BAD: open-redirect


@app.get("/out/host")
def out_same_host():
    base = urlparse(request.host_url)
    to = urljoin(request.host_url, request.args["to"])
    if urlparse(to).netloc != base.netloc or urlparse(to).scheme not in ("http", "https"):
        return redirect("/")
    return redirect(to)  # OK: open-redirect


@app.get("/out/named")
def out_named():
    return redirect(DESTINATIONS.get(request.args["to"], "/"))  # OK: open-redirect


@app.get("/out/local")
def out_local():
    return redirect("/wiki/" + request.args["to"])  # OK: open-redirect


@app.get("/out/query")
def out_query():
    return redirect(url_for("out_local", to=request.args["to"]))  # OK: open-redirect


@app.post("/out/header")
def out_header():
    resp = Response(status=302)
    resp.headers["Location"] = request.form["to"]  # BAD: open-redirect
    return resp


@app.get("/out/refresh")
def out_refresh():
    return Response("moving on", headers={"Refresh": "0; url=" + request.args["to"]}, mimetype="text/plain")  # BAD: open-redirect


def leave(request):
    return HttpResponsePermanentRedirect(request.GET["next"])  # BAD: open-redirect


def after_login(request):
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=True):
        target = "/"
    return django_redirect(target)  # OK: open-redirect


def after_logout(request, target="/"):
    try:
        target = request.GET["next"]
    except KeyError:
        pass
    return django_redirect(target)  # BAD: open-redirect


def frame_out(request):
    response = HttpResponse(status=301)
    response["Location"] = "https:" + request.GET["rest"]  # BAD: open-redirect
    return response


class Jump(RedirectView):
    permanent = False

    def get_redirect_url(self, *args, **kwargs):
        return self.request.GET.get("u", "/")  # BAD: open-redirect


@api.get("/jump")
async def jump(u: str = "/"):
    return RedirectResponse(url=u)  # BAD: open-redirect


@api.post("/jump")
async def jump_back(back: str = Form(), home: str = Cookie(default="/")):
    targets = {"back": back, "home": home}
    return RedirectResponse(targets["back"], 303)  # BAD: open-redirect


@api.get("/jump/number")
async def jump_number(page: int):
    return RedirectResponse(f"/pages/{page}")  # OK: open-redirect


async def star_jump(request):
    return StarRedirect("//" + request.query_params["host"])  # BAD: open-redirect


async def aio_jump(request: web.Request):
    raise web.HTTPFound(location=request.query["u"])  # BAD: open-redirect


class TornadoJump(RequestHandler):
    def get(self):
        self.redirect(self.get_argument("u", "/"))  # BAD: open-redirect


@bottle.get("/jump")
def bottle_jump():
    bottle.redirect(bottle.request.query["u"])  # BAD: open-redirect


@view_config(route_name="jump")
def pyramid_jump(request):
    return HTTPFound(location=request.GET["u"])  # BAD: open-redirect


@sanic_app.get("/jump")
async def sanic_jump(request):
    return sanic_response.redirect(request.args.get("u"))  # BAD: open-redirect


class FalconJump:
    def on_get(self, req, resp):
        raise falcon.HTTPSeeOther(req.get_param("u", required=True))  # BAD: open-redirect


class CherryJump:
    @cherrypy.expose
    def jump(self, u):
        raise cherrypy.HTTPRedirect(u)  # BAD: open-redirect


class PlainJump(BaseHTTPRequestHandler):
    def do_GET(self):
        target = parse_qs(urlsplit(self.path).query)["u"][0].splitlines()[0]
        self.send_response(302)
        self.send_header("Location", target)  # BAD: open-redirect
        self.end_headers()


class TwistedJump(Resource):
    def render_GET(self, request):
        return redirectTo(request.args[b"u"][0], request)  # BAD: open-redirect


def lambda_handler(event, context):
    params = event.get("queryStringParameters") or {}
    return {"statusCode": 302, "headers": {"Location": params["u"]}}  # BAD: open-redirect
