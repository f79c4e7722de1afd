import ast
import builtins
import code
import json
import operator
import sys
import types

import numexpr
import pandas as pd
from asteval import Interpreter
from flask import Flask, abort, request
from simpleeval import simple_eval
from sympy import sympify
from sympy.parsing.sympy_parser import parse_expr

app = Flask(__name__)
OPS = {"add": operator.add, "mul": operator.mul}
FORMULA = "price * 1.2"


@app.get("/calc")
def calc():
    return str(eval(request.args["expr"]))  # BAD: code-injection


@app.get("/calc/restricted")
def calc_restricted():
    return str(eval(request.args["expr"], {"__builtins__": {}}, {}))  # BAD: code-injection


@app.get("/calc/literal")
def calc_literal():
    return str(ast.literal_eval(request.args["expr"]))  # OK: code-injection


@app.get("/calc/op")
def calc_op():
    a, b = int(request.args["a"]), int(request.args["b"])
    return str(OPS[request.args["op"]](a, b))  # OK: code-injection


@app.get("/calc/ints")
def calc_ints():
    a, b = int(request.args["a"]), int(request.args["b"])
    return str(eval(f"{a} + {b}"))  # OK: code-injection


@app.get("/price")
def price():
    return str(eval(FORMULA, {"price": float(request.args["price"])}))  # OK: code-injection


@app.post("/script")
def script():
    source = request.get_data(as_text=True)
    scope = {}
    exec(source, scope)  # BAD: code-injection
    return str(scope.get("result"))


@app.post("/compiled")
def compiled():
    unit = compile(request.form["code"], "<form>", "exec")
    mod = types.ModuleType("plugin")
    exec(unit, mod.__dict__)  # BAD: code-injection
    return "ok"


@app.post("/console")
def console():
    interp = code.InteractiveInterpreter()
    interp.runsource(request.form["line"])  # BAD: code-injection
    return "ok"


@app.get("/df/query")
def df_query():
    df = pd.read_csv("/srv/data.csv")
    return df.query(request.args["q"]).to_json()  # BAD: code-injection


@app.get("/df/eval")
def df_eval():
    df = pd.read_csv("/srv/data.csv")
    return df.eval("total = " + request.args["q"], engine="python").to_json()  # BAD: code-injection


@app.get("/sym")
def sym():
    return str(sympify(request.args["f"]))  # BAD: code-injection


@app.get("/sym2")
def sym2():
    return str(parse_expr(request.args["f"]))  # BAD: code-injection


@app.get("/simple")
def simple():
    return str(simple_eval(request.args["f"]))  # OK: code-injection


@app.get("/ne")
def ne():
    return str(numexpr.evaluate(request.args["f"], sanitize=False))  # BAD: code-injection


@app.get("/lambda")
def make_lambda():
    fn = eval("lambda row: " + request.args.get("key", "row[0]"))  # BAD: code-injection
    return json.dumps(sorted([[3], [1]], key=fn))


@app.get("/indirect")
def indirect():
    runner = getattr(builtins, "eval")
    return str(runner(request.headers["X-Expr"]))  # BAD: code-injection


@app.get("/digits")
def digits():
    expr = request.args["e"]
    if not set(expr) <= set("0123456789+-() "):
        abort(400)
    return str(eval(expr))  # OK: code-injection
