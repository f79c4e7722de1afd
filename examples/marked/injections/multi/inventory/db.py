import pymysql

from .settings import TABLES


def _connection():
    return pymysql.connect(host="db", user="inv", database="inv")


def execute(statement, *params):
    with _connection() as conn, conn.cursor() as cur:
        cur.execute(statement, params or None)  # BAD: sql-injection
        return cur.fetchall()


def lookup(kind, order):
    with _connection() as conn, conn.cursor() as cur:
        cur.execute("SELECT * FROM " + TABLES[kind] + " ORDER BY " + order)  # BAD: sql-injection
        return cur.fetchall()


def count(kind):
    with _connection() as conn, conn.cursor() as cur:
        cur.execute(f"SELECT count(*) FROM {TABLES[kind]}")  # OK: sql-injection
        return cur.fetchone()
