import asyncio
import ipaddress
import socket
import socketserver
from http.server import HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer
from xmlrpc.server import SimpleXMLRPCServer

import bottle
import cherrypy
import eventlet
import grpc
import tornado.httpserver
import uvicorn
import waitress
import websockets
from aiohttp import web
from flask import Flask
from gevent.pywsgi import WSGIServer
from hypercorn.config import Config
from twisted.internet import reactor

ANY = "0.0.0.0"
app = Flask(__name__)


def control_socket(port=7000):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))  # BAD: binds-all-interfaces
    return sock


def metrics_socket():
    address = (ANY, 7001)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(address)  # BAD: binds-all-interfaces
    return sock


def six_socket():
    sock = socket.socket(socket.AF_INET6)
    sock.bind(("::", 7002))  # BAD: binds-all-interfaces
    return sock


def created():
    return socket.create_server((ANY, 7003))  # BAD: binds-all-interfaces


def local_socket():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 7004))  # OK: binds-all-interfaces
    return sock


def probe():
    sock = socket.socket()
    sock.connect(("0.0.0.0", 7004))  # OK: binds-all-interfaces
    return sock


def is_any(address):
    return address == "0.0.0.0" or ipaddress.ip_address(address).is_unspecified  # OK: binds-all-interfaces


def unix_socket(path="/run/app.sock"):
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)  # OK: binds-all-interfaces
    return sock


def files():
    HTTPServer(("", 8000), SimpleHTTPRequestHandler).serve_forever()  # BAD: binds-all-interfaces


def files_local():
    ThreadingHTTPServer(("localhost", 8000), SimpleHTTPRequestHandler).serve_forever()  # OK: binds-all-interfaces


def jobs(handler):
    with socketserver.TCPServer(("0.0.0.0", 8001), handler) as server:  # BAD: binds-all-interfaces
        server.serve_forever()


def rpc():
    return SimpleXMLRPCServer(("0.0.0.0", 8002), allow_none=True)  # BAD: binds-all-interfaces


def flask_site():
    app.run(host="0.0.0.0", port=8003)  # BAD: binds-all-interfaces


def asgi_site():
    uvicorn.run("site:app", host=ANY, port=8004)  # BAD: binds-all-interfaces


def asgi_local():
    uvicorn.run("site:app", host="127.0.0.1", port=8004)  # OK: binds-all-interfaces


def wsgi_site():
    waitress.serve(app, listen="0.0.0.0:8005")  # BAD: binds-all-interfaces


def green_site():
    WSGIServer(("0.0.0.0", 8006), app).serve_forever()  # BAD: binds-all-interfaces


def grpc_site(server: grpc.Server):
    server.add_insecure_port("[::]:50051")  # BAD: binds-all-interfaces
    server.start()


async def lines(handler):
    server = await asyncio.start_server(handler, "0.0.0.0", 8007)  # BAD: binds-all-interfaces
    await server.serve_forever()


async def chat(handler):
    async with websockets.serve(handler, host="0.0.0.0", port=8008):  # BAD: binds-all-interfaces
        await asyncio.Future()


def twisted_site(factory):
    reactor.listenTCP(8009, factory, interface="0.0.0.0")  # BAD: binds-all-interfaces
    reactor.run()


def aio_site(application):
    web.run_app(application, host="0.0.0.0", port=8010)  # BAD: binds-all-interfaces


def tornado_site(application):
    tornado.httpserver.HTTPServer(application).listen(8011, address="0.0.0.0")  # BAD: binds-all-interfaces


def cherry_site():
    cherrypy.config.update({"server.socket_host": "0.0.0.0", "server.socket_port": 8012})  # BAD: binds-all-interfaces


def hyper_site():
    config = Config()
    config.bind = ["0.0.0.0:8013"]  # BAD: binds-all-interfaces
    return config


def eventlet_site():
    return eventlet.listen(("0.0.0.0", 8014))  # BAD: binds-all-interfaces


def bottle_site():
    bottle.run(host="0.0.0.0", port=8015)  # BAD: binds-all-interfaces
