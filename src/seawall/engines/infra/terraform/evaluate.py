"""Evaluates expressions: to values with their places, or to what is not known."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from seawall.engines.infra.terraform.documents import document_of
from seawall.engines.infra.terraform.functions import FUNCTIONS, Refused, call
from seawall.engines.infra.terraform.values import (
    NO_ATTRIBUTE,
    NO_KEY,
    NOT_TAKEN,
    UNKNOWN_KEY,
    is_bounded,
    is_scalar,
    is_whole,
    known,
    moved,
    number_of,
    pairs_of,
    plain,
    refers_of,
    text_of,
    truth_of,
    unknown,
    why_of,
)
from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.hcl import tree
from seawall.parse.hcl.tree import Expr, File

DEEPEST = 120
"""Expressions in one another, through all references."""
MOST_STEPS = 5_000_000
"""Expressions of a target: some 30 seconds."""
LARGEST_TEXT = 1_000_000
"""Characters of a text that is put together."""
MOST_ITEMS = 5_000
"""Of what a loop goes through."""

Step = str | Expr
"""What is asked of a value: an attribute, or a key."""


class Budget:
    """How much is still evaluated of a target."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, steps: int = 1) -> bool:
        """Take steps; whether there were as many left."""
        self.left -= steps
        return self.left >= 0


class Names(Protocol):
    """Knows what names stand for."""

    budget: Budget

    def reference(self, root: str, steps: Sequence[Step], place: Place, at: "At") -> Node:
        """Return what a reference stands for, with as many steps as it likes taken."""

    def read_file(self, name: str) -> tuple[str, str] | None:
        """Return a file of the target with its path; None where there is none."""

    def list_files(self, folder: str) -> list[str]:
        """Return the names of the files in a folder and below, relative to it."""

    def special(self, name: str) -> "Keeping | None":
        """Return a function that reads files."""


class At(Struct, frozen=True):
    """Where an expression stands, and what its names stand for."""

    file: File
    names: Names
    own: Mapping[str, Node] = {}
    """The names that loops and blocks bring."""
    depth: int = 0
    in_template: bool = False
    """Whether it is a file for `templatefile`: whoever asked for it reads what it holds."""

    def place(self, expression: "Expr | tree.Setting | tree.Block") -> Place:
        """Return where something stands."""
        return Place(self.file.path, *self.file.span(expression.start, expression.end))

    def with_names(self, **names: Node) -> "At":
        """Return the same with more names."""
        return At(self.file, self.names, {**self.own, **names}, self.depth, self.in_template)


def evaluate(expression: Expr, at: At) -> Node:
    """Return the value of an expression; unknown where the files do not tell it."""
    at = At(at.file, at.names, at.own, at.depth + 1, at.in_template)
    if at.depth > DEEPEST:
        return unknown("it is nested too deeply", at.place(expression))
    if not at.names.budget.spend():
        return unknown("more is to be evaluated than is followed", at.place(expression))
    return _EVALUATE[type(expression)](expression, at)


def _literal(expression: tree.Literal, at: At) -> Node:
    place = at.place(expression)
    node = Node(expression.value, place)
    return _with_document(node, at, expression)


def _with_document(node: Node, at: At, expression: Expr) -> Node:
    """Read the JSON that a text holds, as policies are written."""
    inner = None if at.in_template else document_of(node, at.file, expression)
    return node if inner is None else Node(node.value, node.place, node.origin, node.refers, inner)


def _template(expression: tree.Template, at: At) -> Node:
    place = at.place(expression)
    if expression.is_wrap:
        only = expression.parts[0]
        return moved(evaluate(only, at), place) if isinstance(only, Expr) else Node(only, place)
    nodes = [one if isinstance(one, str) else evaluate(one, at) for one in expression.parts]
    made_of = [one for one in nodes if isinstance(one, Node)]
    refers = refers_of(made_of)
    parts: list[str | None] = []
    for one in nodes:
        if isinstance(one, str):
            _add(parts, one)
        elif isinstance(one.value, Unknown):
            for part in one.value.parts or (None,):
                _add(parts, part)
        elif isinstance(one.value, (list, dict)):
            _add(parts, None)
        else:
            _add(parts, text_of(one.value))
    origin = next((one.origin for one in made_of if one.origin), ())
    if sum(len(part or "") + 1 for part in parts) > LARGEST_TEXT:
        return unknown("the text is longer than is followed", place, *made_of)
    if None in parts:
        why = why_of(made_of) or "it is made of values that are not known"
        node = Node(Unknown(why=why, parts=tuple(parts)), place, origin, refers)
    else:
        node = Node("".join(part or "" for part in parts), place, origin, refers)
    return _with_document(node, at, expression)


def _add(parts: list[str | None], part: str | None) -> None:
    if part == "" or (part is None and parts and parts[-1] is None):
        return
    if part is not None and parts and parts[-1] is not None:
        parts[-1] += part
    else:
        parts.append(part)


def _reference(expression: Expr, at: At) -> Node:
    """Evaluate a name with what is asked of it."""
    steps: list[Step] = []
    root = expression
    while isinstance(root, (tree.Attribute, tree.Index)):
        steps.append(root.name if isinstance(root, tree.Attribute) else root.key)
        root = root.target
    steps.reverse()
    place = at.place(expression)
    if not isinstance(root, tree.Name):
        return walk(evaluate(root, at), steps, place, at)
    if root.name in at.own:
        return walk(at.own[root.name], steps, place, at)
    return at.names.reference(root.name, steps, place, at)


def walk(node: Node, steps: Sequence[Step], place: Place, at: At) -> Node:
    """Take steps into a value, which then stands at a place."""
    origin = list(node.origin)
    refers = node.refers
    for step in steps:
        value = node.value
        if isinstance(value, Unknown):
            return Node(Unknown(why=value.why), place, tuple(origin), refers)
        found = _step(node, step, at)
        if found is None:
            return Node(Unknown(why=_missing(step, at)), place, tuple(origin), refers)
        origin = [*found.origin, *origin]
        refers = tuple(dict.fromkeys((*found.refers, *refers)))
        node = found
    return Node(node.value, place, tuple(origin), refers, node.inner)


def _missing(step: Step, at: At) -> str:
    if isinstance(step, str):
        return NO_ATTRIBUTE
    return NO_KEY if is_whole(evaluate(step, at)) else UNKNOWN_KEY


def _step(node: Node, step: Step, at: At) -> Node | None:
    value = node.value
    if isinstance(step, str):
        if isinstance(value, dict):
            return value.get(step)
        if isinstance(value, list) and len(value) == 1:
            # A block is a list of one to the plan, and one value to whoever asks.
            return _step(value[0], step, at)
        return None
    key = evaluate(step, at)
    if isinstance(key.value, (Unknown, list, dict)):
        return None
    if isinstance(value, dict):
        return value.get(text_of(key.value))
    number = number_of(key.value)
    if isinstance(value, list) and number is not None and 0 <= int(number) < len(value):
        return value[int(number)]
    return None


def _splat(expression: tree.Splat, at: At) -> Node:
    target = evaluate(expression.target, at)
    place = at.place(expression)
    if target.is_unknown:
        return moved(target, place)
    results = [evaluate(expression.each, at.with_names(**{"*": one})) for one in target.items]
    return Node(results, place, target.origin, refers_of([target, *results]))


def _tuple(expression: tree.Tuple, at: At) -> Node:
    items = [evaluate(one, at) for one in expression.items]
    return Node(items, at.place(expression), (), refers_of(items))


def _object(expression: tree.Object, at: At) -> Node:
    found: dict[str, Node] = {}
    for key, value in expression.items:
        name = key.value if isinstance(key, tree.Literal) else evaluate(key, at).value
        if isinstance(name, (Unknown, list, dict)):
            continue
        found[text_of(name)] = evaluate(value, at)
    return Node(found, at.place(expression), (), refers_of(found.values()))


def _conditional(expression: tree.Conditional, at: At) -> Node:
    question = evaluate(expression.question, at)
    place = at.place(expression)
    answer = truth_of(question)
    if answer is None:
        yes, no = evaluate(expression.yes, at), evaluate(expression.no, at)
        if yes.value == no.value and is_whole(yes):
            return moved(yes, place)
        why = why_of([question]) or "it hangs on a question that the files do not answer"
        return unknown(why, place, yes, no)
    chosen = evaluate(expression.yes if answer else expression.no, at)
    return Node(chosen.value, chosen.place, chosen.origin, chosen.refers, chosen.inner)


def _unary(expression: tree.Unary, at: At) -> Node:
    operand = evaluate(expression.operand, at)
    place = at.place(expression)
    if expression.operator == "!":
        truth = truth_of(operand)
        if truth is not None:
            return Node(not truth, place, operand.origin, operand.refers)
    else:
        number = number_of(operand.value)
        if number is not None:
            return Node(-number, place, operand.origin, operand.refers)
    return unknown(why_of([operand]) or "it is no number", place, operand)


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": math.fmod,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _binary(expression: tree.Binary, at: At) -> Node:
    left = evaluate(expression.left, at)
    place = at.place(expression)
    sign = expression.operator
    if sign in ("&&", "||"):
        first = truth_of(left)
        if first is (sign == "||"):
            return Node(first, place, left.origin, left.refers)
        right = evaluate(expression.right, at)
        second = truth_of(right)
        if second is (sign == "||"):
            return Node(second, place, right.origin, right.refers)
        if first is not None and second is not None:
            return Node(second, place, (*left.origin, *right.origin), refers_of([left, right]))
        return unknown(why_of([left, right]), place, left, right)
    right = evaluate(expression.right, at)
    refers = refers_of([left, right])
    if sign in ("==", "!="):
        same = _is_same(left, right)
        if same is None:
            return unknown(why_of([left, right]), place, left, right)
        return Node(same is (sign == "=="), place, (*left.origin, *right.origin), refers)
    first_number, second_number = number_of(left.value), number_of(right.value)
    if first_number is None or second_number is None:
        return unknown(why_of([left, right]) or "it is no number", place, left, right)
    if sign in _COMPARISONS:
        return Node(_COMPARISONS[sign](first_number, second_number), place, (), refers)
    try:
        result = _ARITHMETIC[sign](first_number, second_number)
    except (ArithmeticError, ValueError):
        return unknown("it is no number", place, left, right)
    if abs(result) < 1e15 and float(result).is_integer():
        result = int(result)
    return Node(result, place, (*left.origin, *right.origin), refers)


def _is_same(left: Node, right: Node) -> bool | None:
    for one, other in ((left, right), (right, left)):
        if one.value is None and isinstance(other.value, Unknown):
            # What is made has an id, whichever it is: it is compared with null to know that.
            may_be_null = ("the variable", "what the module")
            is_made = bool(other.refers) and not other.value.why.startswith(may_be_null)
            return False if is_made else None
        if one.value is None and isinstance(other.value, (list, dict)):
            return False
        if isinstance(one.value, str) and isinstance(other.value, Unknown):
            return None if _may_be(one.value, other.value.parts) else False
    if not is_whole(left) or not is_whole(right):
        return None
    first, second = plain(left), plain(right)
    if not _are_scalars(first, second):
        return bool(first == second)
    if first is None or second is None:
        return first is second
    return text_of(first) == text_of(second)


def _may_be(text: str, parts: Sequence[str | None]) -> bool:
    """Whether a text may be the one of which parts are known."""
    head, tail = (parts[0] or "", parts[-1] or "") if parts else ("", "")
    shortest = sum(len(part or "") for part in parts)
    return text.startswith(head) and text.endswith(tail) and len(text) >= shortest


def _are_scalars(*values: object) -> bool:
    return not any(isinstance(one, (list, dict)) for one in values)


def _for(expression: tree.For, at: At) -> Node:
    place = at.place(expression)
    collection = evaluate(expression.collection, at)
    if not isinstance(collection.value, (list, dict)):
        return unknown(why_of([collection]) or "it is no collection", place, collection)
    listed: list[Node] = []
    table: dict[str, Node] = {}
    is_open = ""
    for number, (key, value) in enumerate(pairs_of(collection)):
        if number >= MOST_ITEMS:
            is_open = "it goes through more than is followed"
            break
        names = {expression.value_name: value}
        if expression.key_name:
            names[expression.key_name] = Node(key, value.place)
        inner = at.with_names(**names)
        if expression.condition is not None:
            answer = evaluate(expression.condition, inner)
            truth = truth_of(answer)
            if truth is False:
                continue
            if truth is None:
                is_open = is_open or why_of([answer]) or "its condition is not known"
                continue
        result = evaluate(expression.value, inner)
        if expression.key is None:
            listed.append(result)
            continue
        name = evaluate(expression.key, inner)
        if isinstance(name.value, (Unknown, list, dict)):
            is_open = is_open or why_of([name]) or "a key is not known"
            continue
        text = text_of(name.value)
        if expression.groups:
            before = table[text].items if text in table else ()
            table[text] = Node([*before, result], result.place)
        else:
            table[text] = result
    if is_open:
        return unknown(is_open, place, collection, *listed, *table.values())
    if expression.joins:
        if all(is_whole(one) for one in listed):
            text = "".join(text_of(one.value) for one in listed)
            return Node(text, place, (), refers_of(listed))
        return unknown(why_of(listed), place, *listed)
    if expression.key is None:
        return Node(listed, place, collection.origin, refers_of([collection, *listed]))
    return Node(table, place, collection.origin, refers_of([collection, *table.values()]))


def _call(expression: tree.Call, at: At) -> Node:
    place = at.place(expression)
    name = expression.name.removeprefix("core::")
    if name in ("try", "can"):
        return _tried(expression, name, place, at)
    arguments = [evaluate(one, at) for one in expression.arguments]
    if expression.expands and arguments:
        last = arguments.pop()
        if not isinstance(last.value, list):
            return unknown(why_of([last]), place, *arguments, last)
        arguments += last.value
    special = _KEEPING.get(name) or at.names.special(name)
    if special is not None:
        found = special(arguments, place, at)
        if found is not None:
            return found
    if name not in FUNCTIONS:
        why = why_of(arguments) or f"{name}() is known only when it is run"
        return unknown(why, place, *arguments)
    if not all(map(is_whole, arguments)):
        return unknown(why_of(arguments), place, *arguments)
    try:
        result = call(name, [plain(one) for one in arguments])
    except Refused as error:
        why = "more than is followed" if error.is_ours else NOT_TAKEN
        return unknown(why, place, *arguments)
    if isinstance(result, (list, dict, str)):
        at.names.budget.spend(len(result) // 10 if isinstance(result, str) else len(result))
    origin = next((one.origin for one in arguments if one.origin), ())
    node = known(result, place, refers_of(arguments))
    return Node(node.value, place, origin, node.refers)


def _tried(expression: tree.Call, name: str, place: Place, at: At) -> Node:
    for one in expression.arguments:
        found = evaluate(one, at)
        # What fails is unknown to us as well: of the two only the first leads on.
        if is_bounded(found) and any(map(_has_failed, found.walk())):
            continue
        if name == "can":
            return Node(True, place) if is_whole(found) else unknown(why_of([found]), place, found)
        return moved(found, place)
    return Node(False, place) if name == "can" else unknown("nothing of it is there", place)


def _has_failed(node: Node) -> bool:
    return isinstance(node.value, Unknown) and node.value.why in _FAILURES


_FAILURES = (NO_ATTRIBUTE, NO_KEY, NOT_TAKEN)

Keeping = Callable[[list[Node], Place, At], Node | None]
"""A function whose result keeps the places of its arguments; None where it cannot tell so."""


def _first_given(arguments: list[Node], place: Place, at: At) -> Node | None:
    for one in arguments:
        if one.is_unknown:
            return unknown(why_of([one]), place, *arguments)
        if one.value is not None and one.value != "":
            return moved(one, place)
    return Node(None, place)


def _same(arguments: list[Node], place: Place, at: At) -> Node | None:
    return moved(arguments[0], place) if arguments else None


def _merged(arguments: list[Node], place: Place, at: At) -> Node | None:
    table: dict[str, Node] = {}
    for one in arguments:
        if one.value is None:
            continue
        if not isinstance(one.value, dict):
            return None
        table |= one.value
    if not is_bounded(Node(table, place)):
        return None
    return Node(table, place, (), refers_of(arguments))


def _joined(arguments: list[Node], place: Place, at: At) -> Node | None:
    if not all(isinstance(one.value, (list, Unknown)) for one in arguments):
        return None
    if all(one.is_unknown for one in arguments):
        return None
    # Of one list that is not known the others are still there.
    items = [item for one in arguments for item in ((_more(one),) if one.is_unknown else one.items)]
    if len(items) > MOST_ITEMS * 10:
        return None
    return Node(items, place, (), refers_of(arguments))


MORE = "there may be more, or nothing"


def _more(node: Node) -> Node:
    """Return what stands in a list for any number of values that are not known."""
    if _has_failed(node):
        return node
    return Node(Unknown(why=MORE), node.place, node.origin, node.refers)


def _put_together(arguments: list[Node], place: Place, at: At) -> Node | None:
    """Join texts of which some are not known; `join` does the rest."""
    if len(arguments) != 2 or not isinstance(arguments[1].value, list):
        return None
    parts: list[str | None] = []
    for number, one in enumerate(arguments[1].value):
        if number:
            _add(parts, arguments[0].text())
        _add(parts, text_of(one.value) if is_scalar(one) else None)
    return _of_parts(parts, arguments, place)


def _formatted(arguments: list[Node], place: Place, at: At) -> Node | None:
    """Fill in a form with texts of which some are not known; `format` does the rest."""
    form = arguments[0].value if arguments else None
    if not isinstance(form, str):
        return None
    pieces = re.split(r"%([svdqt%])", form)
    parts: list[str | None] = []
    rest = iter(arguments[1:])
    for literal, verb in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if "%" in literal:
            return None
        _add(parts, literal)
        if verb == "%":
            _add(parts, "%")
        elif verb:
            value = next(rest, None)
            known_text = value is not None and is_scalar(value) and verb != "q"
            _add(parts, text_of(value.value) if value is not None and known_text else None)
    return _of_parts(parts, arguments, place)


def _of_parts(parts: list[str | None], arguments: list[Node], place: Place) -> Node | None:
    if None not in parts or len(parts) == 1:
        return None
    value = Unknown(why=why_of(arguments), parts=tuple(parts))
    return Node(value, place, (), refers_of(arguments))


def _flattened(arguments: list[Node], place: Place, at: At) -> Node | None:
    found: list[Node] = []
    waiting = list(reversed(arguments))
    while waiting and len(found) < MOST_ITEMS:
        one = waiting.pop()
        if isinstance(one.value, list):
            waiting += reversed(one.value)
        else:
            found.append(_more(one) if one.is_unknown else one)
    return Node(found, place, (), refers_of(arguments))


def _listed(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0].value, list):
        return None
    seen: dict[str, Node] = {}
    for number, one in enumerate(arguments[0].value):
        key = repr(plain(one)) if is_whole(one) else f"unknown {number}"
        seen.setdefault(key, one)
    items = list(seen.values())
    if all(isinstance(one.value, str) for one in items):
        items.sort(key=lambda one: one.text())
    return Node(items, place, arguments[0].origin, arguments[0].refers)


def _looked_up(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) < 2 or not isinstance(arguments[0].value, dict):
        return None
    key = arguments[1].value
    if isinstance(key, (Unknown, list, dict)):
        return None
    found = arguments[0].value.get(text_of(key))
    if found is None:
        return moved(arguments[2], place) if len(arguments) > 2 else None
    return moved(found, place)


def _element(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 2 or not isinstance(arguments[0].value, list) or not arguments[0].value:
        return None
    number = number_of(arguments[1].value)
    if number is None:
        return None
    return moved(arguments[0].value[int(number) % len(arguments[0].value)], place)


def _one(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0].value, list):
        return None
    items = arguments[0].value
    return moved(items[0], place) if len(items) == 1 else Node(None, place)


def _keys(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0].value, dict):
        return None
    names = [Node(key, one.place) for key, one in sorted(arguments[0].value.items())]
    return Node(names, place, arguments[0].origin)


def _values(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0].value, dict):
        return None
    items = [one for _, one in sorted(arguments[0].value.items())]
    return Node(items, place, arguments[0].origin, arguments[0].refers)


def _length(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or not isinstance(arguments[0].value, (list, dict)):
        return None
    if any(isinstance(one.value, Unknown) and one.value.why == MORE for one in arguments[0].items):
        return unknown(MORE, place, *arguments)
    return Node(len(arguments[0].value), place, arguments[0].origin, arguments[0].refers)


def _encoded(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1:
        return None
    import json

    inner = arguments[0]
    if is_whole(inner):
        text = json.dumps(plain(inner), separators=(",", ":"))
        return Node(text, place, inner.origin, inner.refers, inner)
    return Node(Unknown(why=why_of([inner])), place, inner.origin, inner.refers, inner)


def _decoded(arguments: list[Node], place: Place, at: At) -> Node | None:
    if len(arguments) != 1 or arguments[0].inner is None:
        return None
    return moved(arguments[0].inner, place)


_KEEPING: Mapping[str, Keeping] = {
    "coalesce": _first_given,
    "concat": _joined,
    "element": _element,
    "flatten": _flattened,
    "format": _formatted,
    "join": _put_together,
    "jsondecode": _decoded,
    "jsonencode": _encoded,
    "keys": _keys,
    "length": _length,
    "lookup": _looked_up,
    "merge": _merged,
    "nonsensitive": _same,
    "one": _one,
    "sensitive": _same,
    "tolist": _same,
    "tomap": _same,
    "toset": _listed,
    "values": _values,
    "yamlencode": _encoded,
}

_EVALUATE: Mapping[type, Callable[..., Node]] = {
    tree.Literal: _literal,
    tree.Template: _template,
    tree.Name: _reference,
    tree.Attribute: _reference,
    tree.Index: _reference,
    tree.Splat: _splat,
    tree.Tuple: _tuple,
    tree.Object: _object,
    tree.Conditional: _conditional,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.For: _for,
    tree.Call: _call,
}
