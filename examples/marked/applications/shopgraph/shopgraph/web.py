import base64
import os

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, send_file, session
from markupsafe import escape

from .stores.carts import CartStore
from .stores.products import ProductStore
from .stores.users import UserStore

bp = Blueprint("web", __name__)


@bp.get("/p/<pid>")
def product(pid):
    doc = ProductStore().get(pid)
    if doc is None:
        abort(404)
    return render_template("product.html", product=doc, campaign=request.args.get("c", ""))


@bp.get("/cart/restore")
def restore():
    blob = base64.b64decode(request.cookies.get("cart", ""))
    return jsonify(CartStore().restore(blob))


@bp.get("/go")
def go():
    target = request.args.get("u", "/")
    if not target.startswith("/"):
        target = "/"
    return redirect(target)  # BAD: open-redirect


@bp.get("/exports")
def exports():
    token = request.headers.get("X-Token", "")
    user = UserStore().by_token(token)
    if user is None or user["role"] != "staff":
        abort(403)
    path = os.path.join(current_app.config["EXPORT_DIR"], request.args["name"])
    return send_file(path)  # BAD: path-traversal


@bp.get("/oops")
def oops():
    return f"<p>No such page: {escape(request.args.get('page', ''))}</p>", 404  # OK: cross-site-scripting


@bp.get("/tag")
def tag():
    name = request.args.get("name", "")
    return f"<p>Tag {name}</p>"  # BAD: cross-site-scripting


@bp.post("/currency")
def currency():
    chosen = request.form.get("currency", "EUR")
    session["currency"] = chosen if chosen in {"EUR", "USD", "GBP"} else "EUR"  # OK: trust-boundary-violation
    return redirect("/")


@bp.post("/pricing-group")
def pricing_group():
    session["pricing_group"] = request.form.get("group")  # BAD: trust-boundary-violation
    return redirect("/")
