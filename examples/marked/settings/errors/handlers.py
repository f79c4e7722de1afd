import logging
import sys
import traceback
from http.server import BaseHTTPRequestHandler

import bottle
from aiohttp import web
from django.core.exceptions import ValidationError
from django.http import HttpResponseServerError, JsonResponse
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from flask import Flask, jsonify, request
from pyramid.response import Response
from pyramid.view import view_config
from rest_framework.response import Response as DrfResponse
from rest_framework.views import APIView
from tornado.web import RequestHandler

log = logging.getLogger(__name__)
app = Flask(__name__)
api = FastAPI()


def compute(a, b):
    return int(a) / int(b)


@app.get("/divide")
def divide():
    try:
        return {"r": compute(request.args["a"], request.args["b"])}
    except Exception:
        return traceback.format_exc(), 500, {"Content-Type": "text/plain"}  # BAD: stack-trace-exposure


@app.errorhandler(Exception)
def on_error(error):
    frames = traceback.format_exception(type(error), error, error.__traceback__)
    return jsonify(error="internal", details="".join(frames)), 500  # BAD: stack-trace-exposure


@app.get("/divide/quiet")
def divide_quiet():
    try:
        return {"r": compute(request.args["a"], request.args["b"])}
    except Exception:
        log.error("divide failed: %s", traceback.format_exc())  # OK: stack-trace-exposure
        return {"error": "internal error"}, 500


@api.exception_handler(Exception)
async def api_error(request: Request, exc: Exception):
    stack = traceback.extract_tb(exc.__traceback__)
    return JSONResponse({"stack": [str(f) for f in stack]}, status_code=500)  # BAD: stack-trace-exposure


@api.get("/ratio")
async def ratio(a: str, b: str):
    try:
        return {"r": compute(a, b)}
    except Exception as exc:
        tb = "".join(traceback.TracebackException.from_exception(exc).format())
        raise HTTPException(status_code=500, detail=tb)  # BAD: stack-trace-exposure


@api.get("/ratio/coded")
async def ratio_coded(a: str, b: str):
    try:
        return {"r": compute(a, b)}
    except ZeroDivisionError:
        log.exception("ratio")
        raise HTTPException(status_code=400, detail="b must not be zero")  # OK: stack-trace-exposure


@api.get("/ratio/plain")
def ratio_plain(a: str, b: str):
    try:
        return compute(a, b)
    except Exception:
        kind, value, tb = sys.exc_info()
        return PlainTextResponse("\n".join(traceback.format_tb(tb)), 500)  # BAD: stack-trace-exposure


def quote(request):
    try:
        return JsonResponse({"r": compute(request.GET["a"], request.GET["b"])})
    except Exception:
        message = "failed: %s" % traceback.format_exc(limit=5)
        return HttpResponseServerError(message, content_type="text/plain")  # BAD: stack-trace-exposure


class Quote(APIView):
    def get(self, request):
        try:
            return DrfResponse({"r": compute(request.query_params["a"], 3)})
        except Exception as e:
            return DrfResponse({"trace": traceback.format_exception(e)}, status=500)  # BAD: stack-trace-exposure

    def post(self, request):
        try:
            self.validate(request.data)
        except ValidationError as e:
            return DrfResponse({"errors": e.messages}, status=400)  # OK: stack-trace-exposure
        return DrfResponse(status=204)

    @staticmethod
    def validate(data):
        if "a" not in data:
            raise ValidationError("a is required")


class Ratio(RequestHandler):
    def get(self):
        self.write({"r": compute(self.get_argument("a"), self.get_argument("b"))})

    def write_error(self, status_code, **kwargs):
        self.set_header("Content-Type", "text/plain")
        for line in traceback.format_exception(*kwargs["exc_info"]):
            self.write(line)  # BAD: stack-trace-exposure
        self.finish()


@web.middleware
async def errors(request, handler):
    try:
        return await handler(request)
    except Exception:
        return web.json_response({"error": traceback.format_exc()}, status=500)  # BAD: stack-trace-exposure


@web.middleware
async def errors_logged(request, handler):
    try:
        return await handler(request)
    except Exception:
        log.exception("unhandled")
        return web.json_response({"error": "internal"}, status=500)  # OK: stack-trace-exposure


@bottle.get("/calc")
def calc():
    try:
        return {"r": compute(bottle.request.query.a, bottle.request.query.b)}
    except Exception:
        bottle.response.content_type = "text/plain"
        return "Traceback: " + traceback.format_exc()  # BAD: stack-trace-exposure


@view_config(context=Exception)
def pyramid_error(exc, request):
    return Response(text=traceback.format_exc(), status=500, content_type="text/plain")  # BAD: stack-trace-exposure


class Plain(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            compute(1, self.path[1:])
        except Exception:
            self.send_response(500)
            self.end_headers()
            self.wfile.write(traceback.format_exc().encode())  # BAD: stack-trace-exposure
