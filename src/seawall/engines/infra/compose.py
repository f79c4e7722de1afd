"""Reads files of Docker Compose as resources: each service with what it takes from others."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.model.infrastructure import Node, Origin, Place, Resource, Unknown
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 2_000_000
"""Bytes of a file that is read."""
DEEPEST = 10
"""Services that take from one another, and variables in one another."""
_NAMED = re.compile(r"(?:.*[._-])?(?:docker-)?(?:compose|stack)(?:[._-].*)?\.ya?ml", re.IGNORECASE)
_VARIABLE = re.compile(
    r"\$(?:\$|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)"
    r"(?:(?P<how>:?[-+?])(?P<word>(?:[^{}$]|\$\{[^{}]*\}|\$)*))?\})"
)
_SHORT_VOLUME = re.compile(
    r"(?P<source>(?:[A-Za-z]:[\\/])?[^:]+):(?P<target>(?:[A-Za-z]:[\\/])?[^:]+)(?::(?P<mode>[\w,]+))?"
)
_SHORT_PORT = re.compile(
    r"(?:(?P<ip>\[[^\]]*\]|\d+(?:\.\d+){3}):)?(?:(?P<published>[\d-]*):)?(?P<target>[\d-]+)"
    r"(?:/(?P<protocol>\w+))?"
)
_JOINED = frozenset(
    "ports expose volumes cap_add cap_drop security_opt dns dns_search external_links tmpfs devices"
    " env_file secrets configs extra_hosts group_add".split()
)
"""Lists to which a service that takes from another adds; others are replaced."""


class ComposeFormat:
    """Files of Compose by their name and their services."""

    name = "compose"

    def wants(self, path: str) -> bool:
        """Whether a file may be one of Compose."""
        return _NAMED.fullmatch(posixpath.basename(path)) is not None

    def read(self, files: Files) -> Declared:
        """Return the services of all files, each with what it extends and what overrides it."""
        return _Reading(files).all()


class _Reading:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._paths = frozenset(files.paths)
        self._declared = Declared()
        self._services: dict[str, dict[str, Node]] = {}

    def all(self) -> Declared:
        wanted = [path for path in self._files.paths if _NAMED.fullmatch(posixpath.basename(path))]
        for path in wanted:
            base = re.sub(r"[._-]override(?=\.ya?ml$)", "", path)
            if base != path and base in self._paths:
                continue  # it is read with what it overrides
            overriding = self._override_of(path)
            for name, service in self.services(path).items():
                whole = self._extended(path, service, 0)
                over = (overriding or {}).get(name)
                if over is not None:
                    whole = _merged(whole, over)
                self._add(path, name, whole, service.place)
            for name, service in (overriding or {}).items():
                if name not in self.services(path):
                    self._add(service.place.path, name, service, service.place)
        return self._declared

    def _override_of(self, path: str) -> dict[str, Node] | None:
        stem, dot, extension = path.rpartition(".")
        for one in (f"{stem}.override.{extension}", f"{stem}-override.{extension}"):
            if one in self._paths:
                return self.services(one)
        return None

    def services(self, path: str) -> dict[str, Node]:
        """Return the services of a file as they are written; {} where it is none of Compose."""
        if path not in self._services:
            self._services[path] = self._read(path)
        return self._services[path]

    def _read(self, path: str) -> dict[str, Node]:
        content = self._files.read(path)
        if content is None or b"image" not in content and b"services" not in content:
            return {}
        if len(content) > LARGEST:
            self._tell(path, "it is larger than files of compose are read", ProblemKind.TOO_LARGE)
            return {}
        found = parse_marked_yaml(content, path)
        for one in found.broken:
            self._tell(path, one.words, ProblemKind.PARSE, one.line)
        services: dict[str, Node] = {}
        for document in found.documents:
            if not isinstance(document.value, dict) or "apiVersion" in document.value:
                continue
            body = document.get("services")
            for name, node in _table(body if body is not None else document).items():
                fits = isinstance(node.value, dict) and not name.startswith("x-")
                # In the first form of the format services stand at the top.
                if fits and (body is not None or {"image", "build"} & _table(node).keys()):
                    services[name] = _filled(node)
        return services

    def _tell(self, path: str, words: str, kind: ProblemKind, line: int = 0) -> None:
        problem = Problem(kind=kind, message=words, path=path, line=line, engine="infra")
        self._declared.problems.append(problem)

    def _extended(self, path: str, service: Node, depth: int) -> Node:
        """Return a service with what it takes from the one that it extends."""
        extends = service.get("extends")
        if extends is None or depth >= DEEPEST:
            return service
        name = extends.text() or next((one.text() for one in extends.at("service")), "")
        file = next((one.text() for one in extends.at("file")), "")
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        if other not in self._paths:
            return service
        base = self.services(other).get(name)
        if base is None:
            return service
        return _merged(self._extended(other, base, depth + 1), service)

    def _add(self, path: str, name: str, service: Node, place: Place) -> None:
        head = Place(path=place.path, line=place.line, column=place.column)
        self._declared.resources.append(
            Resource(
                kind="compose/service",
                address=f"services.{name}",
                body=service_body(service),
                place=head,
                name=name,
                symbol=name,
                scope=path,
            )
        )


def service_body(service: Node) -> Node:
    """Return a service with what it says put as containers of Kubernetes are asked.

    Beside its own fields it has `env` (each `name` and `value`), `args` (the words of `command`),
    `securityContext.capabilities`, `mounts` (each `source`, `target`, `readOnly`), `published`
    (each `ip`, `published`, `target`, `protocol`), `options` (of `security_opt`, with "=" for
    ":") and `whole` (whether it names what it runs, and is no part of another). `image` is not
    there where it only names what `build` makes.
    """
    entries = dict(_table(service))
    place = service.place
    entries["whole"] = Node("image" in entries or "build" in entries, place)
    if "build" in entries:
        entries.pop("image", None)  # it names what the build makes
    entries["env"] = Node(list(_variables(service)), place)
    words = [one for name in ("command", "entrypoint") for one in _words(service.get(name))]
    entries["args"] = Node(words, place)
    entries.pop("command", None)
    added = {
        key: entries[field]
        for key, field in (("add", "cap_add"), ("drop", "cap_drop"))
        if field in entries
    }
    entries["securityContext"] = Node({"capabilities": Node(added, place)}, place)
    entries["mounts"] = Node(list(_mounts(service)), place)
    entries["published"] = Node(list(_ports(service)), place)
    for found in service.at("security_opt"):
        said = [
            Node(one.text().replace(":", "=", 1), one.place) for one in found.items if one.text()
        ]
        entries["options"] = Node(said, found.place)
    return Node(entries, place)


def _table(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _variables(service: Node) -> Iterator[Node]:
    for found in service.at("environment"):
        for name, node in _table(found).items():
            if node.value is not None:
                yield Node({"name": Node(name, node.place), "value": _text(node)}, node.place)
        for one in found.items if isinstance(found.value, list) else ():
            text = _written(one)
            name, equals, value = text.partition("=")
            if not equals:
                continue
            said: str | Unknown = value
            if isinstance(one.value, Unknown):
                said = Unknown(one.value.why, _parts_behind(one.value.parts))
            yield Node({"name": Node(name, one.place), "value": Node(said, one.place)}, one.place)


def _parts_behind(parts: tuple[str | None, ...]) -> tuple[str | None, ...]:
    head, *rest = parts
    value = (head or "").partition("=")[2]
    return (value, *rest) if value else tuple(rest)


def _text(node: Node) -> Node:
    """Return a value as a program gets it: numbers and switches are texts."""
    if isinstance(node.value, bool):
        return Node("true" if node.value else "false", node.place, node.origin)
    if isinstance(node.value, (int, float)):
        return Node(str(node.value), node.place, node.origin)
    return node


def _written(node: Node) -> str:
    """Return a text, with "$" in place of what is not known."""
    if isinstance(node.value, Unknown):
        return "".join("$" if part is None else part for part in node.value.parts)
    return node.text()


def _words(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    if isinstance(node.value, list):
        yield from node.value
        return
    text = node.text()
    try:
        words = shlex.split(text[:20_000])
    except ValueError:
        words = text.split()
    for word in words:
        yield Node(word, node.place, node.origin)


def _mounts(service: Node) -> Iterator[Node]:
    for found in service.at("volumes"):
        for one in found.items:
            entries = _table(one)
            if entries:
                source = entries.get("source", entries.get("src"))
                target = entries.get("target", entries.get("dst"))
                flag = entries.get("read_only", entries.get("readonly"))
                kind = next((node.text() for node in one.at("type")), "")
                if source is None or kind in ("volume", "tmpfs", "cluster"):
                    continue
                mount = {"source": source, "target": target, "readOnly": flag}
                named = {name: node for name, node in mount.items() if node is not None}
                yield Node(named, one.place, one.origin)
                continue
            short = _SHORT_VOLUME.fullmatch(_written(one))
            if short is None or not re.match(r"[/.~\\$]|[A-Za-z]:[\\/]", short["source"]):
                continue
            read_only = "ro" in (short["mode"] or "").split(",")
            source = Node(short["source"], one.place, one.origin)
            if "$" in short["source"]:
                source = Node(Unknown("a variable is not known"), one.place)
            yield Node(
                {
                    "source": source,
                    "target": Node(short["target"], one.place),
                    "readOnly": Node(read_only, one.place),
                },
                one.place,
                one.origin,
            )


def _ports(service: Node) -> Iterator[Node]:
    for found in service.at("ports"):
        for one in found.items:
            entries = _table(one)
            if entries:
                names = (("ip", "host_ip"), ("published", "published"), ("target", "target"))
                said = {key: _text(entries[name]) for key, name in names if name in entries}
                yield Node(said, one.place, one.origin)
                continue
            short = _SHORT_PORT.fullmatch(str(one.value) if not one.is_unknown else "")
            if short is None:
                continue
            said = {
                name: Node(value, one.place)
                for name, value in short.groupdict().items()
                if value is not None
            }
            yield Node(said, one.place, one.origin)


def _merged(base: Node, over: Node, depth: int = 0) -> Node:
    """Return a service with what another says over it."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict) or depth > DEEPEST:
        return over
    entries = dict(base.value)
    for name, node in over.value.items():
        below = entries.get(name)
        if below is None:
            entries[name] = node
        elif isinstance(below.value, list) and isinstance(node.value, list) and name in _JOINED:
            entries[name] = Node([*below.value, *node.value], node.place)
        elif isinstance(below.value, dict) and isinstance(node.value, dict):
            entries[name] = _merged(below, node, depth + 1)
        else:
            entries[name] = node
    entries.pop("extends", None)
    return Node(entries, over.place)


def _filled(node: Node) -> Node:
    """Return a value with its variables filled in with their defaults."""
    if isinstance(node.value, dict):
        return Node({name: _filled(one) for name, one in node.value.items()}, node.place)
    if isinstance(node.value, list):
        return Node([_filled(one) for one in node.value], node.place)
    if not isinstance(node.value, str) or "$" not in node.value:
        return node
    parts = _parts(node.value, 0)
    if None in parts:
        why = "a variable that the files do not give"
        return Node(Unknown(why, parts), node.place)
    text = "".join(part or "" for part in parts)
    if text == node.value:
        return node
    step = Origin("variables with their defaults", node.place)
    return Node(text, node.place, (step,) if "${" in node.value else ())


def _parts(text: str, depth: int) -> tuple[str | None, ...]:
    """Return the stretches of a text that are known, None for each that is not."""
    parts: list[str | None] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0] == "$$":
            parts.append("$")
        elif found["how"] in (":-", "-") and depth < DEEPEST:
            parts += _parts(found["word"], depth + 1)
        else:
            parts.append(None)
    parts.append(text[at:])
    return tuple(part for part in parts if part != "")
