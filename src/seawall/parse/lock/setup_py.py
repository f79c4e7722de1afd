"""setup.py, read and never run: what its lists say where they are written out.

Source: https://setuptools.pypa.io/en/latest/references/keywords.html.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.model.inventory import Inventory, ListFile, Package, Runtime, Scope
from seawall.model.program import (
    Assign,
    Attribute,
    Binary,
    Call,
    Class,
    Conditional,
    Constant,
    Declare,
    Define,
    Evaluate,
    Expression,
    For,
    Format,
    If,
    Index,
    Mapping,
    Name,
    Return,
    Sequence,
    Statement,
    Try,
    Update,
    While,
    With,
    line_of,
)
from seawall.parse.pep508 import parse_requirement, scope_of_group
from seawall.parse.python import parse_python

DEEPEST = 40
"""Expressions in one another that are followed."""
MOST_ITEMS = 2_000
"""Of one list: one that grows on itself is not followed without end."""
MOST_FUNCTIONS = 200
"""That are looked into."""

MOST_NAMED = 10
"""Files that it may take requirements from, which are looked for."""

_NAMED = re.compile(rb"""["']((?:[\w.-]+/){0,3}[\w.-]+\.(?:txt|in|pip))["']""")
_SUMS = frozenset({"all", "complete", "everything", "full"})
"""Extras that are usually made of the others, which tell what is in them."""
_LISTS: dict[str, Scope] = {
    "install_requires": "runtime",
    "requires": "runtime",
    "setup_requires": "build",
    "tests_require": "test",
}


class Text(NamedTuple):
    """A text, and where it stands; None in its place is what is not written out."""

    text: str | None
    line: int


Value = Text | list[Text] | dict[str, "Value"]
Names = dict[str, Value]


def parse(file: ListFile) -> Inventory:
    """Return what the call of `setup` asks for, and a problem for each list that is computed.

    Raises ParseError when the file is no Python.
    """
    module = parse_python(file.content)
    reader = _Reader()
    reader.walk(module.body, {}, 0)
    if not reader.found and module.broken:
        raise ParseError("it is no valid python", line=line_of(module.broken[0].span))
    return _told(reader.found, file.path, tells_unread=not _reads_list(file))


def _reads_list(file: ListFile) -> bool:
    """Whether it names a list of requirements that there is, which tells what is in it itself."""
    folder = posixpath.dirname(file.path)
    named = dict.fromkeys(found[1].decode() for found in _NAMED.finditer(file.content))
    return any(
        file.read(posixpath.join(folder, parent, name)) is not None
        for name in list(named)[:MOST_NAMED]
        for parent in ("", "requirements")
    )


def _told(found: Names, path: str, *, tells_unread: bool) -> Inventory:
    packages: dict[Package, None] = {}
    problems: list[Problem] = []

    def add(value: Value, scope: Scope, name: str, condition: str = "") -> None:
        for text in _texts(value):
            wanted = parse_requirement(text.text) if text.text is not None else None
            if wanted is not None:
                marker = " and ".join(one for one in (wanted.marker, condition) if one)
                packages[replace(wanted, marker=marker).package(text.line, scope)] = None
                continue
            if text.text is None and not tells_unread:
                continue
            words = f"passed over: {name} is not written out here"
            if text.text is not None:
                words = "passed over: it is no requirement"
            problems.append(
                Problem(
                    kind=ProblemKind.PARSE, message=words, path=path, line=text.line, engine="deps"
                )
            )

    for name, scope in _LISTS.items():
        if name in found:
            add(found[name], scope, name)
    extras = found.get("extras_require", {})
    if isinstance(extras, dict):
        for written, value in extras.items():
            extra, _, condition = written.partition(":")
            if extra in _SUMS:
                value = [one for one in _texts(value) if one.text is not None]
            scope = scope_of_group(extra, "optional") if extra else "runtime"
            add(value, scope, "extras_require", condition.strip())
    else:
        add(extras, "optional", "extras_require")
    runtime = _text(found, "python_requires")
    return Inventory(
        packages=tuple(sorted(packages, key=lambda one: one.line)),
        project=_text(found, "name").text or "",
        licence=_text(found, "license").text or "",
        runtimes=(Runtime(name="python", requirement=runtime.text, line=runtime.line),)
        if runtime.text
        else (),
        problems=tuple(problems),
    )


def _text(found: Names, key: str) -> Text:
    value = found.get(key)
    return value if isinstance(value, Text) else Text("", 0)


def _texts(value: Value) -> Iterator[Text]:
    """Yield the requirements of a value: a list of them, or a text with one in each line."""
    if isinstance(value, dict):
        return
    for one in value if isinstance(value, list) else [value]:
        if one.text is None:
            yield one
            continue
        for number, line in enumerate(one.text.splitlines()):
            bare = line.partition(" #")[0].strip()
            if bare and not bare.startswith("#"):
                yield Text(bare, one.line + number)


class _Reader:
    """Follows what names stand for, in the order of the file; whatever is a branch is taken."""

    def __init__(self) -> None:
        self.found: Names = {}
        """By keyword of `setup`, what it was handed."""
        self._functions: dict[str, Define] = {}

    def walk(self, body: Iterable[Statement], names: Names, depth: int) -> None:
        """Follow statements; a function is followed where it is defined, with what is known."""
        for statement in body if depth < DEEPEST else ():
            match statement:
                case Assign(targets, value):
                    told = self._value(value, names, 0)
                    for target in targets:
                        self._assign(target, told, names)
                case Declare(target, _, value) if value is not None:
                    self._assign(target, self._value(value, names, 0), names)
                case Update("+" | "+=", target, value):
                    told = _sum(self._value(target, names, 0), self._value(value, names, 0))
                    self._assign(target, told, names)
                case Evaluate(Call() as call) | Return(Call() as call):
                    self._call(call, names)
                case If(_, first, second) | For(_, _, first, second) | While(_, first, second):
                    self.walk(first, names, depth + 1)
                    self.walk(second, names, depth + 1)
                case Try():
                    handled = [one for handler in statement.handlers for one in handler.body]
                    for some in (statement.body, handled, statement.orelse, statement.final):
                        self.walk(some, names, depth + 1)
                case With():
                    self.walk(statement.body, names, depth + 1)
                case Define(function) if len(self._functions) < MOST_FUNCTIONS:
                    self._functions.setdefault(function.name, statement)
                    self.walk(function.body, dict(names), depth + 1)
                case Class():
                    pass

    def _assign(self, target: Expression, value: Value, names: Names) -> None:
        match target:
            case Name(name):
                names[name] = value
            case Index(Name(name), Constant(str() as key)):
                table = names.setdefault(name, {})
                if isinstance(table, dict):
                    table[key] = value

    def _call(self, call: Call, names: Names) -> None:
        match call.function:
            case Name("setup") | Attribute(_, "setup"):
                for keyword in call.keywords:
                    value = self._value(keyword.value, names, 0)
                    if keyword.name:
                        self.found[keyword.name] = value
                    elif isinstance(value, dict):
                        self.found.update(value)
            case Attribute(owner, "append" | "extend" | "insert" | "add"):
                if call.arguments:
                    added = self._value(call.arguments[-1], names, 0)
                    self._assign(owner, _sum(self._value(owner, names, 0), _listed(added)), names)
            case Attribute(Name(name), "update"):
                table = names.get(name)
                given = [self._value(one, names, 0) for one in call.arguments]
                given.append(self._keywords(call, names, 0))
                if isinstance(table, dict):
                    for one in given:
                        table.update(one if isinstance(one, dict) else {})

    def _value(self, node: Expression, names: Names, depth: int) -> Value:
        """Return what an expression is; a text without words where that is not written out."""
        unread = Text(None, line_of(node.span))
        if depth > DEEPEST:
            return unread
        match node:
            case Constant(str() as text):
                return Text(text, line_of(node.span))
            case Name(name):
                return names.get(name, unread)
            case Sequence(_, items):
                found: list[Text] = []
                for item in items:
                    value = self._value(item, names, depth + 1)
                    found += _listed(value) if not isinstance(value, dict) else [unread]
                return found[:MOST_ITEMS]
            case Mapping(keys, values):
                table: dict[str, Value] = {}
                for key, item in zip(keys, values, strict=True):
                    told = self._value(item, names, depth + 1)
                    named = self._value(key, names, depth + 1) if key is not None else None
                    if isinstance(named, Text) and named.text is not None:
                        table[named.text] = told
                    elif key is None and isinstance(told, dict):
                        table.update(told)
                return table
            case Binary("+", left, right):
                first = self._value(left, names, depth + 1)
                return _sum(first, self._value(right, names, depth + 1))
            case Conditional(_, then, orelse):
                first, second = (self._value(one, names, depth + 1) for one in (then, orelse))
                if isinstance(first, list) and isinstance(second, list):
                    return _sum(first, second)
                return first
            case Index(owner, Constant(str() as key)):
                value = self._value(owner, names, depth + 1)
                return value.get(key, unread) if isinstance(value, dict) else unread
            case Format(parts):
                texts: list[str] = []
                for part in parts:
                    inner = part if isinstance(part, Constant) else part.value
                    value = self._value(inner, names, depth + 1)
                    if not isinstance(value, Text) or value.text is None:
                        return unread
                    texts.append(value.text)
                return Text("".join(texts), line_of(node.span))
            case Call():
                return self._result(node, names, depth + 1)
        return unread

    def _result(self, call: Call, names: Names, depth: int) -> Value:
        """Return what a call of what makes lists and tables, or of a small function here, gives."""
        arguments = [self._value(one, names, depth) for one in call.arguments]
        match call.function:
            case Name("dict"):
                first = arguments[0] if arguments else {}
                return {
                    **(first if isinstance(first, dict) else {}),
                    **self._keywords(call, names, depth),
                }
            case Name("list" | "tuple" | "set" | "sorted" | "frozenset") if arguments:
                return arguments[0]
            case Name("list" | "set"):
                return []
            case Attribute(owner, ("split" | "splitlines" | "strip" | "copy") as method):
                value = self._value(owner, names, depth)
                if isinstance(value, Text) and value.text is not None and "split" in method:
                    parts = value.text.split() if method == "split" else value.text.splitlines()
                    if method == "split" and call.arguments:
                        return [Text(None, line_of(call.span))]
                    return [Text(one, value.line) for one in parts if one.strip()][:MOST_ITEMS]
                return value
            case Name(name) if name in self._functions and not call.arguments:
                body = self._functions[name].function.body
                if body and isinstance(body[-1], Return) and body[-1].value is not None:
                    inner = dict(names)
                    _Reader().walk(body[:-1], inner, DEEPEST - 2)
                    return self._value(body[-1].value, inner, depth + 10)
        return Text(None, line_of(call.span))

    def _keywords(self, call: Call, names: Names, depth: int) -> dict[str, Value]:
        return {one.name: self._value(one.value, names, depth) for one in call.keywords if one.name}


def _listed(value: Value) -> list[Text]:
    if isinstance(value, Text):
        return [value]
    return value if isinstance(value, list) else []


def _sum(first: Value, second: Value) -> Value:
    """Return what "+" makes of two values; what is unknown in it stays so."""
    if isinstance(first, Text) and isinstance(second, Text):
        if first.text is None or second.text is None:
            return Text(None, first.line or second.line)
        return Text((first.text + second.text)[: 1 << 16], first.line)
    return (_listed(first) + _listed(second))[:MOST_ITEMS]
