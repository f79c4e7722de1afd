import sqlite3


class Repository:
    table = "invoice"

    def __init__(self, path="billing.db"):
        self._conn = sqlite3.connect(path)

    def find(self, clause):
        statement = "SELECT * FROM " + self.table + " WHERE " + clause
        return self._conn.execute(statement).fetchall()  # BAD: sql-injection

    def find_by(self, column, value):
        if column not in {"number", "client"}:
            raise KeyError(column)
        return self._conn.execute(f"SELECT * FROM invoice WHERE {column} = ?", (value,)).fetchall()  # OK: sql-injection

    def count(self, kind):
        return self._conn.execute("SELECT count(*) FROM invoice WHERE kind = '%s'" % kind).fetchone()  # OK: sql-injection


class ArchiveRepository(Repository):
    table = "invoice_archive"

    def purge(self, number):
        self._conn.execute(f"DELETE FROM invoice_archive WHERE number = '{number}'")  # BAD: sql-injection
        self._conn.commit()
