import base64
import hashlib
import hmac
import io
import json
import marshal
import pickle
import shelve
from pickle import Unpickler

import cloudpickle
import dill
import jsonpickle
import joblib
import numpy as np
import pandas as pd
import torch
import yaml
from flask import Flask, abort, request
from itsdangerous import URLSafeSerializer
from ruamel.yaml import YAML

app = Flask(__name__)
app.secret_key = open("/run/secrets/flask").read()
KEY = open("/run/secrets/hmac", "rb").read()


class PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(name)


@app.get("/state")
def state():
    return str(pickle.loads(base64.b64decode(request.cookies["state"])))  # BAD: unsafe-deserialization


@app.get("/state/signed")
def state_signed():
    raw = base64.b64decode(request.cookies["state"])
    digest, body = raw[:32], raw[32:]
    if not hmac.compare_digest(digest, hmac.new(KEY, body, hashlib.sha256).digest()):
        abort(400)
    return str(pickle.loads(body))  # OK: unsafe-deserialization


@app.get("/state/hash")
def state_hash():
    raw = base64.b64decode(request.cookies["state"])
    digest, body = raw[:32], raw[32:]
    if digest != hashlib.sha256(body).digest():
        abort(400)
    return str(pickle.loads(body))  # BAD: unsafe-deserialization


@app.get("/state/token")
def state_token():
    return URLSafeSerializer(app.secret_key).loads(request.cookies["state"])  # OK: unsafe-deserialization


@app.post("/upload")
def upload():
    return str(pickle.load(request.files["f"].stream))  # BAD: unsafe-deserialization


@app.post("/upload/plain")
def upload_plain():
    return str(PlainUnpickler(request.files["f"].stream).load())  # OK: unsafe-deserialization


@app.post("/upload/unpickler")
def upload_unpickler():
    reader = Unpickler(io.BytesIO(request.get_data()))
    return str(reader.load())  # BAD: unsafe-deserialization


@app.post("/yaml")
def yaml_load():
    return str(yaml.load(request.data, Loader=yaml.UnsafeLoader))  # BAD: unsafe-deserialization


@app.post("/yaml/legacy")
def yaml_legacy():
    docs = yaml.load_all(request.data, yaml.Loader)  # BAD: unsafe-deserialization
    return str(list(docs))


@app.post("/yaml/plain")
def yaml_plain():
    return str(yaml.load(request.data, Loader=yaml.CSafeLoader))  # OK: unsafe-deserialization


@app.post("/yaml/ruamel")
def yaml_ruamel():
    return str(YAML(typ="unsafe").load(request.data))  # BAD: unsafe-deserialization


@app.post("/yaml/ruamel/rt")
def yaml_ruamel_rt():
    return str(YAML().load(request.data))  # OK: unsafe-deserialization


@app.post("/marshal")
def marsh():
    return str(marshal.loads(request.data))  # BAD: unsafe-deserialization


@app.post("/jsonpickle")
def jp():
    return str(jsonpickle.decode(request.form["obj"]))  # BAD: unsafe-deserialization


@app.post("/json")
def js():
    return str(json.loads(request.form["obj"]))  # OK: unsafe-deserialization


@app.post("/dill")
def dl():
    return str(dill.loads(request.data))  # BAD: unsafe-deserialization


@app.post("/cloud")
def cp():
    fn = cloudpickle.loads(bytes.fromhex(request.json["fn"]))  # BAD: unsafe-deserialization
    return str(fn())


@app.post("/model")
def model():
    request.files["model"].save("/srv/models/current.joblib")
    est = joblib.load("/srv/models/current.joblib")  # BAD: unsafe-deserialization
    return str(est)


@app.post("/np")
def np_load():
    return str(np.load(io.BytesIO(request.data), allow_pickle=True))  # BAD: unsafe-deserialization


@app.post("/np/plain")
def np_load_plain():
    return str(np.load(io.BytesIO(request.data)))  # OK: unsafe-deserialization


@app.post("/pd")
def pd_load():
    return str(pd.read_pickle(request.files["df"]))  # BAD: unsafe-deserialization


@app.post("/torch")
def torch_load():
    return str(torch.load(request.files["pt"].stream, weights_only=False))  # BAD: unsafe-deserialization


@app.post("/torch/weights")
def torch_weights():
    return str(torch.load(request.files["pt"].stream, weights_only=True))  # OK: unsafe-deserialization
