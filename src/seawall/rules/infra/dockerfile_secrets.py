"""Secrets that are baked into images: in variables, copied files and commands."""

import posixpath
import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ran import Ran, ran
from seawall.model.secret_words import carries_secret, is_secret, names_secret

_GUESSED = re.compile(
    r"change[-_ ]?(?:me|it|this)|example|your[-_ ]?(?:pass|secret|key|tok)", re.IGNORECASE
)
"""Passwords that everybody tries first."""
_IN_TEXT = re.compile(
    r"_(?:authtoken|password|auth)=(?![$\"'{<])[^\s$\"']{6,}|://(?![\w-]*\.)[\w-]{20,}@"
    r"|\bauthorization: *(?:bearer|basic|token) +[^\s$]{8,}",
    re.IGNORECASE,
)
"""Tokens of registries, in addresses, in headers."""
_CARRIED = re.compile(r"://[^:/@]*:([^@]*)@")
_LEAST = 8
"""Characters of a secret that counts in full."""
_KEY_FILES = re.compile(
    r"id_(?:rsa|dsa|ecdsa|ed25519)|\.git-credentials|\.netrc|_netrc|\.pgpass|\.vault-token"
    r"|.*\.(?:p12|pfx|jks|keystore|ppk|kdbx)|kubeconfig|.*(?:private|server|client|tls|ssl)[\w.-]*"
    r"\.key|(?:service[-_]?account|credentials?|client[-_]?secrets?)[\w-]*\.json|secrets?\.(?:ya?ml"
    r"|json|env|txt)|\.dockercfg|\.dockerconfigjson",
    re.IGNORECASE,
)
"""What holds a secret whatever is in it."""
_SETTING_FILES = re.compile(
    r"\.env\*?(?:\.(?!example|sample|template|dist|test|ci|defaults?|schema)[\w.-]+)?|\.npmrc|\.pypirc"
    r"|\.yarnrc(?:\.yml)?|\.htpasswd|pip\.conf|nuget\.config|master\.key|.*\.pem",
    re.IGNORECASE,
)
"""What mostly does."""
_SEVERITIES = dict.fromkeys(
    (".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "nuget.config"), Severity.LOW
)
"""Of those that as often hold none."""
_SECRET_FOLDERS = frozenset((".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".gcloud"))
_OPTION = re.compile(
    r"--?(?:[a-z0-9]+[-_])*(?:password|passwd|passphrase|secret|token|api[-_]?key|auth[-_]?token)"
    r"=(?P<value>.+)",
    re.IGNORECASE,
)
_APART = frozenset(
    "--password --passwd --requirepass --token --api-key --secret --auth-token"
    " --access-token".split()
)
_TOKEN_SETTING = re.compile(r".*(?:_authtoken|_password|_auth)=?", re.IGNORECASE)
_USER = re.compile(r"[\w.@-]+:(?P<value>.+)", re.DOTALL)
_WITH_PASSWORD: dict[str, tuple[str, ...]] = {
    "sshpass": ("-p",),
    "docker": ("-p", "--password"),
    "podman": ("-p", "--password"),
    "useradd": ("-p", "--password"),
    "usermod": ("-p", "--password"),
    "redis-cli": ("-a", "--pass"),
    "mongo": ("-p",),
    "mongosh": ("-p",),
    "sqlcmd": ("-P",),
    "twine": ("-p",),
}
_JOINED = {"mysql": "-p", "mysqladmin": "-p", "mysqldump": "-p", "mariadb": "-p"}
_ECHOED = frozenset(("chpasswd", "passwd", "smbpasswd"))


def _variables(instruction: Resource, _: Graph) -> Iterator[Hit]:
    kind = instruction.at("name")[0].text()
    if kind not in ("ENV", "ARG", "LABEL") or instruction.at("trigger"):
        return
    final = instruction.at("final")[0].value is True
    for pairs in instruction.at("pairs"):
        for name, node in pairs.value.items() if isinstance(pairs.value, dict) else ():
            found = _about(kind, name, node, final=final)
            if found is not None:
                words, severity, known = found
                yield Hit(
                    message=words,
                    place=instruction.place if kind == "ARG" else node.place,
                    attribute=kind,
                    node=node,
                    apart=name,
                    severity=severity,
                    is_known=known,
                )


def _about(
    kind: str, name: str, node: Node, *, final: bool
) -> tuple[str, Severity | None, bool] | None:
    """Return what is wrong with a variable, how much, and whether that is known."""
    text = node.text()
    named = names_secret(name)
    if node.origin and named and kind == "ENV" and final:
        return f"ENV leaves {name} in the image, from a build argument", Severity.MEDIUM, True
    if carries_secret(text) or (named and text and (is_secret(text) or _GUESSED.match(text))):
        # What is shorter is mostly there only for the build to go through.
        carried = _CARRIED.search(text)
        secret = carried[1] if carried is not None else text
        short = len(secret) < _LEAST or _GUESSED.match(secret)
        severity = Severity.MEDIUM if short else None
        return f"the secret in {name} stands in the Dockerfile", severity, True
    if not named or text:
        return None
    if node.is_unknown:
        if kind == "ENV" and final:
            return f"ENV leaves {name} in the image, for all to read", Severity.MEDIUM, True
        return None
    if kind == "ARG":
        severity = Severity.MEDIUM if final else Severity.LOW
        return f"{name} is given as a build argument, which stays in the history", severity, True
    return None


def _files(instruction: Resource, _: Graph) -> Iterator[Hit]:
    kind = instruction.at("name")[0].text()
    if kind not in ("COPY", "ADD") or instruction.at("flags.from"):
        return
    if instruction.at("final")[0].value is not True or instruction.at("trigger"):
        return
    words = [word for found in instruction.at("words") for word in found.items]
    for source in words[:-1]:
        text = source.text().rstrip("/")
        name = posixpath.basename(text)
        certain = bool(_KEY_FILES.fullmatch(name)) or name in _SECRET_FOLDERS
        if not certain and not _SETTING_FILES.fullmatch(name):
            continue
        if re.search(r"(?:^|[._-])(?:pub|public|ca|example|sample|template)(?:[._-]|$)", name):
            continue
        yield Hit(
            message=f"{name} is copied into the image, with the secrets in it",
            place=source.place,
            attribute=kind,
            node=source,
            apart=text,
            severity=None if certain else _SEVERITIES.get(name, Severity.MEDIUM),
            is_known=certain,
        )


def _commands(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    in_build = resource.at("instruction")[0].text() == "RUN"
    makes = command.name == "ssh-keygen" and command.has("-A", "-t", "-f")
    if in_build and makes and not command.has("-l", "-y", "-R", "-F"):
        yield Hit(
            message="the key that ssh-keygen makes is the same in every container",
            place=command.place,
            attribute="command",
            apart="ssh-keygen",
            severity=Severity.MEDIUM,
        )
    for place, what in _written(command):
        yield Hit(
            message=f"the secret {what} stands in the Dockerfile",
            place=place,
            attribute="command",
            apart=f"{command.name} {what}",
        )
        return
    for pairs in resource.at("assignments"):
        for name, node in pairs.value.items() if isinstance(pairs.value, dict) else ():
            text = node.text()
            if carries_secret(text) or (names_secret(name) and text and is_secret(text)):
                yield Hit(
                    message=f"the secret in {name} stands in the Dockerfile",
                    place=node.place,
                    attribute="command",
                    node=node,
                    apart=name,
                    severity=None if len(text) >= _LEAST else Severity.MEDIUM,
                )


def _written(command: Ran) -> Iterator[tuple[Place, str]]:
    """Yield where a secret is written into a command, and what it is."""
    placed = list(zip(command.words, command.places, strict=True))
    if command.name in ("echo", "printf") and command.names("writes") & _ECHOED:
        for word, place in placed:
            said = re.split(r"\\n|\s", word)[0]
            given = _USER.fullmatch(said)
            value = given["value"] if given is not None else said
            if not said.startswith("-") and value and "$" not in value and "%" not in value:
                yield place, "of a user"
    if command.name == "chpasswd":
        for redirect in command.node.at("redirects"):
            for one in redirect.items:
                if one.at("operator")[0].text() == "<<<" and ":" in one.at("target")[0].text():
                    yield command.place, "of a user"
    if command.name == "htpasswd" and command.has("-b"):
        operands = command.operands()
        if len(operands) > 1 and _literal(operands[-1][0]):
            yield operands[-1][1], "of a user"
    options = _WITH_PASSWORD.get(command.name, ())
    if command.name in ("docker", "podman") and command.words[:1] != ("login",):
        options = ()
    for before, (word, place) in zip(("", *command.words), placed, strict=False):
        apart = before in options or (before in _APART and not word.startswith("-"))
        if apart and _literal(word):
            yield place, f"behind {before}"
        elif (option := _OPTION.fullmatch(word)) and _literal(option["value"]):
            yield place, f"behind {word.partition('=')[0]}"
        elif command.name == "curl" and before in ("-u", "--user", "--proxy-user"):
            given = _USER.fullmatch(word)
            if given is not None and _literal(given["value"]):
                yield place, f"behind {before}"
        elif (joined := _JOINED.get(command.name)) and word.startswith(joined):
            if re.match(r"-p[^-\s]", word) and _literal(word[2:]):
                yield place, "behind -p"
        elif _TOKEN_SETTING.fullmatch(before) and _literal(word) and command.name in (
            "npm", "yarn", "pnpm",
        ):  # fmt: skip
            yield place, "of a registry"
        elif carries_secret(word) and "$" not in word.partition("@")[0]:
            yield place, "in an address"
        elif _IN_TEXT.search(word):
            yield place, "in a setting, an address or a header"
        elif command.name == "aws" and names_secret(before) and _literal(word):
            yield place, f"behind {before}"


def _literal(value: str) -> bool:
    bare = value.strip("'\"")
    return bool(bare) and "$" not in bare and is_secret(bare)


CHECKS = (
    Check(rule="secret-in-image", kinds=("dockerfile/instruction",), find=_variables),
    Check(rule="secret-in-image", kinds=("dockerfile/instruction",), find=_files),
    Check(rule="secret-in-image", kinds=("dockerfile/command",), find=_commands),
)
