import os
import shelve
import sqlite3
import subprocess
import tempfile


class Spool:
    def __init__(self):
        self.path = tempfile.mktemp()  # BAD: insecure-temporary-file

    def write(self, data):
        with open(self.path, "ab") as fh:
            fh.write(data)


def names(n):
    return [tempfile.mktemp(".part") for _ in range(n)]  # BAD: insecure-temporary-file


def dump(table):
    out = "/tmp/dump.sql"
    with open(out, "w") as fh:  # BAD: insecure-temporary-file
        subprocess.run(["pg_dump", "-t", table], stdout=fh)
    return out


def state():
    return shelve.open("/tmp/state.db")  # BAD: insecure-temporary-file


def spooled():
    return tempfile.SpooledTemporaryFile(max_size=1 << 20)  # OK: insecure-temporary-file


def anonymous():
    with tempfile.TemporaryFile() as fh:  # OK: insecure-temporary-file
        fh.write(b"x")


def read_motd():
    with open("/etc/motd") as fh:  # OK: insecure-temporary-file
        return fh.read()
