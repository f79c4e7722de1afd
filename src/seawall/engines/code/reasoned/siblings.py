"""Routes that demand less than their siblings."""

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.flows import Where
from seawall.engines.code.reasoned.callers import Callers, Stance, demands, rights
from seawall.engines.code.reasoned.nodes import (
    declared_on,
    last_name,
    names_in,
    outside_functions,
    stated,
    walk,
)
from seawall.engines.code.state import Frame, State
from seawall.engines.code.values import FunctionValue
from seawall.engines.code.words import is_test
from seawall.model.program import Attribute, Call, Name

if TYPE_CHECKING:
    from seawall.engines.code.entries import Entry
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ModuleInfo

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
"""Siblings that must demand a login; of those that change something LEAST - 1."""
_PUBLIC = re.compile(
    r"(?i)log_?[io]n|log_?out|sign_?(?:in|up|out|on)|health|static|favicon|^index$|^home$|^root$|"
    r"web_?hook|register|reset|forgot|recover|verify|confirm|activate|callback|oauth|auth|saml|"
    r"token|ping|status|metrics|robots|sitemap|public|about|contact|terms|privacy|help|docs|"
    r"openapi|swagger|version|ready|live|captcha|error|handler|^main$|welcome|landing|unsubscribe|"
    r"feed|rss|manifest|session|invite|password|csrf|before|after|setup|install"
)
_OPEN_CHANGES = re.compile(
    r"(?i)log_?[io]n|log_?out|sign_?(?:in|up|out|on)|health|static|web_?hook|regist(?:er|ration)|"
    r"forgot|recover|verify|verification|confirm|activat|callback|oauth|saml|token|contact|"
    r"subscri|newsletter|feedback|captcha|invit|csrf|passw|setup|install|public|error|handler|"
    r"^reset$|reset_?(?:pass|pw|cred|link|token|code)|join|enroll|anonym|guest|track|^auth|authenticat|session|before_|after_|seed|init_?db"
)
"""Routes that change something for whoever comes, by what they are called."""
_ADMIN = re.compile(
    r"(?i)(?:^|[/_-])(?:admin|manage(?:ment)?|backoffice|staff|superuser)(?:[/_-]|$)"
)
_CHANGING = re.compile(
    r"(?i)^(?:delete|remove|destroy|update|edit|change|create|add|set|save|put|post|patch|drop|"
    r"ban|approve|grant|revoke|upload|import|transfer|cancel|disable|enable|promote|purge|reset|"
    r"toggle|mark|close|assign)(?:_|$)"
)
_VERBS = re.compile(
    r"^(?:[Gg]et|[Ll]ist|[Ss]how|[Vv]iew|[Dd]elete|[Rr]emove|[Dd]estroy|[Uu]pdate|[Ee]dit|"
    r"[Cc]hange|[Cc]reate|[Aa]dd|[Ss]et|[Ss]ave|[Pp]ut|[Pp]ost|[Pp]atch|[Aa]pprove|[Rr]ead|"
    r"[Dd]etail|[Ss]earch|[Nn]ew)_"
)
_ASKING = re.compile(
    r"(?:Login|Permission|Auth\w*|Staff|Admin|User|Superuser|Access|Role|Token)s?(?:Required|Mixin|Check)"
    r"|Authenticated|Protected|Restricted|^Secured?[A-Z]|UserPassesTest"
)
"""Classes that ask for a login or a right before their views answer."""
_FIRST = frozenset("dispatch prepare initial setup check_permissions on_request __call__".split())
"""Methods of a class of views that are called before the one that answers."""
_AROUND = frozenset(
    {"before_request", "before_app_request", "middleware", "before_serving", "hook"}
)


class Route(NamedTuple):
    """A route with what it does about its callers."""

    entry: "Entry"
    stance: Stance
    changes: bool
    is_public: bool

    @property
    def names(self) -> tuple[str, str]:
        """Return what the route is called: its function and its address."""
        return self.entry.function.declared.node.name, self.entry.route.strip("/")

    @property
    def where(self) -> Where:
        """Return where its function is defined."""
        info = self.entry.function.declared
        return Where(info.module.path, info.node.span)

    @property
    def is_bare(self) -> bool:
        """Whether it asks nothing of who calls."""
        one = self.stance
        return not (one.demands or one.knows or one.enters)


Lacking = tuple[Check, Where, str, bool]
"""What is lacking, where, in which function, and whether that is clear."""


def routes_of(machine: "Machine", entries: "list[Entry]") -> "list[list[Route]]":
    """Return the routes of a program that stand beside one another."""
    groups: dict[tuple[str, str], dict[int, Route]] = defaultdict(dict)
    callers = Callers(machine)
    around: dict[str, bool] = {}
    for entry in entries:
        info = entry.function.declared
        path = info.module.path
        if info.node.name.startswith("_"):
            continue
        if is_test(path) or (
            entry.model.how == "name"
            and not entry.route
            and entry.model.framework.startswith("django")
        ):
            # What is an entry by its name only may be called by others, with what those asked.
            continue
        if path not in around:
            around[path] = _is_guarded(callers, info.module)
        if around[path]:
            continue
        group = groups[path, _receiver(entry)]
        if id(info) not in group:
            group[id(info)] = _route(callers, entry)
    return [list(group.values()) for group in groups.values()]


def opened_in(entries: "list[Entry]") -> list[Lacking]:
    """Return methods of sets of views that are open to all where the sets themselves are not."""
    return [one for entry in entries for one in _opened(entry)]


def lacking(group: list[Route]) -> list[Lacking]:
    """Return the routes that demand less than most of their siblings, and whether that is clear."""
    found = {one[1]: one for one in _without_login(group)}
    for one in _without_right(group):
        found.setdefault(one[1], one)
    return list(found.values())


def _route(callers: Callers, entry: "Entry") -> Route:
    info = entry.function.declared
    stance = callers.stance(info, entry.owner or info.owner, entry.function.closure)
    guards = [*entry.guards, *_asked_by_class(callers, entry), *_permissions(entry)]
    frame = Frame(info.module, None, State({}, {}), entry.function.closure)
    keywords = [k.value for d in info.node.decorators if isinstance(d, Call) for k in d.keywords]
    for name, one in callers.depended_on(tuple(keywords), frame):
        if one.demands:
            guards.append(name)
        stance = stance._replace(knows=stance.knows or one.knows, right=stance.right or one.right)
    if guards:
        right = stance.right or any(map(rights, guards))
        stance = stance._replace(knows=True, demands=True, right=right)
    route = Route(entry, stance, False, False)
    methods = {method.upper() for method in entry.methods}
    methods |= {info.node.name.removeprefix("do_")} & {"POST", "PUT", "PATCH", "DELETE", "GET"}
    name = info.node.name.rpartition("resolve_")[2]
    changes = (bool(methods & {"PUT", "PATCH", "DELETE"}) and "GET" not in methods) or (
        stance.writes
        and (bool(methods - {"GET", "HEAD", "OPTIONS"}) or bool(_CHANGING.match(name)))
        or (not methods and stance.writes)
    )
    called = _OPEN_CHANGES if changes else _PUBLIC
    is_public = any(map(called.search, route.names)) or (
        not changes and entry.route in ("/", "") and entry.owner is None and bool(methods)
    )
    return route._replace(changes=changes, is_public=is_public)


def _permissions(entry: "Entry") -> list[str]:
    """Return what REST framework is told to ask before a function."""
    return [
        name
        for decorator in entry.function.declared.node.decorators
        if isinstance(decorator, Call) and last_name(decorator) == "permission_classes"
        for argument in decorator.arguments
        for name in names_in(argument)
        if name != OPEN
    ]


def _asked_by_class(callers: Callers, entry: "Entry") -> list[str]:
    """Return what the class around a method demands: its decorators, mixins and statements."""
    owner = entry.owner
    if owner is None:
        return []
    bases = [name for info in owner.mro for name in map(last_name, info.node.bases)]
    found = [name for name in (owner.node.name, *bases) if _ASKING.search(name)]
    for info in owner.mro:
        body = info.node.body
        for name in ("decorators", "method_decorators", "permission_classes"):
            found += (n or name for n in names_in(stated(body, name)) if n != OPEN)
        if stated(body, "permission_required") is not None:
            found.append("permission_required")
        found += (
            one.name
            for one in walk(info.node.decorators)
            if isinstance(one, Name | Attribute) and demands(one.name)
        )
        for name, value in info.attributes.items():
            if name in _FIRST and isinstance(value, FunctionValue):
                if callers.stance(value.info, owner, value.closure).demands:
                    found.append(name)
    return found


def _is_guarded(callers: Callers, module: "ModuleInfo") -> bool:
    """Whether a module asks something of the callers of all its routes at once."""
    words = module.words
    if not _AROUND.isdisjoint(words):
        for info in module.functions.values():
            asked = {last_name(one) for one in info.node.decorators}
            asked |= {info.node.name} if "before_request" in info.node.name else set()
            if not _AROUND.isdisjoint(asked) and callers.stance(info, info.owner).demands:
                return True
    if "dependencies" in words and module.frame is not None:
        for node in walk(outside_functions(module.tree.body)):
            for keyword in node.keywords if isinstance(node, Call) else ():
                if keyword.name == "dependencies":
                    depended = callers.depended_on((keyword.value,), module.frame)
                    if any(one.demands for _, one in depended):
                        return True
    return False


def _receiver(entry: "Entry") -> str:
    """Return what a route is declared on: an application, a blueprint, a set of views."""
    if entry.model.how != "decorator":
        return ""
    if entry.owner is not None:
        return entry.owner.node.name
    return declared_on(entry.function.declared.node.decorators)


def _opened(entry: "Entry") -> list[Lacking]:
    """Return a method of a set of views that is open to all where the set itself is not."""
    info = entry.function.declared
    methods = {"POST", "PUT", "PATCH", "DELETE"}
    if entry.owner is None or is_test(info.module.path):
        return []
    if methods.isdisjoint(entry.methods) and not _CHANGING.match(info.node.name):
        return []
    if _PUBLIC.search(info.node.name):
        return []
    names = names_in(stated(entry.owner.node.body, "permission_classes"))
    if not names or OPEN in names:
        return []
    return [
        (OPENED, Where(info.module.path, decorator.span), info.symbol, True)
        for decorator in info.node.decorators
        if isinstance(decorator, Call)
        for keyword in decorator.keywords
        if keyword.name == "permission_classes" and names_in(keyword.value) == [OPEN]
    ]


def _without_login(group: list[Route]) -> list[Lacking]:
    told = [one for one in group if one.stance.demands and not one.stance.enters]
    bare = [one for one in group if one.is_bare and not one.is_public]
    found: list[Lacking] = []
    changing = [one for one in bare if one.changes]
    alike = [one for one in told if one.changes]
    guarded = [one for one in group if one.stance.demands or one.stance.knows]
    plainly = [one for one in told if one.entry.guards or one.stance.who]
    if len(plainly) >= LEAST and len(bare) * 3 <= len(guarded):
        clear = len(told) >= 3 * len(bare)
        found += (
            _lacks(UNAUTHENTICATED, one, clear and one.changes)
            for one in bare
            if one.changes or (one.entry.owner is None and one.stance.reads)
        )
    elif (len(alike) >= LEAST - 1 and len(changing) <= len(alike)) or (
        len(told) >= LEAST - 1
        and (len(changing) * 2 <= len(told) if len(told) >= LEAST else len(bare) == 1)
    ):
        found += (_lacks(UNAUTHENTICATED, one, len(alike) >= 2 * len(changing)) for one in changing)
    for one in bare:
        if any(map(_ADMIN.search, one.names)) and told:
            found.append(_lacks(UNAUTHENTICATED, one, True))
    return found


def _without_right(group: list[Route]) -> list[Lacking]:
    found: list[Lacking] = []
    kinds: dict[str, list[Route]] = defaultdict(list)
    for one in group:
        noun = _VERBS.sub("", one.names[0], count=1).rstrip("s")
        if one.entry.owner is not None and one.entry.model.how != "decorator":
            noun = one.entry.owner.node.name
        kinds[noun].append(one)
    for kind in kinds.values():
        with_right = [one for one in kind if one.stance.right and one.stance.demands]
        others = [one for one in kind if not one.stance.right and one.stance.demands]
        others = [one for one in others if one.changes and one.entry.guards]
        if len(with_right) >= LEAST - 1 and len(others) * 2 <= len(with_right):
            found += (_lacks(UNAUTHORIZED, one, True) for one in others)
    admin = [one for one in group if any(map(_ADMIN.search, one.names))]
    with_right = [one for one in admin if one.stance.right and one.stance.demands]
    others = [one for one in admin if one.stance.demands and not one.stance.right]
    if with_right and len(others) <= len(with_right):
        found += (_lacks(UNAUTHORIZED, one, True) for one in others)
    return found


def _lacks(check: Check, route: Route, clear: bool) -> Lacking:
    return check, route.where, route.entry.function.declared.symbol, clear
