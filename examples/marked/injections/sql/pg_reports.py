import html
import json
import re

import psycopg
import psycopg2
import psycopg2.extras
from psycopg2 import sql
from flask import Blueprint, abort, current_app, request

bp = Blueprint("reports", __name__)


def connect():
    return psycopg2.connect(current_app.config["PG_DSN"])


@bp.get("/reports/search")
def search():
    term = html.escape(request.args["q"], quote=False)
    with connect() as conn, conn.cursor() as cur:
        cur.execute("SELECT id FROM reports WHERE title ILIKE '%%" + term + "%%'")  # BAD: sql-injection
        return {"rows": cur.fetchall()}


@bp.get("/reports/table")
def table():
    name = request.args["table"]
    with connect() as conn, conn.cursor() as cur:
        cur.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("audit", name)))  # OK: sql-injection
        return {"n": cur.fetchone()[0]}


@bp.get("/reports/table-raw")
def table_raw():
    name = request.args["table"]
    with connect() as conn, conn.cursor() as cur:
        cur.execute(sql.SQL("SELECT count(*) FROM {}".format(name)))  # BAD: sql-injection
        return {"n": cur.fetchone()[0]}


@bp.get("/reports/code")
def by_code():
    code = request.headers.get("X-Report-Code", "")
    if not re.match(r"[A-Z]{3}-\d+", code):
        abort(400)
    with connect() as conn, conn.cursor(cursor_factory=psycopg2.extras.DictCursor) as cur:
        cur.execute(f"SELECT * FROM reports WHERE code = '{code}'")  # BAD: sql-injection
        return {"rows": cur.fetchall()}


@bp.get("/reports/code2")
def by_code_strict():
    code = request.headers.get("X-Report-Code", "")
    if not re.fullmatch(r"[A-Z]{3}-[0-9]+", code):
        abort(400)
    with connect() as conn, conn.cursor() as cur:
        cur.execute(f"SELECT * FROM reports WHERE code = '{code}'")  # OK: sql-injection
        return {"rows": cur.fetchall()}


@bp.post("/reports/values")
def values():
    payload = json.loads(request.data)
    tags = [t["label"] for t in payload["tags"]]
    with connect() as conn, conn.cursor() as cur:
        psycopg2.extras.execute_values(cur, "INSERT INTO tags(label) VALUES %s", [(t,) for t in tags])  # OK: sql-injection
        cur.execute("DELETE FROM tags WHERE label IN ('" + "','".join(tags) + "')")  # BAD: sql-injection
    return "", 204


@bp.get("/reports/v3")
def psycopg3():
    owner = request.cookies["owner"]
    with psycopg.connect(current_app.config["PG_DSN"]) as conn:
        rows = conn.execute("SELECT id FROM reports WHERE owner = '{0}'".format(owner)).fetchall()  # BAD: sql-injection
        more = conn.execute("SELECT id FROM archive WHERE owner = %s", (owner,)).fetchall()  # OK: sql-injection
    return {"rows": rows + more}


@bp.get("/reports/export")
def export():
    day = request.args.get("day")
    out = open("/tmp/reports-export/out.csv", "w")
    with connect() as conn, conn.cursor() as cur:
        cur.copy_expert(f"COPY (SELECT * FROM reports WHERE day = '{day}') TO STDOUT WITH CSV", out)  # BAD: sql-injection
    return "", 202
