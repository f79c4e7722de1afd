import hmac
import logging
from urllib.parse import urlparse

from aiohttp import web

from ..tokens import guest_token, issue, password_digest, pin_digest

routes = web.RouteTableDef()
log = logging.getLogger(__name__)


@routes.post("/session")
async def create(request):
    data = await request.post()
    async with request.app["pg"].acquire() as conn:
        row = await conn.fetchrow("SELECT id, role, salt, digest, pin FROM agents WHERE email = $1", data.get("email", ""))
    if row is None:
        raise web.HTTPForbidden()
    if data.get("pin"):
        ok = hmac.compare_digest(row["pin"], pin_digest(data["pin"]))
    else:
        ok = hmac.compare_digest(row["digest"], password_digest(data["password"], row["salt"]))
    if not ok:
        log.warning("bad login for %s with %s", row["id"], data.get("password"))  # BAD: sensitive-data-in-log
        raise web.HTTPForbidden()
    token = issue(row["id"], row["role"], request.app["cfg"].token_key)
    response = web.json_response({"token": token})
    response.set_cookie("session", token, httponly=True, samesite="Lax")  # BAD: insecure-cookie
    return response


@routes.get("/session/next")
async def follow(request):
    target = request.query.get("to", "/")
    if urlparse(target).netloc.endswith("livedesk.example"):  # BAD: incomplete-url-check
        raise web.HTTPFound(target)  # BAD: open-redirect
    raise web.HTTPFound("/")


@routes.get("/session/lang")
async def lang(request):
    response = web.Response(text="ok")
    value = "de" if request.query.get("l") == "de" else "en"
    response.set_cookie("lang", value, secure=True, httponly=True, samesite="Strict")  # OK: insecure-cookie
    return response


@routes.post("/session/guest")
async def guest(request):
    return web.json_response({"guest": guest_token()})
