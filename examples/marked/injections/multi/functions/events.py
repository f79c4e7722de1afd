import base64
import json


def body(event):
    raw = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        raw = base64.b64decode(raw)
    return json.loads(raw)


def query(event, name, default=None):
    return (event.get("queryStringParameters") or {}).get(name, default)


def path(event, name):
    return event["pathParameters"][name]


def int_path(event, name):
    return int(event["pathParameters"][name])
