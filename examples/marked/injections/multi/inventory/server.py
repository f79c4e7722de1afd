import os
import tempfile

import jwt
from aiohttp import web
from lxml import etree

from . import DEFAULT_ORDER, execute, lookup, settings
from .db import count
from .settings import EDITABLE, HOOK, JWT_OPTIONS, SPOOL_MODE, TMP_FILE, XML_OPTIONS

routes = web.RouteTableDef()


class Item:
    def __init__(self, **attrs):
        self.name = ""
        self.color = ""
        self.approved = False
        self.__dict__.update(attrs)


@routes.get("/parts")
async def parts(request):
    rows = execute("SELECT * FROM inv_part WHERE name LIKE '%" + request.query["q"] + "%'")
    more = lookup("part", request.query.get("order", DEFAULT_ORDER))
    return web.json_response({"rows": rows, "more": more, "n": count(request.query["kind"])})


@routes.post("/notify")
async def notify(request):
    form = await request.post()
    os.system(HOOK)  # OK: os-command-injection
    os.system(" ".join([settings.HOOK, form["subject"]]))  # BAD: os-command-injection
    return web.Response()


@routes.post("/import")
async def import_xml(request):
    body = await request.read()
    root = etree.fromstring(body, parser=etree.XMLParser(**XML_OPTIONS))  # BAD: xml-external-entities, xml-bomb
    return web.Response(text=root.tag)


@routes.post("/export")
async def export(request):
    with open(TMP_FILE, "w") as fh:  # BAD: insecure-temporary-file
        fh.write("name,color\n")
    with tempfile.NamedTemporaryFile(prefix="inventory-") as fh:  # OK: insecure-temporary-file
        fh.write(b"name,color\n")
    os.chmod("/var/spool/inventory", SPOOL_MODE)  # BAD: permissive-file-mode
    return web.Response()


@routes.get("/whoami")
async def whoami(request):
    token = request.cookies["token"]
    claims = jwt.decode(token, options=JWT_OPTIONS)  # BAD: jwt-unverified
    return web.json_response({"sub": claims["sub"]})


@routes.post("/items")
async def items(request):
    item = Item(**await request.json())  # BAD: mass-assignment
    return web.json_response({"approved": item.approved})


@routes.patch("/items")
async def patch_items(request):
    changes = await request.json()
    item = Item(**{k: v for k, v in changes.items() if k in EDITABLE})  # OK: mass-assignment
    return web.json_response({"name": item.name})
