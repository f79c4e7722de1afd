"""Sends mail."""

import smtplib
from email.message import EmailMessage

from flask import current_app


def send(to, subject, text):
    message = EmailMessage()
    message["From"] = "shop@harbor-supplies.net"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    if current_app.config["TESTING"]:
        return
    with smtplib.SMTP(current_app.config["SMTP_HOST"]) as server:
        server.login(current_app.config["SMTP_USER"], current_app.config["SMTP_PASSWORD"])
        server.send_message(message)
