import logging
import string

from flask import Flask, current_app, request
from flask_login import current_user
from django.http import HttpResponse
from django.utils.html import format_html

app = Flask(__name__)
log = logging.getLogger(__name__)
GREETINGS = {"en": "Hello {user.name}", "fr": "Bonjour {user.name}"}


class Config:
    SECRET = "k"

    def __init__(self, title):
        self.title = title


@app.get("/greet")
def greet():
    return request.args["fmt"].format(user=current_user)  # BAD: format-string-injection


@app.get("/greet/lang")
def greet_lang():
    return GREETINGS.get(request.args.get("lang"), GREETINGS["en"]).format(user=current_user)  # OK: format-string-injection


@app.get("/greet/arg")
def greet_arg():
    return "Hello {0}".format(request.args["name"])  # OK: format-string-injection


@app.get("/greet/concat")
def greet_concat():
    tpl = "Dear " + request.args["name"] + ", welcome {user.name}"
    return tpl.format(user=current_user)  # BAD: format-string-injection


@app.get("/greet/fstring")
def greet_fstring():
    return f"<{request.args['tag']}>" + f"{request.args['name']} on {{app.name}}".format(app=current_app)  # BAD: format-string-injection


@app.post("/map")
def fmt_map():
    return request.json["template"].format_map({"cfg": Config("t")})  # BAD: format-string-injection


@app.post("/formatter")
def formatter():
    return string.Formatter().format(request.form["t"], cfg=Config("t"))  # BAD: format-string-injection


@app.post("/vformatter")
def vformatter():
    return string.Formatter().vformat(request.form["t"], (), {"cfg": Config("t")})  # BAD: format-string-injection


@app.post("/template")
def template():
    return string.Template(request.form["t"]).safe_substitute(title="t")  # OK: format-string-injection


@app.post("/escaped")
def escaped():
    raw = request.form["t"].replace("{", "{{").replace("}", "}}")
    return (raw + " - {cfg.title}").format(cfg=Config("t"))  # OK: format-string-injection


def render_line(tpl, **values):
    return tpl.format(**values)  # BAD: format-string-injection


@app.get("/line")
def line():
    return render_line(request.headers.get("X-Line", "{cfg.title}"), cfg=Config("x"))


def dj_message(request):
    return HttpResponse(format_html(request.GET["m"], user=request.user))  # BAD: format-string-injection


def dj_message_const(request):
    return HttpResponse(format_html("<p>{}</p>", request.GET["m"]))  # OK: format-string-injection


def dj_fields(request):
    rows = map(request.GET["row"].format, [request.user])  # BAD: format-string-injection
    return HttpResponse("\n".join(rows))


def dj_spec(request):
    width = min(int(request.GET["w"]), 80)
    return HttpResponse(("{:>%d}" % width).format("x"))  # OK: format-string-injection


def dj_method(request):
    fmt = str.format
    return HttpResponse(fmt(request.COOKIES["banner"], request.user))  # BAD: format-string-injection
