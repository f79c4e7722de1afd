"""Secrets and personal data that are written to a log or a file, and passwords hashed fast.

Names tell which they are, so this looks at functions as they are written: no value is needed.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from typing import NamedTuple

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.names import KEPT, PASSWORD, SECRET, told_by
from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of
from seawall.model.program import (
    Assign,
    Attribute,
    Await,
    Binary,
    Call,
    Conditional,
    Constant,
    Declare,
    Expression,
    Field,
    Format,
    Index,
    Logic,
    Mapping,
    Name,
    Node,
    Sequence,
    Slice,
    Spread,
    Unary,
    Update,
)

LOGGED = Check(weakness="sensitive-data-in-log")
PRINTED = Check(weakness="sensitive-data-in-log", severity="low")
STORED = Check(weakness="sensitive-data-stored-in-clear")
FAST_HASH = Check(
    weakness="weak-password-hash", message="this hash is fast to guess, whatever it is"
)
LOGGING = frozenset(
    "debug info warning warn error critical fatal exception log notice trace success print "
    "msg syslog".split()
)
STORING = frozenset("write writelines write_text write_bytes dump set_cookie".split())
HASHES = frozenset(
    "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s "
    "new update".split()
)
QUERIES = frozenset({"execute"})
INTERESTING = LOGGING | STORING | HASHES | QUERIES
_INTO_TABLE = re.compile(
    r"(?is)^\s*(?:insert\s+(?:or\s+\w+\s+)?into\b|update\s+\w+\s+set\b)"
    r".*\b(?:password|passwd|pwd|passphrase|user_?pass)\b"
)
"""A statement that writes a column of passwords."""
_ASKERS = frozenset({"request", "Form", "APIRouter", "FastAPI", "input", "getpass"})
_HASHING = re.compile(r"(?i)hash|crypt|hexdigest|argon|scrypt|pbkdf|md5|sha\d|cipher|fernet|hmac")
_LOG = re.compile(r"(?i)(?:^|_)log(?:ger|ging|s)?$|^log|logger$")
_ASKING = frozenset("get pop getenv getlist getpass get_secret_value".split())
_KEEPING = frozenset(
    "str repr unicode format join encode decode strip lstrip rstrip lower upper b64encode "
    "b64decode dumps copy dict list tuple replace quote urlencode pformat ljust rjust zfill "
    "to_dict bytes".split()
)
"""What they give tells what they were given."""
_NOT_READING = re.compile(
    r"(?i)^(?:is|has|check|verify|validate|hash|set|reset|change|test|encrypt|mask|redact|clean|"
    r"make|delete|remove|revoke|forgot|compare|update|send|assert|require|use|on|add|init|"
    r"register|store|save|handle|parse|with|find|count|next|peek|consume|expect)(?:_|[A-Z])"
)
_NOT_VALUES = re.compile(
    r"(?i)^(?:\w*_?forms?|fields?|schema|errors?|columns?|widgets?|_meta|cls)$"
)
_NO_STORES = re.compile(
    r"(?i)^(?:response|resp|res|self|wfile|rfile|sock\w*|conn\w*|\w*hash\w*|digest|transport|"
    r"writer|proc\w*|channel|answer|request|req|ws|websocket|serial|pipe|md5|sha\w*|h|m|tty|"
    r"stdin|stream|ser|port|client|process|p|child|shell|term\w*)$"
)
_FILE = re.compile(r"\.(?:pem|key|crt|cer|der|pub|txt|json|ya?ml|ini|conf|cfg|env)$")
_FAST = re.compile(r"^(?:MD[245]|SHA\d+(?:_\d+)?|SHA)$")
"""Modules of PyCryptodome that are hashes of no key."""
_STANDARD = re.compile(r"^sys\.(?:__)?std(?:out|err)(?:__)?$")
_GRAMMARS = frozenset("lexer tokens tokenizer tokenize lex grammar parse_token next_token".split())

Found = tuple[Check, Call, bool]


def _says_nothing(value: Expression) -> bool:
    """Whether a value is a constant, or the name of a file that was put together."""
    match value:
        case Constant() | Unary():
            return True
        case Format(parts=(*_, Constant(value=str() as end))):
            return bool(_FILE.search(end))
        case Call():
            return dotted(value.function) in ("os.path.join", "path.join", "Path", "pathlib.Path")
    return False


class Told(NamedTuple):
    """A part of an expression that is named like a secret."""

    bits: int
    node: Expression


class Names:
    """What the variables of a function are known to hold."""

    def __init__(self, nodes: Iterable[Node], spoken: frozenset[str]) -> None:
        self.derived: dict[str, Told] = {}
        """Variables that hold what is named like a secret, whatever they are called."""
        self.hashes: set[str] = set()
        """Variables that hold a hash of `hashlib`."""
        self._ignored = SECRET if not _GRAMMARS.isdisjoint(spoken) else 0
        values: list[tuple[str, Expression]] = []
        for node in nodes:
            match node:
                case Assign():
                    values += ((t.name, node.value) for t in node.targets if isinstance(t, Name))
                case Update() | Declare() if isinstance(node.target, Name) and node.value:
                    values.append((node.target.name, node.value))
        # Set to a constant or the name of a file, and to nothing else: it says nothing.
        self.constant = {name for name, value in values if _says_nothing(value)}
        self.constant -= {name for name, value in values if not _says_nothing(value)}
        for _ in range(2):
            for name, value in values:
                if name not in self.derived:
                    told = next(self.secrets_in(value), None)
                    if told is not None:
                        self.derived[name] = told
        for name, value in values:
            if isinstance(value, Call) and dotted(value.function).startswith("hashlib."):
                self.hashes.add(name)

    def bits(self, name: str) -> int:
        """Return what a name tells here: in a parser a token is a piece of text."""
        bits = told_by(name) & KEPT
        return 0 if bits == self._ignored and name.lower() == "token" else bits

    def secrets_in(self, node: Expression, depth: int = 0) -> Iterator[Told]:
        """Yield what is named like a secret and shows in what an expression evaluates to."""
        if depth > 8:
            return
        inner: tuple[Expression, ...] = ()
        match node:
            case Name():
                if self.bits(node.name):
                    if node.name not in self.constant:
                        yield Told(self.bits(node.name), node)
                elif node.name in self.derived:
                    yield self.derived[node.name]
            case Attribute():
                if self.bits(node.name) and not _NOT_VALUES.match(last_name(node.value)):
                    yield Told(self.bits(node.name), node)
            case Index() if not isinstance(node.key, Slice):
                bits = self.bits(text_of(node.key))
                if bits and not _NOT_VALUES.match(last_name(node.value)):
                    yield Told(bits, node)
            case Call():
                yield from self._secrets_in_call(node, depth)
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
            yield from self.secrets_in(one, depth + 1)

    def _secrets_in_call(self, node: Call, depth: int) -> Iterator[Told]:
        name = last_name(node.function)
        if name in _ASKING:
            key = text_of(node.arguments[0]) if node.arguments else ""
            bits = PASSWORD if name == "getpass" else self.bits(name) | self.bits(key)
            if bits:
                yield Told(bits, node)
        elif name in _KEEPING:
            if isinstance(node.function, Attribute):
                yield from self.secrets_in(node.function.value, depth + 1)
            for one in node.arguments:
                yield from self.secrets_in(one, depth + 1)
            for keyword in node.keywords:
                yield from self.secrets_in(keyword.value, depth + 1)
        elif self.bits(name) and not _NOT_READING.match(name) and not name[:1].isupper():
            yield Told(self.bits(name), node)


def is_secret(node: Expression, names: Names) -> bool:
    """Whether a single value is named like a secret: a variable, an attribute, an item."""
    if isinstance(node, Name | Attribute | Index | Call | Await):
        return next(names.secrets_in(node), None) is not None
    return False


NOWHERE = Names((), frozenset())
"""Knows names by themselves only."""


def of_interest(words: tuple[str, ...]) -> bool:
    """Whether a function with these identifiers may write a secret somewhere, or hash one."""
    return not INTERESTING.isdisjoint(words) and any(told_by(word) & KEPT for word in words)


def written_in(
    nodes: SequenceOf[Node], words: frozenset[str], spoken: frozenset[str]
) -> Iterator[Found]:
    """Yield the calls that write a secret or hash a password, and whether that is clear.

    `words` are the identifiers of the function, `spoken` those of the whole file.
    """
    names = Names(nodes, spoken)
    for node in nodes:
        if not isinstance(node, Call) or not (node.arguments or node.keywords):
            continue
        name = last_name(node.function)
        if name not in INTERESTING:
            continue
        check: Check | None = None
        if name in LOGGING:
            check = _log(node, name)
        elif name in STORING:
            check = _store(node, name, words)
        if check is not None:
            for argument in _written(node, name):
                told = next(names.secrets_in(argument), None)
                if told is not None and (name != "set_cookie" or told.bits & PASSWORD):
                    yield check, node, bool(told.bits & PASSWORD)
                    break
        elif name in QUERIES and _keeps_password(node, names, spoken):
            yield STORED, node, True
        elif name in HASHES and _hashes_password(node, name, names, words, spoken):
            yield FAST_HASH, node, True


def _written(node: Call, name: str) -> tuple[Expression, ...]:
    """Return the arguments of a call that it writes."""
    if name == "dump":
        return node.arguments[:1]
    if name == "set_cookie":
        named = tuple(k.value for k in node.keywords if k.name == "value")
        return node.arguments[1:2] or named
    return (*node.arguments, *(k.value for k in node.keywords if k.name not in ("exc_info",)))


def _log(node: Call, name: str) -> Check | None:
    function = node.function
    if not isinstance(function, Attribute):
        if name == "print" and not any(keyword.name == "file" for keyword in node.keywords):
            return PRINTED
        return None
    owner = last_name(function.value)
    return LOGGED if _LOG.search(owner) or owner == "syslog" else None


def _store(node: Call, name: str, words: frozenset[str]) -> Check | None:
    function = node.function
    if not isinstance(function, Attribute):
        return None
    owner = dotted(function.value)
    if name == "set_cookie":
        return STORED
    if name == "dump":
        return STORED if owner in ("json", "yaml", "pickle", "toml", "simplejson") else None
    if _STANDARD.match(owner):
        return PRINTED
    if _NO_STORES.match(last_name(function.value)):
        return None
    if name in ("write_text", "write_bytes") or "open" in words:
        return STORED
    return None


def _keeps_password(node: Call, names: Names, spoken: frozenset[str]) -> bool:
    """Whether a statement writes a password into a table, in a file that hashes none."""
    if len(node.arguments) < 2 or _ASKERS.isdisjoint(spoken):
        return False
    # What another file hands over, that may have hashed.
    if any(map(_HASHING.search, spoken)):
        return False
    return bool(_INTO_TABLE.search(text_of(node.arguments[0]))) and any(
        told.bits & PASSWORD for told in names.secrets_in(node.arguments[1])
    )


def _hashes_password(
    node: Call, name: str, names: Names, words: frozenset[str], spoken: frozenset[str]
) -> bool:
    function, number = node.function, 0
    if isinstance(function, Attribute):
        owner = dotted(function.value)
        if name == "update":
            if owner not in names.hashes:
                return False
        elif owner == "hashlib":
            number = 1 if name == "new" else 0
        elif name != "new" or not _FAST.match(last_name(function.value)):
            return False
    elif name in ("new", "update") or "hashlib" not in spoken:
        return False
    # Digest authentication says itself how passwords are hashed; leaked ones are looked up so.
    if "realm" in words or any("pwned" in word.lower() for word in spoken):
        return False
    return any(
        told.bits & PASSWORD
        for argument in node.arguments[number : number + 1]
        for told in names.secrets_in(argument)
    )
