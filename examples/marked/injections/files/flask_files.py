import os
import pathlib
import re
import shutil
from pathlib import Path

from flask import Flask, abort, render_template, request, send_file, send_from_directory
from werkzeug.security import safe_join
from werkzeug.utils import secure_filename

app = Flask(__name__)
ROOT = Path("/srv/files").resolve()
BASE = "/srv/files"
DOCS = {"terms": "terms.pdf", "help": "help.pdf"}


@app.get("/file")
def read_file():
    return open(os.path.join(BASE, request.args["name"])).read()  # BAD: path-traversal


@app.get("/file/replace")
def read_replace():
    name = request.args["name"].replace("../", "")
    return open(BASE + "/" + name).read()  # BAD: path-traversal


@app.get("/file/basename")
def read_basename():
    name = os.path.basename(request.args["name"])
    return open(os.path.join(BASE, "public", name)).read()  # OK: path-traversal


@app.get("/file/prefix")
def read_prefix():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if not path.startswith(BASE):
        abort(403)
    return open(path).read()  # BAD: path-traversal


@app.get("/file/prefix-sep")
def read_prefix_sep():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if not path.startswith(BASE + os.sep):
        abort(403)
    return open(path).read()  # OK: path-traversal


@app.get("/file/prefix-raw")
def read_prefix_raw():
    path = os.path.join(BASE, request.args["name"])
    if not path.startswith(BASE + os.sep):
        abort(403)
    return open(path).read()  # BAD: path-traversal


@app.get("/file/common")
def read_common():
    path = os.path.abspath(os.path.join(BASE, request.args["name"]))
    if os.path.commonpath([BASE, path]) != BASE:
        abort(403)
    return send_file(path)  # OK: path-traversal


@app.get("/file/commonprefix")
def read_commonprefix():
    path = os.path.abspath(os.path.join(BASE, request.args["name"]))
    if os.path.commonprefix([BASE, path]) != BASE:
        abort(403)
    return send_file(path)  # BAD: path-traversal


@app.get("/file/relative")
def read_relative():
    target = (ROOT / request.args["name"]).resolve()
    if not target.is_relative_to(ROOT):
        abort(403)
    return target.read_text()  # OK: path-traversal


@app.get("/file/relative-raw")
def read_relative_raw():
    target = ROOT / request.args["name"]
    if not target.is_relative_to(ROOT):
        abort(403)
    return target.read_text()  # BAD: path-traversal


@app.get("/send/<path:name>")
def send(name):
    return send_file("/srv/files/" + name)  # BAD: path-traversal


@app.get("/dir/<path:name>")
def send_dir(name):
    return send_from_directory(BASE, name)  # OK: path-traversal


@app.get("/dir2")
def send_user_dir():
    return send_from_directory(request.args["dir"], "index.html")  # BAD: path-traversal


@app.get("/joined")
def joined():
    path = safe_join(BASE, request.args["p"])
    if path is None:
        abort(404)
    return send_file(path)  # OK: path-traversal


@app.post("/upload")
def upload():
    f = request.files["f"]
    f.save(os.path.join(BASE, f.filename))  # BAD: path-traversal
    return "ok"


@app.post("/upload/named")
def upload_named():
    f = request.files["f"]
    f.save(os.path.join(BASE, secure_filename(f.filename)))  # OK: path-traversal
    return "ok"


@app.post("/delete")
def delete():
    os.remove("%s/%s.txt" % (BASE, request.form["id"]))  # BAD: path-traversal
    return "ok"


@app.post("/rmtree")
def rmtree():
    shutil.rmtree(ROOT.joinpath(request.json["folder"]))  # BAD: path-traversal
    return "ok"


@app.post("/move")
def move():
    shutil.move("/srv/incoming/a.bin", f"{BASE}/{request.headers['X-Dest']}")  # BAD: path-traversal
    return "ok"


@app.get("/doc")
def doc():
    return send_file(os.path.join(BASE, DOCS[request.args["d"]]))  # OK: path-traversal


@app.get("/user/<uuid:uid>")
def by_uuid(uid):
    return Path(f"/srv/users/{uid}.json").read_text()  # OK: path-traversal


@app.get("/list")
def listing():
    return {"names": os.listdir(pathlib.PurePath(BASE) / request.args.get("sub", ""))}  # BAD: path-traversal


@app.get("/ext")
def by_ext():
    name = request.args["name"]
    if not re.search(r"\.txt$", name):
        abort(400)
    return Path(BASE, name).read_bytes()  # BAD: path-traversal


@app.get("/glob")
def glob():
    return {"n": [str(p) for p in ROOT.glob(request.args["g"])]}  # BAD: path-traversal
