"""The tables of the database of advisories, one file of SQLite."""

VERSION = 2
"""Of the tables and of the keys in them: a database of another version is built anew."""

KNOWN = "well-known names of "
"""Begins the names of rows of `meta` that hold such names, one a line, by ecosystem."""

TABLES = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- What was taken from where: an ecosystem, or a file that was named.
CREATE TABLE origin (
    name TEXT PRIMARY KEY, stamp TEXT NOT NULL, records INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE package (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, weakness INTEGER, content BLOB NOT NULL
);
-- From `low` on and below `high`, as keys of versions; the order is the order of the question.
CREATE TABLE affected (
    package INTEGER, low BLOB, high BLOB, record INTEGER, fixed TEXT, listed INTEGER,
    PRIMARY KEY (package, low, high, record)
) WITHOUT ROWID;
CREATE INDEX affected_record ON affected (record, package);
CREATE INDEX record_weakness ON record (weakness);
CREATE TABLE symbol (
    package INTEGER, record INTEGER, names TEXT, PRIMARY KEY (package, record)
) WITHOUT ROWID;
CREATE TABLE weakness (id INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE exploited (name TEXT PRIMARY KEY, since TEXT, ransomware INTEGER) WITHOUT ROWID;
CREATE TABLE epss (name TEXT PRIMARY KEY, probability REAL, percentile REAL) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""
