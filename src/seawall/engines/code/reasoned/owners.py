"""Records that a request names, and of which nobody asks whose they are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.flows import Where
from seawall.engines.code.reasoned.callers import Teller, teller
from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of, walk
from seawall.engines.code.reasoned.siblings import UNAUTHENTICATED, Lacking, Route
from seawall.model.program import (
    Assert,
    Assign,
    Attribute,
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expression,
    For,
    Format,
    Function,
    If,
    Index,
    Name,
    Node,
)

ANYBODYS = Check(
    weakness="missing-authorization",
    message="the request names the record, and nobody asks whose it is as the routes beside it do",
    severity="high",
)
_TABLE = re.compile(
    r"(?i)\b(?:from|update|into|join)\s+[`\"\[]?(?:\w+\.)?(?!select\b|set\b|where\b)(\w+)"
)
_MODELS = re.compile(r"^[A-Z]\w*$")
_PICKING = frozenset(
    "get get_or_404 first_or_404 get_object_or_404 filter filter_by where find_one find "
    "get_or_none one_or_404 delete_one update_one find_one_and_update find_one_and_delete "
    "get_by_id find_by_id".split()
)
_ALL = frozenset({"all", "find", "scalars", "values", "order_by", "fetchall"})
_RUNNING = frozenset({"execute", "executescript", "query_db", "fetchone", "fetch_one", "fetch_all"})
_SHOWING = re.compile(
    r"(?i)^(?:render\w*|print|flash|jsonify|debug|info|warning|error|critical|exception|log|str|"
    r"TemplateResponse|Response|redirect|url_for|dict|format|len|int|bool|append|isinstance|"
    r"getattr|hasattr|abort)$"
)
"""Calls that show who calls, and do not ask about it."""
_SOURCES = frozenset(
    "args form values json get_json data query_params POST GET path_params".split()
)
_PLAIN = frozenset(
    "id pk username name email role is_admin is_staff is_authenticated is_superuser "
    "is_anonymous get is_active password".split()
)


class Use(NamedTuple):
    """A table that a route works on."""

    table: str
    node: Expression
    """The call that does it."""
    is_named: bool
    """Whether what the request says picks the record."""
    picks: bool
    """Whether it is for some of the records only."""
    is_own: bool
    """Whether it is for records of who calls."""


def anybodys(group: list[Route], told: set[Where]) -> list[Lacking]:
    """Return where routes take a record that the request names, whoever asks.

    Nothing is said of the routes at `told`: of those more is known already.
    """
    uses = {id(route): list(_uses(route)) for route in group}
    owned: set[str] = set()
    """The tables of which some route asks whose the records are."""
    public: set[str] = set()
    for route in group:
        compares = _compares_owner(route)
        for use in uses[id(route)]:
            if use.picks and (use.is_own or (use.is_named and compares)):
                owned.add(use.table)
            elif not use.picks and not route.stance.right:
                public.add(use.table)
    found: list[Lacking] = []
    for route in group:
        one = route.stance
        if one.right or one.enters or _asks_whose(route):
            continue
        for use in uses[id(route)]:
            if not use.is_named or use.table not in owned:
                continue
            if use.table in public and not route.changes:
                continue
            info = route.entry.function.declared
            if one.demands and route.where not in told:
                where = Where(info.module.path, use.node.span)
                found.append((ANYBODYS, where, info.symbol, True))
                break
            if route.is_bare and not route.is_public and route.where not in told:
                found.append((UNAUTHENTICATED, route.where, info.symbol, True))
                break
    return found


def _compares_owner(route: Route) -> bool:
    """Whether a test compares who calls with whose a record is."""
    nodes = list(walk(route.entry.function.declared.node.body))
    tells = _teller(route, nodes)
    tests = tuple(one.test for one in nodes if isinstance(one, If | Conditional | Assert))
    return any(
        isinstance(node, Compare)
        and node.operators[0] in ("==", "!=")
        and not any(isinstance(side, Constant) for side in (node.left, *node.rights))
        and any(tells(one) for side in (node.left, *node.rights) for one in walk(side))
        for node in walk(tests)
    )


def _asks_whose(route: Route) -> bool:
    """Whether a route compares or asks by who calls, beyond that somebody does."""
    function = route.entry.function.declared.node
    nodes = list(walk(function.body))
    tells = _teller(route, nodes)
    return any(_compares(node, tells) for node in nodes)


def _teller(route: Route, nodes: list[Node]) -> Teller:
    return teller(nodes, route.stance.knowing, route.stance.who)


def _compares(node: Node, tells: Teller) -> bool:
    match node:
        case Compare(operators=(sign, *_)) if sign in ("==", "!=", "in", "not in"):
            sides = (node.left, *node.rights)
            if any(isinstance(side, Constant) for side in sides):
                return False
            return any(tells(one) for side in sides for one in walk(side))
        case Call():
            if _SHOWING.search(last_name(node.function)):
                return False
            given = (*node.arguments, *(keyword.value for keyword in node.keywords))
            if last_name(node.function) in ("get", "pop") and isinstance(node.function, Attribute):
                # `session.get("user")` reads who calls; `Model.query.get(user)` asks by it.
                given = tuple(one for one in given if not isinstance(one, Constant))
            if any(tells(one) for side in given for one in walk(side)):
                return True
            # `current_user.notes.filter(...)`: what hangs on who calls.
            owner = node.function
            while isinstance(owner, Attribute):
                if isinstance(owner.value, Attribute) and tells(owner.value.value):
                    return owner.value.name not in _PLAIN
                owner = owner.value
        case For(iterable=Attribute(value=owner, name=name)):
            return tells(owner) and name not in _PLAIN
    return False


def _uses(route: Route) -> Iterator[Use]:
    """Yield the tables that a route works on, with what picks the records."""
    function = route.entry.function.declared.node
    nodes = list(walk(function.body))
    named = _named_by_request(function, nodes)
    tells = _teller(route, nodes)
    texts = {
        target.name: _written_text(node.value)
        for node in nodes
        if isinstance(node, Assign)
        for target in node.targets
        if isinstance(target, Name)
    }
    for node in nodes:
        if not isinstance(node, Call):
            continue
        name = last_name(node.function)
        given = (*node.arguments, *(keyword.value for keyword in node.keywords))
        is_named = any(map(named, walk(given)))
        is_own = any(map(tells, walk(given)))
        if name in _RUNNING and node.arguments:
            first = node.arguments[0]
            text = texts.get(first.name, "") if isinstance(first, Name) else _written_text(first)
            for table in dict.fromkeys(_TABLE.findall(text)):
                picks = " where " in f" {text.lower()} "
                yield Use(table.lower(), node, is_named and picks, picks, is_own)
        elif (name in _PICKING and given) or (name in _ALL and not _narrowed(node.function)):
            table = _model(node)
            if table:
                yield Use(table, node, is_named and name in _PICKING, bool(given), is_own)


def _narrowed(node: Expression) -> bool:
    """Whether records have been picked before all of what is left is taken."""
    return any(
        isinstance(one, Call) and last_name(one) in _PICKING and bool(one.arguments or one.keywords)
        for one in walk(node)
    )


def _model(call: Call) -> str:
    """Return the model whose records a call picks, "" where none is named."""
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, Name | Attribute) and _MODELS.match(last_name(first)):
        if last_name(call.function) in ("get", "get_object_or_404", "get_or_404"):
            return last_name(first)
    owner = call.function.value if isinstance(call.function, Attribute) else None
    for _ in range(8):
        match owner:
            case Call(function=Name(name="select" | "delete" | "update"), arguments=(model, *_)):
                return last_name(model)
            case Call(function=Attribute(name="query"), arguments=(model, *_)):
                return last_name(model)
            case Call(function=Attribute(value=inner)):
                owner = inner
            case Attribute(name="query" | "objects", value=model):
                return last_name(model) if _MODELS.match(last_name(model)) else ""
            case Attribute(value=Name(name="db" | "mongo" | "database"), name=name):
                return name
            case Attribute(value=Attribute(name="db"), name=name):
                return name
            case Index(value=Name(name="db"), key=Constant(value=str() as name)):
                return name
            case Attribute(value=inner):
                owner = inner
            case _:
                return ""
    return ""


def _written_text(node: Expression) -> str:
    """Return a text as far as it is written there."""
    match node:
        case Constant():
            return text_of(node)
        case Format(parts=parts):
            return "".join(text_of(one) if isinstance(one, Constant) else "?" for one in parts)
        case Binary(left=left, right=right):
            return _written_text(left) + _written_text(right)
        case Call(function=Attribute(value=owner, name="format")):
            return _written_text(owner)
        case Call(function=Name(name="text"), arguments=(first, *_)):
            return _written_text(first)
    return ""


def _named_by_request(function: Function, nodes: list[Node]) -> Teller:
    """Return what says whether a node is what the request says."""
    skipped = {"self", "cls", "request", "req", "db", "session", "info", "root"}
    names = {one.name for one in function.parameters if one.name not in skipped and not one.default}

    def named(node: Node) -> bool:
        match node:
            case Name():
                return node.name in names
            case Attribute():
                return node.name in _SOURCES and last_name(node.value) in ("request", "req")
            case Call():
                return dotted(node.function) in ("request.get_json", "request.json")
        return False

    for node in nodes:
        if isinstance(node, Assign) and any(map(named, walk(node.value))):
            calls = (one for one in walk(node.value) if isinstance(one, Call))
            if not any(last_name(one) in _PICKING | _RUNNING for one in calls):
                names.update(one.name for one in node.targets if isinstance(one, Name))
    return named
