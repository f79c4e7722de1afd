"""What the values of a plan were made of: the references of its configuration, as addresses.

Source: https://developer.hashicorp.com/terraform/internals/json-format#expression-representation.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

DEEPEST = 12
"""Modules in one another."""

_INDEX = re.compile(r'\[(?:[^\]"]*|"(?:[^"\\]|\\.)*")\]')
_RESOURCE = re.compile(
    r'((?:data\.)?[^\W\d][\w-]*\.[^\W\d][\w-]*)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|\[|$)'
)
_OWN = ("each.", "count.", "local.", "path.", "self.", "terraform.")


class References:
    """Follows references from the values of resources to the resources that they name."""

    def __init__(self, configuration: dict[str, Any], addresses: Iterable[str]) -> None:
        self._root = _table(configuration.get("root_module"))
        self._providers = _table(configuration.get("provider_config"))
        self._there: dict[str, list[str]] = defaultdict(list)
        """By address without indices, those of the instances."""
        for address in addresses:
            self._there[_INDEX.sub("", address)].append(address)
        self._modules: dict[tuple[str, ...], dict[str, Any]] = {}
        self._resources: dict[tuple[tuple[str, ...], str], dict[str, Any]] = {}
        self._enter((), self._root)

    def _enter(self, path: tuple[str, ...], module: dict[str, Any]) -> None:
        self._modules[path] = module
        listed = module.get("resources")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict) and isinstance(one.get("address"), str):
                self._resources[path, one["address"]] = one
        if len(path) < DEEPEST:
            for name, call in _table(module.get("module_calls")).items():
                self._enter((*path, name), _table(_table(call).get("module")))

    def of(self, address: str) -> dict[str, Any]:
        """Return by attribute what its value refers to: addresses, or the same of what is in it."""
        bare = _INDEX.sub("", address)
        path, name = _split(bare)
        found = self._resources.get((path, name))
        if found is None:
            return {}
        return _table(self._walk(_table(found.get("expressions")), path, address))

    def providers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the providers with the settings that are written as they are."""
        for name, one in self._providers.items():
            expressions = _table(_table(one).get("expressions"))
            yield name, _table(_constants(expressions))

    def _walk(self, expressions: Any, path: tuple[str, ...], address: str, depth: int = 0) -> Any:
        if depth > 30:
            return ()
        if isinstance(expressions, list):
            return [self._walk(one, path, address, depth + 1) for one in expressions]
        if not isinstance(expressions, dict):
            return ()
        references = expressions.get("references")
        if isinstance(references, list):
            texts = [one for one in references if isinstance(one, str)]
            return self._named(texts, path, address)
        if "constant_value" in expressions:
            return ()
        return {
            name: self._walk(one, path, address, depth + 1) for name, one in expressions.items()
        }

    def _named(
        self,
        texts: list[str],
        path: tuple[str, ...],
        address: str,
    ) -> tuple[str, ...]:
        """Return the addresses of resources that references of a module name, through any way."""
        found: dict[str, None] = {}
        seen: set[tuple[tuple[str, ...], str]] = set()
        waiting = [(path, text) for text in reversed(texts)]
        while waiting:
            step = waiting.pop()
            if step in seen:
                continue
            seen.add(step)
            inner, text = step
            if text.startswith(("var.", "module.")):
                waiting += reversed(list(self._behind(text, inner)))
            elif not text.startswith(_OWN):
                found |= dict.fromkeys(self._instances(text, inner, address))
        return tuple(found)

    def _behind(self, text: str, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what a variable was given, or what an output was made of."""
        parts = _INDEX.sub("", text).split(".")
        if parts[0] == "var" and path:
            outer = path[:-1]
            call = _table(_table(self._modules[outer].get("module_calls")).get(path[-1]))
            made_of = _table(_table(call.get("expressions")).get(parts[1]))
        elif parts[0] == "module" and len(parts) > 2 and (*path, parts[1]) in self._modules:
            outer = (*path, parts[1])
            output = _table(_table(self._modules[outer].get("outputs")).get(parts[2]))
            made_of = _table(output.get("expression"))
        else:
            return
        for one in _texts(made_of.get("references")):
            yield outer, one

    def _instances(self, text: str, path: tuple[str, ...], address: str) -> list[str]:
        match = _RESOURCE.match(text)
        if match is None:
            return []
        prefix = "".join(f"module.{name}." for name in path)
        there = self._there.get(f"{prefix}{match[1]}", [])
        if match[2]:
            there = [one for one in there if one.endswith(match[2])]
        elif len(there) > 1:
            # Of several the one of the same key, where there is one.
            key = address[address.rfind("[") :] if address.endswith("]") else ""
            there = [one for one in there if key and one.endswith(key)] or there
        if len(there) > 1:
            # Modules that are there several times: their resources name one another.
            shared = max(_shared(one, address) for one in there)
            there = [one for one in there if _shared(one, address) == shared]
        return there


def _split(address: str) -> tuple[tuple[str, ...], str]:
    """Return the calls of modules that lead to an address without indices, and its rest."""
    path: list[str] = []
    while address.startswith("module."):
        _, name, address = (address.split(".", 2) + ["", ""])[:3]
        path.append(name)
    return tuple(path), address


def _shared(one: str, other: str) -> int:
    """Return how many calls of modules two addresses share."""
    count = 0
    for first, second in zip(one.split(".module."), other.split(".module."), strict=False):
        if first.partition("]")[0] != second.partition("]")[0]:
            break
        count += 1
    return count


def _constants(expressions: Any, depth: int = 0) -> Any:
    """Return the settings that are written as they are; others are not there."""
    if depth > 30:
        return None
    if isinstance(expressions, list):
        return [_constants(one, depth + 1) for one in expressions]
    if not isinstance(expressions, dict):
        return None
    if "constant_value" in expressions:
        return expressions["constant_value"]
    if "references" in expressions:
        return None
    return {name: _constants(one, depth + 1) for name, one in expressions.items()}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
