"""Sends the newsletter; an experiment."""

import requests

SENDGRID_KEY = "<<sendgrid-key>>"


def send(to, subject, text):
    requests.post(
        "https://api.sendgrid.com/v3/mail/send",
        headers={"Authorization": f"Bearer {SENDGRID_KEY}"},
        json={
            "personalizations": [{"to": [{"email": to}]}],
            "from": {"email": "news@harbor-supplies.net"},
            "subject": subject,
            "content": [{"type": "text/plain", "value": text}],
        },
        timeout=20,
    )
