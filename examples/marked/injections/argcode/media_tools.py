import asyncio
import os
import shlex
import subprocess

import falcon
import sh
from plumbum import local


class Archive:
    def on_get(self, req, resp):
        name = req.get_param("name")
        subprocess.Popen(["tar", "cf", "/srv/out.tar", name], cwd="/srv/data")  # BAD: argument-injection
        resp.status = falcon.HTTP_202

    def on_post(self, req, resp):
        members = req.media["members"]
        argv = ["tar", "cf", "/srv/out.tar"]
        argv += members
        subprocess.run(argv, cwd="/srv/data")  # BAD: argument-injection

    def on_put(self, req, resp):
        members = ["./" + m for m in req.media["members"]]
        subprocess.run(["tar", "cf", "/srv/out.tar", *members], cwd="/srv/data")  # OK: argument-injection


class Download:
    def on_get(self, req, resp):
        url = req.params["url"]
        os.execvp("curl", ["curl", "-sS", url])  # BAD: argument-injection

    async def on_post(self, req, resp):
        body = await req.get_media()
        proc = await asyncio.create_subprocess_exec("wget", "-q", body["url"])  # BAD: argument-injection
        await proc.wait()

    def on_put(self, req, resp):
        url = req.get_header("X-Source")
        if url.startswith("-"):
            raise falcon.HTTPBadRequest()
        subprocess.run(["wget", "-q", url])  # OK: argument-injection


class Sync:
    def on_get(self, req, resp):
        target = req.get_param("target", required=True)
        resp.text = sh.rsync("-a", "/srv/data/", target)  # BAD: argument-injection

    def on_post(self, req, resp):
        host = req.get_param("host")
        os.spawnlp(os.P_NOWAIT, "ssh", "ssh", host, "uptime")  # BAD: argument-injection

    def on_delete(self, req, resp):
        find = local["find"]
        resp.text = find(req.get_param("root"), "-name", "*.tmp")  # BAD: argument-injection


class Mail:
    def on_post(self, req, resp):
        address = req.media.get("to")
        p = subprocess.Popen(shlex.split("sendmail -i %s" % address), stdin=subprocess.PIPE)  # BAD: argument-injection
        p.communicate(b"hello")


app = falcon.App()
app.add_route("/archive", Archive())
app.add_route("/download", Download())
app.add_route("/sync", Sync())
app.add_route("/mail", Mail())
