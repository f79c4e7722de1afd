"""What others may see of a file: digests of its parts, so that a change is known by what it hits.

The parts are the names at its top and the bodies of its functions. Digests say nothing of where in
the file a part stands.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from msgspec import Struct

from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Class,
    Declare,
    Define,
    Delete,
    Expression,
    For,
    Function,
    If,
    Import,
    Match,
    MatchCapture,
    MatchClass,
    MatchMapping,
    MatchOr,
    MatchSequence,
    MatchStar,
    Module,
    Name,
    Pattern,
    Scope,
    Sequence,
    Spread,
    Statement,
    Try,
    Update,
    While,
    With,
    unpack,
)

ALL = "*"
"""The key of everything that a file holds."""
TALLEST = 4095
"""Lines from which on a span does not say any more where it ends."""
PLAIN = frozenset(
    "dataclass dataclasses contextmanager asynccontextmanager cache cached_property lru_cache "
    "final overload runtime_checkable total_ordering unique wraps".split()
)
"""Decorators that do nothing but to what they stand on."""


def digest(*parts: bytes) -> bytes:
    """Return the digest of some texts, in their order."""
    return blake2b(b"\0".join(parts), digest_size=16).digest()


class Surface(Struct, frozen=True, array_like=True, gc=False):
    """Digests of the parts of one file."""

    whole: bytes
    """Of its content."""
    base: bytes = b""
    """Of its statements, without the bodies of functions and without what stands below."""
    bound: frozenset[str] = frozenset()
    """The names that those bind."""
    functions: dict[str, bytes] = {}
    """The heads of functions at its top that none of its statements names, by name."""
    classes: dict[str, tuple[bytes, tuple[str, ...]]] = {}
    """The same of classes, each with the functions and classes at the top that it names."""
    imports: dict[str, bytes] = {}
    """What is imported and never bound in another way."""
    bodies: dict[str, bytes] = {}
    """Functions from `def` to their end, by symbol; those within functions are in theirs."""
    spoken: bytes = b""
    """Of what its identifiers say about all its functions."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known of its parts."""
        return not self.base

    def of(self, keys: Iterable[str]) -> bytes:
        """Return the digest of some parts: names at the top, and functions as "symbol()"."""
        if self.is_whole:
            return self.whole
        found: list[bytes] = []
        spoken = False
        for key in keys:
            if key.endswith("()"):
                found.append(self._body(key[:-2]))
                spoken = True
            elif key == ALL:
                found.append(self.whole)
            elif key in self.functions:
                found.append(self.functions[key])
            elif key in self.imports:
                found.append(self.imports[key])
            elif key in self.classes:
                found.append(self.base + self.classes[key][0])
            else:
                found.append(self.base if self._is_bound(key) else b"-")
        return digest(self.spoken if spoken else b"", *found)

    def _body(self, symbol: str) -> bytes:
        """Return the digest of a function's body, or of the one around it."""
        while symbol:
            if symbol in self.bodies:
                return self.bodies[symbol]
            symbol = symbol.rpartition(".")[0]
        # A lambda among the statements.
        return self.base

    def _is_bound(self, name: str) -> bool:
        # What another file gives all at once may have any name.
        return name in self.bound or "*" in self.bound

    def hangs_on_run(self, key: str) -> bool:
        """Whether what a name stands for is worked out when the statements are run."""
        if self.is_whole or key == ALL:
            return True
        return key in self.classes or (key[-2:] != "()" and self._is_bound(key))


def whole_surface(content: bytes) -> Surface:
    """Return the surface of a file of whose parts nothing is known."""
    return Surface(digest(content))


def surface_of(module: Module, content: bytes, vocabulary: frozenset[str]) -> Surface:
    """Return the surface of a file; `vocabulary` are identifiers that speak for the whole file."""
    whole = digest(content)
    if module.broken:
        return Surface(whole)
    lines = content.splitlines()
    starts = [_first_line(statement) for statement in module.body]
    # Of statements on one line each has the line.
    ends = [*map(max, starts, (start - 1 for start in starts[1:])), len(lines)]
    functions = list(_outermost(module.body))
    if any(_height(function) >= TALLEST for function in functions) or sorted(starts) != starts:
        return Surface(whole)
    bodies: dict[str, bytes] = {}
    hidden: set[int] = set()
    for function in functions:
        first, _, last, _ = unpack(function.span)
        text = b"\n".join(lines[first - 1 : last])
        bodies[function.symbol] = digest(bodies.get(function.symbol, b""), text)
        hidden.update(range(_head_end(function) + 1, last + 1))

    def text_of(number: int) -> bytes:
        first, last = starts[number], ends[number]
        while last > first and _says_nothing(lines[last - 1]):
            last -= 1
        return b"\n".join(
            [lines[line - 1] for line in range(first, last + 1) if line not in hidden]
        )

    bound = once_bound(module)
    imports: dict[str, bytes] = {}
    items: dict[str, tuple[Statement, bytes]] = {}
    base: list[bytes] = []
    names: set[str] = set()
    for number, statement in enumerate(module.body):
        match statement:
            case Define(function=function) if function.name in bound and _is_plain(
                function.decorators
            ):
                items[function.name] = (statement, text_of(number))
            case Class() if statement.name in bound and _is_plain_class(statement):
                items[statement.name] = (statement, text_of(number))
            case Import() if bound.issuperset(_imported(statement)):
                for one in statement.names:
                    told = f"{statement.level} {statement.module} {statement.is_from} {one.name}"
                    name = one.alias or one.name.partition(".")[0]
                    imports[name] = digest(told.encode("utf-8", "surrogateescape"))
            case _:
                base.append(text_of(number))
                names.update(_bound((statement,)))
    _take_named(items, base, names)
    spoken = sorted(vocabulary.intersection(module.words))
    spoken += [f"{one.alias}={one.name}" for one in _renamed(module.body)]
    scopes = _scopes(module.body) if b"global " in content else ()
    changed = "\n".join(name for one in scopes for name in one.names)
    return Surface(
        whole,
        digest(changed.encode("utf-8", "surrogateescape"), *base),
        frozenset(names),
        {
            name: digest(text)
            for name, (statement, text) in items.items()
            if isinstance(statement, Define)
        },
        {
            name: (digest(b"class", text), _named(items, text, name))
            for name, (statement, text) in items.items()
            if isinstance(statement, Class)
        },
        imports,
        bodies,
        digest("\n".join(spoken).encode("utf-8", "surrogateescape")),
    )


def _take_named(
    items: dict[str, tuple[Statement, bytes]], base: list[bytes], names: set[str]
) -> None:
    """Put to the statements those functions and classes that they name."""
    text = b"\n".join(base)
    while True:
        named = _named(items, text, "")
        if not named:
            return
        taken = [items.pop(name)[1] for name in named]
        names.update(named)
        base += taken
        text = b"\n".join(taken)


def _named(items: dict[str, tuple[Statement, bytes]], text: bytes, own: str) -> tuple[str, ...]:
    return tuple(name for name in items if name != own and name.encode("utf-8", "replace") in text)


def once_bound(module: Module) -> frozenset[str]:
    """Return the names at the top of a file that one statement binds and no function sets anew."""
    found: dict[str, int] = {}
    for name in _bound(module.body):
        found[name] = found.get(name, 0) + 1
    for name in _set_within(module.body):
        found[name] = 2
    return frozenset(name for name, times in found.items() if times == 1 and name != "*")


def _set_within(body: Iterable[Statement]) -> Iterator[str]:
    """Yield the names that functions declare to be those at the top."""
    for function in _outermost(body):
        for statement in function.body:
            if isinstance(statement, Scope) and not statement.outer:
                yield from statement.names


def _scopes(body: Iterable[Statement]) -> Iterator[Scope]:
    """Yield the `global` statements, wherever they stand."""
    for statement in body:
        match statement:
            case Scope() if not statement.outer:
                yield statement
            case Define():
                yield from _scopes(statement.function.body)
            case Try():
                for handler in statement.handlers:
                    yield from _scopes(handler.body)
            case Match():
                for case in statement.cases:
                    yield from _scopes(case.body)
        for part in ("body", "orelse", "final"):
            yield from _scopes(getattr(statement, part, ()))


def _bound(body: Iterable[Statement]) -> Iterator[str]:
    for statement in body:
        match statement:
            case Define():
                yield statement.function.name
            case Class():
                yield statement.name
            case Import():
                yield from _imported(statement)
            case Assign() | Delete():
                for target in statement.targets:
                    yield from _targets(target)
            case Declare() | Update():
                yield from _targets(statement.target)
            case For():
                yield from _targets(statement.target)
                yield from _bound(statement.body)
                yield from _bound(statement.orelse)
            case If() | While():
                yield from _bound(statement.body)
                yield from _bound(statement.orelse)
            case Try():
                for part in (statement.body, statement.orelse, statement.final):
                    yield from _bound(part)
                for handler in statement.handlers:
                    if handler.name:
                        yield handler.name
                    yield from _bound(handler.body)
            case With():
                for item in statement.items:
                    if item.target is not None:
                        yield from _targets(item.target)
                yield from _bound(statement.body)
            case Match():
                for case in statement.cases:
                    yield from _captured(case.pattern)
                    yield from _bound(case.body)


def _targets(target: Expression) -> Iterator[str]:
    match target:
        case Name():
            yield target.name
        case Sequence():
            for item in target.items:
                yield from _targets(item)
        case Spread():
            yield from _targets(target.value)


def _captured(pattern: Pattern) -> Iterator[str]:
    match pattern:
        case MatchCapture():
            yield pattern.name
            if pattern.pattern is not None:
                yield from _captured(pattern.pattern)
        case MatchStar():
            yield pattern.name
        case MatchSequence():
            for item in pattern.items:
                yield from _captured(item)
        case MatchOr():
            for item in pattern.patterns:
                yield from _captured(item)
        case MatchMapping():
            yield pattern.rest
            for item in pattern.patterns:
                yield from _captured(item)
        case MatchClass():
            for item in (*pattern.patterns, *pattern.named):
                yield from _captured(item)


def _imported(statement: Import) -> Iterator[str]:
    for one in statement.names:
        yield one.alias or one.name.partition(".")[0]


def _renamed(body: Iterable[Statement]) -> Iterator:  # type: ignore[type-arg]
    for statement in body:
        match statement:
            case Import():
                for one in statement.names:
                    if one.alias and one.alias != one.name.rpartition(".")[2]:
                        yield one
            case If():
                yield from _renamed(statement.body)
                yield from _renamed(statement.orelse)
            case Try():
                yield from _renamed(statement.body)
                for handler in statement.handlers:
                    yield from _renamed(handler.body)


def _outermost(body: Iterable[Statement]) -> Iterator[Function]:
    """Yield the functions that statements define, not those within functions."""
    for statement in body:
        match statement:
            case Define():
                yield statement.function
            case Class() | With():
                yield from _outermost(statement.body)
            case If() | While() | For():
                yield from _outermost(statement.body)
                yield from _outermost(statement.orelse)
            case Try():
                for part in (statement.body, statement.orelse, statement.final):
                    yield from _outermost(part)
                for handler in statement.handlers:
                    yield from _outermost(handler.body)
            case Match():
                for case in statement.cases:
                    yield from _outermost(case.body)


def _is_plain(decorators: Iterable[Expression]) -> bool:
    for decorator in decorators:
        node = decorator.function if isinstance(decorator, Call) else decorator
        if not isinstance(node, Name | Attribute) or node.name not in PLAIN:
            return False
    return True


def _is_plain_class(statement: Class) -> bool:
    """Whether a class statement does nothing but make the class."""
    return _is_plain(statement.decorators) and all(
        isinstance(one, Assign | Declare | Define)
        or (isinstance(one, Class) and _is_plain_class(one))
        for one in statement.body
    )


def _first_line(statement: Statement) -> int:
    decorators: tuple[Expression, ...] = ()
    match statement:
        case Define():
            decorators = statement.function.decorators
        case Class():
            decorators = statement.decorators
    return min(unpack(node.span)[0] for node in (statement, *decorators))


def _height(function: Function) -> int:
    first, _, last, _ = unpack(function.span)
    return last - first


def _head_end(function: Function) -> int:
    """Return the last line of what stands before a function's body."""
    end = unpack(function.span)[0]
    for parameter in function.parameters:
        for node in (parameter, parameter.default, parameter.annotation):
            if node is not None:
                end = max(end, unpack(node.span)[2])
    if function.returns is not None:
        end = max(end, unpack(function.returns.span)[2])
    return end


def _says_nothing(line: bytes) -> bool:
    """Whether a line at the end of a statement is empty or a comment."""
    line = line.strip()
    return not line or (line.startswith(b"#") and b'"""' not in line and b"'''" not in line)
