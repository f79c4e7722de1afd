"""What the mobile app talks to."""

import time

import jwt
from flask import Blueprint, abort, current_app, g, jsonify, request

from harbor.accounts import password_fits
from harbor.database import many, one

pages = Blueprint("api", __name__, url_prefix="/api")


@pages.post("/token")
def issue():
    customer = one(g.db, "SELECT * FROM customers WHERE email = ?", request.json["email"])
    if customer is None or not password_fits(request.json["password"], customer["password"]):
        abort(401)
    claims = {"sub": str(customer["id"]), "exp": int(time.time()) + 3600}
    token = jwt.encode(claims, current_app.config["JWT_SECRET"], algorithm="HS256")
    return {"token": token}


def customer_id():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        abort(401)
    try:
        claims = jwt.decode(
            token, current_app.config["JWT_SECRET"], algorithms=[current_app.config["JWT_ALGORITHM"]]
        )
    except jwt.InvalidTokenError:
        abort(401)
    return int(claims["sub"])


@pages.get("/orders")
def orders():
    found = many(g.db, "SELECT * FROM orders WHERE customer_id = ?", customer_id())
    return jsonify([dict(order) for order in found])


@pages.get("/whoami")
def whoami():
    token = request.args.get("token", "")
    claims = jwt.decode(token, options={"verify_signature": False})
    return {"customer": claims.get("sub")}
