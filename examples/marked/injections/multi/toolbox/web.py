from flask import Blueprint, jsonify, request

from . import expressions
from .shell import FixedRunner, Runner, argv, argv_sep, sh, sh_quoted

bp = Blueprint("toolbox", __name__)


@bp.get("/lookup")
def lookup():
    return sh("nslookup " + request.args["host"], timeout=5)


@bp.get("/whois")
def whois():
    return sh_quoted("whois", request.args["host"])


@bp.get("/stat")
def stat():
    return argv("rsync", request.args["src"], "/srv/data")


@bp.get("/cat")
def cat():
    return argv_sep("cat", request.args["name"])


@bp.post("/build")
def build():
    spec = request.get_json()
    runner = Runner("/srv/build")
    for step in spec["steps"]:
        runner.add(step["run"])
    runner.run()
    FixedRunner("/srv/build").add(spec["name"]).run()
    return "", 204


@bp.post("/rules")
def rules():
    body = request.get_json()
    return jsonify(
        value=expressions.evaluate(body["expr"], x=1),
        lit=expressions.literal(body["lit"]),
        ok=expressions.predicate(body["field"], body["op"], body["value"])({"a": 1}),
        name=expressions.getter(body["path"])(body),
        tpl=expressions.compile_expression(body["tpl"])(),
        text=expressions.fill(body["text"], who="x"),
    )
