from flask import Blueprint, request

from .models import Ticket
from .extensions import db
from .utils.security import token_required

bp = Blueprint("api", __name__)


@bp.route("/tickets")
@token_required
def listing():
    return {"items": [{"id": t.id, "subject": t.subject} for t in Ticket.query.limit(50)]}


@bp.route("/tickets", methods=["POST"])
@token_required
def create():
    data = request.get_json()
    ticket = Ticket(subject=str(data["subject"])[:200], body=str(data["body"]))
    db.session.add(ticket)
    db.session.commit()
    return {"id": ticket.id}, 201


@bp.route("/tickets/<int:ticket_id>", methods=["DELETE"])
def remove(ticket_id):  # BAD: missing-authentication
    ticket = db.get_or_404(Ticket, ticket_id)
    db.session.delete(ticket)
    db.session.commit()
    return "", 204
