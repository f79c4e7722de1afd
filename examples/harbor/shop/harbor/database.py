"""The database: one connection a request."""

import sqlite3


def connect(path):
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    return db


def one(db, statement, *values):
    return db.execute(statement, values).fetchone()


def many(db, statement, *values):
    return db.execute(statement, values).fetchall()
