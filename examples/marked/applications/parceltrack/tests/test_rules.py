import pytest

from parceltrack.models import Parcel
from parceltrack.services.rules import find_words, run_simple


def make(weight):
    return Parcel(code="a", receiver="b", weight=weight)


def test_simple():
    assert run_simple("weight > 3", make(5.0))
    assert not run_simple("weight > 3", make(1.0))


def test_simple_rejects():
    with pytest.raises(ValueError):
        run_simple("open('x')", make(1.0))


def test_words():
    assert find_words("fragile", ["very Fragile glass", "stone"]) == ["very Fragile glass"]
