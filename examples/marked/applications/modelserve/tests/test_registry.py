import io
import tarfile

import pytest

from modelserve.registry import loader_for, unpack_checked


def test_unknown_kind():
    with pytest.raises(KeyError):
        loader_for("exe")


def test_checked_rejects(tmp_path, monkeypatch):
    monkeypatch.setattr("modelserve.settings.Settings.MODEL_DIR", tmp_path)
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode="w") as tar:
        info = tarfile.TarInfo("../evil.txt")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    buf.seek(0)
    with pytest.raises(ValueError):
        unpack_checked(buf, "m")
