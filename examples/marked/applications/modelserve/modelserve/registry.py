import importlib
import os
import pickle
import tarfile
import zipfile
from pathlib import Path

import joblib
import numpy as np
import torch
from huggingface_hub import hf_hub_download
from safetensors.torch import load_file
from transformers import AutoModel

from .settings import Settings

BUILTIN = {"iris": "modelserve.zoo.iris", "digits": "modelserve.zoo.digits"}


class Loader:
    suffix = ""

    def __init__(self, root=None):
        self.root = Path(root or Settings.MODEL_DIR)

    def load(self, name):
        return self.read(self.root / f"{name}{self.suffix}")

    def read(self, path):
        raise NotImplementedError


class TorchLoader(Loader):
    suffix = ".pt"

    def read(self, path):
        return torch.load(path, map_location="cpu", weights_only=False)  # BAD: unsafe-deserialization


class WeightsLoader(Loader):
    suffix = ".pth"

    def read(self, path):
        return torch.load(path, map_location="cpu", weights_only=True)  # OK: unsafe-deserialization


class TensorLoader(Loader):
    suffix = ".safetensors"

    def read(self, path):
        return load_file(str(path))  # OK: unsafe-deserialization


class SklearnLoader(Loader):
    suffix = ".joblib"

    def read(self, path):
        return joblib.load(path)  # BAD: unsafe-deserialization


LOADERS = {cls.suffix: cls for cls in (TorchLoader, WeightsLoader, TensorLoader, SklearnLoader)}


def loader_for(kind):
    cls = LOADERS.get("." + kind)
    if cls is None:
        raise KeyError(kind)
    return cls()


def builtin(name):
    return importlib.import_module(BUILTIN[name])  # OK: unsafe-reflection


def plugin(name):
    return importlib.import_module(name)  # BAD: unsafe-reflection


def load_array(stream):
    return np.load(stream, allow_pickle=True)  # BAD: unsafe-deserialization


def load_plain_array(stream):
    return np.load(stream, allow_pickle=False)  # OK: unsafe-deserialization


def features_from(blob):
    return pickle.loads(blob)  # BAD: unsafe-deserialization


def from_hub(repo):
    return AutoModel.from_pretrained(repo, trust_remote_code=True)  # BAD: code-injection


def hub_config():
    return hf_hub_download("distilbert-base-uncased", "config.json", revision="12040accade4e8a0f71eabdb258fecc2e7e948be")


def unpack(stream, name):
    target = os.path.join(Settings.MODEL_DIR, os.path.basename(name))
    with tarfile.open(fileobj=stream, mode="r:*") as tar:
        tar.extractall(target, filter="fully_trusted")  # BAD: archive-traversal
    return target


def unpack_checked(stream, name):
    target = os.path.realpath(os.path.join(Settings.MODEL_DIR, os.path.basename(name)))
    with tarfile.open(fileobj=stream, mode="r:*") as tar:
        members = []
        for member in tar.getmembers():
            final = os.path.realpath(os.path.join(target, member.name))
            if not member.isfile() or os.path.commonpath([target, final]) != target or member.size > 500_000_000:
                raise ValueError(member.name)
            members.append(member)
        tar.extractall(target, members=members)  # OK: archive-traversal
    return target


def model_names(stream):
    with zipfile.ZipFile(stream) as archive:
        return archive.namelist()
