"""Tells the crew's channel about orders."""

import requests
from flask import current_app


def announce_order(order_id, cents):
    words = f"Order {order_id}: {cents / 100:.2f} €"
    requests.post(current_app.config["SLACK_WEBHOOK_URL"], json={"text": words}, timeout=5)
