import asyncio
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
import boto3
import httpx
import websockets
from aiohttp import web
from fastapi import Body, Depends, FastAPI, Header, HTTPException
from playwright.async_api import async_playwright
from pydantic import BaseModel
from sanic import Sanic
from sanic.response import json as sanic_json
from starlette.responses import JSONResponse
from tornado.httpclient import AsyncHTTPClient
from tornado.web import RequestHandler

api = FastAPI()
sanic_app = Sanic("proxy")
ALLOWED = frozenset({"cdn.example.com", "img.example.com"})


class Hook(BaseModel):
    url: str
    event: str = "created"


class Picked(BaseModel):
    zone: Literal["a", "b"]


def target_url(url: str) -> str:
    return url.strip()


def checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc not in ALLOWED:
        raise HTTPException(400)
    return url


@api.post("/hooks")
async def hooks(hook: Hook):
    async with httpx.AsyncClient() as client:
        resp = await client.post(hook.url, json={"event": hook.event})  # BAD: server-side-request-forgery
    return {"status": resp.status_code}


@api.get("/fetch")
async def fetch(url: str = Depends(target_url)):
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as resp:  # BAD: server-side-request-forgery
            return {"status": resp.status}


@api.get("/fetch/checked")
async def fetch_checked(url: str = Depends(checked_url)):
    async with aiohttp.ClientSession() as session:
        async with session.get(url, allow_redirects=False) as resp:  # OK: server-side-request-forgery
            return {"status": resp.status}


@api.post("/zone")
async def zone(picked: Picked):
    async with httpx.AsyncClient(base_url=f"https://{picked.zone}.example.com") as client:
        return {"status": (await client.get("/ping")).status_code}  # OK: server-side-request-forgery


@api.post("/batch")
async def batch(urls: list[str] = Body()):
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(*[client.get(u) for u in urls])  # BAD: server-side-request-forgery
    return {"codes": [a.status_code for a in answers]}


@api.get("/live")
async def live(x_stream: str = Header()):
    async with websockets.connect(x_stream) as ws:  # BAD: server-side-request-forgery
        return {"first": len(await ws.recv())}


@api.get("/shot")
async def shot(page_url: str):
    async with async_playwright() as p:
        browser = await p.chromium.launch()
        page = await browser.new_page()
        await page.goto(page_url)  # BAD: server-side-request-forgery
        return {"title": await page.title()}


@api.get("/buckets")
def buckets(endpoint: str):
    s3 = boto3.client("s3", endpoint_url=endpoint)  # BAD: server-side-request-forgery
    return {"n": len(s3.list_buckets()["Buckets"])}


async def relay(request: web.Request) -> web.Response:
    target = request.query["target"]
    async with aiohttp.request("GET", target) as resp:  # BAD: server-side-request-forgery
        return web.json_response({"status": resp.status})


async def relay_path(request: web.Request) -> web.Response:
    session: aiohttp.ClientSession = request.app["session"]
    async with session.get("https://files.example.com/" + request.match_info["name"]) as resp:  # BAD: server-side-request-forgery
        return web.json_response({"status": resp.status})


class Fetcher(RequestHandler):
    async def post(self):
        (url,) = self.get_body_arguments("url")
        resp = await AsyncHTTPClient().fetch(url)  # BAD: server-side-request-forgery
        self.write({"code": resp.code})


@sanic_app.post("/dial")
async def dial(request):
    host, _, port = request.json["address"].partition(":")
    _reader, writer = await asyncio.open_connection(host, int(port))  # BAD: server-side-request-forgery
    writer.close()
    return sanic_json({"ok": True})


async def star(request):
    form = await request.form()
    async with httpx.AsyncClient() as client:
        resp = await client.send(httpx.Request("GET", form["url"]))  # BAD: server-side-request-forgery
    return JSONResponse({"code": resp.status_code})
