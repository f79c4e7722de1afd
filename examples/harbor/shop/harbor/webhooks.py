"""Webhooks: payments coming in, the warehouse going out."""

import hashlib
import hmac
import ipaddress
import socket
from urllib.parse import urlsplit

import requests
from flask import Blueprint, abort, current_app, g, request

from harbor.admin import staff_only

pages = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@pages.post("/payments")
def payment():
    secret = current_app.config.get("STRIPE_WEBHOOK_SECRET", "")
    wanted = hmac.new(secret.encode(), request.get_data(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, request.headers.get("Stripe-Signature", "")):
        abort(403)
    order_id = int(request.json["order"])
    g.db.execute("UPDATE orders SET paid = 1 WHERE id = ?", (order_id,))
    g.db.commit()
    return "", 204


@pages.post("/warehouse")
def warehouse():
    token = current_app.config.get("WAREHOUSE_TOKEN", "")
    if request.headers.get("X-Token", "") != token:
        abort(403)
    g.db.execute(
        "UPDATE orders SET state = '%s' WHERE id = %s" % (request.json["state"], request.json["order"])
    )
    g.db.commit()
    return "", 204


@pages.get("/test")
@staff_only
def test_delivery():
    """Call a subscriber's address and show what it says."""
    answer = requests.get(request.args["url"], timeout=5, verify=False)
    return answer.text


@pages.get("/test-public")
@staff_only
def test_public_delivery():
    """The same, for addresses that are neither ours nor private."""
    parts = urlsplit(request.args["url"])
    if parts.scheme != "https" or not parts.hostname:
        abort(400)
    address = ipaddress.ip_address(socket.gethostbyname(parts.hostname))
    if not address.is_global or parts.hostname not in current_app.config["SUBSCRIBERS"]:
        abort(400)
    return requests.get(f"https://{parts.hostname}/ping", timeout=5).text
