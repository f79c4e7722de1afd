"""Actions and reusable workflows that may be others tomorrow, or that were taken over."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource

_COMMIT = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")
_DIGEST = re.compile(r"@sha(?:256|512):[0-9a-f]{64,128}$")
_BRANCH = re.compile(
    r"(?i)(?:refs/heads/.+|main|master|trunk|develop(?:ment)?|dev|head|latest|next|edge|stable"
    r"|release|nightly|canary|beta|alpha|default)"
)
_OWN = ("actions/", "github/")
_TAKEN_OVER: dict[str, tuple[str, str]] = {
    "0e58ed8671d6b60d0890c21b07f8835ace038e67": ("tj-actions/changed-files", "CVE-2025-30066"),
    "3f401fe1d58fe77e10d665ab713057375e39b887": ("reviewdog/action-setup", "CVE-2025-30154"),
}
"""Commits that are malicious themselves. Sources: https://github.com/advisories/GHSA-mrrh-fwg8-r2c3
and https://github.com/advisories/GHSA-qmg3-hpqr-gqvc."""
_MOVED: dict[str, tuple[re.Pattern[str], str]] = {
    "tj-actions/changed-files": (
        re.compile(r"v?(?:[1-9]|[1-3]\d|4[0-5])(?:\.0(?:\.[0-7])?)?"),
        "CVE-2025-30066",
    ),
    "reviewdog/action-setup": (re.compile(r"v1(?:\.0(?:\.0)?)?"), "CVE-2025-30154"),
}
"""Tags that were moved to malicious commits and may be in caches and mirrors still."""


def _unpinned(resource: Resource, _: Graph) -> Iterator[Hit]:
    node = resource.get("uses")
    if node is None or not node.text() or node.text().startswith(("./", "../", "$/")):
        return
    text = node.text()
    if text.startswith("docker://"):
        if not _DIGEST.search(text):
            words = f"the image {text.removeprefix('docker://')} is not pinned to its digest"
            yield _hit(node, words, text, Severity.MEDIUM)
        return
    name, _at, version = text.partition("@")
    if _COMMIT.fullmatch(version):
        return
    what = "the workflow" if resource.kind == "github/job" else "the action"
    own = name.lower().startswith(_OWN)
    if not version:
        yield _hit(node, f"{what} {name} names no version", name, Severity.MEDIUM)
    elif _BRANCH.fullmatch(version):
        words = f"{what} {name} follows the branch {version.removeprefix('refs/heads/')}"
        yield _hit(node, words, name, Severity.MEDIUM)
    else:
        words = f"{what} {name} is named by {version}, which its owner can move"
        yield _hit(node, words, name, Severity.LOW if own else Severity.MEDIUM)


def _hit(node: Node, words: str, apart: str, severity: Severity) -> Hit:
    return Hit(
        message=words,
        place=node.place,
        attribute="uses",
        node=node,
        apart=apart.partition("@")[0],
        severity=severity,
    )


def _taken_over(resource: Resource, _: Graph) -> Iterator[Hit]:
    node = resource.get("uses")
    name, _at, version = node.text().partition("@") if node is not None else ("", "", "")
    if node is None:
        return
    name = "/".join(name.lower().split("/")[:2])
    by_commit = _TAKEN_OVER.get(version.lower())
    pattern, source = _MOVED.get(name, (None, ""))
    if by_commit is not None:
        words = f"this commit of {by_commit[0]} is malicious: it steals secrets ({by_commit[1]})"
        yield _hit(node, words, name, Severity.CRITICAL)
    elif pattern is not None and pattern.fullmatch(version):
        words = f"{name}@{version} was moved to a commit that steals secrets ({source})"
        yield _hit(node, words, name, Severity.HIGH)


_ARCHIVED = frozenset(
    "actions/create-release actions/upload-release-asset actions/setup-ruby actions/setup-elixir"
    " actions/setup-haskell actions-rs/toolchain actions-rs/cargo actions-rs/clippy-check"
    " actions-rs/audit-check actions-rs/install actions-rs/grcov actions-rs/tarpaulin"
    " gradle/gradle-build-action gradle/wrapper-validation-action tibdex/github-app-token".split()
)
"""By what their own pages say."""


def _archived(step: Resource, _: Graph) -> Iterator[Hit]:
    node = step.get("uses")
    name = node.text().partition("@")[0].lower() if node is not None else ""
    if node is not None and name in _ARCHIVED:
        words = f"{name} is archived: nobody mends it any more"
        yield _hit(node, words, name, Severity.LOW)


def _images(job: Resource, _: Graph) -> Iterator[Hit]:
    services = job.get("services")
    found = [*job.at("container")]
    if services is not None and isinstance(services.value, dict):
        found += services.value.values()
    for one in found:
        node = one.get("image") if isinstance(one.value, dict) else one
        text = node.text() if node is not None else ""
        if node is None or not text or "${{" in text or _DIGEST.search(text):
            continue
        name, colon, tag = text.rpartition("/")[2].partition(":")
        follows = not colon or tag == "latest"
        words = f"the image {name} has no version" if not colon else f"the tag {tag} can be moved"
        yield Hit(
            message=words,
            place=node.place,
            attribute="image",
            node=node,
            apart=name,
            severity=None if follows else Severity.LOW,
        )


_KINDS = ("github/step", "github/job")
CHECKS = (
    Check(rule="unpinned-action", kinds=_KINDS, find=_unpinned),
    Check(rule="known-compromised-action", kinds=_KINDS, find=_taken_over),
    Check(rule="archived-action", kinds=("github/step",), find=_archived),
    Check(rule="image-unpinned", kinds=("github/job",), find=_images),
)
