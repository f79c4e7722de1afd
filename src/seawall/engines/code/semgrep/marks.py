"""What is known of the variables at one point: which sources reach them."""

from seawall.engines.code.semgrep.places import path_of
from seawall.model.program import Keyword, Node, Spread

Marks = frozenset[int]
"""Numbers of sources."""
State = dict[str, Marks]
"""By path of a variable, the sources that reach it; paths not in it are as what they begin with."""

CLEAN: Marks = frozenset()


def read(state: State, path: str) -> Marks:
    """Return what a path carries: its own, or that of what it begins with."""
    while True:
        marks = state.get(path)
        if marks is not None:
            return marks
        path, dot, _ = path.rpartition(".")
        if not dot:
            return CLEAN


def below(node: Node, state: State) -> Marks:
    """Return what the attributes of a variable carry that is handed on whole."""
    path = path_of(node.value if isinstance(node, Keyword | Spread) else node)
    marks = CLEAN
    if path:
        for one, each in state.items():
            if each and one.startswith(path + "."):
                marks |= each
    return marks


def forget(state: State, path: str) -> None:
    """Drop what is known of the attributes of a variable that is written."""
    below = path + "."
    for one in [key for key in state if key.startswith(below)]:
        del state[one]


def join(one: State | None, other: State | None) -> State | None:
    """Join what holds on two ways; None is a way that is not gone on from."""
    if one is None or other is None:
        return other if one is None else one
    joined: State = {}
    for path in {**one, **other}:
        joined[path] = read(one, path) | read(other, path)
    return joined
