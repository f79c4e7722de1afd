"""A repository of the target: its revisions, and what git says is in the work tree or a tree."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from seawall.source import git
from seawall.source.blobs import BlobReader
from seawall.source.disk import read_regular, shown
from seawall.source.git import Git, GitError
from seawall.source.gitdir import GitDirectory

LINK = "120000"
SUBMODULE = "160000"


class Listed(Struct, frozen=True):
    """One path as git lists it."""

    path: str
    mode: str
    """Octal, as git writes it; "" for a file that is not tracked."""
    blob: str = ""
    """The content's object name, where the file on disk is known to have it."""


class Repository:
    """One repository; everything is asked when it is needed and then kept."""

    def __init__(self, directory: GitDirectory) -> None:
        """Lay git out for it. Raises GitError when there is no git."""
        self.directory = directory
        self.git = Git(directory)
        self.blobs = BlobReader(self.git)
        self.unseen = ""
        """What kept git from seeing all files when it listed them."""
        self._head: str | None = None

    @property
    def work_tree(self) -> Path | None:
        """Where the files are; None for a bare repository."""
        return self.directory.work_tree

    @property
    def head(self) -> str:
        """HEAD's commit, "" where there is none yet."""
        if self._head is None:
            try:
                self._head = self.resolve("HEAD")
            except GitError:
                self._head = ""
        return self._head

    @property
    def branch(self) -> str:
        """The branch that is checked out, "" for none."""
        try:
            content, _ = read_regular(Path(os.path.realpath(self.directory.own / "HEAD")), 4096)
        except OSError:
            return ""
        line = shown(content.partition(b"\n")[0])
        return line.removeprefix("ref: refs/heads/") if line.startswith("ref: refs/heads/") else ""

    @property
    def is_shallow(self) -> bool:
        """Whether the history was cut off when it was fetched."""
        return (self.directory.shared / "shallow").exists()

    def resolve(self, revision: str) -> str:
        """Return the full name of the commit that a revision means. Raises GitError."""
        # What looks like an option is none: no revision begins with a dash.
        told = self.git.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        name = told.decode("ascii", "replace").strip()
        if not re.fullmatch(r"[0-9a-f]{40,64}", name):
            raise GitError(f"{revision} is no commit")
        return name

    def list_tree(self, tree: str, prefix: str = "") -> Iterator[Listed]:
        """List what a tree holds, all folders deep; `prefix` ("a/b/") narrows and is cut off.

        Raises GitError.
        """
        return self.parse_tree(self.raw_tree(tree, prefix))

    def raw_tree(self, tree: str, prefix: str = "") -> bytes:
        """Return a tree as `git ls-tree -r -z` prints it. Raises GitError."""
        named = f"{tree}:{prefix.removesuffix('/')}" if prefix else tree
        return self.git.run("ls-tree", "-r", "-z", "--full-tree", named)

    @staticmethod
    def parse_tree(raw: bytes) -> Iterator[Listed]:
        """Parse what `raw_tree` gives."""
        for row in shown(raw).split("\0"):
            if row:
                meta, _, path = row.partition("\t")
                mode, _, blob = meta.split(" ")
                yield Listed(path, mode, blob)

    def list_files(self, prefix: str = "") -> list[Listed]:
        """List the tracked files, and the others that no .gitignore leaves out.

        A blob is given where the index shows that the file on disk is what it was when git wrote
        or read it. A name with "/" at its end is a repository of its own. Raises GitError.
        """
        scope = ("--", prefix) if prefix else ()
        told, self.unseen = self.git.ask(
            "ls-files", "-z", "-v", "--stage", "--cached", "--others", "--exclude-standard",
            *scope,
            timeout=git.LIST_TIMEOUT,
        )  # fmt: skip
        listed = shown(told)
        changed = self._changed(prefix)
        width = 64 if self.directory.object_format == "sha256" else 40
        begin, cut = 9 + width + 3, len(prefix)
        files: dict[str, Listed] = {}
        for row in listed.split("\0"):
            if not row:
                continue
            if row[0] == "?":
                path = row[2 + cut :]
                files[path] = Listed(path, "")
                continue
            path = row[begin:]
            # Only plain "H": bits in the index tell git to take a file as unchanged unseen.
            known = row[0] == "H" and path not in changed
            path = path[cut:]
            files[path] = Listed(path, row[2:8], row[9 : 9 + width] if known else "")
        return list(files.values())

    def _changed(self, prefix: str) -> frozenset[str]:
        """Paths whose file on disk is not, or might not be, what the index holds."""
        scope = ("--", prefix) if prefix else ()
        told = self.git.run("diff-files", "-z", "--name-only", git.NO_SUBMODULES, *scope)
        return frozenset(shown(told).split("\0"))

    def close(self) -> None:
        """End what runs and remove what was laid out."""
        self.blobs.close()
        self.git.close()
