import base64
import logging

from flask import Blueprint, jsonify, request

from ..registry import features_from, load_array, load_plain_array, loader_for
from ..security import api_key_required

bp = Blueprint("predict", __name__)
log = logging.getLogger(__name__)


@bp.post("/run/<kind>/<name>")
@api_key_required
def run(kind, name):
    model = loader_for(kind).load(name)
    values = [float(v) for v in request.get_json()["values"]]
    return jsonify(result=[float(r) for r in model.predict([values])])


@bp.post("/features")
@api_key_required
def features():
    items = features_from(base64.b64decode(request.get_data()))
    return jsonify(count=len(items))


@bp.post("/array")
@api_key_required
def array():
    data = load_array(request.files["array"].stream)
    return jsonify(shape=list(data.shape))


@bp.post("/plain-array")
@api_key_required
def plain_array():
    data = load_plain_array(request.files["array"].stream)
    return jsonify(shape=list(data.shape))


@bp.post("/echo")
@api_key_required
def echo():
    text = request.get_json()["text"]
    log.info("key=%s text length=%d", request.headers.get("X-Api-Key"), len(text))  # BAD: sensitive-data-in-log
    return jsonify(text=text)  # OK: cross-site-scripting
