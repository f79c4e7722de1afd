import re
from urllib.parse import urlparse, urlsplit

import requests
from django.http import HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse
from flask import Flask, abort, redirect, request

app = Flask(__name__)
api = FastAPI()
PARTNERS = {"partner.example", "www.partner.example"}


@app.get("/go/1")
def go_contains():
    target = request.args["next"]
    if "shop.example.com" in target:  # BAD: incomplete-url-check
        return redirect(target)  # BAD: open-redirect
    return redirect("/")


@app.get("/go/2")
def go_prefix():
    target = request.args["next"]
    if not target.startswith("https://shop.example.com"):  # BAD: incomplete-url-check
        abort(400)
    return redirect(target)  # BAD: open-redirect


@app.get("/go/3")
def go_suffix():
    target = request.args["next"]
    host = urlparse(target).netloc
    if host.endswith("example.com"):  # BAD: incomplete-url-check
        return redirect(target)  # BAD: open-redirect
    abort(400)


@app.get("/go/4")
def go_pattern():
    target = request.args["next"]
    if re.match(r"^https?://(www|shop).example.com/", target):  # BAD: incomplete-url-check
        return redirect(target)  # BAD: open-redirect
    abort(400)


@app.get("/go/5")
def go_search():
    target = request.args["next"]
    if re.search(r"https://shop\.example\.com/", target):  # BAD: incomplete-url-check
        return redirect(target)  # BAD: open-redirect
    abort(400)


@app.get("/go/6")
def go_exact_host():
    target = request.args["next"]
    parts = urlsplit(target)
    if parts.scheme == "https" and parts.hostname == "shop.example.com":  # OK: incomplete-url-check
        return redirect(target)  # OK: open-redirect
    abort(400)


@app.get("/go/7")
def go_dotted_suffix():
    target = request.args["next"]
    host = urlsplit(target).hostname or ""
    if "\\" in target or not target.startswith("https://"):
        abort(400)
    if host.endswith(".example.com"):  # OK: incomplete-url-check
        return redirect(target)  # OK: open-redirect
    abort(400)


@app.get("/go/8")
def go_full_prefix():
    target = request.args["next"]
    if target.startswith("https://shop.example.com/"):  # OK: incomplete-url-check
        return redirect(target)  # OK: open-redirect
    abort(400)


def callback(request):
    url = request.GET["callback"]
    if urlparse(url).netloc.find("partner.example") < 0:  # BAD: incomplete-url-check
        return HttpResponseBadRequest()
    answer = requests.post(url, json={"state": "done"}, timeout=5)  # BAD: server-side-request-forgery
    return JsonResponse({"status": answer.status_code})


def callback_listed(request):
    url = request.GET["callback"]
    if urlparse(url).netloc not in PARTNERS:  # OK: incomplete-url-check
        return HttpResponseBadRequest()
    answer = requests.post(url, json={"state": "done"}, timeout=5, allow_redirects=False)
    return JsonResponse({"status": answer.status_code})


def leave(request):
    url = request.GET["url"]
    if any(url.split("//")[-1].startswith(p) for p in PARTNERS):  # BAD: incomplete-url-check
        return HttpResponseRedirect(url)  # BAD: open-redirect
    return HttpResponseBadRequest()


@api.get("/login/done")
async def login_done(return_to: str):
    match urlparse(return_to).netloc.split("."):  # BAD: incomplete-url-check
        case ["shop", *_]:
            return RedirectResponse(return_to)  # BAD: open-redirect
    raise HTTPException(400)


@api.get("/logout/done")
async def logout_done(return_to: str):
    if return_to.startswith(("http://www.example.com", "https://www.example.com")):  # BAD: incomplete-url-check
        return RedirectResponse(return_to, status_code=303)  # BAD: open-redirect
    raise HTTPException(400)


@api.get("/frame-origin")
async def frame_origin(origin: str):
    trusted = origin.endswith("example.com")  # BAD: incomplete-url-check
    return {"embed": trusted}


@app.get("/links")
def links():
    # only decides on an icon
    link = request.args["link"]
    icon = "video" if urlsplit(link).hostname == "tube.example" else "page"  # OK: incomplete-url-check
    return {"icon": icon}
