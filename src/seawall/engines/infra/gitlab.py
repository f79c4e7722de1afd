"""Reads pipelines of GitLab: jobs with what they extend, their defaults and what is included.

Source: https://docs.gitlab.com/ci/yaml/.
"""

import fnmatch
import posixpath
import re
from collections.abc import Iterator

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.pipeline_scripts import commands_in
from seawall.model.infrastructure import Node, Place, Resource, Unknown
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 1_000_000
"""Bytes of a file that is read."""
MOST_FILES = 200
"""That one pipeline includes."""
MOST_SCRIPTS = 100_000
"""Texts of scripts that are looked at, counted wherever they are referred to."""
DEEPEST = 10
"""Jobs that extend one another, and references in one another."""
_ROOT = re.compile(r"(?:^|/)[^/]*\.gitlab-ci\.ya?ml$")
_REFERENCE = "!reference"
_GLOBAL = frozenset(
    "default include stages variables workflow spec pages:deploy image services cache"
    " before_script after_script".split()
)
_DEFAULTED = (
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "tags",
    "retry",
    "artifacts",
    "id_tokens",
)
_SCRIPTS = ("before_script", "script", "after_script")


class GitlabFormat:
    """Pipelines of GitLab."""

    name = "gitlab"

    def wants(self, path: str) -> bool:
        """Whether a file may be a pipeline or a part of one that is included, by its name."""
        return bool(_ROOT.search(path)) or (
            path.endswith((".yml", ".yaml")) and ".gitlab" in path.split("/")[0]
        )

    def read(self, files: Files) -> Declared:
        """Return the pipelines and their jobs, each with all that it has from others."""
        declared = Declared()
        seen: set[str] = set()
        roots = [path for path in files.paths if _ROOT.search(path)]
        # What is included is read with what includes it.
        for path in sorted(roots, key=lambda one: (not one.endswith("/.gitlab-ci.yml"), one)):
            if path not in seen:
                _Pipeline(files, path, declared, seen).declare()
        return declared


class _Pipeline:
    def __init__(self, files: Files, root: str, declared: Declared, seen: set[str]) -> None:
        self._files = files
        self._root = root
        self._declared = declared
        self._seen = seen
        self._bodies: list[Node] = []
        self._lines: dict[str, list[str]] = {}
        self._jobs: dict[str, Node] = {}
        self._default: dict[str, Node] = {}
        self._variables: dict[str, Node] = {}
        self._extending: dict[str, dict[str, Node]] = {}
        self._effort = MOST_SCRIPTS

    def declare(self) -> None:
        """Read the files, then put the pipeline and its jobs to what is declared."""
        self._read_all()
        for body in self._bodies:
            assert isinstance(body.value, dict)
            for name, node in body.value.items():
                if name in _GLOBAL:
                    continue
                if isinstance(node.value, dict):
                    self._jobs[name] = node
            default = body.get("default")
            for name in _DEFAULTED:
                own = default.get(name) if default is not None else None
                said = own if own is not None else body.get(name)
                if said is not None:
                    self._default[name] = said
            variables = body.get("variables")
            if variables is not None and isinstance(variables.value, dict):
                self._variables |= variables.value
        for body in self._bodies:
            self._add("pipeline", body.place.path, "", body)
        for name, job in self._jobs.items():
            if name.startswith("."):
                continue
            body = self._whole(name, job)
            address = f"{job.place.path}:{name}"
            self._add("job", address, name, body)
            for part in _SCRIPTS:
                # What all jobs have by default is told of once, at the pipeline's.
                for script in self._scripts(body.get(part), 0):
                    lines = self._lines.get(script.place.path, [])
                    self._declared.resources += commands_in(script, lines, address, name)

    def _read_all(self) -> None:
        waiting = [self._root]
        while waiting and len(self._bodies) < MOST_FILES:
            path = waiting.pop()
            if path in self._seen:
                continue
            self._seen.add(path)
            body = self._parsed(path)
            if body is not None:
                self._bodies.append(body)
                waiting += self._included(body)

    def _parsed(self, path: str) -> Node | None:
        content = self._files.read(path)
        if content is None:
            return None
        if len(content) > LARGEST:
            self._tell(path, "it is larger than pipelines are read", 0, ProblemKind.TOO_LARGE)
            return None
        found = parse_marked_yaml(content, path, _tagged)
        for one in found.broken:
            self._tell(path, one.words, one.line, ProblemKind.PARSE)
        # What stands before the last document is its header, `spec:`.
        body = found.documents[-1] if found.documents else None
        self._lines[path] = content.decode("utf-8-sig", "replace").split("\n")
        return body if body is not None and isinstance(body.value, dict) else None

    def _tell(self, path: str, words: str, line: int, kind: ProblemKind) -> None:
        self._declared.problems.append(
            Problem(kind=kind, message=words, path=path, line=line, engine="infra")
        )

    def _included(self, body: Node) -> list[str]:
        top = posixpath.dirname(self._root)
        found: list[str] = []
        for includes in body.at("include"):
            for one in includes.items:
                text = one.text()
                local = one.get("local") if isinstance(one.value, dict) else None
                name = local.text() if local is not None else text
                if not name or "://" in name:
                    continue
                path = posixpath.normpath(posixpath.join(top, name.lstrip("/")))
                if "*" in path:
                    found += fnmatch.filter(self._files.paths, path)
                elif path in self._files.paths:
                    found.append(path)
        return found

    def _whole(self, name: str, job: Node) -> Node:
        """Return a job with what it extends and what is the default."""
        entries = self._extended(name, 0)
        inherits = entries.get("inherit")
        default = inherits.get("default") if inherits is not None else None
        if default is None or default.value is not False:
            for key, node in self._default.items():
                entries.setdefault(key, node)
        entries["allVariables"] = Node(
            {**self._variables, **_entries(entries.get("variables"))}, job.place
        )
        entries["commands"] = Node(
            [one for part in _SCRIPTS for one in self._scripts(entries.get(part), 0)], job.place
        )
        return Node(entries, job.place)

    def _extended(self, name: str, depth: int) -> dict[str, Node]:
        job = self._jobs.get(name)
        if job is None or depth > DEEPEST:
            return {}
        known = self._extending.get(name)
        if known is not None:
            return dict(known)
        # What extends itself, by whatever way, has nothing from there.
        self._extending[name] = {}
        own = _entries(job)
        result: dict[str, Node] = {}
        extends = own.get("extends")
        for parent in extends.items if extends is not None else ():
            result = _merged(result, self._extended(parent.text(), depth + 1))
        self._extending[name] = _merged(result, own)
        return dict(self._extending[name])

    def _scripts(self, node: Node | None, depth: int) -> Iterator[Node]:
        """Yield the texts of a script, what it refers to in their place."""
        self._effort -= 1
        if node is None or depth > DEEPEST or self._effort < 0:
            return
        reference = node.get(_REFERENCE)
        if reference is not None:
            yield from self._scripts(self._referred(reference), depth + 1)
        elif isinstance(node.value, list):
            for one in node.value:
                yield from self._scripts(one, depth + 1)
        elif isinstance(node.value, str):
            yield node

    def _referred(self, reference: Node) -> Node | None:
        names = [one.text() for one in reference.items]
        found = self._jobs.get(names[0]) if names else None
        if found is not None and len(names) > 1 and found.get(names[1]) is None:
            found = Node(self._extended(names[0], 0), found.place)
        for name in names[1:]:
            found = found.get(name) if found is not None else None
        return found

    def _add(self, kind: str, address: str, name: str, body: Node) -> None:
        self._declared.resources.append(
            Resource(
                kind=f"gitlab/{kind}",
                address=address,
                body=body,
                place=Place(body.place.path, body.place.line, body.place.column),
                name=name,
                symbol=name or posixpath.basename(address),
                within=self._root if kind == "job" else "",
                scope=self._root,
            )
        )


def _tagged(tag: str, node: Node) -> Node:
    if tag == _REFERENCE:
        return Node({_REFERENCE: node}, node.place)
    return Node(Unknown(f"{tag} is not known"), node.place)


def _entries(node: Node | None) -> dict[str, Node]:
    return dict(node.value) if node is not None and isinstance(node.value, dict) else {}


def _merged(one: dict[str, Node], other: dict[str, Node]) -> dict[str, Node]:
    """Return two jobs as one: what the other says counts, and tables are joined."""
    result = dict(one)
    for key, node in other.items():
        known = result.get(key)
        if known is not None and isinstance(known.value, dict) and isinstance(node.value, dict):
            result[key] = Node(_merged(known.value, node.value), node.place)
        else:
            result[key] = node
    return result
