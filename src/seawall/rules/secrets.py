"""Load the packaged detectors and the rules they serve, strictly, and quickly the second time."""

from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct

from seawall.core.errors import ConfigError
from seawall.core.rule import Rule, Severity
from seawall.model.detector import FORM_JUDGES, Detector, LiveCheck
from seawall.rules import keep
from seawall.rules.tables import KEBAB, place_of, read_entries, read_entry, read_table

_HARD_CODED_CREDENTIALS = 798


class SecretRules(Struct, frozen=True, kw_only=True):
    """What the secrets engine looks for."""

    detectors: tuple[Detector, ...]
    rules: tuple[Rule, ...]
    """One for each rule id of the detectors, in the order of the files' names."""
    digest: str
    """Hexadecimal; changes whenever a detector or a rule's words change."""


class _Entry(Struct, frozen=True, kw_only=True):
    """One [[detector]] table as it is written."""

    id: str
    pattern: str
    title: str = ""
    severity: Severity | None = None
    grants: str = ""
    near: str = ""
    reach: int = 80
    lines: int = 1
    before: bool = False
    entropy: float = 0.0
    checksum: str = ""
    judge: str = ""
    multiline: bool = False
    live: LiveCheck | None = None
    why: str = ""
    remedy: str = ""
    lesson: str = ""
    links: tuple[str, ...] = ()
    cwe: tuple[int, ...] = (_HARD_CODED_CREDENTIALS,)
    preview: bool = False


class _Page(Struct, frozen=True, kw_only=True):
    """What a file of detectors says of all of them."""

    vendor: str
    revoke: str = ""


def load_secrets(cache_folder: Path | None = None) -> SecretRules:
    """Load the packaged detectors; `cache_folder` keeps them decoded for the next start.

    A wheel carries them decoded. Raises ConfigError when a file is wrong; the message names file,
    detector and key.
    """
    return keep.load("secrets", SecretRules, _files, _parsed, cache_folder)


def pack_secrets() -> bytes:
    """Return the decoded detectors as a wheel carries them."""
    return msgspec.msgpack.encode(_parsed(_files()))


def _files() -> keep.Files:
    return keep.files_in(resources.files("seawall.rules") / "secrets")


def _parsed(files: keep.Files) -> SecretRules:
    return parse_secrets({file.name: file.read_bytes() for file in files})


def parse_secrets(files: dict[str, bytes]) -> SecretRules:
    """Read detector files by name. Raises ConfigError as `load_secrets` does."""
    detectors: list[Detector] = []
    rules: dict[str, Rule] = {}
    owners: dict[str, str] = {}
    for name in sorted(files):
        page, entries = _page(name, files[name])
        for entry in entries:
            place = f"{name}: detector {entry.id!r}"
            _check(entry, place)
            if entry.id not in rules:
                if not entry.title or not (entry.grants or entry.why):
                    raise ConfigError(f"{place}: the first of an id needs title and grants")
                rules[entry.id] = _rule(page, entry)
                owners[entry.id] = name
            elif owners[entry.id] != name:
                raise ConfigError(f"{place}: id is already that of {owners[entry.id]}")
            elif entry.title or entry.severity or entry.grants:
                raise ConfigError(
                    f"{place}: title, severity and grants belong to the first of an id only"
                )
            if entry.near or (entry.judge and entry.judge not in FORM_JUDGES):
                continue
            if not rules[entry.id].known_format:
                rules[entry.id] = msgspec.structs.replace(rules[entry.id], known_format=True)
        detectors += [_detector(entry) for entry in entries]
    return SecretRules(
        detectors=tuple(detectors),
        rules=tuple(rules.values()),
        digest=keep.digest_of((detectors, list(rules.values()))),
    )


def _page(name: str, data: bytes) -> tuple[_Page, tuple[_Entry, ...]]:
    table = read_table(name, data)
    entries = table.pop("detector", None)
    if entries is None:
        raise ConfigError(f"{name}: detector is missing")
    page = read_entry(name, table, _Page)
    read = read_entries(name, {"detector": entries}, "detector", _Entry)
    for number, row in enumerate(entries, start=1):
        for key in row.get("live", ()):
            if key not in LiveCheck.__struct_fields__:
                place = place_of(name, "detector", row, number)
                raise ConfigError(f"{place}: live: unknown key {key!r}")
    return page, read


def _check(entry: _Entry, place: str) -> None:
    if not KEBAB.fullmatch(entry.id):
        raise ConfigError(f"{place}: id must be kebab-case")
    for key, expression in (("pattern", entry.pattern), ("near", entry.near)):
        if "\n" in expression:
            raise ConfigError(f"{place}: {key} must stand on one line")
    if not entry.pattern:
        raise ConfigError(f"{place}: pattern is empty")
    if not 1 <= entry.reach <= 400:
        raise ConfigError(f"{place}: reach must be from 1 to 400")
    if not 0 <= entry.lines <= 10:
        raise ConfigError(f"{place}: lines must be from 0 to 10")
    if not entry.near and entry.before:
        raise ConfigError(f"{place}: before needs near")
    if not 0 <= entry.entropy <= 8:
        raise ConfigError(f"{place}: entropy must be from 0 to 8")
    for link in (*entry.links, *((entry.live.url, entry.live.docs) if entry.live else ())):
        if not link.startswith("https://"):
            raise ConfigError(f"{place}: addresses must be https")


def _detector(entry: _Entry) -> Detector:
    return Detector(
        rule=entry.id,
        pattern=entry.pattern,
        near=entry.near,
        reach=entry.reach,
        lines=entry.lines,
        before=entry.before,
        entropy=entry.entropy,
        checksum=entry.checksum,
        judge=entry.judge,
        multiline=entry.multiline,
        live=entry.live,
    )


def _rule(page: _Page, entry: _Entry) -> Rule:
    """Put the rule into words, from what its file says of it."""
    vendor = page.vendor or "its issuer"
    at = f"{vendor} ({page.revoke})" if page.revoke else vendor
    why = entry.why or (
        f"Whoever has it {entry.grants}. What stands in a repository is read by everyone who can "
        "read it, in every clone, log and backup, and stays in its history."
    )
    remedy = entry.remedy or (
        f"1. Revoke it at {at}, or rotate it if something still needs it; deleting the line is "
        "not enough, for the history keeps it.\n"
        f"2. Look in the log of {vendor} for uses that are not yours since it was committed.\n"
        "3. Give the new one to the program at run time: an environment variable set by the "
        "deployment, or a secret store."
    )
    lesson = entry.lesson or (
        "Keep secrets out of files that are committed: run `seawall scan --staged` before each "
        "commit (`seawall init` sets it up), and prefer short-lived credentials that the platform "
        "issues to a workload."
    )
    links = (*((page.revoke,) if page.revoke else ()), *entry.links)
    return Rule(
        id=entry.id,
        title=entry.title,
        engine="secrets",
        preview=entry.preview,
        severity=entry.severity or Severity.HIGH,
        cwe=entry.cwe,
        why=why,
        remedy=remedy,
        lesson=lesson,
        links=tuple(dict.fromkeys(links)),
    )
