"""Paying: the order is written first, then the card is charged."""

from urllib.parse import urlsplit

import requests
from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for

from harbor.cart import lines_of, load_cart
from harbor.database import one
from harbor.notify import announce_order
from harbor.pricing import discounted, total_cents

pages = Blueprint("checkout", __name__)


@pages.get("/checkout")
def show():
    lines = lines_of(load_cart())
    return render_template("checkout.html", lines=lines, total=total_cents(lines))


@pages.post("/checkout")
def pay():
    lines = lines_of(load_cart())
    if not lines:
        abort(400)
    total = total_cents(lines)
    campaign = one(g.db, "SELECT * FROM campaigns WHERE code = ?", request.form.get("code", ""))
    if campaign is not None:
        total = discounted(total, campaign["formula"])
    cursor = g.db.execute(
        "INSERT INTO orders (customer_id, total_cents, note) VALUES (?, ?, ?)",
        (g.customer["id"] if g.customer else None, total, request.form.get("note", "")),
    )
    g.db.commit()
    if not current_app.config["TESTING"]:
        charge(total, request.form["card_token"])
        announce_order(cursor.lastrowid, total)
    return redirect(request.args.get("next") or url_for("orders.show", order_id=cursor.lastrowid))


@pages.get("/checkout/back")
def back():
    """Go back to where the customer came from, inside the shop only."""
    target = urlsplit(request.args.get("to", ""))
    if target.scheme or target.netloc or not target.path.startswith("/"):
        return redirect(url_for("catalogue.index"))
    return redirect("/" + target.path.lstrip("/\\"))


def charge(cents, card_token):
    answer = requests.post(
        current_app.config["STRIPE_API"] + "/charges",
        auth=(current_app.config["STRIPE_SECRET_KEY"], ""),
        data={"amount": cents, "currency": "eur", "source": card_token},
        timeout=20,
    )
    answer.raise_for_status()
