import pytest

from livedesk.settings import Settings
from livedesk.tokens import InvalidToken, issue, jitter, read


def test_roundtrip():
    raw = issue(7, "agent", "k" * 32)
    assert read(raw, "k" * 32)["id"] == 7


def test_tampered():
    raw = issue(7, "agent", "k" * 32)
    with pytest.raises(InvalidToken):
        read(raw + "0", "k" * 32)


def test_jitter():
    assert 0.2 <= jitter() <= 1.5


def test_settings(monkeypatch):
    monkeypatch.setenv("LIVEDESK_TOKEN_KEY", "x")
    assert Settings().token_key == "x"
