"""Regular expressions: slow ones that a client feeds, and filters of HTML that miss tags."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.reasoned.flagging import hit_here
from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of, walk
from seawall.engines.code.regex import slow_regex
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Known, ObjectCell, Ref, Value
from seawall.model.program import (
    Assign,
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    Expression,
    Name,
    Node,
)

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

SLOW = Sink(weakness="slow-regex")
WRITTEN = Check(
    weakness="slow-regex",
    message="on some texts this expression takes exponential time",
    severity="low",
)
SLOWISH = Sink(weakness="slow-regex", severity="low")
MATCHING = {
    "match": 1, "fullmatch": 1, "search": 1, "findall": 1, "finditer": 1, "split": 1, "sub": 2,
    "subn": 2,
}  # fmt: skip
"""Functions of `re`, with where the text stands behind the pattern."""
MOST_WRITTEN = 400
"""Characters of an expression that is looked at though nothing is known of what it is to match."""
REPLACING = frozenset({"sub", "subn"})
FILTERING = REPLACING | frozenset(
    {"match", "search", "fullmatch", "findall", "finditer", "compile"}
)
FLAGS = {
    "I": re.I, "IGNORECASE": re.I, "S": re.S, "DOTALL": re.S, "X": re.X, "VERBOSE": re.X,
    "M": re.M, "MULTILINE": re.M, "A": re.A, "ASCII": re.A, "U": 0, "UNICODE": 0, "re": 0,
    "regex": 0, "L": 0, "LOCALE": 0,
}  # fmt: skip
TAGS = Check(
    weakness="bad-html-filter",
    message="browsers read as a tag what this expression does not match",
)
COMMENTS = Check(
    weakness="bad-html-filter",
    message="browsers end comments where this expression does not",
    severity="low",
)


def flags_of(node: Expression | None) -> int | None:
    """Return the flags that an expression names, None where it is not known."""
    if node is None:
        return 0
    flags = 0
    for one in walk(node):
        if isinstance(one, Name | Attribute):
            if one.name not in FLAGS:
                return None
            flags |= FLAGS[one.name]
        elif not isinstance(one, Binary):
            return None
    return flags


def _argument(call: Call, name: str, position: int) -> Expression | None:
    for keyword in call.keywords:
        if keyword.name == name:
            return keyword.value
    return call.arguments[position] if len(call.arguments) > position else None


# --- slow ones ---


def compiled(machine: "Machine", path: str, given: "Arguments", frame: Frame) -> Value | None:
    """Return a pattern that knows its flags."""
    if path != "re.compile" or not given.positional or not isinstance(given.node, Call):
        return None
    flags = flags_of(_argument(given.node, "flags", 1))
    attributes: dict[str, Value] = {"pattern": given.positional[0], "flags": Known(flags)}
    return machine.new_cell(ObjectCell(None, attributes, "re.Pattern"), frame)


def matched(
    machine: "Machine",
    path: str,
    name: str,
    given: "Arguments",
    receiver: Value | None,
    frame: Frame,
) -> None:
    """Look at a text that is matched."""
    position = MATCHING[name]
    pattern: Value | None
    if path.startswith("re.Pattern."):
        cell = machine.cell(receiver, frame) if isinstance(receiver, Ref) else None
        if not isinstance(cell, ObjectCell):
            return
        pattern, known = cell.attributes.get("pattern"), cell.attributes.get("flags")
        flags = known.value if isinstance(known, Known) else 0
        position -= 1
    elif path == f"re.{name}" and isinstance(given.node, Call):
        pattern = given.positional[0] if given.positional else given.keywords.get("pattern")
        flags = flags_of(_argument(given.node, "flags", 4 if position == 2 else position + 1))
    else:
        return
    value = given.keywords.get("string")
    if value is None and len(given.positional) > position:
        value = given.positional[position]
    if value is None or not value.flows or not isinstance(pattern, Known) or flags is None:
        return
    if not isinstance(pattern.value, str | bytes) or _is_measured(given.node, position, frame):
        return
    slow = slow_regex(pattern.value, flags, whole=name == "fullmatch")
    if slow is None or (slow.match_degree == 1 and name in ("match", "fullmatch")):
        return
    sink = SLOW if slow.kind == "exponential" or slow.degree > 2 else SLOWISH
    bit = machine.library.clean_bits((SLOW.weakness,))
    for flow in value.flows:
        if not flow.clean & bit:
            hit_here(machine, sink, path, flow, frame, given.node.span if given.node else 0)


def _is_measured(node: Expression | None, position: int, frame: Frame) -> bool:
    """Whether the function asks how long the text is."""
    if frame.function is None or "len" not in frame.function.node.words:
        return False
    if not isinstance(node, Call) or len(node.arguments) <= position:
        return False
    name = last_name(node.arguments[position])
    return any(
        isinstance(side, Call)
        and last_name(side.function) == "len"
        and any(name and last_name(one) == name for one in side.arguments)
        for compare in walk(frame.function.node.body)
        if isinstance(compare, Compare)
        for side in (compare.left, *compare.rights)
    )


NESTED = re.compile(r"\)(?:[*+]|\{\d*,)")
"""Without a group that is repeated no pattern takes exponential time."""


def slow_ones_in(functions: list[list[Node]]) -> list[tuple[Check, Call]]:
    """Return the calls in a module that match with an expression of exponential time.

    `functions` are the nodes of each. What is only compiled there is told of where that is done.
    Where the text that is matched is written beside it, or measured before, it takes little time.
    """
    made: dict[str, Call] = {}
    compiled_here: list[Call] = []
    for node in (node for nodes in functions for node in nodes):
        if isinstance(node, Assign) and isinstance(node.value, Call) and len(node.targets) == 1:
            name = last_name(node.targets[0])
            if name and _is_slow(node.value, "compile"):
                made[name] = node.value
        if isinstance(node, Call) and _is_slow(node, "compile"):
            compiled_here.append(node)
    found: list[tuple[Check, Call]] = []
    used: set[int] = set()
    for nodes in functions:
        measured = _measured_in(nodes)
        for node in nodes:
            name = last_name(node) if isinstance(node, Call) else ""
            if not isinstance(node, Call) or name not in MATCHING:
                continue
            owner = node.function.value if isinstance(node.function, Attribute) else None
            compiling = owner if isinstance(owner, Call) else made.get(last_name(owner))
            position = MATCHING[name]
            if compiling is not None and any(compiling is one for one in compiled_here):
                used.add(id(compiling))
                position -= 1
            elif not _is_slow(node, name):
                continue
            text = _argument(node, "string", position)
            if not isinstance(text, Constant) and last_name(text) not in measured:
                found.append((WRITTEN, node))
    found += [(WRITTEN, call) for call in compiled_here if id(call) not in used]
    return found


def _is_slow(call: Call, name: str) -> bool:
    """Whether a call of this function of `re` names an expression of exponential time."""
    function = call.function
    if not isinstance(function, Attribute) or function.name != name:
        return False
    if dotted(function.value) not in ("re", "regex"):
        return False
    pattern = text_of(_argument(call, "pattern", 0))
    if not NESTED.search(pattern) or len(pattern) > MOST_WRITTEN:
        return False
    position = 1 if name == "compile" else MATCHING[name] + (2 if name in REPLACING else 1)
    flags = flags_of(_argument(call, "flags", position))
    if flags is None:
        return False
    slow = slow_regex(pattern, flags, whole=name == "fullmatch")
    return slow is not None and slow.kind == "exponential"


def _measured_in(nodes: Iterable[Node]) -> set[str]:
    """Return the names of what a function asks the length of."""
    return {
        last_name(argument)
        for node in nodes
        if isinstance(node, Compare)
        for side in (node.left, *node.rights)
        if isinstance(side, Call) and last_name(side.function) == "len"
        for argument in side.arguments
    }


# --- filters of HTML ---

WHOLE = "<script>x</script>"
WHOLES = (
    "<SCRIPT>x</SCRIPT>", "<script>\nx\n</script>", "<script >x</script >",
    "<script src=a>x</script>", "<script>x</script\t\n a>",
)  # fmt: skip
OPENING = "<script>"
OPENINGS = ("<SCRIPT>", "<script src=a>", "<script\n>")
CLOSING = "</script>"
CLOSINGS = ("</SCRIPT>", "</script >", "</script\t\n a>")
COMMENT = "<!-- x -->"
COMMENT_KINDS = ("<!-- x --!>", "<!-- \n -->")


def bad_filter(pattern: str, flags: int) -> Check | None:
    """Return what to say of an expression that is to match tags or comments and misses some."""
    if "<" not in pattern or len(pattern) > 300:
        return None
    lower = pattern.lower()
    if "script" not in lower and "!--" not in lower:
        return None
    slow = slow_regex(pattern, flags)
    if slow is not None and (slow.kind == "exponential" or slow.degree > 3):
        return None
    try:
        compiled_pattern = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None

    def takes(text: str) -> bool:
        return any(m.group() == text for m in compiled_pattern.finditer(text))

    for plain, variants, check in (
        (WHOLE, WHOLES, TAGS),
        (OPENING, OPENINGS, TAGS),
        (CLOSING, CLOSINGS, TAGS),
        (COMMENT, COMMENT_KINDS, COMMENTS),
    ):
        if takes(plain):
            return None if all(map(takes, variants)) else check
    return None


def filters_in(nodes: Iterable[Node]) -> list[tuple[Check, Call]]:
    """Return the calls in a module that filter HTML with an expression that misses tags.

    A compiled expression is told of where it is used to replace, else where it is made.
    """
    made: dict[str, tuple[Check, Call]] = {}
    found: list[tuple[Check, Call]] = []
    used: set[str] = set()
    named: set[int] = set()
    calls: list[Call] = []
    for node in nodes:
        if isinstance(node, Assign) and isinstance(node.value, Call):
            check = _checked(node.value, "compile")
            name = last_name(node.targets[0]) if len(node.targets) == 1 else ""
            if check is not None and name:
                made[name] = (check, node.value)
                named.add(id(node.value))
        elif isinstance(node, Call):
            calls.append(node)
    for call in calls:
        function = call.function
        name = last_name(function)
        if name not in FILTERING:
            continue
        owner = last_name(function.value) if isinstance(function, Attribute) else ""
        if owner in made:
            used.add(owner)
            if name in REPLACING:
                found.append((made[owner][0], call))
            continue
        check = _checked(call, name)
        if check is None or id(call) in named:
            continue
        if name in REPLACING or not _takes_out(call):
            found.append((check, call))
    found += (pair for name, pair in made.items() if name not in used and not _takes_out(pair[1]))
    return found


def _checked(call: Call, name: str) -> Check | None:
    if last_name(call.function) != name or not call.arguments:
        return None
    if isinstance(call.function, Attribute) and dotted(call.function.value) not in ("re", "regex"):
        return None
    pattern = text_of(call.arguments[0])
    if "<" not in pattern:
        return None
    position = 1 if name == "compile" else 2 if MATCHING.get(name) == 1 else 4
    flags = flags_of(_argument(call, "flags", position))
    return bad_filter(pattern, flags) if flags is not None else None


def _takes_out(call: Call) -> bool:
    """Whether an expression takes out what stands in the tag: that is reading, not filtering."""
    return bool(re.search(r"(?<!\\)\((?!\?(?!P))", text_of(call.arguments[0])))
