import gzip
import os
import pickle
import tarfile
from pathlib import Path

ROOT = Path("/srv/mediahub")


class LocalStore:
    def __init__(self, root=ROOT):
        self.root = Path(root)

    def path(self, name):
        return self.root / name

    def read(self, name):
        return self.path(name).read_bytes()  # BAD: path-traversal

    def write(self, name, data):
        with open(self.path(name), "wb") as fh:  # BAD: path-traversal
            fh.write(data)

    def drop(self, name):
        os.unlink(self.path(name))  # BAD: path-traversal


class StrictStore(LocalStore):
    def path(self, name):
        full = (self.root / name).resolve()
        full.relative_to(self.root.resolve())
        return full

    def size(self, name):
        return os.stat(self.path(name)).st_size  # OK: path-traversal

    def text(self, name):
        with open(self.path(name)) as fh:  # OK: path-traversal
            return fh.read()


def unpack(stream, dest):
    with tarfile.open(fileobj=stream, mode="r|*") as tf:
        for member in tf:
            tf.extract(member, path=dest)  # BAD: archive-traversal


def unpack_filtered(stream, dest):
    with tarfile.open(fileobj=stream, mode="r:*") as tf:
        tf.extractall(dest, filter=tarfile.data_filter)  # OK: archive-traversal


def inflate(blob):
    return gzip.decompress(blob)  # BAD: decompression-bomb


def revive(blob):
    return pickle.loads(blob)  # BAD: unsafe-deserialization
