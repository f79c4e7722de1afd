from functools import wraps

from flask import Flask, request

from . import paths
from .paths import locate_checked as resolve

app = Flask(__name__)


def with_name(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        return fn(request.args["name"], *args, **kwargs)
    return inner


class Entry:
    def __init__(self, name):
        self.name = name

    @property
    def path(self):
        return paths.locate("entries", self.name)


@app.get("/entry")
@with_name
def entry(name):
    with open(Entry(name).path) as fh:  # BAD: path-traversal
        return fh.read()


@app.get("/entry/checked")
@with_name
def entry_checked(name):
    with open(resolve("entries", name)) as fh:  # OK: path-traversal
        return fh.read()


@app.get("/entry/flat")
@with_name
def entry_flat(name):
    with open(paths.locate(paths.flatten(name))) as fh:  # OK: path-traversal
        return fh.read()


@app.put("/entry")
def put_entry():
    meta = request.get_json()
    with open(paths.locate(meta["folder"], "data.txt"), "w") as fh:  # BAD: path-traversal
        fh.write(meta["text"])
    return "", 204
