"""Gives what a project reaches the scope by which it reaches it."""

from collections.abc import Iterable, Mapping

from seawall.model.inventory import Scope

ORDER: tuple[Scope, ...] = ("runtime", "optional", "build", "test", "development")
"""A package that is needed for several things is for the first of them."""


def reached(asked: Mapping[str, Scope], needs: Mapping[str, Iterable[str]]) -> dict[str, Scope]:
    """Return the scope of whatever is asked for, and of what that needs, by id."""
    scopes: dict[str, Scope] = {}
    for scope in ORDER:
        waiting = [one for one, of_one in asked.items() if of_one == scope and one not in scopes]
        scopes.update(dict.fromkeys(waiting, scope))
        while waiting:
            for child in needs.get(waiting.pop(), ()):
                if child not in scopes:
                    scopes[child] = scope
                    waiting.append(child)
    return scopes


def stronger(one: Scope | None, other: Scope) -> Scope:
    """Return the scope of what is needed for both."""
    return other if one is None or ORDER.index(other) < ORDER.index(one) else one
