"""Little servers that write their own response headers."""
import asyncio
import os
import re
import socket
import sys
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, unquote, urlsplit
from wsgiref.headers import Headers

import pycurl


class TraceHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        trace = query.get("trace", ["-"])[0]
        self.send_response(200)
        self.send_header("X-Trace-Id", trace)  # BAD: header-injection
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self):
        query = parse_qs(urlsplit(self.path).query)
        (trace,) = query.get("trace", ["-"])
        self.send_response(200)
        self.send_header("X-Trace-Id", trace.replace("\r", "").replace("\n", ""))  # OK: header-injection
        self.end_headers()

    def do_OPTIONS(self):
        self.send_response(204)
        self.send_header("X-Depth", str(int(self.headers.get("X-Depth", 0)) + 1))  # OK: header-injection
        self.end_headers()

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        form = parse_qs(raw.decode())
        disposition = "attachment; filename=%s" % form["name"][0]
        self.send_response(200)
        self.send_header("Content-Disposition", disposition)  # BAD: header-injection
        self.end_headers()

    def do_PUT(self):
        name = unquote(self.path.rsplit("/", 1)[-1])
        self.send_response(201)
        self.send_header("Content-Location", "/files/" + quote(name))  # OK: header-injection
        self.end_headers()


def greeting_app(environ, start_response):
    params = parse_qs(environ.get("QUERY_STRING", ""))
    headers = Headers([("Content-Type", "text/plain")])
    headers.add_header("X-Lang", params.get("lang", ["en"])[0])  # BAD: header-injection
    start_response("200 OK", headers.items())
    return [b"hello"]


def tenant_app(environ, start_response):
    tenant = unquote(environ["PATH_INFO"]).strip("/")
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Tenant", tenant)])  # BAD: header-injection
    return [b"ok"]


def region_app(environ, start_response):
    region = parse_qs(environ.get("QUERY_STRING", "")).get("region", ["eu"])[0]
    if not re.fullmatch(r"[a-z]{2}", region):
        start_response("400 Bad Request", [])
        return [b""]
    start_response("200 OK", [("X-Region", region)])  # OK: header-injection
    return [b"ok"]


def city_app(environ, start_response):
    city = parse_qs(environ.get("QUERY_STRING", "")).get("city", ["paris"])[0]
    if re.match(r"[a-z]+", city):
        start_response("200 OK", [("X-City", city)])  # BAD: header-injection
        return [b"ok"]
    start_response("400 Bad Request", [])
    return [b""]


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    line = (await reader.readline()).decode("latin-1")
    _method, target, _version = line.split(" ", 2)
    tag = unquote(urlsplit(target).query)
    head = "HTTP/1.1 204 No Content\r\n" + f"X-Tag: {tag}\r\n\r\n"
    writer.write(head.encode("latin-1"))  # BAD: header-injection
    await writer.drain()
    writer.close()


def serve_once(listener: socket.socket):
    conn, _ = listener.accept()
    with conn:
        request = conn.recv(4096).decode("latin-1")
        where = unquote(request.split()[1].partition("next=")[2])
        conn.sendall(("HTTP/1.0 200 OK\r\nX-Next: " + where + "\r\n\r\n").encode())  # BAD: header-injection


def cgi_main():
    params = parse_qs(os.environ.get("QUERY_STRING", ""))
    print("Content-Type: text/plain")
    print("X-Campaign: " + params["campaign"][0])  # BAD: header-injection
    print()
    sys.stdout.flush()


def forward_app(environ, start_response):
    user = parse_qs(environ["QUERY_STRING"])["user"][0]
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, "https://billing.corp.example/api")
    curl.setopt(pycurl.HTTPHEADER, [f"X-User: {user}"])  # BAD: header-injection
    curl.perform()
    start_response("204 No Content", [])
    return []
