"""Reads what Terraform has written down as JSON: plans and states, with what they refer to.

Source: https://developer.hashicorp.com/terraform/internals/json-format; of states their version 4.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.terraform.plan_references import References
from seawall.engines.infra.terraform.values import name_of
from seawall.model.infrastructure import Node, Place, Resource, Unknown
from seawall.parse.json import parse_json

LARGEST = 50 << 20
"""Bytes of a file that is read."""
DEEPEST = 50
MOST_RESOURCES = 100_000
LARGEST_DOCUMENT = 200_000
"""Characters of a text in which a document is looked for."""

_MADE = "it is known after apply"
_SIGNS = (b'"planned_values"', b'"terraform_version"')
_ADDRESS = re.compile(r'"address"\s*:\s*"((?:[^"\\]|\\.)*)"')
_NAMED = re.compile(r'"type"\s*:\s*"([^"\\]*)"\s*,\s*"name"\s*:\s*"([^"\\]*)"')


class RecordedTerraform:
    """Plans and states of Terraform and OpenTofu, recognised by what they say."""

    name = "terraform plans"

    def wants(self, path: str) -> bool:
        """Whether a file may be a plan in JSON or a state."""
        return path.endswith((".json", ".tfstate", ".tfplan")) and not path.endswith(
            (".tf.json", ".tofu.json", ".tfvars.json")
        )

    def read(self, files: Files) -> Declared:
        """Return the resources that are planned, and those that are there."""
        declared = Declared()
        for path in filter(self.wants, files.paths):
            content = files.read(path)
            if content is None or not any(sign in content for sign in _SIGNS):
                continue
            if len(content) > LARGEST:
                words = f"not read: a plan larger than {LARGEST >> 20} MiB"
                declared.problems.append(_problem(path, words, kind=ProblemKind.TOO_LARGE))
                continue
            try:
                found = parse_json(content)
            except ParseError as error:
                declared.problems.append(_problem(path, f"not read: {error}", error.line))
                continue
            text = content.decode("utf-8-sig", "replace")
            for one in _resources(found, path, text):
                if len(declared.resources) >= MOST_RESOURCES:
                    words = f"more than {MOST_RESOURCES:,} resources: the rest was not looked at"
                    declared.problems.append(_problem(path, words, kind=ProblemKind.TOO_LARGE))
                    break
                declared.resources.append(one)
        return declared


def _problem(
    path: str, words: str, line: int = 0, kind: ProblemKind = ProblemKind.PARSE
) -> Problem:
    return Problem(kind=kind, message=words, path=path, line=line, engine="infra")


def _resources(found: Any, path: str, text: str) -> Iterator[Resource]:
    if not isinstance(found, dict):
        return
    planned = _table(found.get("planned_values")) or _table(found.get("values"))
    if planned:
        yield from _planned(found, planned, path, text)
    elif found.get("version") == 4 and isinstance(found.get("resources"), list):
        yield from _kept(found, path, text)


def _planned(
    plan: dict[str, Any], planned: dict[str, Any], path: str, text: str
) -> Iterator[Resource]:
    """Yield what will be there: what is deleted is not among the planned values."""
    changes = {
        str(one.get("address")): _table(one.get("change"))
        for one in _tables(plan.get("resource_changes"))
    }
    stated = list(_stated(_table(planned.get("root_module"))))
    references = References(_table(plan.get("configuration")), [one["address"] for one in stated])
    lines = _Lines(path, text)
    for one in stated:
        address = one["address"]
        kind = _kind(one)
        change = changes.get(address) or {}
        place = lines.of_address(address)
        refers = references.of(address)
        body = _node(_table(one.get("values")), change.get("after_unknown"), refers, place)
        yield _resource(kind, address, body, place, path)
    for name, settings in references.providers():
        place = lines.of_text(f'"{name}"')
        body = _node(settings, None, {}, place)
        yield _resource(f"provider.{name.partition('.')[0]}", f"provider.{name}", body, place, path)


def _stated(module: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    for one in _tables(module.get("resources")):
        if all(isinstance(one.get(name), str) for name in ("address", "type", "name")):
            yield one
    if depth < DEEPEST:
        for child in _tables(module.get("child_modules")):
            yield from _stated(child, depth + 1)


def _kept(state: dict[str, Any], path: str, text: str) -> Iterator[Resource]:
    """Yield what a state says is there."""
    lines = _Lines(path, text)
    for one in _tables(state.get("resources")):
        kind, name = one.get("type"), one.get("name")
        if not isinstance(kind, str) or not isinstance(name, str):
            continue
        module = one.get("module")
        prefix = f"{module}." if isinstance(module, str) and module else ""
        base = f"{prefix}{'data.' if one.get('mode') == 'data' else ''}{kind}.{name}"
        place = lines.of_name(kind, name)
        for instance in _tables(one.get("instances")):
            key = instance.get("index_key")
            index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            body = _node(_table(instance.get("attributes")), None, {}, place)
            yield _resource(_kind(one), f"{base}{index}", body, place, path)


def _resource(kind: str, address: str, body: Node, place: Place, path: str) -> Resource:
    return Resource(
        kind=kind,
        address=address,
        body=body,
        place=place,
        name=name_of(body),
        symbol=address,
        scope=path,
    )


def _kind(one: Mapping[str, Any]) -> str:
    return f"data.{one['type']}" if one.get("mode") == "data" else str(one["type"])


def _node(value: Any, unknown: Any, refers: Any, place: Place, depth: int = 0) -> Node:
    """Return a value, with what is not known of it yet and what it was made of."""
    made_of = refers if isinstance(refers, tuple) else ()
    if unknown is True:
        return Node(Unknown(why=_MADE), place, (), made_of)
    if depth > DEEPEST:
        return Node(Unknown(why="it is nested too deeply"), place)
    if isinstance(value, dict):
        open_parts = unknown if isinstance(unknown, dict) else {}
        inner = refers if isinstance(refers, dict) else {}
        names = dict.fromkeys([*value, *open_parts])
        found = {
            name: _node(
                value.get(name), open_parts.get(name), inner.get(name, made_of), place, depth + 1
            )
            for name in names
            # What is known not to be unknown, and has no value, is not there.
            if value.get(name) is not None or open_parts.get(name)
        }
        return Node(found, place, (), made_of)
    if isinstance(value, list) or (value is None and isinstance(unknown, list)):
        return _list(value or [], unknown, refers, place, depth)
    inner_document = _document(value, place, depth) if isinstance(value, str) else None
    return Node(value, place, (), made_of, inner_document)


def _list(value: list[Any], unknown: Any, refers: Any, place: Place, depth: int) -> Node:
    open_parts = unknown if isinstance(unknown, list) else []
    blocks = refers if isinstance(refers, list) else []
    made_of = refers if isinstance(refers, tuple) else ()
    items = []
    for number in range(max(len(value), len(open_parts))):
        # Blocks that a loop makes are more than those that are written.
        inner = blocks[number] if number < len(blocks) == len(value) else made_of
        items.append(
            _node(
                value[number] if number < len(value) else None,
                open_parts[number] if number < len(open_parts) else None,
                inner,
                place,
                depth + 1,
            )
        )
    return Node(list(items), place, (), made_of)


def _document(text: str, place: Place, depth: int) -> Node | None:
    """Return what a text holds where it is JSON."""
    if text[:1] not in ("{", "[") or len(text) > LARGEST_DOCUMENT:
        return None
    try:
        return _node(parse_json(text.encode("utf-8", "replace")), None, (), place, depth + 1)
    except ParseError:
        return None


class _Lines:
    """Where in the text of a plan or a state resources stand, found in one walk."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        self._line, self._at = 1, 0
        self._addresses: dict[str, int] = {}
        for found in _ADDRESS.finditer(text):
            self._addresses.setdefault(_unescaped(found[1]), found.start())
        self._names: dict[tuple[str, str], list[int]] = defaultdict(list)
        for found in _NAMED.finditer(text):
            self._names[found[1], found[2]].append(found.start())

    def of_address(self, address: str) -> Place:
        """Return the place of an address."""
        return self._place(self._addresses.get(address, 0))

    def of_name(self, kind: str, name: str) -> Place:
        """Return the place of the next resource of a name: each is asked for once."""
        found = self._names.get((kind, name))
        if not found:
            return Place(self._path, 1)
        return self._place(found.pop(0) if len(found) > 1 else found[0])

    def of_text(self, text: str) -> Place:
        """Return the first place of a text."""
        return self._place(max(0, self._text.find(text)))

    def _place(self, at: int) -> Place:
        # They are asked for nearly in order: lines are counted on from the last one.
        if at >= self._at:
            self._line += self._text.count("\n", self._at, at)
        else:
            self._line -= self._text.count("\n", at, self._at)
        self._at = at
        return Place(self._path, self._line, at - self._text.rfind("\n", 0, at))


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\") if "\\" in text else text


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
