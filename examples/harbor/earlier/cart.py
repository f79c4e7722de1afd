"""The cart, kept in a cookie so that it outlives the session."""

import base64
import pickle

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for

from harbor.database import one
from harbor.pricing import total_cents

pages = Blueprint("cart", __name__)


def load_cart():
    cookie = request.cookies.get("cart")
    return pickle.loads(base64.urlsafe_b64decode(cookie)) if cookie else {}


def lines_of(cart):
    return [(one(g.db, "SELECT * FROM products WHERE id = ?", key), count) for key, count in cart.items()]


@pages.get("/cart")
def show():
    lines = lines_of(load_cart())
    return render_template("cart.html", lines=lines, total=total_cents(lines))


@pages.post("/cart/<int:product_id>")
def add(product_id):
    cart = load_cart()
    cart[product_id] = cart.get(product_id, 0) + int(request.form.get("count", 1))
    response = make_response(redirect(url_for("cart.show")))
    response.set_cookie("cart", base64.urlsafe_b64encode(pickle.dumps(cart)).decode())
    return response
