import fnmatch
import re
from functools import lru_cache

import pandas as pd
import re2
import regex
from django.http import JsonResponse
from flask import Flask, request

app = Flask(__name__)
LINES = open("/srv/words.txt").read().splitlines()
PATTERNS = {"num": r"\d+", "word": r"\w+"}


@lru_cache
def compiled(pattern):
    return re.compile(pattern, re.I)  # BAD: regex-injection


@app.get("/search")
def search():
    rx = compiled(request.args["q"])
    return {"hits": [l for l in LINES if rx.search(l)]}


@app.get("/search/escaped")
def search_escaped():
    pat = r"\b" + re.escape(request.args["q"]) + r"\b"
    return {"hits": [l for l in LINES if re.search(pat, l)]}  # OK: regex-injection


@app.get("/search/named")
def search_named():
    pat = PATTERNS.get(request.args["kind"], r"\d+")
    return {"hits": [l for l in LINES if re.match(pat, l)]}  # OK: regex-injection


@app.get("/match")
def match():
    return {"ok": bool(re.match("^" + request.args["p"] + "$", "a" * 40))}  # BAD: regex-injection


@app.post("/sub")
def sub():
    body = request.json
    return {"text": re.sub(body["from"], "x", body["text"])}  # BAD: regex-injection


@app.post("/sub/const")
def sub_const():
    return {"text": re.sub(r"\s+", " ", request.json["text"])}  # OK: regex-injection


@app.get("/split")
def split():
    sep = request.args.get("sep")
    return {"parts": [p for l in LINES for p in re.split(f"[{sep}]+", l)]}  # BAD: regex-injection


@app.get("/findall")
def findall():
    return {"n": len(regex.findall(request.args["p"], "\n".join(LINES)))}  # BAD: regex-injection


@app.get("/regex/escape")
def regex_escape():
    return {"n": len(regex.findall(regex.escape(request.args["p"]), "\n".join(LINES)))}  # OK: regex-injection


@app.get("/re2")
def linear():
    return {"n": len(re2.findall(request.args["p"], "\n".join(LINES)))}  # OK: regex-injection


@app.get("/glob")
def glob():
    rx = re.compile(fnmatch.translate(request.args["g"]))  # OK: regex-injection
    return {"hits": list(filter(rx.match, LINES))}


@app.get("/series")
def series():
    s = pd.Series(LINES)
    return {"n": int(s.str.contains(request.args["p"]).sum())}  # BAD: regex-injection


@app.get("/series/plain")
def series_plain():
    s = pd.Series(LINES)
    return {"n": int(s.str.contains(request.args["p"], regex=False).sum())}  # OK: regex-injection


@app.get("/iter")
def finditer():
    p = request.view_args.get("p") if request.view_args else request.headers["X-Pattern"]
    return {"n": [m.start() for m in re.finditer(p, "a" * 99)]}  # BAD: regex-injection


@app.get("/sublen")
def subn():
    word = request.cookies["hl"]
    text, n = re.subn("(%s)" % word, r"<b>\1</b>", LINES[0])  # BAD: regex-injection
    return {"text": text, "n": n}


def dj_fullmatch(request):
    rules = request.GET.getlist("rule")
    ok = all(re.fullmatch(r, "x" * 30) for r in rules)  # BAD: regex-injection
    return JsonResponse({"ok": ok})
