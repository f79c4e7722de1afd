import os
import shlex
import subprocess

TOOLS = {"md5": "md5sum", "sha": "sha256sum", "wc": "wc"}


class Runner:
    shell = True

    def run(self, command):
        return subprocess.run(command, shell=self.shell, capture_output=True, text=True).stdout  # BAD: os-command-injection


def checksum(tool, path):
    return subprocess.run([TOOLS[tool], "--", path], capture_output=True, text=True).stdout  # OK: os-command-injection


def kind(name):
    return Runner().run("file -b /srv/fileport/" + name)


def usage(path):
    return os.popen("du -s " + shlex.quote(path)).read()  # OK: os-command-injection


def uptime():
    return os.popen("uptime").read()  # OK: os-command-injection


def search(pattern, folder):
    return subprocess.run(["grep", "-r", pattern, folder], capture_output=True, text=True).stdout  # BAD: argument-injection


def ping(host):
    for bad in (";", "|", "&"):
        host = host.replace(bad, "")
    return os.popen("ping -c 1 " + host).read()  # BAD: os-command-injection
