import boto3
from boto3.dynamodb.conditions import Attr
from aiohttp import web
from cassandra.cluster import Cluster
from elasticsearch import Elasticsearch
from mongoengine import Document, StringField
from motor.motor_asyncio import AsyncIOMotorClient
from neo4j import GraphDatabase
import couchdb
import redis

routes = web.RouteTableDef()
motor = AsyncIOMotorClient()
driver = GraphDatabase.driver("neo4j://localhost")
es = Elasticsearch("http://localhost:9200")
cache = redis.Redis()


class Ticket(Document):
    owner = StringField()
    title = StringField()


@routes.post("/tickets")
async def tickets(request):
    spec = await request.json()
    found = Ticket.objects(__raw__=spec)  # BAD: nosql-injection
    return web.json_response([t.title for t in found])


@routes.get("/tickets/mine")
async def mine(request):
    found = Ticket.objects(owner=request.query["owner"])  # OK: nosql-injection
    return web.json_response([t.title for t in found])


@routes.get("/tickets/js")
async def tickets_js(request):
    total = Ticket.objects.exec_js("return db.ticket.count({owner: '" + request.query["o"] + "'})")  # BAD: nosql-injection
    return web.json_response(total)


@routes.post("/find")
async def find(request):
    body = await request.json()
    doc = await motor.app.vouchers.find_one({"code": body["code"]})  # BAD: nosql-injection
    return web.json_response({"value": doc["value"]})


@routes.get("/graph")
async def graph(request):
    name = request.query.get("name", "")
    with driver.session() as session:
        res = session.run("MATCH (p:Person {name: '" + name + "'}) RETURN p")  # BAD: nosql-injection
        return web.json_response([r["p"]["name"] for r in res])


@routes.get("/graph/param")
async def graph_param(request):
    with driver.session() as session:
        res = session.run("MATCH (p:Person {name: $name}) RETURN p", name=request.query["name"])  # OK: nosql-injection
        return web.json_response([r["p"]["name"] for r in res])


@routes.get("/script")
async def script(request):
    sort = request.match_info.get("sort") or request.query["sort"]
    res = es.search(index="shop", body={"sort": {"_script": {"type": "number", "script": f"doc['{sort}'].value"}}})  # BAD: nosql-injection
    return web.json_response(res["hits"])


@routes.get("/redis")
async def redis_script(request):
    key = request.query["key"]
    val = cache.eval(f"return redis.call('GET', 'public:{key}')", 0)  # BAD: nosql-injection
    return web.Response(body=val)


@routes.get("/redis2")
async def redis_script_args(request):
    val = cache.eval("return redis.call('GET', 'public:' .. ARGV[1])", 0, request.query["key"])  # OK: nosql-injection
    return web.Response(body=val)


@routes.get("/dynamo")
async def dynamo(request):
    client = boto3.client("dynamodb")
    res = client.execute_statement(Statement="SELECT * FROM Orders WHERE id = '%s'" % request.query["id"])  # BAD: nosql-injection
    return web.json_response(res["Items"])


@routes.get("/dynamo2")
async def dynamo_attr(request):
    table = boto3.resource("dynamodb").Table("Orders")
    res = table.scan(FilterExpression=Attr("id").eq(request.query["id"]))  # OK: nosql-injection
    return web.json_response(res["Items"])
