"""What a JavaScript file or a command of a script does: a search of its text."""

import re
from collections.abc import Iterator

from seawall.engines.deps.vet import acts
from seawall.engines.deps.vet.acts import Act

LARGEST = 2 << 20
"""Bytes of a file that is read."""
MOST_NAMES = 60
"""Names of the kind that tools for obfuscation give, from which on a file counts as scrambled."""

_FORMS = (
    (
        acts.HIDDEN,
        re.compile(
            r"\b(?:eval|Function|runIn\w*Context|_compile)\s*\(\s*(?:atob\s*\(|unescape\s*\("
            r"|Buffer\.from\s*\([^()]{0,400}['\"](?:base64|hex)['\"]|String\.fromCharCode)"
        ),
        "runs code that it decodes first",
    ),
    (
        acts.FETCHED,
        re.compile(r"\beval\s*\(\s*(?:await\s+)?(?:\(\s*await\s+)?(?:fetch|axios|got|request)\b"),
        "runs code that it downloads",
    ),
    (acts.FETCHED, acts.FETCH_AND_RUN, "runs what a command downloads"),
    (
        acts.NETWORK,
        re.compile(
            r"(?:require\s*\(\s*|from\s+|import\s*\(\s*)['\"](?:node:)?(?:https?|net|dns|tls|dgram|axios|got"
            r"|node-fetch|request|undici|ws|superagent|follow-redirects)['\"]|\bfetch\s*\(\s*[`'\"]https?:"
        ),
        "speaks to the network",
    ),
    (
        acts.RUN,
        re.compile(r"['\"](?:node:)?child_process['\"]|\bexecSync\s*\(|\bspawnSync\s*\("),
        "runs commands",
    ),
    (
        acts.SECRETS,
        re.compile(
            r"JSON\.stringify\s*\(\s*process\.env\s*[,)]|Object\.(?:entries|keys|values|assign)\s*\([^()]{0,40}"
            r"\bprocess\.env\s*\)|\.\.\.process\.env\b|querystring\.stringify\s*\(\s*process\.env\s*\)"
        ),
        "reads the whole environment",
    ),
    (
        acts.WHO,
        re.compile(r"\bos\.(?:hostname|userInfo|homedir|networkInterfaces)\s*\("),
        "asks for the names of user or machine",
    ),
)
_STRING = re.compile(r"'([^'\\\n]{4,200})'|\"([^\"\\\n]{4,200})\"|`([^`\\\n]{4,200})`")
_SCRAMBLED = re.compile(r"\b_0x[0-9a-f]{4,8}\b")


def look(content: bytes) -> list[Act]:
    """Return what a file does: all of it counts as done at once."""
    return list(_look(content[:LARGEST].decode("utf-8", "replace")))


def look_at_command(text: str) -> list[Act]:
    """Return what a command line of a script does."""
    found = list(_look(text))
    if not any(act.kind == acts.FETCHED for act in found) and acts.FETCH.search(f" {text} "):
        found.append(Act(kind=acts.NETWORK, line=1, words="speaks to the network", at_once=True))
    return found


def _look(text: str) -> Iterator[Act]:
    for kind, form, words in _FORMS:
        found = form.search(text)
        if found is not None:
            yield Act(kind=kind, line=_line(text, found.start()), words=words, at_once=True)
    for string in _STRING.finditer(text):
        if acts.CREDENTIAL_FILES.search(string[1] or string[2] or string[3]):
            line = _line(text, string.start())
            yield Act(kind=acts.SECRETS, line=line, words="reads credentials", at_once=True)
            break
    names = _SCRAMBLED.findall(text)
    if len(names) >= MOST_NAMES:
        first = _SCRAMBLED.search(text)
        line = _line(text, first.start()) if first else 1
        yield Act(kind=acts.SCRAMBLED, line=line, words="is written to be unreadable", at_once=True)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
