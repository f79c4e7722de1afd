import os

import jwt
from celery import Celery
from flask import Flask
from flask_login import LoginManager
from flask_security import Security
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from jose import jwt as jose_jwt

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
app.config["SECURITY_PASSWORD_HASH"] = "plaintext"  # BAD: weak-password-hash
app.config["SECURITY_PASSWORD_SCHEMES"] = ["plaintext", "bcrypt"]
security = Security(app)

login_manager = LoginManager(app)
login_manager.session_protection = None  # BAD: insecure-setting

queue = Celery("queue")
queue.conf.update(task_serializer="pickle", accept_content=["pickle"])  # BAD: insecure-setting


def issue(claims):
    return jwt.encode(claims, key=None, algorithm="none")  # BAD: insecure-setting


def issue_signed(claims):
    return jwt.encode(claims, key=os.environ["JWT_KEY"], algorithm="HS256")  # OK: insecure-setting


def read(token, key):
    return jose_jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False})  # BAD: insecure-setting


def read_all(token):
    return jwt.decode(token, key="", algorithms=["none", "HS256"])  # BAD: insecure-setting


def ftp():
    authorizer = DummyAuthorizer()
    authorizer.add_anonymous("/srv/ftp", perm="elradfmwMT")  # BAD: insecure-setting
    handler = FTPHandler
    handler.authorizer = authorizer
    return handler
