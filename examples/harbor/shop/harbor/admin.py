"""The desk behind the counter: imports, reports, thumbnails."""

import functools
import re
import subprocess
from pathlib import Path

import yaml
from flask import Blueprint, abort, current_app, g, redirect, render_template, render_template_string, request, url_for
from lxml import etree

from harbor.accounts import login_required
from harbor.database import many

pages = Blueprint("admin", __name__, url_prefix="/admin")

MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def staff_only(view):
    @functools.wraps(view)
    @login_required
    def guarded(**arguments):
        if not g.customer["is_staff"]:
            abort(403)
        return view(**arguments)

    return guarded


@pages.get("/")
@staff_only
def index():
    return render_template("admin.html", orders=many(g.db, "SELECT * FROM orders ORDER BY id DESC LIMIT 50"))


@pages.post("/products/import")
@staff_only
def import_products():
    for row in yaml.load(request.files["file"].stream, Loader=yaml.Loader):
        add_product(row)
    g.db.commit()
    return redirect(url_for("admin.index"))


@pages.post("/campaigns/import")
@staff_only
def import_campaigns():
    for row in yaml.safe_load(request.files["file"].stream):
        g.db.execute(
            "INSERT INTO campaigns (code, formula) VALUES (?, ?)", (row["code"], row["formula"])
        )
    g.db.commit()
    return redirect(url_for("admin.index"))


@pages.post("/products/import-xml")
@staff_only
def import_supplier_feed():
    parser = etree.XMLParser(resolve_entities=True, no_network=False)
    feed = etree.parse(request.files["file"].stream, parser)
    for item in feed.iter("product"):
        add_product({key: item.findtext(key) for key in ("name", "description", "price_cents")})
    g.db.commit()
    return redirect(url_for("admin.index"))


@pages.get("/report")
@staff_only
def report():
    month = request.args.get("month", "")
    return subprocess.check_output(
        f"sqlite3 -csv {current_app.config['DATABASE_PATH']} "
        f"\"SELECT * FROM orders WHERE created LIKE '{month}%'\"",
        shell=True,
        text=True,
    )


@pages.get("/report/size")
@staff_only
def report_size():
    month = request.args.get("month", "")
    if not MONTH.fullmatch(month):
        abort(400)
    done = subprocess.run(
        ["du", "-sk", f"reports/{month}"], capture_output=True, text=True, check=False
    )
    return done.stdout


@pages.post("/thumbnail")
@staff_only
def thumbnail():
    name = request.form["name"]
    source = Path(current_app.config["UPLOAD_FOLDER"]) / name
    subprocess.run("convert " + str(source) + " -resize 200x200 " + str(source) + ".small.png", shell=True, check=True)
    return redirect(url_for("admin.index"))


@pages.get("/greeting")
@staff_only
def greeting():
    """Preview the words of a newsletter."""
    return render_template_string("<p>" + request.args.get("words", "") + "</p>")


def add_product(row):
    g.db.execute(
        "INSERT INTO products (name, description, price_cents, stock) VALUES (?, ?, ?, 0)",
        (row["name"], row.get("description", ""), int(row["price_cents"])),
    )
