"""Reads YAML of other people as plain values: bounded in depth, and in what aliases unfold to."""

import re
from functools import lru_cache
from typing import Any

import yaml  # type: ignore[import-untyped]

from seawall.core.errors import ParseError
from seawall.parse.plain_yaml import NotPlain, parse_plain_yaml

DEEPEST = 100
"""Collections in one another."""
LARGEST = 16 << 20
"""Bytes."""
MOST_ENTRIES = 500_000
"""Lines and commas of a file that is not plain: each may cost ten microseconds."""
MOST_UNFOLDED = 2_000_000
"""Values of one file, each counted wherever an alias or a merge brings it."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Texts(_Loader):  # type: ignore[misc]
    """Reads numbers, dates and the like as the text that they are, for `1.10` is a version."""

    def value_of(self, node: Any) -> Any:
        """Return what a node states, whatever tag it claims to have."""
        match node:
            case yaml.MappingNode():
                return self.construct_mapping(node, deep=True)
            case yaml.SequenceNode():
                return self.construct_sequence(node, deep=True)
        return node.value


_Texts.yaml_implicit_resolvers = {
    start: [(tag, form) for tag, form in forms if tag in _KEPT]
    for _KEPT in [{"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:bool"}]
    for start, forms in _Loader.yaml_implicit_resolvers.items()
}
for _tag in ("int", "float", "timestamp", "binary"):
    _Texts.add_constructor(f"tag:yaml.org,2002:{_tag}", lambda loader, node: loader.value_of(node))
_Texts.add_constructor(None, lambda loader, node: loader.value_of(node))


_WORDS: dict[str, bool | None] = {
    form: value
    for value, names in {
        None: ("null", "~"),
        True: ("true", "yes", "on"),
        False: ("false", "no", "off"),
    }.items()
    for name in names
    for form in (name, name.capitalize(), name.upper())
}
"""What is no text where it stands without quotes."""


@lru_cache(maxsize=1)
def parse_yaml(content: bytes) -> list[Any]:
    """Return the documents of a YAML text; whatever is no null and no boolean is a text.

    They are of all who ask for the same text: nobody changes them. Raises ParseError when it is no
    YAML, is nested too deeply or is made to unfold without end.
    """
    try:
        return [parse_plain_yaml(content, _WORDS)]
    except NotPlain:
        pass
    if len(content) > LARGEST or content.count(b"\n") + content.count(b",") > MOST_ENTRIES:
        raise ParseError("it has more yaml than is read")
    try:
        _check(content)
        return list(yaml.load_all(content, Loader=_Texts))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        raise ParseError("it is no valid yaml", line=line) from error
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        # Tags that lie about their value, keys that cannot be keys, bytes that are no text.
        raise ParseError("it is no valid yaml") from error


def parse_yaml_table(content: bytes) -> dict[str, Any]:
    """Return the mapping that a YAML text states. Raises ParseError when it is anything else."""
    documents = parse_yaml(content)
    if not documents or not isinstance(documents[0], dict):
        raise ParseError("it is no yaml mapping")
    return documents[0]


def entries_of(table: Any, *keys: str) -> list[tuple[str, Any]]:
    """Return what a mapping holds, or the one under keys in it: its keys that are texts."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return []
    return [(key, value) for key, value in table.items() if isinstance(key, str) and key]


def key_pattern(name: str) -> re.Pattern[bytes]:
    """Return what the line of a key looks like: "name:", in a list or not."""
    key = re.escape(name.encode("utf-8", "replace"))
    return re.compile(rb"^[ \t]*(?:-[ \t]+)?[\"']?%b[\"']?[ \t]*:" % key, re.MULTILINE)


def item_pattern(text: str) -> re.Pattern[bytes]:
    """Return what the line of an entry of a list that begins with a text looks like."""
    begin = re.escape(text.encode("utf-8", "replace"))
    return re.compile(rb"^[ \t]*-[ \t]+[\"']?%b" % begin, re.MULTILINE)


def _check(content: bytes) -> None:
    """Raise ParseError before anything is built from what would not end."""
    if b"&" not in content and content.count(b"[") + content.count(b"{") < DEEPEST:
        # Block collections need a column for each level: the parser of libyaml bounds them.
        return
    sizes: dict[str, int] = {}
    """By anchor, how many values stand for it."""
    above: list[tuple[str | None, int]] = [(None, 0)]

    def add(count: int) -> None:
        anchor, size = above[-1]
        above[-1] = anchor, size + count

    for event in yaml.parse(content, Loader=_Loader):
        match event:
            case yaml.CollectionStartEvent():
                above.append((event.anchor, 1))
                if len(above) > DEEPEST:
                    raise ParseError(
                        "its yaml is nested too deeply", line=event.start_mark.line + 1
                    )
            case yaml.CollectionEndEvent():
                anchor, size = above.pop()
                if anchor is not None:
                    sizes[anchor] = size
                add(size)
            case yaml.AliasEvent():
                if event.anchor not in sizes:
                    raise ParseError("its yaml holds itself", line=event.start_mark.line + 1)
                add(sizes[event.anchor])
            case yaml.ScalarEvent():
                add(1)
                if event.anchor is not None:
                    sizes[event.anchor] = 1
        if above[-1][1] > MOST_UNFOLDED:
            raise ParseError(
                "its yaml unfolds to more than is read", line=event.start_mark.line + 1
            )
