"""Secrets and personal data that are written to a log or a file."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.flows import Flow
from seawall.engines.code.reasoned.flagging import carrying, flag_here, hit_here, origin_here
from seawall.engines.code.reasoned.names import KEPT, PASSWORD, told_by
from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Items, Known, Method, Ref, Text, Union, Unknown, Value
from seawall.engines.code.words import is_test
from seawall.model.program import (
    Attribute,
    Await,
    Binary,
    Call,
    Conditional,
    Constant,
    Expression,
    Field,
    Format,
    Index,
    Logic,
    Mapping,
    Name,
    Sequence,
    Slice,
    Spread,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

LOGGED = Sink(weakness="sensitive-data-in-log")
PRINTED = Sink(weakness="sensitive-data-in-log", severity="low")
STORED = Sink(weakness="sensitive-data-stored-in-clear")
KINDS = frozenset({"secret", "password", "formal"})
LOGGING = frozenset(
    "debug info warning warn error critical fatal exception log notice trace success print "
    "msg syslog".split()
)
STORING = frozenset("write writelines write_text write_bytes dump set_cookie".split())
HASHES = frozenset(
    "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s "
    "new update".split()
)
FAST_HASH = Check(
    weakness="weak-password-hash", message="this hash is fast to guess, whatever it is"
)
_LOG = re.compile(r"(?i)log(?:ger|ging|s)?$|^log")
_ASKING = frozenset(
    "get pop getenv getlist get_password getpass get_secret get_secret_value environ".split()
)
_KEEPING = frozenset(
    "str repr unicode format join encode decode strip lstrip rstrip lower upper b64encode "
    "b64decode dumps copy dict list tuple replace quote pformat ljust rjust zfill to_dict".split()
)
"""What they give tells what they were given."""
_NOT_READING = re.compile(
    r"(?i)^(?:is|has|check|verify|validate|hash|set|reset|change|test|encrypt|mask|redact|clean|"
    r"make|delete|remove|revoke|forgot|compare|update|send|assert|require|use|on)(?:_|[A-Z])"
)
_NOT_VALUES = re.compile(r"(?i)^(?:forms?|fields?|schema|errors?|columns?|widgets?|_meta|cls)$")
_NO_STORES = re.compile(
    r"(?i)^(?:response|resp|res|self|wfile|rfile|sock\w*|conn\w*|stdout|stderr|hash\w*|digest|"
    r"transport|writer|proc\w*|stdin|channel|answer|request|req|ws|websocket|serial|pipe|"
    r"md5|sha\w*|h|m)$"
)
_PLAIN = frozenset({"int", "bool", "float"})


def secrets_in(node: Expression, frame: Frame, depth: int = 0) -> Iterator[tuple[int, Expression]]:
    """Yield what of an expression is named like a secret and shows in what it evaluates to."""
    if depth > 8:
        return
    inner: tuple[Expression, ...] = ()
    match node:
        case Name():
            if told_by(node.name) & KEPT and not _is_harmless(frame.state.locals.get(node.name)):
                yield told_by(node.name), node
        case Attribute():
            if told_by(node.name) & KEPT and not _NOT_VALUES.match(last_name(node.value)):
                yield told_by(node.name), node
        case Index() if not isinstance(node.key, Slice):
            key = text_of(node.key)
            if key and told_by(key) & KEPT:
                if not _NOT_VALUES.match(last_name(node.value)):
                    yield told_by(key), node
        case Call():
            yield from _secrets_in_call(node, frame, depth)
        case Format():
            inner = tuple(part.value for part in node.parts if isinstance(part, Field))
        case Binary() if node.operator in ("+", "%"):
            inner = (node.left, node.right)
        case Conditional():
            inner = (node.then, node.orelse)
        case Logic():
            inner = node.values if node.operator == "or" else node.values[-1:]
        case Sequence():
            inner = node.items
        case Mapping():
            inner = node.values
        case Await() | Spread():
            inner = (node.value,)
    for one in inner:
        yield from secrets_in(one, frame, depth + 1)


def _secrets_in_call(node: Call, frame: Frame, depth: int) -> Iterator[tuple[int, Expression]]:
    name = last_name(node.function)
    if name in _ASKING or dotted(node.function) == "os.environ.get":
        key = text_of(node.arguments[0]) if node.arguments else ""
        bits = told_by(key) | (PASSWORD if name == "getpass" else told_by(name))
        if bits & KEPT:
            yield bits, node
    elif name in _KEEPING:
        if isinstance(node.function, Attribute):
            yield from secrets_in(node.function.value, frame, depth + 1)
        for one in node.arguments:
            yield from secrets_in(one, frame, depth + 1)
        for keyword in node.keywords:
            yield from secrets_in(keyword.value, frame, depth + 1)
    elif told_by(name) & KEPT and not _NOT_READING.match(name) and not name[:1].isupper():
        yield told_by(name), node


def _is_harmless(value: Value | None) -> bool:
    """Whether a value says nothing, whatever it is called: a constant, a number, a test."""
    if isinstance(value, Union):
        return all(map(_is_harmless, value.options))
    return isinstance(value, Known) or (isinstance(value, Unknown) and value.type in _PLAIN)


def secret_side(node: Expression, frame: Frame) -> int:
    """Return what the name of a single value tells: a variable, an attribute, an item."""
    if isinstance(node, Name | Attribute | Index | Call | Await):
        return next((bits for bits, _ in secrets_in(node, frame)), 0)
    return 0


# --- on their way ---


def marked(machine: "Machine", name: str, value: Value, frame: Frame, span: int) -> Value:
    """Return a value that is known to be a secret by its name."""
    bits = told_by(name)
    if isinstance(value, Unknown):
        if value.type in _PLAIN or value.type in machine.library.types:
            return value
    elif isinstance(value, Method):
        if value.path or _NOT_READING.match(name) or name.startswith("get"):
            return value
        value = Unknown(value.flows)
    elif not isinstance(value, Text):
        return value
    if any(flow.origin.kind in ("secret", "password") for flow in value.flows):
        return value
    kind = "password" if bits & PASSWORD else "secret"
    return carrying(value, Flow(origin_here(kind, name, frame, span)))


def copied(machine: "Machine", node: Expression, value: Value, frame: Frame) -> Value:
    """Return a value that is known to be a secret by the expression that gave it."""
    if not isinstance(value, Unknown | Text | Method) or frame.function is None:
        return value
    if not any(told_by(word) & KEPT for word in frame.function.node.words):
        return value
    for _, source in secrets_in(node, frame):
        name = text_of(source.key) if isinstance(source, Index) else last_name(source)
        return marked(machine, name, value, frame, source.span) if told_by(name) & KEPT else value
    return value


def is_worth(words: tuple[str, ...]) -> bool:
    """Whether a function with these identifiers may write a secret somewhere, or hash one."""
    if not (LOGGING | STORING | HASHES).isdisjoint(words):
        return any(told_by(word) & KEPT for word in words)
    return False


# --- where they are written ---


def written(
    machine: "Machine",
    path: str,
    name: str,
    given: "Arguments",
    frame: Frame,
    node: Attribute | None,
) -> None:
    """Look at a call that may write to a log or a file."""
    if not isinstance(given.node, Call) or is_test(frame.module.path):
        return
    sink = _log_sink(path, name, given, node) if name in LOGGING else None
    if sink is None and name in STORING:
        sink = _store_sink(path, name, frame, node)
    if sink is None:
        return
    span = given.node.span
    symbol = path if "." in path else f"{last_name(node.value) if node else ''}.{name}".strip(".")
    arguments = given.node.arguments
    if name == "dump":
        arguments = arguments[:1]
    elif name == "set_cookie":
        arguments = arguments[1:2] or tuple(
            keyword.value for keyword in given.node.keywords if keyword.name == "value"
        )
    for argument in arguments:
        for bits, one in secrets_in(argument, frame):
            kind = "password" if bits & PASSWORD else "secret"
            flow = Flow(origin_here(kind, last_name(one), frame, one.span))
            hit_here(machine, sink, symbol, flow, frame, span)
    values = given.positional
    if name == "dump":
        values = values[:1]
    elif name == "set_cookie":
        values = values[1:2]
    for value in values:
        if value.flows or isinstance(value, Ref | Items):
            for flow in machine.deep_flows(value, frame, 2):
                if flow.origin.kind in KINDS and not flow.weak:
                    hit_here(machine, sink, symbol, flow, frame, span)


def _log_sink(path: str, name: str, given: "Arguments", node: Attribute | None) -> Sink | None:
    if name == "print":
        return PRINTED if path == "builtins.print" and "file" not in given.keywords else None
    if path.startswith(("logging.", "loguru.", "structlog.", "syslog.", "twisted.")):
        return LOGGED
    root = last_name(node.value) if node is not None else ""
    return LOGGED if _LOG.search(root) else None


def _store_sink(path: str, name: str, frame: Frame, node: Attribute | None) -> Sink | None:
    if name == "set_cookie":
        return STORED
    if name == "dump":
        return STORED if path.startswith(("json.", "yaml.", "pickle.", "toml.")) else None
    if path.startswith(("sys.std", "socket.", "http.", "flask.", "django.", "hashlib.")):
        return PRINTED if path.startswith("sys.std") else None
    if node is None or frame.function is None or _NO_STORES.match(last_name(node.value)):
        return None
    words = frame.function.node.words
    if name in ("write_text", "write_bytes") or "open" in words or "opener" in words:
        return STORED
    return None


def hashed(
    machine: "Machine",
    path: str,
    name: str,
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> None:
    """Look at a fast hash of a password."""
    if not path.startswith("hashlib.") or not isinstance(given.node, Call):
        return
    if not given.positional or "pwned" in "".join(frame.module.words).lower():
        return
    # Digest authentication says itself how passwords are hashed.
    if frame.function is not None and "realm" in frame.function.node.words:
        return
    number = 1 if path == "hashlib.new" else 0
    told = any(
        bits & PASSWORD
        for argument in given.node.arguments[number : number + 1]
        if not isinstance(argument, Constant)
        for bits, _ in secrets_in(argument, frame)
    )
    carried = any(
        flow.origin.kind == "password" and not flow.weak
        for value in given.positional[number : number + 1]
        for flow in machine.deep_flows(value, frame, 2)
    )
    if told or carried:
        flag_here(machine, FAST_HASH, path, frame, given.node.span)
