"""Find the values that a line of code, configuration or text gives to names, whatever its language.

A name is followed by a sign that gives (`=`, `:`, `=>`, `(`, ...) and by a literal. What is bare,
and not quoted, is a literal only where the kind of file or a query string makes it one.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.engines.secrets.candidate import Candidate, Segment, candidate_at
from seawall.engines.secrets.markup import NAME, places
from seawall.engines.secrets.names import VERBS, Kind, Name, read
from seawall.source.file import Source

RULES = {
    Kind.PASSWORD: "hardcoded-password",
    Kind.SECRET: "hardcoded-secret",
    Kind.TOKEN: "hardcoded-token",
    Kind.KEY: "hardcoded-key",
    Kind.WEAK: "hardcoded-key",
}
"""The rule that tells a value by the kind of its name."""

LONGEST_VALUE = 3000
MOST_IN_LIST = 20

_BARE = frozenset(
    """dotenv ini properties config yaml shell dockerfile makefile batch text markdown rst toml
    csv ldif lock html xml""".split()
) | {""}
_COLONS = frozenset({"properties", "ini"})
"""Where a bare value may follow a colon without a space."""
_SPACED = frozenset({"yaml", "ini", "config", "properties", "dotenv", "toml"})

_PAIR = re.compile(
    rb"(?P<flag>--?)?(?P<name>" + NAME + rb")"
    rb"(?P<close>\\{0,3}[\"'`]|[\]\)]|[\"'][\]\)]|\\[\"']|\*{2})?"
    rb"(?:\[\d{0,5}\])?"
    rb"(?:(?:[ \t]?:[ \t]{0,2}|[ \t]+As[ \t]+)[A-Za-z_&*][\w.<>\[\]?|&' ]{0,30}?"
    rb"(?=[ \t]{0,8}=[^=]))?"
    rb"(?P<op>[ \t]{0,30}(?::=|:-|===?|!==?|=>|=|:{1,2}|\|\|=|\?\?=|\?=|\+=|<-)[ \t]{0,30}|"
    rb"[ \t]?\([ \t]{0,4}|[ \t]{0,4},[ \t]{0,8}|[ \t]{1,4}(?:is|was)[ \t]{1,4}|[ \t]{1,4})"
)
_WORD = re.compile(
    rb"pass|pwd|psw|senha|contrase|kennwort|wachtwoord|haslo|parol|secret|psk|pepper|mnemonic|"
    rb"token|jwt|cred|auth|bearer|dsn|webhook|sas|key|salt|cookie|session|csrf|xsrf|sig|nonce|seed|"
    rb"pat|pin|otp|cert|licen[cs]e|crypt|cipher|entropy|private|conn|code|iv|mdp|clave|pw|wort"
)
"""What a name holds, in lower case, that may promise a secret; only there are names read."""
_NAME_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$-"
_SQL = re.compile(
    rb"(?i)\b(?:(?:identified[ \t]{1,4}(?:with[ \t]{1,4}[\w\"'`]{1,40}[ \t]{1,4})?(?:by|as)"
    rb"(?:[ \t]{1,4}password)?)|password)[ \t]{1,4}(?:=[ \t]{0,2})?N?(?=['\"])"
)
_MYSQL = re.compile(
    rb"\b(?:mysql|mysqldump|mysqladmin|mysqlimport|mariadb|mongo|mongodump|sshpass|ldapsearch)\b"
    rb"[^\n|;]{0,160}?[ \t]-[pw](?=[^\s-])|[ \t]-{1,2}pass(?:in|out|word)?[ \t=]pass:"
)
_WRAPPER = re.compile(
    rb"(?:new[ \t])?(?:[\w.]{0,40}(?:[dD]ecode|[fF]rom_?[bB]ase64|parseBase64)\w{0,12}|Some|Just|"
    rb"Option|String|str|bytes|unicode|SecureString|Secret|SecretStr|Sensitive|Buffer\.from|quote|"
    rb"text|of|Opt|Array|Value|ptr|\[\]byte|\[\]const char|aws\.String|"
    rb"[A-Za-z.]{0,30}(?:[sS]tring|[pP]assword|[tT]oken|[sS]ecret|[kK]ey|[cC]redentials?))"
    rb"[ \t]?\([ \t]{0,4}"
)
_OPEN = re.compile(rb"(?:[bBrRuUfFN@]{0,2})(?P<quote>\\{0,3}\"|\\{0,3}'|`)")
_BARE_VALUE = re.compile(rb"[^\s\"'`,;&|<>(){}\[\]\\]{2,3000}")
_LINE_VALUE = re.compile(rb"[^\s\"'`][^\s]{1,3000}")
_SHELL_VALUE = re.compile(rb"[^\s\"'`;&|<>()]{2,3000}")
_MADE = re.compile(
    rb"(?=[^\s]{0,60}?[0-9])(?=[^\s]{0,60}?[A-Za-z])[A-Za-z0-9_+/=.-]{24,200}(?=[\s\"'`,;)\]}]|</|$)"
)
"""What only a machine writes, so that no sign need give it to the name before it."""
_REMARK = re.compile(rb"#|[ \t];|[ \t]//")
_QUOTED_ITEM = re.compile(rb"[\"']([^\"'\s]{4,3000})[\"']")
_SEVERAL = re.compile(
    rb"(?:^|[;{]|\b(?:var|let|const|local|my)\b)[ \t]{0,60}\(?"
    rb"(?:[$@A-Za-z_][\w.]{0,40}[ \t]?,[ \t]?){1,4}$"
)
_ITEM = re.compile(rb"[ \t]*(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[\w.]{1,60})[ \t]?,[ \t]*")
_INSTRUCTION = re.compile(rb"(?:^|\n)[ \t]{0,8}(?:ENV|ARG|setenv|set[ \t]+-\w{1,3})[ \t]{1,4}$")
_OPENS = frozenset((b"", b"(", b"[", b"\\"))
"""What may stand at the end of a line whose value is on the next."""
_DECLARES = re.compile(
    rb"^[ \t]*(?:#[ \t]*define[ \t]+|\((?:def|defvar|defconst|define|defparameter|setq|setf)[ \t]+|"
    rb"(?:set|setenv|export|const|val|let)[ \t]+(?:-\w{1,3}[ \t]+)?|[{(]*:?)$|[{,(][ \t]*:$"
)
"""What stands before a name that its value follows with nothing between but space."""
_FIRST = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-")
_PUT = re.compile(
    rb"\w*(?i:put|set|add|append|define|header|prop|env|param|field|entry|of|with|attr|config|option|"
    rb"pair|insert|register|variable|arg|value|tuple)\w*[ \t]?\(?[ \t]?\(?[\"']$"
)


class Value(Struct, frozen=True, gc=False):
    """Where a literal stands, in bytes of the source's content."""

    start: int
    end: int


def find(source: Source, segment: Segment, names: Segment | None = None) -> Iterator[Candidate]:
    """Yield the values given to names that promise a secret.

    `names` is the part of a long segment in which names are looked for; values may stand behind.
    """
    seen: set[int] = set()
    for name, value, place in _given(source, segment, names or segment):
        told = RULES.get(name.kind)
        if told is None or value.start in seen:
            continue
        seen.add(value.start)
        text = "_".join(name.words)
        yield candidate_at(source, place, value.start, value.end, rule=told, name=text)


def _pairs(content: bytes, segment: Segment, names: Segment) -> Iterator[re.Match[bytes]]:
    """Yield the names that hold a word of secrets, each with what gives to it."""
    at = segment.start
    # Ignoring case would cost several times as much.
    for word in _WORD.finditer(content[names.start : names.end].lower()):
        place = names.start + word.start()
        if place < at:
            continue
        before = content[max(at, place - 60) : place]
        start = place - len(before) + len(before.rstrip(_NAME_BYTES))
        while start < place and content[start] not in _FIRST:
            start += 1
        match = _PAIR.match(content, start, segment.end)
        while match is None and start < place and content[start] in b"-":
            start += 1
            match = _PAIR.match(content, start, segment.end)
        if match is not None:
            yield match
            at = match.end()


def _given(
    source: Source, segment: Segment, names: Segment
) -> Iterator[tuple[Name, Value, Segment]]:
    content = source.content
    for given in places(content, segment, names):
        name = _read(given.name, last=2)
        if name is None:
            continue
        if given.end:
            yield name, Value(given.start, given.end), segment
            continue
        for value in _values(source, segment, given.start, name, b":", in_string=False):
            yield name, value, segment
    for match in _pairs(content, segment, names):
        op = match["op"].strip()
        name = _read(match["name"], last=1 if op == b"(" else 2)
        if name is None:
            continue
        if not _gives(content, match, op, name, segment.end):
            continue
        at = match.end()
        place = segment
        opens = content[at : segment.end].strip() if at + 8 > segment.end else b"-"
        if opens in _OPENS and op in (b"=", b":", b"=>", b":=", b"("):
            following = _next_literal(content, segment.end)
            if following is None:
                continue
            place, at = following
        in_string = _has_default(content, match, op) or (
            op == b"=" and _stands_in_string(content, source.language, segment, match)
        )
        if in_string and _closes(content, segment, match, at):
            continue
        if op == b"=":
            at = _of_several(content, segment, match, at)
        for value in _values(source, place, at, name, op, in_string=in_string):
            yield name, value, place
    lowered = content[names.start : names.end].lower()
    if (
        b"-p" not in lowered
        and b"-w" not in lowered
        and not (b"identified" in lowered or b"password" in lowered)
    ):
        return
    password = read("password")
    for pattern in (_SQL, _MYSQL):
        for match in pattern.finditer(content, names.start, names.end):
            for value in _values(source, segment, match.end(), password, b" ", in_string=True):
                yield password, value, segment


def _read(text: bytes, *, last: int) -> Name | None:
    """Read a name by its last parts; None when it promises nothing.

    `user.password` names what its last part does; `api.key` needs both.
    """
    if b"." in text:
        text = b".".join(text.rstrip(b".").split(b".")[-last:])
    name = read(text.decode("ascii", "replace"))
    return None if name.kind in (Kind.NONE, Kind.HASH) else name


def _gives(content: bytes, match: re.Match[bytes], op: bytes, name: Name, end: int) -> bool:
    """Tell whether what stands behind the name gives it a value."""
    if op == b"":
        # `--password value`, `ENV PASSWORD value`, and prose: "the token 3f9c...".
        if match["close"] or name.kind is Kind.WEAK:
            return False
        before = content[max(0, match.start() - 20) : match.start()]
        if match["flag"] is not None or _INSTRUCTION.search(before) is not None:
            return True
        if _OPEN.match(content, match.end(), end) is not None:
            line = content.rfind(b"\n", 0, match.start()) + 1
            return (
                _DECLARES.search(content[max(line, match.start() - 40) : match.start()]) is not None
            )
        return name.kind is not Kind.PASSWORD and _MADE.match(content, match.end(), end) is not None
    if op in (b"is", b"was"):
        return _OPEN.match(content, match.end(), end) is not None
    if op == b",":
        # `put("password", "x")`, not any two arguments.
        before = content[max(0, match.start() - 60) : match.start()]
        return name.kind is not Kind.WEAK and _PUT.search(before) is not None
    if op == b"(":
        asks = any(word in VERBS for word in name.words)
        return not match["close"] and name.kind is not Kind.WEAK and name.head and not asks
    if op in (b"!=", b"!=="):
        return False
    return not (op == b"::" or (op == b"+=" and name.kind is Kind.WEAK))


def _of_several(content: bytes, segment: Segment, match: re.Match[bytes], at: int) -> int:
    """Return where the value stands in `login, password = "ada", "..."`: as far on as the name."""
    before = _SEVERAL.search(content[max(segment.start, match.start() - 120) : match.start()])
    for _ in range(before[0].count(b",") if before else 0):
        skipped = _ITEM.match(content, at, segment.end)
        if skipped is None:
            return at
        at = skipped.end()
    return at


def _stands_in_string(
    content: bytes, language: str, segment: Segment, match: re.Match[bytes]
) -> bool:
    """Tell whether `name=` is part of a longer string: a query, a connection string, a command."""
    if match.start() <= segment.start or match["op"] != b"=":
        return False
    before = content[match.start() - 1 : match.start()]
    if before in b"?&;\"'":
        return True
    # A command or a connection string: a quote before it is still open.
    if before != b" ":
        return False
    head = content[segment.start : match.start()]
    is_open = head.count(b'"') % 2 == 1 or head.count(b"'") % 2 == 1
    return is_open or (language in _BARE and bool(head.strip(b" \t-#")))


def _has_default(content: bytes, match: re.Match[bytes], op: bytes) -> bool:
    """Tell whether `${NAME:-value}` or `${NAME:value}` gives what stands where nothing is set."""
    before = content[max(0, match.start() - 2) : match.start()]
    return op == b":-" or (op == b":" and before == b"${")


def _closes(content: bytes, segment: Segment, match: re.Match[bytes], at: int) -> bool:
    """Tell whether the quote at `at` ends the string that the name stands in: `"password=" + x`."""
    quote = content[at : at + 1]
    if quote not in (b'"', b"'"):
        return False
    return content[segment.start : match.start()].count(quote) % 2 == 1


def _values(
    source: Source, place: Segment, at: int, name: Name, op: bytes, *, in_string: bool
) -> Iterator[Value]:
    """Yield the literals that begin at an offset."""
    content = source.content
    wrapper = _WRAPPER.match(content, at, place.end)
    if wrapper:
        at = wrapper.end()
    opened = _OPEN.match(content, at, place.end)
    if opened:
        value = _quoted(content, opened, place.end)
        if value is not None and not (op == b"(" and _goes_on(content, value)):
            yield value
        return
    if content[at : at + 1] == b"[" and name.kind is not Kind.WEAK:
        stop = content.find(b"]", at, place.end)
        items = _QUOTED_ITEM.finditer(content, at, stop if stop > 0 else place.end)
        for number, item in enumerate(items):
            if number < MOST_IN_LIST:
                yield Value(item.start(1), item.end(1))
        return
    if wrapper or op in (b"(", b","):
        return
    made = _MADE.match(content, at, place.end) if op == b"" else None
    if made:
        yield Value(at, at + len(made[0].rstrip(b".")))
        return
    if op == b":" and content[at - 1 : at] == b":" and source.language not in _COLONS:
        return
    value = _bare(source, place, at, in_string)
    if value is not None:
        yield value


def _goes_on(content: bytes, value: Value) -> bool:
    """Tell whether more arguments follow: `set_password("shop", user, secret)` gives the last."""
    return content[value.end + 1 : value.end + 6].lstrip()[:1] == b","


def _quoted(content: bytes, opened: re.Match[bytes], end: int) -> Value | None:
    """Read on to the quote that closes; None when it is not on the line, or is only a part."""
    quote = opened["quote"]
    start = opened.end()
    at = start
    limit = min(end, start + LONGEST_VALUE + 10)
    while True:
        close = content.find(quote, at, limit)
        if close < 0:
            return None
        slashes = 0
        while content[close - slashes - 1 : close - slashes] == b"\\" and close - slashes > start:
            slashes += 1
        if len(quote) > 1 or slashes % 2 == 0:
            break
        at = close + 1
    after = content[close + len(quote) : close + len(quote) + 12].lstrip()
    if after[:1] in (b"+", b"%") and not after[1:2].isdigit():
        return None
    if opened[0][:1] in b"fF" and b"{" in content[start:close]:
        return None
    return Value(start, close) if close > start else None


def _bare(source: Source, place: Segment, at: int, in_string: bool) -> Value | None:
    content, language = source.content, source.language
    if in_string:
        match = _BARE_VALUE.match(content, at, place.end)
        return _whole(content, match)
    if language not in _BARE:
        return None
    if language in _SPACED:
        match = _LINE_VALUE.match(content, at, place.end)
        if match is None:
            return None
        rest = _REMARK.split(content[match.end() : place.end])[0].strip()
        end = match.end()
        while end > match.start() and content[end - 1 : end] in b",;" and rest == b"":
            end -= 1
        return Value(match.start(), end) if not rest else None
    pattern = _SHELL_VALUE if language in ("shell", "dockerfile", "makefile") else _BARE_VALUE
    match = pattern.match(content, at, place.end)
    if match is None:
        return None
    if language in ("markdown", "text", "rst", "html", "") and not _is_alone(
        content, match.end(), place.end
    ):
        return None
    return _whole(content, match)


def _whole(content: bytes, match: re.Match[bytes] | None) -> Value | None:
    """Return the value, unless a template's variable goes on where it stops."""
    if match is None or content[match.end() : match.end() + 1] in (b"<", b"{", b"("):
        return None
    return Value(match.start(), match.end())


def _is_alone(content: bytes, end: int, stop: int) -> bool:
    """Tell whether nothing but a closing sign or a remark follows: prose goes on with words."""
    rest = content[end : min(stop, end + 60)].strip()
    return not rest or rest[:1] in b"\"'`|&<#\\,;})]-"


def _next_literal(content: bytes, end: int) -> tuple[Segment, int] | None:
    """Return the next line when it begins with a quote, and where that stands."""
    place = _line_of(content, end + 1)
    text = content[place.start : min(place.end, place.start + 80)]
    stripped = text.lstrip(b" \t")
    if stripped[:1] not in (b'"', b"'"):
        return None
    return place, place.start + len(text) - len(stripped)


def _line_of(content: bytes, offset: int) -> Segment:
    start = content.rfind(b"\n", 0, offset) + 1
    end = content.find(b"\n", offset)
    end = len(content) if end < 0 else end
    return Segment(start=start, end=min(end, start + 8192))
