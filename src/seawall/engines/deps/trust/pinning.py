"""Installations that take whatever is newest: no version, no lockfile, no digest, no commit.

Only manifests of applications are asked for a lockfile: a library is locked by those who use it.
"""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.composition import LOCKFILES, Member
from seawall.engines.deps.trust.case import Case, above
from seawall.parse.toml import parse_toml
from seawall.source.aside import is_aside

RULE = "unpinned-dependency"

LARGEST = 1 << 20
"""Bytes of a manifest that is looked into."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_TAG = re.compile(r"[A-Za-z_./-]{0,60}\d[\w.+-]*|[^$]*\$.*")
"""What looks like the name of a release, or is filled in elsewhere."""
_LISTED = 3
"""Names that are told of a file."""


def find(case: Case) -> Iterator[Finding]:
    """Tell files that leave open what is installed."""
    by_path: dict[str, list[Member]] = {}
    for member in case.members:
        by_path.setdefault(member.path, []).append(member)
    present = frozenset(case.paths)
    for path, members in by_path.items():
        if is_aside(path):
            continue
        name = posixpath.basename(path)
        inventory = case.inventories[path]
        is_list = inventory.installs_unhashed is not None
        if is_list:
            yield from _without_versions(case, path, members)
        if case.wishes.require_hashes and inventory.installs_unhashed:
            yield case.about_file(
                path,
                members[0].package.line,
                RULE,
                "no digest says what is to be installed, and `[deps] require-hashes` asks for it",
                f"{RULE}|hashes",
                severity=Severity.MEDIUM,
            )
        locks = LOCKFILES.get(name)
        locked = locks is not None and _is_locked(path, locks, present)
        if locks is not None and not locked and _is_application(case, name, path, present):
            yield from _without_lockfile(case, path, members, locks)
        if is_list or (locks is not None and not locked):
            yield from _on_branches(case, members)


def _without_versions(case: Case, path: str, members: list[Member]) -> Iterator[Finding]:
    """Tell a list of requirements of which some allow every version."""
    if path.endswith(".in") or re.search(rb"(?m)^\s*(?:-c|--constraint)\b", case.read(path) or b""):
        return
    bare = [
        member.package
        for member in members
        if member.package.direct
        and member.package.origin == "registry"
        and member.package.scope == "runtime"
        and not (member.package.version or member.package.requirement)
    ]
    if bare:
        names = ", ".join(package.name for package in bare[:_LISTED])
        more = f" and {len(bare) - _LISTED} more" if len(bare) > _LISTED else ""
        message = f"no version is named of {names}{more}"
        yield case.about_file(path, bare[0].line, RULE, message, f"{RULE}|versions")


def _without_lockfile(
    case: Case, path: str, members: list[Member], locks: tuple[str, ...]
) -> Iterator[Finding]:
    """Tell a manifest that no lockfile settles."""
    asked = [
        member.package
        for member in members
        if member.package.direct
        and member.package.origin == "registry"
        and member.package.scope == "runtime"
        and not member.package.version
    ]
    if asked:
        message = f"no lockfile settles which versions are installed ({locks[0]} or its like)"
        yield case.about_file(path, asked[0].line, RULE, message, f"{RULE}|lockfile")


def _on_branches(case: Case, members: list[Member]) -> Iterator[Finding]:
    """Tell packages that are taken from the tip of a branch."""
    for member in members:
        address = member.package.address
        if member.package.origin != "git" or not address.startswith("git+"):
            continue
        place, _, fragment = address.partition("#")
        _, at, revision = place.rpartition("/")[2].partition("@")
        if not at and fragment and "=" not in fragment:
            revision = fragment
        if _COMMIT.fullmatch(revision) or (revision and _TAG.fullmatch(revision)):
            continue
        words = f"the branch {revision}" if revision else "the usual branch"
        yield case.about_package(
            member, RULE, f"{member.package.name} is whatever {words} of its repository holds"
        )


def _is_locked(path: str, locks: tuple[str, ...], present: frozenset[str]) -> bool:
    return any(posixpath.join(folder, lock) in present for folder in above(path) for lock in locks)


def _is_application(case: Case, name: str, path: str, present: frozenset[str]) -> bool:
    """Whether a manifest is one of a program that is run, not of a library that is published."""
    content = (case.read(path) or b"")[:LARGEST]
    folder = posixpath.dirname(path)
    match name:
        case "Pipfile":
            return True
        case "Gemfile":
            inner = [one for one in present if posixpath.dirname(one) == folder]
            return not any(one.endswith(".gemspec") for one in inner)
        case "pyproject.toml":
            # A list with versions beside it is how many install it.
            if any(
                posixpath.dirname(one) == folder and "requirements" in posixpath.basename(one)
                for one in case.inventories
            ):
                return False
            return b"build-system" not in content and b"project" in _tables(content)
        case "package.json":
            return _json(content).get("private") is True
        case "composer.json":
            return _json(content).get("type") == "project"
        case _:
            return False


def _tables(content: bytes) -> set[bytes]:
    try:
        return {name.encode("utf-8", "replace") for name in parse_toml(content)}
    except ParseError:
        return set()


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
