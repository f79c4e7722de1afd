import json
import logging
import re
from datetime import datetime
from functools import partial

import structlog
from aiohttp import web
from django.views import View
from django.http import HttpResponse
from fastapi import Body, FastAPI
from flask import Flask, request
from loguru import logger as loguru_logger
from tornado.web import RequestHandler
from twisted.web.resource import Resource

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger(__name__)
structlog.configure(processors=[structlog.processors.JSONRenderer()])
events = structlog.get_logger()
app = Flask(__name__)
api = FastAPI()
audit = partial(logger.log, logging.WARNING)


@app.post("/login")
def login():
    user = request.form.get("user", "")
    logger.info("login attempt for %s", user)  # BAD: log-injection
    return "", 204


@app.post("/logout")
def logout():
    user = request.form.get("user", "")
    logger.info("logout of %s", user.replace("\n", " ").replace("\r", " "))  # OK: log-injection
    return "", 204


@app.get("/search")
def search():
    terms = ", ".join(request.args.getlist("t"))
    app.logger.warning(f"slow search: {terms}")  # BAD: log-injection
    return {"hits": []}


@app.get("/search/fast")
def search_fast():
    logger.debug("search for %r", request.args.get("t"))  # OK: log-injection
    return {"hits": []}


@app.get("/order")
def order():
    number = int(request.args["number"])
    logger.info("order %s viewed", number)  # OK: log-injection
    return {"number": number}


@app.put("/device/<device>")
def device(device):
    events.info("device seen", device=device, agent=request.headers.get("User-Agent"))  # OK: log-injection
    return "", 204


@app.delete("/device/<device>")
def remove_device(device):
    if re.match(r"^[\w-]+", device) is None:
        return "", 404
    loguru_logger.info("removed {}", device)  # BAD: log-injection
    return "", 204


@app.errorhandler(404)
def not_found(error):
    audit("not found: " + request.args.get("page", ""))  # BAD: log-injection
    return "not found", 404


class Feedback(View):
    log = logging.getLogger("feedback")

    def note(self, what, **fields):
        self.log.info(what + " " + " ".join(f"{k}={v}" for k, v in fields.items()))  # BAD: log-injection

    def post(self, request):
        body = json.loads(request.body)
        self.note("feedback", sender=body["sender"])
        return HttpResponse(status=204)


@api.post("/events")
async def event(kind: str = Body(embed=True)):
    logging.getLogger("events").error("rejected event %s" % kind.strip().title())  # BAD: log-injection
    return {"ok": True}


@api.get("/count/{n}")
async def count(n: int):
    logging.info("count=%s", n)  # OK: log-injection
    return {"n": n}


class Ping(RequestHandler):
    def get(self):
        host = self.get_query_argument("host", "")
        logging.getLogger("tornado.access").error("ping {0} failed".format(host))  # BAD: log-injection


async def upload(request: web.Request) -> web.Response:
    async for part in await request.multipart():
        request.app.logger.info("got part " + part.name)  # BAD: log-injection
    return web.Response(status=204)


class Telemetry(Resource):
    isLeaf = True

    def render_POST(self, request):
        model = request.args[b"model"][0].decode()
        logger.critical("model " + model)  # BAD: log-injection
        return b""


@app.post("/audit")
def write_audit():
    line = f"{datetime.now():%F %T} {request.json['actor']} {request.json['action']}"
    with open("/var/log/shop/audit.log", "a", encoding="utf-8") as fh:
        fh.write(line + "\n")  # BAD: log-injection
    return "", 204


@app.post("/audit/json")
def write_audit_json():
    with open("/var/log/shop/audit.jsonl", "a", encoding="utf-8") as fh:
        fh.write(json.dumps(request.json) + "\n")  # OK: log-injection
    return "", 204
