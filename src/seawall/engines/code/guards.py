"""Tests that show something of a value: what is known of it where they held, and where not."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from seawall.engines.code.flows import EVERYTHING, NORMALISED, NOTHING, WHOLE, is_callers
from seawall.engines.code.state import Facts, Frame, meet, serials_of, truth_of, unite
from seawall.engines.code.values import (
    ClassValue,
    DictCell,
    Items,
    Known,
    ListCell,
    Ref,
    Symbol,
    Text,
    Union,
    Unknown,
    Value,
    flows_of,
    next_serial,
)
from seawall.model.program import Expression

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

Verdict = tuple[Facts, Facts]
NO_VERDICT: Verdict = ({}, {})

HARMLESS_TYPES = frozenset(
    "builtins.int builtins.float builtins.bool builtins.complex decimal.Decimal fractions.Fraction "
    "uuid.UUID datetime.datetime datetime.date datetime.time datetime.timedelta enum.Enum "
    "enum.IntEnum numbers.Number numbers.Integral numbers.Real ipaddress.IPv4Address "
    "ipaddress.IPv6Address ipaddress.IPv4Network ipaddress.IPv6Network".split()
)
TEXT_TYPES = frozenset(
    "builtins.str builtins.bytes builtins.bytearray builtins.unicode builtins.basestring".split()
)
NOT_ABSOLUTE = "^/"
NO_OPTION = "^-"
"""In `excludes`: the text does not begin so."""
QUOTES = ("'", '"')
BEGINS, ENDS, WITHIN = "begins ", "ends ", "not within "
"""In `excludes`, before a quote: the text begins with it, ends with it, has it not in between."""
TELLING = "'\"`;|&$<>()[]{}\\/ \t\n\r*?!#%=:,.@^~+-_"
"""Characters of which it matters whether a text may hold them."""


def facts_about(
    machine: "Machine", value: Value, bits: int, excludes: frozenset[str] = NOTHING
) -> Facts:
    """Return a fact for each part of a value that carries something, and for what it echoes."""
    if machine.watch is not None:
        machine.watch.shown(machine, value, bits, excludes)
    facts: Facts = {}
    for serial in serials_of(value):
        facts[serial] = (bits, excludes)
        echo = machine.echoes.get(serial)
        if echo is not None and (bits or excludes):
            serials, echoed = echo
            for other in serials:
                known = facts.get(other, (0, NOTHING))
                facts[other] = (
                    known[0] | (bits & echoed),
                    known[1] | excludes if echoed == EVERYTHING else known[1],
                )
    return facts


def shown_of_all(machine: "Machine", iterable: Value, element: Value, facts: Facts) -> Facts:
    """Return what a loop has shown of every item, and so of what holds nothing but them.

    An archive of which all names were looked at is one that can be unpacked.
    """
    serials = serials_of(element)
    # An address stands for the host, of which something is known once all of its are looked at.
    hosts = [h for one in serials if one in machine.resolved for h in machine.echoes[one][0]]
    shown = {serial: facts[serial] for serial in (*serials, *hosts) if serial in facts}
    names = [
        facts[name] for name, one in machine.member_of.items() if one in serials and name in facts
    ]
    if not isinstance(iterable, Unknown) or not iterable.serial:
        return shown
    if len(shown) == 1:
        shown[iterable.serial] = next(iter(shown.values()))
    bits = machine.library.clean_bits(("archive-traversal",))
    if any(fact[0] & bits or fact[1] >= {"..", NOT_ABSOLUTE} for fact in (*shown.values(), *names)):
        archive = machine.archive_of.get(iterable.serial, iterable.serial)
        known = shown.get(archive, (0, NOTHING))
        shown[archive] = (known[0] | bits, known[1])
    return shown


def verdict_of(machine: "Machine", value: Value) -> Verdict:
    """Return what is known of other values where this one is true, and where it is false."""
    match value:
        case Unknown():
            shown = value.verdict or NO_VERDICT
            if value.flows:
                return shown[0], {**shown[1], **facts_about(machine, value, EVERYTHING)}
            return shown
        case Text():
            return {}, facts_about(machine, value, EVERYTHING)
        case Union():
            on_true: Facts | None = None
            on_false: Facts | None = None
            for option in value.options:
                truth = truth_of(option)
                shown = verdict_of(machine, option)
                if truth is not False:
                    on_true = shown[0] if on_true is None else meet(on_true, shown[0])
                if truth is not True:
                    on_false = shown[1] if on_false is None else meet(on_false, shown[1])
            return on_true or {}, on_false or {}
    return NO_VERDICT


def shown_by(
    machine: "Machine", sign: str, left: Value, right: Value, frame: Frame, node: Expression
) -> Verdict:
    """Return what `left sign right` shows of both; signs are "==", "in", "is", "<" and such."""
    if sign in ("==", "is"):
        matched = _match_compared(left, right)
        if matched is not None:
            return matched
        if value_is_address(machine, left) and isinstance(right, Known):
            own = _is_own_address(str(right.value))
            return {}, facts_about(
                machine, left, machine.library.clean_bits(REACHING)
            ) if own else {}
        if left.flows and is_measure(right, left):
            return facts_about(machine, left, EVERYTHING), {}
        if right.flows and is_measure(left, right):
            return facts_about(machine, right, EVERYTHING), {}
        if left.flows and right.flows:
            # One and the same text: `if secure(name) != name: raise`.
            return unite(_as_clean_as(machine, left, right), _as_clean_as(machine, right, left)), {}
        return NO_VERDICT
    if sign == "in":
        if isinstance(left, Known) and isinstance(left.value, str) and left.value:
            on_false = facts_about(machine, right, 0, frozenset({left.value}))
            for serial in serials_of(right):
                whole = machine.inner_of.get(serial)
                if whole is not None:
                    on_false[whole] = (0, frozenset({WITHIN + left.value}))
            return {}, on_false
        if left.flows and not right.flows and not _holds_flows(machine, right, frame):
            return facts_about(machine, left, EVERYTHING), {}
    return NO_VERDICT


def _match_compared(left: Value, right: Value) -> Verdict | None:
    """Return what `match is None` shows, which is what `not match` does, or `check() is False`."""
    if isinstance(right, Known) and isinstance(right.value, bool) and isinstance(left, Unknown):
        if left.verdict is None or left.flows:
            return None
        return left.verdict if right.value else (left.verdict[1], left.verdict[0])
    if not (isinstance(left, Unknown) and left.type == "re.Match" and left.verdict is not None):
        return None
    if not (isinstance(right, Known) and right.value is None):
        return None
    return left.verdict[1], left.verdict[0]


def _as_clean_as(machine: "Machine", value: Value, other: Value) -> Facts:
    """Return what is known of a value that is equal to another one."""
    bits, excludes = EVERYTHING, None
    for flow in other.flows:
        bits &= flow.clean
        excludes = flow.excludes if excludes is None else excludes & flow.excludes
    kept = (excludes or NOTHING) - {WHOLE}
    return facts_about(machine, value, bits, kept) if bits or kept else {}


def is_measure(value: Value, measured: Value) -> bool:
    """Whether something can be measured by a value: nobody wrote it, or whoever called did.

    The folder that a library is given is one thing, the path in it another.
    """
    others = {flow.origin for flow in measured.flows}
    return all(is_callers(flow) for flow in value.flows) and not others <= {
        flow.origin for flow in value.flows
    }


def _holds_flows(machine: "Machine", container: Value, frame: Frame) -> bool:
    cell = machine.cell(container, frame) if isinstance(container, Ref) else None
    match cell:
        case ListCell():
            if cell.items is not None:
                return bool(flows_of(cell.items))
            return bool(cell.rest is not None and cell.rest.flows)
        case DictCell():
            # Its keys decide, and a key that is not known came with a value that is not.
            return bool(cell.rest is not None and cell.rest.flows)
    return False


def is_instance(machine: "Machine", value: Value, kind: Value, frame: Frame) -> Value:
    """Decide `isinstance`, or say what it shows."""
    kinds: list[Value] = list(kind.items) if isinstance(kind, Items) else [kind]
    paths = {machine.library.canonical(k.path) for k in kinds if isinstance(k, Symbol)}
    is_plain = isinstance(value, Known) and isinstance(value.value, str | bytes)
    if isinstance(value, Text) or is_plain:
        if paths & TEXT_TYPES:
            text = isinstance(value, Text) or isinstance(value.value, str)  # type: ignore[attr-defined]
            if "builtins.str" in paths or not text:
                return Known(True)
        if paths and len(paths) == len(kinds) and not paths & TEXT_TYPES:
            return Known(False)
    if isinstance(value, Known) and paths and len(paths) == len(kinds):
        name = f"builtins.{type(value.value).__name__}"
        if name in paths:
            return Known(True)
    if isinstance(value, Ref):
        cell = machine.cell(value, frame)
        if isinstance(cell, ListCell) and len(paths) == len(kinds):
            return (
                Known(f"builtins.{cell.kind}" in paths)
                if paths & {"builtins.list", "builtins.set", "builtins.str", "builtins.dict"}
                else Unknown((), "bool")
            )
    if value.flows and paths and paths <= TEXT_TYPES:
        # A text is no mapping, in which a query could be.
        bits = machine.library.clean_bits(("nosql-injection",))
        return Unknown((), "bool", 0, (facts_about(machine, value, bits), {}))
    if value.flows:
        harmless = all(
            (isinstance(k, Symbol) and machine.library.canonical(k.path) in HARMLESS_TYPES)
            or (isinstance(k, ClassValue) and bool(k.info.external_bases()) and _is_enum(k))
            for k in kinds
        )
        if harmless and kinds:
            return Unknown((), "bool", 0, (facts_about(machine, value, EVERYTHING), {}))
    return Unknown((), "bool")


def _is_enum(kind: ClassValue) -> bool:
    return any(base.startswith("enum.") for base in kind.info.external_bases())


def shown_by_prefix(machine: "Machine", value: Value, prefix: Value) -> Verdict:
    """Return what `value.startswith(prefix)` shows."""
    bits = 0
    library = machine.library
    normal = value.flows and all(flow.clean & NORMALISED for flow in value.flows)
    prefixes = prefix.items if isinstance(prefix, Items) else (prefix,)
    if not is_measure(prefix, value):
        return NO_VERDICT
    known = [p.value for p in prefixes if isinstance(p, Known) and isinstance(p.value, str)]
    strict = value.flows and all(is_callers(flow) for flow in value.flows)
    if normal and "" not in known and not (strict and not all(map(_ends_folder, prefixes))):
        bits |= library.clean_bits(("path-traversal", "archive-traversal"))
    if all(isinstance(p, Known) for p in prefixes):
        if known and all(_is_host_prefix(text) for text in known):
            bits |= library.clean_bits(("server-side-request-forgery", "open-redirect"))
    elif not known and not normal:
        bits |= library.clean_bits(("server-side-request-forgery", "open-redirect"))
    if len(known) == 1 and known[0] in QUOTES:
        # A literal begins so; see `literal_signs`.
        return facts_about(machine, value, bits, frozenset({BEGINS + known[0]})), {}
    on_false: Facts = {}
    if value_is_address(machine, value) and any(map(_is_own_address, known)):
        on_false = facts_about(machine, value, library.clean_bits(REACHING))
    if "-" in known or "--" in known:
        on_false = facts_about(machine, value, library.clean_bits(("argument-injection",)))
    if known == ["/"]:
        on_false = facts_about(machine, value, 0, frozenset({NOT_ABSOLUTE}))
    return facts_about(machine, value, bits) if bits else {}, on_false


REACHING = ("server-side-request-forgery",)


def value_is_address(machine: "Machine", value: Value) -> bool:
    """Whether a value is an address of the network to which a name was resolved."""
    return isinstance(value, Unknown) and value.serial in machine.resolved


def _is_own_address(text: str) -> bool:
    """Whether an address that begins so is of this machine, or of the network around it."""
    return text.startswith(("127.", "10.", "192.168.", "169.254.", "172.", "::1", "::ffff:7f"))


def resolved(machine: "Machine", value: Value, result: Value) -> Value:
    """Return the address that belongs to a host: what is shown of it is shown of the host."""
    serials = serials_of(value)
    if not serials or not isinstance(result, Unknown | Known):
        return result
    further = [other for one in serials for other in machine.echoes.get(one, ((), 0))[0]]
    type_ = result.type if isinstance(result, Unknown) else ""
    address = Unknown(result.flows, type_, next_serial())
    machine.resolved.add(address.serial)
    bits = machine.library.clean_bits(REACHING)
    machine.echoes[address.serial] = ((*serials, *further), bits)
    return address


def part_of_address(machine: "Machine", address: Unknown, name: str = "") -> Value:
    """Return an item or attribute of what a name was resolved to."""
    known = facts_about(machine, address, machine.library.clean_bits(REACHING))
    if name in PRIVATE:
        return Unknown((), "bool", 0, ({}, known))
    if name == "is_global":
        return Unknown((), "bool", 0, (known, {}))
    part = Unknown(address.flows, "", next_serial())
    machine.resolved.add(part.serial)
    machine.echoes[part.serial] = machine.echoes[address.serial]
    return part


PRIVATE = frozenset("is_private is_loopback is_link_local is_reserved is_unspecified".split())


def _ends_folder(prefix: Value) -> bool:
    """Whether what begins so lies in one folder: not in `data-old` where `data` is meant."""
    last = prefix.parts[-1] if isinstance(prefix, Text) else None
    text = prefix.value if isinstance(prefix, Known) else last
    return isinstance(text, str) and text.endswith(("/", "\\"))


def shown_by_suffix(machine: "Machine", value: Value, suffix: Value) -> Verdict:
    """Return what `value.endswith(suffix)` shows."""
    if isinstance(suffix, Known) and suffix.value in QUOTES:
        return facts_about(machine, value, 0, frozenset({ENDS + suffix.value})), {}
    return NO_VERDICT


def literal_signs(quote: str) -> frozenset[str]:
    """Return what is known of a text that is a literal in these quotes, and nothing but that."""
    return frozenset({BEGINS + quote, ENDS + quote, WITHIN + quote})


def _is_host_prefix(text: str) -> bool:
    """Whether a URL that begins so leads to a fixed host."""
    scheme, found, rest = text.partition("://")
    if found:
        return "/" in rest or "?" in rest or "#" in rest
    return len(text) > 1 and text[0] in "/?#" and text[1] not in "/\\"


def shown_by_predicate(machine: "Machine", value: Value, name: str) -> Verdict | None:
    """Return what `value.isdigit()` and its like show; None for no such method."""
    if name in ("isdigit", "isdecimal", "isnumeric"):
        return facts_about(machine, value, EVERYTHING), {}
    if name in ("isalnum", "isalpha"):
        # Harmless wherever signs do the harm; still whatever somebody else wants it to be.
        kept = machine.library.clean_bits(("trust-boundary-violation", "unsafe-reflection"))
        return facts_about(machine, value, EVERYTHING & ~kept), {}
    if name == "isidentifier":
        kept = machine.library.clean_bits(("code-injection", "unsafe-reflection"))
        return facts_about(machine, value, EVERYTHING & ~kept), {}
    if name in ("isspace", "islower", "isupper", "istitle", "isascii", "isprintable"):
        excludes = frozenset("\n\r") if name == "isprintable" else NOTHING
        return (facts_about(machine, value, 0, excludes) if excludes else {}), {}
    return None


def shown_by_regex(
    machine: "Machine", how: str, pattern: Value, value: Value, flags: int = 0
) -> Verdict:
    """Return what `re.match(pattern, value)` and its like show."""
    if not value.flows or not isinstance(pattern, Known) or not isinstance(pattern.value, str):
        return NO_VERDICT
    allowed, begins, ends = _language(pattern.value, how)
    on_true: Facts = {}
    if allowed is not None:
        excludes = set(TELLING) - allowed
        if not ends:
            excludes.discard("\n")
        if "." not in allowed:
            excludes.add("..")
        if "/" not in allowed or "/" not in begins:
            excludes.add(NOT_ABSOLUTE)
        if "-" not in begins:
            excludes.add(NO_OPTION)
        dangerous = allowed & set(TELLING) - set("-_")
        bits = EVERYTHING if not dangerous and (ends or "\n" in excludes) else 0
        if not dangerous and not bits:
            bits = EVERYTHING & ~machine.library.clean_bits(
                ("header-injection", "log-injection", "cookie-injection")
            )
        on_true = facts_about(machine, value, bits, frozenset(excludes))
    refused = _refused(pattern.value) if how == "search" else NOTHING
    on_false = facts_about(machine, value, 0, refused) if refused else {}
    return on_true, on_false


@lru_cache(maxsize=512)
def _language(pattern: str, how: str) -> tuple[set[str] | None, set[str], bool]:
    """Return what texts are made of that match as a whole: telling characters, those that may
    begin it, and whether the end is strict (`$` lets a line end follow).

    None where the pattern does not speak of the whole text.
    """
    tree = _parse(pattern)
    if tree is None:
        return None, set(), False
    items = list(tree)
    codes = _codes()
    begins = how in ("match", "fullmatch")
    ends = how == "fullmatch"
    strict = ends
    if (
        items
        and items[0][0] is codes.AT
        and items[0][1] in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING)
    ):
        begins = True
        items = items[1:]
    if items and items[-1][0] is codes.AT and items[-1][1] in (codes.AT_END, codes.AT_END_STRING):
        strict = strict or items[-1][1] is codes.AT_END_STRING
        ends = True
        items = items[:-1]
    if not (begins and ends):
        return None, set(), False
    allowed: set[str] = set()
    if not _gather(items, allowed, 0):
        return None, set(), False
    first: set[str] = set()
    for code, argument in items:
        _gather([(code, argument)], first, 0)
        optional = code is codes.MAX_REPEAT and argument[0] == 0
        if not optional:
            break
    return allowed, first, strict


def _codes() -> Any:
    import re._constants as constants  # type: ignore[import-not-found]

    return constants


@lru_cache(maxsize=512)
def _parse(pattern: str) -> Any:
    if len(pattern) > 2000:
        return None
    import re._parser as parser  # type: ignore[import-not-found]

    try:
        return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _gather(items: Any, allowed: set[str], depth: int) -> bool:
    """Collect the telling characters that a match may hold; False where any may."""
    codes = _codes()
    if depth > 40:
        return False
    for code, argument in items:
        if code is codes.LITERAL:
            allowed.add(chr(argument))
        elif code is codes.IN:
            found = _class_members(argument)
            allowed |= found
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            if not _gather(argument[2], allowed, depth + 1):
                return False
        elif code is codes.SUBPATTERN:
            if not _gather(argument[3], allowed, depth + 1):
                return False
        elif code is codes.BRANCH:
            for branch in argument[1]:
                if not _gather(branch, allowed, depth + 1):
                    return False
        elif code is codes.ATOMIC_GROUP:
            if not _gather(argument, allowed, depth + 1):
                return False
        elif code is codes.AT or code in (codes.ASSERT, codes.ASSERT_NOT):
            continue
        else:
            return False
    return True


def _class_members(members: Any) -> set[str]:
    codes = _codes()
    found: set[str] = set()
    negated = False
    for code, argument in members:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found.add(chr(argument))
        elif code is codes.RANGE:
            low, high = argument
            found |= {c for c in TELLING if low <= ord(c) <= high}
        elif code is codes.CATEGORY:
            name = str(argument)
            if "NOT" in name:
                found |= set(TELLING)
            elif "WORD" in name:
                found.add("_")
            elif "SPACE" in name:
                found |= set(" \t\n\r")
    return set(TELLING) - found if negated else found


@lru_cache(maxsize=512)
def _refused(pattern: str) -> frozenset[str]:
    """Return the texts that a value has not in which the pattern is not found."""
    tree = _parse(pattern)
    if tree is None:
        return NOTHING
    codes = _codes()
    items = list(tree)
    if len(items) == 1:
        code, argument = items[0]
        if code is codes.MAX_REPEAT and argument[0] <= 1:
            return _refused_by(list(argument[2]))
        return _refused_by(items)
    return _refused_by(items)


def _refused_by(items: list[Any]) -> frozenset[str]:
    codes = _codes()
    if len(items) == 1:
        code, argument = items[0]
        if code is codes.IN:
            members = _class_members(argument) & set(TELLING)
            extra = {".."} if "." in members else set()
            return frozenset(members | extra)
        if code is codes.BRANCH:
            refused: set[str] = set()
            for branch in argument[1]:
                refused |= _refused_by(list(branch))
            return frozenset(refused)
        if code is codes.SUBPATTERN:
            return _refused_by(list(argument[3]))
    if items and all(code is codes.LITERAL for code, _ in items):
        return frozenset({"".join(chr(argument) for _, argument in items)})
    return NOTHING
