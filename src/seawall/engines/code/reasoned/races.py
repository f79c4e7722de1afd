"""Files that are checked for rights first and used later, by their name."""

from collections.abc import Iterable, Iterator

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import dotted, walk, written
from seawall.model.program import Attribute, Call, Name, Node

CHECK = Check(
    weakness="check-then-use-race",
    message="between `os.access` and this another file may have taken its place",
)
USES = frozenset({"open", "io.open", "os.open", "codecs.open"})
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
