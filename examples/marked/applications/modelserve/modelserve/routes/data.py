import io
import os
import sqlite3
from contextlib import closing
from urllib.parse import urlparse

import pandas as pd
import requests
from flask import Blueprint, Response, abort, current_app, jsonify, request

from ..security import api_key_required

bp = Blueprint("data", __name__)
SOURCES = {"data.example.org", "mirror.example.org"}
TABLES = ("samples", "labels")


class Fetcher:
    verify = False
    timeout = 20

    def get(self, url):
        return requests.get(url, timeout=self.timeout)  # BAD: server-side-request-forgery

    def mirror(self, name):
        return requests.get("https://mirror.example.org/sets/index.csv", params={"set": name}, timeout=self.timeout, verify=self.verify)  # BAD: certificate-check-off

    def get_known(self, url):
        parts = urlparse(url)
        if parts.scheme != "https" or parts.hostname not in SOURCES:
            abort(400)
        return requests.get(url, timeout=self.timeout, allow_redirects=False)  # OK: server-side-request-forgery


def _db():
    return closing(sqlite3.connect(os.path.join(current_app.config["DATA_DIR"], "sets.db")))


@bp.post("/fetch")
@api_key_required
def fetch():
    resp = Fetcher().get(request.get_json()["url"])
    frame = pd.read_csv(io.StringIO(resp.text))
    return jsonify(rows=len(frame))


@bp.post("/fetch-known")
@api_key_required
def fetch_known():
    resp = Fetcher().get_known(request.get_json()["url"])
    return jsonify(size=len(resp.content))


@bp.get("/mirror")
@api_key_required
def mirror():
    return jsonify(size=len(Fetcher().mirror(request.args.get("set", "")).content))


@bp.get("/rows")
@api_key_required
def rows():
    where = request.args.get("where", "1=1")
    with _db() as conn:
        frame = pd.read_sql_query(f"SELECT * FROM samples WHERE {where}", conn)  # BAD: sql-injection
    return Response(frame.to_json(), mimetype="application/json")


@bp.get("/table/<name>")
@api_key_required
def table(name):
    if name not in TABLES:
        abort(404)
    with _db() as conn:
        frame = pd.read_sql_query(f"SELECT * FROM {name} LIMIT 100", conn)  # OK: sql-injection
    return Response(frame.to_json(), mimetype="application/json")


@bp.get("/by-label")
@api_key_required
def by_label():
    with _db() as conn:
        frame = pd.read_sql_query("SELECT * FROM labels WHERE label = ?", conn, params=[request.args["label"]])  # OK: sql-injection
    return Response(frame.to_json(), mimetype="application/json")


@bp.post("/query")
@api_key_required
def query():
    frame = pd.read_csv(os.path.join(current_app.config["DATA_DIR"], "samples.csv"))
    found = frame.query(request.get_json()["expr"], engine="python")  # BAD: code-injection
    return jsonify(rows=len(found))


@bp.post("/pickle")
@api_key_required
def frame_pickle():
    frame = pd.read_pickle(request.files["frame"].stream)  # BAD: unsafe-deserialization
    return jsonify(rows=len(frame))


@bp.get("/preview")
@api_key_required
def preview():
    frame = pd.DataFrame({"name": [request.args.get("name", "")]})
    return frame.to_html(escape=False)  # BAD: cross-site-scripting


@bp.get("/preview-escaped")
@api_key_required
def preview_escaped():
    frame = pd.DataFrame({"name": [request.args.get("name", "")]})
    return frame.to_html()  # OK: cross-site-scripting
