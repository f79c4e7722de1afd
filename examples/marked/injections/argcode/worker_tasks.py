import cProfile
import importlib.util
import os
import runpy
import socket
import sys
import timeit
from multiprocessing.connection import Listener
from string import Template

import js2py
from twisted.internet import protocol, reactor
from twisted.web import resource, server

TEMPLATE = Template("def handler(event):\n    return event['$field']\n")


class Bench(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        stmt = request.args[b"stmt"][0].decode()
        return str(timeit.timeit(stmt, number=1)).encode()  # BAD: code-injection

    def render_POST(self, request):
        stmt = request.content.read()
        cProfile.run(stmt)  # BAD: code-injection
        return b""

    def render_PUT(self, request):
        field = request.getHeader("x-field")
        scope = {}
        exec(TEMPLATE.substitute(field=field), scope)  # BAD: code-injection
        return str(scope["handler"]({})).encode()

    def render_DELETE(self, request):
        script = js2py.eval_js("function f(x) { return " + request.args[b"body"][0].decode() + "; }")  # BAD: code-injection
        return str(script(1)).encode()


class Echo(protocol.Protocol):
    def dataReceived(self, data):
        value = eval(data.decode())  # BAD: code-injection
        self.transport.write(repr(value).encode())


def tcp_loop():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 9001))
    sock.listen()
    while True:
        conn, _ = sock.accept()
        payload = conn.recv(4096)
        exec(payload.decode("utf-8"))  # BAD: code-injection
        conn.close()


class PluginUpload(resource.Resource):
    isLeaf = True

    def render_POST(self, request):
        path = os.path.join("/srv/plugins", "current.py")
        with open(path, "wb") as fh:
            fh.write(request.content.read())
        runpy.run_path(path)  # BAD: code-injection
        return b""


def run_config():
    with open(sys.argv[1]) as fh:
        exec(fh.read())  # LOCAL: code-injection
    print(eval(input("> ")))  # LOCAL: code-injection


def load_builtin_plugin():
    spec = importlib.util.spec_from_file_location("builtin", "/srv/plugins/builtin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)  # OK: code-injection
    return runpy.run_path("/srv/plugins/builtin.py")  # OK: code-injection
