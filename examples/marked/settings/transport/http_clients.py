import ssl
import urllib.request

import aiohttp
import boto3
import httplib2
import httpx
import pycurl
import requests
import tornado.httpclient
import urllib3
import websocket
import websockets
from requests.adapters import HTTPAdapter

CA_BUNDLE = "/etc/ssl/corp-ca.pem"
OPTIONS = {"timeout": 10, "verify": False}


def stock(sku):
    return requests.get(f"https://stock.example.com/{int(sku)}", verify=False, timeout=5).json()  # BAD: certificate-check-off


def stock_options(sku):
    return requests.get(f"https://stock.example.com/{int(sku)}", **OPTIONS).json()  # BAD: certificate-check-off


def stock_ca(sku):
    return requests.get(f"https://stock.example.com/{int(sku)}", verify=CA_BUNDLE, timeout=5).json()  # OK: certificate-check-off


def open_session():
    session = requests.Session()
    session.verify = False  # BAD: certificate-check-off
    return session


class Client:
    verify_tls = False

    def __init__(self, base):
        self.http = httpx.Client(base_url=base, verify=self.verify_tls)  # BAD: certificate-check-off

    async def fetch(self, path):
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=CA_BUNDLE)) as client:  # OK: certificate-check-off
            return await client.get("https://stock.example.com" + path)


async def prices():
    async with aiohttp.ClientSession() as session:
        async with session.get("https://prices.example.com", ssl=False) as resp:  # BAD: certificate-check-off
            return await resp.json()


async def rates():
    connector = aiohttp.TCPConnector(ssl=False)  # BAD: certificate-check-off
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.get("https://rates.example.com") as resp:
            return await resp.json()


async def fees():
    async with aiohttp.ClientSession() as session:
        async with session.get("https://fees.example.com", ssl=True) as resp:  # OK: certificate-check-off
            return await resp.json()


def pooled():
    return urllib3.PoolManager(cert_reqs="CERT_NONE", assert_hostname=False)  # BAD: certificate-check-off


def pooled_strict():
    return urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=CA_BUNDLE)  # OK: certificate-check-off


def feed():
    context = ssl._create_unverified_context()  # BAD: certificate-check-off
    with urllib.request.urlopen("https://feed.example.com", context=context) as resp:
        return resp.read()


def feed_checked():
    context = ssl.create_default_context()
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED  # OK: certificate-check-off
    with urllib.request.urlopen("https://feed.example.com", context=context) as resp:
        return resp.read()


def relaxed_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # BAD: certificate-check-off
    return context


def curl(url):
    c = pycurl.Curl()
    c.setopt(pycurl.URL, url)
    c.setopt(pycurl.SSL_VERIFYPEER, 0)  # BAD: certificate-check-off
    c.perform()


def old_client():
    return httplib2.Http(disable_ssl_certificate_validation=True)  # BAD: certificate-check-off


async def torn():
    request = tornado.httpclient.HTTPRequest("https://a.example.com", validate_cert=False)  # BAD: certificate-check-off
    return await tornado.httpclient.AsyncHTTPClient().fetch(request)


def stream():
    ws = websocket.WebSocket(sslopt={"cert_reqs": ssl.CERT_NONE})  # BAD: certificate-check-off
    ws.connect("wss://live.example.com")
    return ws


async def stream_async():
    async with websockets.connect("wss://live.example.com", ssl=relaxed_context()) as ws:
        return await ws.recv()


def bucket():
    return boto3.client("s3", verify=False)  # BAD: certificate-check-off


class CorpAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        kwargs["ssl_context"] = ssl.create_default_context(cafile=CA_BUNDLE)  # OK: certificate-check-off
        super().init_poolmanager(*args, **kwargs)
