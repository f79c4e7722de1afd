"""Reads what a target declares for Kubernetes, each thing once: by chart, overlay or file."""

import re

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.kubernetes.manifests import (
    Manifest,
    is_manifest,
    resources_of,
    unlisted,
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

    def all(self) -> Declared:
        for path in self._files.paths:
            if path.endswith((".yaml", ".yml", ".json")):
                self._plain(path)
        return self._declared

    def _plain(self, path: str) -> None:
        for body in self.documents(path):
            if is_manifest(body):
                self._add(Manifest(body=body))

    def documents(self, path: str) -> list[Node]:
        """Return the documents of a file that has manifests; what is broken is told."""
        content = self._files.read(path)
        if content is None or not _API.search(content) or b"kind" not in content:
            return []
        if len(content) > LARGEST:
            self._tell(path, "it is larger than manifests are read", kind=ProblemKind.TOO_LARGE)
            return []
        found = parse_marked_yaml(content, path)
        for one in found.broken:
            self._tell(path, one.words, one.line)
        return found.documents

    def _tell(
        self, path: str, words: str, line: int = 0, kind: ProblemKind = ProblemKind.PARSE
    ) -> None:
        problem = Problem(kind=kind, message=words, path=path, line=line, engine="infra")
        self._declared.problems.append(problem)

    def _add(self, manifest: Manifest) -> None:
        for one in unlisted(manifest):
            if len(self._declared.resources) < MOST_RESOURCES:
                self._declared.resources += resources_of(one)
