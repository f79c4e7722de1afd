import sqlite3
from contextlib import closing


class Database:
    def __init__(self, path):
        self.path = path

    def query(self, sql, params=()):
        with closing(sqlite3.connect(self.path)) as conn:
            conn.row_factory = sqlite3.Row
            return [dict(r) for r in conn.execute(sql, params)]

    def run(self, sql, params=()):
        with closing(sqlite3.connect(self.path)) as conn, conn:
            return conn.execute(sql, params).rowcount


class FileTable(Database):
    columns = ("name", "owner", "size", "created")

    def find(self, owner, name):
        return self.query("SELECT * FROM files WHERE owner = ? AND name = ?", (owner, name))

    def like(self, text):
        with closing(sqlite3.connect(self.path)) as conn:
            cur = conn.execute("SELECT name, owner FROM files WHERE name LIKE '%" + text + "%'")  # BAD: sql-injection
            return cur.fetchall()

    def ordered(self, column, descending):
        if column not in self.columns:
            column = "name"
        direction = "DESC" if descending else "ASC"
        with closing(sqlite3.connect(self.path)) as conn:
            return conn.execute(f"SELECT name, owner FROM files ORDER BY {column} {direction}").fetchall()  # OK: sql-injection

    def purge(self, days):
        with closing(sqlite3.connect(self.path)) as conn, conn:
            conn.executescript("DELETE FROM files WHERE created < date('now', '-%s day');" % days)  # BAD: sql-injection

    def keep(self, days):
        with closing(sqlite3.connect(self.path)) as conn, conn:
            conn.execute("DELETE FROM files WHERE created < date('now', '-%d day')" % int(days))  # OK: sql-injection


class UserTable(Database):
    def add(self, name, password, card):
        self.run("INSERT INTO users (name, password, card) VALUES (?, ?, ?)", (name, password, card))  # BAD: sensitive-data-stored-in-clear

    def digest(self, name):
        rows = self.query("SELECT salt, digest FROM users WHERE name = ?", (name,))
        return (rows[0]["salt"], rows[0]["digest"]) if rows else (None, None)
