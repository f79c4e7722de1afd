import peewee
from playhouse.postgres_ext import PostgresqlExtDatabase
from pony import orm
from sanic import Sanic
from sanic.response import json
from tortoise import Tortoise, connections
from tortoise.models import Model
from tortoise import fields

app = Sanic("inventory")
pdb = PostgresqlExtDatabase("inventory")
odb = orm.Database()


class Part(peewee.Model):
    name = peewee.CharField()

    class Meta:
        database = pdb


class Bin(odb.Entity):
    label = orm.Required(str)


class Shelf(Model):
    id = fields.IntField(pk=True)
    code = fields.CharField(max_length=20)


@app.get("/parts")
async def parts(request):
    name = request.args.get("name")
    rows = Part.raw("SELECT * FROM part WHERE name = '%s'" % name)  # BAD: sql-injection
    return json([r.name for r in rows])


@app.get("/parts/where")
async def parts_where(request):
    cond = request.args.get("cond")
    rows = Part.select().where(peewee.SQL(cond))  # BAD: sql-injection
    return json([r.name for r in rows])


@app.get("/parts/bound")
async def parts_bound(request):
    rows = Part.raw("SELECT * FROM part WHERE name = %s", request.args.get("name"))  # OK: sql-injection
    return json([r.name for r in rows])


@app.get("/parts/exec")
async def parts_exec(request):
    cur = pdb.execute_sql("SELECT count(*) FROM part WHERE name = '" + request.args.get("name") + "'")  # BAD: sql-injection
    return json(cur.fetchone())


@app.get("/bins")
async def bins(request):
    label = request.args.get("label")
    with orm.db_session:
        found = Bin.select_by_sql("SELECT * FROM Bin WHERE label = '" + label + "'")  # BAD: sql-injection
        return json([b.label for b in found])


@app.get("/bins/bound")
async def bins_bound(request):
    label = request.args.get("label")
    with orm.db_session:
        found = Bin.select_by_sql("SELECT * FROM Bin WHERE label = $label")  # OK: sql-injection
        return json([b.label for b in found])


@app.post("/bins/raw")
async def bins_raw(request):
    label = request.json["label"]
    with orm.db_session:
        rows = odb.select(f"id FROM Bin WHERE label = '{label}'")  # BAD: sql-injection
        return json(rows)


@app.get("/shelves/<code:str>")
async def shelves(request, code):
    rows = await Shelf.raw(f"SELECT * FROM shelf WHERE code = '{code}'")  # BAD: sql-injection
    return json([r.code for r in rows])


@app.get("/shelves2/<code:str>")
async def shelves_conn(request, code):
    conn = connections.get("default")
    rows = await conn.execute_query_dict("SELECT * FROM shelf WHERE code = '" + code + "'")  # BAD: sql-injection
    return json(rows)


@app.get("/shelves3/<code:str>")
async def shelves_param(request, code):
    conn = Tortoise.get_connection("default")
    rows = await conn.execute_query_dict("SELECT * FROM shelf WHERE code = $1", [code])  # OK: sql-injection
    return json(rows)
