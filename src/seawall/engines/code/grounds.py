"""On what an answer rests: what was looked at of other files, and what that hung on in turn.

Running a module is the module's own affair, whoever asks for it first: what it rests on is noted
with it (`Run`), and told to others as a version, a digest of all of it. So an answer names only
what it looked at itself.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from seawall.engines.code.surface import ALL, Surface, digest
from seawall.engines.code.templates import Sought

Look = tuple[str, str]
"""The path of a file, and the part of it that was looked at: a name at its top, "symbol()", "*"."""


class Run:
    """What the statements of a module looked at when they were run."""

    __slots__ = ("classes", "is_done", "looks", "of_name", "sought")

    def __init__(self) -> None:
        self.is_done = False
        self.classes: set[str] = set()
        """The names of `of_name` that are classes: they are made whether or not they are used."""
        self.looks: set[Look] = set()
        self.of_name: dict[str, set[Look]] = {}
        """The same of what is worked out apart: names that are imported, classes."""
        self.sought: Sought = (set(), set())
        """What they read and looked for of templates."""


class Ground(NamedTuple):
    """Something of another file on which an answer rests."""

    path: str
    state: bytes
    """The file's state then, and its version where that matters: while they stand, this holds."""
    keys: tuple[str, ...]
    mark: bytes
    """The digest of what was looked at."""


STATE = 16
"""Bytes of a state without a version."""


def mark_of(surface: Surface, leads: bytes, keys: Iterable[str]) -> bytes:
    """Return the digest of parts of a file, and of where its imports lead."""
    return digest(leads, surface.of(keys))


def state_of(surface: Surface, leads: bytes) -> bytes:
    """Return the digest of a file as it is, and of where its imports lead."""
    return digest(surface.whole, leads)


class Grounds:
    """Says on what answers about one program rest."""

    def __init__(
        self,
        runs: dict[str, Run],
        surface: Callable[[str], Surface],
        leads: Callable[[str], bytes],
        is_run: Callable[[str], bool],
        fits: Callable[[tuple[str, ...]], bytes],
    ) -> None:
        """`leads` gives the digest of where the imports of a file lead.

        `is_run` says whether the answer about a file has its module run, and tells the version;
        `fits` gives the digest of the paths that end as some names do.
        """
        self.is_run = is_run
        self.fits = fits
        self._runs = runs
        self._surface = surface
        self._leads = leads
        self._versions: dict[str, bytes] = {}
        self._own: dict[str, dict[str, tuple[str, ...]]] = {}
        self._states: dict[str, bytes] = {}

    def of_run(self, path: str) -> list[Ground]:
        """Return on what running a module rests, beside the module itself."""
        return self._grounds(path, self._of_run(path))

    def of_answer(self, path: str, looks: Iterable[Look]) -> list[Ground]:
        """Return on what an answer about a file rests beside that."""
        run = self._runs.get(path)
        all_looks = set(looks)
        if run is not None:
            # All its own classes are looked at.
            for name in self._surface(path).classes:
                all_looks |= run.of_name.get(name, set())
        return self._grounds(path, self._by_path(all_looks))

    def state(self, path: str) -> bytes:
        """Return the state of a file."""
        known = self._states.get(path)
        if known is None:
            known = self._states[path] = state_of(self._surface(path), self._leads(path))
        return known

    def _grounds(self, own: str, looks: dict[str, tuple[str, ...]]) -> list[Ground]:
        found = []
        for path, keys in looks.items():
            if path == own:
                continue
            state = self.state(path)
            if self._hangs_on_run(path, keys):
                state += self.version(path)
            found.append(Ground(path, state, keys, self._mark(path, keys)))
        return found

    def _mark(self, path: str, keys: tuple[str, ...]) -> bytes:
        return mark_of(self._surface(path), self._leads(path), keys)

    def _hangs_on_run(self, path: str, keys: Iterable[str]) -> bool:
        run = self._runs.get(path)
        if run is None or not run.is_done or not self.is_run(path):
            return False
        return any(map(self._surface(path).hangs_on_run, keys))

    def _by_path(self, looks: Iterable[Look]) -> dict[str, tuple[str, ...]]:
        """Return looks by path, with those that stand behind a name that was looked at."""
        waiting = list(looks)
        seen = set(waiting)
        by_path: dict[str, list[str]] = {}
        while waiting:
            path, key = waiting.pop()
            by_path.setdefault(path, []).append(key)
            run = self._runs.get(path)
            if run is None:
                continue
            more: Collection[Look] = run.of_name.get(key, ())
            if not self.is_run(path) and self._surface(path).hangs_on_run(key):
                # Nobody tells a version of it.
                more = run.looks.union(*run.of_name.values())
            named = self._surface(path).classes.get(key)
            if named is not None:
                more = [*more, *((path, name) for name in named[1])]
            for look in more:
                if look not in seen:
                    seen.add(look)
                    waiting.append(look)
        return {path: tuple(sorted(by_path[path])) for path in sorted(by_path)}

    def _of_run(self, path: str) -> dict[str, tuple[str, ...]]:
        known = self._own.get(path)
        run = self._runs.get(path)
        if run is None or not run.is_done:
            return {}
        if known is None:
            looks = set(run.looks)
            apart = self._surface(path).classes
            for name in run.classes:
                if name not in apart:
                    looks |= run.of_name[name]
            known = self._own[path] = self._by_path(looks)
        return known

    def version(self, path: str) -> bytes:
        """Return the digest of all that running a module rests on, itself too; b"": not run."""
        run = self._runs.get(path)
        if run is None or not run.is_done:
            return b""
        if path not in self._versions:
            self._find_versions(path)
        return self._versions[path]

    def _find_versions(self, start: str) -> None:
        """Work out the versions of a module and of those that it hangs on.

        Modules that hang on one another in a circle have one version together (Tarjan 1972).
        """
        number: dict[str, int] = {}
        lowest: dict[str, int] = {}
        stack: list[str] = []
        stacked: set[str] = set()
        work: list[tuple[str, list[str]]] = []

        def enter(path: str) -> None:
            number[path] = lowest[path] = len(number)
            stack.append(path)
            stacked.add(path)
            needed = self._of_run(path)
            work.append((path, [one for one in needed if self._hangs_on_run(one, needed[one])]))

        enter(start)
        while work:
            path, following = work[-1]
            if following:
                other = following.pop()
                if other in self._versions:
                    continue
                if other not in number:
                    enter(other)
                elif other in stacked:
                    lowest[path] = min(lowest[path], number[other])
                continue
            work.pop()
            if work:
                above = work[-1][0]
                lowest[above] = min(lowest[above], lowest[path])
            if lowest[path] == number[path]:
                at = stack.index(path)
                self._give_version(stack[at:])
                stacked.difference_update(stack[at:])
                del stack[at:]

    def _give_version(self, circle: list[str]) -> None:
        parts: list[bytes] = []
        for path in sorted(circle):
            surface = self._surface(path)
            parts += [path.encode("utf-8", "surrogateescape"), surface.base or surface.whole]
            parts.append(self._leads(path))
            for other, keys in self._of_run(path).items():
                parts.append(self._mark(other, keys))
                if other not in circle and self._hangs_on_run(other, keys):
                    parts.append(self._versions[other])
        together = digest(*parts)
        for path in circle:
            self._versions[path] = digest(together, path.encode("utf-8", "surrogateescape"))


__all__ = ["STATE", "ALL", "Ground", "Grounds", "Look", "Run", "mark_of", "state_of"]
