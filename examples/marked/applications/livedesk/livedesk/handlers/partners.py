import logging
from urllib.parse import urlparse

import yaml
from aiohttp import web
from lxml import etree

routes = web.RouteTableDef()
log = logging.getLogger(__name__)


class PartnerGateway:
    def __init__(self, app):
        self.http = app["http"]
        self.partner_http = app["partner_http"]
        self.hosts = app["cfg"].partners

    async def pull(self, url):
        async with self.http.get(url) as resp:  # BAD: server-side-request-forgery
            return await resp.text()

    async def pull_known(self, url):
        if urlparse(url).hostname not in self.hosts:
            raise web.HTTPForbidden()
        async with self.http.get(url, allow_redirects=False) as resp:  # OK: server-side-request-forgery
            return await resp.text()

    async def crm(self, customer_id):
        async with self.partner_http.get(f"https://crm.example.com/c/{int(customer_id)}") as resp:
            return await resp.json()


@routes.get("/partners/pull")
async def pull(request):
    return web.Response(text=await PartnerGateway(request.app).pull(request.query["url"]))


@routes.get("/partners/known")
async def known(request):
    return web.Response(text=await PartnerGateway(request.app).pull_known(request.query["url"]))


@routes.post("/partners/xml")
async def xml(request):
    doc = etree.fromstring(await request.read(), etree.XMLParser(load_dtd=True, no_network=False, resolve_entities=True))  # BAD: xml-external-entities
    wanted = request.query.get("id", "")
    rows = doc.xpath(f"//contact[@id='{wanted}']/name/text()")  # BAD: xpath-injection
    return web.json_response({"names": [str(r) for r in rows]})


@routes.post("/partners/mapping")
async def mapping(request):
    data = yaml.unsafe_load(await request.text())  # BAD: unsafe-deserialization
    return web.json_response({"keys": sorted(data)})


@routes.post("/partners/mapping-v2")
async def mapping_v2(request):
    data = yaml.safe_load(await request.text())  # OK: unsafe-deserialization
    return web.json_response({"keys": sorted(data)})
