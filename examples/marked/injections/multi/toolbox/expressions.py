import ast
from jinja2 import Environment
from jinja2.sandbox import ImmutableSandboxedEnvironment

_env = Environment()
_box = ImmutableSandboxedEnvironment()


def evaluate(expr, **names):
    return eval(expr, {}, names)  # BAD: code-injection


def literal(expr):
    return ast.literal_eval(expr)  # OK: code-injection


def predicate(field, op, value):
    if op not in ("<", ">", "=="):
        raise ValueError(op)
    return eval(f"lambda row: row[{field!r}] {op} {float(value)}")  # OK: code-injection


def getter(path):
    return eval("lambda obj: obj." + path)  # BAD: code-injection


def compile_expression(source):
    return _env.compile_expression(source)  # BAD: template-injection


def fill(source, **ctx):
    return _box.from_string(source).render(**ctx)  # OK: template-injection
