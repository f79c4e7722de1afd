import base64
import json
from html import escape, unescape
from string import Template

import markdown
import markupsafe
from flask import Flask, Response, jsonify, make_response, render_template, request
from markupsafe import Markup

app = Flask(__name__)
PAGE = Template("<html><body><h1>$title</h1></body></html>")
GREETING = "<p>Hello, %(name)s</p>"
LAST = {}


def wrap(tag, text):
    return f"<{tag}>{text}</{tag}>"


@app.get("/hello")
def hello():
    return f"<h1>Hello {request.args.get('name', 'you')}</h1>"  # BAD: cross-site-scripting


@app.get("/hello/escaped")
def hello_escaped():
    return f"<h1>Hello {escape(request.args.get('name', 'you'))}</h1>"  # OK: cross-site-scripting


@app.get("/title")
def title():
    return PAGE.substitute(title=request.args["t"])  # BAD: cross-site-scripting


@app.get("/greet")
def greet():
    return GREETING % {"name": request.cookies.get("name")}  # BAD: cross-site-scripting


@app.get("/wrap")
def wrapped():
    parts = [wrap("li", item) for item in request.args.getlist("item")]
    return "<ul>" + "".join(parts) + "</ul>"  # BAD: cross-site-scripting


@app.get("/wrap/escaped")
def wrapped_escaped():
    parts = [wrap("li", markupsafe.escape(item)) for item in request.args.getlist("item")]
    return "<ul>" + "".join(parts) + "</ul>"  # OK: cross-site-scripting


@app.get("/json")
def as_json():
    return jsonify(name=request.args["name"], html="<b>" + request.args["name"] + "</b>")  # OK: cross-site-scripting


@app.get("/plain")
def plain():
    return Response("<b>" + request.args["name"] + "</b>", mimetype="text/plain")  # OK: cross-site-scripting


@app.get("/dump")
def dump():
    return Response(json.dumps({"name": request.args["name"]}), mimetype="text/html")  # BAD: cross-site-scripting


@app.get("/script")
def script():
    name = json.dumps(request.args["name"])
    return "<script>var name = " + name + ";</script>"  # BAD: cross-site-scripting


@app.get("/attr")
def attr():
    css = escape(request.args["class"])
    return "<div class=" + css + ">box</div>"  # BAD: cross-site-scripting


@app.get("/quotes")
def quotes():
    value = escape(request.args["v"], quote=False)
    return '<input value="{}">'.format(value)  # BAD: cross-site-scripting


@app.get("/back")
def back():
    text = escape(request.args["text"])
    return "<p>" + unescape(text) + "</p>"  # BAD: cross-site-scripting


@app.get("/state")
def state():
    data = base64.urlsafe_b64decode(request.args["state"]).decode()
    return make_response(f"<pre>{data}</pre>")  # BAD: cross-site-scripting


@app.post("/remember")
def remember():
    LAST["message"] = request.form["message"]
    return "", 204


@app.get("/last")
def last():
    return "<p>" + LAST.get("message", "") + "</p>"  # BAD: cross-site-scripting


@app.post("/markdown")
def render_markdown():
    return Markup(markdown.markdown(request.form["text"]))  # BAD: cross-site-scripting


@app.get("/template")
def template():
    return render_template("hello.html", name=request.args["name"])  # OK: cross-site-scripting


@app.get("/template/markup")
def template_markup():
    note = Markup(request.args["note"])  # BAD: cross-site-scripting
    return render_template("hello.html", name=note)


@app.get("/template/format")
def template_format():
    note = Markup("<em>{}</em>").format(request.args["note"])  # OK: cross-site-scripting
    return render_template("hello.html", name=note)


@app.get("/jsonp")
def jsonp():
    callback = request.args.get("callback")
    return Response(f"{callback}({json.dumps([1, 2])})", content_type="text/html; charset=utf-8")  # BAD: cross-site-scripting


@app.post("/upload")
def upload():
    file = request.files["file"]
    return "<p>Stored {0.filename}</p>".format(file)  # BAD: cross-site-scripting


@app.errorhandler(404)
def missing(error):
    return "<p>Nothing at %s</p>" % request.path, 404  # BAD: cross-site-scripting


@app.get("/page")
def page():
    number = int(request.args.get("n", 1))
    return f"<p>Page {number}</p>"  # OK: cross-site-scripting
