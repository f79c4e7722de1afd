import re
import shlex
import subprocess

import git
from fastapi import Body, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

app = FastAPI()
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
FORMATS = {"short": "--format=%h", "full": "--format=%H"}


class CloneRequest(BaseModel):
    url: str
    depth: int = Field(default=1, ge=1)


@app.get("/log")
def log(ref: str = Query("main")):
    return subprocess.check_output(["git", "log", ref])  # BAD: argument-injection


@app.get("/log/checked")
def log_checked(ref: str = "main"):
    if not REF.fullmatch(ref):
        raise HTTPException(400)
    return subprocess.check_output(["git", "log", ref])  # OK: argument-injection


@app.post("/clone")
def clone(req: CloneRequest):
    subprocess.run(["git", "clone", req.url, "/srv/checkout"], check=True)  # BAD: argument-injection


@app.post("/clone/https")
def clone_https(req: CloneRequest):
    if not req.url.startswith("https://github.com/"):
        raise HTTPException(400)
    subprocess.run(["git", "clone", req.url, "/srv/checkout"], check=True)  # OK: argument-injection


@app.post("/fetch")
def fetch(remote: str = Body(..., embed=True)):
    repo = git.Repo("/srv/checkout")
    repo.git.fetch(remote)  # BAD: argument-injection


@app.get("/lsremote")
def ls_remote(url: str):
    return git.Git().ls_remote("--heads", url)  # BAD: argument-injection


@app.get("/hg")
def hg(path: str):
    return subprocess.check_output(["hg", "cat", path])  # BAD: argument-injection


@app.get("/hg/sep")
def hg_sep(path: str):
    return subprocess.check_output(["hg", "cat", "--", path])  # OK: argument-injection


@app.get("/show")
def show(fmt: str):
    return subprocess.check_output(["git", "show", FORMATS[fmt]])  # OK: argument-injection


@app.get("/grep")
def grep(opts: str):
    return subprocess.check_output(["grep", *shlex.split(opts), "/srv/data.txt"])  # BAD: argument-injection


@app.get("/grep2")
def grep_quoted(word: str):
    cmd = shlex.split("grep -r " + word + " /srv/docs")
    return subprocess.check_output(cmd)  # BAD: argument-injection


@app.get("/grep3")
def grep_prefixed(word: str):
    return subprocess.check_output(["grep", "-r", "-e", word, "/srv/docs"])  # OK: argument-injection


@app.get("/num")
def head(n: int):
    return subprocess.check_output(["head", "-n", str(n), "/srv/data.txt"])  # OK: argument-injection
