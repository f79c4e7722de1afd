import os
import random
import subprocess
import tempfile
import uuid

from flask import Blueprint, abort, jsonify, request

from ..security import api_key_required

bp = Blueprint("jobs", __name__)
ARCHS = {"resnet": "train_resnet.py", "bert": "train_bert.py"}


class Job:
    workdir = "/srv/modelserve/jobs"

    def __init__(self, job_id):
        self.job_id = job_id

    def launch(self, script, options):
        line = "python %s %s > %s/%s.log 2>&1 &" % (script, options, self.workdir, self.job_id)
        return os.system(line)  # BAD: os-command-injection

    def launch_safe(self, arch, epochs):
        return subprocess.Popen(["python", ARCHS[arch], "--epochs", str(int(epochs))], cwd=self.workdir)  # OK: os-command-injection

    def gpu(self):
        return subprocess.check_output("nvidia-smi --query-gpu=memory.used --format=csv", shell=True, text=True)  # OK: os-command-injection


@bp.post("/train")
@api_key_required
def train():
    body = request.get_json()
    if body["arch"] not in ARCHS:
        abort(400)
    job = Job(uuid.uuid4().hex)
    job.launch(ARCHS[body["arch"]], body.get("options", ""))
    return jsonify(job=job.job_id)


@bp.post("/train-safe")
@api_key_required
def train_safe():
    body = request.get_json()
    if body["arch"] not in ARCHS:
        abort(400)
    job = Job(uuid.uuid4().hex)
    return jsonify(pid=job.launch_safe(body["arch"], body.get("epochs", 1)).pid, gpu=job.gpu())


@bp.post("/split")
@api_key_required
def split():
    ids = [int(i) for i in request.get_json()["ids"]]
    random.Random(42).shuffle(ids)  # OK: predictable-random
    cut = len(ids) * 8 // 10
    return jsonify(train=ids[:cut], test=ids[cut:])


@bp.post("/share")
@api_key_required
def share():
    token = "".join(random.choice("0123456789abcdef") for _ in range(32))  # BAD: predictable-random
    return jsonify(share_token=token)


@bp.post("/notebook")
@api_key_required
def notebook():
    path = tempfile.mktemp(suffix=".ipynb")  # BAD: insecure-temporary-file
    with open(path, "wb") as fh:
        fh.write(request.get_data())
    done = subprocess.run(["jupyter", "nbconvert", "--to", "html", path], check=False)
    return jsonify(code=done.returncode)


@bp.post("/clone")
@api_key_required
def clone():
    subprocess.run(["git", "clone", "--depth", "1", request.get_json()["url"], f"/srv/modelserve/src/{uuid.uuid4().hex}"], check=True)  # BAD: argument-injection
    return jsonify(ok=True)


@bp.post("/clone-known")
@api_key_required
def clone_known():
    name = request.get_json()["name"]
    if not name.isalnum():
        abort(400)
    subprocess.run(["git", "clone", "--", f"https://git.example.org/models/{name}.git"], cwd="/srv/modelserve/src", check=True)  # OK: argument-injection
    return jsonify(ok=True)
