from urllib.parse import unquote

from flask import Flask, render_template, render_template_string, request
from jinja2 import DictLoader, Environment, Template
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import escape as html_escape

app = Flask(__name__)
env = Environment(autoescape=True)
PAGE = "<h1>Hello {{ name }}</h1>"


def layout(content):
    return "<html><body>" + content + "</body></html>"


@app.get("/hello")
def hello():
    return render_template_string("<h1>Hello %s</h1>" % request.args["name"])  # BAD: template-injection


@app.get("/hello/escaped")
def hello_escaped():
    name = html_escape(request.args["name"])
    return render_template_string(f"<h1>Hello {name}</h1>")  # BAD: template-injection


@app.get("/hello/ctx")
def hello_ctx():
    return render_template_string(PAGE, name=request.args["name"])  # OK: template-injection


@app.get("/hello/file")
def hello_file():
    return render_template("hello.html", name=request.args["name"])  # OK: template-injection


@app.get("/hello/layout")
def hello_layout():
    page = layout("Hi " + request.cookies.get("nick", "guest"))
    return env.from_string(page).render()  # BAD: template-injection


@app.post("/mail/preview")
def preview():
    tpl = Template(request.form["body"])  # BAD: template-injection
    return tpl.render(user="alice")


@app.post("/mail/preview/sandbox")
def preview_sandbox():
    sandbox = SandboxedEnvironment()
    return sandbox.from_string(request.form["body"]).render(user="alice")  # OK: template-injection


@app.errorhandler(404)
def missing(err):
    body = "{% extends 'base.html' %}<p>" + unquote(request.url) + " was not found</p>"
    return render_template_string(body), 404  # BAD: template-injection


@app.post("/dict")
def dict_loader():
    local_env = Environment(loader=DictLoader({"page": request.json["source"]}))  # BAD: template-injection
    return local_env.get_template("page").render()


@app.get("/count")
def count():
    n = request.args.get("n", type=int)
    return render_template_string("<b>%d</b>" % (n or 0))  # OK: template-injection


@app.get("/strip")
def strip():
    name = request.args["name"].replace("{{", "")
    return render_template_string("<i>" + name + "</i>")  # BAD: template-injection
