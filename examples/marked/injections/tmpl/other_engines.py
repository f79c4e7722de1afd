import chevron
import pystache
from Cheetah.Template import Template as CheetahTemplate
from airspeed import Template as VelocityTemplate
from bottle import SimpleTemplate, request, route, template
from chameleon import PageTemplate
from django.http import HttpResponse
from django.template import Context, Engine, Template as DjangoTemplate, engines
from genshi.template import MarkupTemplate
from mako.lookup import TemplateLookup
from mako.template import Template as MakoTemplate
from tornado.template import Template as TornadoTemplate
from tornado.web import RequestHandler
import string

lookup = TemplateLookup(directories=["/srv/templates"])


@route("/bottle")
def bottle_inline():
    return template("Hello " + request.query.name + "\n")  # BAD: template-injection


@route("/bottle/var")
def bottle_var():
    return template("Hello {{name}}\n", name=request.query.name)  # OK: template-injection


@route("/bottle/simple", method="POST")
def bottle_simple():
    return SimpleTemplate(request.forms.get("body")).render()  # BAD: template-injection


@route("/mako", method="POST")
def mako_inline():
    return MakoTemplate(request.json["tpl"]).render(data="world")  # BAD: template-injection


@route("/mako/file")
def mako_file():
    return lookup.get_template("hello.mako").render(name=request.query.name)  # OK: template-injection


@route("/genshi")
def genshi_inline():
    tmpl = MarkupTemplate("<h1>%s</h1>" % request.query.title)  # BAD: template-injection
    return tmpl.generate().render("xhtml")


@route("/chameleon")
def chameleon_inline():
    return PageTemplate("<div>" + request.query.body + "</div>")()  # BAD: template-injection


@route("/cheetah")
def cheetah_inline():
    return str(CheetahTemplate("Dear {}".format(request.query.who)))  # BAD: template-injection


@route("/mustache")
def mustache():
    return chevron.render(request.query.tpl, {"name": "x"})  # OK: template-injection


@route("/dollar")
def dollar():
    return string.Template(request.query.tpl).safe_substitute(name="x")  # OK: template-injection


class Greeting(RequestHandler):
    def get(self):
        greeting = self.get_argument("greeting")
        t = TornadoTemplate("<p>{0}</p>".format(greeting))  # BAD: template-injection
        self.write(t.generate())

    def post(self):
        self.render("greeting.html", greeting=self.get_argument("greeting"))  # OK: template-injection


def django_inline(request):
    t = DjangoTemplate("{% load i18n %}" + request.GET["t"])  # BAD: template-injection
    return HttpResponse(t.render(Context({"user": request.user})))


def django_engine(request):
    t = engines["django"].from_string(request.POST["t"])  # BAD: template-injection
    return HttpResponse(t.render({}, request))


def django_engine_const(request):
    t = Engine().from_string("{{ t }}")  # OK: template-injection
    return HttpResponse(t.render(Context({"t": request.POST["t"]})))


def django_jinja(request):
    t = engines["jinja2"].from_string(f"<p>{request.META['QUERY_STRING']}</p>")  # BAD: template-injection
    return HttpResponse(t.render())
