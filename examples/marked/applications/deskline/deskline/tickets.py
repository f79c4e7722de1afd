from flask import Blueprint, Response, abort, render_template, render_template_string, request
from flask_login import current_user, login_required

from .extensions import db
from .models import Ticket
from .services.reports import ReportStore, to_csv
from .services.webhook import Notifier

bp = Blueprint("tickets", __name__)

BANNER = "<div class='banner'>Hello {{ name }}, {{ count }} open tickets</div>"


@bp.route("/")
@login_required
def index():
    tickets = Ticket.by_state(request.args.get("state", "open"))
    banner = render_template_string(BANNER, name=current_user.display_name, count=len(tickets))  # OK: template-injection
    return render_template("tickets.html", tickets=tickets, banner=banner)


@bp.route("/search")
@login_required
def search():
    phrase = request.args.get("q", "")
    hits = Ticket.matching(phrase)
    if not hits:
        page = "<p>Nothing found for <b>%s</b></p>" % phrase
        return render_template_string(page)  # BAD: template-injection
    return render_template("search.html", hits=hits, phrase=phrase)


@bp.route("/<int:ticket_id>")
@login_required
def show(ticket_id):
    ticket = db.get_or_404(Ticket, ticket_id)
    if ticket.owner_id != current_user.id and current_user.role == "customer":
        abort(403)
    return render_template("ticket.html", ticket=ticket, note=request.args.get("note", ""))


@bp.route("/<int:ticket_id>/edit", methods=["POST"])
@login_required
def edit(ticket_id):
    ticket = Ticket.query.filter_by(id=ticket_id, owner_id=current_user.id).first_or_404()
    values = {k: v for k, v in request.form.items() if k in Ticket.EDITABLE}
    ticket.update_from(values)  # OK: mass-assignment
    db.session.commit()
    return render_template("ticket.html", ticket=ticket, note="")


@bp.route("/<int:ticket_id>/hook", methods=["POST"])
@login_required
def hook(ticket_id):
    ticket = Ticket.query.filter_by(id=ticket_id, owner_id=current_user.id).first_or_404()
    status = Notifier().deliver(request.form["url"], {"subject": ticket.subject})
    return {"status": status}


@bp.route("/<int:ticket_id>/chat", methods=["POST"])
@login_required
def chat(ticket_id):
    ticket = Ticket.query.filter_by(id=ticket_id, owner_id=current_user.id).first_or_404()
    status = Notifier().deliver_chat(request.form["url"], {"subject": ticket.subject})
    return {"status": status}


@bp.route("/export.csv")
@login_required
def export():
    rows = Ticket.query.filter_by(owner_id=current_user.id).all()
    return Response(to_csv(rows), mimetype="text/csv")


@bp.route("/stats")
@login_required
def stats():
    column = request.args.get("by", "agent")
    since = request.args.get("since", "2024-01-01")
    store = ReportStore()
    return {
        "groups": store.grouped(column, since),
        "top": store.sorted_by(request.args.get("order"), request.args.get("limit", 10)),
        "totals": store.totals(request.args.get("year", 2024))[0],
    }


@bp.route("/hello")
@login_required
def hello():
    who = request.args.get("who", "there")
    return "<h2>Hi " + who + "</h2>"  # BAD: cross-site-scripting


@bp.route("/raw/<int:ticket_id>")
@login_required
def raw(ticket_id):
    ticket = Ticket.query.filter_by(id=ticket_id, owner_id=current_user.id).first_or_404()
    return Response(ticket.body, mimetype="text/plain")  # OK: cross-site-scripting
