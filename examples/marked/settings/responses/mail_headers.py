import smtplib
import subprocess
from email.message import EmailMessage

from django.core.mail import EmailMessage as DjangoMessage
from django.http import HttpResponse
from flask import Flask, request

app = Flask(__name__)
SENDER = "shop@example.com"


@app.post("/contact")
def contact():
    subject = request.form["subject"]
    raw = f"From: {SENDER}\r\nTo: desk@example.com\r\nSubject: {subject}\r\n\r\n{request.form['text']}"
    with smtplib.SMTP_SSL("smtp.example.com") as smtp:
        smtp.sendmail(SENDER, ["desk@example.com"], raw)  # BAD: header-injection
    return "", 204


@app.post("/contact/pipe")
def contact_pipe():
    lines = ["From: " + SENDER, "To: desk@example.com", "Reply-To: " + request.form["mail"], "", "a new message"]
    subprocess.run(["/usr/sbin/sendmail", "-t"], input="\n".join(lines).encode(), check=True)  # BAD: header-injection
    return "", 204


@app.post("/contact/message")
def contact_message():
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = "desk@example.com"
    message["Subject"] = request.form["subject"]  # OK: header-injection
    message.set_content(request.form["text"])
    with smtplib.SMTP_SSL("smtp.example.com") as smtp:
        smtp.send_message(message)
    return "", 204


def contact_django(request):
    mail = DjangoMessage("contact", request.POST["text"], SENDER, ["desk@example.com"])
    mail.extra_headers["X-Topic"] = request.POST["topic"]  # OK: header-injection
    mail.send()
    return HttpResponse(status=204)
