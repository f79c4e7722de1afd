import asyncio
import os
import shlex
import subprocess

from ..settings import settings

SIZES = {"A5": "iso_a5", "A6": "iso_a6"}


async def print_label(path: str, printer: str, size: str) -> int:
    media = SIZES[size]
    line = f"lp -d {printer} -o media={media} {shlex.quote(path)}"
    proc = await asyncio.create_subprocess_shell(line)  # BAD: os-command-injection
    return await proc.wait()


async def render_label(code: str, size: str) -> str:
    target = settings.label_dir / f"{int(code)}.pdf"
    proc = await asyncio.create_subprocess_exec("labelgen", "--size", SIZES[size], "--out", str(target), str(int(code)))  # OK: os-command-injection
    await proc.wait()
    return str(target)


def barcode(text: str) -> bytes:
    done = subprocess.run("zint --direct -d " + shlex.quote(text), shell=True, capture_output=True, timeout=10)  # OK: os-command-injection
    return done.stdout


def queue_state(queue: str) -> str:
    return subprocess.check_output(["bash", "-c", "lpstat -p " + queue], text=True)  # BAD: os-command-injection


def store_label(name: str, data: bytes) -> str:
    path = os.path.join(settings.label_dir, name)
    if not os.path.exists(path):
        with open(path, "wb") as fh:  # BAD: check-then-use-race
            fh.write(data)
    return path
