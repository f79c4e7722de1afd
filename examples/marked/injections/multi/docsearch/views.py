from pyramid.config import Configurator
from pyramid.view import view_config, view_defaults

from . import engine
from .engine import Document


@view_defaults(renderer="json")
class Search:
    def __init__(self, request):
        self.request = request
        self.params = request.params

    @view_config(route_name="select", request_method="POST")
    def select(self):
        doc = Document(self.request.body)
        hits = doc.select("//item[@kind='%s']" % self.params["kind"])
        return {"n": len(hits), "one": len(doc.by_id(self.params["id"]))}

    @view_config(route_name="parse", request_method="POST")
    def parse(self):
        upload = self.request.POST["file"].file.read()
        return {"a": engine.parse_open(upload).tag, "b": engine.parse_locked(upload).tag}

    @view_config(route_name="style", request_method="POST")
    def style(self):
        body = self.request.json_body
        sheet = engine.parse_locked(body["sheet"].encode())
        return str(engine.restyle(engine.parse_locked(body["doc"].encode()), sheet))

    @view_config(route_name="match")
    def match(self):
        words = self.params.getall("w")
        text = "a" * 64
        return {"a": bool(engine.matcher(*words).search(text)), "b": bool(engine.matcher_literal(*words).search(text))}

    @view_config(route_name="describe")
    def describe(self):
        tpl = self.request.matchdict["tpl"]
        return {"a": engine.describe(tpl, self), "b": engine.describe_percent(tpl, 3)}

    @view_config(route_name="backend")
    def backend(self):
        name = self.request.headers["X-Backend"]
        return {"a": str(engine.backend(name)()), "b": str(engine.builtin_backend(self.params["b"]))}


def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        config.scan()
    return config.make_wsgi_app()
