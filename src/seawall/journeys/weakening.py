"""Tell what a change does to its own gate: what it would let pass once it is merged."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from seawall.config import FILE_NAMES, Config, ConfigTree, build_tree, find_line
from seawall.core.errors import ConfigError, ParseError
from seawall.core.finding import Finding
from seawall.core.location import CodeSpan
from seawall.journeys.guardrails import Shelf
from seawall.journeys.statements import VEX_FOLDER, read_statements
from seawall.policy import DEFAULT, Policy
from seawall.rules.gate import GATE_WEAKENED
from seawall.source.ignore import OWN_FILE, read_patterns
from seawall.triage import baseline
from seawall.triage.allow import Allow
from seawall.waivers import FILE as WAIVERS_FILE
from seawall.waivers import read_waivers

PIPELINES = (
    ".github/workflows/*", ".gitea/workflows/*", ".forgejo/workflows/*", ".gitlab-ci.yml",
    ".gitlab/*", ".circleci/config.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml",
    "Jenkinsfile", ".woodpecker.yml", ".drone.yml", ".travis.yml", ".pre-commit-config.yaml",
    ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS",
    "Makefile", "justfile", "tox.ini", "noxfile.py", "requirements*.txt", "*/requirements*.txt",
    "constraints*.txt", "Pipfile*", "poetry.lock", "uv.lock", "pdm.lock", "pylock*.toml",
)  # fmt: skip
"""Files in which a line about Seawall is part of the gate: what runs it, and which one runs."""
FOREIGN = (".gitleaksignore", ".gitleaks.toml", ".secrets.baseline")
"""Files by which other scanners are silenced, and Seawall with them."""
MOST = 100
"""Ways of weakening that are told of one change."""
_OURS = re.compile(r"seawall", re.IGNORECASE)
_READ = 2 << 20


class Weakening(Struct, frozen=True, kw_only=True):
    """One way in which the gate would let more pass."""

    path: str
    words: str
    """What the change does, in words that end "the change ..."."""
    about: str
    """What it is about, such as the clause or the rule: makes it the same tomorrow."""
    line: int = 1


def find_weakenings(
    before: Shelf,
    now: Shelf,
    *,
    paths: Iterable[str],
    allows: tuple[Mapping[str, Sequence[Allow]], Mapping[str, Sequence[Allow]]],
    known_rules: Iterable[str],
) -> list[Finding]:
    """Compare what decides before and after a change.

    `paths` are the files that the change touches (added, changed, renamed from, deleted), `allows`
    the inline allows of them before and now.
    """
    touched = sorted(set(paths))
    found: list[Weakening] = []
    if any(path.rpartition("/")[2] in FILE_NAMES for path in touched):
        found += _of_config(before, now, known_rules)
    for path in touched:
        old, new = _text(before, path), _text(now, path)
        if path == WAIVERS_FILE:
            found += _of_waivers(old, new)
        elif path.startswith(f"{VEX_FOLDER}/"):
            found += _of_statements(path, old, new)
        elif path.rpartition("/")[2] == OWN_FILE:
            found += _of_lines(path, old, new, "leaves out", "files")
        elif path.rpartition("/")[2] in FOREIGN:
            found += _of_lines(path, old, new, "silences", "findings, for other scanners and this")
        elif path.endswith(".jsonl") and (old or new).startswith('{"schema":"seawall/baseline'):
            found += _of_baseline(path, old, new)
        elif any(fnmatchcase(path, pattern) for pattern in PIPELINES):
            found += _of_pipeline(path, old, new)
    found += _of_allows(*allows)
    return [_finding(one) for one in found[:MOST]]


def _finding(one: Weakening) -> Finding:
    digest = hashlib.blake2b(f"{one.path}\n{one.about}".encode(), digest_size=16).hexdigest()
    return Finding(
        rule=GATE_WEAKENED.id,
        location=CodeSpan(path=one.path, line=one.line),
        message=f"The change {one.words}",
        anchor=f"v1:{digest}",
        severity=GATE_WEAKENED.severity,
        label="it counts after the merge",
    )


def _text(shelf: Shelf, path: str) -> str:
    content = shelf.file(path)
    return content[:_READ].decode("utf-8", "replace") if content else ""


def _of_config(before: Shelf, now: Shelf, known_rules: Iterable[str]) -> Iterator[Weakening]:
    rules = tuple(known_rules)
    old = build_tree(before.files_named(FILE_NAMES), known_rules=rules)
    try:
        new = build_tree(now.files_named(FILE_NAMES), known_rules=rules)
    except ConfigError as error:
        path = next(iter(old.names.values()), "seawall.toml")
        yield Weakening(path=path, words=f"breaks the configuration: {error}", about="invalid")
        return
    for folder in sorted({*old.configs, *new.configs}):
        path = new.names.get(folder) or old.names[folder]
        text = _text(now, path)
        yield from (
            replace(one, line=_line(text, one)) for one in _of_folder(old, new, folder, path)
        )


def _line(text: str, one: Weakening) -> int:
    """Return the 1-based line on which the key stands that a weakening is about."""
    key = one.about.split(" ")[0]
    parts = ["gate", "break"] if key == "clause" else key.split(".")
    return find_line(text, parts) or find_line(text, ["tool", "seawall", *parts]) or 1


def _of_folder(old: ConfigTree, new: ConfigTree, folder: str, path: str) -> Iterator[Weakening]:
    one, two = old.configs.get(folder, Config()), new.configs.get(folder, Config())
    yield from _of_policy(path, _policy(old, folder), _policy(new, folder))
    for words, key, former, present in (
        ("turns off the rule", "rules.off", one.rules.off, two.rules.off),
        ("leaves out", "scan.exclude", one.scan.exclude, two.scan.exclude),
    ):
        for added in sorted(set(present) - set(former)):
            yield Weakening(path=path, words=f"{words} {added}", about=f"{key} {added}")
    if two.scan.engines and set(two.scan.engines) != set(one.scan.engines):
        yield Weakening(path=path, words="narrows the engines that run", about="scan.engines")
    if two.gate.allow_partial and not one.gate.allow_partial:
        words = "lets a scan pass that is not whole"
        yield Weakening(path=path, words=words, about="gate.allow-partial")
    if one.deps.without_advisories != two.deps.without_advisories == "warn":
        words = "lets a scan pass that has no advisories"
        yield Weakening(path=path, words=words, about="deps.without-advisories")
    if two.deps.oldest_advisories > one.deps.oldest_advisories:
        words = "lets advisories be older"
        yield Weakening(path=path, words=words, about="deps.oldest-advisories")
    if two.gate.baseline != one.gate.baseline:
        yield Weakening(path=path, words="names another baseline", about="gate.baseline")
    if two.gate.foreign_suppressions and not one.gate.foreign_suppressions:
        words = "heeds what other secret scanners were told to leave out"
        yield Weakening(path=path, words=words, about="gate.foreign-suppressions")


def _policy(tree: ConfigTree, folder: str) -> Policy:
    """Return the policy in force in a folder."""
    while folder not in tree.policies and folder:
        folder = folder.rpartition("/")[0]
    return tree.policies.get(folder, DEFAULT)


def _of_policy(path: str, old: Policy, new: Policy) -> Iterator[Weakening]:
    if new.allow_all:
        if not old.allow_all:
            yield Weakening(path=path, words="lets everything pass", about="gate.unsafe-allow-all")
        return
    for clause in old.clauses if not old.allow_all else ():
        if clause not in new.clauses:
            yield Weakening(
                path=path,
                words=f"drops or changes the clause {clause.name!r}",
                about=f"clause {clause.name}",
            )


def _of_waivers(old: str, new: str) -> Iterator[Weakening]:
    try:
        former = read_waivers(old.encode(), name=WAIVERS_FILE)
        present = read_waivers(new.encode(), name=WAIVERS_FILE)
    except ConfigError as error:
        yield Weakening(path=WAIVERS_FILE, words=f"breaks the waivers: {error}", about="invalid")
        return
    for waiver in present:
        if waiver not in former:
            yield Weakening(
                path=WAIVERS_FILE,
                words=f"waives {waiver.scope}: {waiver.reason}",
                about=f"waiver {waiver.scope} {waiver.until}",
            )


def _of_statements(path: str, old: str, new: str) -> Iterator[Weakening]:
    known, present = set(_closed(old)), _closed(new)
    for scope in present:
        if scope not in known:
            yield Weakening(path=path, words=f"says that {scope} is no matter here", about=scope)


def _closed(text: str) -> list[str]:
    """Return what a document of VEX closes; one that is broken closes nothing."""
    try:
        return list(dict.fromkeys(one.scope for one in read_statements(text.encode())))
    except ParseError:
        return []


def _of_baseline(path: str, old: str, new: str) -> Iterator[Weakening]:
    try:
        former = Counter(baseline.read(old.encode(), name=path) if old else ())
        present = Counter(baseline.read(new.encode(), name=path) if new else ())
    except ConfigError as error:
        yield Weakening(path=path, words=f"breaks the baseline: {error}", about="invalid")
        return
    added = present - former
    if added:
        rules = ", ".join(sorted({one.rule for one in added})[:5])
        count = added.total()
        many = "" if count == 1 else "s"
        yield Weakening(
            path=path,
            words=f"adds {count} finding{many} to the baseline ({rules})",
            about=" ".join(sorted(one.fingerprint for one in added)),
        )


def _of_lines(path: str, old: str, new: str, verb: str, what: str) -> Iterator[Weakening]:
    """Tell the lines that an ignore file gains."""
    former = Counter(_meant(old))
    for number, line in enumerate(new.split("\n"), start=1):
        meant = next(iter(_meant(line)), None)
        if meant is None:
            continue
        if former[meant]:
            former[meant] -= 1
            continue
        yield Weakening(
            path=path, line=number, words=f"{verb} {what}: {meant[:80]}", about=f"line {meant}"
        )


def _meant(text: str) -> Iterator[str]:
    for line in read_patterns(text.encode()):
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def _of_pipeline(path: str, old: str, new: str) -> Iterator[Weakening]:
    """Tell the lines about Seawall that a pipeline loses: its step, its version, its options."""
    lost = Counter(line.strip() for line in old.split("\n") if _OURS.search(line))
    kept = Counter(line.strip() for line in new.split("\n"))
    for line in lost - kept:
        words = f"takes a line about Seawall out of the pipeline: {line[:80]}"
        yield Weakening(path=path, words=words, about=f"pipeline {line}")
    for number, line in enumerate(new.split("\n"), start=1):
        stripped = line.strip()
        if _EASED.search(line) and stripped not in old and _OURS.search(new):
            words = f"runs Seawall so that it breaks nothing: {stripped[:80]}"
            yield Weakening(path=path, line=number, words=words, about=f"eased {stripped}")


_EASED = re.compile(r"--no-gate|\|\|\s*(?:true|:|exit 0)|continue-on-error|allow_failure|SKIP=")


def _of_allows(
    before: Mapping[str, Sequence[Allow]], now: Mapping[str, Sequence[Allow]]
) -> Iterator[Weakening]:
    for path, allows in sorted(now.items()):
        former = Counter(one.words for one in before.get(path, ()))
        for allow in allows:
            if former[allow.words]:
                former[allow.words] -= 1
                continue
            names = ", ".join(allow.rules)
            if allow.tool:
                words = f"silences secrets here, for another scanner and this: {allow.tool}"
            else:
                words = f"allows {names} here: {allow.reason or 'without a reason'}"
            yield Weakening(
                path=path,
                line=allow.line,
                words=words,
                about=f"allow {names or allow.tool} {allow.reason} {allow.until}",
            )
