import csv
import io
import os
import shutil
from pathlib import Path

import aiofiles
import bottle
import cherrypy
import numpy as np
import pandas as pd
import tornado.web
from aiohttp import web
from cherrypy.lib.static import serve_file
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, HttpResponse
from fastapi import FastAPI, File, HTTPException, UploadFile
from fastapi.responses import FileResponse as StarletteFileResponse
from PIL import Image
from pyramid.response import FileResponse as PyramidFileResponse
from sanic import Sanic
from sanic.response import file as sanic_file

api = FastAPI()
sanic_app = Sanic("files")
MEDIA = Path("/srv/media")


@api.post("/upload")
async def upload(file: UploadFile = File(...)):
    async with aiofiles.open(f"/srv/media/{file.filename}", "wb") as out:  # BAD: path-traversal
        await out.write(await file.read())


@api.post("/upload/name")
async def upload_name(file: UploadFile):
    with (MEDIA / Path(file.filename).name).open("wb") as out:  # OK: path-traversal
        shutil.copyfileobj(file.file, out)


@api.get("/media/{name:path}")
async def media(name: str):
    return StarletteFileResponse(MEDIA / name)  # BAD: path-traversal


@api.get("/thumb")
def thumb(img: str, size: int = 64):
    im = Image.open("/srv/media/" + img)  # BAD: path-traversal
    buf = io.BytesIO()
    im.resize((size, size)).save(buf, "PNG")
    return buf.getvalue()


@api.get("/csv")
def read_csv(name: str):
    return pd.read_csv(os.path.join("/srv/media", name + ".csv")).to_dict()  # BAD: path-traversal


@api.get("/npy")
def read_npy(name: str):
    if ".." in name or name.startswith("/"):
        raise HTTPException(400)
    return np.load(f"/srv/media/{name}.npy").tolist()  # OK: path-traversal


@sanic_app.get("/s/<name:path>")
async def sanic_static(request, name):
    return await sanic_file("/srv/media/" + name)  # BAD: path-traversal


@bottle.route("/b/<name:path>")
def bottle_static(name):
    return bottle.static_file(name, root="/srv/media")  # OK: path-traversal


@bottle.route("/b2")
def bottle_root():
    return bottle.static_file("index.html", root="/srv/" + bottle.request.query.site)  # BAD: path-traversal


class CherryFiles:
    @cherrypy.expose
    def get(self, name):
        return serve_file(os.path.join("/srv/media", name))  # BAD: path-traversal


class TornadoFiles(tornado.web.RequestHandler):
    def get(self, *parts):
        with open("/".join(["/srv/media", *parts]), "rb") as fh:  # BAD: path-traversal
            self.write(fh.read())

    def post(self):
        info = self.request.files["file"][0]
        Path("/srv/media").joinpath(info["filename"]).write_bytes(info["body"])  # BAD: path-traversal


async def aio_file(request):
    return web.FileResponse("/srv/media/" + request.match_info["name"])  # BAD: path-traversal


async def aio_upload(request):
    reader = await request.multipart()
    part = await reader.next()
    with open(os.path.join("/srv/media", part.filename), "wb") as fh:  # BAD: path-traversal
        while chunk := await part.read_chunk():
            fh.write(chunk)
    return web.Response()


def dj_download(request):
    return FileResponse(open("/srv/media/" + request.GET["f"], "rb"))  # BAD: path-traversal


def dj_storage(request):
    f = request.FILES["f"]
    name = FileSystemStorage("/srv/media").save(f.name, f)  # OK: path-traversal
    return HttpResponse(name)


def dj_field(request):
    dest = os.path.join("/srv/media", request.POST["name"])
    with open(dest, "wb+") as out:  # BAD: path-traversal
        for chunk in request.FILES["f"].chunks():
            out.write(chunk)
    return HttpResponse("ok")


def dj_rename(request):
    old, new = request.POST["old"], request.POST["new"]
    os.rename(f"/srv/media/{old}", f"/srv/media/{new}")  # BAD: path-traversal
    return HttpResponse("ok")


def pyr_file(request):
    return PyramidFileResponse("/srv/media/" + "/".join(request.matchdict["path"]), request=request)  # BAD: path-traversal
