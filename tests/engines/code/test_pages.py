"""Data that a template writes unsafely is found in the template, at the line where it does."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.finding import Evidence, Finding
from seawall.core.location import CodeSpan
from seawall.engines.code.engine import Answer, CodeEngine
from seawall.engines.code.templates import Templates
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
    for dialect in ("jinja", "django", "mako"):
        templates.of_file("x.html", "a/b.py", dialect, "never")
    templates.of_file(text, "a/b.py", "jinja", "suffix")
