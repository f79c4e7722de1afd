import os
import re
import subprocess

import pexpect
import sh
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils.html import escape
from django.views import View
from fabric import Connection
from invoke import run

HOST = re.compile(r"^[a-z0-9.-]+$", re.M)
UNIT = re.compile(r"[a-z]+\Z")


class Backup(View):
    command = "tar czf /backup/{name}.tgz /srv/{name}"

    def get(self, request, name):
        line = self.command.format(name=name)
        subprocess.call(line, shell=True)  # BAD: os-command-injection
        return HttpResponse("ok")

    def post(self, request, name):
        branch = request.POST["branch"]
        subprocess.check_call(["bash", "-c", "git checkout \"$1\"", "--", branch])  # OK: os-command-injection
        return HttpResponse("ok")


def remote(request):
    host = request.GET["host"]
    if not HOST.match(host):
        return HttpResponseBadRequest()
    os.system("ssh " + host + " uptime")  # BAD: os-command-injection
    return HttpResponse("ok")


def unit(request):
    name = request.GET["unit"]
    if UNIT.match(name) is None:
        return HttpResponseBadRequest()
    os.system("systemctl restart " + name)  # OK: os-command-injection
    return HttpResponse("ok")


def invoke_task(request):
    run("make -C /srv/site " + request.GET.get("target", "all"))  # BAD: os-command-injection
    return HttpResponse("ok")


def fabric_task(request):
    with Connection("web1.internal") as c:
        result = c.run(f"tail -n 10 /var/log/{request.GET['log']}.log")  # BAD: os-command-injection
    return HttpResponse(result.stdout)


def expect(request):
    out = pexpect.run("passwd -S " + request.GET["user"])  # BAD: argument-injection
    return HttpResponse(out)


def expect_shell(request):
    child = pexpect.spawn("/bin/bash", ["-c", "du -s /home/" + request.GET["user"]])  # BAD: os-command-injection
    return HttpResponse(child.read())


def sh_bash(request):
    return HttpResponse(sh.bash("-c", "wc -l /srv/docs/%s" % request.GET["doc"]))  # BAD: os-command-injection


def sh_wc(request):
    return HttpResponse(sh.wc("-l", "/srv/docs/index.txt"))  # OK: os-command-injection


def notify(request):
    text = escape(request.body.decode())
    os.popen("echo %s | mail -s note ops@example.org" % text)  # BAD: os-command-injection
    return HttpResponse("ok")
