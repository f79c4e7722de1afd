import logging
import os
import sys

import structlog
from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse
from fastapi import FastAPI
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from fastapi import Depends
from flask import Flask, request
from loguru import logger as loguru_logger
from pydantic import BaseModel, SecretStr

log = logging.getLogger("auth")
events = structlog.get_logger()
app = Flask(__name__)
api = FastAPI()
basic = HTTPBasic()


class Card(BaseModel):
    holder: str
    card_number: str
    cvv: str


class Login(BaseModel):
    user: str
    password: SecretStr


@app.post("/login")
def login():
    password = request.form["password"]
    log.debug("password received: %s", password)  # BAD: sensitive-data-in-log
    return "", 204


@app.post("/reset")
def reset():
    new_password = request.get_json()["new_password"]
    print(f"setting password to {new_password}", file=sys.stderr)  # BAD: sensitive-data-in-log
    return "", 204


@app.post("/check")
def check():
    password = request.form["password"]
    log.info("password has %d characters", len(password))  # OK: sensitive-data-in-log
    if not password:
        log.warning("password missing for user id %d", int(request.form["uid"]))  # OK: sensitive-data-in-log
    return "", 204


@app.before_request
def trace():
    app.logger.debug("authorization=%s", repr(request.headers.get("Authorization")))  # BAD: sensitive-data-in-log


def connect():
    db_password = os.environ["DB_PASSWORD"]
    dsn = "postgresql://app:{}@db/app".format(db_password)
    logging.info("connecting to %s", dsn)  # BAD: sensitive-data-in-log
    return dsn


def start_worker():
    secret_key = os.environ.get("AWS_SECRET_ACCESS_KEY")
    loguru_logger.info("using secret {}", secret_key)  # BAD: sensitive-data-in-log
    logging.info("secret configured: %s", secret_key is not None)  # OK: sensitive-data-in-log


@api.post("/pay")
def pay(card: Card):
    log.info("charging card %s cvv %s", card.card_number, card.cvv)  # BAD: sensitive-data-in-log
    return {"paid": True}


@api.post("/pay/masked")
def pay_masked(card: Card):
    log.info("charging card ending in %s", card.card_number[-4:])  # OK: sensitive-data-in-log
    return {"paid": True}


@api.post("/session")
def session(login: Login):
    log.info("password=%s", login.password)  # OK: sensitive-data-in-log
    events.info("login", password=login.password.get_secret_value())  # BAD: sensitive-data-in-log
    return {"ok": True}


@api.get("/me")
def me(credentials: HTTPBasicCredentials = Depends(basic)):
    logging.warning("basic auth with " + credentials.password)  # BAD: sensitive-data-in-log
    return {"user": credentials.username}


def sign_in(request):
    credentials = {"username": request.POST["username"], "password": request.POST["password"]}
    user = authenticate(request, **credentials)
    if user is None:
        log.error("sign in failed: %s", credentials["password"])  # BAD: sensitive-data-in-log
        return HttpResponse(status=403)
    return JsonResponse({"ok": True})


def patient(request):
    ssn = request.POST["social_security_number"]
    log.info("looking up ssn %s", ssn)  # BAD: sensitive-data-in-log
    return JsonResponse({"found": False})


def rotate(private_key, access_token):
    try:
        raise ConnectionError("vault unreachable")
    except ConnectionError:
        log.exception("cannot rotate %s", access_token)  # BAD: sensitive-data-in-log
    log.debug("token bucket size %d, password policy %s", 10, "strict")  # OK: sensitive-data-in-log
