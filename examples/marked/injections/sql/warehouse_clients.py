import duckdb
import pandas as pd
import phoenixdb
import snowflake.connector
import trino
from clickhouse_driver import Client
import clickhouse_connect
from flask import Flask, request
from google.cloud import bigquery
from pyhive import hive

app = Flask(__name__)


def _where(params):
    return " AND ".join(f"{k} = '{v}'" for k, v in params.items())


@app.get("/bq")
def bq():
    client = bigquery.Client()
    sql = "SELECT * FROM `events.raw` WHERE " + _where(request.args)
    return {"rows": [dict(r) for r in client.query(sql)]}  # BAD: sql-injection


@app.get("/bq/param")
def bq_param():
    client = bigquery.Client()
    cfg = bigquery.QueryJobConfig(
        query_parameters=[bigquery.ScalarQueryParameter("u", "STRING", request.args["u"])]
    )
    job = client.query("SELECT * FROM `events.raw` WHERE u = @u", job_config=cfg)  # OK: sql-injection
    return {"rows": [dict(r) for r in job]}


@app.get("/snow")
def snow():
    ctx = snowflake.connector.connect(account="acme", user="svc")
    cs = ctx.cursor()
    cs.execute(f"SELECT * FROM ledger WHERE region = '{request.args['region']}'")  # BAD: sql-injection
    return {"rows": cs.fetchall()}


@app.get("/snow/many")
def snow_many():
    ctx = snowflake.connector.connect(account="acme", user="svc")
    cursors = ctx.execute_string("USE ROLE web; SELECT * FROM %s" % request.args["view"])  # BAD: sql-injection
    return {"n": len(list(cursors))}


@app.get("/ch")
def ch():
    client = Client("localhost")
    return {"rows": client.execute("SELECT * FROM hits WHERE url = '" + request.args["url"] + "'")}  # BAD: sql-injection


@app.get("/ch/param")
def ch_param():
    client = Client("localhost")
    return {"rows": client.execute("SELECT * FROM hits WHERE url = %(url)s", {"url": request.args["url"]})}  # OK: sql-injection


@app.get("/ch2")
def ch2():
    client = clickhouse_connect.get_client(host="localhost")
    res = client.query("SELECT * FROM hits WHERE ref = '{}'".format(request.headers["Referer"]))  # BAD: sql-injection
    return {"rows": res.result_rows}


@app.get("/duck")
def duck():
    con = duckdb.connect("lake.duckdb")
    return {"rows": con.sql(f"SELECT * FROM trips WHERE zone = {request.args['zone']}").fetchall()}  # BAD: sql-injection


@app.get("/duck/param")
def duck_param():
    con = duckdb.connect("lake.duckdb")
    return {"rows": con.execute("SELECT * FROM trips WHERE zone = ?", [request.args["zone"]]).fetchall()}  # OK: sql-injection


@app.get("/pd")
def frame():
    con = duckdb.connect("lake.duckdb")
    df = pd.read_sql_query("SELECT * FROM trips WHERE driver = '%s'" % request.args["driver"], con)  # BAD: sql-injection
    return df.to_json()


@app.get("/phoenix")
def phoenix():
    conn = phoenixdb.connect("http://localhost:8765/", autocommit=True)
    cursor = conn.cursor()
    cursor.execute("SELECT * FROM users WHERE username = '" + request.args["u"] + "'")  # BAD: sql-injection
    return {"rows": cursor.fetchall()}


@app.get("/trino")
def trino_query():
    cur = trino.dbapi.connect(host="trino", user="web").cursor()
    cur.execute(f"SELECT * FROM {request.args['catalog']}.public.t")  # BAD: sql-injection
    return {"rows": cur.fetchall()}


@app.get("/hive")
def hive_query():
    cursor = hive.connect("hive").cursor()
    cursor.execute("SELECT * FROM logs WHERE day = '{d}'".format(d=request.args.get("day")))  # BAD: sql-injection
    return {"rows": cursor.fetchall()}
