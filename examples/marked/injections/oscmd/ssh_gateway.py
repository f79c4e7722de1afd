import asyncio
import json
import os
import shlex
import socketserver
import subprocess

import asyncssh
import paramiko
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        target = query.get("target", ["localhost"])[0]
        client = paramiko.SSHClient()
        client.load_system_host_keys()
        client.connect("bastion.internal")
        _, out, _ = client.exec_command("nc -zv " + target + " 22")  # BAD: os-command-injection
        self.wfile.write(out.read())

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        doc = json.loads(self.rfile.read(size))
        match doc:
            case {"action": "restart", "service": service}:
                os.system(f"service {service} restart")  # BAD: os-command-injection
            case {"action": "stop", "service": "nginx" | "redis" as service}:
                os.system(f"service {service} stop")  # OK: os-command-injection
        self.send_response(204)
        self.end_headers()

    def do_PUT(self):
        os.execl("/bin/sh", "sh", "-c", "logger " + self.headers["X-Message"])  # BAD: os-command-injection

    def do_DELETE(self):
        name = self.path.rpartition("/")[2]
        os.spawnlp(os.P_WAIT, "sh", "sh", "-c", "docker rm -f " + name)  # BAD: os-command-injection


class Line(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode().strip()
        args = shlex.split("/usr/bin/lookup " + shlex.quote(line))
        subprocess.run(args)  # OK: os-command-injection
        if (reply := self.rfile.readline().decode()) != "":
            subprocess.run("beep " + reply, shell=True)  # BAD: os-command-injection


async def remote(reader, writer):
    data = (await reader.read(200)).decode("ascii")
    async with asyncssh.connect("bastion.internal") as conn:
        result = await conn.run("id " + data)  # BAD: os-command-injection
        writer.write(result.stdout.encode())


async def serve():
    server = await asyncio.start_server(remote, "127.0.0.1", 7000)
    async with server:
        await server.serve_forever()


def lambda_handler(event, context):
    key = event["Records"][0]["s3"]["object"]["key"]
    subprocess.check_call("aws s3 cp s3://in/%s /tmp/" % key, shell=True)  # BAD: os-command-injection
    subprocess.check_call(["aws", "s3", "cp", "s3://in/" + key, "/tmp/x"])  # OK: os-command-injection
    return {"statusCode": 200}
