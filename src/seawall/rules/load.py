"""Load the packaged detectors and the rules they serve, strictly, and quickly the second time."""

import contextlib
import hashlib
import os
import re
import tempfile
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from seawall import __version__
from seawall.core.errors import ConfigError
from seawall.core.rule import Rule, Severity
from seawall.model.detector import FORM_JUDGES, Detector, LiveCheck

_MAGIC = b"seawall-rules2\n"
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HARD_CODED_CREDENTIALS = 798


class SecretRules(Struct, frozen=True, kw_only=True):
    """What the secrets engine looks for."""

    detectors: tuple[Detector, ...]
    rules: tuple[Rule, ...]
    """One for each rule id of the detectors, in the order of the files' names."""
    digest: str
    """Hexadecimal; changes whenever a detector or a rule's words change."""


class _Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
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


class _Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of detectors."""

    vendor: str
    revoke: str = ""
    detector: tuple[_Entry, ...]


def load_secrets(cache_folder: Path | None = None) -> SecretRules:
    """Load the packaged detectors; `cache_folder` keeps them decoded for the next start.

    A wheel carries them decoded. Raises ConfigError when a file is wrong; the message names file,
    detector and key.
    """
    packed = resources.files("seawall.rules") / "secrets.bin"
    if packed.is_file():
        with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.msgpack.decode(packed.read_bytes(), type=SecretRules)
    files = _files()
    key = _key(files)
    kept = cache_folder / "rules-secrets.bin" if cache_folder is not None and key else None
    if kept is not None and (cached := _read(kept, key)) is not None:
        return cached
    loaded = _parsed(files)
    if kept is not None:
        with contextlib.suppress(OSError):
            _write(kept, key, msgspec.msgpack.encode(loaded))
    return loaded


def pack_secrets() -> bytes:
    """Return the decoded detectors as a wheel carries them."""
    return msgspec.msgpack.encode(_parsed(_files()))


def _files() -> list[Traversable]:
    folder = resources.files("seawall.rules") / "secrets"
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted(found, key=lambda file: file.name)


def _parsed(files: list[Traversable]) -> SecretRules:
    return parse_secrets({file.name: file.read_bytes() for file in files})


def parse_secrets(files: dict[str, bytes]) -> SecretRules:
    """Read detector files by name. Raises ConfigError as `load_secrets` does."""
    detectors: list[Detector] = []
    rules: dict[str, Rule] = {}
    owners: dict[str, str] = {}
    for name in sorted(files):
        page = _page(name, files[name])
        for entry in page.detector:
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
        detectors += [_detector(entry) for entry in page.detector]
    body = msgspec.msgpack.encode((detectors, list(rules.values())))
    return SecretRules(
        detectors=tuple(detectors),
        rules=tuple(rules.values()),
        digest=hashlib.blake2b(body, digest_size=16).hexdigest(),
    )


def _page(name: str, data: bytes) -> _Page:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: {error}") from error
    try:
        page = msgspec.convert(table, _Page)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {_where(table, str(error))}") from error
    for entry in table["detector"]:
        for key in entry.get("live", {}):
            if key not in LiveCheck.__struct_fields__:
                raise ConfigError(f"{name}: detector {entry['id']!r}: live: unknown key {key!r}")
    return page


def _where(table: dict[str, Any], message: str) -> str:
    """Name the detector that msgspec's message speaks of by its number."""
    text, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    number = re.match(r"detector\[(\d+|\.\.\.)\]\.?", key)
    if number is None:
        return f"{key}: {text}" if key else text
    entries = table.get("detector", [])
    rest = key[number.end() :]
    if number[1] != "..." and int(number[1]) < len(entries):
        name = entries[int(number[1])].get("id", number[1])
    else:
        name = _culprit(entries)
    return f"detector {name!r}: {rest + ': ' if rest else ''}{text}"


def _culprit(entries: list[Any]) -> str:
    for place, entry in enumerate(entries):
        try:
            msgspec.convert(entry, _Entry)
        except msgspec.ValidationError:
            return str(entry.get("id", place)) if isinstance(entry, dict) else str(place)
    return "?"


def _check(entry: _Entry, place: str) -> None:
    if not _KEBAB.fullmatch(entry.id):
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


def _key(files: list[Traversable]) -> bytes:
    """Name the state of the files without reading them; empty where they are no files on disk."""
    seen = hashlib.blake2b(__version__.encode(), digest_size=16)
    for file in files:
        if not isinstance(file, Path):
            return b""
        stat = file.stat()
        seen.update(
            f"{file}\n{stat.st_size} {stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
        )
    return seen.digest()


def _read(kept: Path, key: bytes) -> SecretRules | None:
    """Return what was kept for these files; None when there is nothing, or it is damaged."""
    try:
        data = kept.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC) + len(key)
    body = data[head + 16 :]
    if data[:head] != _MAGIC + key or data[head : head + 16] != _sum(body):
        return None
    try:
        return msgspec.msgpack.decode(body, type=SecretRules)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _write(kept: Path, key: bytes, body: bytes) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=kept.parent, prefix=kept.name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_MAGIC + key + _sum(body) + body)
        os.replace(name, kept)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
