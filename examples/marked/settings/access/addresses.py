import ipaddress
from functools import wraps

import falcon
import tornado.httpserver
import uvicorn
from aiohttp import web
from django.core.cache import cache
from django.http import HttpResponseForbidden, JsonResponse
from fastapi import FastAPI, Header, HTTPException, Request
from flask import Flask, abort, request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

app = Flask(__name__)
api = FastAPI()
OFFICE = ipaddress.ip_network("10.1.0.0/16")
ADMIN_ADDRESSES = {"10.1.2.3", "127.0.0.1"}
TRUSTED_PROXIES = {"192.0.2.10"}


@app.get("/admin")
def admin():
    if request.headers.get("X-Forwarded-For", request.remote_addr) not in ADMIN_ADDRESSES:  # BAD: client-address-trusted
        abort(403)
    return {"admin": True}


@app.get("/admin/direct")
def admin_direct():
    if request.remote_addr not in ADMIN_ADDRESSES:  # OK: client-address-trusted
        abort(403)
    return {"admin": True}


@app.get("/admin/proxied")
def admin_proxied():
    address = request.remote_addr
    if address in TRUSTED_PROXIES:
        address = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    if address not in ADMIN_ADDRESSES:  # OK: client-address-trusted
        abort(403)
    return {"admin": True}


@app.get("/route")
def route():
    if request.access_route[0] == "127.0.0.1":  # BAD: client-address-trusted
        return {"debug": app.config.get("BUILD")}
    abort(404)


def office_only(view):
    @wraps(view)
    def inner(*args, **kwargs):
        address = ipaddress.ip_address(request.headers["X-Real-IP"])
        if address not in OFFICE:  # BAD: client-address-trusted
            abort(403)
        return view(*args, **kwargs)

    return inner


@app.get("/office")
@office_only
def office():
    return {"office": True}


def client_ip(request):
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return forwarded.split(",")[0] if forwarded else request.META["REMOTE_ADDR"]


def login(request):
    key = "login:" + client_ip(request)
    if cache.get(key, 0) > 5:  # BAD: client-address-trusted
        return HttpResponseForbidden()
    cache.set(key, cache.get(key, 0) + 1, 60)
    return JsonResponse({"ok": True})


def metrics(request):
    if not client_ip(request).startswith("10."):  # BAD: client-address-trusted
        return HttpResponseForbidden()
    return JsonResponse({"requests": 1})


def metrics_direct(request):
    if not request.META["REMOTE_ADDR"].startswith("10."):  # OK: client-address-trusted
        return HttpResponseForbidden()
    return JsonResponse({"requests": 1})


@api.get("/internal")
async def internal(x_forwarded_for: str = Header(default="")):
    if x_forwarded_for.split(",")[0].strip() in ADMIN_ADDRESSES:  # BAD: client-address-trusted
        return {"internal": True}
    raise HTTPException(403)


@api.get("/internal/cdn")
async def internal_cdn(request: Request):
    match request.headers.get("true-client-ip"):  # BAD: client-address-trusted
        case "10.1.2.3":
            return {"internal": True}
    raise HTTPException(403)


@api.get("/internal/peer")
async def internal_peer(request: Request):
    if request.client.host in ADMIN_ADDRESSES:  # OK: client-address-trusted
        return {"internal": True}
    raise HTTPException(403)


@api.get("/whoami")
async def whoami(x_forwarded_for: str = Header(default="")):
    return {"forwarded_for": x_forwarded_for.split(",")}  # OK: client-address-trusted


async def aio_admin(request: web.Request) -> web.Response:
    if request.headers.get("X-Client-IP") != "127.0.0.1":  # BAD: client-address-trusted
        raise web.HTTPForbidden()
    return web.json_response({"admin": True})


class FalconAdmin:
    def on_get(self, req, resp):
        if req.access_route[0] not in ADMIN_ADDRESSES:  # BAD: client-address-trusted
            raise falcon.HTTPForbidden()
        resp.media = {"admin": True}

    def on_head(self, req, resp):
        if req.remote_addr not in ADMIN_ADDRESSES:  # OK: client-address-trusted
            raise falcon.HTTPForbidden()
        resp.media = {}


def serve():
    uvicorn.run("access:api", proxy_headers=True, forwarded_allow_ips="*")  # BAD: client-address-trusted


def serve_behind_proxy():
    uvicorn.run("access:api", proxy_headers=True, forwarded_allow_ips="192.0.2.10")  # OK: client-address-trusted


wrapped = ProxyHeadersMiddleware(api, trusted_hosts="*")  # BAD: client-address-trusted


def tornado_site(application):
    return tornado.httpserver.HTTPServer(application, xheaders=True)  # BAD: client-address-trusted
