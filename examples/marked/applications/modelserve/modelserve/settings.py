import os
from pathlib import Path

import yaml

ROOT = Path(os.environ.get("MODELSERVE_ROOT", "/srv/modelserve"))


class Settings:
    SECRET_KEY = os.environ.get("MODELSERVE_SECRET")
    MODEL_DIR = ROOT / "models"
    DATA_DIR = ROOT / "data"
    MAX_CONTENT_LENGTH = 200 * 1024 * 1024
    HF_TOKEN = "hf_QmZrYvLpXwKjTbNcDsGfHaEuIoRt"  # BAD: hardcoded-credential
    TOKENIZER_NAME = "distilbert-base-uncased"  # OK: hardcoded-credential
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_SAMESITE = "Strict"


def pipeline_config(path):
    with open(path) as fh:
        return yaml.safe_load(fh)  # OK: unsafe-deserialization


def pipeline_from_text(text):
    return yaml.load(text, Loader=yaml.UnsafeLoader)  # BAD: unsafe-deserialization
