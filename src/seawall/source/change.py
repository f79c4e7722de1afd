"""What a change brings: files as they are now, as they were before, and what was decided before."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from seawall.core.errors import TargetError
from seawall.core.report import Problem
from seawall.source import ignore
from seawall.source.checkout import Checkout
from seawall.source.disk import read_regular, shown
from seawall.source.file import Entry, Skip, Source
from seawall.source.git import NO_SUBMODULES, GitError
from seawall.source.repository import LINK, SUBMODULE, Repository
from seawall.source.tree import TreeFiles

Excludes = Mapping[str, Iterable[str]]

_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}

# How git finds what was renamed, and with how many files on a side it does not try.
_OPTIONS = ("--find-renames=50%", "-l400", NO_SUBMODULES)


class Difference(Struct, frozen=True):
    """One path that differs, as git tells it."""

    path: str
    status: str
    """"A" added, "M" modified, "D" deleted, "R" renamed, "T" another kind, "U" unmerged."""
    mode: str
    blob: str
    """The new content; "" where only the file on disk has it."""
    old_path: str
    old_mode: str
    old_blob: str


class Change:
    """A change; its configuration is that of before: `file` and `files_named` read the base."""

    def __init__(
        self,
        checkout: Checkout,
        base: str,
        differences: Iterable[Difference],
        *,
        on_disk: bool,
    ) -> None:
        assert checkout.repository is not None
        self.base = base
        """The merge base's (for a staged change HEAD's) commit, "" before the first commit."""
        self._checkout = checkout
        self._differences = sorted(differences, key=lambda one: one.path)
        self._on_disk = on_disk
        self._tree = TreeFiles(checkout.repository, base, checkout.prefix)

    @property
    def renames(self) -> dict[str, str]:
        """The former path of every file that was renamed, by its new one."""
        return {one.path: one.old_path for one in self._differences if one.status == "R"}

    @property
    def touched(self) -> frozenset[str]:
        """Every path that the change names: what was added, changed, renamed or deleted."""
        return frozenset(path for one in self._differences for path in (one.path, one.old_path))

    @property
    def deleted(self) -> tuple[str, ...]:
        """Paths that are gone and were not renamed, in order."""
        return tuple(one.path for one in self._differences if one.status == "D")

    def entries(self, excludes: Excludes | None = None) -> Iterator[Entry | Skip | Problem]:
        """Yield what was added or changed, as it is now, in the order of paths."""
        ignored, excluded = self._ignores(), ignore.make_tree(excludes or {})
        for one in self._differences:
            if one.status == "D" or (self._checkout.only not in ("", one.path)):
                continue
            if ignored.is_ignored(one.path) or excluded.is_ignored(one.path):
                yield Skip(path=one.path, reason="ignored")
            elif one.mode == SUBMODULE:
                yield Skip(path=one.path.removesuffix("/"), reason="submodule")
            elif self._on_disk:
                item = self._checkout.look(one.path)
                if item is not None:
                    yield item
            elif one.mode == LINK:
                yield Skip(path=one.path, reason="link")
            else:
                yield Entry(path=one.path, blob=one.blob)

    def before(self, excludes: Excludes | None = None) -> Iterator[Entry]:
        """Yield what was changed, renamed or deleted, as it was, in the order of paths."""
        ignored, excluded = self._ignores(), ignore.make_tree(excludes or {})
        former = {one.old_path: one for one in self._differences if one.old_blob}
        for path, one in sorted(former.items()):
            if one.old_mode in (LINK, SUBMODULE):
                continue
            if self._checkout.only not in ("", path, one.path):
                continue
            if not (ignored.is_ignored(path) or excluded.is_ignored(path)):
                yield Entry(path=path, blob=one.old_blob)

    def _ignores(self) -> ignore.IgnoreTree:
        return self._tree.ignores() if self._checkout.heeds_ignores else ignore.IgnoreTree()

    def read(self, entry: Entry) -> Source | Skip | Problem:
        """Read one file of `entries` or `before`."""
        return self._checkout.read(entry)

    def read_bytes(self, entry: Entry, limit: int) -> bytes | None:
        """Return at most `limit` bytes of one file of `entries` or `before` as they are."""
        return self._checkout.read_bytes(entry, limit)

    def read_from_mark(self, entry: Entry, mark: bytes) -> bytes:
        """Return some of one file on disk from a mark on; b"" where it has none."""
        return self._checkout.read_from_mark(entry, mark)

    @property
    def around(self) -> str:
        """Where the target lies, as far as its files' meaning may hang on it."""
        return self._checkout.around

    def file(self, path: str) -> bytes | None:
        """Return a file as it was in the base; None when there was none."""
        return self._tree.file(path)

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file of the base with one of these base names."""
        return self._tree.files_named(names)

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files of the base in a folder and below it, in order."""
        return self._tree.files_below(folder)


def change_since(checkout: Checkout, revision: str) -> Change:
    """Tell what the work tree (in a bare repository HEAD) adds to where it parted from `revision`.

    Files that git does not track count, unless they are ignored. Raises TargetError.
    """
    repository = _repository(checkout, "--since")
    if not repository.head:
        raise TargetError(
            "there is no commit yet, so there is nothing to compare with",
            hint="scan all of it, or what is staged: --staged",
        )
    base = _merge_base(repository, revision)
    scope = ("--", checkout.prefix) if checkout.prefix else ()
    try:
        if repository.work_tree is None:
            told = repository.git.run(
                "diff-tree", "-r", "-z", "--raw", "--no-abbrev", *_OPTIONS, base, repository.head
            )
            return Change(checkout, base, _parse(told, ""), on_disk=False)
        told = repository.git.run(
            "diff-index", "-z", "--raw", "--no-abbrev", *_OPTIONS, base, *scope
        )
        others = repository.git.run("ls-files", "-z", "--others", "--exclude-standard", *scope)
    except GitError as error:
        raise TargetError(f"git cannot tell the change: {error}") from error
    differences = _with_others(
        (one for one in _parse(told, checkout.prefix) if _differs(checkout, one)),
        (path[len(checkout.prefix) :] for path in shown(others).split("\0") if path),
    )
    return Change(checkout, base, differences, on_disk=True)


def change_staged(checkout: Checkout, index: Path | None = None) -> Change:
    """Tell what the next commit adds to HEAD: the content that the index holds.

    `index` stands in for the repository's own: git names it to its hooks. Raises TargetError.
    """
    repository = _repository(checkout, "--staged")
    if repository.work_tree is None:
        raise TargetError("a bare repository has nothing staged")
    tree = repository.head or _EMPTY_TREES[repository.directory.object_format]
    scope = ("--", checkout.prefix) if checkout.prefix else ()
    try:
        told = repository.git.run(
            "diff-index", "--cached", "-z", "--raw", "--no-abbrev", *_OPTIONS, tree, *scope,
            index=index,
        )  # fmt: skip
    except GitError as error:
        raise TargetError(f"git cannot tell what is staged: {error}") from error
    return Change(checkout, repository.head, _parse(told, checkout.prefix), on_disk=False)


def _repository(checkout: Checkout, option: str) -> Repository:
    if checkout.repository is None:
        reasons = [problem.message for problem in checkout.problems]
        raise TargetError(
            f"{option} needs a git repository, and {checkout.name} is in none",
            hint=reasons[0] if reasons else "scan all of it instead",
        )
    return checkout.repository


def _merge_base(repository: Repository, revision: str) -> str:
    shallow = "the clone is shallow: fetch more history (git fetch --unshallow, fetch-depth: 0)"
    try:
        other = repository.resolve(revision)
    except GitError as error:
        raise TargetError(
            f"there is no revision {revision!r} here",
            hint=shallow if repository.is_shallow else "fetch it first, or check its name",
        ) from error
    try:
        return repository.git.run("merge-base", repository.head, other).decode("ascii").strip()
    except GitError as error:
        raise TargetError(
            f"{revision!r} and HEAD have no common history here",
            hint=shallow if repository.is_shallow else "name a revision that HEAD comes from",
        ) from error


def _parse(told: bytes, prefix: str) -> Iterator[Difference]:
    """Parse `--raw -z`: ":modes names status", path, and for a rename the new path."""
    fields = iter(shown(told).split("\0"))
    cut = len(prefix)
    for meta in fields:
        if not meta:
            continue
        old_mode, mode, old_blob, blob, status = meta[1:].split(" ")
        old_path = next(fields)[cut:]
        kind = status[0]
        path = next(fields)[cut:] if kind in "RC" else old_path
        yield Difference(
            path,
            kind,
            mode,
            blob.strip("0") and blob,
            old_path,
            old_mode,
            "" if kind in "AC" else old_blob.strip("0") and old_blob,
        )


def _differs(checkout: Checkout, one: Difference) -> bool:
    """Whether a file that git did not look into really has another content."""
    if one.status != "M" or one.blob or one.mode != one.old_mode or one.mode in (LINK, SUBMODULE):
        return True
    return _blob_of(checkout, one.path) != one.old_blob


def _blob_of(checkout: Checkout, path: str) -> str:
    """Name the content of a file on disk as git would."""
    assert checkout.repository is not None
    item = checkout.look(path)
    if not isinstance(item, Entry):
        return ""
    try:
        content, _ = read_regular(checkout.native(path), item.size + 1)
    except (OSError, ValueError):
        return ""
    algorithm = checkout.repository.directory.object_format
    digest = hashlib.new(algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def _with_others(differences: Iterable[Difference], others: Iterable[str]) -> list[Difference]:
    """Add the files that git does not track; one that it was told to forget has a past."""
    by_path = {one.path: one for one in differences}
    for path in others:
        # A repository of its own, not registered here, has no past either.
        past = by_path.get(path)
        mode = SUBMODULE if path.endswith("/") else ""
        by_path[path] = Difference(
            path,
            "M" if past else "A",
            mode,
            "",
            past.old_path if past else path,
            past.old_mode if past else "",
            past.old_blob if past else "",
        )
    return list(by_path.values())
