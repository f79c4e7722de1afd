"""The history: every blob of every ref once, and the commit that brought it in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from operator import attrgetter

from seawall.core.errors import TargetError
from seawall.core.location import Revision
from seawall.core.report import Problem, ProblemKind
from seawall.source.blobs import BlobReader
from seawall.source.checkout import Checkout
from seawall.source.disk import shown
from seawall.source.file import Entry, Skip, Source
from seawall.source.git import GitError
from seawall.source.repository import Repository
from seawall.source.text import MAX_BYTES, make_source

# Parents before their children and, among those that may stand side by side, the one that was
# written first; each commit followed by what no commit before it had.
_WALK = (
    "rev-list", "--objects", "--in-commit-order", "--author-date-order", "--reverse",
    "--missing=print", "--all",
)  # fmt: skip

MAX_COMMIT = 1 << 20


class History:
    """All content that the refs of a repository reach; see `read_history`."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.entries: list[Entry] = []
        """Every blob once, with the path at which it came in, in the order of paths.

        In that order neighbours are versions of one file: git reads them twice as fast.
        """
        self.commits = 0
        """How many commits there are."""
        self.problems: list[Problem] = []
        """Why it is not the whole history."""
        self._origins: dict[str, str] = {}
        self._in_head: frozenset[str] | None = None

    def stream(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Source | Skip | Problem]]:
        """Yield each entry with its content, in the order given: that of `entries` is the fastest.

        After a fork every process may stream entries of its own.
        """
        contents = self._repository.blobs.stream([entry.blob for entry in entries], MAX_BYTES)
        for entry, (_, content, size) in zip(entries, contents, strict=True):
            if isinstance(content, GitError):
                yield entry, Problem(kind=ProblemKind.GIT, message=str(content), path=entry.path)
            else:
                yield entry, make_source(entry.path, content, size=size)

    def introduced(self, blobs: Iterable[str]) -> dict[str, Revision]:
        """Return the commit that brought each of these blobs in: of all that did, the earliest.

        A blob whose commit cannot be read is left out.
        """
        origins = {blob: self._origins[blob] for blob in blobs if blob in self._origins}
        commits = sorted(set(origins.values()))
        revisions: dict[str, Revision] = {}
        reader = BlobReader(self._repository.git, "commit")
        try:
            for commit, content, _ in reader.stream(commits, MAX_COMMIT):
                if isinstance(content, bytes):
                    revisions[commit] = parse_commit(commit, content)
        finally:
            reader.close()
        present = self._of_head()
        return {
            blob: Revision(
                commit=commit,
                date=revisions[commit].date,
                author=revisions[commit].author,
                in_head=blob in present,
            )
            for blob, commit in origins.items()
            if commit in revisions
        }

    def _of_head(self) -> frozenset[str]:
        if self._in_head is None:
            try:
                head = self._repository.head
                tree = self._repository.list_tree(head) if head else ()
                self._in_head = frozenset(listed.blob for listed in tree)
            except GitError:
                self._in_head = frozenset()
        return self._in_head

    def load(self) -> None:
        """Find out what there is. Raises GitError when git cannot even be started."""
        sizes = self._sizes()
        try:
            self._walk(sizes)
        except GitError as error:
            self._tell(f"the history cannot be followed: {error}; objects were read without it")
            # A damaged commit hides all behind it, but what is stored can be read all the same.
            self.entries = [
                Entry(path=f"{blob[:16]} (object)", size=size, blob=blob)
                for blob, size in sizes.items()
            ]
        self.entries.sort(key=attrgetter("path"))
        if self._repository.is_shallow:
            self._tell(
                "the clone is shallow: history before its first commits is missing",
                hint="fetch the rest: git fetch --unshallow",
            )

    def _sizes(self) -> dict[str, int]:
        """Return all blobs that are stored, with their sizes in bytes."""
        told = self._repository.git.lines(
            "cat-file", "--batch-all-objects", "--unordered", "--buffer",
            "--batch-check=%(objecttype) %(objectname) %(objectsize)",
        )  # fmt: skip
        sizes: dict[str, int] = {}
        try:
            for line in told:
                if line.startswith(b"blob "):
                    _, name, size = line.split()
                    sizes[name.decode("ascii")] = int(size)
        except GitError as error:
            self._tell(f"not every stored object can be read: {error}")
        return sizes

    def _walk(self, sizes: dict[str, int]) -> None:
        commit, missing = "", 0
        paths: dict[bytes, str] = {}
        for line in self._repository.git.lines(*_WALK):
            name, found, path = line.partition(b" ")
            if not found:
                if name[:1] == b"?":
                    missing += 1
                    continue
                commit = name.rstrip().decode("ascii")
                self.commits += 1
                continue
            blob = name.decode("ascii")
            size = sizes.get(blob)
            if size is None:
                continue
            path = path.rstrip(b"\n")
            told = paths.get(path)
            if told is None:
                told = paths[path] = shown(path) or blob[:16]
            self._origins[blob] = commit
            self.entries.append(Entry(path=told, size=size, blob=blob))
        if missing:
            self._tell(
                f"{missing:,} objects are missing, so not all of the history was read",
                hint="the clone is partial or damaged: fetch it whole",
            )

    def _tell(self, message: str, hint: str = "") -> None:
        self.problems.append(Problem(kind=ProblemKind.GIT, message=message, hint=hint))


def read_history(checkout: Checkout) -> History:
    """Find every blob that HEAD or a ref reaches. Raises TargetError outside git."""
    if checkout.repository is None:
        reasons = [problem.message for problem in checkout.problems]
        raise TargetError(
            f"--history needs a git repository, and {checkout.name} is in none",
            hint=reasons[0] if reasons else "scan the files instead",
        )
    history = History(checkout.repository)
    try:
        history.load()
    except GitError as error:
        raise TargetError(f"git cannot tell the history: {error}") from error
    return history


_AUTHOR = re.compile(rb"^author (.*?) ?<[^>\n]*> (-?\d{1,12}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)


def parse_commit(commit: str, content: bytes) -> Revision:
    """Read author and date from a commit object; a malformed one gives neither."""
    match = _AUTHOR.search(content.partition(b"\n\n")[0])
    if match is None:
        return Revision(commit=commit, date="")
    author = match[1].decode("utf-8", "replace")[:200]
    offset = timedelta(hours=int(match[4]), minutes=int(match[5]))
    try:
        zone = timezone(-offset if match[3] == b"-" else offset)
        date = datetime.fromtimestamp(int(match[2]), zone).isoformat()
    except (ValueError, OverflowError, OSError):
        date = ""
    return Revision(commit=commit, date=date, author=author)
