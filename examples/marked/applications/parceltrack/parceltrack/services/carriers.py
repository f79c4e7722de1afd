import ssl
from urllib.parse import quote, urlparse

import httpx

from ..settings import settings


class CarrierClient:
    verify: bool | ssl.SSLContext = True

    def __init__(self, base: str):
        self.base = base.rstrip("/")

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(verify=self.verify, timeout=10)

    async def status(self, code: str) -> dict:
        async with self._client() as client:
            resp = await client.get(f"{self.base}/v1/status/{quote(code, safe='')}")
            resp.raise_for_status()
            return resp.json()


class OldCarrierClient(CarrierClient):
    def _client(self):
        ctx = ssl._create_unverified_context()  # BAD: certificate-check-off
        ctx.minimum_version = ssl.TLSVersion.TLSv1  # BAD: old-tls-version
        return httpx.AsyncClient(verify=ctx, timeout=10)


async def notify(url: str, body: dict) -> int:
    async with httpx.AsyncClient(timeout=5) as client:
        resp = await client.post(url, json=body)  # BAD: server-side-request-forgery
        return resp.status_code


async def proxy(url: str) -> bytes:
    parts = urlparse(url)
    if parts.scheme != "https" or parts.hostname not in settings.carrier_hosts:
        raise ValueError("carrier host")
    async with httpx.AsyncClient(timeout=5, follow_redirects=False) as client:
        resp = await client.get(url)  # OK: server-side-request-forgery
        return resp.content


async def proof_image(url: str) -> bytes:
    if not url.startswith("https://proof.swift-post.example"):  # BAD: incomplete-url-check
        raise ValueError("proof host")
    async with httpx.AsyncClient(timeout=5) as client:
        resp = await client.get(url)  # BAD: server-side-request-forgery
        return resp.content
