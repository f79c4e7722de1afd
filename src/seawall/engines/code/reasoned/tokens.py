"""Tokens that are read before they are verified: right where that finds the key."""

from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of, walk, written
from seawall.engines.code.state import Frame
from seawall.model.program import Call, Constant, Expression

WEAKNESS = "jwt-unverified"
_OFF = frozenset({"options", "verify"})
_MAKING = frozenset({"encode", "sign", "generate_jwt"})


def is_verified_too(node: Expression | None, frame: Frame) -> bool:
    """Whether the same function decodes the same token again, and checks it then."""
    if not isinstance(node, Call) or not node.arguments or frame.function is None:
        return False
    if last_name(node.function) in _MAKING:
        return False
    function, token = dotted(node.function), written(node.arguments[0])
    return any(
        isinstance(other, Call)
        and other is not node
        and dotted(other.function) == function
        and len(other.arguments) + len(other.keywords) > 1
        and written(other.arguments[:1]) == (token,)
        and not any(keyword.name in _OFF for keyword in other.keywords)
        and not any(
            text_of(one).lower() == "none" for one in walk(other) if isinstance(one, Constant)
        )
        for other in walk(frame.function.node.body)
    )
