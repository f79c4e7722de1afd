import re

import re2
import regex
from django.http import JsonResponse
from fastapi import FastAPI, Query
from flask import Flask, request
from tornado.web import RequestHandler

app = Flask(__name__)
api = FastAPI()
WORDS = r"^(\w+\s?)*$"
HEX = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@app.get("/words")
def words():
    return {"ok": bool(re.match(WORDS, request.args["q"]))}  # BAD: slow-regex


@app.get("/mail")
def mail():
    address = request.args.get("mail", "")
    ok = re.fullmatch(r"([a-zA-Z0-9]+[._-]?)+@([a-z0-9]+\.?)+", address)  # BAD: slow-regex
    return {"ok": ok is not None}


@app.get("/digits")
def digits():
    return {"ok": re.search(r"^(\d+)+$", request.cookies.get("n", "")) is not None}  # BAD: slow-regex


@app.post("/comment")
def comment():
    body = request.form["body"]
    return {"body": re.sub(r"\s+$", "", body)}  # BAD: slow-regex


@app.post("/comment/strip")
def comment_strip():
    body = request.form["body"]
    return {"body": re.sub(r"\s", " ", body).rstrip()}  # OK: slow-regex


@app.get("/uuid")
def uuid():
    return {"ok": HEX.match(request.args["id"]) is not None}  # OK: slow-regex


@app.get("/name")
def name():
    value = request.args["name"]
    if len(value) > 20:
        return {"ok": False}
    return {"ok": re.match(r"^(a|b|[a-z])*-[0-9]$", value) is not None}  # OK: slow-regex


@app.get("/tag")
def tag():
    return {"ok": re.match(r"^(a|a)*b$", request.args["tag"]) is not None}  # BAD: slow-regex


@app.get("/path")
def path():
    value = request.headers.get("X-Path", "")
    return {"ok": regex.match(r"^(/?[\w.]*)*!$", value) is not None}  # BAD: slow-regex


@app.get("/atomic")
def atomic():
    return {"ok": re.match(r"^(?>\w+\s?)*+$", request.args["q"]) is not None}  # OK: slow-regex


@app.get("/linear")
def linear():
    return {"ok": re2.match(r"^(\w+\s?)*$", request.args["q"]) is not None}  # OK: slow-regex


@app.get("/short")
def short():
    q = request.args["q"][:12]
    return {"ok": re.match(r"^(\w+\s?)*$", q) is not None}  # OK: slow-regex


def split_view(request):
    parts = re.split(r"(?:,|\s*;\s*)+\|", request.GET["items"])  # BAD: slow-regex
    return JsonResponse({"parts": parts})


@api.get("/version")
async def version(v: str = Query()):
    found = re.findall(r"(([0-9]+\.?)*)-release$", v)  # BAD: slow-regex
    return {"found": len(found)}


@api.get("/csv")
async def csv_line(line: str):
    return {"ok": bool(re.fullmatch(r'((("[^"]*")|[^,]*),*)*;', line))}  # BAD: slow-regex


class Phone(RequestHandler):
    PATTERN = re.compile(r"^\+?(\d[ -]?){6,14}$")

    def get(self):
        self.write({"ok": bool(self.PATTERN.match(self.get_argument("p")))})  # OK: slow-regex

    def post(self):
        body = self.request.body.decode("utf-8", "replace")
        self.write({"ok": bool(re.search("<!--(.*?|\\s)*-->", body, re.DOTALL))})  # BAD: slow-regex
