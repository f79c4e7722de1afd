import ipaddress
import smtplib
import socket
from functools import reduce
from urllib.parse import unquote, urlsplit, urlunsplit

import ldap3
import niquests
import paramiko
import redis
import sqlalchemy
import trafilatura
import yt_dlp
from bottle import request as bottle_request, route
from flask import Flask, abort, request
from pyramid.view import view_config
from requests import Session
from selenium import webdriver

app = Flask(__name__)
BLOCKED = ["169.254.169.254", "metadata.google.internal"]


def resolve_public(host):
    address = ipaddress.ip_address(socket.gethostbyname(host))
    if not address.is_global:
        abort(400)
    return str(address)


@app.get("/video")
def video():
    with yt_dlp.YoutubeDL({"quiet": True}) as ydl:
        info = ydl.extract_info(request.args["v"], download=False)  # BAD: server-side-request-forgery
    return {"title": info["title"]}


@app.get("/article")
def article():
    return {"ok": trafilatura.fetch_url(request.args["u"]) is not None}  # BAD: server-side-request-forgery


@app.get("/browser")
def browser():
    driver = webdriver.Firefox()
    driver.get(request.args["u"])  # BAD: server-side-request-forgery
    return {"title": driver.title}


@app.post("/cache")
def cache():
    return {"pong": redis.Redis.from_url(request.json["redis"]).ping()}  # BAD: server-side-request-forgery


@app.post("/database")
def database():
    engine = sqlalchemy.create_engine("postgresql://app@" + request.json["db_host"] + "/app")  # BAD: server-side-request-forgery
    with engine.connect() as conn:
        return {"one": conn.scalar(sqlalchemy.text("SELECT 1"))}


@app.post("/directory")
def directory():
    server = ldap3.Server(request.form["server"], use_ssl=True)
    return {"ok": ldap3.Connection(server).bind()}  # BAD: server-side-request-forgery


@app.post("/smtp")
def smtp():
    host = request.form["smtp"]
    with smtplib.SMTP_SSL(host, timeout=3) as conn:  # BAD: server-side-request-forgery
        return {"code": conn.noop()[0]}


@app.post("/ssh")
def ssh():
    transport = paramiko.Transport((request.form["host"], 22))  # BAD: server-side-request-forgery
    transport.start_client(timeout=3)
    return {"version": transport.remote_version}


@app.get("/blocked")
def blocked():
    url = request.args["u"]
    for name in BLOCKED:
        url = url.replace(name, "")
    return {"code": niquests.get(url).status_code}  # BAD: server-side-request-forgery


@app.get("/public")
def public():
    address = resolve_public(request.args["host"])
    with socket.create_connection((address, 443), timeout=3):  # OK: server-side-request-forgery
        return {"open": True}


@app.get("/rebuilt")
def rebuilt():
    parts = urlsplit(request.args["u"])
    url = urlunsplit(("https", "files.example.com", "/public/index.json", parts.query, ""))
    return {"code": Session().get(url, timeout=3).status_code}  # OK: server-side-request-forgery


@route("/chain")
def chain():
    steps = [unquote, str.strip, lambda s: s if "://" in s else "https://" + s]
    url = reduce(lambda value, step: step(value), steps, bottle_request.query.u)
    return {"code": Session().head(url, timeout=3).status_code}  # BAD: server-side-request-forgery


@view_config(route_name="avatar", renderer="json")
def avatar(request):
    host, path = "avatars.example.com", request.matchdict["path"]
    return {"code": Session().get("https://%s/%s" % (host, "/".join(path)), timeout=3).status_code}  # BAD: server-side-request-forgery
