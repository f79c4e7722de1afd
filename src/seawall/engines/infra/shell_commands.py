"""The commands of scripts as values that rules ask: in Dockerfiles, workflows and pipelines."""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from seawall.model.infrastructure import Node, Place, Unknown
from seawall.parse.shell import (
    Command,
    Group,
    Script,
    Word,
    commands_of,
    inner_script,
    unwrapped,
)

MOST_COMMANDS = 2_000
"""Of one script; what stands behind them is not looked at."""
DEEPEST = 4
"""Scripts that are given to shells as texts, in one another."""

_FILLED = re.compile(
    r"\$\{\{.*?\}\}|\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[$<>]\([^()]*(?:\([^()]*\)[^()]*)*\)|`[^`]*`"
    r"|\$(?:\w+|[@*#?$!-])"
)

PlaceOf = Callable[[int, int], Place]
"""Makes a place of two offsets."""


def command_nodes(script: Script, place_of: PlaceOf) -> list[Node]:
    """Return the simple commands of a script, in order, each with its place.

    Each has `name` (without its folder), `words` (the name first; unknown where the shell fills
    them in), `text` (the words as they are written), `wrappers` (what starts it: "sudo"),
    `assignments` (by name), `reads` (the names of those that write into it), `writes` (of those
    that read from it), `takes` (of those whose output stands in its words), `redirects` (each
    `operator`, `target`) and `operator` (what joins it to what stands before: "&&", "||", ";").
    """
    return list(_bounded(_nodes(script, place_of, 0)))


def _bounded(nodes: Iterator[Node]) -> Iterator[Node]:
    for _, node in zip(range(MOST_COMMANDS), nodes, strict=False):
        yield node


def _nodes(script: Script, place_of: PlaceOf, depth: int) -> Iterator[Node]:
    for pipeline in script.walk():
        names = [_names(stage) for stage in pipeline.stages]
        for number, stage in enumerate(pipeline.stages):
            if isinstance(stage, Group):
                continue
            reads = [name for one in names[:number] for name in one]
            writes = [name for one in names[number + 1 :] for name in one]
            wrappers, words = unwrapped(stage)
            yield _node(stage, wrappers, words, reads, writes, pipeline.operator, place_of)
            inner = inner_script(words) if depth < DEEPEST else None
            if inner is not None:
                yield from _nodes(inner, place_of, depth + 1)


def _names(stage: Command | Group) -> list[str]:
    found: list[str] = []
    for command in commands_of(stage):
        _, words = unwrapped(command)
        if words:
            found.append(_name(words))
    return found


def _name(words: Sequence[Word]) -> str:
    text = words[0].text if words else ""
    return text if "(" in text or "`" in text else posixpath.basename(text)


def _node(
    command: Command,
    wrappers: Sequence[str],
    words: Sequence[Word],
    reads: Sequence[str],
    writes: Sequence[str],
    operator: str,
    place_of: PlaceOf,
) -> Node:
    place = place_of(command.start, command.end)
    entries = {
        "name": Node(_name(words), place),
        "words": Node([_word(one, place_of) for one in words], place),
        "text": Node(" ".join(one.text for one in words), place),
        "operator": Node(operator, place),
    }
    if wrappers:
        entries["wrappers"] = _texts(wrappers, place)
    if reads:
        entries["reads"] = _texts(reads, place)
    if writes:
        entries["writes"] = _texts(writes, place)
    takes = [
        name
        for script in command.runs
        for pipeline in script.pipelines
        for stage in pipeline.stages
        for name in _names(stage)
    ]
    if takes:
        entries["takes"] = _texts(takes, place)
    assigned: dict[str, Node] = {}
    for one in _assignments(command, wrappers):
        name, _, value = one.text.partition("=")
        at = place_of(one.start, one.end)
        assigned[name] = Node(value, at) if one.is_literal else _unknown(value, at)
    if assigned:
        entries["assignments"] = Node(assigned, place)
    if command.redirects:
        entries["redirects"] = Node(
            [
                Node(
                    {
                        "operator": Node(one.operator, place),
                        "target": _word(one.target, place_of),
                    },
                    place,
                )
                for one in command.redirects
            ],
            place,
        )
    return Node(entries, place)


def _assignments(command: Command, wrappers: Sequence[str]) -> Iterator[Word]:
    """Yield what is assigned before a command, by `env`, and by `export`."""
    yield from command.assignments
    words = command.words
    if words and (words[0].text in ("export", "declare", "typeset", "readonly", "local")):
        yield from (one for one in words[1:] if "=" in one.text and one.text[0] != "-")
    elif "env" in wrappers or "sudo" in wrappers:
        for one in words:
            if "=" in one.text and one.text.partition("=")[0].isidentifier():
                yield one


def _texts(values: Sequence[str], place: Place) -> Node:
    return Node([Node(one, place) for one in values], place)


def _word(word: Word, place_of: PlaceOf) -> Node:
    place = place_of(word.start, word.end)
    return Node(word.text, place) if word.is_literal else _unknown(word.text, place)


def _unknown(text: str, place: Place) -> Node:
    return Node(Unknown("the shell fills it in", known_parts(text)), place)


def known_parts(text: str) -> tuple[str | None, ...]:
    """Return the stretches of a text between what is filled in, None for each of those."""
    parts: list[str | None] = []
    at = 0
    for found in _FILLED.finditer(text):
        parts += [text[at : found.start()], None] if found.start() > at else [None]
        at = found.end()
    return (*parts, text[at:]) if at < len(text) else tuple(parts)
