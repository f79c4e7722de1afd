"""What people decided beforehand: configuration, baseline, waivers, owners, from one trusted place.

The organisation's floor comes from elsewhere, and what it forbids is not heeded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from seawall.config import FILE_NAMES, MAX_BYTES, ConfigTree, build_tree
from seawall.core.errors import ConfigError, ParseError, reason_of
from seawall.core.finding import Finding
from seawall.core.report import Problem, ProblemKind
from seawall.floor import Floor
from seawall.journeys.statements import VEX_FOLDER, read_statements
from seawall.policy import Policy
from seawall.rules.elsewhere import load_meanings
from seawall.source.checkout import open_target
from seawall.source.owners import read_owners
from seawall.triage import baseline
from seawall.triage.foreign import Foreign, read_foreign
from seawall.triage.status import Before
from seawall.triage.waivers import Waiver
from seawall.waivers import FILE as WAIVERS_FILE
from seawall.waivers import read_waivers


class Shelf(Protocol):
    """A place that files of the target are read from: the work tree, or the merge base."""

    def file(self, path: str) -> bytes | None:
        """Return a file's content, or None when there is none."""

    def files_named(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file with one of these base names."""

    def files_below(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files in a folder and below it, in order."""


class Guardrails(Struct, frozen=True, kw_only=True):
    """The decisions in force for one scan."""

    tree: ConfigTree
    baseline: Before | None
    """None when there is none, or it was not asked for."""
    owner_of: Callable[[str], str]
    """The owner of a path as CODEOWNERS says it, "" for nobody."""
    waivers: tuple[Waiver, ...] = ()
    statements: Mapping[str, tuple[Waiver, ...]] = {}
    """By file of VEX, which published weaknesses do not concern the target."""
    floor: Floor | None = None
    foreign: Foreign | None = None
    """What other secret scanners were told to leave out; None when that does not count."""
    problems: tuple[Problem, ...] = ()
    """What was not understood of it."""

    def policies_of(self, finding: Finding) -> Sequence[Policy]:
        """Return the policies in force where a finding is: the repository's and the floor's."""
        floor = self.floor.policy if self.floor else None
        own = self.tree.policy_of(finding)
        return [own, floor] if floor else [own]

    def is_off(self, finding: Finding) -> bool:
        """Whether the finding's rule is off where it is."""
        kept = self.floor is not None and finding.rule in self.floor.keep_rules
        return not kept and self.tree.is_off(finding)

    def excludes(self) -> dict[str, tuple[str, ...]]:
        """Return the patterns of what is left out, by folder."""
        return self.tree.excludes() if self.floor is None or self.floor.allow_exclude else {}

    @property
    def allow_partial(self) -> bool:
        """Whether a scan may pass that is not whole."""
        forbidden = self.floor is not None and not self.floor.allow_partial
        return self.tree.root.gate.allow_partial and not forbidden


def read_guardrails(
    shelf: Shelf,
    *,
    root: Path,
    config: Path | None = None,
    baseline_file: Path | None = None,
    use_baseline: bool = True,
    known_rules: Iterable[str] = (),
    secret_rules: frozenset[str] | None = None,
    floor: Floor | None = None,
) -> Guardrails:
    """Read everything from `shelf`; `config` and `baseline_file` stand in for the target's own.

    A file named on the command line that lies in the target is read from the shelf all the same,
    so that a change cannot bring its own. `secret_rules` are those whose findings other secret
    scanners' suppressions may close; None for all. Raises ConfigError.
    """
    tree = _tree(shelf, config, root, known_rules)
    use_baseline = use_baseline and (floor is None or floor.allow_baseline)
    waivers = shelf.file(WAIVERS_FILE)
    statements, unread = _statements(shelf)
    foreign: Foreign | None = None
    problems: tuple[Problem, ...] = ()
    if tree.root.gate.foreign_suppressions and (floor is None or floor.allow_foreign):
        foreign, problems = read_foreign(shelf.file, secret_rules, load_meanings)
    return Guardrails(
        tree=tree,
        baseline=_baseline(shelf, baseline_file, tree, root) if use_baseline else None,
        owner_of=read_owners(shelf.file),
        waivers=read_waivers(waivers, name=WAIVERS_FILE) if waivers is not None else (),
        statements=statements,
        floor=floor,
        foreign=foreign,
        problems=(*problems, *unread),
    )


def _statements(shelf: Shelf) -> tuple[dict[str, tuple[Waiver, ...]], list[Problem]]:
    """Read the documents of VEX in the target; one that is broken closes nothing."""
    statements: dict[str, tuple[Waiver, ...]] = {}
    problems: list[Problem] = []
    for path in shelf.files_below(VEX_FOLDER):
        content = shelf.file(path) if path.endswith(".json") else None
        if content is not None:
            try:
                statements[path] = read_statements(content)
            except ParseError as error:
                words = f"not heeded: {error}"
                problems.append(Problem(kind=ProblemKind.CONFIG, message=words, path=path))
    return statements, problems


def locate_baseline(target: Path, *, config: Path | None, named: Path | None) -> Path:
    """Return where the target's baseline is or would be."""
    if named is not None:
        return named
    checkout = open_target(target)
    tree = _tree(checkout, config, checkout.root, ())
    return _baseline_path(tree, named, checkout.root)


def _tree(shelf: Shelf, config: Path | None, root: Path, known_rules: Iterable[str]) -> ConfigTree:
    if config is None:
        return build_tree(shelf.files_named(FILE_NAMES), known_rules=known_rules)
    content = _named(shelf, config, root, "configuration")
    name = "pyproject.toml" if config.name == "pyproject.toml" else "seawall.toml"
    return build_tree([(name, content)], known_rules=known_rules)


def _baseline_path(tree: ConfigTree, named: Path | None, root: Path) -> Path:
    """Return where the baseline is: the file named on the command line, or the configured one."""
    if named is not None:
        return named
    path = (root / tree.root.gate.baseline).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(
            f"gate.baseline: {tree.root.gate.baseline!r} lies outside the target",
            hint="give a path within it, or use --baseline",
        )
    return path


def _baseline(shelf: Shelf, named: Path | None, tree: ConfigTree, root: Path) -> Before | None:
    path = _baseline_path(tree, named, root)
    inside = _inside(path, root)
    shown = inside or str(path)
    content = shelf.file(inside) if inside else _read(path)
    if content is None:
        if named is None:
            return None
        raise ConfigError(
            f"baseline {shown}: there is no such file",
            hint="`seawall baseline write` makes it",
        )
    return Before(identities=baseline.read(content, name=shown), origin=f"baseline {shown}")


def _named(shelf: Shelf, path: Path, root: Path, what: str) -> bytes:
    inside = _inside(path, root)
    content = shelf.file(inside) if inside else _read(path)
    if content is None:
        raise ConfigError(f"{what} {path}: there is no such file")
    return content


def _inside(path: Path, root: Path) -> str:
    """Return the path relative to the target, or "" when it lies elsewhere."""
    absolute, base = path.absolute().resolve(), root.resolve()
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else ""


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(64 * MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {reason_of(error)}") from error
    return content
