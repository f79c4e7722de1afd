import ftplib
import http.client
import socket
import urllib.request
import uuid
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlparse

import cloudscraper
import feedparser
import httplib2
import httpx
import pandas as pd
import pycurl
import requests
import urllib3
import xmlrpc.client
from flask import Flask, abort, request
from lxml import etree
from zeep import Client as SoapClient

app = Flask(__name__)
http = urllib3.PoolManager()
UPSTREAMS = {"eu": "https://eu.api.example.com", "us": "https://us.api.example.com"}
BASE = "https://api.example.com"


@dataclass
class Job:
    url: str
    method: str = "GET"


@app.post("/probe")
def probe():
    job = Job(**request.get_json())
    resp = requests.request(job.method, job.url, timeout=3)  # BAD: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/status")
def status():
    url = request.args.get("url", "https://www.example.com")
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD")) as resp:  # BAD: server-side-request-forgery
        return {"status": resp.status}


@app.get("/size")
def size():
    if not (url := request.args.get("url")):
        abort(400)
    resp = http.request("GET", url)  # BAD: server-side-request-forgery
    return {"size": len(resp.data)}


@app.get("/region")
def region():
    name = request.args["region"]
    resp = requests.get(UPSTREAMS[name] + "/health", timeout=3)  # OK: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/tenant")
def tenant():
    name = request.args["tenant"]
    resp = requests.get(f"https://{name}.example.com/health", timeout=3)  # BAD: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/tenant/letters")
def tenant_letters():
    name = request.args["tenant"]
    if not name.isalnum():
        abort(400)
    resp = requests.get(f"https://{name}.example.com/health", timeout=3)  # OK: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/user")
def user():
    resp = requests.get("{}/users/{}/public".format(BASE, request.args["id"]), timeout=3)  # BAD: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/user/quoted")
def user_quoted():
    name = str(uuid.UUID(request.args["id"]))
    resp = requests.get("{}/users/{}/public".format(BASE, name), timeout=3)  # OK: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/item/<int:item>")
def item(item):
    resp = httpx.get(f"{BASE}/items/{item}")  # OK: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/find")
def find():
    resp = httpx.get(f"{BASE}/find?" + urlencode({"q": request.args["q"]}))  # OK: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/pass/<path:rest>")
def pass_through(rest):
    url = BASE
    url += rest
    resp = httpx.get(url)  # BAD: server-side-request-forgery
    return {"status": resp.status_code}


@app.get("/host")
def host():
    conn = http.client.HTTPSConnection(request.args["host"], timeout=3)  # BAD: server-side-request-forgery
    conn.request("GET", "/")
    return {"status": conn.getresponse().status}


@app.get("/port")
def port():
    target = (request.args["host"], int(request.args.get("port", 80)))
    with socket.create_connection(target, timeout=2):  # BAD: server-side-request-forgery
        return {"open": True}


@app.get("/table")
def table():
    source = request.args["source"]
    if not source.startswith("https://"):
        abort(400)
    frame = pd.read_csv(source)  # BAD: server-side-request-forgery
    return {"rows": len(frame)}


@app.get("/feed")
def feed():
    parsed = feedparser.parse(request.values["feed"])  # BAD: server-side-request-forgery
    return {"entries": len(parsed.entries)}


@app.get("/soap")
def soap():
    client = SoapClient(wsdl=request.args["wsdl"])  # BAD: server-side-request-forgery
    return {"services": len(client.wsdl.services)}


@app.get("/rpc")
def rpc():
    proxy = xmlrpc.client.ServerProxy(request.headers["X-Rpc"])  # BAD: server-side-request-forgery
    return {"pong": bool(proxy.system.listMethods())}


@app.get("/curl")
def curl():
    c = pycurl.Curl()
    c.setopt(c.URL, request.args["url"])  # BAD: server-side-request-forgery
    c.perform()
    return {"code": c.getinfo(pycurl.RESPONSE_CODE)}


@app.get("/lib2")
def lib2():
    resp, _ = httplib2.Http().request(request.args["url"])  # BAD: server-side-request-forgery
    return {"status": resp.status}


@app.get("/scrape")
def scrape():
    return {"ok": cloudscraper.create_scraper().get(request.args["url"]).ok}  # BAD: server-side-request-forgery


@app.get("/ftp")
def ftp():
    with ftplib.FTP(request.args["host"]) as conn:  # BAD: server-side-request-forgery
        conn.login()
        return {"welcome": conn.getwelcome()}


@app.get("/local-only")
def blocked_localhost():
    url = request.args["url"]
    if urlparse(url).hostname in ("localhost", "127.0.0.1"):
        abort(400)
    return {"status": requests.get(url, timeout=3).status_code}  # BAD: server-side-request-forgery


@app.get("/doc")
def doc():
    name = quote(request.args["name"], safe="")
    if name in (".", ".."):
        abort(400)
    resp = requests.get(BASE + "/docs/" + name, timeout=3)  # OK: server-side-request-forgery
    return {"status": resp.status_code, "root": etree.QName("doc").localname}
