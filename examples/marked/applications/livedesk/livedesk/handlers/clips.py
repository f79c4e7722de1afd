import asyncio
import os
import shlex

from aiohttp import web

routes = web.RouteTableDef()
FORMATS = {"mp4", "webm"}


class Encoder:
    binary = "ffmpeg"

    def __init__(self, folder):
        self.folder = folder

    async def shell(self, line):
        proc = await asyncio.create_subprocess_shell(line, stdout=asyncio.subprocess.PIPE)  # BAD: os-command-injection
        out, _ = await proc.communicate()
        return proc.returncode, out

    async def cut(self, source, start):
        return await self.shell(f"{self.binary} -ss {start} -i {shlex.quote(source)} -t 10 {shlex.quote(source)}.cut.mp4")

    async def convert(self, source, fmt):
        if fmt not in FORMATS:
            raise web.HTTPBadRequest()
        proc = await asyncio.create_subprocess_exec(self.binary, "-i", source, f"{source}.{fmt}")  # OK: os-command-injection
        return await proc.wait()


def _clip(request):
    return os.path.join(request.app["cfg"].clip_dir, f"{int(request.match_info['id'])}.mkv")


@routes.post("/clips/{id}/cut")
async def cut(request):
    data = await request.post()
    code, _ = await Encoder(request.app["cfg"].clip_dir).cut(_clip(request), data.get("start", "0"))
    return web.json_response({"code": code})


@routes.post("/clips/{id}/convert")
async def convert(request):
    data = await request.post()
    code = await Encoder(request.app["cfg"].clip_dir).convert(_clip(request), data.get("format", "mp4"))
    return web.json_response({"code": code})


@routes.post("/clips/fetch")
async def fetch(request):
    data = await request.post()
    proc = await asyncio.create_subprocess_exec("yt-dlp", data["url"], cwd=request.app["cfg"].clip_dir)  # BAD: argument-injection
    return web.json_response({"code": await proc.wait()})
