import sqlite3
from contextlib import closing

from flask import current_app

SORTABLE = {"created": "created_at", "priority": "priority", "subject": "subject"}


class ReportStore:
    table = "ticket_stats"

    def __init__(self, path=None):
        self.path = path or current_app.config["REPORT_DB"]

    def _rows(self, sql, params=()):
        with closing(sqlite3.connect(self.path)) as conn:
            conn.row_factory = sqlite3.Row
            return [dict(r) for r in conn.execute(sql, params)]

    def listing(self, order, limit):
        column = SORTABLE.get(order, "created_at")
        sql = f"SELECT * FROM {self.table} ORDER BY {column} LIMIT ?"
        return self._rows(sql, (limit,))

    def per_agent(self, agent):
        return self._rows(f"SELECT day, closed FROM {self.table} WHERE agent = ?", (agent,))

    def grouped(self, column, since):
        with closing(sqlite3.connect(self.path)) as conn:
            query = "SELECT {col}, COUNT(*) FROM {tbl} WHERE day >= ? GROUP BY {col}".format(
                col=column, tbl=self.table
            )
            cur = conn.execute(query, (since,))  # BAD: sql-injection
            return cur.fetchall()

    def sorted_by(self, order, limit):
        column = SORTABLE.get(order, "created_at")
        with closing(sqlite3.connect(self.path)) as conn:
            return conn.execute(
                f"SELECT subject, priority FROM {self.table} ORDER BY {column} LIMIT {int(limit)}"
            ).fetchall()

    def totals(self, year):
        with closing(sqlite3.connect(self.path)) as conn:
            year = int(year)
            return conn.execute(f"SELECT SUM(closed) FROM {self.table} WHERE year = {year}").fetchone()  # OK: sql-injection


def to_csv(rows):
    import csv
    import io

    buf = io.StringIO()
    writer = csv.writer(buf)
    writer.writerow(["id", "subject", "owner"])
    for ticket in rows:
        writer.writerow([ticket.id, ticket.subject, ticket.owner.email])  # BAD: csv-injection
    return buf.getvalue()
