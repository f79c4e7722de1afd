"""Files that are checked for rights first and used later, by their name."""

from collections.abc import Iterator

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import dotted, walk, written
from seawall.model.program import Call, Function

CHECK = Check(
    weakness="check-then-use-race",
    message="between `os.access` and this another file may have taken its place",
)
USES = frozenset(
    "open io.open os.open codecs.open os.remove os.unlink os.chmod os.chown os.rename os.replace "
    "os.rmdir shutil.copy shutil.copyfile shutil.move shutil.rmtree".split()
)


def uses_in(function: Function) -> Iterator[tuple[Check, Call]]:
    """Yield the calls that use a file whose rights were asked for before."""
    asked = []
    for node in walk(function.body):
        if not isinstance(node, Call) or not node.arguments:
            continue
        name = dotted(node.function)
        if name in ("os.access", "access"):
            asked.append(written(node.arguments[0]))
        elif asked and name in USES and written(node.arguments[0]) in asked:
            yield CHECK, node
