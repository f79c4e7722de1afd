"""Random values that nobody may foresee come from `secrets`."""

from seawall.engines.code.fixes.arguments import whole_call
from seawall.engines.code.fixes.draft import Draft
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Constant,
    Evaluate,
    Field,
    Keyword,
    Node,
    Return,
)

SAME = {"choice": "choice", "getrandbits": "randbits", "randbytes": "token_bytes"}
SYSTEM = frozenset(
    "randint randrange random sample shuffle choices uniform triangular gauss normalvariate "
    "betavariate expovariate".split()
)
"""What `secrets.SystemRandom` does just like `random`."""


def unforeseeable(draft: Draft, node: Node, symbol: str) -> str:
    """Take a random value from the system."""
    call = whole_call(node)
    title = "take it from `secrets`, which nobody can foresee"
    if symbol == "uuid.uuid1":
        if call.arguments or call.keywords or not isinstance(call.function, Attribute):
            raise UnfitError
        function = call.function
        draft.change(draft.page.name_start(function), draft.page.end(function), "uuid4")
        return "use `uuid4`, which nobody can foresee"
    module, _, name = symbol.rpartition(".")
    if module == "random.Random":
        _of_generator(draft, call)
        return title
    if module != "random" or name not in SAME.keys() | SYSTEM:
        raise UnfitError
    secrets = draft.use("secrets")
    bounds = [_whole(one) for one in call.arguments]
    if call.keywords:
        bounds = []
    if name in SAME:
        if len(call.arguments) != 1 or call.keywords:
            raise UnfitError
        draft.put(call.function, f"{secrets}.{SAME[name]}")
    elif name == "randrange" and len(call.arguments) == 1 and not call.keywords:
        draft.put(call.function, f"{secrets}.randbelow")
    elif name == "randint" and len(bounds) == 2 and None not in bounds:
        low, high = bounds
        count = (high or 0) - (low or 0) + 1
        if count < 1:
            raise UnfitError
        text = f"{secrets}.randbelow({count})" + (f" + {low}" if low else "")
        draft.put(call, text if not low or _stands_alone(draft.page, call) else f"({text})")
    else:
        draft.put(call.function, f"{secrets}.SystemRandom().{name}")
    return title


def _of_generator(draft: Draft, call: Call) -> None:
    """Replace `random.Random()` by the system's generator, where both are one expression."""
    function = call.function
    made = function.value if isinstance(function, Attribute) else None
    if not isinstance(made, Call) or made.arguments or made.keywords:
        raise UnfitError
    draft.put(made.function, f"{draft.use('secrets')}.SystemRandom")


def _whole(node: Node) -> int | None:
    value = node.value if isinstance(node, Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _stands_alone(page: Page, node: Call) -> bool:
    """Whether a sum may stand in its place without parentheses."""
    parent = page.parent(node)
    return isinstance(parent, Assign | Return | Evaluate | Keyword | Field) or (
        isinstance(parent, Call) and any(one is node for one in parent.arguments)
    )
