"""Checks on incoming web hooks and API keys."""
import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.http import HttpResponse, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST
from fastapi import FastAPI, Header, HTTPException, Request
from flask import Flask, abort, request

flask_app = Flask(__name__)
api = FastAPI()
HOOK_SECRET = flask_app.config.get("HOOK_SECRET", "").encode()


@flask_app.post("/hooks/git")
def git_hook():
    expected = "sha256=" + hmac.new(HOOK_SECRET, request.data, hashlib.sha256).hexdigest()
    if request.headers.get("X-Hub-Signature-256") != expected:  # BAD: timing-unsafe-comparison
        abort(403)
    return "", 204


@flask_app.post("/hooks/pay")
def pay_hook():
    given = base64.b64decode(request.headers["X-Pay-Signature"])
    mac = hmac.HMAC(HOOK_SECRET, request.get_data(), "sha512")
    if mac.digest() == given:  # BAD: timing-unsafe-comparison
        return "", 204
    abort(403)


@flask_app.get("/internal/stats")
def stats():
    api_key = request.headers.get("X-Api-Key", "")
    if api_key != flask_app.config["API_KEY"]:  # BAD: timing-unsafe-comparison
        abort(401)
    return {"ok": True}


@flask_app.post("/hooks/chat")
def chat_hook():
    mac = hmac.new(HOOK_SECRET, request.data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mac, request.headers.get("X-Chat-Signature", "")):  # OK: timing-unsafe-comparison
        abort(403)
    return "", 204


@require_POST
def crm_hook(request):
    signature = request.META.get("HTTP_X_CRM_SIGNATURE", "")
    computed = hmac.digest(settings.CRM_SECRET, request.body, "sha256").hex()
    if not signature == computed:  # BAD: timing-unsafe-comparison
        return HttpResponseForbidden()
    return HttpResponse(status=204)


@require_POST
def erp_hook(request):
    signature = request.headers.get("X-Erp-Signature", "")
    computed = hmac.digest(settings.ERP_SECRET, request.body, "sha256").hex()
    if not constant_time_compare(signature, computed):  # OK: timing-unsafe-comparison
        return HttpResponseForbidden()
    return HttpResponse(status=204)


@api.post("/v1/events")
async def events(request: Request, x_signature: str = Header()):
    body = await request.body()
    wanted = hmac.new(HOOK_SECRET, body, hashlib.sha384).hexdigest()
    if x_signature.lower() == wanted.lower():  # BAD: timing-unsafe-comparison
        return {"accepted": True}
    raise HTTPException(status_code=403)


@api.get("/v1/status")
async def status(x_admin_token: str = Header()):
    if x_admin_token == settings.ADMIN_TOKEN:  # BAD: timing-unsafe-comparison
        return {"workers": 4}
    raise HTTPException(status_code=403)


@api.get("/v1/health")
async def health(x_admin_token: str = Header(default="")):
    if not x_admin_token or len(x_admin_token) != 64:  # OK: timing-unsafe-comparison
        raise HTTPException(status_code=403)
    if not secrets.compare_digest(x_admin_token, settings.ADMIN_TOKEN):  # OK: timing-unsafe-comparison
        raise HTTPException(status_code=403)
    return {"healthy": True}


class LinkSigner:
    def __init__(self, key: bytes):
        self.key = key

    def sign(self, path: str) -> str:
        return hmac.new(self.key, path.encode(), hashlib.sha256).hexdigest()

    def check(self, path: str, signature: str) -> bool:
        return self.sign(path) == signature  # BAD: timing-unsafe-comparison


@flask_app.get("/download/<path:name>")
def download(name):
    if not LinkSigner(HOOK_SECRET).check(name, request.args.get("sig", "")):
        abort(403)
    return {"granted": True}


@flask_app.get("/report")
def report():
    body = b"[]"
    etag = hashlib.sha256(body).hexdigest()
    if request.headers.get("If-None-Match") == etag:  # OK: timing-unsafe-comparison
        return "", 304
    return {"rows": []}, 200, {"ETag": etag}
