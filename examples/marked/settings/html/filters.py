import html
import re

import bleach
import nh3
from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from fastapi import FastAPI, Form
from fastapi.responses import HTMLResponse
from flask import Flask, request
from lxml_html_clean import Cleaner
from markupsafe import Markup

app = Flask(__name__)
api = FastAPI()
SCRIPTS = re.compile(r"<script>.*?</script>")


@app.post("/preview/1")
def preview_one():
    body = SCRIPTS.sub("", request.form["body"])  # BAD: bad-html-filter
    return f"<article>{body}</article>"  # BAD: cross-site-scripting


@app.post("/preview/2")
def preview_two():
    body = request.form["body"].replace("<script>", "").replace("</script>", "")  # BAD: bad-html-filter
    return "<article>" + body + "</article>"  # BAD: cross-site-scripting


@app.post("/preview/3")
def preview_three():
    body = re.sub(r"<script[^>]*>[\s\S]*</script>", "", request.form["body"], flags=re.I)  # BAD: bad-html-filter
    return Markup("<article>%s</article>") % Markup(body)  # BAD: cross-site-scripting


@app.post("/preview/4")
def preview_four():
    body = bleach.clean(request.form["body"], tags={"b", "i", "p"})  # OK: bad-html-filter
    return f"<article>{body}</article>"  # OK: cross-site-scripting


@app.post("/preview/5")
def preview_five():
    body = nh3.clean(request.form["body"])  # OK: bad-html-filter
    return f"<article>{body}</article>"  # OK: cross-site-scripting


@app.post("/preview/6")
def preview_six():
    body = html.escape(re.sub(r"<[^>]+>", "", request.form["body"]))  # OK: bad-html-filter
    return f"<article>{body}</article>"  # OK: cross-site-scripting


@app.post("/link")
def link():
    href = request.form["href"]
    if href.lower().startswith("javascript:"):  # BAD: bad-html-filter
        href = "#"
    return f'<a href="{html.escape(href)}">link</a>'  # BAD: cross-site-scripting


@app.post("/link/http")
def link_http():
    href = request.form["href"]
    if not re.match(r"https?://", href):  # OK: bad-html-filter
        href = "#"
    return f'<a href="{html.escape(href)}">link</a>'  # OK: cross-site-scripting


def note(request):
    text = re.sub("<[^>]*>", "", request.POST["note"])  # BAD: bad-html-filter
    return HttpResponse(f"<div>{text}</div>")  # BAD: cross-site-scripting


def note_attributes(request):
    text = re.sub(r"\son\w+=\"[^\"]*\"", "", request.POST["note"])  # BAD: bad-html-filter
    return HttpResponse(mark_safe("<div>" + text + "</div>"))  # BAD: cross-site-scripting


def note_comments(request):
    text = re.sub(r"<!--.*-->", "", request.POST["note"])  # BAD: bad-html-filter
    return HttpResponse("<!-- note --><div>%s</div>" % text)  # BAD: cross-site-scripting


def note_stripped(request):
    text = strip_tags(request.POST["note"])
    return HttpResponse(f"<div>{html.escape(text)}</div>")  # OK: cross-site-scripting


@api.post("/post")
def post(body: str = Form()):
    for tag in ("script", "iframe", "object"):
        body = re.sub(rf"</?{tag}[^>]*>", "", body)  # BAD: bad-html-filter
    return HTMLResponse(body)  # BAD: cross-site-scripting


@api.post("/post/lt")
def post_lt(body: str = Form()):
    text = body.replace("<", "&lt;", 1)  # BAD: bad-html-filter
    return HTMLResponse("<p>" + text + "</p>")  # BAD: cross-site-scripting


@api.post("/post/clean")
def post_clean(body: str = Form()):
    return HTMLResponse(Cleaner().clean_html(f"<div>{body}</div>"))  # OK: bad-html-filter
