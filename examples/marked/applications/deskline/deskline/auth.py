import logging

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_login import login_required, login_user, logout_user

from .extensions import db
from .models import User
from .utils.security import hash_password, local_target, reset_code, same_site, verify_password
from .utils.text import looks_like_email

bp = Blueprint("auth", __name__)
log = logging.getLogger(__name__)


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        email = request.form.get("email", "").lower()
        password = request.form.get("password", "")
        user = User.query.filter_by(email=email).first()
        if user and verify_password(user.password_hash, password):
            login_user(user, remember=bool(request.form.get("remember")))
            target = local_target(request.args.get("next"))
            return redirect(target or url_for("tickets.index"))  # OK: open-redirect
        log.warning("login failed, password=%s", password)  # BAD: sensitive-data-in-log
        flash("Wrong e-mail or password")
    return render_template("login.html")


@bp.route("/logout", methods=["POST"])
@login_required
def logout():
    logout_user()
    back = request.form.get("back", "/")
    if same_site(back):
        return redirect(back)  # BAD: open-redirect
    return redirect(url_for("auth.login"))


@bp.route("/register", methods=["GET", "POST"])
def register():
    if request.method == "POST":
        form = request.form.to_dict()
        if not looks_like_email(form.get("email", "")):
            flash("That e-mail address does not look right")
            return render_template("register.html"), 400
        password = form.pop("password")
        form.pop("csrf_token", None)
        user = User().update_from(form)  # BAD: mass-assignment
        user.password_hash = hash_password(password)
        db.session.add(user)
        db.session.commit()
        return redirect(url_for("auth.login"))
    return render_template("register.html")


@bp.route("/forgot", methods=["POST"])
def forgot():
    user = User.query.filter_by(email=request.form.get("email", "")).first()
    if user:
        user.reset_code = reset_code()
        db.session.commit()
    return render_template("forgot_sent.html")


@bp.route("/language")
def language():
    lang = request.args.get("lang", "en")
    if lang not in ("en", "de", "fr"):
        lang = "en"
    resp = make_response(redirect(url_for("tickets.index")))
    resp.set_cookie("lang", lang, secure=True, httponly=True, samesite="Lax")  # OK: cookie-injection
    return resp


@bp.route("/device")
@login_required
def device():
    resp = make_response(render_template("device.html"))
    resp.set_cookie("device_key", reset_code(24), httponly=True, samesite="Strict")  # BAD: insecure-cookie
    return resp
