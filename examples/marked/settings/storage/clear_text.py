import json
import pickle
import shelve
import sqlite3
from pathlib import Path

import bcrypt
import keyring
import yaml
from cryptography.fernet import Fernet
from django.db import models
from fastapi import FastAPI, Form
from flask import Flask, make_response, request
from flask_sqlalchemy import SQLAlchemy
import redis

app = Flask(__name__)
db = SQLAlchemy(app)
api = FastAPI()
cache = redis.Redis()
fernet = Fernet(Path("/run/secrets/fernet").read_bytes())


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))
    password = db.Column(db.String(200))


@app.post("/signup")
def signup():
    user = User(name=request.form["name"], password=request.form["password"])  # BAD: sensitive-data-stored-in-clear
    db.session.add(user)
    db.session.commit()
    return "", 201


@app.post("/signup/hashed")
def signup_hashed():
    hashed = bcrypt.hashpw(request.form["password"].encode(), bcrypt.gensalt())
    db.session.add(User(name=request.form["name"], password=hashed.decode()))  # OK: sensitive-data-stored-in-clear
    db.session.commit()
    return "", 201


@app.post("/profile/card")
def card():
    credit_card_number = request.form["credit_card_number"]
    with open("/srv/data/cards.txt", "a") as fh:
        fh.write(credit_card_number + "\n")  # BAD: sensitive-data-stored-in-clear
    return "", 204


@app.post("/profile/card/sealed")
def card_sealed():
    credit_card_number = request.form["credit_card_number"]
    with open("/srv/data/cards.bin", "ab") as fh:
        fh.write(fernet.encrypt(credit_card_number.encode()))  # OK: sensitive-data-stored-in-clear
    return "", 204


@app.post("/remember")
def remember():
    resp = make_response("", 204)
    password = request.form["password"]
    resp.set_cookie("pw", password, secure=True, httponly=True, samesite="Strict")  # BAD: sensitive-data-stored-in-clear
    return resp


@app.post("/vault")
def vault():
    password = request.form["password"]
    Path("/srv/data/vault.json").write_text(json.dumps({"password": password}))  # BAD: sensitive-data-stored-in-clear
    return "", 204


@api.post("/accounts")
def accounts(login: str = Form(), password: str = Form()):
    conn = sqlite3.connect("accounts.db")
    with conn:
        conn.execute("INSERT INTO account (login, password) VALUES (?, ?)", (login, password))  # BAD: sensitive-data-stored-in-clear
    return {"ok": True}


@api.post("/cache")
def cache_password(login: str = Form(), password: str = Form()):
    cache.set(f"pw:{login}", password)  # BAD: sensitive-data-stored-in-clear
    return {"ok": True}


@api.post("/keyring")
def keep(login: str = Form(), password: str = Form()):
    keyring.set_password("sync", login, password)  # OK: sensitive-data-stored-in-clear
    return {"ok": True}


def save_settings(path, api_secret):
    with open(path, "w") as fh:
        yaml.safe_dump({"api_secret": api_secret}, fh)  # BAD: sensitive-data-stored-in-clear


def save_state(path, ssn, password):
    with shelve.open(path) as shelf:
        shelf["ssn"] = ssn  # BAD: sensitive-data-stored-in-clear
    with open(path + ".pickle", "wb") as fh:
        pickle.dump({"password": password}, fh)  # BAD: sensitive-data-stored-in-clear


def save_policy(path):
    policy = {"password_min_length": 12, "password_expiry_days": 90}
    Path(path).write_text(json.dumps(policy))  # OK: sensitive-data-stored-in-clear


class Member(models.Model):
    login = models.CharField(max_length=80)
    password = models.CharField(max_length=80)


def register(request):
    password = request.POST["password"]
    return Member.objects.create(login=request.POST["login"], password=password)  # BAD: sensitive-data-stored-in-clear
