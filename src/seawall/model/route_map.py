"""The map of an application's routes: what files declare apart, joined to whole addresses."""

import re
from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.facts import Route

DEEPEST = 6
"""Groups within groups that are followed."""
MOST_PLACES = 20
"""Addresses that one route has at the most."""


class Declared(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A route as one file declares it."""

    route: Route
    group: str = ""
    """What it is declared on, "PATH:VARIABLE": an application, a blueprint, a list of addresses."""


class Mount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a group of routes is put."""

    group: str
    on: str = ""
    """The group that takes it in; "" where the group itself says its prefix."""
    prefix: str = ""
    authentication: str = ""
    """What is asked of callers of all its routes."""
    replaces: bool = False
    """Whether the prefix stands in place of the group's own, as for a blueprint of Flask."""


def join_routes(declared: Iterable[Declared], mounts: Iterable[Mount]) -> list[Route]:
    """Return the routes with their whole addresses, each once, in the order of addresses."""
    own: dict[str, Mount] = {}
    placed: dict[str, list[Mount]] = defaultdict(list)
    for mount in mounts:
        if mount.on:
            placed[mount.group].append(mount)
        else:
            own[mount.group] = mount

    def places(group: str, depth: int) -> list[tuple[str, tuple[str, ...]]]:
        """Return the prefixes of a group, each with what is asked of callers there."""
        mine = own.get(group, Mount(group=group))
        if depth > DEEPEST or group not in placed:
            return [(mine.prefix, (mine.authentication,))]
        found: list[tuple[str, tuple[str, ...]]] = []
        for mount in placed[group]:
            whole = mount.replaces and mount.prefix
            here = mount.prefix if whole else mount.prefix + mine.prefix
            asked = (mount.authentication, mine.authentication)
            found += ((before + here, more + asked) for before, more in places(mount.on, depth + 1))
        return list(dict.fromkeys(found))[:MOST_PLACES]

    known: dict[tuple[str, str, str], Route] = {}
    addressed = {one.route.handler for one in declared if one.route.template}
    for one in declared:
        route = one.route
        if not route.template and route.handler in addressed:
            continue
        for prefix, asked in places(one.group, 0):
            template = _address(prefix, route.template)
            key = (template, route.method, route.handler)
            guards = ", ".join(dict.fromkeys(filter(None, (*asked, route.authentication))))
            before = known.get(key)
            if before is None or (guards and not before.authentication):
                known[key] = replace(route, template=template, authentication=guards)
    specific = {(template, handler) for template, method, handler in known if method != "ANY"}
    return [
        known[key] for key in sorted(known) if key[1] != "ANY" or (key[0], key[2]) not in specific
    ]


def _address(prefix: str, template: str) -> str:
    if not prefix and not template:
        return ""
    address = prefix.removeprefix("^") + template.removeprefix("^")
    return re.sub(r"(?<!\\)//+", "/", "/" + address)
