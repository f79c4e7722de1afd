import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import py7zr
import rarfile
from fastapi import FastAPI, HTTPException, UploadFile
from flask import Flask, abort, request

app = Flask(__name__)
api = FastAPI()
DEST = "/srv/packages"


def inside(base, target):
    base = os.path.realpath(base)
    return os.path.commonpath([base, os.path.realpath(target)]) == base


@app.post("/tar")
def tar_upload():
    with tarfile.open(fileobj=request.files["f"].stream) as tf:
        tf.extractall(DEST)  # BAD: archive-traversal
    return "ok"


@app.post("/tar/filter")
def tar_filter():
    with tarfile.open(fileobj=request.files["f"].stream) as tf:
        tf.extractall(DEST, filter="data")  # OK: archive-traversal
    return "ok"


@app.post("/tar/trusted-filter")
def tar_fully():
    with tarfile.open(fileobj=request.files["f"].stream, mode="r:gz") as tf:
        tf.extractall(path=DEST, filter="fully_trusted")  # BAD: archive-traversal
    return "ok"


@app.post("/tar/members")
def tar_members():
    tf = tarfile.open(fileobj=io.BytesIO(request.get_data()))
    for member in tf.getmembers():
        if member.name.endswith(".txt"):
            tf.extract(member, DEST)  # BAD: archive-traversal
    return "ok"


@app.post("/tar/checked")
def tar_checked():
    tf = tarfile.open(fileobj=io.BytesIO(request.get_data()))
    for member in tf.getmembers():
        if not member.isfile() or not inside(DEST, os.path.join(DEST, member.name)):
            abort(400)
        tf.extract(member, DEST)  # OK: archive-traversal
    return "ok"


@app.post("/tar/prefix")
def tar_prefix():
    tf = tarfile.open(fileobj=io.BytesIO(request.get_data()))
    names = [m for m in tf.getmembers() if not m.name.startswith("/")]
    tf.extractall(DEST, members=names)  # BAD: archive-traversal
    return "ok"


@app.post("/tar/attr")
def tar_attr():
    tf = tarfile.TarFile.open(fileobj=request.files["f"].stream)
    tf.extraction_filter = tarfile.data_filter
    tf.extractall(DEST)  # OK: archive-traversal
    return "ok"


@app.post("/zip")
def zip_upload():
    with zipfile.ZipFile(request.files["f"].stream) as zf:
        for name in zf.namelist():
            with open(os.path.join(DEST, name), "wb") as out:  # BAD: archive-traversal
                out.write(zf.read(name))
    return "ok"


@app.post("/zip/info")
def zip_info():
    zf = zipfile.ZipFile(io.BytesIO(request.data))
    for info in zf.infolist():
        target = Path(DEST) / info.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with zf.open(info) as src, target.open("wb") as dst:  # BAD: archive-traversal
            shutil.copyfileobj(src, dst, 1 << 16)
    return "ok"


@app.post("/zip/base")
def zip_base():
    zf = zipfile.ZipFile(io.BytesIO(request.data))
    for info in zf.infolist():
        if info.is_dir():
            continue
        with open(os.path.join(DEST, os.path.basename(info.filename)), "wb") as out:  # OK: archive-traversal
            out.write(zf.read(info))
    return "ok"


@app.post("/zip/extractall")
def zip_extractall():
    with zipfile.ZipFile(request.files["f"].stream) as zf:
        zf.extractall(DEST)  # OK: archive-traversal
    return "ok"


@api.post("/unpack")
async def unpack(file: UploadFile):
    tmp = "/srv/incoming/current.tar"
    with open(tmp, "wb") as out:
        out.write(await file.read())
    shutil.unpack_archive(tmp, DEST)  # BAD: archive-traversal


@api.post("/unpack/filter")
async def unpack_filter(file: UploadFile):
    tmp = "/srv/incoming/current.tar"
    with open(tmp, "wb") as out:
        out.write(await file.read())
    shutil.unpack_archive(tmp, DEST, filter="data")  # OK: archive-traversal


@api.post("/names")
async def names(file: UploadFile):
    tf = tarfile.open(fileobj=file.file)
    for m in tf:
        data = tf.extractfile(m)
        if data is not None:
            with open(DEST + "/" + m.name, "wb") as out:  # BAD: archive-traversal
                out.write(data.read(10_000))


@api.post("/names/dots")
async def names_dots(file: UploadFile):
    tf = tarfile.open(fileobj=file.file)
    for m in tf:
        path = os.path.join(DEST, m.name.replace("../", ""))
        data = tf.extractfile(m)
        if data is not None:
            with open(path, "wb") as out:  # BAD: archive-traversal
                out.write(data.read(10_000))


@api.post("/prefix")
async def startswith_only(file: UploadFile):
    zf = zipfile.ZipFile(file.file)
    for name in zf.namelist():
        path = os.path.abspath(os.path.join(DEST, name))
        if not path.startswith(DEST):
            raise HTTPException(400)
        Path(path).write_bytes(zf.read(name))  # BAD: archive-traversal
