import sqlite3
from contextlib import closing

from flask import Flask, g, jsonify, request

app = Flask(__name__)
DATABASE = "/var/lib/shop/orders.db"
SORTABLE = {"created": "created_at", "total": "total_cents"}


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(DATABASE)
        g.db.row_factory = sqlite3.Row
    return g.db


@app.route("/orders")
def list_orders():
    status = request.args.get("status", "open")
    rows = get_db().execute(f"SELECT * FROM orders WHERE status = '{status}'")  # BAD: sql-injection
    return jsonify([dict(r) for r in rows])


@app.route("/orders/sorted")
def list_sorted():
    column = SORTABLE.get(request.args.get("sort"), "created_at")
    rows = get_db().execute("SELECT * FROM orders ORDER BY " + column)  # OK: sql-injection
    return jsonify([dict(r) for r in rows])


@app.route("/orders/<int:order_id>")
def one_order(order_id):
    row = get_db().execute("SELECT * FROM orders WHERE id = %d" % order_id).fetchone()  # OK: sql-injection
    return jsonify(dict(row))


@app.route("/orders/by-customer/<name>")
def by_customer(name):
    cur = get_db().cursor()
    query = "SELECT id, total_cents FROM orders WHERE customer = '%s'" % name
    cur.execute(query)  # BAD: sql-injection
    return jsonify(cur.fetchall())


@app.route("/orders/import", methods=["POST"])
def import_orders():
    script = ""
    for item in request.get_json():
        script += "INSERT INTO orders(customer) VALUES ('" + item["customer"] + "');\n"
    with closing(sqlite3.connect(DATABASE)) as conn:
        conn.executescript(script)  # BAD: sql-injection
    return "", 204


@app.route("/orders/bulk", methods=["POST"])
def bulk():
    rows = [(i["customer"], i["total"]) for i in request.get_json()]
    get_db().executemany("INSERT INTO orders(customer, total_cents) VALUES (?, ?)", rows)  # OK: sql-injection
    return "", 204


@app.route("/orders/in")
def in_list():
    ids = request.args.getlist("id")
    marks = ",".join("?" for _ in ids)
    cur = get_db().execute(f"SELECT * FROM orders WHERE id IN ({marks})", ids)  # OK: sql-injection
    return jsonify([dict(r) for r in cur])


@app.route("/orders/in2")
def in_list_joined():
    ids = request.args.getlist("id")
    cur = get_db().execute("SELECT * FROM orders WHERE id IN ({})".format(",".join(ids)))  # BAD: sql-injection
    return jsonify([dict(r) for r in cur])
