import falcon
from django.http import HttpResponse
from flask import Flask, make_response, request
from sanic import Sanic
from sanic.response import text
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

app = Flask(__name__)
sanic_app = Sanic("headers")
ECHOED = {"X-Client", "X-Build"}


@app.get("/echo")
def echo():
    resp = make_response("ok")
    name = request.args["header"]
    resp.headers[name] = request.args["value"]  # BAD: header-injection
    return resp


@app.get("/echo/all")
def echo_all():
    extra = {k: v for k, v in request.args.items()}
    return "ok", 200, extra  # BAD: header-injection


@app.get("/echo/some")
def echo_some():
    resp = make_response("ok")
    for name in ECHOED:
        if name in request.headers:
            resp.headers[name] = request.headers[name]  # OK: header-injection
    return resp


def mirror(request):
    response = HttpResponse("ok", content_type="text/plain")
    response[request.GET["name"]] = request.GET.get("value", "")  # BAD: header-injection
    return response


class Exports:
    def on_get(self, req, resp):
        filename = req.get_param("filename", default="export.csv")
        resp.set_header("Content-Disposition", 'attachment; filename="' + filename + '"')  # BAD: header-injection
        resp.text = "a,b\n"

    def on_head(self, req, resp):
        page = req.get_param_as_int("page") or 1
        resp.set_header("X-Page", f"{page}")  # OK: header-injection


async def options(request):
    headers = dict(request.query_params)
    return PlainTextResponse("ok", headers=headers)  # BAD: header-injection


@sanic_app.get("/version")
async def version(request):
    return text("1.2", headers={request.args.get("h"): "1"})  # BAD: header-injection


api = falcon.App()
api.add_route("/exports", Exports())
star = Starlette(routes=[Route("/options", options)])
