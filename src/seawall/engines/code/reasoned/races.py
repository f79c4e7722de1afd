"""Files that are checked for rights first and used later, or closed to others too late."""

from collections.abc import Iterable, Iterator
from typing import Any

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of, walk, written
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Conditional,
    Constant,
    Expression,
    If,
    Name,
    Node,
    With,
)

CHECK = Check(
    weakness="check-then-use-race",
    message="between `os.access` and this another file may have taken its place",
)
SWAPPED = Check(
    weakness="check-then-use-race",
    message="between the check of what the name leads to and this another file may be there",
    severity="low",
)
LATE = Check(
    weakness="permissive-file-mode",
    message="it is open to others until this is done: give the mode when the file is made",
    severity="low",
)
USES = frozenset({"open", "io.open", "os.open", "codecs.open"})
CLOSING = frozenset({"os.chmod", "os.fchmod"})
CLOSING_WORDS = frozenset({"chmod", "fchmod"})
RIGHTS = frozenset({"R_OK", "W_OK", "X_OK"})
LINKS = frozenset({"islink", "is_symlink"})
OWNERS = frozenset({"st_uid", "st_gid"})
TYPES = frozenset({"S_ISREG", "S_ISLNK", "S_ISDIR"})
CHANGES = {
    "chmod": 0,
    "chown": 0,
    "truncate": 0,
    "utime": 0,
    "setxattr": 0,
    "write_text": -1,
    "write_bytes": -1,
    "copyfile": 1,
    "copy": 1,
    "copy2": 1,
}
"""What changes the file that a name leads to, and which argument names it (-1: the receiver).

Not `unlink`, `rename` and `rmtree`: they take a link for what it is.
"""
RIGHTING = frozenset({"chown", "utime"})
"""What a program does to make a file as it asked whether it was."""
WORDS = LINKS | OWNERS | TYPES | {"access"}


def uses_in(nodes: Iterable[Node]) -> Iterator[tuple[Check, Call]]:
    """Yield the calls of a function that use a file whose rights were asked for before."""
    asked = []
    for node in nodes:
        if not isinstance(node, Call) or not node.arguments:
            continue
        name = dotted(node.function)
        if name in ("os.access", "access"):
            if any(isinstance(m, Attribute | Name) and m.name in RIGHTS for m in walk(node)):
                asked.append(written(node.arguments[0]))
        elif asked and name in USES and written(node.arguments[0]) in asked:
            yield CHECK, node


def swapped_in(nodes: Iterable[Node]) -> Iterator[tuple[Check, Call]]:
    """Yield what changes a file after a test of whose it is, or whether it is a link."""
    checked: list[Any] = []
    owned: list[Any] = []
    """Whose they are was asked: what sets owner or times then only makes it so."""
    asked: dict[Any, Any] = {}
    for node in nodes:
        match node:
            case Assign(value=Call() as call) if last_name(call) in ("stat", "lstat"):
                asked |= {written(target): _named(call) for target in node.targets}
            case If() | Conditional():
                checked += _checked_by(node.test, asked)
                owned += _owned_by(node.test, asked)
            case Call() if checked and _changed(node) in checked:
                if last_name(node) not in RIGHTING or _changed(node) not in owned:
                    yield SWAPPED, node


def _owned_by(test: Expression, asked: dict[Any, Any]) -> Iterator[Any]:
    """Yield the names of files whose owner a test asks for."""
    for node in walk(test):
        if isinstance(node, Attribute) and node.name in OWNERS:
            yield _stated(node.value, asked)


def _checked_by(test: Expression, asked: dict[Any, Any]) -> Iterator[Any]:
    """Yield the names of files whose owner or kind a test asks for."""
    for node in walk(test):
        match node:
            case Call() if last_name(node) in LINKS:
                yield _named(node)
            case Call(function=Name(name=name) | Attribute(name=name)) if name in TYPES:
                yield from (_stated(one, asked) for one in walk(node.arguments))
            case Attribute(name=name) if name in OWNERS:
                yield _stated(node.value, asked)


def _stated(node: Node, asked: dict[Any, Any]) -> Any:
    """Return the name of the file that `os.stat(name)`, or a variable for it, is about."""
    if isinstance(node, Call) and last_name(node) in ("stat", "lstat"):
        return _named(node)
    return asked.get(written(node), "")


def _named(call: Call) -> Any:
    """Return the name of the file that a call is about: its argument, or what it is called on."""
    if call.arguments and dotted(call.function).startswith(("os.", "path.")):
        return _file_named(call.arguments[0])
    return _file_named(call.function.value) if isinstance(call.function, Attribute) else ""


def _file_named(node: Expression) -> Any:
    """Return the name within `Path(name)`."""
    if isinstance(node, Call) and last_name(node) == "Path" and len(node.arguments) == 1:
        return written(node.arguments[0])
    return written(node)


def _changed(call: Call) -> Any:
    """Return the name of the file that a call changes; None where it changes none."""
    function = call.function
    if not isinstance(function, Attribute):
        return None
    owner, number = dotted(function.value), CHANGES.get(function.name)
    if number is None:
        return None
    if owner not in ("os", "shutil"):
        number = -1 if function.name in ("chmod", "write_text", "write_bytes") else 99
    if number == -1:
        return _file_named(function.value)
    return _file_named(call.arguments[number]) if number < len(call.arguments) else None


def closed_late_in(nodes: Iterable[Node]) -> Iterator[tuple[Check, Call]]:
    """Yield the calls of a function that close a file to others that it has made open to them."""
    made: list[Any] = []
    for node in nodes:
        match node:
            case With():
                made += (
                    written(one.target)
                    for one in node.items
                    if one.target is not None and _makes(one.context)
                )
            case Assign() if _makes(node.value):
                made += (written(target) for target in node.targets)
        if not isinstance(node, Call):
            continue
        if _makes(node):
            made.append(written(node.arguments[0]))
        elif made and len(node.arguments) == 2 and dotted(node.function) in CLOSING:
            if _is_owners(node.arguments[1]) and _file_of(node.arguments[0]) in made:
                yield LATE, node


def _makes(node: Expression) -> bool:
    """Whether a call makes a file, with the mode that the umask gives it."""
    if not isinstance(node, Call) or dotted(node.function) not in ("open", "io.open"):
        return False
    if any(keyword.name == "opener" for keyword in node.keywords):
        return False
    mode = text_of(node.arguments[1]) if len(node.arguments) > 1 else ""
    return mode[:1] in ("w", "a", "x")


def _file_of(node: Expression) -> Any:
    """Return what a name, or `file.fileno()`, stands for."""
    match node:
        case Call(function=Attribute(name="fileno", value=value)):
            return written(value)
    return written(node)


def _is_owners(mode: Expression) -> bool:
    """Whether a mode lets nobody in but the owner."""
    names = [one.name for one in walk(mode) if isinstance(one, Attribute | Name)]
    if isinstance(mode, Constant):
        return isinstance(mode.value, int) and mode.value > 0 and not mode.value & 0o077
    bits = [name for name in names if name.startswith("S_I")]
    return bool(bits) and all(name.endswith("USR") or name == "S_IRWXU" for name in bits)
