"""Checks of addresses that another host can meet."""

import re
from collections.abc import Iterable, Iterator

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.names import ADDRESS, told_by
from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of
from seawall.model.program import (
    Attribute,
    Call,
    Compare,
    Expression,
    Index,
    Node,
    Sequence,
)

WEAKNESS = "incomplete-url-check"
CONTAINED = Check(
    weakness=WEAKNESS, message="this may stand anywhere: in the path, or in another host's name"
)
BEGUN = Check(weakness=WEAKNESS, message="another host's name can begin like this: end it with `/`")
ENDED = Check(
    weakness=WEAKNESS, message="another host's name can end like this: begin it with a dot"
)
DOTTED = Check(weakness=WEAKNESS, message="a dot that is not escaped stands for any character")
UNENDED = Check(weakness=WEAKNESS, message="behind this, the name of another host can go on")
_TOP = (
    "com|org|net|edu|gov|mil|int|info|biz|io|co|dev|app|ai|me|tv|cloud|local|internal|lan|corp|"
    "de|uk|fr|eu|us|ca|au|jp|cn|ru|nl|ch|it|es|pl|se|no|br|in|xyz|tech|site|online|test|example"
)
_HOST = re.compile(rf"(?i)^(?P<scheme>https?://|//)?(?P<dot>\.)?[\w-]+(?:\.[\w-]+)*\.(?:{_TOP})$")
_HOST_BEGIN = re.compile(
    rf"(?i)^https?://(?:[\w-]+\.)+(?:{_TOP})$|^https?://(?:\d+\.){{3}}\d+$|^https?://localhost$"
)
_LOOSE = re.compile(rf"(?i)[a-z0-9)-](?<!\\)\.(?:{_TOP})(?![\w.-])")
_LOOSE_INNER = re.compile(rf"(?i)[a-z0-9)](?<!\\)\.[a-z0-9-]+\\\.(?:{_TOP})(?![\w-])")
_OPEN_END = re.compile(
    rf"(?i)^\^?(?:https?|https\??|\(\?:https\?\)):(?:\\?/){{2}}[^/]*\\\.(?:{_TOP})$"
)
MATCHING = frozenset("match search fullmatch compile".split())


def of_interest(words: tuple[str, ...], spoken: frozenset[str]) -> bool:
    """Whether a function with these identifiers may check an address."""
    if "startswith" in words:
        return True
    if not MATCHING.isdisjoint(words) and ("re" in spoken or "regex" in spoken):
        return True
    return any(told_by(word) & ADDRESS for word in words)


def checks_in(nodes: Iterable[Node]) -> Iterator[tuple[Check, Expression]]:
    """Yield the checks of addresses in a function that another host can meet."""
    for node in nodes:
        match node:
            case Compare() if node.operators[0] in ("in", "not in"):
                text = text_of(node.left)
                if text and _HOST.match(text) and _is_address(node.rights[0]):
                    yield CONTAINED, node
            case Call() if isinstance(node.function, Attribute) and node.arguments:
                yield from _in_call(node, node.function)


def _in_call(node: Call, function: Attribute) -> Iterator[tuple[Check, Expression]]:
    if function.name in ("startswith", "endswith"):
        named = _is_address(function.value)
        first = node.arguments[0]
        options = first.items if isinstance(first, Sequence) else (first,)
        for text in map(text_of, options):
            if function.name == "startswith" and _HOST_BEGIN.match(text):
                yield BEGUN, node
                return
            if named and function.name == "endswith" and (found := _HOST.match(text)):
                if not found["dot"] and not found["scheme"]:
                    yield ENDED, node
                    return
    elif function.name in MATCHING and dotted(function.value) in ("re", "regex"):
        check = loose_pattern(text_of(node.arguments[0]), function.name)
        subject = node.arguments[1] if len(node.arguments) > 1 else None
        anchored = text_of(node.arguments[0]).startswith(("^", "http", "(http", "(?:http"))
        if check is not None and (subject is None or anchored or _is_address(subject)):
            yield check, node


def met_by_another(sign: str, left: object) -> Check | None:
    """Return what is wrong with looking for a host in an address that somebody else sent."""
    if sign not in ("in", "not in", "endswith", "find", "index") or not isinstance(left, str):
        return None
    found = _HOST.match(left)
    if found is None:
        return None
    if sign == "endswith":
        return None if found["dot"] or found["scheme"] else ENDED
    return CONTAINED


def loose_pattern(pattern: str, how: str) -> Check | None:
    """Return what is wrong with an expression that is to match addresses of a host."""
    if "." not in pattern or len(pattern) > 300:
        return None
    if _LOOSE.search(pattern) or _LOOSE_INNER.search(pattern):
        return DOTTED if re.search(r"\^|https?|\\A", pattern) else None
    if how != "fullmatch" and _OPEN_END.match(pattern):
        return UNENDED
    return None


def _is_address(node: Expression) -> bool:
    """Whether an expression is named after an address, or taken from one."""
    match node:
        case Call():
            if last_name(node) in ("urlparse", "urlsplit", "build_absolute_uri", "geturl"):
                return True
            if isinstance(node.function, Attribute):
                if node.function.name in ("lower", "strip", "decode", "casefold", "upper"):
                    return _is_address(node.function.value)
                if node.function.name == "get" and node.arguments:
                    return bool(told_by(text_of(node.arguments[0])) & ADDRESS)
            return bool(told_by(last_name(node)) & ADDRESS)
        case Index():
            key = text_of(node.key)
            return bool(told_by(key) & ADDRESS) if key else _is_address(node.value)
    return bool(told_by(last_name(node)) & ADDRESS)
