"""The cart, kept in a cookie so that it outlives the session."""

import base64
import json
import pickle

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for

from harbor.database import one
from harbor.pricing import total_cents

pages = Blueprint("cart", __name__)

OLD_COOKIE = "cart"
COOKIE = "cart2"


def load_cart():
    """Read the cart; old cookies were pickled."""
    text = request.cookies.get(COOKIE)
    if text:
        try:
            found = json.loads(base64.urlsafe_b64decode(text))
        except ValueError:
            return {}
        return {str(key): int(count) for key, count in found.items()}
    old = request.cookies.get(OLD_COOKIE)
    if old:
        return pickle.loads(base64.urlsafe_b64decode(old))
    return {}


def lines_of(cart):
    lines = []
    for product_id, count in cart.items():
        product = one(g.db, "SELECT * FROM products WHERE id = ?", int(product_id))
        if product is not None:
            lines.append((product, count))
    return lines


@pages.get("/cart")
def show():
    lines = lines_of(load_cart())
    return render_template("cart.html", lines=lines, total=total_cents(lines))


@pages.post("/cart/<int:product_id>")
def add(product_id):
    cart = load_cart()
    key = str(product_id)
    cart[key] = cart.get(key, 0) + max(1, int(request.form.get("count", 1)))
    response = make_response(redirect(url_for("cart.show")))
    value = base64.urlsafe_b64encode(json.dumps(cart).encode()).decode()
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax")
    return response
