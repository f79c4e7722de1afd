import ftplib
import http.client
import smtplib
import socket
import ssl
import urllib.request
from email.message import EmailMessage
from urllib.parse import urlsplit

ALLOWED = ("files.example.org", "mirror.example.org")


def push_ftp(host, user, password, name, stream):
    with ftplib.FTP(host) as ftp:  # BAD: cleartext-transmission
        ftp.login(user, password)
        ftp.storbinary("STOR incoming.bin", stream)
    return name


def push_ftps(host, user, password, stream):
    with ftplib.FTP_TLS(host, context=ssl.create_default_context()) as ftp:  # OK: cleartext-transmission
        ftp.login(user, password)
        ftp.prot_p()
        ftp.storbinary("STOR incoming.bin", stream)


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as resp:  # BAD: server-side-request-forgery
        return resp.read(5_000_000)


def fetch_allowed(url):
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in ALLOWED:
        raise ValueError("host")
    with urllib.request.urlopen(url, timeout=10) as resp:  # OK: server-side-request-forgery
        return resp.read(5_000_000)


def fetch_internal(name):
    ctx = ssl._create_unverified_context()  # BAD: certificate-check-off
    conn = http.client.HTTPSConnection("store.example.org", context=ctx)
    conn.request("GET", "/objects/%d" % int(name))
    return conn.getresponse().read(5_000_000)


def legacy_socket(host):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # BAD: old-tls-version
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_default_certs()
    return ctx.wrap_socket(socket.create_connection((host, 990)), server_hostname=host)


def modern_socket(host):
    ctx = ssl.create_default_context()
    ctx.minimum_version = ssl.TLSVersion.TLSv1_2  # OK: old-tls-version
    return ctx.wrap_socket(socket.create_connection((host, 990)), server_hostname=host)


def mail(to, subject, text):
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = subject  # OK: header-injection
    message.set_content(text)
    with smtplib.SMTP("localhost") as smtp:
        smtp.send_message(message)
