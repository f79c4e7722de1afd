"""What a hash or a template is for: an MD5 that finds a file again harms nobody.

What stands around the call tells it: what the digest is called, what is hashed, and whether a
module that fills in templates speaks of HTML at all. Where nothing is told, the call is.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from seawall.engines.code.reasoned.names import KEPT, UNGUESSABLE, told_by
from seawall.engines.code.reasoned.nodes import dotted, last_name, outside_functions, walk
from seawall.engines.code.state import Frame
from seawall.engines.code.surface import ALL
from seawall.model.program import (
    Assign,
    Attribute,
    Binary,
    Call,
    Constant,
    Expression,
    Index,
    Keyword,
    Name,
    Node,
    Return,
    Slice,
    Unary,
)

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

HASH, TEMPLATE = "weak-hash", "template-autoescape-off"
JUDGED = frozenset({HASH, TEMPLATE})

SHORT = 16
"""Characters of a digest in hex; who keeps no more than that only wants a name."""
WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What the protocol of WebSocket hashes with a client's key. Source: RFC 6455, section 1.3."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NAMING = frozenset(
    "cache cached caching etag etags filename filenames fname name path paths dir directory folder "
    "id ids uid version ver slug shard bucket color colour avatar gravatar thumbnail prefix suffix "
    "dedup duplicate label index docid".split()
)
"""What a digest is called that finds something again."""
_IDS = frozenset({"id", "ids", "uid"})
"""Not of a function: whoever asks for the id of a document may rely on there being only one."""
_FINDING = frozenset("cache cached caching cacher etag gravatar avatar dedup thumbnail".split())
"""What a function, class or module is called that only finds things again."""
_FOUND = frozenset(
    "id ids url urls uri path paths filepath filename fname fileloc location getcwd cwd dirname "
    "abspath".split()
)
"""What is hashed only to find it again."""
_GUARDING = frozenset(
    "sign signs signed signing signer signature signatures mac hmac verify verified auth "
    "authenticate authentication encrypt decrypt seal license integrity challenge".split()
)
_RANDOM = frozenset({"urandom", "uuid4", "token_bytes"})
"""What is random stays so, whatever is made of it."""
_ALGORITHMS = frozenset({"md", "sha"})
_GIVING = frozenset({"digest", "hexdigest"})
_RENDERING = frozenset(
    "render render_async render_unicode generate from_string get_template "
    "compile_expression".split()
)
_WEB = re.compile(
    r"(?i)html|svg|markup|xml|flask|django|aiohttp|starlette|fastapi|tornado|bottle|sanic|quart|"
    r"falcon|pyramid|cherrypy|wsgi|asgi|request|response|e?mail|mime|page|browser|website"
)
_TAG = re.compile(r"(?i)\.(?:x?html?|svg|xml)\b|<[a-z!/]|text/html")


def is_harmless(machine: "Machine", weakness: str, node: Expression | None, frame: Frame) -> bool:
    """Whether what stands around a call tells that it is for something that nobody attacks."""
    if not isinstance(node, Call):
        return False
    machine.looks.add((frame.module.path, ALL))
    return _finds_things(node, frame) if weakness == HASH else _is_no_page(frame)


# --- hashes ---


def _finds_things(call: Call, frame: Frame) -> bool:
    node = frame.function.node if frame.function is not None else None
    body: Any = node.body if node is not None else outside_functions(frame.module.tree.body)
    symbol = frame.function.symbol if frame.function is not None else ""
    own = _words(symbol.rpartition(".")[2])
    around = _path_to(body, call)
    if not around:
        return False
    spoken = list(_names_in((*call.arguments, *call.keywords)))
    uses = [around]
    if target := _holds(around, call):
        # An object that is filled later: what its digest becomes decides.
        uses = [_path_to(body, one) for one in walk(body) if _gives(one, target)]
        fed = [one for one in walk(body) if _gives(one, target, frozenset({"update"}))]
        spoken += _names_in(tuple(one.arguments for one in fed if isinstance(one, Call)))
    if not _RANDOM.isdisjoint(spoken):
        return True
    if any(map(_guards, [*spoken, *(name for use in uses for name in _targets(use))])):
        return False
    if any(_is_short(use, body) for use in uses):
        return True
    if own.isdisjoint(_GUARDING):
        if not _ALGORITHMS.isdisjoint(own) and any(isinstance(use[0], Return) for use in uses):
            # Who calls it has asked for this algorithm.
            return True
        words = _words(symbol)
        if not words.isdisjoint(_GUARDING):
            return False
        if not _FINDING.isdisjoint(words | _words(frame.module.name)):
            return True
        if any(not _FOUND.isdisjoint(_words(name)) for name in spoken):
            return True
        if uses and all(_is_name(use, own - _IDS) for use in uses):
            return True
    return _is_websocket(frame)


def _names_in(node: Any) -> Iterator[str]:
    return (one.name for one in walk(node) if isinstance(one, Name | Attribute))


def _is_name(around: list[Node], function: set[str]) -> bool:
    """Whether a digest is called as what finds something again."""
    called = {word for name in _targets(around) for word in _words(name)}
    if isinstance(around[0], Return):
        called |= function
    return not _NAMING.isdisjoint(called)


def _targets(around: list[Node]) -> list[str]:
    """Return what a digest is called: the variable or argument that it is given to."""
    names = [node.name for node in around if isinstance(node, Keyword)]
    if around and isinstance(around[0], Assign):
        names += map(last_name, around[0].targets)
    return names


def _is_short(around: list[Node], body: Any) -> bool:
    """Whether only a part of a digest is kept, or a small number made of it."""
    if any(map(_cuts, around)):
        return True
    return (
        bool(around)
        and isinstance(around[0], Assign)
        and any(
            isinstance(node, Index) and last_name(node.value) in _targets(around) and _cuts(node)
            for node in walk(body)
        )
    )


def _cuts(node: Node) -> bool:
    match node:
        case Index(key=Slice(lower=None, upper=Constant(value=int() as end))):
            return end <= SHORT
        case Index(key=Slice(lower=Unary(operator="-", value=Constant(value=int() as end)))):
            return end <= SHORT
        case Binary(operator="%", right=Constant(value=int())):
            return True
    return False


def _holds(around: list[Node], call: Call) -> str:
    """Return the variable that is given a hash as it is, "" where it is used at once."""
    statement = around[0]
    if isinstance(statement, Assign) and statement.value is call:
        return dotted(statement.targets[0])
    return ""


def _gives(node: Node, name: str, methods: frozenset[str] = _GIVING) -> bool:
    return (
        isinstance(node, Call)
        and isinstance(node.function, Attribute)
        and node.function.name in methods
        and dotted(node.function.value) == name
    )


def _path_to(body: Any, wanted: Node) -> list[Node]:
    """Return the nodes around one, from its statement to itself; none where it is not there."""
    for node in body if isinstance(body, tuple) else (body,):
        if node is wanted:
            return [node]
        if isinstance(node, tuple):
            found = _path_to(node, wanted)
            if found:
                return found
            continue
        if not isinstance(node, Node) or not any(one is wanted for one in walk(node)):
            continue
        for field in node.__struct_fields__:
            inner = getattr(node, field)
            if isinstance(inner, tuple | Node):
                found = _path_to(inner, wanted)
                if found:
                    # Of statements around statements the inner ones count.
                    return found if _is_block(node) else [node, *found]
    return []


def _is_block(node: Node) -> bool:
    return hasattr(node, "body")


def _is_websocket(frame: Frame) -> bool:
    return any(
        isinstance(one, Constant) and one.value in (WEBSOCKET, WEBSOCKET.encode())
        for one in walk(frame.module.tree.body)
    )


def _guards(name: str) -> bool:
    return bool(told_by(name) & (KEPT | UNGUESSABLE)) or not _GUARDING.isdisjoint(_words(name))


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}


# --- templates ---


def _is_no_page(frame: Frame) -> bool:
    """Whether a module fills in templates, and nothing in it speaks of HTML or of the web."""
    module = frame.module
    if _RENDERING.isdisjoint(module.words) or any(map(_WEB.search, module.words)):
        return False
    return not any(map(_TAG.search, _texts(module.tree.body)))


def _texts(body: Any) -> Iterator[str]:
    return (
        one.value for one in walk(body) if isinstance(one, Constant) and isinstance(one.value, str)
    )
