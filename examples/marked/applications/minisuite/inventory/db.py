import sqlite3
from contextlib import contextmanager

PATH = "inventory.db"


@contextmanager
def cursor():
    conn = sqlite3.connect(PATH)
    conn.row_factory = sqlite3.Row
    try:
        yield conn.cursor()
        conn.commit()
    finally:
        conn.close()


class Query:
    def __init__(self, table):
        self.table = table
        self.wheres = []
        self.params = []

    def where(self, clause, *params):
        self.wheres.append(clause)
        self.params.extend(params)
        return self

    def sql(self):
        text = f"SELECT * FROM {self.table}"
        if self.wheres:
            text += " WHERE " + " AND ".join(self.wheres)
        return text

    def all(self):
        with cursor() as cur:
            cur.execute(self.sql(), self.params)
            return [dict(r) for r in cur.fetchall()]


def items_in(room):
    return Query("items").where("room = ?", room).all()


def items_like(text):
    with cursor() as cur:
        cur.execute("SELECT * FROM items WHERE name LIKE '%%%s%%'" % text)  # BAD: sql-injection
        return [dict(r) for r in cur.fetchall()]


def items_sorted(key):
    if key not in ("name", "room", "price"):
        key = "name"
    with cursor() as cur:
        cur.execute("SELECT * FROM items ORDER BY " + key)  # OK: sql-injection
        return [dict(r) for r in cur.fetchall()]


def save_item(values):
    with cursor() as cur:
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cur.execute(f"INSERT INTO items ({names}) VALUES ({marks})", list(values.values()))  # BAD: sql-injection
