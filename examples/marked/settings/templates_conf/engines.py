import aiohttp_jinja2
import bottle
import jinja2
import tornado.template
import tornado.web
from aiohttp import web
from django.template import Context, Engine
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from flask import Flask
from jinja2 import Environment, FileSystemLoader, PackageLoader, Template, select_autoescape
from mako.lookup import TemplateLookup
from mako.template import Template as MakoTemplate
from pyramid.config import Configurator

api = FastAPI()
ESCAPE = False
LOADER = FileSystemLoader("templates")

plain_env = Environment(loader=LOADER)  # BAD: template-autoescape-off
strict_env = Environment(loader=LOADER, autoescape=True)  # OK: template-autoescape-off


def build_env():
    return jinja2.Environment(loader=PackageLoader("shop"), autoescape=ESCAPE)  # BAD: template-autoescape-off


def build_env_selected():
    return Environment(loader=LOADER, autoescape=select_autoescape(["html", "xml"]))  # OK: template-autoescape-off


def build_env_text_only():
    return Environment(loader=LOADER, autoescape=select_autoescape(enabled_extensions=(), default=False))  # BAD: template-autoescape-off


def build_env_options():
    options = {"trim_blocks": True, "autoescape": False}
    return Environment(loader=LOADER, **options)  # BAD: template-autoescape-off


def build_env_callable():
    return Environment(loader=LOADER, autoescape=lambda name: name is None or name.endswith(".html"))  # OK: template-autoescape-off


@api.get("/card/{name}")
async def card(name: str):
    page = Template("<h1>{{ name }}</h1>").render(name=name)  # BAD: template-autoescape-off
    return HTMLResponse(page)  # BAD: cross-site-scripting


@api.get("/plain")
async def plain(request: Request):
    return Jinja2Templates(env=plain_env).TemplateResponse(request, "plain.html", {"q": request.query_params.get("q")})


@api.get("/stock")
async def stock(request: Request):
    return Jinja2Templates(directory="templates").TemplateResponse(request, "stock.html")  # OK: template-autoescape-off


def flask_site():
    app = Flask(__name__)
    app.jinja_env.autoescape = False  # BAD: template-autoescape-off
    return app


class Site(Flask):
    jinja_options = {"autoescape": False}  # BAD: template-autoescape-off


class Portal(Flask):
    def select_jinja_autoescape(self, filename):  # BAD: template-autoescape-off
        return False


def mako_page(name):
    return MakoTemplate("<h1>${name}</h1>").render(name=name)  # BAD: template-autoescape-off


def mako_lookup():
    return TemplateLookup(directories=["pages"])  # BAD: template-autoescape-off


def mako_lookup_filtered():
    return TemplateLookup(directories=["pages"], default_filters=["h"])  # OK: template-autoescape-off


def tornado_site():
    return tornado.web.Application([], template_path="pages", autoescape=None)  # BAD: template-autoescape-off


def tornado_loader():
    return tornado.template.Loader("pages", autoescape=None)  # BAD: template-autoescape-off


def tornado_loader_default():
    return tornado.template.Loader("pages")  # OK: template-autoescape-off


def bottle_page(name):
    return bottle.SimpleTemplate("<h1>{{name}}</h1>", noescape=True).render(name=name)  # BAD: template-autoescape-off


def django_engine():
    return Engine(dirs=["pages"], autoescape=False)  # BAD: template-autoescape-off


def django_page(template, name):
    return template.render(Context({"name": name}, autoescape=False))  # BAD: template-autoescape-off


def aio_site():
    app = web.Application()
    aiohttp_jinja2.setup(app, loader=LOADER, autoescape=False)  # BAD: template-autoescape-off
    return app


def aio_site_default():
    app = web.Application()
    aiohttp_jinja2.setup(app, loader=LOADER)  # OK: template-autoescape-off
    return app


def pyramid_site():
    config = Configurator(settings={"jinja2.autoescape": "false"})  # BAD: template-autoescape-off
    config.include("pyramid_jinja2")
    return config
