"""Terraform's functions that depend on nothing but their arguments.

Source: https://developer.hashicorp.com/terraform/language/functions. What reads files, the clock or
chance is not here, nor is what providers bring: their results are unknown.
"""

import base64
import hashlib
import ipaddress
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from seawall.engines.infra.terraform.values import number_of, plain, text_of
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 1_000_000
"""Characters, or elements, of a result."""
MOST_RANGE = 5_000

Plain = Any


class Refused(ValueError):  # noqa: N818 - it never leaves this package
    """A function does not take these arguments."""

    is_ours = False
    """Whether Terraform would take them, and only we do not."""


class TooMuch(Refused):
    """It is more than is followed here."""

    is_ours = True


_VERB = re.compile(
    r"%(?P<flags>[-+ 0#]*)(?P<width>\d{0,4})(?:\.(?P<digits>\d{0,4}))?"
    r"(?P<verb>[%vdsqtbxXofFeEgG])"
)


def _format(form: str, *values: Plain) -> str:
    left = list(values)

    def one(match: re.Match[str]) -> str:
        verb = match["verb"]
        if verb == "%":
            return "%"
        if match["width"] and int(match["width"]) > 1_000:
            raise TooMuch("width")
        if not left:
            raise Refused("arguments")
        value = left.pop(0)
        if verb in "dboxX":
            number = number_of(value)
            if number is None:
                raise Refused("number")
            text = format(int(number), "" if verb == "d" else verb)
        elif verb in "fFeEgG":
            number = number_of(value)
            if number is None:
                raise Refused("number")
            text = f"{number:.{min(int(match['digits'] or 6), 50)}{verb}}"
        elif verb == "q":
            text = json.dumps(text_of(value))
        else:
            text = text_of(value) if not isinstance(value, (list, dict)) else json.dumps(value)
        width = int(match["width"] or 0)
        if "-" in match["flags"]:
            return text.ljust(width)
        return text.rjust(width, "0" if "0" in match["flags"] else " ")

    return _VERB.sub(one, form)


def _formatlist(form: str, *values: Plain) -> list[str]:
    count = max((len(one) for one in values if isinstance(one, list)), default=1)
    if count > MOST_RANGE:
        raise TooMuch("too many")
    return [
        _format(form, *(one[at] if isinstance(one, list) else one for one in values))
        for at in range(count)
    ]


def _range(*numbers: Plain) -> list[Plain]:
    found = [number_of(one) for one in numbers]
    if None in found or not found:
        raise Refused("numbers")
    first, limit, step = 0.0, 0.0, 1.0
    whole = [float(one) for one in found if one is not None]
    if len(whole) == 1:
        limit = whole[0]
    elif len(whole) == 2:
        first, limit = whole
    else:
        first, limit, step = whole[:3]
    if step == 0:
        raise Refused("step")
    count = max(0, math.ceil((limit - first) / step))
    if count > MOST_RANGE:
        raise TooMuch("too many")
    values = [first + step * at for at in range(count)]
    return [int(one) if one.is_integer() else one for one in values]


def _regex(pattern: str, text: str) -> Plain:
    found = _compiled(pattern, text).search(text)
    if found is None:
        raise Refused("no match")
    if found.re.groupindex:
        return dict(found.groupdict())
    return list(found.groups()) if found.groups() else found[0]


def _regexall(pattern: str, text: str) -> list[Plain]:
    found = list(_compiled(pattern, text).finditer(text))[:MOST_RANGE]
    return [list(one.groups()) if one.groups() else one[0] for one in found]


def _replace(text: str, what: str, by: str) -> str:
    if len(what) > 1 and what.startswith("/") and what.endswith("/"):
        by = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", by.replace("\\", "\\\\"))
        return _compiled(what[1:-1], text).sub(by, text)
    return text.replace(what, by)


MOST_TRIES = 10_000_000
_REPEATED_GROUP = re.compile(r"(?<!\\)\)(?:[+*]|\{\d*,)")
_REPEATED = re.compile(r"(?<!\\)[+*]|\{\d*,\d*\}")


def _compiled(pattern: str, text: str) -> re.Pattern[str]:
    """Return an expression that does not take long on a text; of others the result is unknown.

    Go's matcher takes linear time, and Python's does not.
    """
    if len(pattern) > 500 or len(text) > 20_000 or _REPEATED_GROUP.search(pattern):
        raise TooMuch("expression")
    if (len(text) + 1) ** len(_REPEATED.findall(pattern)) > MOST_TRIES:
        raise TooMuch("expression")
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"))
    except (re.error, RecursionError, OverflowError) as error:
        raise TooMuch("expression") from error


def _element(values: list[Plain], at: Plain) -> Plain:
    number = number_of(at)
    if number is None or not values:
        raise Refused("element")
    return values[int(number) % len(values)]


def _lookup(table: Mapping[str, Plain], key: Plain, *other: Plain) -> Plain:
    name = text_of(key)
    if name in table:
        return table[name]
    if other:
        return other[0]
    raise Refused("key")


def _merge(*tables: Plain) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for one in tables:
        found |= one or {}
    return found


def _flatten(values: Plain, depth: int = 0) -> list[Plain]:
    if depth > 30:
        raise TooMuch("deep")
    found: list[Plain] = []
    for one in values:
        found += _flatten(one, depth + 1) if isinstance(one, list) else [one]
    return found


def _unique(values: list[Plain]) -> list[Plain]:
    found: list[Plain] = []
    seen: set[str] = set()
    for one in values:
        key = json.dumps(one, sort_keys=True)
        if key not in seen:
            seen.add(key)
            found.append(one)
    return found


def _toset(values: Plain) -> list[Plain]:
    found = _unique(list(values))
    return sorted(found) if all(isinstance(one, str) for one in found) else found


def _slice(values: list[Plain], start: Plain, end: Plain) -> list[Plain]:
    return values[int(_number(start)) : int(_number(end))]


def _number(value: Plain) -> float:
    number = number_of(value)
    if number is None:
        raise Refused("number")
    return number


def _numbers(values: tuple[Plain, ...]) -> list[float]:
    found = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [_number(one) for one in found]


def _zipmap(keys: list[Plain], values: list[Plain]) -> dict[str, Plain]:
    return {text_of(key): value for key, value in zip(keys, values, strict=False)}


def _setproduct(*sets: list[Plain]) -> list[list[Plain]]:
    found: list[list[Plain]] = [[]]
    for one in sets:
        found = [[*before, value] for before in found for value in one]
        if len(found) > MOST_RANGE:
            raise TooMuch("too many")
    return found


def _transpose(table: Mapping[str, list[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, values in table.items():
        for value in values:
            found.setdefault(value, []).append(key)
    return {key: sorted(found[key]) for key in sorted(found)}


def _substr(text: str, start: Plain, length: Plain) -> str:
    at, count = int(_number(start)), int(_number(length))
    at = at + len(text) if at < 0 else at
    return text[at:] if count < 0 else text[at : at + count]


def _chunklist(values: list[Plain], size: Plain) -> list[list[Plain]]:
    step = int(_number(size))
    if step <= 0:
        return [values]
    return [values[at : at + step] for at in range(0, len(values), step)]


def _cidr(prefix: Plain) -> "ipaddress.IPv4Network | ipaddress.IPv6Network":
    return ipaddress.ip_network(str(prefix), strict=False)


def _cidrsubnet(prefix: str, bits: Plain, number: Plain) -> str:
    network = _cidr(prefix)
    length = network.prefixlen + int(_number(bits))
    if not network.prefixlen <= length <= network.max_prefixlen:
        raise Refused("bits")
    size = 1 << (network.max_prefixlen - length)
    at = int(_number(number))
    if not 0 <= at < 1 << (length - network.prefixlen):
        raise Refused("number")
    address = int(network.network_address) + size * at
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    return str(kind((address, length)))


def _cidrsubnets(prefix: str, *bits: Plain) -> list[str]:
    network = _cidr(prefix)
    at = int(network.network_address)
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    found: list[str] = []
    for one in bits:
        length = network.prefixlen + int(_number(one))
        if not 0 <= length <= network.max_prefixlen:
            raise Refused("bits")
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        found.append(str(kind((at, length))))
        at += size
    return found


def _cidrhost(prefix: str, number: Plain) -> str:
    network = _cidr(prefix)
    return str(network[int(_number(number))])


def _title(text: str) -> str:
    return re.sub(r"\b[a-z]", lambda one: one[0].upper(), text)


def _indent(spaces: Plain, text: str) -> str:
    return text.replace("\n", "\n" + " " * min(int(_number(spaces)), 200))


def _trim(text: str, signs: str) -> str:
    return text.strip(signs)


def _join(separator: str, *lists: list[Plain]) -> str:
    return separator.join(text_of(one) for values in lists for one in values)


def _contains(values: list[Plain], wanted: Plain) -> bool:
    return any(one == wanted and type(one) is type(wanted) for one in values) or (
        wanted in values if not isinstance(wanted, bool) else False
    )


def _index(values: list[Plain], wanted: Plain) -> int:
    return values.index(wanted)


def _jsondecode(text: str) -> Plain:
    if len(text) > LARGEST:
        raise TooMuch("long")
    return json.loads(text)


def _yamldecode(text: str) -> Plain:
    if len(text) > LARGEST:
        raise TooMuch("long")
    found = parse_marked_yaml(text, "")
    if found.broken or len(found.documents) > 1:
        raise Refused("yaml")
    return plain(found.documents[0]) if found.documents else None


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _base64decode(text: str) -> str:
    return base64.b64decode(text, validate=True).decode("utf-8")


def _strings(values: Plain) -> list[str]:
    return [one for one in values if isinstance(one, str)]


def _bool(value: Plain) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise Refused("bool")


FUNCTIONS: Mapping[str, Callable[..., Plain]] = {
    "abs": lambda one: abs(_number(one)),
    "abspath": lambda one: one,
    "alltrue": lambda values: all(_bool(one) for one in values),
    "anytrue": lambda values: any(_bool(one) for one in values if one is not None),
    "base64decode": _base64decode,
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "base64sha256": lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode(),
    "basename": lambda text: text.rstrip("/").rpartition("/")[2],
    "ceil": lambda one: math.ceil(_number(one)),
    "chomp": lambda text: text.rstrip("\r\n"),
    "chunklist": _chunklist,
    "cidrhost": _cidrhost,
    "cidrnetmask": lambda prefix: str(_cidr(prefix).netmask),
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
    "coalescelist": lambda *lists: next(one for one in lists if one),
    "compact": lambda values: [one for one in values if one not in ("", None)],
    "contains": _contains,
    "dirname": lambda text: text.rpartition("/")[0] or ".",
    "distinct": _unique,
    "element": _element,
    "endswith": lambda text, end: text.endswith(end),
    "flatten": _flatten,
    "floor": lambda one: math.floor(_number(one)),
    "format": _format,
    "formatlist": _formatlist,
    "indent": _indent,
    "index": _index,
    "join": _join,
    "jsondecode": _jsondecode,
    "length": len,
    "log": lambda one, base: math.log(_number(one), _number(base)),
    "lookup": _lookup,
    "lower": lambda text: text.lower(),
    "max": lambda *numbers: max(_numbers(numbers)),
    "md5": _digest("md5"),
    "min": lambda *numbers: min(_numbers(numbers)),
    "parseint": lambda text, base: int(str(text), int(_number(base))),
    "pathexpand": lambda text: text,
    "range": _range,
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
    "reverse": lambda values: values[::-1],
    "setintersection": lambda first, *more: [
        one for one in first if all(one in other for other in more)
    ],
    "setproduct": _setproduct,
    "setsubtract": lambda first, second: [one for one in first if one not in second],
    "setunion": lambda *sets: _unique([one for values in sets for one in values]),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": lambda one: (_number(one) > 0) - (_number(one) < 0),
    "slice": _slice,
    "sort": lambda values: sorted(_strings(values)),
    "split": lambda separator, text: text.split(separator) if separator else list(text),
    "startswith": lambda text, start: text.startswith(start),
    "strcontains": lambda text, part: part in text,
    "strrev": lambda text: text[::-1],
    "substr": _substr,
    "sum": lambda values: sum(_number(one) for one in values),
    "title": _title,
    "tobool": _bool,
    "tonumber": _number,
    "tostring": lambda one: None if one is None else text_of(one),
    "transpose": _transpose,
    "trim": _trim,
    "trimprefix": lambda text, start: text.removeprefix(start),
    "trimspace": lambda text: text.strip(),
    "trimsuffix": lambda text, end: text.removesuffix(end),
    "upper": lambda text: text.upper(),
    "urlencode": lambda text: quote_plus(text),
    "yamldecode": _yamldecode,
    "zipmap": _zipmap,
}
"""By name; they take and return plain values. Those that keep places are in `evaluate`."""


def call(name: str, arguments: list[Plain]) -> Plain:
    """Return what a function says. Raises Refused where it says nothing of these arguments."""
    try:
        result = FUNCTIONS[name](*arguments)
    except Refused:
        raise
    except (
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
        ArithmeticError,
        StopIteration,
        RecursionError,
        MemoryError,
    ) as error:
        raise Refused(name) from error
    if isinstance(result, (str, list, dict)) and len(result) > LARGEST:
        raise TooMuch("large")
    return result
