import os
import subprocess

import boto3
import psycopg2
import pymongo
import yaml

from . import events
from .events import body as parse_body

CONNECTION = None
DB = pymongo.MongoClient(os.environ["MONGO_URL"]).get_default_database()
ssm = boto3.client("ssm")
rds = boto3.client("rds-data")


def connection():
    global CONNECTION
    if CONNECTION is None:
        CONNECTION = psycopg2.connect(os.environ["DSN"])
    return CONNECTION


def get_order(event, context):
    with connection().cursor() as cur:
        cur.execute("SELECT * FROM orders WHERE ref = '" + events.path(event, "ref") + "'")  # BAD: sql-injection
        return {"statusCode": 200, "body": str(cur.fetchall())}


def get_order_by_id(event, context):
    with connection().cursor() as cur:
        cur.execute(f"SELECT * FROM orders WHERE id = {events.int_path(event, 'id')}")  # OK: sql-injection
        return {"statusCode": 200, "body": str(cur.fetchall())}


def data_api(event, context):
    name = events.query(event, "name")
    res = rds.execute_statement(  # BAD: sql-injection
        resourceArn=os.environ["ARN"], secretArn=os.environ["SECRET"], sql="SELECT * FROM t WHERE n = '%s'" % name)
    return {"statusCode": 200, "body": str(res["records"])}


def login(event, context):
    creds = parse_body(event)
    user = DB.users.find_one({"email": creds["email"], "pin": creds["pin"]})  # BAD: nosql-injection
    return {"statusCode": 200 if user else 401}


def login_str(event, context):
    creds = parse_body(event)
    user = DB.users.find_one({"email": str(creds["email"]), "pin": str(creds["pin"])})  # OK: nosql-injection
    return {"statusCode": 200 if user else 401}


def render(event, context):
    spec = parse_body(event)
    out = subprocess.check_output("wkhtmltopdf %(url)s -" % spec, shell=True)  # BAD: os-command-injection
    return {"statusCode": 200, "body": out.hex()}


def render_argv(event, context):
    spec = parse_body(event)
    out = subprocess.check_output(["wkhtmltopdf", spec["url"], "-"])  # BAD: argument-injection
    return {"statusCode": 200, "body": out.hex()}


def remote(event, context):
    host = events.query(event, "instance")
    ssm.send_command(  # OK: os-command-injection
        InstanceIds=[host], DocumentName="AWS-RunShellScript", Parameters={"commands": ["uptime"]})
    return {"statusCode": 202}


def template(event, context):
    name = events.query(event, "name", "default")
    with open("/opt/templates/" + name + ".html") as fh:  # BAD: path-traversal
        return {"statusCode": 200, "body": fh.read()}


def template_listed(event, context):
    name = events.query(event, "name", "default")
    if name not in os.listdir("/opt/templates"):
        return {"statusCode": 404}
    with open("/opt/templates/" + name) as fh:  # OK: path-traversal
        return {"statusCode": 200, "body": fh.read()}


def settings(event, context):
    conf = yaml.load(event["body"], Loader=yaml.Loader)  # BAD: unsafe-deserialization
    same = yaml.safe_load(event["body"])  # OK: unsafe-deserialization
    return {"statusCode": 200, "body": str(conf == same)}
