"""Secrets that are written into manifests, and servers that ask for none."""

import base64
import binascii
import re
from collections.abc import Iterator

from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.secret_words import carries_secret, is_secret, names_secret, spaced

_OPTION = re.compile(
    r"--?(?:[a-z0-9]+[-_])*(?:password|passwd|secret|token|api[-_]?key)=(?P<value>.+)",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"(?:.*[._-])?(?:crt|cert|pub|ca|username|user|login|email|host|hostname|port|database|db|name"
    r"|namespace|url|endpoint|region|bucket)(?:\.pem)?",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:ya?ml|json|conf|cnf|cfg|ini|toml|xml|properties|env|sh|txt|tmpl)$")
_ASSIGNED = re.compile(
    r"^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?[\"']?(?P<name>[\w.-]{2,60})[\"']?"
    r"[ \t]*[:=][ \t]*(?P<value>[^\s#][^\n]{3,200})$",
    re.MULTILINE,
)
LONGEST_FILE = 100_000
"""Characters of an entry that is a file."""
_OPEN: dict[str, str] = {
    "POSTGRES_HOST_AUTH_METHOD": r"trust",
    "MYSQL_ALLOW_EMPTY_PASSWORD": r"true|yes|1",
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": r"true|yes|1",
    "ALLOW_EMPTY_PASSWORD": r"true|yes|1",
    "ALLOW_ANONYMOUS_LOGIN": r"true|yes|1",
    "GF_AUTH_ANONYMOUS_ENABLED": r"true",
    "GF_AUTH_DISABLE_LOGIN_FORM": r"true",
    "xpack.security.enabled": r"false",
    "plugins.security.disabled": r"true",
    "DISABLE_SECURITY_PLUGIN": r"true",
    "DISABLE_AUTH": r"true|1",
    "AUTH_DISABLED": r"true|1",
}
_OPEN_WORDS = re.compile(
    r"--noauth|--NotebookApp\.token=(?:''|\"\")?|--ServerApp\.token=(?:''|\"\")?|--auth=no"
    r"|--no-auth|--insecure-skip-auth|--skip-grant-tables"
)


def _environment(container: Resource, _: Graph) -> Iterator[Hit]:
    for name, value, entry in _variables(container):
        if value is None:
            continue
        text = value.text()
        if (names_secret(name) and is_secret(text)) or carries_secret(text):
            yield Hit(
                message=f"the secret in {name} stands in the manifest",
                place=value.place,
                attribute="env.value",
                node=entry,
                apart=name,
            )
    for field in ("command", "args"):
        for found in container.at(field):
            for one in found.items:
                option = _OPTION.match(one.text())
                if option is not None and is_secret(option["value"].strip("'\"")):
                    name = one.text().partition("=")[0]
                    yield Hit(
                        message=f"the secret behind {name} stands in the manifest",
                        place=one.place,
                        attribute=field,
                        apart=name,
                    )


def _variables(container: Resource) -> Iterator[tuple[str, Node | None, Node]]:
    """Yield name, value as written, and entry of each variable."""
    for env in container.at("env"):
        for entry in env.items:
            name = next((one.text() for one in entry.at("name")), "")
            if name and not entry.is_unknown:
                yield name, entry.get("value"), entry


def _references(container: Resource, _: Graph) -> Iterator[Hit]:
    """Yield the first variable that a secret fills, for the others are like it."""
    for path in ("env.valueFrom.secretKeyRef", "envFrom.secretRef"):
        for node in container.at(path):
            if node.is_unknown:
                continue
            yield Hit(
                message="a secret is put into the environment, where all of the container reads it",
                place=node.place,
                attribute=path,
                node=node,
            )
            return


def _config(config: Resource, _: Graph) -> Iterator[Hit]:
    for data in config.at("data"):
        for name, node in data.value.items() if isinstance(data.value, dict) else ():
            if _is_kept(name, node.text(), names_secret(name)):
                yield Hit(
                    message=f"the secret in {name} stands in a ConfigMap",
                    place=node.place,
                    attribute=f"data.{name}",
                    apart=name,
                )


def _is_kept(name: str, text: str, is_named: bool) -> bool:
    """Whether an entry holds a secret: itself, or where it is a file, on one of its lines."""
    if not _FILE.search(name) and "\n" not in text.strip():
        return is_named and is_secret(text) or bool(carries_secret(text))
    if is_named and not _FILE.search(name):
        return is_secret(text)
    return any(
        names_secret(found["name"]) and is_secret(found["value"].strip("'\" ,;"))
        for found in _ASSIGNED.finditer(text[:LONGEST_FILE])
    )


def _secret(secret: Resource, _: Graph) -> Iterator[Hit]:
    if secret.get("sops") is not None:
        return
    names: list[str] = []
    first: Node | None = None
    for field in ("stringData", "data"):
        for data in secret.at(field):
            for name, node in data.value.items() if isinstance(data.value, dict) else ():
                text = _decoded(node.text()) if field == "data" else node.text()
                if _is_kept(name, text, not _PUBLIC.fullmatch(spaced(name))):
                    names.append(name)
                    first = first or node
    if first is None:
        return
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    yield Hit(
        message=f"the secret in {names[0]}{more} is kept with the manifests",
        place=first.place,
        attribute="data",
        apart=names[0],
    )


def _decoded(text: str) -> str:
    """Return what base64 says; what is none stands as it is, for a template may fill it."""
    bare = "".join(text.split())
    try:
        return base64.b64decode(bare, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _open_servers(container: Resource, _: Graph) -> Iterator[Hit]:
    for name, value, _entry in _variables(container):
        pattern = _OPEN.get(name)
        if pattern is None or value is None:
            continue
        if re.fullmatch(pattern, str(value.value).strip(), re.IGNORECASE):
            yield Hit(
                message=f"the server asks nobody who they are: {name}",
                place=value.place,
                attribute="env.value",
                node=value,
                apart=name,
            )
    for field in ("command", "args"):
        for found in container.at(field):
            for one in found.items:
                if _OPEN_WORDS.fullmatch(one.text()):
                    yield Hit(
                        message=f"the server asks nobody who they are: {one.text()}",
                        place=one.place,
                        attribute=field,
                        node=one,
                        apart=one.text(),
                    )


_RUN = ("kubernetes/container", "compose/service")
"""What has an environment, as `env`, and words of a command, as `args`."""
CHECKS = (
    Check(rule="secret-in-environment", kinds=_RUN, find=_environment),
    Check(rule="secret-as-variable", kinds=("kubernetes/container",), find=_references),
    Check(rule="secret-in-manifest", kinds=("kubernetes/ConfigMap",), find=_config),
    Check(rule="secret-in-manifest", kinds=("kubernetes/Secret",), find=_secret),
    Check(rule="authentication-off", kinds=_RUN, find=_open_servers),
)
