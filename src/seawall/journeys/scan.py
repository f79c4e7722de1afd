"""The scan: target → sources → engines → triage → verdict → report. It prints nothing."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from seawall import __version__, policy
from seawall.config import DepsSection
from seawall.core.errors import ConfigError
from seawall.core.facts import Fact
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan, place
from seawall.core.report import Coverage, EngineRun, Problem, Report, Target, Verdict
from seawall.core.rule import Rule
from seawall.core.triage import Status, Triaged
from seawall.engines.deps.engine import DepsEngine
from seawall.engines.secrets.engine import SecretsEngine
from seawall.floor import Floor
from seawall.journeys.deps import Advisories, empty_lists, examine_deps, load_deps_engine
from seawall.journeys.examine import SHAPE, Examined, FileEngine, Progress, examine, one_by_one
from seawall.journeys.guardrails import Guardrails, read_guardrails
from seawall.journeys.history import scan_history
from seawall.journeys.images import ImageReader
from seawall.journeys.mask import Masker
from seawall.journeys.rules import load_rules
from seawall.journeys.secrets import Matcher, load_engine
from seawall.journeys.settle import settle, with_owner
from seawall.journeys.weakening import find_weakenings
from seawall.rules.controls import with_controls
from seawall.rules.secrets import load_secrets
from seawall.source.cache import ResultCache
from seawall.source.change import Change, change_since, change_staged
from seawall.source.checkout import Checkout, open_target
from seawall.source.file import Entry, Skip, Source
from seawall.source.image import Platform
from seawall.source.text import make_source
from seawall.source.tree import TreeFiles
from seawall.triage.allow import allowed_before
from seawall.triage.pairing import identify, pair
from seawall.triage.status import Before, triage

if TYPE_CHECKING:
    # A third of the time of a start: loaded only where the engine runs.
    from seawall.engines.code.engine import CodeEngine
    from seawall.engines.infra.engine import InfraEngine
    from seawall.journeys.registries import Registries
    from seawall.journeys.verify import Verify

ENGINES = ("secrets", "code", "deps", "infra")
"""The engines in the order in which they run; each gets the facts of those before."""

LONGEST_EMERGENCY = 7
"""Days for which the gate may be opened at the most."""

Mode = Literal["tree", "since", "staged", "history"]


class BreakGlass(Struct, frozen=True, kw_only=True):
    """Why the gate is opened although it would break the build, and until when."""

    reason: str
    until: date


class ScanOptions(Struct, frozen=True, kw_only=True):
    """What the person asked for; everything from outside is in here."""

    path: Path
    mode: Mode = "tree"
    since: str = ""
    engines: tuple[str, ...] = ()
    """Names; empty means those of the configuration, and without one all."""
    config: Path | None = None
    """A configuration in place of the target's own."""
    baseline: Path | None = None
    """A baseline in place of the configured one."""
    use_baseline: bool = True
    advisories: Advisories = Advisories()
    registries: "Registries | None" = None
    """Who is asked about packages; None: nobody."""
    platform: Platform | None = None
    """Of container images for several platforms, the one that is looked at."""
    cache_folder: Path | None = None
    """Where compiled patterns and answers are kept; None: nowhere."""
    use_cache: bool = True
    """Whether answers are remembered; compiled patterns always are."""
    jobs: int = 1
    gate: bool = True
    matcher: Matcher = "auto"
    today: date
    verify: "Verify | None" = None
    """Asks a vendor about one secret; None: nobody is asked."""
    index: Path | None = None
    """The index that git names to its hooks: `git commit -a` does not use the repository's own."""
    floor: Floor | None = None
    """The organisation's floor, read from outside the target."""
    break_glass: BreakGlass | None = None
    """Opens the gate in an emergency, until a day."""


class Engines(Struct, frozen=True, kw_only=True):
    """The engines of one scan; those that do not run are not there."""

    secrets: SecretsEngine
    """There even where it does not run: it masks what others quote."""
    files: tuple[SecretsEngine, ...] = ()
    """Those that answer for one file at a time."""
    code: "CodeEngine | None" = None
    deps: DepsEngine | None = None
    infra: "InfraEngine | None" = None

    @property
    def all(self) -> "list[SecretsEngine | CodeEngine | DepsEngine | InfraEngine]":
        """Those that run, in their order."""
        whole = (self.code, self.deps, self.infra)
        return [*self.files, *(one for one in whole if one is not None)]


class Basis(Struct, frozen=True, kw_only=True):
    """What a decision rested on beside the findings."""

    guardrails: Guardrails
    engines: Mapping[str, str]
    """By engine that ran, the digest of its rules."""


def scan(options: ScanOptions, progress: Progress) -> Report:
    """Audit the target and decide. Raises SeawallError when the job cannot be done at all."""
    return scan_with_basis(options, progress)[0]


def scan_with_basis(options: ScanOptions, progress: Progress) -> tuple[Report, Basis]:
    """Audit and decide as `scan` does, and return what the decision rested on."""
    began = time.perf_counter()
    checkout = open_target(options.path)
    if options.floor is not None and not options.floor.allow_exclude:
        checkout.heeds_ignores = False
    packaged = load_secrets(options.cache_folder)
    engine = load_engine(options.cache_folder, options.matcher, packaged)
    rules = {rule.id: rule for rule in load_rules(options.cache_folder, packaged)}
    change = _change(options, checkout)
    shelf = change if change is not None and options.mode == "since" else checkout
    guardrails = read_guardrails(
        shelf,
        config=options.config,
        baseline_file=options.baseline,
        use_baseline=options.use_baseline,
        root=checkout.root,
        known_rules=rules,
        secret_rules=frozenset(rule.id for rule in engine.rules),
        floor=options.floor,
    )
    wants_code = wants_engine("code", options, guardrails) and options.mode != "history"
    code = None
    if wants_code:
        from seawall.journeys.code import load_code_engine

        code = load_code_engine(options.cache_folder, guardrails.tree.root.code, shelf)
        rules |= {rule.id: rule for rule in code.rules}
    wants_deps = wants_engine("deps", options, guardrails) and options.mode != "history"
    infra = None
    if wants_engine("infra", options, guardrails) and options.mode != "history":
        from seawall.journeys.infra import load_infra_engine

        section = guardrails.tree.root.infra
        infra = load_infra_engine(options.cache_folder, section, shelf)
        rules |= {rule.id: rule for rule in infra.rules}
    if guardrails.tree.brings_rules and code is not None and infra is not None:
        # What an engine would bring that does not run, nobody knows.
        guardrails.tree.check_rules(rules)
    engines = Engines(
        secrets=engine,
        files=(engine,) if wants_engine("secrets", options, guardrails) else (),
        code=code,
        deps=load_deps_engine(options.cache_folder) if wants_deps else None,
        infra=infra,
    )
    folder = options.cache_folder if options.use_cache else None
    with ResultCache.open(folder, checkout.root, digest_of(engines.files)) as cache:
        if change is not None:
            told = _scan_change(
                options, checkout, change, engines, cache, guardrails, progress, rules
            )
        elif options.mode == "history":
            told = _scan_history(options, checkout, engines.files, cache, guardrails, progress)
        else:
            told = _scan_tree(options, checkout, engines, cache, guardrails, progress)
        problems = (
            *checkout.problems,
            *guardrails.problems,
            *told.problems,
            *cache.problems,
        )
    if options.verify is not None and engines.files:
        told = _verified(told, options, _reader(checkout, change, options), engine, progress)
    findings = tuple(with_owner(triaged, guardrails) for triaged in told.findings)
    verdict = _decide(findings, rules, guardrails, options)
    seconds = time.perf_counter() - began
    named = {triaged.finding.rule for triaged in findings}
    report = Report(
        tool_version=__version__,
        target=Target(
            name=checkout.name,
            mode=options.mode,
            revision=checkout.revision,
            branch=checkout.branch,
            base=change.base if change is not None else "",
        ),
        findings=findings,
        verdict=verdict,
        facts=told.facts,
        coverage=_coverage(told, engines, seconds),
        rules=with_controls((rules[name] for name in sorted(named)), options.cache_folder),
        problems=tuple(problems),
        seconds=seconds,
    )
    ran = {one.name: one.digest for one in engines.all}
    return report, Basis(guardrails=guardrails, engines=ran)


def _decide(
    findings: Sequence[Triaged],
    rules: Mapping[str, Rule],
    guardrails: Guardrails,
    options: ScanOptions,
) -> Verdict:
    if not options.gate:
        still_open = sum(entry.status.is_open for entry in findings)
        return Verdict(passed=True, told=still_open, policy="none", gated=False)
    verdict = policy.decide(findings, rules, guardrails.policies_of)
    return policy.conclude(verdict, allow_partial=guardrails.allow_partial, opened=_opened(options))


def _opened(options: ScanOptions) -> str:
    """Return why the gate is opened where somebody broke the glass, "" otherwise."""
    glass, floor = options.break_glass, options.floor
    if glass is None:
        return ""
    if floor is not None and not floor.allow_break_glass:
        raise ConfigError(f"the floor {floor.name} does not let the gate be opened")
    today = options.today
    if not today <= glass.until <= today + timedelta(days=LONGEST_EMERGENCY):
        raise ConfigError(
            f"the gate may be opened from today for {LONGEST_EMERGENCY} days, "
            f"not until {glass.until}",
            hint="an emergency is short: name a day of this week",
        )
    return f"{glass.reason} (until {glass.until})"


class Told(Struct, frozen=True, kw_only=True):
    """What one mode of the scan has to say before the gate decides."""

    findings: tuple[Triaged, ...]
    problems: tuple[Problem, ...]
    examined: Examined
    commits: int = 0
    facts: tuple[Fact, ...] = ()


def _scan_tree(
    options: ScanOptions,
    checkout: Checkout,
    engines: Engines,
    cache: ResultCache,
    guardrails: Guardrails,
    progress: Progress,
) -> Told:
    progress("reading the folder", 0, 0)
    entries = list(checkout.entries(excludes=guardrails.excludes()))
    examined = examine(
        entries,
        one_by_one(checkout.read),
        engines.files,
        cache=cache,
        jobs=options.jobs,
        progress=progress,
    )
    facts: tuple[Fact, ...] = ()
    code, masker = engines.code, Masker(engines.secrets)
    if code is not None:
        from seawall.journeys.code import ProgramFiles, examine_program

        files = ProgramFiles(
            _files(entries), checkout.read, code, masker=masker, name=checkout.root.name
        )
        folder = options.cache_folder if options.use_cache else None
        digest = digest_of([code, engines.secrets])
        with ResultCache.open(folder, checkout.root, digest) as kept:
            program = examine_program(code, files, cache=kept, jobs=options.jobs, progress=progress)
        program.add_to(examined, files.all())
        facts = tuple(program.facts)
    if engines.deps is not None:
        progress("looking up packages", 0, 0)
        standing = list(_files(entries))
        composition = examine_deps(
            engines.deps,
            standing,
            checkout,
            advisories=options.advisories,
            section=_deps_section(options, guardrails),
            today=options.today,
            images=ImageReader(
                engines.deps,
                lambda path: Path(os.fsdecode(checkout.native(path))),
                only=checkout.only,
                asked=options.platform,
                mask=masker.mask,
            ),
            registries=options.registries,
        )
        empty = [one.path for one in entries if isinstance(one, Skip) and one.reason == "empty"]
        composition.problems += empty_lists(engines.deps, empty)
        composition.add_to(examined, standing)
        facts += tuple(composition.facts)
    if engines.infra is not None:
        from seawall.journeys.infra import examine_infra

        progress("reading the infrastructure", 0, 0)
        standing = list(_files(entries))
        declared = examine_infra(engines.infra, standing, checkout, masker)
        declared.add_to(examined, standing)
        facts += tuple(declared.facts)
    told = triage_examined(examined, guardrails, options, whole=not checkout.only)
    return replace(told, facts=facts)


def _files(entries: Iterable[Entry | Skip | Problem]) -> Iterator[Entry]:
    return (entry for entry in entries if isinstance(entry, Entry))


def _scan_change(
    options: ScanOptions,
    checkout: Checkout,
    change: Change,
    engines: Engines,
    cache: ResultCache,
    guardrails: Guardrails,
    progress: Progress,
    rules: Iterable[str],
) -> Told:
    """Scan what changed before and after, and keep what is only after."""
    excludes = guardrails.excludes()
    now = examine(
        change.entries(excludes),
        one_by_one(change.read),
        engines.files,
        cache=cache,
        jobs=options.jobs,
        progress=progress,
    )
    before = examine(
        change.before(excludes),
        one_by_one(change.read),
        engines.files,
        cache=cache,
        jobs=options.jobs,
        progress=progress,
    )
    facts: tuple[Fact, ...] = ()
    if engines.code is not None or engines.deps is not None or engines.infra is not None:
        sides = _sides(checkout, change, excludes)
        if engines.code is not None:
            _examine_code(engines, checkout, change, sides, now, before, options, progress)
        if engines.deps is not None and any(map(engines.deps.wants, change.touched)):
            section = _deps_section(options, guardrails)
            facts = _examine_deps(engines.deps, change, sides, now, before, options, section)
        if engines.infra is not None and any(map(engines.infra.wants, change.touched)):
            from seawall.journeys.infra import examine_infra

            masker = Masker(engines.secrets)
            for entries, examined in zip(sides, (now, before), strict=True):
                declared = examine_infra(engines.infra, entries, change, masker)
                declared.add_to(examined, entries)
                if examined is now:
                    facts += tuple(declared.facts)
    past, fixed = _before(change, before, now, guardrails, options)
    weakenings: list[Finding] = []
    if options.mode == "since":
        former = {path: before.allows.get(old, ()) for path, old in change.renames.items()}
        weakenings = find_weakenings(
            change,
            checkout,
            paths=change.touched,
            allows=({**before.allows, **former}, now.allows),
            known_rules=rules,
        )
        # An allow that the change itself brings cannot silence what the change brings.
        allows = allowed_before(now.allows, before.allows, change.renames)
        now.allowed = [
            (entry, allows[entry.path]) for entry, _ in now.allowed if entry.path in allows
        ]
    if guardrails.foreign is not None:
        foreign = guardrails.foreign.carried(
            before.findings,
            now.findings,
            change.renames,
            allows=before.allows,
            trusted=options.mode == "staged",
        )
        guardrails = replace(guardrails, foreign=foreign)
    told = triage_examined(now, guardrails, options, past)
    new = tuple(entry for entry in told.findings if entry.status is not Status.KNOWN)
    weaker = tuple(Triaged(finding=finding, status=Status.NEW) for finding in weakenings)
    return replace(told, findings=weaker + new + fixed, facts=facts)


Sides = tuple[list[Entry], list[Entry]]
"""All files as a change leaves them, and as they were before."""


def _sides(checkout: Checkout, change: Change, excludes: Mapping[str, Iterable[str]]) -> Sides:
    standing = {entry.path: entry for entry in _files(checkout.entries(excludes=excludes))}
    for path in change.touched:
        standing.pop(path, None)
    present = {entry.path: entry for entry in _files(change.entries(excludes))}
    former = {entry.path: entry for entry in change.before(excludes)}
    return list((standing | present).values()), list((standing | former).values())


def _deps_section(options: ScanOptions, guardrails: Guardrails) -> DepsSection:
    """Return what is said of packages; who asks for the engine by name wants its answer whole."""
    section = guardrails.tree.root.deps
    if section.without_advisories is not None:
        return section
    named = "deps" in (options.engines or guardrails.tree.root.scan.engines)
    return replace(section, without_advisories="error" if named else "warn")


def _examine_deps(
    engine: DepsEngine,
    change: Change,
    sides: Sides,
    now: Examined,
    before: Examined,
    options: ScanOptions,
    section: DepsSection,
) -> tuple[Fact, ...]:
    """Ask what the target stands on after the change and before it; return what it has after."""
    facts: list[tuple[Fact, ...]] = []
    for entries, examined in zip(sides, (now, before), strict=True):
        told = examine_deps(
            engine,
            entries,
            change,
            advisories=options.advisories,
            section=section,
            today=options.today,
            change=True,
            registries=options.registries,
        )
        told.add_to(examined, entries)
        facts.append(tuple(told.facts))
    return facts[0]


def _examine_code(
    engines: Engines,
    checkout: Checkout,
    change: Change,
    sides: Sides,
    now: Examined,
    before: Examined,
    options: ScanOptions,
    progress: Progress,
) -> None:
    """Ask about the program as the change leaves it and as it was before."""
    code, masker = engines.code, Masker(engines.secrets)
    if code is None:
        return
    from seawall.journeys.code import ProgramFiles, examine_change

    after_files, before_files = (
        ProgramFiles(entries, change.read, code, masker=masker, name=checkout.root.name)
        for entries in sides
    )
    folder = options.cache_folder if options.use_cache else None
    with ResultCache.open(folder, checkout.root, digest_of([code, engines.secrets])) as kept:
        after, past = examine_change(
            code,
            after_files,
            before_files,
            change.touched,
            change.renames,
            cache=kept,
            jobs=options.jobs,
            progress=progress,
        )
    after.add_to(now, after_files.all())
    past.add_to(before, before_files.all())


def _before(
    change: Change,
    before: Examined,
    now: Examined,
    guardrails: Guardrails,
    options: ScanOptions,
) -> tuple[Before, tuple[Triaged, ...]]:
    """Return what was there before the change, and what the change mended.

    What an allow silenced before does not count as there: when its allow is gone, it is new.
    """
    triaged, _ = triage(
        _spoken(before.findings, guardrails),
        before=(),
        allows=before.allows,
        today=options.today.isoformat(),
        foreign=guardrails.foreign,
    )
    open_before = [entry.finding for entry in triaged if entry.status.is_open]
    origin = f"before the change, at {change.base[:12]}" if change.base else "before the change"
    past = Before(
        identities=[identify(finding) for finding in open_before],
        origin=origin,
        renames=change.renames,
    )
    _, gone = pair(past.identities, now.findings, renames=change.renames)
    fixed = tuple(
        Triaged(finding=open_before[index], status=Status.FIXED, origin=origin) for index in gone
    )
    return past, fixed


def _scan_history(
    options: ScanOptions,
    checkout: Checkout,
    engines: Sequence[FileEngine],
    cache: ResultCache,
    guardrails: Guardrails,
    progress: Progress,
) -> Told:
    past = scan_history(
        checkout,
        engines,
        excludes=guardrails.excludes(),
        cache=cache,
        jobs=options.jobs,
        today=options.today.isoformat(),
        foreign=guardrails.foreign,
        progress=progress,
    )
    # The allows of every version were heard; their lines say nothing about other versions.
    past.examined.allowed.clear()
    told = triage_examined(past.examined, guardrails, options)
    findings = tuple(_waived(triaged, past.waived) for triaged in told.findings)
    return replace(told, findings=findings, commits=past.commits)


def _waived(triaged: Triaged, waived: Mapping[tuple[str, str], Triaged]) -> Triaged:
    span = place(triaged.finding.location)
    other = waived.get((span.path if span else "", triaged.finding.fingerprint))
    return replace(other, finding=triaged.finding) if other else triaged


def triage_examined(
    examined: Examined,
    guardrails: Guardrails,
    options: ScanOptions,
    *past: Before,
    whole: bool = False,
) -> Told:
    """Give every finding its status, from what was there before and what people allowed.

    Only a scan of the `whole` target can tell what is accepted and not there.
    """
    findings = _spoken(examined.findings, guardrails)
    triaged, problems = settle(
        findings, guardrails, *past, allows=examined.allows, today=options.today, whole=whole
    )
    return Told(
        findings=tuple(triaged),
        problems=(*examined.problems, *problems),
        examined=examined,
    )


def _spoken(findings: Iterable[Finding], guardrails: Guardrails) -> list[Finding]:
    """Leave out the rules that are off where the finding is."""
    return [finding for finding in findings if not guardrails.is_off(finding)]


def _change(options: ScanOptions, checkout: Checkout) -> Change | None:
    if options.mode == "since":
        return change_since(checkout, options.since)
    if options.mode == "staged":
        return change_staged(checkout, _index(options, checkout))
    return None


def _index(options: ScanOptions, checkout: Checkout) -> Path | None:
    """Return the index of a commit that is being made; one of another repository is not meant."""
    if options.index is None or checkout.repository is None:
        return None
    folder = options.index.parent.resolve()
    return options.index if folder == checkout.repository.directory.own.resolve() else None


def wants_engine(name: str, options: ScanOptions, guardrails: Guardrails) -> bool:
    """Whether the engine runs. Raises ConfigError for an engine that does not exist."""
    configured = guardrails.tree.root.scan.engines
    wanted = options.engines or configured
    for other in wanted:
        if other not in ENGINES:
            raise ConfigError(
                f"there is no engine {other!r}", hint=f"the engines are: {', '.join(ENGINES)}"
            )
    return not wanted or name in wanted


def digest_of(engines: "Sequence[FileEngine | CodeEngine]") -> str:
    """Return what answers that are kept hang on."""
    return "+".join([__version__, SHAPE, *(f"{engine.name}:{engine.digest}" for engine in engines)])


def _reader(
    checkout: Checkout, change: Change | None, options: ScanOptions
) -> Callable[[CodeSpan], Source | None]:
    """Make the function that reads the file of a span again, as the scan saw it."""
    entries: dict[str, Entry] = {}
    if change is not None:
        found = change.entries({})
        entries = {entry.path: entry for entry in found if isinstance(entry, Entry)}

    def read(span: CodeSpan) -> Source | None:
        if options.mode == "history":
            return _read_at(checkout, span)
        entry = entries.get(span.path) if change is not None else checkout.look(span.path)
        source = checkout.read(entry) if isinstance(entry, Entry) else None
        return source if isinstance(source, Source) else None

    return read


def _read_at(checkout: Checkout, span: CodeSpan) -> Source | None:
    if checkout.repository is None or span.revision is None:
        return None
    content = TreeFiles(checkout.repository, span.revision.commit, "").file(span.path)
    if content is None:
        return None
    source = make_source(span.path, content, size=len(content))
    return source if isinstance(source, Source) else None


def _verified(
    told: Told,
    options: ScanOptions,
    reader: Callable[[CodeSpan], Source | None],
    engine: SecretsEngine,
    progress: Progress,
) -> Told:
    """Ask the vendors about what is open; what somebody closed is nobody's question any more."""
    # The way outside is loaded only when somebody asks for it.
    from seawall.journeys.verify import verify_live

    verify = options.verify
    if verify is None:
        return told
    wanted = [number for number, triaged in enumerate(told.findings) if triaged.status.is_open]
    verified = verify_live(
        [told.findings[number].finding for number in wanted],
        reader,
        engine,
        verify,
        lambda done: progress("asking vendors", done, len(wanted)),
    )
    findings = list(told.findings)
    for number, finding in zip(wanted, verified, strict=True):
        findings[number] = replace(findings[number], finding=finding)
    return replace(told, findings=tuple(findings))


def _coverage(told: Told, engines: Engines, seconds: float) -> Coverage:
    examined = told.examined
    by_rule = Counter(triaged.finding.rule for triaged in told.findings)
    runs: list[EngineRun] = []
    for engine in engines.all:
        matcher = engine.matcher if isinstance(engine, SecretsEngine) else ""
        runs.append(
            EngineRun(
                name=engine.name,
                rules=len(engine.rules),
                findings=sum(by_rule[rule.id] for rule in engine.rules),
                seconds=seconds,
                note=f"patterns matched by {matcher}" if matcher else "",
                digest=engine.digest,
            )
        )
    return Coverage(
        files=examined.files,
        bytes=examined.bytes,
        from_cache=examined.from_cache,
        commits=told.commits,
        skipped=dict(sorted(examined.skipped.items())),
        engines=tuple(runs),
    )
