"""Orders and their invoices."""

import os
from pathlib import Path

from flask import Blueprint, abort, current_app, g, render_template, request, send_file, send_from_directory

from harbor.accounts import login_required
from harbor.database import many, one

pages = Blueprint("orders", __name__)


@pages.get("/orders")
@login_required
def index():
    found = many(g.db, "SELECT * FROM orders WHERE customer_id = ? ORDER BY id", g.customer["id"])
    return render_template("orders.html", orders=found)


@pages.get("/orders/<int:order_id>")
def show(order_id):
    order = one(g.db, "SELECT * FROM orders WHERE id = ?", order_id)
    if order is None:
        abort(404)
    return render_template("order.html", order=order)


@pages.get("/invoices")
@login_required
def invoice():
    path = os.path.join(current_app.config["INVOICE_FOLDER"], request.args["file"])
    return send_file(os.path.abspath(path))


@pages.get("/invoices/<int:order_id>.pdf")
@login_required
def invoice_of(order_id):
    order = one(
        g.db, "SELECT * FROM orders WHERE id = ? AND customer_id = ?", order_id, g.customer["id"]
    )
    if order is None:
        abort(404)
    folder = Path(current_app.config["INVOICE_FOLDER"]).resolve()
    return send_from_directory(folder, f"{order['id']}.pdf")


@pages.get("/manuals/<path:name>")
def manual(name):
    folder = Path(current_app.config["INVOICE_FOLDER"]).resolve() / "manuals"
    wanted = (folder / name).resolve()
    if not wanted.is_relative_to(folder):
        abort(404)
    return send_file(wanted)
