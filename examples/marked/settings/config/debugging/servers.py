import logging
import os

import bottle
import dash
import tornado.web
import web
from fastapi import FastAPI
from flask import Flask
from flask_socketio import SocketIO
from quart import Quart
from sanic import Sanic
from starlette.applications import Starlette
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import run_simple

from .conf import OPTIONS, Base, Development

logging.basicConfig(level=logging.DEBUG)  # OK: debug-mode
web.config.debug = True  # BAD: debug-mode


def shop():
    app = Flask("shop")
    app.config.from_object(Development)  # BAD: debug-mode
    return app


def billing():
    app = Flask("billing")
    app.config.from_object(Base)  # OK: debug-mode
    return app


def intranet():
    app = Flask("intranet")
    app.debug = True  # BAD: debug-mode
    return app


def wiki():
    app = Flask("wiki")
    app.config["DEBUG"] = True  # BAD: debug-mode
    return app


def forum():
    app = Flask("forum")
    app.config.update(DEBUG=True, TESTING=False)  # BAD: debug-mode
    return app


def portal():
    return FastAPI(title="portal", debug=True)  # BAD: debug-mode


def gateway():
    return Starlette(debug=True, routes=[])  # BAD: debug-mode


def chart_board():
    board = dash.Dash(__name__)
    board.run(debug=True, port=8050)  # BAD: debug-mode


def ticker():
    return tornado.web.Application([], debug=True)  # BAD: debug-mode


def ticker_quiet():
    return tornado.web.Application([], debug=False, autoreload=True)  # OK: debug-mode


def chat():
    app = Flask("chat")
    SocketIO(app).run(app, **{"debug": True, "port": 5001})  # BAD: debug-mode


def small():
    bottle.run(host="127.0.0.1", port=8080, **OPTIONS)  # BAD: debug-mode


def small_switch():
    bottle.debug(True)  # BAD: debug-mode


def async_site():
    Quart("site").run(debug=True)  # BAD: debug-mode


def fast_site():
    Sanic("site").run(debug=True)  # BAD: debug-mode


def plain(app):
    run_simple("localhost", 5000, app, use_debugger=True)  # BAD: debug-mode


def wrapped(app):
    return DebuggedApplication(app, evalex=True)  # BAD: debug-mode


def from_environment():
    Flask("env").run(debug=os.environ.get("APP_DEBUG") == "1")  # OK: debug-mode


def quiet():
    Flask("quiet").run(debug=False, port=5002)  # OK: debug-mode
