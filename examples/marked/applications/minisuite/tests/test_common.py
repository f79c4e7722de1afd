from common.crypto import check_password, file_tag, make_password, same, sign
from common.html import clean, wrap
from inventory.db import Query


def test_password():
    assert check_password("hunter-22", make_password("hunter-22"))


def test_sign():
    assert same(sign("a", b"k"), sign("a", b"k"))
    assert len(file_tag(b"x")) == 40


def test_html():
    assert clean("<a>") == "&lt;a&gt;"
    assert "<title>T</title>" in wrap("T", "x")


def test_query():
    q = Query("items").where("room = ?", "a").where("price > ?", 3)
    assert q.sql() == "SELECT * FROM items WHERE room = ? AND price > ?"
    assert q.params == ["a", 3]
