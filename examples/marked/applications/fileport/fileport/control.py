import json
import logging
import marshal
import pickle
import socketserver

from . import auth
from .tools import checksum

log = logging.getLogger("fileport.control")


class Job:
    allowed = {"name", "every", "target"}

    def __init__(self):
        self.name = ""
        self.every = 60
        self.target = ""
        self.privileged = False

    def update(self, values):
        for key, value in values.items():
            setattr(self, key, value)  # BAD: mass-assignment

    def update_known(self, values):
        for key, value in values.items():
            if key in self.allowed:
                setattr(self, key, value)  # OK: mass-assignment


class ControlHandler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline(65536)
        message = json.loads(line)
        if not auth.control_token_ok(message.get("token", ""), self.server.cfg.token_file):
            self.wfile.write(b"denied\n")
            return
        action = {"job": self.job, "known": self.known, "state": self.state, "format": self.banner, "calc": self.calc, "code": self.code, "sum": self.sum}.get(message["action"])
        if action is None:
            self.wfile.write(b"unknown\n")
            return
        self.wfile.write((str(action(message)) + "\n").encode())

    def job(self, message):
        job = Job()
        job.update(message["values"])
        self.server.jobs[job.name] = job
        return "ok"

    def known(self, message):
        job = Job()
        job.update_known(message["values"])
        self.server.jobs[job.name] = job
        return "ok"

    def state(self, message):
        state = pickle.loads(bytes.fromhex(message["state"]))  # BAD: unsafe-deserialization
        return len(state)

    def banner(self, message):
        return message["text"].format(server=self.server)  # BAD: format-string-injection

    def calc(self, message):
        return eval(message["expression"], {}, {})  # BAD: code-injection

    def code(self, message):
        return len(marshal.loads(bytes.fromhex(message["blob"])))  # BAD: unsafe-deserialization

    def sum(self, message):
        return checksum(message["tool"], "/srv/fileport/catalog.xml")


class ControlServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, address, cfg):
        super().__init__(address, ControlHandler)
        self.cfg = cfg
        self.jobs = {}
