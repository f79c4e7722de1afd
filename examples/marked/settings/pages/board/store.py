import sqlite3


def connect():
    return sqlite3.connect("board.db")


def add(text):
    with connect() as conn:
        conn.execute("INSERT INTO note (text) VALUES (?)", (text,))


def latest(limit=20):
    with connect() as conn:
        return [row[0] for row in conn.execute("SELECT text FROM note ORDER BY id DESC LIMIT ?", (limit,))]
