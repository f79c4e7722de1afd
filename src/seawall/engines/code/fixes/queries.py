"""Values that stand in the text of a query become its parameters."""

import ast
import re
from collections.abc import Callable

from msgspec import Struct

from seawall.engines.code.fixes.draft import Draft, has_unpacked
from seawall.engines.code.fixes.holes import (
    Local,
    local_of,
    plain_expression,
    refuse_prepared,
)
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.engines.code.fixes.texts import Built
from seawall.model.program import Call, Name, Node


class Driver(Struct, frozen=True):
    """How a driver wants parameters to be marked."""

    mark: str
    double: bool = False
    """Whether texts may stand in double quotes."""
    halves: bool = True
    """Whether `%%` is a per cent sign once there are parameters (for marks with `%`)."""


DRIVERS = {
    "sqlite3": Driver("?", True),
    "aiosqlite": Driver("?", True),
    "pysqlite2": Driver("?", True),
    "duckdb": Driver("?"),
    "pyodbc": Driver("?"),
    "psycopg2": Driver("%s"),
    "psycopg": Driver("%s"),
    "MySQLdb": Driver("%s", True),
    "pymysql": Driver("%s", True),
    "flask_mysqldb": Driver("%s", True),
    "mysql": Driver("%s", True, False),
    "django": Driver("%s"),
}
OTHERS = frozenset(
    "sqlalchemy flask_sqlalchemy peewee databases records sqlmodel asyncpg pg8000 cx_Oracle "
    "oracledb pymssql cassandra snowflake clickhouse_driver pony web".split()
)
"""Where they are imported a connection need not be a driver's."""

Query = tuple[Built, Local | None]
"""A query, and the variable that holds it."""

_VERBS = re.compile(r"\s*(select|insert|update|delete|replace|with)\b", re.IGNORECASE)
_BEFORE_TEXT = re.compile(
    r"(?:[=<>(,~]|\|\||\b(?:i?like|glob|rlike|regexp|then|else|between))\s*\Z", re.IGNORECASE
)
_BEFORE_VALUE = re.compile(r"(?:[=<>]|\bi?like)\s*\Z", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(where|set|having|on)\b", re.IGNORECASE)
_VALUES = re.compile(r"\bvalues\s*\(([^()]*)\Z", re.IGNORECASE)
_PLAIN_TEXT = re.compile(r"[^'\"\\{}\n\0]*")


def parameterise(draft: Draft, node: Node, symbol: str) -> str:
    """Hand what stands in the text of a query to the driver as parameters."""
    page = draft.page
    if not isinstance(node, Call) or has_unpacked(node):
        raise UnfitError
    method = symbol.rpartition(".")[2]
    if len(node.arguments) != 1 or node.keywords:
        raise UnfitError
    if symbol in ("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"):
        _with_names(draft, node)
        return "pass the values with `bindparams`, not in the text"
    if method not in ("execute", "raw") or (method == "raw" and "django" not in page.roots):
        raise UnfitError
    driver = _driver(page, symbol)
    values = _marked(draft, node, _built(page, node), lambda number, value: driver.mark, driver)
    draft.add_argument(node, f"({', '.join(values)}{',' if len(values) == 1 else ''})")
    return "pass the values as parameters, not in the text of the query"


def _with_names(draft: Draft, node: Call) -> None:
    query = _built(draft.page, node)
    if re.search(r":\w", query[0].whole.replace("\0", "0")):
        raise UnfitError
    names: dict[int, str] = {}

    def mark(number: int, value: str) -> str:
        name = value if value.isidentifier() and value not in names.values() else ""
        names[number] = name or f"value_{number + 1}"
        return f":{names[number]}"

    values = _marked(draft, node, query, mark, Driver("", True))
    given = ", ".join(f"{names[number]}={value}" for number, value in enumerate(values))
    end = draft.page.end(node)
    draft.change(end, end, f".bindparams({given})")


def _driver(page: Page, symbol: str) -> Driver:
    if symbol.startswith("django.") or symbol.endswith(".raw"):
        return DRIVERS["django"]
    known = {DRIVERS[root] for root in page.roots if root in DRIVERS}
    if len(known) != 1 or (OTHERS & page.roots and not symbol.startswith("dbapi.")):
        raise UnfitError
    return next(iter(known))


def _built(page: Page, node: Call) -> Query:
    query = node.arguments[0]
    if isinstance(query, Name):
        local = local_of(page, query)
        return Built(page, local.value), local
    return Built(page, query), None


def _marked(
    draft: Draft, node: Call, query: Query, mark: Callable[[int, str], str], driver: Driver
) -> list[str]:
    """Put marks where the values stand; return the values."""
    built, local = query
    whole = built.whole
    if not _VERBS.match(whole) or "--" in whole or "/*" in whole or ";" in whole.rstrip("; \n"):
        raise UnfitError
    values: list[str] = []
    taken: set[int] = set()
    for at, sign in enumerate(built.signs):
        if sign.hole is None:
            continue
        expression = plain_expression(sign.hole)
        refuse_prepared(draft.page, node, expression, "'\"")
        if local is not None:
            _refuse_changed(expression, local)
        first, last = _place(whole, at, driver)
        value = sign.hole.source
        written = mark(len(values), value)
        before, after = whole[first:at].strip("'\""), whole[at + 1 : last + 1].strip("'\"")
        if before or after:
            value = _text_around(before, value, after)
        values.append(value)
        taken.update(range(first, last + 1))
        built.replace(draft, first, last, written)
    kept = "".join(sign for number, sign in enumerate(whole) if number not in taken)
    if driver.mark == "?" and "?" in kept:
        raise UnfitError
    if "%" in kept and driver.mark == "%s" and not driver.halves:
        raise UnfitError
    built.make_plain(draft, taken, "%%" if driver.mark == "%s" else "%")
    return values


def _refuse_changed(expression: ast.expr, local: Local) -> None:
    """Raise `UnfitError` where a value may be another one by the time that the query is run."""
    parts = list(ast.walk(expression))
    if any(isinstance(part, ast.Call) for part in parts) and not local.is_direct:
        raise UnfitError
    if local.rebinds({part.id for part in parts if isinstance(part, ast.Name)}):
        raise UnfitError


def _place(whole: str, at: int, driver: Driver) -> tuple[int, int]:
    """Return the first and last sign of what a parameter replaces, where a value may stand."""
    before, after = whole[:at], whole[at + 1 :]
    opened = _open_quote(before)
    if opened is not None:
        quote = before[opened]
        closed = after.find(quote)
        head = before[:opened]
        if (
            closed < 0
            or after[closed + 1 : closed + 2] == quote
            or (quote == '"' and not driver.double)
            or not _BEFORE_TEXT.search(head)
            or not _PLAIN_TEXT.fullmatch(before[opened + 1 :])
            or not _PLAIN_TEXT.fullmatch(after[:closed])
        ):
            raise UnfitError
        return opened, at + 1 + closed
    if after[:1] not in ("", " ", "\n", ")", ",", ";"):
        raise UnfitError
    values = _VALUES.search(before)
    if values is not None and values[1].rstrip()[-1:] in ("", ","):
        if "," not in values[1] + after.partition(")")[0]:
            raise UnfitError
        return at, at
    clauses = _CLAUSE.findall(before)
    if not _BEFORE_VALUE.search(before) or not clauses or clauses[-1].lower() == "on":
        raise UnfitError
    return at, at


def _open_quote(text: str) -> int | None:
    """Return where the text begins that is still open at the end of a part of a query."""
    opened: int | None = None
    for at, sign in enumerate(text):
        if opened is None:
            opened = at if sign in "'\"" else None
        elif sign == text[opened]:
            opened = None
    return opened


def _text_around(before: str, value: str, after: str) -> str:
    quote = '"' if '"' not in value else "'"
    if quote in value or "\\" in value:
        raise UnfitError
    return f"f{quote}{before}{{{value}}}{after}{quote}"
