"""YAML that somebody else wrote, read within limits."""

from typing import Any

import yaml  # type: ignore[import-untyped]

LARGEST = 16 << 20
"""Bytes; a larger file is refused."""
MOST_VALUES = 1_000_000
"""Values after every alias is followed; a document of more is refused."""
DEEPEST = 100

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(ValueError):
    """The document cannot be read; the message says why, with the line where it can."""


def read_document(content: bytes) -> tuple[Any, dict[int, int]]:
    """Return what the first document says, and the line of each entry of its list `rules`.

    Raises DocumentError for what is no YAML or goes beyond the limits.
    """
    if len(content) > LARGEST:
        raise DocumentError(f"it is larger than {LARGEST >> 20} MiB")
    try:
        _measure(content)
        loader = _Loader(content)
        try:
            node = loader.get_single_node()
            if node is None:
                raise DocumentError("it is empty")
            lines = _lines(node)
            return loader.construct_document(node), lines
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise DocumentError(_reason(error)) from error
    except RecursionError as error:
        raise DocumentError("it is nested too deep") from error
    except (ValueError, TypeError, OverflowError) as error:
        # Numbers and dates that YAML knows and Python refuses.
        raise DocumentError(str(error)[:200] or "it cannot be read") from error


def _measure(content: bytes) -> None:
    """Count values and levels without building any of them, aliases as what they stand for."""
    sizes: dict[str, int] = {}
    open_: list[tuple[str, int]] = []
    count = 0
    for event in yaml.parse(content, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise DocumentError("it refers to itself")
            count += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            count += 1
            open_.append((event.anchor or "", count))
            if len(open_) > DEEPEST:
                raise DocumentError("it is nested too deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = count - before + 1
        if count > MOST_VALUES:
            raise DocumentError(f"it holds more than {MOST_VALUES:,} values")


def _lines(node: Any) -> dict[int, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    for key, value in node.value:
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            return {place: item.start_mark.line + 1 for place, item in enumerate(value.value)}
    return {}


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it is no YAML"
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
