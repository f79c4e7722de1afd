"""Calls to the services behind the gateway."""
import logging
from contextlib import suppress

import httpx
import requests

log = logging.getLogger(__name__)
SERVICES = {"stock": "https://stock.internal.example", "price": "https://price.internal.example"}


class UpstreamError(Exception):
    pass


class Service:
    root = ""

    def call(self, path, **params):
        return requests.get(self.root + path, params=params, timeout=5)  # BAD: server-side-request-forgery


class Stock(Service):
    root = SERVICES["stock"]

    def level(self, sku):
        return self.call(f"/levels/{sku}").json()


def known_service(name):
    with suppress(KeyError):
        return SERVICES[name]
    raise UpstreamError(name)


async def ask(name, params):
    base = known_service(name)
    async with httpx.AsyncClient() as client:
        return (await client.get(base + "/ask", params=params)).json()  # OK: server-side-request-forgery


def note(event, *details, **fields):
    text = event + ":" + ",".join(map(str, details))
    for key in sorted(fields):
        text += f" {key}={fields[key]}"
    log.info(text)  # BAD: log-injection


def note_count(event, count):
    log.info("%s=%d", event, int(count))  # OK: log-injection
