import os
import uuid
import zipfile

from flask import Blueprint, abort, current_app, request, send_file, send_from_directory
from flask_login import current_user, login_required
from werkzeug.utils import secure_filename

from .extensions import db
from .models import Attachment, Ticket
from .services.convert import thumbnail, to_text, watermark
from .utils.security import admin_required

bp = Blueprint("files", __name__)


def _inside(base, name):
    root = os.path.realpath(base)
    full = os.path.realpath(os.path.join(root, name))
    if os.path.commonpath([root, full]) != root:
        abort(404)
    return full


def _attachment(attachment_id):
    item = db.get_or_404(Attachment, attachment_id)
    _own_ticket(item.ticket_id)
    return item


def _own_ticket(ticket_id):
    ticket = db.get_or_404(Ticket, ticket_id)
    if ticket.owner_id != current_user.id and not current_user.is_admin:
        abort(403)
    return ticket


@bp.route("/<int:ticket_id>/upload", methods=["POST"])
@login_required
def upload(ticket_id):
    _own_ticket(ticket_id)
    sent = request.files["file"]
    stored = f"{uuid.uuid4().hex}_{secure_filename(sent.filename)}"
    sent.save(os.path.join(current_app.config["UPLOAD_DIR"], stored))  # OK: path-traversal
    db.session.add(Attachment(ticket_id=ticket_id, filename=sent.filename, stored_as=stored))
    db.session.commit()
    return {"stored": stored}


@bp.route("/avatar", methods=["POST"])
@login_required
def avatar():
    sent = request.files["avatar"]
    target = os.path.join(current_app.config["UPLOAD_DIR"], "avatars", sent.filename)
    sent.save(target)  # BAD: path-traversal
    os.chmod(target, 0o777)  # BAD: permissive-file-mode
    return {"ok": True}


@bp.route("/download")
@login_required
def download():
    name = request.args["name"].replace("../", "")
    return send_file(os.path.join(current_app.config["UPLOAD_DIR"], name))  # BAD: path-traversal


@bp.route("/view/<name>")
@login_required
def view(name):
    return send_from_directory(current_app.config["UPLOAD_DIR"], name)  # OK: path-traversal


@bp.route("/preview")
@login_required
def preview():
    path = _inside(current_app.config["UPLOAD_DIR"], request.args["name"])
    with open(path, "rb") as fh:  # OK: path-traversal
        return fh.read(4096), 200, {"Content-Type": "application/octet-stream"}


@bp.route("/thumb/<int:attachment_id>")
@login_required
def thumb(attachment_id):
    item = _attachment(attachment_id)
    source = os.path.join(current_app.config["UPLOAD_DIR"], item.stored_as)
    return send_file(thumbnail(source, request.args.get("size")))


@bp.route("/mark/<int:attachment_id>")
@login_required
def mark(attachment_id):
    item = _attachment(attachment_id)
    source = os.path.join(current_app.config["UPLOAD_DIR"], item.stored_as)
    return send_file(watermark(source, request.args.get("label", "copy")))


@bp.route("/text/<int:attachment_id>")
@login_required
def text(attachment_id):
    item = _attachment(attachment_id)
    body = to_text(os.path.join(current_app.config["UPLOAD_DIR"], item.stored_as))
    return body, 200, {"Content-Type": "text/plain"}


@bp.route("/theme", methods=["POST"])
@admin_required
def theme():
    with zipfile.ZipFile(request.files["theme"].stream) as archive:
        for entry in archive.infolist():
            dest = os.path.join(current_app.config["THEME_DIR"], entry.filename)
            if entry.is_dir():
                continue
            if entry.file_size > 5_000_000:
                abort(413)
            with open(dest, "wb") as out:  # BAD: archive-traversal
                out.write(archive.read(entry))
    return {"ok": True}
