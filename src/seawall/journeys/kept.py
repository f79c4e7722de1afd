"""Which kept answers still hold, by what they really rest on."""

from collections.abc import Callable, Iterable, Mapping

from seawall.engines.code.engine import Answer
from seawall.engines.code.grounds import STATE, mark_of
from seawall.engines.code.surface import Surface

Leads = Callable[[str], bytes]
"""Gives the digest of where the imports of a file lead now."""


class KeptAnswers:
    """The answers that are kept of a program's files as they are now.

    An answer holds when what it looked at of other files is as it was, and running their modules
    comes to the same. That is known when the changed files were asked about anew (`note`).
    """

    def __init__(
        self,
        paths: Iterable[str],
        answers: Mapping[str, Answer],
        *,
        listing: str,
        leads: Leads,
        fits: Callable[[tuple[str, ...]], bytes],
    ) -> None:
        """`answers` hold those of templates too; `fits` tells paths by what was looked for."""
        self._paths = set(paths)
        self._answers = dict(answers)
        self._fresh: set[str] = set()
        self._surfaces: dict[str, Surface] = {}
        self._fits = fits
        self.moved: set[str] = set()
        """Those that hold for other files of the program than there were."""
        # Where there are other files than then, an import may lead to another one.
        for path in self._paths & self._answers.keys():
            if self._answers[path].listing != listing:
                if leads(path) == self._answers[path].leads:
                    self.moved.add(path)
                else:
                    del self._answers[path]

    def unknown(self) -> set[str]:
        """Return the files for which there is none: they are asked about first."""
        return self._paths - self._answers.keys()

    def answer(self, path: str) -> Answer:
        """Return what is kept of a file."""
        return self._answers[path]

    def note(self, answer: Answer) -> None:
        """Take a new answer."""
        self._answers[answer.path] = answer
        self._fresh.add(answer.path)

    def stale(self) -> set[str]:
        """Return the files whose answers do not hold, those without one among them."""
        now = {
            path: (answer.state, answer.state + answer.version)
            for path, answer in self._answers.items()
        }
        stale = self.unknown()
        rerun: list[str] = []
        for path in self._paths - stale - self._fresh:
            answer = self._answers[path]
            for place, (used, state) in enumerate(zip(answer.used, answer.states, strict=True)):
                if state not in now.get(used, ()) and not self._holds(answer, place):
                    stale.add(path)
                    if place < answer.run:
                        rerun.append(path)
                    break
            else:
                if answer.sought and self._fits(answer.sought) != answer.fits:
                    stale.add(path)
        return stale | self._resting(rerun)

    def _holds(self, answer: Answer, place: int) -> bool:
        """Whether a file that changed is still what an answer looked at."""
        used, state = answer.used[place], answer.states[place]
        now = self._answers.get(used)
        if now is None or not now.surface or (len(state) > STATE and state[STATE:] != now.version):
            return False
        keys, mark = answer.grounds()[place]
        surface = self._surfaces.get(used)
        if surface is None:
            surface = self._surfaces[used] = now.parts()
        return mark_of(surface, now.leads, keys) == mark

    def _resting(self, rerun: list[str]) -> set[str]:
        """Return what rests on running modules of which that comes to something else now."""
        reached: set[str] = set()
        if not rerun:
            return reached
        users: dict[str, list[tuple[str, bool]]] = {}
        for path in self._paths & self._answers.keys() - self._fresh:
            answer = self._answers[path]
            for place, (used, state) in enumerate(zip(answer.used, answer.states, strict=True)):
                if len(state) > STATE:
                    users.setdefault(used, []).append((path, place < answer.run))
        waiting, seen = rerun, set(rerun)
        while waiting:
            for path, is_run in users.get(waiting.pop(), ()):
                reached.add(path)
                if is_run and path not in seen:
                    seen.add(path)
                    waiting.append(path)
        return reached
