import base64
import logging
import pickle
import traceback

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import login_required

from .extensions import db
from .models import Ticket, User
from .utils.security import admin_required, new_api_token

bp = Blueprint("admin", __name__)
log = logging.getLogger(__name__)


@bp.route("/users")
@admin_required
def users():
    return render_template("admin_users.html", users=User.query.order_by(User.email).all())


@bp.route("/users/<int:user_id>/token", methods=["POST"])
@admin_required
def rotate(user_id):
    user = db.get_or_404(User, user_id)
    user.api_token = new_api_token()
    db.session.commit()
    log.info("token rotated for user %s", user.id)  # OK: sensitive-data-in-log
    return redirect(url_for("admin.users"))


@bp.route("/users/<int:user_id>/delete", methods=["POST"])
@login_required
def delete(user_id):  # BAD: missing-authorization
    user = db.get_or_404(User, user_id)
    db.session.delete(user)
    db.session.commit()
    return redirect(url_for("admin.users"))


@bp.route("/view-as", methods=["POST"])
@admin_required
def view_as():
    session["acting_role"] = request.form["role"]  # BAD: trust-boundary-violation
    return redirect(url_for("admin.users"))


@bp.route("/filters", methods=["POST"])
@admin_required
def filters():
    blob = request.form["saved"]
    wanted = pickle.loads(base64.b64decode(blob))  # BAD: unsafe-deserialization
    query = Ticket.query.filter_by(state=wanted.get("state", "open"))
    return {"ids": [t.id for t in query]}


@bp.route("/recalculate", methods=["POST"])
@admin_required
def recalculate():
    try:
        days = int(request.form["days"])
        return {"done": Ticket.query.filter(Ticket.priority <= days).count()}
    except Exception:
        return {"error": traceback.format_exc()}, 500  # BAD: stack-trace-exposure
