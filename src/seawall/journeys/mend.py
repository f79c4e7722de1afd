"""Mends packages with weaknesses: manifests by text, lockfiles by their tools; then looks again."""

import posixpath
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from seawall.advisories.database import AdvisoryDatabase, DatabaseError
from seawall.engines.deps.advice import clean_versions
from seawall.engines.deps.engine import DepsEngine
from seawall.engines.deps.findings import anchor_of
from seawall.engines.deps.fix.place import NotRaisedError, raise_package
from seawall.engines.deps.fix.plan import Blocked, Plan, Relock, Weakness, is_line_left, make_plan
from seawall.engines.deps.fix.tools import commands_for, override_of
from seawall.journeys.deps import load_deps_engine, read_inventories
from seawall.journeys.examine import Progress
from seawall.journeys.files import Side, TargetFiles
from seawall.journeys.fix import Change, FixPlan, write_fixes
from seawall.journeys.scan import ScanOptions, scan_with_basis
from seawall.model.inventory import Inventory
from seawall.model.package_name import normal_name
from seawall.parse.lock import format_of
from seawall.source.checkout import open_target
from seawall.source.file import Entry
from seawall.source.programs import find_program, run_program

MINOR = frozenset(("unmaintained", "notice"))
"""Kinds of advisories that no version mends: they are told, and nothing is left undone by them."""

LARGEST = 64 << 20
"""Bytes of a file."""
NO_VERSION = "no version without it is known"
UNKEPT = "nobody looks after it any more"
WAITS = "its lockfile is to be made anew"
"""Why a package still has weaknesses whose manifest, if it has one, asks for a version without."""


class MendOptions(Struct, frozen=True, kw_only=True):
    """What the person asked for."""

    scan: ScanOptions
    """How the target is looked at."""
    only: tuple[str, ...] = ()
    """Names of packages and of advisories; () for all."""
    major: bool = False
    """Whether a step to another line of versions is taken."""
    trust: bool = False
    """Whether the project's own tools may run."""
    write: bool = True


class Step(Struct, frozen=True, kw_only=True):
    """A package of which a manifest now asks for more."""

    path: str
    """Where the version is written."""
    line: int
    package: str
    version: str
    """The one that was in use."""
    target: str
    former: str
    """What was asked for, as written."""
    requirement: str
    mends: tuple[str, ...]
    """Names of advisories."""
    also: tuple[str, ...] = ()
    """Other packages whose version is said by the same text."""


class Command(Struct, frozen=True, kw_only=True):
    """What makes a lockfile anew."""

    folder: str
    """In which it runs; "" is the target itself."""
    words: tuple[str, ...]
    lockfile: str
    packages: tuple[str, ...]
    ran: bool = False
    complaint: str = ""
    """Why it did not work, or was not run; untrusted text."""

    @property
    def shown(self) -> str:
        """It as a person would type it."""
        return shlex.join(self.words)


class Remaining(Struct, frozen=True, kw_only=True):
    """A package that still has weaknesses."""

    path: str
    line: int
    package: str
    version: str
    advisories: tuple[str, ...]
    reason: str
    hint: str = ""
    waits: bool = False
    """Whether a command that was not run would make its lockfile anew."""
    minor: bool = False
    """Whether nothing is left undone: nobody looks after it, but no weakness is known."""


class Mended(Struct, frozen=True, kw_only=True):
    """What was done, and what is left."""

    fixes: FixPlan
    """What changes in files."""
    steps: tuple[Step, ...]
    commands: tuple[Command, ...]
    remaining: tuple[Remaining, ...]
    before: int
    """Weaknesses, each in each file that names its package."""
    after: int
    failed: tuple[str, ...] = ()
    """Files that could not be written, in words."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.failed and all(one.minor for one in self.remaining)


def mend(options: MendOptions, progress: Progress, environment: Mapping[str, str]) -> Mended:
    """Mend what can be mended by rule. Raises SeawallError when the job cannot be done at all."""
    file = options.scan.advisories.file
    if file is None:
        raise DatabaseError("there is no place for a database of advisories")
    with AdvisoryDatabase.open(file) as database:
        report, basis = scan_with_basis(options.scan, progress)
        closed = {
            (_declared(one.finding.location), one.finding.anchor)
            for one in report.findings
            if not one.status.is_open
        }
        look = _Look(options, database, closed, basis.guardrails.excludes())
        return _mend(options, look, progress, environment)


def _declared(location: object) -> str:
    declared = getattr(location, "declared", None)
    return declared.path if declared is not None else ""


class _Seen(Struct, frozen=True):
    """A target as it stands at one moment."""

    inventories: dict[str, Inventory]
    weaknesses: list[Weakness]


class _EditedFiles(TargetFiles):
    """The files of a target as they shall be: what changes lies over what is on disk."""

    def __init__(self, entries: Iterable[Entry], side: Side) -> None:
        super().__init__(entries, side)
        self.edited: dict[str, bytes] = {}

    def former(self, path: str) -> bytes | None:
        """Return the content that a file has, as it is."""
        entry = self._entries.get(path)
        return self._side.read_bytes(entry, LARGEST) if entry is not None else None

    def wanted(self, path: str) -> bytes | None:
        """Return the content that a file shall have."""
        return self.edited[path] if path in self.edited else self.former(path)

    def read_any(self, path: str, limit: int) -> bytes | None:
        """Return the content that a file shall have, as its parser takes it."""
        return self.edited[path] if path in self.edited else super().read_any(path, limit)


class _Look:
    """Looks at the target: as it is on disk, with changes over it that are not written yet."""

    def __init__(
        self,
        options: MendOptions,
        database: AdvisoryDatabase,
        closed: set[tuple[str, str]],
        excludes: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.engine: DepsEngine = load_deps_engine()
        self.database = database
        self._options, self._closed, self._excludes = options, closed, excludes
        self.refresh()

    def refresh(self) -> None:
        """Look at the disk anew."""
        checkout = open_target(self._options.scan.path)
        self.root = checkout.root
        entries = checkout.entries(excludes=self._excludes)
        held = [one for one in entries if isinstance(one, Entry)]
        self.files = _EditedFiles(held, checkout)

    def see(self) -> _Seen:
        """Return what the target stands on, and what of it has an open weakness."""
        inventories = read_inventories(self.engine, self.files)
        members = self.engine.compose(inventories, self.files.place("")).members
        weaknesses = self.engine.weaknesses(members, self.database)
        return _Seen(inventories, [one for one in weaknesses if self._is_asked(one)])

    def _is_asked(self, weakness: Weakness) -> bool:
        member, match = weakness
        package, advisory = member.package, match.advisory
        names = (advisory.id, *advisory.aliases)
        anchors = {anchor_of(package.ecosystem, package.name, one) for one in names}
        if any((member.path, anchor) in self._closed for anchor in anchors):
            return False
        only = self._options.only
        return not only or any(
            one.upper() in map(str.upper, names)
            or normal_name(package.ecosystem, one).lower() == package.name.lower()
            for one in only
        )


def _mend(
    options: MendOptions, look: _Look, progress: Progress, environment: Mapping[str, str]
) -> Mended:
    progress("planning", 0, 0)
    seen = look.see()
    matches = list({id(match): match for _, match in seen.weaknesses}.values())
    mendable = [one for one in matches if one.advisory.kind != "malicious"]
    best = clean_versions(look.database, mendable, same_line=not options.major)
    targets = {query: one.version for query, one in best.items()}
    plan = make_plan(seen.weaknesses, targets, seen.inventories, look.files.wanted)
    reasons = {(one.path, one.package.id): one.reason for one in plan.left}
    steps = list(_raise_all(plan, look, seen, reasons, progress))
    fixes = _fix_plan(look)
    commands = [one for relock in plan.relocks for one in _commands(relock)]
    failed: list[str] = []
    if options.write:
        for change, error in write_fixes(fixes):
            if error is not None:
                failed.append(str(error))
                steps = [one for one in steps if one.path != change.path]
        if options.trust:
            commands = list(_run(commands, look.root, environment, progress))
        look.refresh()
    progress("looking again", 0, 0)
    after = look.see()
    waiting = {one.lockfile: one for one in commands}
    return Mended(
        fixes=fixes,
        steps=tuple(steps),
        commands=tuple(commands),
        remaining=tuple(_remaining(after, plan, reasons, waiting, look.engine)),
        before=len(seen.weaknesses),
        after=len(after.weaknesses),
        failed=tuple(failed),
    )


def _raise_all(
    plan: Plan,
    look: _Look,
    seen: _Seen,
    reasons: dict[tuple[str, str], str],
    progress: Progress,
) -> Iterator[Step]:
    mends: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for member, match in seen.weaknesses:
        mends[member.package.name, member.package.version][match.advisory.id] = None
    for number, rise in enumerate(plan.rises):
        progress("editing manifests", number, len(plan.rises))
        inventory = seen.inventories[rise.path]
        try:
            raised = raise_package(
                rise.path, rise.place, rise.target, look.files.wanted, look.engine.read_inventory
            )
        except NotRaisedError as error:
            if rise.place < len(inventory.packages):
                reasons[rise.path, inventory.packages[rise.place].id] = str(error)
            continue
        if raised is None:
            continue
        look.files.edited[raised.path] = raised.content
        yield Step(
            path=raised.path,
            line=raised.line,
            package=rise.name,
            version=rise.version,
            target=rise.target,
            former=raised.former,
            requirement=raised.requirement,
            mends=tuple(mends[rise.name, rise.version]),
            also=raised.also,
        )


def _fix_plan(look: _Look) -> FixPlan:
    changes = tuple(
        Change(path=path, former=former, content=content, mended=())
        for path, content in sorted(look.files.edited.items())
        if (former := look.files.former(path)) is not None
    )
    return FixPlan(root=look.root, changes=changes)


def _commands(relock: Relock) -> Iterator[Command]:
    if relock.tool is None:
        return
    names = (*(one.name for one in relock.wanted), *relock.edited)
    for words in commands_for(relock.tool, relock.wanted, edited=bool(relock.edited)):
        yield Command(
            folder=posixpath.dirname(relock.path),
            words=words,
            lockfile=relock.path,
            packages=tuple(dict.fromkeys(names)),
        )


def _run(
    commands: Iterable[Command], root: Path, environment: Mapping[str, str], progress: Progress
) -> Iterator[Command]:
    for command in commands:
        progress(f"running {command.shown}", 0, 0)
        complaint = run_program(command.words, root / command.folder, environment)
        is_there = find_program(command.words[0], environment) is not None
        yield replace(command, ran=is_there, complaint=complaint)


def _remaining(
    after: _Seen,
    plan: Plan,
    reasons: Mapping[tuple[str, str], str],
    commands: Mapping[str, Command],
    engine: DepsEngine,
) -> Iterator[Remaining]:
    grouped: dict[tuple[str, str], list[Weakness]] = defaultdict(list)
    for member, match in after.weaknesses:
        grouped[member.path, member.package.id].append((member, match))
    blocked = {(one.path, one.package.id): one for one in plan.blocked}
    for named, some in grouped.items():
        member = some[0][0]
        package = member.package
        command = commands.get(member.path)
        reason, hint = _why(some, reasons.get(named, ""), blocked.get(named), command)
        other = engine.instead_of(package)
        if reason in (NO_VERSION, UNKEPT) and other:
            hint = f"take {other} in its place"
        yield Remaining(
            path=member.path,
            line=package.line,
            package=package.name,
            version=package.version,
            advisories=tuple(dict.fromkeys(match.advisory.id for _, match in some)),
            reason=reason,
            hint=hint,
            waits=reason == WAITS,
            minor=all(match.advisory.kind in MINOR for _, match in some),
        )


def _why(
    some: Sequence[Weakness], told: str, blocked: Blocked | None, command: Command | None
) -> tuple[str, str]:
    """Return why a package still has weaknesses, and what to do."""
    package = some[0][0].package
    kinds = {match.advisory.kind for _, match in some}
    if "malicious" in kinds:
        return "it was published to do harm", "take it out, and look who installed it"
    if told:
        return told, ""
    if kinds <= MINOR:
        return UNKEPT, ""
    if blocked is not None:
        words = f"{blocked.parent.name} {blocked.parent.version}".strip()
        override = override_of(format_of(blocked.path), package.name, blocked.target)
        return f"{words} allows {blocked.constraint}, which shuts {blocked.target} out", (
            f"in {override}" if override else f"raise {blocked.parent.name}"
        )
    fixed = [match.fixed for _, match in some if match.advisory.kind not in MINOR]
    if not all(fixed):
        return NO_VERSION, ""
    lines = [one for one in fixed if is_line_left(package.ecosystem, package.version, one)]
    if lines and command is None:
        return f"only {lines[0][0]} mends it, another line of versions", "--major takes it"
    if command is None:
        return "its lockfile is to be made anew by hand", ""
    if not command.ran:
        return WAITS, command.shown
    return command.complaint or f"{command.words[0]} kept it", ""
