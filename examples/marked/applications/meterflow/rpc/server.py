import logging
import os
import re
import sqlite3
import subprocess
from concurrent import futures
from functools import wraps

import grpc

from . import meter_pb2_grpc

log = logging.getLogger("rpc")
FIRMWARE_DIR = "/srv/firmware"
MODELS = {"mx1", "mx2", "mx3"}


def with_token(method):
    @wraps(method)
    def inner(self, request, context):
        meta = dict(context.invocation_metadata())
        if not self.tokens.valid(meta.get("x-token", "")):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "token")
        return method(self, request, context)

    return inner


class Meter(meter_pb2_grpc.MeterServicer):
    def __init__(self, tokens, path="meters.db"):
        self.tokens = tokens
        self.db = sqlite3.connect(path, check_same_thread=False)

    @with_token
    def Describe(self, request, context):
        row = self.db.execute("SELECT name, model FROM meters WHERE id = ?", (request.id,)).fetchone()  # OK: sql-injection
        return {"name": row[0], "model": row[1]}

    @with_token
    def Lookup(self, request, context):
        cur = self.db.execute("SELECT id FROM meters WHERE name LIKE '%s%%'" % request.prefix)  # BAD: sql-injection
        return {"ids": [r[0] for r in cur]}

    @with_token
    def Firmware(self, request, context):
        with open(os.path.join(FIRMWARE_DIR, request.file), "rb") as fh:  # BAD: path-traversal
            return {"data": fh.read()}

    def Reboot(self, request, context):  # BAD: missing-authentication
        subprocess.run(["meterctl", "reboot", str(int(request.id))], check=True)
        return {"ok": True}

    @with_token
    def Flash(self, request, context):
        if request.model not in MODELS:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "model")
        os.system(f"meterctl flash {request.model} /srv/firmware/{request.model}.bin")  # OK: os-command-injection
        return {"ok": True}

    @with_token
    def Ping(self, request, context):
        host = request.host
        if not re.match(r"[a-z0-9.]+", host):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "host")
        return {"out": subprocess.getoutput("ping -c1 " + host)}  # BAD: os-command-injection

    @with_token
    def Export(self, request, context):
        target = f"/tmp/export-{int(request.id)}.csv"
        with open(target, "w") as fh:  # BAD: insecure-temporary-file
            for row in self.db.execute("SELECT id, name FROM meters"):
                fh.write(f"{row[0]};{row[1]}\n")
        return {"path": target}


def serve(tokens, tls=None):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    meter_pb2_grpc.add_MeterServicer_to_server(Meter(tokens), server)
    if tls:
        creds = grpc.ssl_server_credentials([tls])
        server.add_secure_port("127.0.0.1:50051", creds)  # OK: cleartext-transmission
    else:
        server.add_insecure_port("127.0.0.1:50052")  # OK: cleartext-transmission
    server.add_insecure_port("10.8.0.4:50053")  # BAD: cleartext-transmission
    server.start()
    return server
