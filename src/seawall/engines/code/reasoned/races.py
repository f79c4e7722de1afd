"""Files that are checked for rights first and used later, or closed to others too late."""

from collections.abc import Iterable, Iterator
from typing import Any

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import dotted, text_of, walk, written
from seawall.model.program import Assign, Attribute, Call, Constant, Expression, Name, Node, With

CHECK = Check(
    weakness="check-then-use-race",
    message="between `os.access` and this another file may have taken its place",
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
