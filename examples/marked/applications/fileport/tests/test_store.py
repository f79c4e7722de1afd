import os

import pytest

from fileport.auth import Passwords, backoff
from fileport.feeds import build, inflate_some, titles_plain, valid_day
from fileport.store import Store


def test_checked(tmp_path):
    store = Store(str(tmp_path))
    store.write_private("a.txt", b"hello")
    assert store.read_checked("a.txt") == b"hello"
    with pytest.raises(PermissionError):
        store.checked("../../etc/passwd")


def test_passwords():
    salt, digest = Passwords().make("x1")
    assert Passwords().check("x1", salt, digest)


def test_feed():
    assert titles_plain(build("News")) == ["News"]
    assert valid_day("2024-02-30")
    assert backoff(0) >= 1


def test_scratch(tmp_path):
    name = Store(str(tmp_path)).scratch(b"x")
    assert os.path.exists(name)


def test_inflate():
    import gzip

    assert inflate_some(gzip.compress(b"abc")) == b"abc"
