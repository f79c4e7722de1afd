import html
import logging

from aiohttp import web

from ..mysql import Archive
from ..store import CustomerStore

routes = web.RouteTableDef()
log = logging.getLogger(__name__)
FIELDS = {"name", "city", "phone"}


def _store(request):
    return CustomerStore(request.app["pg"])


def require(role):
    def wrap(handler):
        async def inner(request):
            if request["user"]["role"] != role:
                raise web.HTTPForbidden()
            return await handler(request)

        return inner

    return wrap


@routes.get("/customers")
async def listing(request):
    rows = await _store(request).listing(request.query.get("order"))
    return web.json_response([dict(r) for r in rows])


@routes.get("/customers/city/{city}")
async def city(request):
    rows = await _store(request).in_city(request.match_info["city"], request.query.get("order", "name"))
    return web.json_response([dict(r) for r in rows])


@routes.patch("/customers/{id:\\d+}")
@require("admin")
async def patch(request):
    changes = await request.json()
    await _store(request).patch(int(request.match_info["id"]), changes)
    return web.json_response({"ok": True})


@routes.post("/customers/{id:\\d+}/touch")
async def touch(request):
    await _store(request).touch(request.match_info["id"])
    log.info("touched %s", int(request.match_info["id"]))  # OK: log-injection
    return web.json_response({"ok": True})


@routes.get("/customers/{id:\\d+}/card")
async def card(request):
    row = await _store(request).by_id(int(request.match_info["id"]))
    body = f"<h1>{html.escape(row['name'])}</h1><p>{html.escape(row['city'])}</p>"
    return web.Response(text=body, content_type="text/html")  # OK: cross-site-scripting


@routes.get("/customers/{id:\\d+}/memo")
async def memo(request):
    row = await _store(request).by_id(int(request.match_info["id"]))
    title = request.query.get("title", "Memo")
    return web.Response(text=f"<h1>{title}</h1><p>{html.escape(row['memo'])}</p>", content_type="text/html")  # BAD: cross-site-scripting


@routes.get("/customers/messages")
async def messages(request):
    archive = Archive(request.app["my"])
    phrase = request.query.get("q", "")
    log.info("archive search for " + phrase)  # BAD: log-injection
    found = await archive.contains(phrase)
    ids = [int(i) for i in request.query.getall("id", [])]
    return web.json_response({"found": found, "picked": await archive.many(ids) if ids else []})


@routes.delete("/customers/{id:\\d+}")
@require("admin")
async def remove(request):
    async with request.app["pg"].acquire() as conn:
        await conn.execute("DELETE FROM customers WHERE id = $1", int(request.match_info["id"]))
    return web.Response(status=204)


@routes.delete("/customers/{id:\\d+}/notes")
async def clear_notes(request):  # BAD: missing-authorization
    async with request.app["pg"].acquire() as conn:
        await conn.execute("DELETE FROM notes WHERE customer_id = $1", int(request.match_info["id"]))
    return web.Response(status=204)
