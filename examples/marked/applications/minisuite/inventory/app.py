import os
import pickle
import subprocess

from bottle import Bottle, HTTPResponse, SimpleTemplate, abort, redirect, request, response, run, static_file, template

from common.crypto import invite_code, session_id
from common.html import clean, drop_tags, wrap

from . import db

app = Bottle()
COOKIE_SECRET = "inv-cookie-7781-xk"  # BAD: hardcoded-credential
PHOTO_DIR = "/srv/inventory/photos"
ROW = SimpleTemplate("<li>{{name}} ({{room}})</li>")
SESSIONS = {}


def need_user(func):
    def inner(*args, **kwargs):
        if request.get_cookie("sid", secret=COOKIE_SECRET) not in SESSIONS:
            abort(401, "sign in")
        return func(*args, **kwargs)

    return inner


@app.get("/")
def index():
    rows = db.items_sorted(request.query.get("sort", "name"))
    return wrap("Inventory", "".join(ROW.render(**r) for r in rows))  # OK: cross-site-scripting


@app.get("/find")
def find():
    text = request.query.get("q", "")
    rows = db.items_like(text)
    return wrap("Results", "<h2>%s</h2>%d found" % (drop_tags(text), len(rows)))  # BAD: cross-site-scripting


@app.get("/room/<room>")
def room(room):
    items = db.items_in(room)
    return wrap(room, "<h2>" + clean(room) + "</h2>%d items" % len(items))  # OK: cross-site-scripting


@app.post("/items")
@need_user
def add():
    db.save_item(dict(request.forms))
    redirect("/")


@app.delete("/items/<item_id:int>")
def drop(item_id):  # BAD: missing-authentication
    with db.cursor() as cur:
        cur.execute("DELETE FROM items WHERE id = ?", (item_id,))
    return {"ok": True}


@app.post("/photo")
@need_user
def photo():
    upload = request.files.get("photo")
    upload.save(os.path.join(PHOTO_DIR, upload.raw_filename), overwrite=True)  # BAD: path-traversal
    return {"ok": True}


@app.post("/photo2")
@need_user
def photo2():
    upload = request.files.get("photo")
    upload.save(os.path.join(PHOTO_DIR, upload.filename), overwrite=True)  # OK: path-traversal
    return {"ok": True}


@app.get("/photos/<name>")
def get_photo(name):
    return static_file(name, root=PHOTO_DIR)  # OK: path-traversal


@app.get("/raw")
@need_user
def raw():
    with open(PHOTO_DIR + "/" + request.query["name"], "rb") as fh:  # BAD: path-traversal
        body = fh.read()
    return HTTPResponse(body, headers={"Content-Type": "application/octet-stream"})


@app.get("/card")
@need_user
def card():
    return template(request.query.get("layout", "<p>{{name}}</p>"), name="Item")  # BAD: template-injection


@app.get("/label")
@need_user
def label():
    page = template("<p class='label'>{{!text}}</p>", text=request.query.get("text", ""))  # BAD: cross-site-scripting
    return page


@app.get("/basket")
def basket():
    raw_value = request.get_cookie("basket") or ""
    items = pickle.loads(bytes.fromhex(raw_value))  # BAD: unsafe-deserialization
    return {"n": len(items)}


@app.post("/login")
def login():
    sid = session_id()
    if request.forms.get("code") in db_codes():
        SESSIONS[sid] = True
        response.set_cookie("sid", sid, secret=COOKIE_SECRET, path="/", httponly=True, samesite="lax")  # BAD: insecure-cookie
        redirect("/")
    abort(403, "wrong code")


def db_codes():
    with db.cursor() as cur:
        return {r["code"] for r in cur.execute("SELECT code FROM codes")}


@app.post("/invite")
@need_user
def invite():
    code = invite_code()
    with db.cursor() as cur:
        cur.execute("INSERT INTO codes (code) VALUES (?)", (code,))
    return {"code": code}


@app.post("/barcode/<item_id:int>")
@need_user
def barcode(item_id):
    subprocess.run(["zint", "-o", f"/srv/inventory/codes/{item_id}.png", "-d", str(item_id)], check=True)  # OK: os-command-injection
    return {"ok": True}


@app.post("/print")
@need_user
def print_items():
    copies = request.forms.get("copies", "1")
    subprocess.Popen("lpr -# " + copies + " /srv/inventory/list.txt", shell=True)  # BAD: os-command-injection
    return {"ok": True}


if __name__ == "__main__":
    run(app, host="localhost", port=8081)
