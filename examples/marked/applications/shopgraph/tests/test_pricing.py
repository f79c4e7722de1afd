import pytest

from shopgraph.services.pricing import discount_by_code, rounded


@pytest.mark.parametrize("code,expected", [("SPRING", 90.0), ("STAFF", 50.0), ("NOPE", 100.0)])
def test_codes(code, expected):
    assert discount_by_code(code, 100) == expected


def test_rounded():
    assert rounded("1.005") == 1.01
