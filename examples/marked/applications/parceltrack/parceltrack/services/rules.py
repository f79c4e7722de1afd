import ast
import operator
import re

from ..models import Parcel

OPS = {ast.Gt: operator.gt, ast.Lt: operator.lt, ast.Eq: operator.eq}


def run_rule(expression: str, parcel: Parcel) -> bool:
    scope = {"parcel": parcel, "__builtins__": {}}
    return bool(eval(expression, scope))  # BAD: code-injection


def run_simple(expression: str, parcel: Parcel) -> bool:
    tree = ast.parse(expression, mode="eval").body
    if not isinstance(tree, ast.Compare) or not isinstance(tree.left, ast.Name) or tree.left.id != "weight":
        raise ValueError("unsupported rule")
    limit = ast.literal_eval(tree.comparators[0])  # OK: code-injection
    return OPS[type(tree.ops[0])](parcel.weight, limit)


def find_notes(pattern: str, notes: list[str]) -> list[str]:
    rx = re.compile(pattern)  # BAD: regex-injection
    return [n for n in notes if rx.search(n)]


def find_words(word: str, notes: list[str]) -> list[str]:
    rx = re.compile(r"\b" + re.escape(word) + r"\b", re.I)  # OK: regex-injection
    return [n for n in notes if rx.search(n)]


def describe(template: str, parcel: Parcel) -> str:
    return template.format(parcel=parcel)  # BAD: format-string-injection
