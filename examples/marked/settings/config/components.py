import celery
from flask import Flask
from flask_talisman import Talisman
from kombu import Queue
import jwt

app = Flask(__name__)
Talisman(app, force_https=False, content_security_policy=None)  # BAD: insecure-setting

tasks = celery.Celery("tasks", broker="amqps://mq.example.com")
tasks.conf.accept_content = ["pickle", "json"]  # BAD: insecure-setting
tasks.conf.task_queues = [Queue("default")]

mails = celery.Celery("mails", broker="amqps://mq.example.com")
mails.conf.update(accept_content=["json"], task_serializer="json")  # OK: insecure-setting


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})  # BAD: insecure-setting


def claims_checked(token, key):
    return jwt.decode(token, key, algorithms=["ES256"], audience="shop")  # OK: insecure-setting
