"""Reviews, with photos, and packs of photos."""

import os
import tarfile
import uuid
from pathlib import Path

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from werkzeug.utils import secure_filename

from harbor.accounts import login_required

pages = Blueprint("reviews", __name__)

PICTURES = {".jpg", ".jpeg", ".png"}


@pages.post("/products/<int:product_id>/reviews")
@login_required
def add(product_id):
    photo = request.files.get("photo")
    name = ""
    if photo is not None and photo.filename:
        name = photo.filename
        photo.save(os.path.join(current_app.config["UPLOAD_FOLDER"], name))
    g.db.execute(
        "INSERT INTO reviews (product_id, customer_id, text, photo) VALUES (?, ?, ?, ?)",
        (product_id, g.customer["id"], request.form["text"], name),
    )
    g.db.commit()
    return redirect(url_for("catalogue.product", product_id=product_id))


@pages.post("/account/portrait")
@login_required
def portrait():
    photo = request.files["photo"]
    extension = Path(secure_filename(photo.filename or "")).suffix.lower()
    if extension not in PICTURES:
        abort(415)
    name = uuid.uuid4().hex + extension
    photo.save(Path(current_app.config["UPLOAD_FOLDER"]) / name)
    return {"portrait": name}


@pages.post("/account/photos")
@login_required
def pack():
    """Take many photos at once, as a tar archive."""
    with tarfile.open(fileobj=request.files["pack"].stream) as archive:
        archive.extractall(current_app.config["UPLOAD_FOLDER"])
    return redirect(url_for("catalogue.index"))
