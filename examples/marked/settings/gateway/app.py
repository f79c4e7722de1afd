import hashlib
import hmac
import os

from flask import Blueprint, Flask, abort, g, make_response, redirect, request, session

from . import upstream
from .cookies import remember_cart, remember_zone
from .security import new_token, numeric_code, same, same_text

bp = Blueprint("gateway", __name__)
KEY = os.environ["GATEWAY_KEY"].encode()
stock = upstream.Stock()


def mac(data: bytes) -> str:
    return hmac.new(KEY, data, hashlib.sha256).hexdigest()


@bp.before_request
def load_language():
    g.language = request.args.get("lang", "en")
    g.back = request.args.get("back")


@bp.get("/stock")
def stock_level():
    return stock.level(request.args["sku"])


@bp.get("/ask/<service>")
async def ask(service):
    return await upstream.ask(service, {"q": request.args["q"]})


@bp.post("/events")
def events():
    if not same_text(mac(request.data), request.headers.get("X-Mac", "")):
        abort(403)
    upstream.note("event", *request.json["details"], origin=request.json["origin"])
    upstream.note_count("details", len(request.json["details"]))
    return "", 204


@bp.post("/orders")
def orders():
    if not same(mac(request.data), request.headers.get("X-Mac", "")):
        abort(403)
    return {"order": new_token()}


@bp.post("/code")
def code():
    session["code"] = numeric_code()
    return "", 204


@bp.post("/cart")
def cart():
    return remember_cart(make_response("", 204), value=request.form["cart"])


@bp.post("/zone")
def zone():
    return remember_zone(make_response("", 204), request.form["zone"])


@bp.get("/back")
def back():
    return redirect(g.back)  # BAD: open-redirect


@bp.get("/language")
def language():
    return f"<html lang='{g.language}'></html>"  # BAD: cross-site-scripting


def create_app():
    app = Flask(__name__)
    app.secret_key = KEY
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    app.register_blueprint(bp)
    return app
