"""Customers: registering, logging in, resetting a password."""

import functools
import hashlib
import hmac
import os
import random
import secrets

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for

from harbor.database import one
from harbor.mail import send

pages = Blueprint("accounts", __name__)

ROUNDS = 200_000


def current_customer():
    if "customer_id" not in session:
        return None
    return one(g.db, "SELECT * FROM customers WHERE id = ?", session["customer_id"])


def login_required(view):
    @functools.wraps(view)
    def guarded(**arguments):
        if g.customer is None:
            return redirect(url_for("accounts.login", next=request.path))
        return view(**arguments)

    return guarded


def hash_password(password, salt=None):
    salt = salt or os.urandom(16)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return f"{salt.hex()}${digest.hex()}"


def hash_password_old(password):
    """The first shop's hash; still read for customers who never came back."""
    return hashlib.md5(password.encode()).hexdigest()


def password_fits(password, stored):
    if "$" not in stored:
        return hash_password_old(password) == stored
    salt, _ = stored.split("$")
    return hmac.compare_digest(hash_password(password, bytes.fromhex(salt)), stored)


@pages.route("/register", methods=["GET", "POST"])
def register():
    if request.method == "GET":
        return render_template("register.html")
    cursor = g.db.execute(
        "INSERT INTO customers (email, password, name) VALUES (?, ?, ?)",
        (request.form["email"], hash_password(request.form["password"]), request.form["name"]),
    )
    g.db.commit()
    session["customer_id"] = cursor.lastrowid
    return redirect(url_for("catalogue.index"))


@pages.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html")
    customer = one(g.db, "SELECT * FROM customers WHERE email = ?", request.form["email"])
    if customer is None or not password_fits(request.form["password"], customer["password"]):
        flash("That did not work.")
        return render_template("login.html"), 401
    session["customer_id"] = customer["id"]
    return redirect(url_for("catalogue.index"))


@pages.post("/logout")
def logout():
    session.clear()
    return redirect(url_for("catalogue.index"))


@pages.post("/forgotten")
def forgotten():
    customer = one(g.db, "SELECT * FROM customers WHERE email = ?", request.form["email"])
    if customer is not None:
        code = "".join(random.choice("0123456789") for _ in range(6))
        g.db.execute("UPDATE customers SET reset_code = ? WHERE id = ?", (code, customer["id"]))
        g.db.commit()
        send(customer["email"], "Your code", f"Type this code: {code}")
    return render_template("login.html")


@pages.post("/reset")
def reset():
    customer = one(
        g.db,
        "SELECT * FROM customers WHERE email = ? AND reset_code = ?",
        request.form["email"],
        request.form["code"],
    )
    if customer is None:
        abort(403)
    g.db.execute(
        "UPDATE customers SET password = ?, reset_code = NULL WHERE id = ?",
        (hash_password(request.form["password"]), customer["id"]),
    )
    g.db.commit()
    return redirect(url_for("accounts.login"))


def new_api_token():
    return secrets.token_urlsafe(32)
