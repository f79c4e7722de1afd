import os
import re
import tarfile
import uuid

from aiohttp import web

routes = web.RouteTableDef()
SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}\.(png|jpg|pdf)")


@routes.post("/files")
async def upload(request):
    reader = await request.multipart()
    part = await reader.next()
    name = uuid.uuid4().hex + ".bin"
    with open(os.path.join(request.app["cfg"].upload_dir, name), "wb") as fh:  # OK: path-traversal
        while chunk := await part.read_chunk():
            fh.write(chunk)
    return web.json_response({"name": name})


@routes.post("/files/named")
async def upload_named(request):
    reader = await request.multipart()
    part = await reader.next()
    target = os.path.join(request.app["cfg"].upload_dir, part.filename)
    with open(target, "wb") as fh:  # BAD: path-traversal
        while chunk := await part.read_chunk():
            fh.write(chunk)
    return web.json_response({"name": part.filename})


@routes.get("/files/get")
async def get(request):
    name = request.query["name"]
    if name.startswith("/") or name.startswith(".."):
        raise web.HTTPForbidden()
    return web.FileResponse(os.path.join(request.app["cfg"].upload_dir, name))  # BAD: path-traversal


@routes.get("/files/safe")
async def get_safe(request):
    name = request.query["name"]
    if not SAFE.fullmatch(name):
        raise web.HTTPNotFound()
    return web.FileResponse(os.path.join(request.app["cfg"].upload_dir, name))  # OK: path-traversal


@routes.post("/files/unpack")
async def unpack(request):
    name = request.query["name"]
    if not re.fullmatch(r"[0-9a-f]{32}\.bin", name):
        raise web.HTTPNotFound()
    base = request.app["cfg"].upload_dir
    with tarfile.open(os.path.join(base, name)) as tar:
        for member in tar.getmembers():
            if member.name.endswith(".csv"):
                tar.extract(member, base)  # BAD: archive-traversal
    return web.json_response({"ok": True})


@routes.get("/files/header")
async def header(request):
    name = request.query.get("as", "download")
    response = web.Response(body=b"")
    response.headers["X-Name"] = re.sub(r"[^\w.-]", "", name)  # OK: header-injection
    return response
