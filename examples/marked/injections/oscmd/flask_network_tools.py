import asyncio
import ipaddress
import os
import pipes
import shlex
import subprocess
from functools import partial

from flask import Flask, abort, request

app = Flask(__name__)
run_shell = partial(subprocess.run, shell=True, capture_output=True)
COMMANDS = {"uptime": "uptime", "disk": "df -h"}


@app.get("/ping")
def ping():
    host = request.args.get("host")
    os.system("ping -c 1 " + host)  # BAD: os-command-injection
    return "ok"


@app.get("/ping/ip")
def ping_ip():
    try:
        host = ipaddress.IPv4Address(request.args["host"])
    except ValueError:
        abort(400)
    os.system(f"ping -c 1 {host}")  # OK: os-command-injection
    return "ok"


@app.get("/trace")
def trace():
    host = request.args.get("host")
    return os.popen(f"traceroute {host}").read()  # BAD: os-command-injection


@app.get("/trace/quoted")
def trace_quoted():
    host = request.args.get("host", "")
    return os.popen("traceroute -- {}".format(shlex.quote(host))).read()  # OK: os-command-injection


@app.get("/trace/dquoted")
def trace_dquoted():
    host = shlex.quote(request.args.get("host", ""))
    return os.popen('sh -c "traceroute %s"' % host).read()  # BAD: os-command-injection


@app.get("/whois")
def whois():
    domain = request.args["domain"].replace(";", "").replace("&", "")
    return subprocess.check_output("whois " + domain, shell=True)  # BAD: os-command-injection


@app.get("/dig")
def dig():
    name = request.args["name"]
    return run_shell("dig +short %s" % name).stdout  # BAD: os-command-injection


@app.get("/run")
def run():
    cmd = COMMANDS.get(request.args["cmd"])
    if cmd is None:
        abort(404)
    return subprocess.check_output(cmd, shell=True)  # OK: os-command-injection


@app.get("/status")
def status():
    return subprocess.getoutput("systemctl status " + request.cookies.get("unit", "nginx"))  # BAD: os-command-injection


@app.post("/convert")
def convert():
    f = request.files["image"]
    f.save("/srv/tmp/in.img")
    subprocess.Popen(["/bin/sh", "-c", "convert /srv/tmp/in.img /srv/out/" + f.filename])  # BAD: os-command-injection
    return "queued"


@app.get("/grep")
def grep():
    word = request.args["w"]
    out = subprocess.run(["grep", "-e", word, "/srv/www/index.txt"], capture_output=True)  # OK: os-command-injection
    return out.stdout


@app.get("/async")
async def lookup():
    proc = await asyncio.create_subprocess_shell(  # BAD: os-command-injection
        f"host {request.args['h']}", stdout=asyncio.subprocess.PIPE)
    out, _ = await proc.communicate()
    return out


@app.get("/list")
def listing():
    code, out = subprocess.getstatusoutput("ls -l " + pipes.quote(request.args["dir"]))  # OK: os-command-injection
    return out


@app.get("/prog")
def prog():
    subprocess.call([request.args["tool"], "--version"])  # BAD: os-command-injection
    return "ok"
