import html
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlparse

import bottle
import cherrypy
import falcon
import web as webpy
from aiohttp import web
from fastapi import FastAPI, File, Request, UploadFile
from fastapi.responses import HTMLResponse
from nicegui import ui
from pyramid.response import Response
from pyramid.view import view_config
from quart import Quart, request as quart_request
from sanic import Sanic
from sanic.response import html as sanic_html
from starlette.endpoints import HTTPEndpoint
from starlette.responses import HTMLResponse as StarHTML
from tornado.escape import xhtml_escape
from tornado.web import RequestHandler
from twisted.web.resource import Resource

api = FastAPI()
sanic_app = Sanic("pages")
quart_app = Quart("pages")


@api.get("/hi", response_class=HTMLResponse)
async def hi(name: str):
    return f"<h1>{name}</h1>"  # BAD: cross-site-scripting


@api.get("/hi/json")
async def hi_json(name: str):
    return f"<h1>{name}</h1>"  # OK: cross-site-scripting


@api.post("/file")
async def file(doc: UploadFile = File()):
    content = await doc.read()
    return HTMLResponse(content.decode("utf-8"))  # BAD: cross-site-scripting


@api.exception_handler(404)
async def missing(request: Request, exc):
    return HTMLResponse("<p>" + unquote_plus(request.url.path) + "</p>", status_code=404)  # BAD: cross-site-scripting


class Star(HTTPEndpoint):
    async def get(self, request):
        return StarHTML("<p>{}</p>".format(request.path_params["name"]))  # BAD: cross-site-scripting


class Tornado(RequestHandler):
    def get(self):
        self.write("<p>" + self.get_argument("name") + "</p>")  # BAD: cross-site-scripting

    def post(self):
        self.finish("<p>" + xhtml_escape(self.get_argument("name")) + "</p>")  # OK: cross-site-scripting

    def put(self):
        self.write({"name": self.get_argument("name")})  # OK: cross-site-scripting


async def aio(request: web.Request) -> web.Response:
    data = await request.post()
    return web.Response(text=f"<b>{data['name']}</b>", content_type="text/html")  # BAD: cross-site-scripting


async def aio_text(request: web.Request) -> web.Response:
    data = await request.post()
    return web.Response(text=f"<b>{data['name']}</b>")  # OK: cross-site-scripting


@bottle.route("/hi/<name>")
def bottle_hi(name):
    return "<h1>" + name + bottle.request.query.get("x", "") + "</h1>"  # BAD: cross-site-scripting


@view_config(route_name="hi")
def pyramid_hi(request):
    return Response("<h1>%s</h1>" % request.params["name"])  # BAD: cross-site-scripting


@view_config(route_name="hey", renderer="json")
def pyramid_hey(request):
    return {"name": request.matchdict["name"]}  # OK: cross-site-scripting


@sanic_app.get("/hi")
async def sanic_hi(request):
    return sanic_html("<h1>" + request.args.get("name", "") + "</h1>")  # BAD: cross-site-scripting


class FalconHi:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = "<h1>" + req.params["name"] + "</h1>"  # BAD: cross-site-scripting


class CherryHi:
    @cherrypy.expose
    def index(self, name="you"):
        return f"<h1>{name}</h1>"  # BAD: cross-site-scripting


class WebPyHi:
    def GET(self):
        data = webpy.input(name="")
        webpy.header("Content-Type", "text/html")
        return "<h1>" + data.name + "</h1>"  # BAD: cross-site-scripting


@quart_app.post("/hi")
async def quart_hi():
    form = await quart_request.form
    return f"<h1>{form['name']}</h1>"  # BAD: cross-site-scripting


class PlainHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = dict(parse_qsl(urlparse(self.path).query))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>" + query["name"].encode() + b"</p>")  # BAD: cross-site-scripting

    def do_HEAD(self):
        self.send_error(404)


class TwistedHi(Resource):
    isLeaf = True

    def render_GET(self, request):
        name = request.args[b"name"][0]
        return b"<h1>" + name + b"</h1>"  # BAD: cross-site-scripting


def lambda_handler(event, context):
    name = event["queryStringParameters"]["name"]
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": f"<h1>{name}</h1>"}  # BAD: cross-site-scripting


def lambda_escaped(event, context):
    name = html.escape(event["queryStringParameters"]["name"])
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": f"<h1>{name}</h1>"}  # OK: cross-site-scripting


def wsgi(environ, start_response):
    name = parse_qs(environ["QUERY_STRING"]).get("name", [""])[0]
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<h1>{name}</h1>".encode()]  # BAD: cross-site-scripting


@ui.page("/hi/{name}")
def nice(name: str):
    ui.html(f"<b>{name}</b>")  # BAD: cross-site-scripting
