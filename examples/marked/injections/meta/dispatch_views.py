import importlib
import operator
import pkgutil
import pydoc
import sys
from importlib import import_module

import models
from django.apps import apps
from django.http import Http404, JsonResponse
from django.utils.module_loading import import_string
from flask import Flask, abort, request
from werkzeug.utils import import_string as wz_import_string
from zope.dottedname.resolve import resolve

app = Flask(__name__)
HANDLERS = {"csv": "exporters.csv", "json": "exporters.json"}
ALLOWED = frozenset(["title", "body"])


class Actions:
    def do_list(self):
        return "list"

    def do_show(self):
        return "show"


@app.get("/export")
def export():
    mod = importlib.import_module(request.args["fmt"] + ".exporter")  # BAD: unsafe-reflection
    return mod.run()


@app.get("/export/map")
def export_map():
    mod = import_module(HANDLERS[request.args["fmt"]])  # OK: unsafe-reflection
    return mod.run()


@app.get("/load")
def load():
    return str(__import__(request.args["name"]))  # BAD: unsafe-reflection


@app.get("/call")
def call():
    fn = getattr(models, request.args["op"])  # BAD: unsafe-reflection
    return str(fn(request.args["value"]))


@app.get("/call/module")
def call_module():
    fn = getattr(sys.modules["os"], request.args["fn"])  # BAD: unsafe-reflection
    return str(fn(request.args["arg"]))


@app.get("/action/<name>")
def action(name):
    method = getattr(Actions(), "do_" + name, None)  # OK: unsafe-reflection
    if method is None:
        abort(404)
    return method()


@app.get("/field")
def field():
    name = request.args["f"]
    if name not in ALLOWED:
        abort(400)
    return str(getattr(models.current(), name))  # OK: unsafe-reflection


@app.get("/globals")
def from_globals():
    return globals()[request.args["fn"]]()  # BAD: unsafe-reflection


@app.get("/attrgetter")
def attrgetter():
    return str(operator.attrgetter(request.args["path"])(models.current()))  # BAD: unsafe-reflection


@app.post("/methodcaller")
def methodcaller():
    data = request.get_json()
    return str(operator.methodcaller(data["m"], *data["args"])(models.current()))  # BAD: unsafe-reflection


@app.get("/wz")
def wz():
    return wz_import_string(request.args["target"])()  # BAD: unsafe-reflection


@app.get("/zope")
def zope():
    return str(resolve(request.args["target"])())  # BAD: unsafe-reflection


@app.get("/locate")
def locate():
    cls = pydoc.locate(request.args["cls"])  # BAD: unsafe-reflection
    return str(cls())


@app.get("/pkg")
def pkg():
    target = pkgutil.resolve_name(request.args["n"])  # BAD: unsafe-reflection
    return str(target())


def dj_backend(request):
    backend = import_string(request.GET["backend"])()  # BAD: unsafe-reflection
    return JsonResponse({"name": backend.name})


def dj_backend_prefixed(request):
    name = request.GET["backend"]
    if not name.startswith("os"):
        backend = import_string(name)()  # BAD: unsafe-reflection
        return JsonResponse({"name": backend.name})
    raise Http404


def dj_model(request, kind):
    if kind not in ("post", "page"):
        raise Http404
    model = apps.get_model("blog", kind)  # OK: unsafe-reflection
    return JsonResponse({"n": model.objects.count()})


class Mixin:
    def dispatch(self, request):
        method = request.headers.get("X-HTTP-Method-Override", request.method)
        return getattr(self.target, method)(request)  # BAD: unsafe-reflection
