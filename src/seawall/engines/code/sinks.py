"""Sinks: whether what reaches a dangerous argument can do harm there."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from seawall.engines.code.flows import MADE, WHOLE, Flow, Origin, is_callers
from seawall.engines.code.guards import NO_OPTION, NOT_ABSOLUTE, QUOTES, literal_signs
from seawall.engines.code.state import Frame
from seawall.engines.code.values import (
    DictCell,
    Items,
    Known,
    ListCell,
    ObjectCell,
    Ref,
    Text,
    Union,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine

SHELLS = frozenset(
    "sh bash zsh ksh dash ash csh tcsh fish cmd cmd.exe powershell powershell.exe pwsh".split()
)
SHELL_FLAGS = frozenset("-c /c /C -Command -command -lc -ic -ec -xc".split())
INTERPRETERS = frozenset("python python3 python2 perl ruby node php lua".split())
OPTION_EATERS = frozenset(
    "git hg svn tar rsync ssh scp find curl wget zip unzip ffmpeg convert mogrify identify man "
    "sed awk xargs env sort less more vim ldapsearch mysql psql pip npm docker kubectl nmap "
    "tcpdump sudo".split()
)
"""Programs of which an option can run another program or write a file."""


def reaching(
    machine: "Machine", weakness: str, form: str, value: Value, frame: Frame
) -> Iterator[Flow]:
    """Yield the flows in an argument that can do the harm of a weakness there."""
    bit = machine.library.bits.get(weakness, 0)
    form = form or FORMS.get(weakness, "")
    if form == "keys":
        yield from (flow for flow in _with_keys(machine, value, frame) if not flow.clean & bit)
        return
    if form in ("program", "arguments"):
        yield from _in_program(machine, weakness, form, value, frame, bit)
        return
    begun: list[Origin] = []
    for before, hole, after in holes(
        machine, value, frame, deep=form in DEEP or weakness in DEEP_WEAKNESSES
    ):
        if form in FILES and not _is_named(hole, before):
            continue
        if before == "":
            begun = [flow.origin for flow in hole.flows if is_callers(flow)]
        for flow in hole.flows:
            if flow.clean & bit or _is_callers_own(weakness, form, flow, before):
                continue
            if before and weakness == "path-traversal" and flow.origin in begun:
                # Who chose where a path begins can name any file: this is one beside his own.
                continue
            if HARMLESS.get(form, _never)(flow, before, after):
                continue
            yield flow


def _with_keys(machine: "Machine", value: Value, frame: Frame) -> Iterator[Flow]:
    """Yield the flows in a mapping of which somebody else may have chosen the keys."""
    match value:
        case Union():
            for option in value.options:
                yield from _with_keys(machine, option, frame)
        case Ref():
            cell = machine.cell(value, frame)
            if isinstance(cell, DictCell) and cell.rest is not None:
                yield from cell.rest.flows
        case _:
            yield from value.flows


Hole = tuple[str | None, Value, str | None]
"""The literal text before, the value, the literal text after; None where it is not known."""


def holes(machine: "Machine", value: Value, frame: Frame, *, deep: bool) -> Iterator[Hole]:
    """Yield what a value is made of that carries flows, with the literal text around it."""
    match value:
        case Text():
            before: str | None = ""
            for number, part in enumerate(value.parts):
                if isinstance(part, str):
                    before = part if before == "" or before is None else before + part
                    continue
                following = value.parts[number + 1] if number + 1 < len(value.parts) else ""
                after = following if isinstance(following, str) else None
                if part.flows:
                    whole = "".join(
                        p if isinstance(p, str) else "\x00" for p in value.parts[:number]
                    )
                    yield whole, part, after
                before = None
        case Union():
            for option in value.options:
                yield from holes(machine, option, frame, deep=deep)
        case Items():
            if deep:
                for item in value.items:
                    yield from holes(machine, item, frame, deep=deep)
        case Ref():
            cell = machine.cell(value, frame) if deep else None
            inner: list[Value] = []
            match cell:
                case ListCell():
                    inner = [*(cell.items or ()), *([cell.rest] if cell.rest is not None else [])]
                case DictCell():
                    inner = [
                        *cell.entries.values(),
                        *([cell.rest] if cell.rest is not None else []),
                    ]
                case ObjectCell():
                    inner = list(cell.attributes.values())
            for item in inner:
                if isinstance(item, Ref):
                    flows = machine.deep_flows(item, frame, DEEPEST_ITEM)
                    if flows:
                        yield None, Unknown(flows), None
                else:
                    yield from holes(machine, item, frame, deep=False)
        case _:
            if value.flows:
                yield "", value, ""


OWN_AFFAIR = frozenset(
    """log-injection unsafe-reflection mass-assignment csv-injection format-string-injection
    regex-injection""".split()
)
"""Weaknesses that whoever calls a library answers for: it cannot know who will read its log."""
OWN_CHOICE = frozenset(
    """path-traversal server-side-request-forgery open-redirect sql-injection os-command-injection
    nosql-injection decompression-bomb""".split()
)
"""Weaknesses of what a function is for: to open this file, to run this command, to find this."""


def _is_callers_own(weakness: str, form: str, flow: Flow, before: str | None) -> bool:
    """Whether it is for whoever calls a public function to see to.

    That is a path given as a whole, and what an object was made with: it says where it works.
    """
    if not is_callers(flow):
        return False
    return (
        weakness in OWN_AFFAIR
        or form == "question"
        or (weakness == "path-traversal" and MADE in flow.excludes)
        or (weakness in OWN_CHOICE and before == "" and WHOLE in flow.excludes)
    )


FILES = frozenset({"file", "remote-file"})
"""Forms of an argument that may be the name of a file, or a file that is open."""
TEXT_PARTS = frozenset("query form header cookie path url".split())


def _is_named(value: Value, before: str | None) -> bool:
    """Whether it is the name of a file, and not the file."""
    if before or not isinstance(value, Unknown):
        return True
    if value.type not in ("", "str", "builtins.str"):
        return False
    return all(flow.origin.part in TEXT_PARTS and not flow.weak for flow in value.flows)


def _never(flow: Flow, before: str | None, after: str | None) -> bool:
    return False


def _harmless_quoted(flow: Flow, before: str | None, after: str | None) -> bool:
    """In quotes, and without that quote: it stays a text of the query."""
    if not flow.excludes or not before:
        return False
    single, double = before.count("'") % 2, before.count('"') % 2
    if single and not double:
        return "'" in flow.excludes
    if double and not single:
        return '"' in flow.excludes
    return "'" in flow.excludes and '"' in flow.excludes and " " in flow.excludes


def _harmless_path(flow: Flow, before: str | None, after: str | None) -> bool:
    """Without a way upwards, behind a fixed folder (or not absolute)."""
    excludes = flow.excludes
    if "/" in excludes:
        # One name of a file; at worst the folder itself.
        return True
    upwards = ".." in excludes or "../" in excludes or "." in excludes
    if not upwards:
        return False
    behind_folder = bool(before)
    return behind_folder or NOT_ABSOLUTE in excludes


def _harmless_url(flow: Flow, before: str | None, after: str | None) -> bool:
    """Behind a fixed host: only the path is somebody else's."""
    if before == "/":
        return NOT_ABSOLUTE in flow.excludes or "/" in flow.excludes
    return before is not None and fixes_host(before)


def _harmless_address(flow: Flow, before: str | None, after: str | None) -> bool:
    """Behind a folder, or anything that is no address, it stays a path."""
    return bool(before) and not re.match(r"[a-z][a-z0-9+]*:/*", before or "")


_DELAY = re.compile(r"(?i)^\s*\d+\s*;\s*url\s*=\s*['\"]?")


def fixes_host(before: str) -> bool:
    """Whether a URL that begins so leads to a host that is not somebody else's."""
    # A header `Refresh` says first when.
    before = _DELAY.sub("", before)
    scheme, found, rest = before.partition("://")
    if found:
        cut = min((rest.find(sign) for sign in "/?#" if sign in rest), default=-1)
        return cut >= 0 and bool(rest[:cut])
    if before.startswith(("mailto:", "#", "?")):
        return True
    if before[:1] == "/" and len(before) > 1 and before[1] not in "/\\":
        return True
    # An unknown beginning (`{base}/path/`): whose host it is was decided there.
    return "\x00" in before and "/" in before.partition("\x00")[2]


def _harmless_lines(flow: Flow, before: str | None, after: str | None) -> bool:
    return "\n" in flow.excludes


def _harmless_html(flow: Flow, before: str | None, after: str | None) -> bool:
    """Without a tag, or all that came of a call of which nothing is known."""
    return "<" in flow.excludes or (flow.weak and not before and not after)


def _harmless_cell(flow: Flow, before: str | None, after: str | None) -> bool:
    """Behind something that begins no formula."""
    return bool(before) and (before or "")[:1] not in "=+-@\t\r\x00"


def _harmless_ldap(flow: Flow, before: str | None, after: str | None) -> bool:
    return "(" in flow.excludes or ")" in flow.excludes


def _harmless_shell(flow: Flow, before: str | None, after: str | None) -> bool:
    needed = (";", "|", "&", "$", "`", "\n")
    return all(sign in flow.excludes for sign in needed)


def _harmless_code(flow: Flow, before: str | None, after: str | None) -> bool:
    """A literal and nothing else: it evaluates to itself."""
    return any(literal_signs(quote) <= flow.excludes for quote in QUOTES)


def _harmless_format(flow: Flow, before: str | None, after: str | None) -> bool:
    """Without a brace (a doubled one is none) it names no field."""
    return "{" in flow.excludes


FORMS = {
    "code-injection": "code",
    "sql-injection": "sql",
    "xpath-injection": "xpath",
    "path-traversal": "path",
    "archive-traversal": "path",
    "server-side-request-forgery": "url",
    "open-redirect": "url",
    "header-injection": "header",
    "log-injection": "log",
    "cookie-injection": "header",
    "cross-site-scripting": "html",
    "ldap-injection": "ldap",
    "os-command-injection": "shell",
    "argument-injection": "arguments",
    "format-string-injection": "format",
}
HARMLESS = {
    "code": _harmless_code,
    "sql": _harmless_quoted,
    "xpath": _harmless_quoted,
    "path": _harmless_path,
    "question": _harmless_path,
    "file": _harmless_path,
    "url": _harmless_url,
    "remote-file": _harmless_address,
    "header": _harmless_lines,
    "log": _harmless_lines,
    "html": _harmless_html,
    "ldap": _harmless_ldap,
    "shell": _harmless_shell,
    "row": _harmless_cell,
    "format": _harmless_format,
}
DEEPEST_ITEM = 6
"""Lists and mappings within one another that a document is looked through."""
DEEP = frozenset({"query", "document", "row", "address"})
# Not of a log: there a list or mapping is written as Python writes it, with its line ends escaped.
DEEP_WEAKNESSES = frozenset(
    {
        "nosql-injection",
        "mass-assignment",
        "trust-boundary-violation",
        "os-command-injection",
        "sensitive-data-in-log",
    }
)


def _in_program(
    machine: "Machine", weakness: str, form: str, value: Value, frame: Frame, bit: int
) -> Iterator[Flow]:
    """Yield what can do harm in a command given as a list: shell text, program, option."""
    if isinstance(value, Union):
        for option in value.options:
            yield from _in_program(machine, weakness, form, option, frame, bit)
        return
    items = machine.items_of(value, frame) if isinstance(value, Ref | Items) else None
    if items is None:
        wanted = weakness == "os-command-injection"
        if isinstance(value, Ref):
            element = machine.element_of(value, frame)
            if element is not None and wanted:
                yield from (flow for flow in element.flows if not flow.clean & bit)
            return
        if wanted:
            for before, hole, _ in holes(machine, value, frame, deep=False):
                # Without a shell a text is the name of a program as a whole.
                if not before or before.split()[:1] == [] or _runs_shell(before):
                    yield from (flow for flow in hole.flows if not flow.clean & bit)
        return
    names = [_program_name(item) for item in items]
    shell = any(name in SHELLS for name in names[:1]) or (
        len(names) > 1 and names[0] in ("sudo", "env", "nohup") and names[1] in SHELLS
    )
    code = shell or names[:1] and names[0] in INTERPRETERS
    for number, item in enumerate(items):
        if not item.flows:
            continue
        before_it = [i.value for i in items[:number] if isinstance(i, Known)]
        runs = bool(code) and any(flag in SHELL_FLAGS or flag == "-e" for flag in before_it)
        harmful = number == 0 or runs
        if weakness == "argument-injection":
            harmful = (
                not harmful
                and number > 0
                and bool(names[0] in OPTION_EATERS)
                and "--" not in before_it
                and not (isinstance(item, Text) and isinstance(item.parts[0], str))
                and not all({NO_OPTION, "-"} & flow.excludes for flow in item.flows)
            )
        if harmful:
            for before, hole, after in holes(machine, item, frame, deep=False):
                for flow in hole.flows:
                    if not flow.clean & bit and not (runs and _harmless_shell(flow, before, after)):
                        yield flow


def _runs_shell(text: str) -> bool:
    words = text.split()
    return bool(words) and words[0].rpartition("/")[2] in SHELLS


def _program_name(value: Value) -> str:
    match value:
        case Known() if isinstance(value.value, str):
            return value.value.rpartition("/")[2].rpartition("\\")[2]
        case Union():
            names = [_program_name(option) for option in value.options]
            shells = [name for name in names if name in SHELLS]
            return shells[0] if shells else names[0]
    return ""
