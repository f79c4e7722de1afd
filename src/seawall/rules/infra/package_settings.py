"""Checks of where packages come from, and of the robots that raise them."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource

_OFF: dict[str, tuple[tuple[str, str], ...]] = {
    "settings/npm": (("strict-ssl", "false"),),
    "settings/pip": (("trusted-host", r".+"),),
    "settings/uv": (("allow-insecure-host", r".+"),),
    "settings/yarn": (("strict-ssl", "false"), ("enableStrictSsl", "false")),
    "settings/gem": ((":ssl_verify_mode", "0"), ("ssl_verify_mode", "0")),
}
_ADDRESSES = (
    "registry",
    "index-url",
    "extra-index-url",
    "find-links",
    "source",
    "npmRegistryServer",
    ":sources",
    "npmPublishRegistry",
)
_OWN = re.compile(
    r"http://(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[|0\.0\.0\.0|[^./:]+[:/]"
    r"|[^/:]+\.(?:local|internal|lan|test|svc|localdomain|intranet|corp)\b)"
)
_MOVES = re.compile(r"(?i)main|master|develop|dev|head|stable|latest|trunk")


def _unchecked(settings: Resource, _: Graph) -> Iterator[Hit]:
    for key, wrong in _OFF[settings.kind]:
        for found in settings.at(key):
            for node in found.items:
                if re.fullmatch(wrong, str(node.value).lower()) and str(node.value) != "[]":
                    yield Hit(
                        message=f"packages are taken from whoever answers: {key} is {node.value}",
                        place=node.place,
                        attribute=key,
                        node=node,
                        apart=str(node.value),
                    )
    for key in ("unsafeHttpWhitelist",):
        for found in settings.at(key):
            for node in found.items:
                yield Hit(
                    message=f"packages of {node.text()} may come over plain HTTP",
                    place=node.place,
                    attribute=key,
                    node=node,
                    apart=node.text(),
                )


def _plain(settings: Resource, _: Graph) -> Iterator[Hit]:
    for key in _ADDRESSES:
        for found in settings.at(key):
            for node in found.items:
                if node.text().startswith("http://") and not _OWN.match(node.text()):
                    host = node.text().split("/")[2].rpartition("@")[2]
                    yield Hit(
                        message=f"packages come over plain HTTP from {host}: anybody on the way"
                        " can put others in their place",
                        place=node.place,
                        attribute=key,
                        node=node,
                        apart=host,
                        severity=Severity.HIGH,
                    )


def _hooks(settings: Resource, _: Graph) -> Iterator[Hit]:
    for found in settings.at("repos"):
        for one in found.items:
            repo, rev = one.get("repo"), one.get("rev")
            if repo is None or repo.text() in ("local", "meta"):
                continue
            if rev is None or _MOVES.fullmatch(rev.text()):
                place = rev if rev is not None else repo
                yield Hit(
                    message=f"{repo.text()} runs on every machine as it is now",
                    place=place.place,
                    attribute="repos.rev",
                    node=place,
                    apart=repo.text(),
                )


def _updates(settings: Resource) -> Iterator[Node]:
    for found in settings.at("updates"):
        yield from (one for one in found.items if isinstance(one.value, dict))


def _runs_code(settings: Resource, _: Graph) -> Iterator[Hit]:
    for one in _updates(settings):
        node = one.get("insecure-external-code-execution")
        if node is not None and node.text() == "allow":
            yield Hit(
                message="new versions of packages run their code while Dependabot looks at them",
                place=node.place,
                attribute="updates.insecure-external-code-execution",
                node=node,
            )


def _cooldown(settings: Resource, _: Graph) -> Iterator[Hit]:
    for one in _updates(settings):
        name = one.get("package-ecosystem")
        cooldown = one.get("cooldown")
        if name is None:
            continue
        if cooldown is None:
            yield Hit(
                message=f"versions of {name.text()} are proposed the minute they appear",
                place=Place(name.place.path, name.place.line, name.place.column),
                attribute="updates.cooldown",
                node=name,
                apart=name.text(),
            )
        elif isinstance(days := _value(cooldown, "default-days"), int) and days < 4:
            yield Hit(
                message=f"versions of {name.text()} are proposed after {days} days",
                place=cooldown.place,
                attribute="updates.cooldown.default-days",
                node=cooldown,
                apart=name.text(),
            )


def _value(node: Node, name: str) -> object:
    found = node.get(name)
    return found.value if found is not None else None


def _passwords(settings: Resource, _: Graph) -> Iterator[Hit]:
    for found in settings.at("registries"):
        registries = found.value.values() if isinstance(found.value, dict) else ()
        for one in registries:
            for key in ("password", "token", "key"):
                node = one.get(key)
                if node is not None and node.text() and "${{" not in node.text():
                    yield Hit(
                        message=f"the {key} of a registry is written down",
                        place=node.place,
                        attribute=f"registries.{key}",
                    )


def _merged(settings: Resource, _: Graph) -> Iterator[Hit]:
    ignored = settings.get("ignoreTests")
    if ignored is not None and ignored.value is True:
        for node in settings.body.walk():
            if isinstance(node.value, dict) and _value(node, "automerge") is True:
                yield Hit(
                    message="new versions are merged by themselves, without waiting for tests",
                    place=ignored.place,
                    attribute="ignoreTests",
                    node=ignored,
                )
                return


_SOURCES = tuple(
    f"settings/{name}" for name in "npm pip uv yarn gem nuget maven gradle cargo".split()
)
CHECKS = (
    Check(rule="tls-check-off", kinds=tuple(_OFF), find=_unchecked),
    Check(rule="plain-http", kinds=_SOURCES, find=_plain),
    Check(rule="hook-unpinned", kinds=("settings/pre-commit",), find=_hooks),
    Check(rule="updates-run-code", kinds=("settings/dependabot",), find=_runs_code),
    Check(rule="update-cooldown-missing", kinds=("settings/dependabot",), find=_cooldown),
    Check(rule="secret-in-pipeline", kinds=("settings/dependabot",), find=_passwords),
    Check(rule="unchecked-automerge", kinds=("settings/renovate",), find=_merged),
)
