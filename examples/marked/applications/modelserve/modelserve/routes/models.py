import os
import traceback

from flask import Blueprint, current_app, jsonify, render_template, request, send_file
from werkzeug.utils import secure_filename

from ..registry import builtin, from_hub, plugin, unpack, unpack_checked
from ..security import api_key_required, digest_of
from ..settings import pipeline_from_text

bp = Blueprint("models", __name__)


@bp.get("/")
def listing():
    names = sorted(os.listdir(current_app.config["MODEL_DIR"]))
    return render_template("models.html", names=names, note=request.args.get("note", ""))


@bp.post("/upload")
@api_key_required
def upload():
    sent = request.files["model"]
    path = os.path.join(current_app.config["MODEL_DIR"], secure_filename(sent.filename))
    sent.save(path)  # OK: path-traversal
    return jsonify(digest=digest_of(path))


@bp.post("/replace/<path:name>")
@api_key_required
def replace(name):
    path = current_app.config["MODEL_DIR"] / request.form["folder"] / os.path.basename(name)
    path.write_bytes(request.files["model"].read())  # BAD: path-traversal
    return jsonify(ok=True)


@bp.delete("/<name>")
def remove(name):  # BAD: missing-authentication
    os.unlink(os.path.join(current_app.config["MODEL_DIR"], secure_filename(name)))
    return "", 204


@bp.get("/download")
@api_key_required
def download():
    return send_file(os.path.join(current_app.config["MODEL_DIR"], request.args["name"]))  # BAD: path-traversal


@bp.post("/bundle")
@api_key_required
def bundle():
    try:
        return jsonify(path=unpack(request.files["bundle"].stream, request.form["name"]))
    except Exception:
        return jsonify(error=traceback.format_exc()), 500  # BAD: stack-trace-exposure


@bp.post("/bundle-checked")
@api_key_required
def bundle_checked():
    return jsonify(path=unpack_checked(request.files["bundle"].stream, request.form["name"]))


@bp.post("/pipeline")
@api_key_required
def pipeline():
    steps = pipeline_from_text(request.get_data(as_text=True))
    return jsonify(steps=len(steps))


@bp.post("/plugin")
@api_key_required
def use_plugin():
    module = plugin(request.get_json()["module"])
    return jsonify(name=module.__name__)


@bp.post("/hub")
@api_key_required
def hub():
    model = from_hub(request.get_json()["repo"])
    return jsonify(parameters=model.num_parameters())


@bp.get("/builtin/<name>")
@api_key_required
def show_builtin(name):
    return jsonify(doc=builtin(name).__doc__)
