import hmac
import json
import logging
import os
import re

import falcon
import jsonpickle
import pymysql

log = logging.getLogger("sensors")
ID = re.compile(r"^([a-z]+)+-\d+$")
SENSOR = re.compile(r"^[a-z]{1,20}-\d{1,6}$")


class TokenMiddleware:
    open_paths = ("/health",)

    def process_request(self, req, resp):
        if req.path in self.open_paths:
            return
        token = req.get_header("X-Token") or ""
        if not hmac.compare_digest(token, os.environ["SENSOR_TOKEN"]):
            raise falcon.HTTPUnauthorized()


class Base:
    def __init__(self, pool):
        self.pool = pool

    def fetch(self, sql, args=()):
        with self.pool().cursor() as cur:
            cur.execute(sql, args)
            return cur.fetchall()


class Readings(Base):
    def on_get(self, req, resp, sensor):
        if not SENSOR.match(sensor):  # OK: slow-regex
            raise falcon.HTTPBadRequest(title="sensor")
        resp.media = self.fetch("SELECT at, value FROM readings WHERE sensor = %s", (sensor,))

    def on_post(self, req, resp, sensor):
        if not ID.match(sensor):  # BAD: slow-regex
            raise falcon.HTTPBadRequest(title="sensor")
        data = jsonpickle.decode(req.bounded_stream.read().decode())  # BAD: unsafe-deserialization
        log.info("reading stored, %d fields", len(data))
        resp.status = falcon.HTTP_201

    def on_delete(self, req, resp, sensor):
        with self.pool().cursor() as cur:
            cur.execute("DELETE FROM readings WHERE sensor = '" + sensor + "'")  # BAD: sql-injection
        resp.status = falcon.HTTP_204


class Rename(Base):
    def on_post(self, req, resp):
        data = json.load(req.bounded_stream)
        limit = int(data.get("limit", 1))
        with self.pool().cursor() as cur:
            cur.execute(f"UPDATE sensors SET name = %s WHERE id = %s LIMIT {limit}", (data["name"], data["id"]))  # OK: sql-injection
        resp.media = {"ok": True}


class Page:
    def on_get(self, req, resp):
        resp.content_type = "text/html"
        resp.text = "<h1>" + req.get_param("title", default="Sensors") + "</h1>"  # BAD: cross-site-scripting


class Health:
    def on_get(self, req, resp):
        resp.media = {"status": "up"}


def connect():
    return pymysql.connect(host="localhost", user="sensors", password=os.environ["SENSOR_DB"], database="sensors")


def create():
    app = falcon.App(middleware=[TokenMiddleware()], cors_enable=True)  # BAD: permissive-cors
    app.add_route("/readings/{sensor}", Readings(connect))
    app.add_route("/rename", Rename(connect))
    app.add_route("/page", Page())
    app.add_route("/health", Health())
    return app
