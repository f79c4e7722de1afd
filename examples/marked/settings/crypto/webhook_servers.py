import base64
import hashlib
import hmac
import os

import bottle
import falcon
from aiohttp import web
from nacl.bindings import sodium_memcmp
from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.hmac import HMAC
from sanic import Sanic
from sanic.response import empty
from tornado.web import HTTPError, RequestHandler

SECRET = os.environ["WEBHOOK_SECRET"].encode()
sanic_app = Sanic("hooks")


def signature_of(body: bytes) -> bytes:
    return hmac.new(SECRET, body, hashlib.sha256).digest()


class Hook(RequestHandler):
    def post(self):
        given = self.request.headers.get("X-Signature", "")
        if base64.b64encode(signature_of(self.request.body)).decode() != given:  # BAD: timing-unsafe-comparison
            raise HTTPError(403)

    def put(self):
        given = base64.b64decode(self.request.headers.get("X-Signature", ""))
        if not constant_time.bytes_eq(signature_of(self.request.body), given):  # OK: timing-unsafe-comparison
            raise HTTPError(403)


async def hook(request: web.Request) -> web.Response:
    body = await request.read()
    algorithm, _, given = request.headers["X-Signature"].partition("=")
    digests = {"sha256": signature_of(body).hex()}
    if algorithm == "sha256" and digests[algorithm] == given:  # BAD: timing-unsafe-comparison
        return web.Response(status=204)
    raise web.HTTPForbidden()


async def hook_verified(request: web.Request) -> web.Response:
    h = HMAC(SECRET, hashes.SHA256())
    h.update(await request.read())
    h.verify(bytes.fromhex(request.headers["X-Signature"]))  # OK: timing-unsafe-comparison
    return web.Response(status=204)


@sanic_app.post("/hook")
async def sanic_hook(request):
    if signature_of(request.body).hex() not in request.headers.getall("x-signature"):  # BAD: timing-unsafe-comparison
        return empty(403)
    return empty()


class FalconHook:
    def on_post(self, req, resp):
        wanted = signature_of(req.bounded_stream.read())
        if not sodium_memcmp(wanted, bytes.fromhex(req.get_header("X-Signature", required=True))):  # OK: timing-unsafe-comparison
            raise falcon.HTTPForbidden()


@bottle.post("/hook")
def bottle_hook():
    token = bottle.request.get_header("X-Token")
    if token != os.environ["HOOK_TOKEN"]:  # BAD: timing-unsafe-comparison
        bottle.abort(403)
    return ""
