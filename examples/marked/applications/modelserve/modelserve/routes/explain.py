import ast
import json
import subprocess
import sys

from flask import Blueprint, jsonify, render_template_string, request

from ..llm import Assistant
from ..security import api_key_required

bp = Blueprint("explain", __name__)
TOOLS = {"mean": lambda xs: sum(xs) / len(xs), "max": max, "min": min}


@bp.post("/code")
@api_key_required
def code():
    answer = Assistant().ask("Write Python that " + request.get_json()["question"])
    scope = {}
    exec(answer, scope)  # BAD: code-injection
    return jsonify(result=str(scope.get("result")))


@bp.post("/literal")
@api_key_required
def literal():
    answer = Assistant().ask("Answer with a Python list: " + request.get_json()["question"])
    return jsonify(result=ast.literal_eval(answer))  # OK: code-injection


@bp.post("/tool")
@api_key_required
def tool():
    call = json.loads(Assistant().ask("Choose a tool as JSON for: " + request.get_json()["question"]))
    func = TOOLS.get(call["tool"])
    if func is None:
        return jsonify(error="tool"), 400
    return jsonify(result=func([float(x) for x in call["args"]]))  # OK: unsafe-reflection


@bp.post("/shell")
@api_key_required
def shell():
    command = Assistant().ask("Give one shell command to " + request.get_json()["goal"])
    out = subprocess.run(command, shell=True, capture_output=True, text=True)  # BAD: os-command-injection
    return jsonify(out=out.stdout)


@bp.post("/page")
@api_key_required
def page():
    answer = Assistant().ask(request.get_json()["question"])
    return render_template_string("<div>" + answer + "</div>")  # BAD: template-injection


@bp.post("/page-safe")
@api_key_required
def page_safe():
    answer = Assistant().ask(request.get_json()["question"])
    return render_template_string("<div>{{ answer }}</div>", answer=answer)  # OK: template-injection


@bp.get("/version")
def version():
    out = subprocess.run([sys.executable, "--version"], capture_output=True, text=True)  # OK: os-command-injection
    return jsonify(version=out.stdout.strip())
