"""Reads what a target declares for Kubernetes, each thing once: by chart, overlay or file."""

import re

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.kubernetes.helm import Charts
from seawall.engines.infra.kubernetes.kustomize import Overlays
from seawall.engines.infra.kubernetes.manifests import (
    DEFINITION,
    Manifest,
    is_manifest,
    resources_of,
    unlisted,
    with_blanks,
)
from seawall.model.infrastructure import Node
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 4_000_000
"""Bytes of a file that is read."""
MOST_RESOURCES = 200_000
_API = re.compile(rb"^[ \t]*[-{,]*[ \t]*[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


class KubernetesFormat:
    """Manifests of Kubernetes, recognised by what they say."""

    name = "kubernetes"

    def wants(self, path: str) -> bool:
        """Whether a file may be a manifest or a part of an overlay or a chart."""
        return path.endswith((".yaml", ".yml", ".json", ".tpl", "ustomization"))

    def read(self, files: Files) -> Declared:
        """Return all objects with their pods and containers."""
        return _Reading(files).all()


class _Reading:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._declared = Declared()
        self._known: dict[str, list[Node]] = {}

    def all(self) -> Declared:
        """Read charts and overlays first, then what none of them brings."""
        charts = Charts(self._files.paths, self._files.read, self._tell)
        for manifest in charts.manifests():
            self._add(manifest)
        rest = [path for path in self._files.paths if path not in charts.used]
        overlays = Overlays(rest, self.documents, self._files.read, self._tell)
        for manifest in overlays.manifests():
            self._add(manifest)
        for path in rest:
            if path.endswith((".yaml", ".yml", ".json")) and path not in overlays.used:
                for body in self.documents(path):
                    if is_manifest(body):
                        self._add(Manifest(body=body))
        return self._declared

    def documents(self, path: str) -> list[Node]:
        """Return the documents of a file that has manifests; what is broken is told once."""
        if path not in self._known:
            self._known[path] = self._parsed(path)
        return self._known[path]

    def _parsed(self, path: str) -> list[Node]:
        content = self._files.read(path)
        if content is None or not _API.search(content) or b"kind" not in content:
            return []
        if len(content) > LARGEST:
            words = "it is larger than manifests are read"
            self._tell(path, words, kind=ProblemKind.TOO_LARGE)
            return []
        found = parse_marked_yaml(content, path, skip=DEFINITION)
        for one in found.broken:
            words = "it is a template and no yaml" if b"{{" in content else one.words
            self._tell(path, words, one.line)
        if b"{{" in content:
            return list(map(with_blanks, found.documents))
        return found.documents

    def _tell(
        self, path: str, words: str, line: int = 0, kind: ProblemKind = ProblemKind.PARSE
    ) -> None:
        problem = Problem(kind=kind, message=words, path=path, line=line, engine="infra")
        if problem not in self._declared.problems:
            self._declared.problems.append(problem)

    def _add(self, manifest: Manifest) -> None:
        for one in unlisted(manifest):
            if len(self._declared.resources) < MOST_RESOURCES:
                self._declared.resources += resources_of(one)
