import json

from functions.shared.http import body, page, query, respond


def test_respond():
    out = respond(200, {"a": 1})
    assert out["statusCode"] == 200
    assert json.loads(out["body"]) == {"a": 1}


def test_query_empty():
    assert query({}) == {}
    assert body({}) == {}


def test_page():
    assert page("<p>x</p>")["headers"]["Content-Type"] == "text/html"
