import os
import subprocess
import tempfile

PRESETS = {"small": "640x480", "large": "1920x1080"}


def thumbnail(path, preset):
    geometry = PRESETS.get(preset, "640x480")
    target = path + ".thumb.png"
    subprocess.run(["convert", path, "-resize", geometry, target], check=True, timeout=30)  # OK: os-command-injection
    return target


def watermark(path, label):
    out = path + ".wm.png"
    cmd = f"convert {path} -annotate +10+10 '{label}' {out}"
    subprocess.check_call(cmd, shell=True)  # BAD: os-command-injection
    return out


def to_text(path):
    scratch = tempfile.mktemp(suffix=".txt")  # BAD: insecure-temporary-file
    subprocess.run(["pdftotext", path, scratch], check=True, timeout=60)
    with open(scratch, encoding="utf-8", errors="replace") as fh:
        text = fh.read()
    os.unlink(scratch)
    return text
