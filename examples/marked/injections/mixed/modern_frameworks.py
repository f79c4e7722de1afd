import json
import os
import pickle
import sqlite3
import subprocess

import azure.functions as func
import functions_framework
import grpc
import strawberry
import websockets
from channels.generic.websocket import WebsocketConsumer
from flask import Flask
from flask_restful import Api, Resource, reqparse
from litestar import Litestar, get
from marshmallow import Schema, fields
from quart import Quart, request as qrequest, websocket as qws
from slack_bolt import App as SlackApp
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.responses import PlainTextResponse
from telegram.ext import CommandHandler
from webargs import fields as wfields
from webargs.flaskparser import use_args, use_kwargs

flask_app = Flask(__name__)
api = Api(flask_app)
quart_app = Quart(__name__)
slack = SlackApp(token=os.environ["SLACK_TOKEN"])
db = sqlite3.connect("app.db", check_same_thread=False)


class PersonResource(Resource):
    parser = reqparse.RequestParser()
    parser.add_argument("name", type=str, required=True)
    parser.add_argument("age", type=int)

    def get(self):
        args = self.parser.parse_args()
        return db.execute("SELECT * FROM p WHERE name = '%s'" % args["name"]).fetchall()  # BAD: sql-injection

    def post(self):
        args = self.parser.parse_args()
        return db.execute("SELECT * FROM p WHERE age = %s" % args["age"]).fetchall()  # OK: sql-injection


@flask_app.post("/args")
@use_args({"cmd": wfields.Str(required=True), "n": wfields.Int()}, location="json")
def webargs_view(args):
    os.system("sleep %d" % args["n"])  # OK: os-command-injection
    os.system("run-job " + args["cmd"])  # BAD: os-command-injection
    return "ok"


@flask_app.post("/kwargs")
@use_kwargs({"path": wfields.Str()}, location="query")
def webargs_kw(path):
    return open("/srv/" + path).read()  # BAD: path-traversal


class JobSchema(Schema):
    script = fields.String()


@flask_app.post("/job")
def job():
    from flask import request
    data = JobSchema().load(request.get_json())
    exec(data["script"])  # BAD: code-injection
    return "ok"


@quart_app.route("/q")
async def quart_view():
    form = await qrequest.form
    return subprocess.getoutput("id " + form["u"])  # BAD: os-command-injection


@quart_app.websocket("/ws")
async def quart_ws():
    while True:
        message = await qws.receive()
        await qws.send(str(eval(message)))  # BAD: code-injection


class Chat(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        room = json.loads(text_data)["room"]
        rows = db.execute(f"SELECT * FROM msg WHERE room = '{room}'").fetchall()  # BAD: sql-injection
        self.send(text_data=json.dumps(rows))


class Echo(WebSocketEndpoint):
    encoding = "bytes"

    async def on_receive(self, websocket, data):
        await websocket.send_text(repr(pickle.loads(data)))  # BAD: unsafe-deserialization


class Page(HTTPEndpoint):
    async def get(self, request):
        with open(os.path.join("/srv/pages", request.path_params["page"])) as fh:  # BAD: path-traversal
            return PlainTextResponse(fh.read())


async def ws_server(socket):
    async for message in socket:
        out = subprocess.run(f"tr a-z A-Z <<< {message}", shell=True, capture_output=True)  # BAD: os-command-injection
        await socket.send(out.stdout)


async def main():
    async with websockets.serve(ws_server, "0.0.0.0", 8765):
        pass


@get("/lite/{name:str}")
async def lite(name: str) -> str:
    return str(db.execute("SELECT * FROM t WHERE n = '" + name + "'").fetchall())  # BAD: sql-injection


@get("/lite/n/{num:int}")
async def lite_int(num: int) -> str:
    return str(db.execute(f"SELECT * FROM t WHERE n = {num}").fetchall())  # OK: sql-injection


litestar_app = Litestar([lite, lite_int])


@strawberry.type
class GraphQuery:
    @strawberry.field
    def users(self, order: str) -> list[str]:
        return [r[0] for r in db.execute("SELECT name FROM u ORDER BY " + order)]  # BAD: sql-injection

    @strawberry.field
    def user(self, ident: int) -> str:
        return db.execute(f"SELECT name FROM u WHERE id = {int(ident)}").fetchone()[0]  # OK: sql-injection


def azure_main(req: func.HttpRequest) -> func.HttpResponse:
    name = req.params.get("name") or req.get_json().get("name")
    return func.HttpResponse(os.popen("host " + name).read())  # BAD: os-command-injection


@functions_framework.http
def gcp_main(request):
    return str(eval(request.args.get("e")))  # BAD: code-injection


async def start(update, context):
    text = " ".join(context.args)
    os.system("say " + text)  # BAD: os-command-injection
    await update.message.reply_text("done")


say = CommandHandler("say", start)


@slack.command("/deploy")
def deploy(ack, command):
    ack()
    subprocess.call("deploy.sh " + command["text"], shell=True)  # BAD: os-command-injection


class Lookup:
    def Find(self, request, context):
        row = db.execute("SELECT v FROM kv WHERE k = '%s'" % request.key).fetchone()  # BAD: sql-injection
        context.set_code(grpc.StatusCode.OK)
        return row
