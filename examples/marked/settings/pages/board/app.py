from flask import Flask, redirect, request, url_for

from . import store
from .markup import bold, cell

app = Flask(__name__)


@app.post("/notes")
def create():
    store.add(request.form["text"])
    return redirect(url_for("index"))  # OK: open-redirect


@app.get("/notes")
def index():
    return "<hr>".join(bold(text) for text in store.latest())  # BAD: cross-site-scripting


@app.get("/notes/table")
def table():
    rows = map(cell, store.latest(50))
    return "<table><tr>" + "".join(rows) + "</tr></table>"  # OK: cross-site-scripting


@app.get("/notes/preview")
def preview():
    return bold(request.args["text"])  # BAD: cross-site-scripting
