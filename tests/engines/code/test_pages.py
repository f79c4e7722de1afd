"""Data that a template writes unsafely is found in the template, at the line where it does."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.finding import Evidence, Finding
from seawall.core.location import CodeSpan
from seawall.engines.code.engine import Answer, CodeEngine
from seawall.engines.code.templates import Templates
from seawall.parse.templates import DIALECTS
from seawall.rules.code import load_code

XSS = "cross-site-scripting"


@pytest.fixture(scope="module")
def engine() -> CodeEngine:
    packaged = load_code()
    return CodeEngine(packaged.rules, packaged.catalogue, packaged.knowledge, packaged.digest)


def answers(engine: CodeEngine, files: Mapping[str, str]) -> list[Answer]:
    paths = [path for path in files if engine.wants(path)]
    templates = [path for path in files if engine.draws(path)]

    def read(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    return list(engine.analyse(paths, paths, read, templates=templates))


def findings(engine: CodeEngine, files: Mapping[str, str]) -> list[Finding]:
    told = [one for answer in answers(engine, files) for one in answer.findings]
    return [one for one in told if one.rule == XSS]


def places(engine: CodeEngine, files: Mapping[str, str]) -> set[tuple[str, int]]:
    spans = [one.location for one in findings(engine, files)]
    return {(span.path, span.line) for span in spans if isinstance(span, CodeSpan)}


FLASK = """\
from flask import Flask, render_template, request

app = Flask(__name__)


@app.get("/search")
def search():
    return render_template("search.html", words=request.args["q"], title="Search")
"""


def test_the_place_is_in_the_template_and_the_trail_leads_there(engine: CodeEngine) -> None:
    page = "<h1>{{ title|safe }}</h1>\n<p>{{ words }}</p>\n<b>{{ words|safe }}</b>\n"
    (finding,) = findings(engine, {"shop/app.py": FLASK, "shop/templates/search.html": page})
    span = finding.location
    assert isinstance(span, CodeSpan)
    assert (span.path, span.line, span.column) == ("shop/templates/search.html", 3, 4)
    assert finding.evidence is Evidence.REACHABLE
    trail = [(step.location.path, step.location.line) for step in finding.trail]
    assert trail[0] == ("shop/app.py", 8)
    assert trail[-2] == ("shop/app.py", 8)
    assert trail[-1] == ("shop/templates/search.html", 3)
    assert "words|safe" in finding.message


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("{{ words }}", 0),
        ("{{ words|safe }}", 1),
        ("{% autoescape false %}\n{{ words }}{% endautoescape %}", 2),
        ("<script>var a = {{ words }};</script>", 1),
        ("<script>var a = {{ words|tojson }};</script>", 0),
        ("<a href={{ words }}>x</a>", 1),
        ("<a href='{{ words }}'>x</a>", 1),
        ("<a href='/x/{{ words }}'>x</a>", 0),
        ("<a onclick='go({{ words }})'>x</a>", 1),
        ("{% for w in words %}\n{{ w|safe }}{% endfor %}", 2),
        ("{% set w = words %}\n\n{{ w|safe }}", 3),
        ("{{ title|safe }}", 0),
        ("{{ words|length|safe }}", 0),
        ("{{ request.args.x|safe }}", 1),
        ("{{ request.args.get('x')|safe }}", 1),
        ("{{ request.endpoint|safe }}", 0),
        ("<a href='{{ request.referrer }}'>back</a>", 0),
        ("<a href='{{ request.headers.x }}'>back</a>", 0),
        ("<a href='{{ request.args.x }}'>back</a>", 1),
    ],
)
def test_what_a_template_of_flask_writes(engine: CodeEngine, page: str, line: int) -> None:
    path = "templates/search.html"
    wanted = {(path, line)} if line else set()
    assert places(engine, {"app.py": FLASK, path: page}) == wanted


def test_what_is_extended_included_and_imported_is_followed(engine: CodeEngine) -> None:
    files = {
        "app.py": FLASK,
        "templates/search.html": "{% extends 'base.html' %}{% from 'parts/m.html' import show %}"
        "{% block body %}{{ words }}{% include 'parts/row.html' %}{{ show(words) }}{% endblock %}",
        "templates/base.html": "<body>\n<script>{% block body %}{% endblock %}</script>\n"
        "{{ words|safe }}</body>",
        "templates/parts/row.html": "<td>\n{{ words|safe }}</td>",
        "templates/parts/m.html": "\n\n{% macro show(x) %}{{ x|safe }}{% endmacro %}",
    }
    assert places(engine, files) == {
        # The block stands in a script of the page that is extended.
        ("templates/search.html", 1),
        ("templates/base.html", 3),
        ("templates/parts/row.html", 2),
        ("templates/parts/m.html", 3),
    }


def test_the_nearest_of_several_is_taken(engine: CodeEngine) -> None:
    unsafe, safe = "{{ words|safe }}", "{{ words }}"
    files = {
        "one/app.py": FLASK,
        "one/templates/search.html": safe,
        "two/templates/search.html": unsafe,
        "search.html": unsafe,
    }
    assert places(engine, files) == set()
    files["one/templates/search.html"], files["two/templates/search.html"] = unsafe, safe
    assert places(engine, files) == {("one/templates/search.html", 1)}


def test_escaping_follows_the_name_of_the_file(engine: CodeEngine) -> None:
    app = FLASK.replace("search.html", "search.jinja2")
    page = "<p>{{ words }}</p>"
    path = "templates/search.jinja2"
    assert places(engine, {"app.py": app, path: page}) == {(path, 1)}
    # No page: a letter.
    assert places(engine, {"app.py": app, path: "Dear {{ words }}"}) == set()


DJANGO = """\
from django.shortcuts import render
from django.views.generic import TemplateView


def search(request):
    context = {"words": request.GET.get("q"), "form": {"value": request.POST["v"]}}
    return render(request, "shop/search.html", context)


class Page(TemplateView):
    template_name = "shop/page.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["words"] = self.request.GET["q"]
        context["title"] = "Page"
        return context
"""


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("{{ words }}", set()),
        ("{{ words|safe }}", {1}),
        ("{% autoescape off %}\n{{ words }}{% endautoescape %}", {2}),
        ("{{ form.value|safe }}\n{{ form.other|safe }}", {1}),
        ("<script>var x = '{{ words|escapejs }}';</script>", set()),
        ("<script>var x = {{ words }};</script>", {1}),
        ("{{ request.GET.q|safe }}", {1}),
        ("{{ request.user|safe }}", set()),
        ("{{ title|safe }}", set()),
    ],
)
def test_what_a_template_of_django_writes(engine: CodeEngine, page: str, lines: set[int]) -> None:
    path = "shop/templates/shop/search.html"
    found = places(engine, {"shop/views.py": DJANGO, path: page})
    assert found == {(path, line) for line in lines}


def test_the_context_of_a_view_of_a_class(engine: CodeEngine) -> None:
    path = "shop/templates/shop/page.html"
    page = "{{ title|safe }}\n{{ words|safe }}\n{{ view.kwargs }}"
    assert places(engine, {"shop/views.py": DJANGO, path: page}) == {(path, 2)}


ENVIRONMENT = """\
import jinja2
from aiohttp import web

pages = jinja2.Environment(loader=jinja2.FileSystemLoader("pages"){more})


async def hello(request):
    text = pages.get_template("hello.html").render(name=request.query["name"])
    return web.Response(text=text, content_type="text/html")


app = web.Application()
app.router.add_get("/hello", hello)
"""


@pytest.mark.parametrize(
    ("more", "page", "line"),
    [
        ("", "<p>{{ name }}</p>", 1),
        ("", "<p>{{ name|e }}</p>", 0),
        (", autoescape=True", "<p>{{ name }}</p>", 0),
        (", autoescape=jinja2.select_autoescape()", "<p>{{ name }}</p>", 0),
        (", autoescape=True", "<p>\n{{ name|safe }}</p>", 2),
    ],
)
def test_an_environment_says_what_is_escaped(
    engine: CodeEngine, more: str, page: str, line: int
) -> None:
    app = ENVIRONMENT.replace("{more}", more)
    wanted = {("pages/hello.html", line)} if line else set()
    assert places(engine, {"app.py": app, "pages/hello.html": page}) == wanted


OTHERS = {
    "fastapi": """\
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates

app = FastAPI()
templates = Jinja2Templates(directory="templates")


@app.get("/old")
def old(request: Request, q: str):
    return templates.TemplateResponse("page.html", {"request": request, "words": q})


@app.get("/new")
def new(request: Request, q: str):
    return templates.TemplateResponse(request, "page.html", {"words": q})
""",
    "aiohttp": """\
import aiohttp_jinja2
from aiohttp import web


@aiohttp_jinja2.template("page.html")
async def page(request):
    return {"words": request.query["q"]}


app = web.Application()
app.router.add_get("/", page)
""",
    "django": """\
from django.http import HttpResponse
from django.template import loader


def page(request):
    template = loader.get_template("page.html")
    return HttpResponse(template.render({"words": request.GET["q"]}, request))
""",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_ways_to_fill_in_a_template(engine: CodeEngine, name: str) -> None:
    path = "templates/page.html"
    files = {"app/views.py": OTHERS[name], path: "<p>{{ words }}</p>"}
    assert places(engine, files) == set()
    assert places(engine, {**files, path: "<p>\n{{ words|safe }}</p>"}) == {(path, 2)}


@pytest.mark.parametrize("suffix", ["mako", "jinja2"])
def test_pyramid_tells_the_engine_by_the_suffix(engine: CodeEngine, suffix: str) -> None:
    app = f"""\
from pyramid.view import view_config


@view_config(route_name="page", renderer="shop:templates/page.{suffix}")
def page(request):
    return {{"words": request.params["q"]}}
"""
    path = f"shop/templates/page.{suffix}"
    unsafe = "<p>\n${words | n}</p>" if suffix == "mako" else "<p>\n{{ words|safe }}</p>"
    safe = "<p>${words}</p>" if suffix == "mako" else "<p>{{ words }}</p>"
    assert places(engine, {"shop/views.py": app, path: unsafe}) == {(path, 2)}
    assert places(engine, {"shop/views.py": app, path: safe}) == set()


def test_mako_escapes_where_it_is_told_to(engine: CodeEngine) -> None:
    app = """\
from flask import Flask, request
from mako.lookup import TemplateLookup

app = Flask(__name__)
lookup = TemplateLookup(directories=["pages"]{more})


@app.get("/")
def page():
    return lookup.get_template("page.mako").render(words=request.args["q"])
"""
    path, page = "pages/page.mako", "<p>${words}</p>\n<p>${words | h}</p>"
    plain = app.replace("{more}", "")
    assert places(engine, {"app.py": plain, path: page}) == {(path, 1)}
    told = app.replace("{more}", ', default_filters=["h"]')
    assert places(engine, {"app.py": told, path: page}) == set()


TORNADO = """\
import tornado.web
from tornado import template

loader = template.Loader("pages")


class Search(tornado.web.RequestHandler):
    def get(self):
        words = self.get_argument("q")
        self.render("search.html", words=words, title="x", items=[{"name": words, "id": 3}])


class Plain(tornado.web.RequestHandler):
    def get(self):
        self.write(loader.load("plain.html").generate(words=self.get_argument("q")))


class Text(tornado.web.RequestHandler):
    def get(self):
        page = template.Template("<p>{{ a }}{% raw b %}</p>")
        self.finish(page.generate(a=self.get_argument("a"), b="b"))


class Other(tornado.web.RequestHandler):
    def get(self):
        page = template.Template("<p>{{ a }}{% raw b %}</p>")
        self.finish(page.generate(b=self.get_argument("a"), a="b"))
"""


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("{{ words }}", set()),
        ("{% raw words %}\n{% raw title %}", {1}),
        ("{% autoescape None %}\n{{ words }}{{ escape(words) }}", {2}),
        ("<script>f({{ json_encode(words) }})</script>", set()),
        ("<script>f({{ words }})</script>", {1}),
        ("{% for item in items %}{% raw item['id'] %}\n{% raw item['name'] %}{% end %}", {2}),
        ("{% set x = words %}{% if x %}\n{% raw x %}{% end %}", {2}),
        ("{% raw handler.get_argument('z') %}", {1}),
        ("{% raw request.arguments['z'] %}", {1}),
        ("{% module Template('row.html', value=words) %}", {("row.html", 1)}),
        ("{% include 'row.html' %}", set()),
        ("{% extends 'base.html' %}{% block b %}{% raw words %}{% end %}", {1, ("base.html", 2)}),
    ],
)
def test_what_a_template_of_tornado_writes(
    engine: CodeEngine, page: str, lines: set[int | tuple[str, int]]
) -> None:
    files = {
        "app.py": TORNADO,
        "templates/search.html": page,
        "templates/row.html": "<td>{% raw value %}</td>",
        "templates/base.html": "<body>{% block b %}{% end %}\n{% raw words %}</body>",
    }
    wanted = {("search.html", line) if isinstance(line, int) else line for line in lines}
    found = places(engine, files) - {("app.py", 27)}
    assert found == {(f"templates/{name}", line) for name, line in wanted}


def test_loaders_and_texts_of_tornado(engine: CodeEngine) -> None:
    files = {"app.py": TORNADO, "pages/plain.html": "<p>{{ words }}</p>"}
    assert places(engine, files) == {("app.py", 27)}
    files["app.py"] = TORNADO.replace('Loader("pages")', 'Loader("pages", autoescape=None)')
    assert places(engine, files) == {("app.py", 27), ("pages/plain.html", 1)}


BOTTLE = """\
from bottle import jinja2_view, request, route, template, view


@route("/search")
def search():
    return template("search", words=request.query.q, items=[{"name": request.query.n}])


@route("/view")
@view("page.html", title="x")
def page():
    return {"words": request.query.q}


@route("/option", template="option")
def option():
    return dict(words=request.query.q)


@route("/jinja")
@jinja2_view("other.html")
def other():
    return dict(words=request.query.q)


@route("/text")
def text():
    return template("<b>{{!words}}</b>", words=request.query.q)


@route("/escaped")
def escaped():
    return template("<b>{{words}}</b>", {"words": request.query.q})
"""


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("{{words}}", set()),
        ("\n{{!words}}", {("search.tpl", 2)}),
        ("% x = words\n% if x:\n{{!x}}\n% end", {("search.tpl", 3)}),
        ("{{!items[0]['name']}}", {("search.tpl", 1)}),
        ("% for item in items:\n  <b>{{!item['name']}}</b>\n% end", {("search.tpl", 2)}),
        ("% rebase('base.tpl', title=words)\n{{words}}", {("base.tpl", 1)}),
        ("% rebase('base', title='x')\n{{words}}", set()),
        ("% include('row.tpl', value=words)\n", {("row.tpl", 1)}),
        ("%include row value=words\n", {("row.tpl", 1)}),
        ("<script>f({{words}})</script>", {("search.tpl", 1)}),
    ],
)  # fmt: skip
def test_what_a_template_of_bottle_writes(
    engine: CodeEngine, page: str, lines: set[tuple[str, int]]
) -> None:
    files = {
        "app.py": BOTTLE,
        "views/search.tpl": page,
        "views/base.tpl": "<title>{{!title}}</title>{{!base}}",
        "views/row.tpl": "<td>{{!value}}</td>",
    }
    found = places(engine, files)
    assert found == {("app.py", 28)} | {(f"views/{name}", line) for name, line in lines}


def test_other_ways_of_bottle(engine: CodeEngine) -> None:
    page = "{{words}}\n{{!words}}"
    files = {
        "app.py": BOTTLE,
        "views/page.html": page,
        "views/option.tpl": page,
        "views/other.html": "<p>{{ words }}</p>\n{{ words|e }}",
    }
    assert places(engine, files) == {
        ("app.py", 28),
        ("views/page.html", 2),
        ("views/option.tpl", 2),
        # This engine escapes nothing that it is not told to.
        ("views/other.html", 1),
    }


PYRAMID = """\
from pyramid.config import Configurator
from pyramid.view import view_config, view_defaults


@view_config(route_name="page", renderer="shop:templates/page.pt")
def page(request):
    return {"words": request.params["q"], "rows": [{"name": request.params["n"], "id": 3}]}


@view_defaults(renderer="templates/view.pt")
class View:
    def __init__(self, request):
        self.request = request

    @view_config(route_name="view")
    def view(self):
        self.words = self.request.params["w"]
        return {"words": self.request.params["q"]}


def plain(request):
    return {"words": request.params["q"]}


def main(settings):
    config = Configurator()
    config.add_view(plain, route_name="plain", renderer="templates/plain.pt")
"""


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>${words}</p>", set()),
        ("<p>\n${structure: words}</p>", {2}),
        ("<p tal:content='structure words'/>", {1}),
        ("<p tal:content='words'/>", set()),
        ("<b tal:repeat='row rows'>${structure: row['id']}\n${structure: row['name']}</b>", {2}),
        ("<b tal:repeat='row rows'>${structure: row.name}</b>", {1}),
        ("<b tal:define='x words'>\n<i tal:replace='structure x'/></b>", {2}),
        ("<a tal:attributes='href words'>x</a>", {1}),
        ("<a tal:attributes='title words'>x</a>", set()),
        ("<a href='${words}'>x</a>", {1}),
        ("<a href='/x?q=${words}'>x</a>", set()),
        ("<script>f(${words})</script>", {1}),
        ("<p>${structure: request.params['z']}</p>", {1}),
        ("<b metal:use-macro='load: base.pt'>x</b>", {("base.pt", 1)}),
        ("<b tal:define='m load: base.pt' metal:use-macro='m.macros[1]'>x</b>", {("base.pt", 1)}),
    ],
)
def test_what_a_page_template_writes(
    engine: CodeEngine, page: str, lines: set[int | tuple[str, int]]
) -> None:
    files = {
        "shop/views.py": PYRAMID,
        "shop/templates/page.pt": page,
        "shop/templates/base.pt": "<title>${structure: words}</title>",
    }
    wanted = {("page.pt", line) if isinstance(line, int) else line for line in lines}
    assert places(engine, files) == {(f"shop/templates/{name}", line) for name, line in wanted}


def test_views_of_classes_and_views_that_are_added(engine: CodeEngine) -> None:
    files = {
        "shop/views.py": PYRAMID,
        "shop/templates/view.pt": "${structure: words}\n${structure: view.words}\n${view.words}",
        "shop/templates/plain.pt": "${words}\n${structure: words}",
    }
    assert places(engine, files) == {
        ("shop/templates/view.pt", 1),
        ("shop/templates/view.pt", 2),
        ("shop/templates/plain.pt", 2),
    }


def test_page_templates_outside_of_a_framework(engine: CodeEngine) -> None:
    app = """\
from chameleon import PageTemplate, PageTemplateLoader
from flask import Flask, request

app = Flask(__name__)
pages = PageTemplateLoader("pages", ".pt")
TEXT = PageTemplate("<p>${structure: words}</p>")


@app.get("/file")
def file():
    return pages["hello.pt"](words=request.args["q"])


@app.get("/load")
def load():
    return pages.load("other").render(words=request.args["q"])


@app.get("/text")
def text():
    return TEXT(words=request.args["q"])
"""
    page = "<p>${words}</p>\n${structure: words}"
    files = {"app.py": app, "pages/hello.pt": page, "pages/other.pt": page}
    assert places(engine, files) == {
        ("app.py", 21),
        ("pages/hello.pt", 2),
        ("pages/other.pt", 2),
    }


def test_views_of_zope_hold_their_template(engine: CodeEngine) -> None:
    app = """\
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class Search(BrowserView):
    index = ViewPageTemplateFile("search.pt")

    def __call__(self):
        self.words = self.request.form["q"]
        return self.index(title=self.request.form["t"])
"""
    page = (
        "<p tal:content='structure view/words'/>\n<p tal:content='structure options/title'/>\n"
        "<p tal:content='structure request/form/x | nothing'/>\n<p tal:content='view/words'/>\n"
        "<p tal:content='structure title'/>"
    )
    assert places(engine, {"search.py": app, "search.pt": page}) == {
        ("search.pt", 1),
        ("search.pt", 2),
        ("search.pt", 3),
    }


HELPERS = """\
from flask import Flask, render_template, request
from markupsafe import Markup, escape

app = Flask(__name__)


@app.context_processor
def names():
    return {"banner": request.args.get("banner"), "fine": "x", "shout": shout}


def shout(text):
    return Markup("<b>" + text + "</b>")


@app.template_filter("bold")
def make_bold(text):
    return Markup("<b>%s</b>" % text)


@app.template_filter()
def strong(text):
    return Markup("<b>%s</b>") % text


def lines(text):
    return Markup("<br>".join(escape(text).split("\\n")))


def breaks(text):
    return Markup(text.replace("\\n", "<br>"))


app.jinja_env.filters["lines"] = lines
app.jinja_env.filters["breaks"] = breaks
app.jinja_env.globals.update(italic=lambda text: Markup("<i>%s</i>" % text))


@app.route("/")
def index():
    return render_template("index.html", words=request.args["q"])
"""


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("{{ banner|safe }}", ("templates/index.html", 1)),
        ("{{ fine|safe }}{{ banner }}", None),
        ("{{ shout(words) }}", ("app.py", 13)),
        ("{{ shout('a') }}", None),
        ("{{ words|bold }}", ("app.py", 18)),
        ("{{ words|e|bold }}", None),
        ("{{ words|strong }}", None),
        ("{{ words|lines|safe }}", None),
        ("{{ words|breaks }}", ("app.py", 31)),
        ("{{ italic(words) }}", ("app.py", 36)),
        ("{% macro m(x) %}{{ x|bold }}{% endmacro %}{{ m(words) }}", ("app.py", 18)),
        ("{% for w in words %}{{ w|bold }}{% endfor %}", ("app.py", 18)),
    ],
)
def test_what_a_program_gives_to_its_templates(
    engine: CodeEngine, page: str, wanted: tuple[str, int] | None
) -> None:
    found = places(engine, {"app.py": HELPERS, "templates/index.html": page})
    assert found == ({wanted} if wanted else set())


def test_helpers_of_what_is_imported(engine: CodeEngine) -> None:
    shop, _, views = HELPERS.partition('@app.route("/")')
    files = {
        "shop/__init__.py": shop,
        "shop/views.py": "from flask import render_template, request\nfrom . import app\n\n\n"
        f'@app.route("/"){views}',
        "other.py": HELPERS.replace("text.replace", "escape"),
        "shop/templates/index.html": "{{ words|breaks }}",
    }
    assert places(engine, files) == {("shop/__init__.py", 31)}


WIDGETS = """\
from flask import Flask, current_app, render_template, request

app = Flask(__name__)


class Widget:
    def __init__(self, words):
        self.words = words

    def __call__(self):
        return {gives}


@app.route("/")
def index():
    return render_template("index.html", widgets={{"list": Widget(request.args["q"])}})
"""


@pytest.mark.parametrize(
    ("gives", "lines"),
    [
        ("self.words", {1}),
        ("len(self.words)", set()),
        ("current_app.jinja_env.get_template(find()).render(words=self.words)", set()),
    ],
)
def test_what_an_object_gives_that_a_template_calls(
    engine: CodeEngine, gives: str, lines: set[int]
) -> None:
    path = "templates/index.html"
    page = "{{ widgets.get('list')()|safe }}"
    app = WIDGETS.format(gives=gives)
    assert places(engine, {"app.py": app, path: page}) == {(path, line) for line in lines}
    # A text is nothing that could be called.
    app = app.replace("widgets={", "**request.args, other={")
    assert places(engine, {"app.py": app, path: page}) == set()


TAGS = """\
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter(is_safe=True)
def bold(value):
    return mark_safe("<b>%s</b>" % value)


@register.filter
def fine(value):
    return format_html("<b>{}</b>", value)


@register.filter(needs_autoescape=True)
def careful(value, autoescape=True):
    return mark_safe("<b>%s</b>" % conditional_escape(value))


@register.simple_tag
def show(value):
    return mark_safe(value)


@register.simple_tag(takes_context=True)
def parameter(context, name):
    return mark_safe(context["request"].GET[name])


@register.inclusion_tag("shop/row.html")
def row(value):
    return {"value": value}


def plain(value):
    return mark_safe(value)


register.filter("unchanged", plain)
"""


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("{{ words|bold }}", ("shop/templatetags/marks.py", 10)),
        ("{{ words|fine }}{{ words|careful }}", None),
        ("{{ words|fine|safe }}", None),
        ("{{ title|bold }}{{ words|length|bold }}", None),
        ("{% show words %}", ("shop/templatetags/marks.py", 25)),
        ("{% parameter 'x' %}", ("shop/templatetags/marks.py", 30)),
        ("{% row words %}", ("shop/templates/shop/row.html", 2)),
        ("{% row title %}", None),
        ("{{ words|unchanged }}", ("shop/templatetags/marks.py", 39)),
    ],
)
def test_filters_and_tags_of_django(
    engine: CodeEngine, page: str, wanted: tuple[str, int] | None
) -> None:
    files = {
        "shop/views.py": DJANGO,
        "shop/templatetags/__init__.py": "",
        "shop/templatetags/marks.py": TAGS,
        "shop/templates/shop/search.html": "{% load marks %}" + page,
        "shop/templates/shop/row.html": "{{ value }}\n{{ value|safe }}",
    }
    assert places(engine, files) == ({wanted} if wanted else set())
    # A library that is not loaded gives nothing.
    files["shop/templates/shop/search.html"] = page.replace("|fine|safe", "")
    assert places(engine, files) == set()


def test_an_answer_says_which_templates_it_rests_on(engine: CodeEngine) -> None:
    files = {
        "app.py": FLASK,
        "other.py": "x = 1\n",
        "templates/search.html": "{% extends 'base.html' %}{% include 'gone.html' %}",
        "templates/base.html": "<p></p>",
        "templates/unused.html": "",
    }
    one, other = answers(engine, files)
    assert set(one.used) == {"templates/search.html", "templates/base.html"}
    assert set(one.sought) == {"search.html", "base.html", "gone.html"}
    assert not other.used
    assert not other.sought


def test_templates_that_draw_one_another_in_end(engine: CodeEngine) -> None:
    files = {
        "app.py": FLASK,
        "templates/search.html": "{% extends 'b.html' %}{% include 'search.html' %}",
        "templates/b.html": "{% extends 'search.html' %}\n{% include 'b.html' %}{{ words|safe }}",
    }
    places(engine, files)


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("{}%|<>'\"= \nabfs")) | st.characters(),
        max_size=60,
    )
)
def test_no_text_and_no_name_breaks_it(text: str) -> None:
    templates = Templates(["a/templates/x.html"], lambda path: text.encode("utf-8", "replace"))
    for dialect in DIALECTS:
        templates.of_file("x.html", "a/b.py", dialect, "never")
    templates.of_file(text, "a/b.py", "jinja", "suffix")
