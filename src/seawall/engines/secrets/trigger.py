"""Derive from a detector's expressions the cheap ones that say where it is worth confirming it.

A trigger matches wherever the detector matches, and more: look-arounds become a consumed byte or
are dropped, what follows a long repeat is cut off. The matcher reports where triggers end; the
exact expression is asked there alone, so a trigger never changes an answer, only what it costs.
"""

import re
from collections.abc import Iterable, Sequence
from re import _constants as op
from re import _parser as sre
from typing import Any

from msgspec import Struct, structs

from seawall.engines.secrets.words import is_word
from seawall.model.detector import Detector

VERSION = 9
"""Goes up when the same detectors get other triggers."""
LONGEST_REPEAT = 96
"""A repeat that may vary by more ends the trigger: its counters would cost more than they save."""
LONG_RUN = 64
"""So many bytes of a run at the end are enough to look closer."""
SHORT_RUN = 24
SHORT_LEAD = 8
MOST_LITERALS = 64
_COMMON = frozenset(
    b"api app auth cred client key pass password pat pwd secret token user account".split()
)
_ALL = frozenset(range(256))
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DIGIT = frozenset(b"0123456789")
_SPACE = frozenset(b" \t\n\r\f\v")
_NEWLINE = ord("\n")
_GAP = "[\\x00-\\xff]{0,"
"""How the bytes between a name and its secret begin."""
_CATEGORIES = {
    op.CATEGORY_DIGIT: _DIGIT,
    op.CATEGORY_NOT_DIGIT: _ALL - _DIGIT,
    op.CATEGORY_SPACE: _SPACE,
    op.CATEGORY_NOT_SPACE: _ALL - _SPACE,
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_WORD: _ALL - _WORD,
}

Node = tuple[Any, Any]
Bytes = frozenset[int]


class TriggerError(ValueError):
    """An expression is outside the syntax that both engines share; the message says where."""


class Trigger(Struct, frozen=True, kw_only=True):
    """Where one detector has to be confirmed."""

    expression: str
    """For Hyperscan, with its flag DOTALL: matches end inside the detector's match, or one byte
    after it, or (`from_near`) inside what `near` matches."""
    from_near: bool
    literals: tuple[bytes, ...]
    """Lower-case texts of which one stands in every match of the pattern, or (`literals_near`)
    of `near`; empty if there are none of three bytes or more."""
    literals_near: bool
    back: int
    """Bytes before the place of a hit in `near` from which the pattern's match may start."""
    ahead: int
    """Bytes after the place of a hit in `near` up to which the pattern's match may start."""
    bare: str = ""
    """For a pattern without literals: the expression from its first rare byte on, which `re`
    finds fast."""
    lead: int = 0
    """The most bytes of `near` that may stand before its literal."""
    span: int = 0
    """The most bytes that a match of the expression, or one of the literals, covers."""


def parse(pattern: str) -> Sequence[Node]:
    """Parse an expression over bytes. Raises TriggerError when it is outside the shared syntax."""
    try:
        tree = sre.parse(pattern.encode("utf-8"))
    except re.error as error:
        raise TriggerError(str(error)) from error
    except RecursionError as error:
        raise TriggerError("nested too deeply") from error
    nodes: Sequence[Node] = tree.data
    if tree.state.flags & re.IGNORECASE:
        return [(op.SUBPATTERN, (None, re.IGNORECASE, 0, tree))]
    return nodes


def width(pattern: str) -> int:
    """Return the most bytes that an expression can match."""
    return int(sre.parse(pattern.encode("utf-8")).getwidth()[1])


def trigger_of(detector: Detector) -> Trigger:
    """Derive the trigger of a detector. Raises TriggerError when its syntax is not shared."""
    for expression in (detector.pattern, detector.near):
        _check(parse(expression))
    trigger = _derive(detector)
    expression = trigger.expression.replace("\\z", "\\Z")
    longest = max((len(literal) for literal in trigger.literals), default=0)
    bare = (
        "" if trigger.literals else _render(_from_separator(_flat(parse(detector.pattern)))[1:])[0]
    )
    return structs.replace(trigger, span=max(width(expression), longest), bare=bare)


def light_trigger_of(detector: Detector, trigger: Trigger) -> Trigger:
    """Return a trigger that compiles in a fraction of the time, and matches more often.

    What a seldom name is near to is then told by the name alone.
    """
    gapped = detector.near and not trigger.from_near and _GAP in trigger.expression
    if not gapped:
        return trigger
    near = parse(f"(?i:{detector.near})")
    literals = _best_literals(near, ignore_case=False)
    if any(len(text) < 4 or is_word(text.decode("latin-1")) for text in literals):
        return trigger
    return structs.replace(trigger, expression=_render(near)[0], from_near=True)


def _derive(detector: Detector) -> Trigger:
    pattern = parse(detector.pattern)
    own = _best_literals(pattern, ignore_case=False)
    if detector.multiline:
        head = _head(pattern)
        return Trigger(
            expression=_render(head)[0],
            from_near=False,
            literals=_usable(_best_literals(head, ignore_case=False)),
            literals_near=False,
            back=0,
            ahead=0,
        )
    if not detector.near:
        return Trigger(
            expression=_render(_from_literal(pattern))[0],
            from_near=False,
            literals=_usable(own),
            literals_near=False,
            back=0,
            ahead=0,
        )
    near = parse(f"(?i:{detector.near})")
    near_width = width(detector.near)
    ahead = near_width + detector.reach + 1
    back = detector.reach + near_width if detector.before else 0
    near_literals = _best_literals(near, ignore_case=False)
    if _strength(own) >= 4:
        expression, from_near = _render(_from_literal(pattern))[0], False
    elif detector.before:
        expression, from_near = _render(near)[0], True
    else:
        text, whole = _render(near, tail=False)
        gap = f"{_GAP}{detector.reach + (0 if whole else near_width)}}}"
        expression = text + _after_gap(gap, _from_secret(pattern))
        from_near = False
    by_near = _strength(own) < 4 and _strength(near_literals) > _strength(own)
    return Trigger(
        expression=expression,
        from_near=from_near,
        literals=_usable(near_literals if by_near else own),
        literals_near=by_near,
        back=back,
        ahead=ahead,
        lead=near_width + 1,
    )


def _check(nodes: Sequence[Node]) -> None:
    """Refuse what the engines do not share, or what hostile text could make slow."""
    for kind, value in nodes:
        if kind in (op.GROUPREF, op.GROUPREF_EXISTS):
            raise TriggerError("a reference back to a group")
        if (
            kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
            and value[1] is op.MAXREPEAT
        ):
            raise TriggerError("a repeat without an upper bound")
        if kind in (op.ASSERT, op.ASSERT_NOT) and (
            len(value[1].data) != 1 or _class(value[1].data[0], True) is None
        ):
            raise TriggerError("a look-around of more than one character class")
        _check(_inside((kind, value)))


def _strength(literals: frozenset[bytes]) -> float:
    """Return how seldom ordinary text holds any of the literals: about the length of the worst."""
    return min(map(_weight, literals), default=0.0)


def _weight(text: bytes) -> float:
    if text in _COMMON:
        return 1.5
    return 1.2 if len(text) == 2 and text.isalpha() else float(len(text))


def _usable(literals: frozenset[bytes]) -> tuple[bytes, ...]:
    if min(map(len, literals), default=0) < 2:
        return ()
    # One that holds another of them says no more.
    return tuple(
        sorted(
            literal
            for literal in literals
            if not any(other in literal for other in literals if other != literal)
        )
    )


# Character classes


def _fold(wanted: Iterable[int]) -> Bytes:
    folded = set(wanted)
    for byte in tuple(folded):
        if 65 <= byte <= 90:
            folded.add(byte + 32)
        elif 97 <= byte <= 122:
            folded.add(byte - 32)
    return frozenset(folded)


def _class(node: Node, ignore_case: bool) -> Bytes | None:
    """Return the bytes that a node of one byte matches, None for every other node."""
    kind, value = node
    if kind is op.LITERAL:
        return _fold([value]) if ignore_case else frozenset([value])
    if kind is op.NOT_LITERAL:
        return _ALL - (_fold([value]) if ignore_case else {value})
    if kind is op.ANY:
        return _ALL - {_NEWLINE}
    if kind is not op.IN:
        return None
    wanted: set[int] = set()
    negated = False
    for item, argument in value:
        if item is op.NEGATE:
            negated = True
        elif item is op.LITERAL:
            wanted.add(argument)
        elif item is op.RANGE:
            wanted.update(range(argument[0], argument[1] + 1))
        elif item is op.CATEGORY:
            wanted |= _CATEGORIES[argument]
    result = _fold(wanted) if ignore_case else frozenset(wanted)
    return _ALL - result if negated else result


def _show(wanted: Bytes) -> str:
    """Write a class of bytes in hexadecimal, so that both engines read the same."""
    if len(wanted) == 1:
        (byte,) = wanted
        sign = chr(byte)
        return sign if sign.isascii() and sign.isalnum() else f"\\x{byte:02x}"
    negated = len(wanted) > 128
    listed = sorted(_ALL - wanted if negated else wanted)
    parts: list[str] = []
    first = last = listed[0] if listed else -1
    for byte in [*listed[1:], 999]:
        if byte == last + 1:
            last = byte
            continue
        parts.append(f"\\x{first:02x}" if first == last else f"\\x{first:02x}-\\x{last:02x}")
        first = last = byte
    if not listed:
        return "[\\x00-\\xff]"
    return f"[{'^' if negated else ''}{''.join(parts)}]"


# Rendering


def _render(
    nodes: Sequence[Node], *, ignore_case: bool = False, head: bool = True, tail: bool = True
) -> tuple[str, bool]:
    """Write nodes for Hyperscan, and say whether all of them were written.

    With `head` nothing stands before them in the trigger, so that a byte before them may be asked
    for; with `tail` nothing follows, so that a last repeat is cut to its minimum.
    What follows nodes that were not written whole must be left out as well.
    """
    parts: list[str] = []
    last = len(nodes) - 1
    for place, node in enumerate(nodes):
        ends = tail and _only_boundaries(nodes[place + 1 :])
        if node[0] in (op.ASSERT, op.ASSERT_NOT):
            first, final = head and place == 0, tail and place == last
            parts.append(_render_assertion(node, ignore_case, first=first, final=final))
            continue
        text, whole = _render_node(node, ignore_case, head=head and place == 0, tail=ends)
        parts.append(text)
        if not whole:
            return "".join(parts), False
    return "".join(parts), True


def _only_boundaries(nodes: Sequence[Node]) -> bool:
    return all(kind in (op.AT, op.ASSERT, op.ASSERT_NOT) for kind, _ in nodes)


def _render_node(node: Node, ignore_case: bool, *, head: bool, tail: bool) -> tuple[str, bool]:
    kind, value = node
    wanted = _class(node, ignore_case)
    if wanted is not None:
        return _show(wanted), True
    if kind is op.SUBPATTERN:
        _, add, remove, inner = value
        folded = (ignore_case or bool(add & re.IGNORECASE)) and not remove & re.IGNORECASE
        least, most = inner.getwidth()
        text, whole = _render(inner.data, ignore_case=folded, head=head, tail=tail)
        return f"(?:{text})", whole and (not tail or least == most)
    if kind is op.BRANCH:
        branches = [
            _render(b.data, ignore_case=ignore_case, head=False, tail=False) for b in value[1]
        ]
        return f"(?:{'|'.join(text for text, _ in branches)})", all(w for _, w in branches)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _render_repeat(value, ignore_case, tail=tail)
    if kind is op.ATOMIC_GROUP:
        text, whole = _render(value.data, ignore_case=ignore_case, head=False, tail=False)
        return f"(?:{text})", whole
    if kind is op.AT:
        return ("\\b" if value is op.AT_BOUNDARY else ""), True
    raise TriggerError(f"{str(kind).lower()} is not in the syntax that both engines share")


def _render_repeat(value: Any, ignore_case: bool, *, tail: bool) -> tuple[str, bool]:
    least, most, inner = value
    if most is op.MAXREPEAT:
        raise TriggerError("a repeat without an upper bound")
    text, whole = _render(inner.data, ignore_case=ignore_case, head=False, tail=False)
    if not whole:
        return (text, False) if least else ("", False)
    if len(inner.data) != 1 or _class(inner.data[0], ignore_case) is None:
        text = f"(?:{text})"
    if tail and least > LONG_RUN and len(inner.data) == 1:
        return f"{text}{{{LONG_RUN}}}", False
    if most == least:
        return f"{text}{{{least}}}", True
    if tail or most - least > LONGEST_REPEAT:
        return (f"{text}{{{least}}}" if least else ""), False
    return f"{text}{{{least},{most}}}", True


def _render_assertion(node: Node, ignore_case: bool, *, first: bool, final: bool) -> str:
    kind, (direction, inner) = node
    wanted = _class(inner.data[0], ignore_case) if len(inner.data) == 1 else None
    # A line's end satisfies the exact expression, so the newline must satisfy the trigger.
    if kind is op.ASSERT or wanted is None or _NEWLINE in wanted:
        return ""
    if direction < 0:
        return f"(?:^|{_show(_ALL - wanted)})" if first else ""
    return f"(?:{_show(_ALL - wanted)}|\\z)" if final else ""


def _after_gap(gap: str, nodes: Sequence[Node]) -> str:
    """Write what follows `near`: any bytes within reach, then the value."""
    if nodes and nodes[0][0] is op.ASSERT_NOT and nodes[0][1][0] < 0:
        inner = nodes[0][1][1].data
        wanted = _class(inner[0], False) if len(inner) == 1 else None
        rest = _render(nodes[1:], head=False)[0]
        if wanted is not None:
            return f"(?:{gap}{_show(_ALL - wanted)})?{rest}"
        return gap + rest
    return gap + _render(nodes, head=False)[0]


# Choosing which part of a pattern to look for


def _flat(nodes: Sequence[Node]) -> list[Node]:
    """Open plain groups at the top, so that what they hold stands in the one sequence."""
    flat: list[Node] = []
    for kind, value in nodes:
        if kind is op.SUBPATTERN and not value[1] and not value[2]:
            flat += _flat(value[3].data)
        else:
            flat.append((kind, value))
    return flat


def _from_literal(nodes: Sequence[Node]) -> Sequence[Node]:
    """Drop what stands before the longest literal run of four bytes or more."""
    flat = _flat(nodes)
    best_start, best_length = 0, 3
    start = 0
    for place in range(len(flat) + 1):
        if place == len(flat) or flat[place][0] is not op.LITERAL:
            if place - start > best_length:
                best_start, best_length = start, place - start
            start = place + 1
    if best_length < 4 and _strength(_best_literals(flat, ignore_case=False)) < 2:
        return _from_separator(flat)
    if best_length < 4 or _only_boundaries(flat[:best_start]):
        return flat
    return flat[best_start:]


def _from_separator(flat: list[Node]) -> Sequence[Node]:
    """Start a pattern without literals at its first rare byte, and ask for no long run after it.

    Runs of letters and digits alone would keep the matcher busy with every word of a text.
    """
    for place, node in enumerate(flat):
        exact = _exact(node)
        if exact is None or not all(exact):
            continue
        rest = list(flat[place:])
        if place:
            rest.insert(0, _at_most(flat[place - 1], SHORT_LEAD))
        while rest and rest[-1][0] in (op.AT, op.ASSERT, op.ASSERT_NOT):
            rest.pop()
        rest[-1] = _at_most(rest[-1], SHORT_RUN)
        return rest
    return flat


def _at_most(node: Node, times: int) -> Node:
    """Ask for a part of a repeat at the edge of a trigger: `times` are enough to look closer."""
    kind, value = node
    if kind not in (op.MAX_REPEAT, op.MIN_REPEAT):
        return node
    least = min(value[0], times)
    return kind, (least, least, value[2])


def _from_secret(nodes: Sequence[Node]) -> Sequence[Node]:
    """Drop what stands before the group of the secret, but a boundary right before it."""
    for place, (kind, value) in enumerate(nodes):
        if kind is op.SUBPATTERN and value[0] is not None:
            start = place
            while start and nodes[start - 1][0] in (op.AT, op.ASSERT_NOT):
                start -= 1
            return _flat(nodes[start:])
    return nodes


def _head(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the nodes up to the first that could match a line end."""
    flat = _flat(nodes)
    for place, node in enumerate(flat):
        if _NEWLINE in _reach_of(node):
            return flat[:place]
    return flat


def _reach_of(node: Node) -> Bytes:
    """Return all bytes that may stand in what a node matches."""
    kind, value = node
    wanted = _class(node, True)
    if wanted is not None:
        return wanted
    reach: set[int] = set()
    for part in _inside(node):
        reach |= _reach_of(part)
    return frozenset(reach)


def _inside(node: Node) -> list[Node]:
    """Return the nodes right under a node."""
    kind, value = node
    inner: list[Node] = []
    if kind is op.SUBPATTERN:
        inner = value[3].data
    elif kind is op.BRANCH:
        inner = [part for branch in value[1] for part in branch.data]
    elif kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        inner = value[2].data
    elif kind is op.ATOMIC_GROUP:
        inner = value.data
    return inner


# Literals that a match must hold


def _best_literals(nodes: Sequence[Node], *, ignore_case: bool) -> frozenset[bytes]:
    """Return lower-case texts of which one stands in every match, the longest there are."""
    best: frozenset[bytes] = frozenset()
    run: frozenset[bytes] = frozenset([b""])
    for node in [*_flat(nodes), None]:
        exact = _exact(node) if node is not None else None
        if exact is not None and len(run) * len(exact) <= MOST_LITERALS:
            run = frozenset(head + tail for head in run for tail in exact)
            continue
        if _strength(run) > _strength(best):
            best = run
        run = exact if exact is not None else frozenset([b""])
        if node is not None and exact is None:
            inner = _inner_literals(node)
            if _strength(inner) > _strength(best):
                best = inner
    return best


def _exact(node: Node) -> frozenset[bytes] | None:
    """Return every lower-cased text that a node matches, None if they are too many."""
    kind, value = node
    wanted = _class(node, False)
    if wanted is not None:
        lowered = {bytes([byte]).lower() for byte in wanted}
        return frozenset(lowered) if len(lowered) <= 10 else None
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return frozenset([b""])
    if kind is op.SUBPATTERN:
        return _exact_sequence(value[3].data)
    if kind is op.BRANCH:
        texts: set[bytes] = set()
        for branch in value[1]:
            exact = _exact_sequence(branch.data)
            if exact is None:
                return None
            texts |= exact
        return frozenset(texts) if len(texts) <= MOST_LITERALS else None
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] == 1:
        exact = _exact_sequence(value[2].data)
        if exact is None or value[0] == 1:
            return exact
        return exact | {b""}
    return None


def _exact_sequence(nodes: Sequence[Node]) -> frozenset[bytes] | None:
    run: frozenset[bytes] = frozenset([b""])
    for node in nodes:
        exact = _exact(node)
        if exact is None or len(run) * len(exact) > MOST_LITERALS:
            return None
        run = frozenset(head + tail for head in run for tail in exact)
    return run


def _inner_literals(node: Node) -> frozenset[bytes]:
    """Return the best literals inside one node that is not exact."""
    kind, value = node
    if kind is op.SUBPATTERN:
        return _best_literals(value[3].data, ignore_case=False)
    if kind is op.ATOMIC_GROUP:
        return _best_literals(value.data, ignore_case=False)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0] >= 1:
        return _best_literals(value[2].data, ignore_case=False)
    if kind is op.BRANCH:
        union: set[bytes] = set()
        for branch in value[1]:
            best = _best_literals(branch.data, ignore_case=False)
            if not best:
                return frozenset()
            union |= best
        return frozenset(union)
    return frozenset()


def leading_literal(pattern: str) -> bytes:
    """Return the literal text with which every match begins, which may be none."""
    text = bytearray()
    for kind, value in parse(pattern):
        if kind is not op.LITERAL:
            break
        text.append(value)
    return bytes(text)


def head_of_secret(pattern: str) -> str:
    """Return the literal text with which every secret of a pattern begins, as it is written."""
    nodes = parse(pattern)
    for kind, value in nodes:
        if kind is op.SUBPATTERN and value[0] is not None:
            nodes = value[3].data
            break
    head = ""
    for kind, value in _flat(nodes):
        if kind is op.LITERAL:
            head += chr(value)
        elif kind not in (op.AT, op.ASSERT, op.ASSERT_NOT):
            break
    return head
