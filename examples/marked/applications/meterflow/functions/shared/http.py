import json
import traceback
from functools import wraps

from .config import ALLOWED_ORIGIN
from .tokens import TokenError, claims_of


def respond(status, body, headers=None):
    base = {"Content-Type": "application/json", "Access-Control-Allow-Origin": ALLOWED_ORIGIN}  # OK: permissive-cors
    base.update(headers or {})
    return {"statusCode": status, "headers": base, "body": json.dumps(body, default=str)}


def page(html, status=200):
    return {"statusCode": status, "headers": {"Content-Type": "text/html"}, "body": html}


def open_respond(body, origin):
    headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}  # BAD: permissive-cors
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body, default=str)}


def guarded(func):
    @wraps(func)
    def inner(event, context):
        try:
            event["claims"] = claims_of(event)
        except TokenError:
            return respond(401, {"error": "unauthorized"})
        return func(event, context)

    return inner


def catching(func):
    @wraps(func)
    def inner(event, context):
        try:
            return func(event, context)
        except KeyError as exc:
            return respond(400, {"missing": exc.args[0]})
        except Exception:
            return respond(500, {"error": "internal", "trace": traceback.format_exc()})  # BAD: stack-trace-exposure

    return inner


def query(event):
    return event.get("queryStringParameters") or {}


def body(event):
    return json.loads(event.get("body") or "{}")
