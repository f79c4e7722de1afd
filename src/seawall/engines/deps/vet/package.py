"""Puts together what the files of a package do, by when they do it, and says it as findings."""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.core.finding import Evidence, Finding
from seawall.core.location import CodeSpan
from seawall.core.rule import Rule, Severity
from seawall.engines.deps.vet import acts, javascript, python
from seawall.engines.deps.vet.acts import Act
from seawall.parse.toml import parse_toml
from seawall.parse.values import table_of, text_of, texts_of

HIDDEN_CODE = "hidden-code"
DOWNLOADED_CODE = "downloaded-code"
SECRETS_SENT = "secrets-sent"
INSTALL_TIME_ACTION = "install-time-action"

INSTALL_SCRIPTS = ("preinstall", "install", "postinstall")
_SCRIPT_FILE = re.compile(r"\bnode\s+(?:--?\S+\s+)*([\w./@-]+)")
_JAVASCRIPT = (".js", ".cjs", ".mjs")
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|testing|docs?|examples?|benchmarks?|fixtures)/|(?:^|/)(?:test_|conftest)"
)
_PTH_CODE = re.compile(r"^import[ \t]", re.MULTILINE)
_HARMLESS_PTH = re.compile(
    r"import (?:sys, ?types|os; ?var = 'SETUPTOOLS|_virtualenv|sys; ?sys\.__plen|__editable__"
    r"|a1_coverage|distutils-precedence|sphinxcontrib|coverage)"
)


def vet(files: Mapping[str, bytes], rules: Mapping[str, Rule]) -> list[Finding]:
    """Return what stands out in the source of a package, the gravest first."""
    at_install = dict(_of_build(files)) | dict(_of_scripts(files))
    found: list[Finding] = []
    for path in sorted(files):
        moment = at_install.get(path, "")
        if _ASIDE.search(path) and not moment:
            continue
        if path.endswith((".py", ".pyw")):
            is_first = path.endswith("__init__.py")
            if not (moment or is_first or python.is_telling(files[path])):
                continue
            seen = python.look(files[path])
            # What is no Python of today is searched as a text.
            found += _judge(path, seen if seen is not None else [], moment, rules)
        elif path.endswith(_JAVASCRIPT):
            found += _judge(path, javascript.look(files[path]), moment, rules)
        elif path.endswith(".pth"):
            found += _of_pth(path, files[path], rules)
    found += _of_commands(files, rules)
    unique = {(one.rule, one.location, one.message): one for one in found}
    return sorted(unique.values(), key=lambda one: (-one.severity.rank, one.rule))


def _of_build(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield what runs when a package of Python is built from its source."""
    if "setup.py" in files:
        yield "setup.py", "while it is installed"
    try:
        build = table_of(parse_toml(files.get("pyproject.toml", b"")), "build-system")
    except ParseError:
        return
    backend = text_of(build, "build-backend").partition(":")[0].replace(".", "/")
    for folder in texts_of(build, "backend-path"):
        for path in (f"{backend}.py", f"{backend}/__init__.py"):
            yield posixpath.normpath(posixpath.join(folder, path)), "while it is installed"


def _manifest(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        manifest = json.loads(files.get("package.json", b"{}"))
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _commands(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name in INSTALL_SCRIPTS:
        command = text_of(table_of(_manifest(files), "scripts"), name)
        if command:
            yield name, command


def _of_scripts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the files that install scripts of npm run."""
    for name, command in _commands(files):
        for path in _files_of(files, command):
            yield path, f"while it is installed ({name})"


def _files_of(files: Mapping[str, bytes], command: str) -> Iterator[str]:
    """Yield the files of the package that a command has Node.js run."""
    for found in _SCRIPT_FILE.finditer(command):
        path = posixpath.normpath(found[1])
        yield from (one for one in (path, f"{path}.js", f"{path}/index.js") if one in files)


def _of_commands(files: Mapping[str, bytes], rules: Mapping[str, Rule]) -> Iterator[Finding]:
    text = files.get("package.json", b"").decode("utf-8", "replace")
    for name, command in _commands(files):
        at = text.find(f'"{name}"')
        line = text.count("\n", 0, at) + 1 if at >= 0 else 1
        told = javascript.look_at_command(command)
        moved = [Act(kind=one.kind, line=line, words=one.words, at_once=True) for one in told]
        yield from _judge("package.json", moved, f"while it is installed ({name})", rules)
        if not told and not any(True for _ in _files_of(files, command)):
            shown = command if len(command) <= 80 else f"{command[:80]}..."
            message = f"it runs {shown} while it is installed ({name})"
            place = "package.json", line
            yield _finding(rules, INSTALL_TIME_ACTION, Severity.LOW, place, message)


def _of_pth(path: str, content: bytes, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Tell code that runs whenever Python starts."""
    text = content.decode("utf-8", "replace")
    found = _PTH_CODE.search(text)
    if found is None:
        return
    code = text[found.start() :]
    line = text.count("\n", 0, found.start()) + 1
    moment = "whenever Python starts"
    seen = python.look(code.partition("\n")[0].encode()) or []
    moved = [Act(kind=one.kind, line=line, words=one.words, at_once=True) for one in seen]
    told = list(_judge(path, moved, moment, rules))
    yield from told
    if not told and not _HARMLESS_PTH.match(code):
        message = f"it runs code {moment}"
        yield _finding(rules, INSTALL_TIME_ACTION, Severity.MEDIUM, (path, line), message)


def _judge(
    path: str, seen: Iterable[Act], moment: str, rules: Mapping[str, Rule]
) -> Iterator[Finding]:
    """Yield what matters of what a file does; `moment` says when a file of an installation runs."""
    seen = list(seen)
    kinds: dict[str, Act] = {}
    for act in seen:
        known = kinds.get(act.kind)
        if known is None or (act.at_once and not known.at_once):
            kinds[act.kind] = act
    is_package = path.endswith("__init__.py")

    def finding(rule: str, severity: Severity, act: Act, words: str = "") -> Finding:
        when = moment
        if not when and act.at_once:
            when = "when it is imported"
        message = f"it {words or act.words}" + (f" {when}" if when else "")
        return _finding(rules, rule, severity, (path, act.line), message)

    sent, secrets, fetched = (kinds.get(one) for one in (acts.SENT, acts.SECRETS, acts.FETCHED))
    who, network, run = (kinds.get(one) for one in (acts.WHO, acts.NETWORK, acts.RUN))
    if sent:
        # What only a caller has done may be what the package is for.
        at_once = bool(moment) or sent.at_once
        yield finding(SECRETS_SENT, Severity.CRITICAL if at_once else Severity.MEDIUM, sent)
    elif moment and secrets and network:
        words = f"{secrets.words}, and speaks to the network"
        yield finding(SECRETS_SENT, Severity.CRITICAL, secrets, words)
    if fetched:
        at_once = bool(moment) or fetched.at_once
        yield finding(DOWNLOADED_CODE, Severity.CRITICAL if at_once else Severity.HIGH, fetched)
    for hidden in (kinds.get(acts.HIDDEN), kinds.get(acts.SCRAMBLED)):
        if hidden:
            at_once = bool(moment) or (hidden.at_once and hidden.kind == acts.HIDDEN)
            yield finding(HIDDEN_CODE, Severity.HIGH if at_once else Severity.MEDIUM, hidden)
    if sent or fetched or (moment and secrets and network) or not (moment or is_package):
        return
    if moment and who and network:
        words = "sends the name of the user or the machine"
        yield finding(INSTALL_TIME_ACTION, Severity.HIGH, who, words)
    elif network and (network.at_once or moment):
        yield finding(INSTALL_TIME_ACTION, Severity.MEDIUM, network)
    elif run and moment:
        yield finding(INSTALL_TIME_ACTION, Severity.LOW, run)


def _finding(
    rules: Mapping[str, Rule], rule: str, severity: Severity, place: tuple[str, int], message: str
) -> Finding:
    path, line = place
    return Finding(
        rule=rules[rule].id,
        location=CodeSpan(path=path, line=line),
        message=message,
        anchor=f"v1:{rule}|{path}",
        severity=severity,
        evidence=Evidence.SUSPECTED,
    )
