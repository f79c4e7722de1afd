"""Connections over which what is said can be read, and secrets that are sent over them."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.disclosure import LOGGING, Names
from seawall.engines.code.reasoned.names import KEPT, PASSWORD, told_by
from seawall.engines.code.reasoned.nodes import last_name, text_of
from seawall.engines.code.state import Frame
from seawall.model.program import (
    Assign,
    Attribute,
    Await,
    Call,
    Constant,
    Expression,
    Format,
    Mapping,
    Name,
    Node,
    With,
)

SENT = Check(
    weakness="cleartext-transmission",
    message="a secret goes over the network as it is: the address is not one of `https:`",
)
LOGINS = (".clear.login", ".clear.auth", ".clear.authenticate", ".clear.pass_")
"""How the symbols end that log in over a connection that is not encrypted yet."""
CLIENTS = frozenset(
    "requests httpx aiohttp urllib urllib2 urllib3 http httplib httplib2 xmlrpc xmlrpclib tornado "
    "websockets websocket treq niquests grequests requests_html jsonrpclib zeep suds".split()
)
"""Packages of which a file must speak that sends something to an address."""
_ENCRYPTING = frozenset("starttls stls start_tls start_tls_s".split())
_PUBLIC = re.compile(
    r"(?i)^(?:http|ws)://(?!localhost\b|127\.|0\.0\.0\.0|10\.|192\.168\.|169\.254\."
    r"|172\.(?:1[6-9]|2\d|3[01])\.|\[)[\w-]+(?:\.[\w-]+)+(?<!\.local)(?<!\.internal)(?<!\.test)"
    r"(?<!\.localhost)(?<!\.svc)(?<!\.lan)(?:[:/?#]|$)"
)
"""An address that is not encrypted, of a host that is not on this machine or beside it."""
_PUBLIC_HOST = re.compile(_PUBLIC.pattern.replace("(?:http|ws)://", "", 1))
_PLAIN = frozenset("HTTPConnection HTTP".split())
_ADDRESSED = frozenset("url uri base_url endpoint address".split())
_TELLING = re.compile(r"(?i)^(?:authorization|proxy-authorization|x-(?:api|auth)-(?:key|token))$")


def may_be_encrypted(frame: Frame) -> bool:
    """Whether a function encrypts connections, if only where its settings say so."""
    return frame.function is not None and not _ENCRYPTING.isdisjoint(frame.function.node.words)


def of_interest(words: tuple[str, ...]) -> bool:
    """Whether a function with these identifiers may send a secret."""
    return any(told_by(word) & KEPT for word in words)


def texts_in(body: Iterable[Node]) -> dict[str, str]:
    """Return the variables that statements set to a text, by their names."""
    return {
        target.name: text
        for node in body
        if isinstance(node, Assign) and (text := _beginning(node.value, {}))
        for target in node.targets
        if isinstance(target, Name)
    }


def sent_in(
    nodes: SequenceOf[Node], texts: MappingOf[str, str], spoken: frozenset[str]
) -> Iterator[tuple[Check, Call, bool]]:
    """Yield the calls that send a secret over a connection that is not encrypted.

    `texts` are those that the file's own statements give names to.
    """
    texts = {**texts, **texts_in(nodes)}
    clear = _clear_names(nodes, texts)
    names: Names | None = None
    for node in nodes:
        if not isinstance(node, Call) or last_name(node.function) in LOGGING:
            continue
        owner = node.function.value if isinstance(node.function, Attribute) else None
        is_clear = isinstance(owner, Name) and owner.name in clear
        if not is_clear and not _addresses(node, texts):
            continue
        names = names or Names(nodes, spoken)
        told = max((_told(one, names) for one in _given(node)), default=0)
        if told:
            yield SENT, node, bool(told & PASSWORD)


def _clear_names(nodes: Iterable[Node], texts: MappingOf[str, str]) -> set[str]:
    """Return the variables that hold a connection to an address that is not encrypted."""
    found: set[str] = set()
    for node in nodes:
        pairs: list[tuple[Expression, Expression | None]] = []
        if isinstance(node, Assign):
            pairs = [(node.value, target) for target in node.targets]
        elif isinstance(node, With):
            pairs = [(one.context, one.target) for one in node.items]
        for value, target in pairs:
            value = value.value if isinstance(value, Await) else value
            if isinstance(target, Name) and isinstance(value, Call) and _addresses(value, texts):
                found.add(target.name)
    return found


def _addresses(node: Call, texts: MappingOf[str, str]) -> bool:
    """Whether a call is given an address that is not encrypted, at its begin or by its name."""
    first = node.arguments[:2]
    if last_name(node.function) in _PLAIN:
        return any(_PUBLIC_HOST.match(_beginning(one, texts)) for one in first[:1])
    named = (keyword.value for keyword in node.keywords if keyword.name in _ADDRESSED)
    return any(_PUBLIC.match(_beginning(one, texts)) for one in (*first, *named))


def _beginning(node: Expression, texts: MappingOf[str, str]) -> str:
    """Return the text that an expression is known to begin with."""
    match node:
        case Constant():
            return text_of(node)
        case Name():
            return texts.get(node.name, "")
        case Format() if node.parts and isinstance(node.parts[0], Constant):
            return text_of(node.parts[0])
    return ""


def _given(node: Call) -> Iterator[Expression]:
    """Yield what a call sends: its arguments, and the credentials among them."""
    yield from node.arguments
    for keyword in node.keywords:
        if keyword.name not in ("cookies", "verify", "timeout", "cert"):
            yield keyword.value


def _told(node: Expression, names: Names) -> int:
    """Return the bits of what an argument tells that is sent."""
    bits = max((told.bits for told in names.secrets_in(node)), default=0)
    if not bits and isinstance(node, Mapping):
        for key, value in zip(node.keys, node.values, strict=False):
            if key is not None and _TELLING.match(text_of(key)) and not isinstance(value, Constant):
                return KEPT & ~PASSWORD
    return bits
