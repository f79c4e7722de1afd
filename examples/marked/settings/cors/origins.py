import re
from urllib.parse import urlsplit

import bottle
import falcon
from aiohttp import web
import aiohttp_cors
from django.http import JsonResponse
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask, jsonify, request
from flask_cors import CORS, cross_origin
from quart import Quart
from quart_cors import cors
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware as StarCors
from tornado.web import RequestHandler

ORIGINS = ["https://app.example.com", "https://admin.example.com"]
ANY = ["*"]

app = Flask(__name__)
CORS(app, resources={r"/api/*": {"origins": "*"}}, supports_credentials=True)  # BAD: permissive-cors

admin = Flask("admin")
CORS(admin, origins=ORIGINS, supports_credentials=True)  # OK: permissive-cors

api = FastAPI()
api.add_middleware(CORSMiddleware, allow_origins=ANY, allow_credentials=True, allow_methods=["*"])  # BAD: permissive-cors

partner_api = FastAPI()
partner_api.add_middleware(CORSMiddleware, allow_origin_regex=r"https?://.*", allow_credentials=True)  # BAD: permissive-cors

listed_api = FastAPI()
listed_api.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_methods=["*"], allow_headers=["*"])  # OK: permissive-cors

regex_api = FastAPI()
regex_api.add_middleware(CORSMiddleware, allow_origin_regex=r"https://[a-z0-9-]+\.example\.com", allow_credentials=True)  # OK: permissive-cors

star = Starlette(middleware=[Middleware(StarCors, allow_origins=["*"], allow_credentials=True)])  # BAD: permissive-cors
falcon_app = falcon.App(middleware=falcon.CORSMiddleware(allow_origins="*", allow_credentials="*"))  # BAD: permissive-cors
falcon_listed = falcon.App(middleware=falcon.CORSMiddleware(allow_origins=ORIGINS, allow_credentials=ORIGINS))  # OK: permissive-cors
quart_app = cors(Quart(__name__), allow_origin="*")  # BAD: permissive-cors


@app.get("/me")
@cross_origin(origins="*", supports_credentials=True)  # BAD: permissive-cors
def me():
    return jsonify(name="x")


@admin.get("/profile")
def profile():
    resp = jsonify(name="x")
    resp.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "")  # BAD: permissive-cors
    resp.headers["Access-Control-Allow-Credentials"] = "true"
    return resp


@admin.get("/account")
def account():
    resp = jsonify(name="x")
    origin = request.headers.get("Origin", "")
    if origin.endswith("example.com"):  # BAD: incomplete-url-check
        resp.headers["Access-Control-Allow-Origin"] = origin  # BAD: permissive-cors
        resp.headers["Access-Control-Allow-Credentials"] = "true"
    return resp


@admin.get("/orders")
def orders():
    resp = jsonify(orders=[])
    origin = request.headers.get("Origin", "")
    if origin in ORIGINS:
        resp.headers["Access-Control-Allow-Origin"] = origin  # OK: permissive-cors
        resp.headers["Access-Control-Allow-Credentials"] = "true"
        resp.headers["Vary"] = "Origin"
    return resp


@admin.after_request
def null_origin(resp):
    if request.headers.get("Origin") == "null":
        resp.headers["Access-Control-Allow-Origin"] = "null"  # BAD: permissive-cors
        resp.headers["Access-Control-Allow-Credentials"] = "true"
    return resp


def django_data(request):
    response = JsonResponse({"secret": 1})
    response["Access-Control-Allow-Origin"] = request.META.get("HTTP_ORIGIN", "*")  # BAD: permissive-cors
    response["Access-Control-Allow-Credentials"] = "true"
    return response


def django_listed(request):
    response = JsonResponse({"data": 1})
    response["Access-Control-Allow-Origin"] = "https://app.example.com"  # OK: permissive-cors
    return response


class Base(RequestHandler):
    def set_default_headers(self):
        self.set_header("Access-Control-Allow-Origin", "*")  # BAD: permissive-cors


@bottle.hook("after_request")
def open_up():
    bottle.response.headers["Access-Control-Allow-Origin"] = "*"  # BAD: permissive-cors


async def aio_data(request):
    origin = request.headers["Origin"]
    headers = {"Access-Control-Allow-Credentials": "true"}
    if re.search(r"example\.com", origin):  # BAD: incomplete-url-check
        headers["Access-Control-Allow-Origin"] = origin  # BAD: permissive-cors
    return web.json_response({"data": 1}, headers=headers)


async def aio_checked(request):
    origin = request.headers["Origin"]
    headers = {}
    if urlsplit(origin).hostname == "app.example.com" and origin.startswith("https://"):
        headers["Access-Control-Allow-Origin"] = origin  # OK: permissive-cors
    return web.json_response({"data": 1}, headers=headers)


def aio_setup(application):
    options = aiohttp_cors.ResourceOptions(allow_credentials=True, expose_headers="*", allow_headers="*")
    return aiohttp_cors.setup(application, defaults={"*": options})  # BAD: permissive-cors
