"""Routes that demand less than their siblings."""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.flows import Where
from seawall.engines.code.reasoned.nodes import declared_on, last_name, names_in, stated, walk
from seawall.engines.code.words import is_test
from seawall.model.program import (
    Attribute,
    Call,
    Name,
    Parameter,
)

if TYPE_CHECKING:
    from seawall.engines.code.entries import Entry

UNAUTHENTICATED = Check(
    weakness="missing-authentication",
    message="most routes beside this one demand a login, and this one does not",
    severity="medium",
)
UNAUTHORIZED = Check(
    weakness="missing-authorization",
    message="the other routes of this kind demand a right, and this one only a login",
    severity="medium",
)
OPENED = Check(
    weakness="missing-authentication",
    message="this one is open to everybody, and the views around it ask for a right",
    severity="high",
)
OPEN = "AllowAny"
LEAST = 3
"""Siblings that must demand a login; for a right LEAST - 1."""
_PUBLIC = re.compile(
    r"(?i)log_?[io]n|log_?out|sign_?(?:in|up|out|on)|health|static|favicon|^index$|^home$|^root$|"
    r"web_?hook|register|reset|forgot|recover|verify|confirm|activate|callback|oauth|auth|saml|"
    r"token|ping|status|metrics|robots|sitemap|public|about|contact|terms|privacy|help|docs|"
    r"openapi|swagger|version|ready|live|captcha|error|handler|^main$|welcome|landing|unsubscribe|"
    r"feed|rss|manifest|session|invite|password|csrf|before|after|setup|install"
)
_ASKED = re.compile(
    r"(?i)current_user|is_authenticated|authenticat|authoriz|permission|has_perm|check_\w*auth|"
    r"require|login_url|get_user|verify_|session|access_token|bearer|credentials|"
    r"_user$|^user$|signature|api_?key|forbidden|denied|unauthor"
)
_RIGHT = re.compile(
    r"(?i)perm|role|admin|scope|staff|superuser|owner|right|privilege|policy|access"
)
DEPENDENCIES = frozenset({"Depends", "Security"})
_CHANGING = re.compile(
    r"(?i)^(?:delete|remove|destroy|update|edit|change|create|add|set|save|put|post|patch|drop|"
    r"ban|approve|grant|revoke|upload|import|transfer|cancel|disable|enable)_?"
)
_VERBS = re.compile(
    r"^(?:[Gg]et|[Ll]ist|[Ss]how|[Vv]iew|[Dd]elete|[Rr]emove|[Dd]estroy|[Uu]pdate|[Ee]dit|"
    r"[Cc]hange|[Cc]reate|[Aa]dd|[Ss]et|[Ss]ave|[Pp]ut|[Pp]ost|[Pp]atch|[Aa]pprove|[Rr]ead|"
    r"[Dd]etail|[Ss]earch|[Nn]ew)_"
)


def lacking(routes: "list[Entry]") -> list[tuple[Check, Where, str, bool]]:
    """Return the routes that demand less than most of their siblings, and whether that is clear."""
    groups: dict[tuple[str, str], dict[int, Entry]] = defaultdict(dict)
    found: list[tuple[Check, Where, str, bool]] = []
    for entry in routes:
        info = entry.function.declared
        if is_test(info.module.path):
            continue
        found += _opened(entry)
        if "before_request" in info.module.words or "dependencies" in info.module.words:
            continue
        groups[info.module.path, _receiver(entry)].setdefault(id(info), entry)
    for group in groups.values():
        entries = list(group.values())
        found += _without_login(entries)
        found += _without_right(entries)
    return found


def _receiver(entry: "Entry") -> str:
    """Return what a route is declared on: the application, a blueprint, a router, a class."""
    if entry.owner is not None:
        return entry.owner.node.name
    return declared_on(entry.function.declared.node.decorators)


def _opened(entry: "Entry") -> list[tuple[Check, Where, str, bool]]:
    """Return a method of a set of views that is open to all where the set itself is not."""
    if entry.owner is None or not _changes(entry) or _is_public(entry):
        return []
    names = names_in(stated(entry.owner.node.body, "permission_classes"))
    if not names or OPEN in names:
        return []
    info = entry.function.declared
    return [
        (OPENED, Where(info.module.path, decorator.span), info.symbol, True)
        for decorator in info.node.decorators
        if isinstance(decorator, Call)
        for keyword in decorator.keywords
        if keyword.name == "permission_classes" and names_in(keyword.value) == [OPEN]
    ]


def _without_login(entries: "list[Entry]") -> list[tuple[Check, Where, str, bool]]:
    guarded = [entry for entry in entries if entry.guards or _asks(entry)]
    told = [entry for entry in entries if entry.guards]
    if len(told) < LEAST:
        return []
    bare = [entry for entry in entries if not entry.guards and not _asks(entry)]
    bare = [entry for entry in bare if not _is_public(entry)]
    if len(bare) * 3 > len(guarded):
        return []
    clear = len(told) >= 3 * len(bare)
    return [
        (UNAUTHENTICATED, _where(entry), entry.function.declared.symbol, clear and _changes(entry))
        for entry in bare
    ]


def _without_right(entries: "list[Entry]") -> list[tuple[Check, Where, str, bool]]:
    kinds: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        noun = _VERBS.sub("", entry.function.declared.node.name, count=1).rstrip("s")
        kinds[noun].append(entry)
    found: list[tuple[Check, Where, str, bool]] = []
    for kind in kinds.values():
        with_right = [entry for entry in kind if any(map(_RIGHT.search, _guards(entry)))]
        others = [entry for entry in kind if entry not in with_right and _guards(entry)]
        others = [entry for entry in others if _changes(entry) and not _asks_itself(entry)]
        if len(with_right) >= LEAST - 1 and len(others) * 2 <= len(with_right):
            found += (
                (UNAUTHORIZED, _where(entry), entry.function.declared.symbol, True)
                for entry in others
            )
    return found


def _where(entry: "Entry") -> Where:
    info = entry.function.declared
    return Where(info.module.path, info.node.span)


def _is_public(entry: "Entry") -> bool:
    return bool(
        _PUBLIC.search(entry.function.declared.node.name) or _PUBLIC.search(entry.route.strip("/"))
    ) or (entry.route in ("/", "") and entry.owner is None)


def _changes(entry: "Entry") -> bool:
    methods = {"POST", "PUT", "PATCH", "DELETE"}
    return not methods.isdisjoint(entry.methods) or bool(
        _CHANGING.match(entry.function.declared.node.name)
    )


def _asks(entry: "Entry") -> bool:
    """Whether the function itself asks who calls: in its body, or by what it depends on."""
    return _asks_itself(entry) or any(map(_depends, entry.function.declared.node.parameters))


def _asks_itself(entry: "Entry") -> bool:
    node = entry.function.declared.node
    names = (one.name for one in walk(node.body) if isinstance(one, Name | Attribute))
    return any(map(_ASKED.search, names))


def _guards(entry: "Entry") -> list[str]:
    """Return what asks for a login or right: around the function, or what it depends on."""
    parameters = entry.function.declared.node.parameters
    return [
        *entry.guards,
        *(
            last_name(one.arguments[0])
            for one in walk(tuple(parameters))
            if isinstance(one, Call) and last_name(one) in DEPENDENCIES and one.arguments
        ),
    ]


def _depends(parameter: Parameter) -> bool:
    return any(
        isinstance(one, Name) and one.name in DEPENDENCIES
        for one in walk((parameter.default, parameter.annotation))
    )
