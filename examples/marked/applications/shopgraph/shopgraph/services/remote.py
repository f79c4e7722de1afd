import ipaddress
import socket
from urllib.parse import quote, urlparse

import requests
import urllib3

urllib3.disable_warnings()
STOCK = "https://stock.shopgraph.example"


class Http:
    options = {"timeout": 5, "verify": False}

    def get(self, url):
        return requests.get(url, timeout=5, verify=self.options["verify"])  # BAD: certificate-check-off


class CheckedHttp(Http):
    options = {"timeout": 5, "verify": True}
    hosts = ("img.shopgraph.example", "cdn.shopgraph.example")

    def fetch(self, url):
        parts = urlparse(url)
        if parts.scheme == "https" and parts.hostname in self.hosts:
            return requests.get(url, timeout=5, allow_redirects=False)  # OK: server-side-request-forgery
        raise ValueError("host")


def _private(host):
    try:
        return ipaddress.ip_address(socket.gethostbyname(host)).is_private
    except OSError:
        return True


def image_type(url):
    host = urlparse(url).hostname or ""
    if host in ("localhost", "127.0.0.1"):
        raise ValueError("local address")
    resp = requests.get(url, timeout=5)  # BAD: server-side-request-forgery
    return resp.headers.get("Content-Type", "")


def stock(sku):
    resp = requests.get(f"{STOCK}/levels/{quote(sku, safe='')}", timeout=5)  # OK: server-side-request-forgery
    return int(resp.json()["level"])


def legacy_stock(sku):
    return int(Http().get(f"{STOCK}/v0/levels/{quote(sku, safe='')}").text)
