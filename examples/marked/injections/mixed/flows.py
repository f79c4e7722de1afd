import base64
import os
import re
import sqlite3
import subprocess
from collections import ChainMap, defaultdict, namedtuple
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import Flask, abort, g, request

app = Flask(__name__)
db = sqlite3.connect("flows.db", check_same_thread=False)
Row = namedtuple("Row", "key value")
LAST = {}
TABLE = "items"


@dataclass
class Job:
    name: str
    command: str = "true"

    def line(self):
        return f"nice {self.command}"


def pieces(text):
    for part in text.split(","):
        yield part.strip()


def quoted(value, quote="'"):
    return quote + value + quote


def make_query(column):
    def build(value):
        return f"SELECT * FROM {TABLE} WHERE {column} = {quoted(value)}"
    return build


by_name = make_query("name")


@app.before_request
def remember():
    g.term = request.args.get("term", "")
    LAST["agent"] = request.user_agent.string


@app.get("/closure")
def closure():
    return str(db.execute(by_name(request.args["n"])).fetchall())  # BAD: sql-injection


@app.get("/g")
def from_g():
    return str(db.execute("SELECT * FROM items WHERE t = '" + g.term + "'").fetchall())  # BAD: sql-injection


@app.get("/global")
def from_global():
    return str(db.execute("SELECT * FROM ua WHERE a = '%(agent)s'" % LAST).fetchall())  # BAD: sql-injection


@app.get("/gen")
def gen():
    cond = " OR ".join(f"tag = '{p}'" for p in pieces(request.args["tags"]))
    return str(db.execute("SELECT * FROM items WHERE " + cond).fetchall())  # BAD: sql-injection


@app.get("/gen-int")
def gen_int():
    ids = ",".join(str(int(p)) for p in pieces(request.args["ids"]))
    return str(db.execute(f"SELECT * FROM items WHERE id IN ({ids})").fetchall())  # OK: sql-injection


@app.post("/dataclass")
def from_dataclass():
    job = Job(**request.get_json())
    os.system(job.line())  # BAD: os-command-injection
    return job.name


@app.post("/dataclass-fixed")
def from_dataclass_default():
    job = Job(name=request.get_json()["name"])
    os.system(job.line())  # OK: os-command-injection
    return job.name


@app.get("/unpack")
def unpack():
    first, *rest = request.args.getlist("p")
    (a, (b, c)) = first, (rest[0], "x")
    return subprocess.getoutput("echo " + b)  # BAD: os-command-injection


@app.get("/namedtuple")
def tupled():
    row = Row(key="k", value=request.cookies.get("v", ""))
    return eval(row.value)  # BAD: code-injection


@app.get("/namedtuple-key")
def tupled_key():
    row = Row(key="1 + 1", value=request.cookies.get("v", ""))
    return str(eval(row.key))  # OK: code-injection


@app.get("/reduce")
def reduced():
    path = reduce(os.path.join, request.args.getlist("seg"), "/srv/data")
    return Path(path).read_text()  # BAD: path-traversal


@app.get("/chainmap")
def chained():
    conf = ChainMap(request.args.to_dict(), {"host": "localhost"})
    return os.popen("ping -c1 " + conf["host"]).read()  # BAD: os-command-injection


@app.get("/url")
def url_piece():
    parts = urlsplit(request.args["u"])
    opts = dict(parse_qsl(parts.query))
    return open(unquote(opts["file"])).read()  # BAD: path-traversal


@app.get("/b64")
def b64():
    return str(eval(base64.urlsafe_b64decode(request.args["c"]).decode()))  # BAD: code-injection


@app.get("/partial")
def partially():
    load = partial(os.path.join, "/srv/data")
    with open(load(request.args["f"])) as fh:  # BAD: path-traversal
        return fh.read()


@app.get("/sorted")
def in_sorted():
    names = sorted(set(map(str.lower, request.args.getlist("n"))))
    return os.popen("ls " + " ".join(chain(["-l"], names))).read()  # BAD: os-command-injection


@app.get("/defaultdict")
def grouped():
    groups = defaultdict(list)
    for k, v in request.args.items():
        groups[k].append(v)
    return str(db.execute("SELECT * FROM items WHERE k = '" + groups["k"][0] + "'").fetchall())  # BAD: sql-injection


@app.get("/walrus")
def walrus():
    if (name := request.headers.get("X-Name")) and len(name) < 200:
        return subprocess.check_output(f"finger {name}", shell=True)  # BAD: os-command-injection
    abort(400)


@app.get("/overwritten")
def overwritten():
    name = request.args["name"]
    name = "localhost"
    return os.popen("host " + name).read()  # OK: os-command-injection


@app.get("/branch")
def branch():
    kind = request.args["kind"]
    if kind == "a":
        arg = "alpha"
    elif kind == "b":
        arg = "beta"
    else:
        arg = kind
    return os.popen("lookup " + arg).read()  # BAD: os-command-injection


@app.get("/branch-closed")
def branch_closed():
    kind = request.args["kind"]
    arg = "alpha" if kind == "a" else "beta"
    return os.popen("lookup " + arg).read()  # OK: os-command-injection


@app.get("/clean")
def clean():
    name = re.sub(r"[^A-Za-z0-9_]", "", request.args["name"])
    return os.popen("lookup " + name).read()  # OK: os-command-injection


@app.get("/clean-partial")
def clean_partial():
    name = re.sub(r"[;&|]", "", request.args["name"])
    return os.popen("lookup " + name).read()  # BAD: os-command-injection


@app.get("/try")
def tried():
    value = request.args["id"]
    try:
        int(value)
    except ValueError:
        pass
    return str(db.execute("SELECT * FROM items WHERE id = " + value).fetchall())  # BAD: sql-injection


@app.get("/try-return")
def tried_return():
    value = request.args["id"]
    try:
        number = int(value)
    except ValueError:
        return "bad id", 400
    return str(db.execute(f"SELECT * FROM items WHERE id = {number}").fetchall())  # OK: sql-injection
