import ftplib
import http.client
import imaplib
import os
import poplib
import smtplib
import ssl
import urllib.parse
import urllib.request
import xmlrpc.client

import grpc
import httpx
import ldap
import ldap3
import requests
import websockets

LOGIN_URL = "http://sso.example.com/login"
PASSWORD = os.environ.get("SERVICE_PASSWORD", "")


def login(user, password):
    return requests.post(LOGIN_URL, data={"user": user, "password": password}, timeout=5)  # BAD: cleartext-transmission


def login_basic(user, password):
    return httpx.get("http://api.example.com/me", auth=(user, password))  # BAD: cleartext-transmission


def login_tls(user, password):
    return requests.post("https://sso.example.com/login", data={"user": user, "password": password}, timeout=5)  # OK: cleartext-transmission


def login_local(user, password):
    return requests.post("http://127.0.0.1:8080/login", data={"user": user, "password": password}, timeout=5)  # OK: cleartext-transmission


def charge(card_number):
    data = urllib.parse.urlencode({"card_number": card_number}).encode()
    with urllib.request.urlopen("http://pay.example.com/charge", data) as resp:  # BAD: cleartext-transmission
        return resp.read()


def token(secret):
    conn = http.client.HTTPConnection("auth.example.com")
    conn.request("POST", "/token", headers={"Authorization": f"Bearer {secret}"})  # BAD: cleartext-transmission
    return conn.getresponse().read()


def token_tls(secret):
    conn = http.client.HTTPSConnection("auth.example.com")
    conn.request("POST", "/token", headers={"Authorization": f"Bearer {secret}"})  # OK: cleartext-transmission
    return conn.getresponse().read()


def upload(path):
    with ftplib.FTP("ftp.example.com") as ftp, open(path, "rb") as fh:
        ftp.login("deploy", PASSWORD)  # BAD: cleartext-transmission
        ftp.storbinary("STOR build.zip", fh)


def upload_tls(path):
    with ftplib.FTP_TLS("ftp.example.com", context=ssl.create_default_context()) as ftp, open(path, "rb") as fh:
        ftp.login("deploy", PASSWORD)  # OK: cleartext-transmission
        ftp.prot_p()
        ftp.storbinary("STOR build.zip", fh)


def mail(message):
    with smtplib.SMTP("smtp.example.com", 25) as smtp:
        smtp.login("robot", PASSWORD)  # BAD: cleartext-transmission
        smtp.send_message(message)


def mail_starttls(message):
    with smtplib.SMTP("smtp.example.com", 587) as smtp:
        smtp.starttls(context=ssl.create_default_context())
        smtp.login("robot", PASSWORD)  # OK: cleartext-transmission
        smtp.send_message(message)


def inbox():
    box = imaplib.IMAP4("imap.example.com")
    box.login("robot", PASSWORD)  # BAD: cleartext-transmission
    return box


def inbox_tls():
    box = imaplib.IMAP4_SSL("imap.example.com", ssl_context=ssl.create_default_context())
    box.login("robot", PASSWORD)  # OK: cleartext-transmission
    return box


def pop():
    box = poplib.POP3("pop.example.com")
    box.user("robot")
    box.pass_(PASSWORD)  # BAD: cleartext-transmission
    return box


def bind(dn, password):
    conn = ldap.initialize("ldap://ldap.example.com")
    conn.simple_bind_s(dn, password)  # BAD: cleartext-transmission
    return conn


def bind_starttls(dn, password):
    conn = ldap.initialize("ldap://ldap.example.com")
    conn.start_tls_s()
    conn.simple_bind_s(dn, password)  # OK: cleartext-transmission
    return conn


def bind_pure(dn, password):
    server = ldap3.Server("ldap.example.com", port=389, use_ssl=False)
    return ldap3.Connection(server, user=dn, password=password, auto_bind=True)  # BAD: cleartext-transmission


def rpc(password):
    proxy = xmlrpc.client.ServerProxy("http://erp.example.com/RPC2")
    return proxy.authenticate("robot", password)  # BAD: cleartext-transmission


def channel():
    return grpc.insecure_channel("ledger.example.com:50051")  # BAD: cleartext-transmission


def channel_tls():
    return grpc.secure_channel("ledger.example.com:443", grpc.ssl_channel_credentials())  # OK: cleartext-transmission


async def live(access_token):
    async with websockets.connect("ws://live.example.com/feed") as ws:
        await ws.send(access_token)  # BAD: cleartext-transmission
        return await ws.recv()
