import time

import boto3
import psycopg2
from psycopg2 import sql


class Athena:
    database = "meterflow"
    output = "s3://meterflow-athena/results/"

    def __init__(self):
        self.client = boto3.client("athena")

    def run(self, statement):
        start = self.client.start_query_execution(QueryString=statement, QueryExecutionContext={"Database": self.database}, ResultConfiguration={"OutputLocation": self.output})  # BAD: sql-injection
        return self._wait(start["QueryExecutionId"])

    def _wait(self, execution_id):
        for _ in range(30):
            state = self.client.get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]["Status"]["State"]
            if state in ("SUCCEEDED", "FAILED"):
                return state
            time.sleep(1)
        return "TIMEOUT"

    def by_region(self, region):
        return self.run("SELECT meter, sum(value) FROM readings WHERE region = '" + region + "' GROUP BY meter")


class Postgres:
    def __init__(self, dsn):
        self.conn = psycopg2.connect(dsn)

    def column(self, name, meter):
        with self.conn.cursor() as cur:
            cur.execute(sql.SQL("SELECT {} FROM meters WHERE id = %s").format(sql.Identifier(name)), (meter,))  # OK: sql-injection
            return cur.fetchall()

    def owned(self, owner, order):
        with self.conn.cursor() as cur:
            cur.execute("SELECT id FROM meters WHERE owner = %s ORDER BY {}".format(order), (owner,))  # BAD: sql-injection
            return cur.fetchall()
