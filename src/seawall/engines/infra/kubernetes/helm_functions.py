"""The functions that templates of Helm call, as far as they depend on their arguments alone."""

import base64
import binascii
import functools
import hashlib
import json
import math
import posixpath
import re
from collections.abc import Callable

from seawall.engines.infra.kubernetes.helm_values import (
    LARGEST,
    NOTHING,
    NOWHERE,
    Piece,
    Text,
    TooMuch,
    Value,
    as_yaml,
    copied,
    data,
    is_true,
    merge,
    node,
    place_of,
    plain,
    text,
    unknown,
)
from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.marked_yaml import parse_marked_yaml

Function = Callable[..., Value]
MOST_ITEMS = 5_000
"""Of a list that a function makes."""
LONGEST_MATCHED = 2_000
"""Characters of a text that a pattern of the chart is held against."""


def call(name: str, arguments: list[Value]) -> Value:
    """Return what a function makes of its arguments; unknown where it is none of these.

    Raises TooMuch where it would be more than is read.
    """
    if name in LAZY:
        return LAZY[name](*arguments) if arguments else NOTHING
    function = FUNCTIONS.get(name)
    if function is None:
        return unknown(f"what {name} makes is not known")
    if name in _TEXTS and any(_is_unknown(one) for one in arguments):
        # Of a text that is known in parts these keep what is known.
        return _with_holes(function, arguments)
    if name not in _KEEP and any(_is_unknown(one) for one in arguments):
        return unknown(f"what {name} is given is not known")
    try:
        return function(*arguments)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError,
            ZeroDivisionError, re.error):  # fmt: skip
        return unknown(f"{name} was given something else than it takes")


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Node) and isinstance(value.value, Unknown)


def _with_holes(function: Function, arguments: list[Value]) -> Value:
    flat = [Node(text(one), node(one).place) if _is_unknown(one) else one for one in arguments]
    try:
        made = function(*flat)
    except (TypeError, ValueError, IndexError, KeyError):
        return unknown()
    return node(Text((Piece(text(made), None, _origin(*arguments)),)))


def _origin(*values: Value) -> Place | None:
    place = place_of(*values)
    return place if place.path else None


def _said(value: str, *sources: Value) -> Node:
    if len(value) > LARGEST:
        raise TooMuch
    return Node(value, place_of(*sources))


def _number(value: Value) -> float | int:
    one = node(value).value
    if isinstance(one, bool) or one is None:
        return int(bool(one))
    if isinstance(one, (int, float)):
        return one
    try:
        return int(str(one), 0)
    except ValueError:
        pass
    try:
        return float(str(one))
    except ValueError:
        return 0


def _whole(value: Value) -> int:
    number = _number(value)
    return int(number) if math.isfinite(number) else 0


def _items(value: Value) -> list[Node]:
    found = node(value).value
    return found if isinstance(found, list) else []


def _table(value: Value) -> dict[str, Node]:
    found = node(value).value
    return found if isinstance(found, dict) else {}


def _same(one: Value, other: Value) -> bool:
    left, right = node(one).value, node(other).value
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return data(one) == data(other)
    if isinstance(left, str) is isinstance(right, str):
        return left == right
    # A number of the values may be kept as the text that it is.
    return text(one) == text(other)


# What looks at truth, and need not know all.


def _and(*values: Value) -> Value:
    result: Value = NOTHING
    for value in values:
        result = value
        if is_true(value) is not True:
            return value
    return result


def _or(*values: Value) -> Value:
    result: Value = NOTHING
    for value in values:
        result = value
        if is_true(value) is not False:
            return value
    return result


def _not(value: Value) -> Value:
    answer = is_true(value)
    return unknown() if answer is None else plain(not answer)


def _default(*values: Value) -> Value:
    if len(values) == 1:
        return values[0]
    return values[0] if is_true(values[1]) is False else values[1]


def _coalesce(*values: Value) -> Value:
    return next((one for one in values if is_true(one) is not False), NOTHING)


def _ternary(yes: Value, no: Value, condition: Value = NOTHING) -> Value:
    answer = is_true(condition)
    return unknown() if answer is None else yes if answer else no


def _required(_: Value, value: Value = NOTHING) -> Value:
    is_given = is_true(value) is not False or node(value).value in (0, False)
    return value if is_given else unknown("a value that the chart asks for is not given")


# Texts, in which each stretch keeps its place.


def _indent(count: Value, value: Value) -> Value:
    pad = " " * max(0, min(_whole(count), 200))
    if isinstance(value, Node):
        value = Text((Piece(text(value), None, _origin(value)),))
    pieces: list[Piece] = [Piece(pad)]
    size = 0
    for one in value.pieces:
        moved = one.text.replace("\n", "\n" + pad)
        size += len(moved)
        if size > LARGEST:
            raise TooMuch
        pieces.append(Piece(moved, one.place, one.origin, one.pad + len(pad)))
    return Text(tuple(pieces))


def _nindent(count: Value, value: Value) -> Value:
    indented = _indent(count, value)
    assert isinstance(indented, Text)
    return Text((Piece("\n"), *indented.pieces))


def _trimmed(value: Value, *, left: str | None, right: str | None) -> Value:
    """Return a text without some characters at its ends; None: nothing is taken there."""
    if isinstance(value, Node):
        said = text(value)
        said = said if left is None else said.lstrip(left)
        return _said(said if right is None else said.rstrip(right), value)
    pieces = list(value.pieces)
    while right is not None and pieces:
        bare = pieces[-1].text.rstrip(right)
        pieces[-1] = Piece(bare, pieces[-1].place, pieces[-1].origin, pieces[-1].pad)
        if bare:
            break
        pieces.pop()
    while left is not None and pieces:
        bare = pieces[0].text.lstrip(left)
        gone = pieces[0].text[: len(pieces[0].text) - len(bare)]
        first = pieces[0]
        pieces[0] = Piece(bare, _moved(first.place, gone), first.origin, first.pad)
        if bare:
            break
        pieces.pop(0)
    return Text(tuple(pieces))


def _moved(place: Place | None, gone: str) -> Place | None:
    """Return where a stretch begins without its first characters."""
    if place is None or not gone:
        return place
    breaks = gone.count("\n")
    column = 1 + len(gone) - gone.rfind("\n") - 1 if breaks else place.column + len(gone)
    return Place(place.path, place.line + breaks, column)


_SPACE = " \t\r\n"


def _quote(*values: Value) -> Value:
    said = " ".join(json.dumps(text(one), ensure_ascii=False) for one in values
                    if not (isinstance(one, Node) and one.value is None))  # fmt: skip
    return _said(said, *values)


def _squote(*values: Value) -> Value:
    return _said(" ".join(f"'{text(one)}'" for one in values), *values)


_VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d{0,3})(?P<dot>\.\d{1,3})?(?P<verb>[a-zA-Z%])")


def _printf(form: Value, *values: Value) -> Value:
    left = list(values)

    def of(found: re.Match[str]) -> str:
        verb = found["verb"]
        if verb == "%":
            return "%"
        value = left.pop(0) if left else NOTHING
        if verb == "q":
            return json.dumps(text(value), ensure_ascii=False)
        if verb in "dxXob" and isinstance(node(value).value, (int, float)):
            spec = f"{'0' if '0' in found['flags'] else ''}{found['width']}{verb}"
            return format(_whole(value), spec)
        if verb == "f":
            return format(_number(value), f"{found['dot'] or '.6'}f")
        if verb == "t":
            return "true" if is_true(value) else "false"
        if verb == "T":
            return _kind(value)
        said = text(value)
        return said.rjust(int(found["width"])) if found["width"] else said

    return _said(_VERB.sub(of, text(form)), *values)


def _kind(value: Value) -> str:
    match node(value).value:
        case None:
            return "invalid"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case dict():
            return "map"
        case list():
            return "slice"
    return "string"


def _kind_is(wanted: Value, value: Value) -> Value:
    kind, name = _kind(value), text(wanted)
    numbers = {"int", "int64", "float64"}
    return plain(kind == name or (kind in numbers and name in numbers))


def _type_of(value: Value) -> Value:
    names = {"map": "map[string]interface {}", "slice": "[]interface {}", "invalid": "<nil>"}
    return plain(names.get(_kind(value), _kind(value)))


def _title(value: Value) -> Value:
    said = text(value)
    return _said(re.sub(r"(^|\s)(\S)", lambda m: m[1] + m[2].upper(), said), value)


def _snake(value: Value, mark: str) -> Value:
    said = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", mark, text(value))
    return _said(re.sub(r"[\s_-]+", mark, said).lower(), value)


def _camel(value: Value) -> Value:
    parts = re.split(r"[\s_-]+", text(value))
    return _said("".join(part[:1].upper() + part[1:] for part in parts), value)


def _trunc(count: Value, value: Value) -> Value:
    size = _whole(count)
    return _said(text(value)[:size] if size >= 0 else text(value)[size:], value)


def _repeat(count: Value, value: Value) -> Value:
    said, times = text(value), max(0, _whole(count))
    if len(said) * times > LARGEST:
        raise TooMuch
    return _said(said * times, value)


def _replace(old: Value, new: Value, value: Value) -> Value:
    said = text(value)
    if said.count(text(old)) * len(text(new)) > LARGEST:
        raise TooMuch
    return _said(said.replace(text(old), text(new)), value)


def _decoded(value: Value) -> Value:
    try:
        return _said(base64.b64decode(text(value)).decode("utf-8", "replace"), value)
    except (binascii.Error, ValueError):
        return unknown()


def _lists(value: str, mark: str, source: Value) -> Node:
    parts = value.split(mark) if mark else list(value)
    if len(parts) > MOST_ITEMS:
        raise TooMuch
    return plain(parts, place_of(source))


# Patterns of the chart: only those that cannot take long.

_HARD = re.compile(r"\)[*+{?]|\\[1-9]|\(\?[^:i]|\{")


@functools.lru_cache(maxsize=500)
def _pattern(pattern: str) -> re.Pattern[str]:
    hard = len(re.findall(r"(?<!\\)[*+]", pattern)) > 3 or _HARD.search(pattern)
    if len(pattern) > 300 or (hard and not re.fullmatch(r"[^*+]*", pattern)):
        raise ValueError("the pattern may take long")
    return re.compile(pattern)


def _matched(pattern: Value, value: Value) -> Value:
    said = text(value)
    if len(said) > LONGEST_MATCHED:
        return unknown()
    return plain(_pattern(text(pattern)).search(said) is not None)


def _found(pattern: Value, value: Value) -> Value:
    said = text(value)
    found = _pattern(text(pattern)).search(said) if len(said) <= LONGEST_MATCHED else None
    return _said(found[0] if found else "", value)


def _replaced(pattern: Value, value: Value, new: Value) -> Value:
    said = text(value)
    if len(said) > LONGEST_MATCHED:
        return unknown()
    by = re.sub(r"\$\{?(\d)\}?", r"\\g<\1>", text(new).replace("\\", "\\\\"))
    return _said(_pattern(text(pattern)).sub(by, said), value)


def _semver(constraint: Value, version: Value) -> Value:
    """Whether a version is in a range; only comparisons, joined by "," and "||", are known."""
    mine = _numbers(text(version))
    for option in text(constraint).split("||"):
        if all(_fits(part, mine) for part in re.split(r"[,\s]+(?=[<>=!^~\d])", option.strip())):
            return plain(True)
    return plain(False)


def _numbers(version: str) -> tuple[int, int, int]:
    found = re.search(r"(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", version)
    if found is None:
        return 0, 0, 0
    return int(found[1]), int(found[2] or 0), int(found[3] or 0)


def _fits(part: str, mine: tuple[int, int, int]) -> bool:
    found = re.match(r"\s*(>=|<=|!=|>|<|=|\^|~)?\s*(.*)", part)
    if found is None or not found[2]:
        return True
    wanted = _numbers(found[2])
    match found[1]:
        case ">=":
            return mine >= wanted
        case "<=":
            return mine <= wanted
        case ">":
            return mine > wanted
        case "<":
            return mine < wanted
        case "!=":
            return mine != wanted
        case "^":
            return mine >= wanted and mine[0] == wanted[0]
        case "~":
            return mine >= wanted and mine[:2] == wanted[:2]
    return mine[: found[2].count(".") + 1] == wanted[: found[2].count(".") + 1]


# Dicts and lists.


def _dict(*values: Value) -> Value:
    pairs = zip(values[::2], [*values[1::2], NOTHING], strict=False)
    return Node({text(name): node(one) for name, one in pairs}, NOWHERE)


def _get(table: Value, name: Value) -> Value:
    return _table(table).get(text(name), plain(""))


def _set(table: Value, name: Value, value: Value) -> Value:
    _table(table)[text(name)] = node(value)
    return table


def _unset(table: Value, name: Value) -> Value:
    _table(table).pop(text(name), None)
    return table


def _has_key(table: Value, name: Value) -> Value:
    return plain(text(name) in _table(table))


def _pick(table: Value, *names: Value) -> Value:
    wanted = {text(name) for name in names}
    return Node({k: v for k, v in _table(table).items() if k in wanted}, node(table).place)


def _omit(table: Value, *names: Value) -> Value:
    gone = {text(name) for name in names}
    return Node({k: v for k, v in _table(table).items() if k not in gone}, node(table).place)


def _pluck(name: Value, *tables: Value) -> Value:
    wanted = text(name)
    return Node([_table(one)[wanted] for one in tables if wanted in _table(one)], NOWHERE)


def _dig(*values: Value) -> Value:
    *names, default, table = values
    found = node(table)
    for name in names:
        if not isinstance(found.value, dict) or text(name) not in found.value:
            return default
        found = found.value[text(name)]
    return found


def _merged(target: Value, *sources: Value, over: bool) -> Value:
    for source in sources:
        merge(node(target), node(source), over=over)
    return target


def _index(value: Value, *names: Value) -> Value:
    found = node(value)
    for name in names:
        if isinstance(found.value, dict):
            found = found.value.get(text(name), NOTHING)
        elif isinstance(found.value, list) and 0 <= _whole(name) < len(found.value):
            found = found.value[_whole(name)]
        elif isinstance(found.value, Unknown):
            return found
        else:
            return NOTHING
    return found


def _slice(value: Value, start: Value = NOTHING, end: Value | None = None) -> Value:
    stop = _whole(end) if end is not None else None
    items = node(value).value
    if isinstance(items, list):
        return Node(items[_whole(start) : stop], place_of(value))
    return _said(text(value)[_whole(start) : stop], value)


def _until(count: Value) -> Value:
    number = _whole(count)
    if abs(number) > MOST_ITEMS:
        raise TooMuch
    return plain(list(range(0, number, 1 if number >= 0 else -1)))


def _until_step(start: Value, stop: Value, step: Value) -> Value:
    numbers = range(_whole(start), _whole(stop), _whole(step) or 1)
    if len(numbers) > MOST_ITEMS:
        raise TooMuch
    return plain(list(numbers))


def _listed(*parts: Value) -> Node:
    items = [item for part in parts for item in _items(part)]
    if len(items) > MOST_ITEMS:
        raise TooMuch
    return Node(items, place_of(*parts))


def _with_item(value: Value, item: Value, *, first: bool) -> Value:
    items = _items(value)
    if len(items) > MOST_ITEMS:
        raise TooMuch
    return Node([node(item), *items] if first else [*items, node(item)], place_of(value))


def _uniq(value: Value) -> Value:
    seen: dict[str, Node] = {}
    for one in _items(value):
        seen.setdefault(json.dumps(data(one), sort_keys=True), one)
    return Node(list(seen.values()), place_of(value))


def _has(item: Value, items: Value) -> Value:
    return plain(any(_same(item, one) for one in _items(items)))


def _without(items: Value, *gone: Value) -> Value:
    kept = [one for one in _items(items) if not any(_same(one, other) for other in gone)]
    return Node(kept, place_of(items))


def _length(value: Value) -> Value:
    found = node(value).value
    return plain(len(found) if isinstance(found, (dict, list)) else len(text(value).encode()))


def _from_yaml(value: Value) -> Value:
    found = parse_marked_yaml(text(value), "").documents
    return plain(data(found[0]), place_of(value)) if found else Node({}, NOWHERE)


def _compared(one: Value, other: Value) -> int:
    left, right = node(one).value, node(other).value
    if isinstance(left, str) and isinstance(right, str) and not (left + right).isdigit():
        return (left > right) - (left < right)
    return (_number(one) > _number(other)) - (_number(one) < _number(other))


def _fold(function: Callable[[float | int, float | int], float | int]) -> Function:
    def folded(*values: Value) -> Value:
        numbers: list[float | int] = [_whole(one) for one in values]
        result = functools.reduce(function, numbers)
        return plain(result if abs(result) < 10**18 else 0, place_of(*values))

    return folded


LAZY: dict[str, Function] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "default": _default,
    "coalesce": _coalesce,
    "ternary": _ternary,
    "required": _required,
}
"""They may know the answer though they do not know all arguments."""
FUNCTIONS: dict[str, Function] = {
    "eq": lambda one, *others: plain(any(_same(one, other) for other in others)),
    "ne": lambda one, other: plain(not _same(one, other)),
    "lt": lambda one, other: plain(_compared(one, other) < 0),
    "le": lambda one, other: plain(_compared(one, other) <= 0),
    "gt": lambda one, other: plain(_compared(one, other) > 0),
    "ge": lambda one, other: plain(_compared(one, other) >= 0),
    "empty": lambda value: plain(not is_true(value)),
    "all": lambda *values: plain(all(map(is_true, values))),
    "any": lambda *values: plain(any(map(is_true, values))),
    "fail": lambda *values: plain(""),
    "lookup": lambda *values: Node({}, NOWHERE),
    "indent": _indent,
    "nindent": _nindent,
    "trim": lambda value: _trimmed(value, left=_SPACE, right=_SPACE),
    "trimAll": lambda mark, value: _trimmed(value, left=text(mark), right=text(mark)),
    "trimSuffix": lambda mark, value: _said(text(value).removesuffix(text(mark)), value),
    "trimPrefix": lambda mark, value: _said(text(value).removeprefix(text(mark)), value),
    "quote": _quote,
    "squote": _squote,
    "printf": _printf,
    "print": lambda *values: _said("".join(map(text, values)), *values),
    "println": lambda *values: _said(" ".join(map(text, values)) + "\n", *values),
    "cat": lambda *values: _said(" ".join(map(text, values)), *values),
    "toString": lambda value: _said(text(value), value),
    "toStrings": lambda value: Node([_said(text(one), one) for one in _items(value)], NOWHERE),
    "upper": lambda value: _said(text(value).upper(), value),
    "lower": lambda value: _said(text(value).lower(), value),
    "title": _title,
    "untitle": lambda value: _said(text(value)[:1].lower() + text(value)[1:], value),
    "snakecase": lambda value: _snake(value, "_"),
    "kebabcase": lambda value: _snake(value, "-"),
    "camelcase": _camel,
    "nospace": lambda value: _said("".join(text(value).split()), value),
    "trunc": _trunc,
    "abbrev": _trunc,
    "substr": lambda start, end, value: _said(text(value)[_whole(start) : _whole(end)], value),
    "repeat": _repeat,
    "replace": _replace,
    "contains": lambda part, value: plain(text(part) in text(value)),
    "hasPrefix": lambda part, value: plain(text(value).startswith(text(part))),
    "hasSuffix": lambda part, value: plain(text(value).endswith(text(part))),
    "b64enc": lambda value: _said(base64.b64encode(text(value).encode()).decode(), value),
    "b64dec": _decoded,
    "sha256sum": lambda value: plain(hashlib.sha256(text(value).encode()).hexdigest()),
    "base": lambda value: _said(posixpath.basename(text(value)), value),
    "dir": lambda value: _said(posixpath.dirname(text(value)), value),
    "split": lambda mark, value: Node(
        {f"_{at}": one for at, one in enumerate(_lists(text(value), text(mark), value).items)},
        place_of(value),
    ),
    "splitList": lambda mark, value: _lists(text(value), text(mark), value),
    "join": lambda mark, value: _said(
        text(mark).join(text(one) for one in node(value).items), value
    ),
    "regexMatch": _matched,
    "regexFind": _found,
    "regexReplaceAll": _replaced,
    "regexReplaceAllLiteral": _replaced,
    "semverCompare": _semver,
    "dict": _dict,
    "list": lambda *values: Node([node(one) for one in values], NOWHERE),
    "tuple": lambda *values: Node([node(one) for one in values], NOWHERE),
    "get": _get,
    "set": _set,
    "unset": _unset,
    "hasKey": _has_key,
    "keys": lambda *tables: plain([name for one in tables for name in _table(one)]),
    "values": lambda table: Node(list(_table(table).values()), place_of(table)),
    "pick": _pick,
    "omit": _omit,
    "pluck": _pluck,
    "dig": _dig,
    "merge": lambda target, *sources: _merged(target, *sources, over=False),
    "mergeOverwrite": lambda target, *sources: _merged(target, *sources, over=True),
    "deepCopy": lambda value: copied(node(value)),
    "index": _index,
    "slice": _slice,
    "first": lambda value: next(iter(_items(value)), NOTHING),
    "last": lambda value: next(reversed(_items(value)), NOTHING),
    "rest": lambda value: Node(_items(value)[1:], place_of(value)),
    "initial": lambda value: Node(_items(value)[:-1], place_of(value)),
    "append": lambda value, item: _with_item(value, item, first=False),
    "prepend": lambda value, item: _with_item(value, item, first=True),
    "concat": _listed,
    "compact": lambda value: Node([one for one in _items(value) if is_true(one)], place_of(value)),
    "reverse": lambda value: Node(_items(value)[::-1], place_of(value)),
    "uniq": _uniq,
    "sortAlpha": lambda value: Node(sorted(_items(value), key=text), place_of(value)),
    "has": _has,
    "without": _without,
    "len": _length,
    "until": _until,
    "untilStep": _until_step,
    "toYaml": as_yaml,
    "toYamlPretty": as_yaml,
    "fromYaml": _from_yaml,
    "fromYamlArray": _from_yaml,
    "fromJson": _from_yaml,
    "toJson": lambda value: _said(json.dumps(data(value), ensure_ascii=False), value),
    "toPrettyJson": lambda value: _said(json.dumps(data(value), ensure_ascii=False), value),
    "toRawJson": lambda value: _said(json.dumps(data(value), ensure_ascii=False), value),
    "kindOf": lambda value: plain(_kind(value)),
    "kindIs": _kind_is,
    "typeOf": _type_of,
    "typeIs": _kind_is,
    "int": lambda value: plain(_whole(value), place_of(value)),
    "int64": lambda value: plain(_whole(value), place_of(value)),
    "float64": lambda value: plain(_number(value), place_of(value)),
    "atoi": lambda value: plain(_whole(value), place_of(value)),
    "add": _fold(lambda one, other: one + other),
    "add1": lambda value: plain(_whole(value) + 1, place_of(value)),
    "sub": _fold(lambda one, other: one - other),
    "mul": _fold(lambda one, other: one * other),
    "div": _fold(lambda one, other: int(one / other)),
    "mod": _fold(lambda one, other: math.fmod(one, other)),
    "max": _fold(max),
    "min": _fold(min),
    "ceil": lambda value: plain(math.ceil(_number(value))),
    "floor": lambda value: plain(math.floor(_number(value))),
    "round": lambda value, places=NOTHING: plain(round(_number(value), _whole(places))),
}
for _name in ("append", "prepend", "concat", "first", "last", "rest", "initial", "uniq", "has",
              "without", "compact", "slice", "merge", "mergeOverwrite", "deepCopy", "toJson",
              "toYaml", "fromJson", "dict", "regexMatch", "regexReplaceAll"):  # fmt: skip
    FUNCTIONS[f"must{_name[0].upper()}{_name[1:]}"] = FUNCTIONS[_name]
_TEXTS = frozenset(
    "quote squote printf print println cat toString lower upper title trim trimSuffix trimPrefix"
    " trunc replace nospace join b64enc".split()
)
_KEEP = frozenset(
    "dict list tuple set merge mergeOverwrite indent nindent toYaml toYamlPretty toJson mustToYaml"
    " mustToJson append prepend concat hasKey get pick omit deepCopy len keys values empty index"
    " dig fail lookup kindOf kindIs mustMerge mustMergeOverwrite mustDeepCopy mustAppend".split()
)
"""They carry on what is unknown in what they make."""
