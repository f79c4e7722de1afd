"""What scripts run: downloads, switches that turn checks off, rights of files."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ran import Ran, all_ran, ran
from seawall.parse.shell import SHELLS

_FETCHING = frozenset("curl wget fetch http https aria2c lynx".split())
_RUNNING = re.compile(r"(?:python|perl|ruby|node|php|pwsh|lua)[0-9.]*")
_INSECURE_OPTIONS: dict[str, tuple[str, ...]] = {
    "curl": ("-k", "--insecure", "--proxy-insecure"),
    "wget": ("--no-check-certificate",),
    "http": ("--verify=no", "--verify=false"),
    "https": ("--verify=no", "--verify=false"),
    "pip": ("--trusted-host",),
    "npm": ("--no-strict-ssl",),
    "pnpm": ("--no-strict-ssl",),
    "ansible-galaxy": ("--ignore-certs", "-c"),
    "aws": ("--no-verify-ssl",),
    "helm": ("--insecure-skip-tls-verify",),
    "kubectl": ("--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true"),
    "oc": ("--insecure-skip-tls-verify",),
    "argocd": ("--insecure",),
    "crane": ("--insecure",),
    "oras": ("--insecure",),
    "svn": ("--trust-server-cert",),
    "aria2c": ("--check-certificate=false",),
    "lftp": ("--no-verify",),
}
"""By program what turns the check of certificates off."""
_INSECURE_WORDS = re.compile(
    r"(?:--)?(?:tls-verify|strict-ssl|check-certificate)=(?:false|0|no)"
    r"|(?:-o|-c|--setopt=)?(?:http\.(?:https?://\S+\.)?sslverify=(?:false|0|no)"
    r"|[\w.]*sslverify\s*=\s*(?:false|0|no)|check_certificate\s*=\s*off|acquire::https?(?:::\S+)?::verify-(?:peer|host)=\"?(?:false|0|no)"
    r"\"?)|-dmaven\.wagon\.http\.ssl\.insecure=true"
    r"|--insecure-(?:skip-tls-verify|registry)(?:=(?:true|\S+))?",
    re.IGNORECASE,
)
_HOST_KEYS = re.compile(
    r"(?:-o)?\s*StrictHostKeyChecking[= ](?:no|off)|(?:-o)?\s*UserKnownHostsFile[= ]/dev/null",
    re.IGNORECASE,
)
_INSECURE_SETTINGS = re.compile(
    r"(?:git .*\bconfig .*http\.(?:\S+\.)?sslverify (?:false|0|no)"
    r"|(?:npm|yarn|pnpm) .*\b(?:set|config) .*strict-ssl[ =](?:false|0)"
    r"|yarn .*\bset .*enablestrictssl false"
    r"|(?:conda|mamba|micromamba) .*\bconfig .*ssl_verify (?:false|no)"
    r"|composer .*\b(?:disable-tls true|secure-http false).*"
    r"|poetry .*\bcertificates\.\S+\.cert false"
    r"|pip .*\bconfig .*trusted-host .*"
    r"|bundle .*\bconfig .*ssl_verify_mode[ =]:?(?:0|none)"
    r"|go .*\bget .*-insecure\b.*|(?:gh|glab) .*skip_tls_verify true)",
    re.IGNORECASE,
)
_INSECURE_VARIABLES: dict[str, str] = {
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
    "PYTHONHTTPSVERIFY": "0",
    "GIT_SSL_NO_VERIFY": r"(?!0|false|no).+",
    "NPM_CONFIG_STRICT_SSL": "false|0",
    "YARN_STRICT_SSL": "false|0",
    "YARN_ENABLE_STRICT_SSL": "false|0",
    "PIP_TRUSTED_HOST": ".+",
    "UV_INSECURE_HOST": ".+",
    "CONDA_SSL_VERIFY": "false|0|no",
    "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": "1|true",
    "GOINSECURE": ".+",
    "CURL_INSECURE": "1|true",
    "ANSIBLE_HOST_KEY_CHECKING": "false|0|no",
    "BUNDLE_SSL_VERIFY_MODE": "0",
    "KUBECTL_INSECURE_SKIP_TLS_VERIFY": "1|true",
    "VAULT_SKIP_VERIFY": "1|true",
    "DENO_TLS_CA_STORE": "none",
}
_LOCAL = re.compile(
    r"(?:https?://)?(?:localhost|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0)(?:[:/?$].*)?", re.IGNORECASE
)
_UNSIGNED = re.compile(
    r"--allow-unauthenticated|--force-yes|--allow-insecure-repositories|--nogpgcheck|--nogpg"
    r"|--no-gpg-checks?|--gpg-auto-import-none|--allow-untrusted|--nosignature|--nodigest"
    r"|--force-bad-verify|--skippgpcheck|--disable-gpg-check",
)
_UNSIGNED_SETTING = re.compile(
    r"(?<![\w-])gpgcheck\s*=\s*(?:0|no|false|off)\b|\[[^\]]*\btrusted=yes\b[^\]]*\]"
    r"|AllowUnauthenticated\"?\s*[=\s]\s*\"?(?:true|1|yes)|siglevel\s*=\s*never\b"
    r"|AllowInsecureRepositories\"?\s*[=\s]\s*\"?(?:true|1|yes)",
    re.IGNORECASE,
)
_UNSIGNED_VARIABLES = {"GONOSUMCHECK": "1|true", "GOSUMDB": "off", "GONOSUMDB": r"\*"}
_PACKAGING = frozenset(
    "apt apt-get aptitude yum dnf microdnf tdnf zypper rpm apk dpkg makepkg pacman".split()
)
_SYMBOLIC = re.compile(r"(?:[ugoa]*[+=-][rwxXst]*)(?:,[ugoa]*[+=-][rwxXst]*)*")
_USELESS = frozenset(
    "ssh vim vi nano shutdown reboot service ps free top htop kill mount ifconfig systemctl".split()
)
_PORTABLE_NAME = re.compile(r"(?:https?://)?(?P<host>[^/:?#\s]+)")
_OWN_HOST = re.compile(
    r"localhost|127\..*|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|169\.254\..*|\[.*"
    r"|0\.0\.0\.0|[^.]+|.*\.(?:local|internal|lan|localdomain|test|svc)|.*\$.*",
    re.IGNORECASE,
)
_CHECKING = frozenset(
    "sha1sum sha256sum sha512sum sha224sum sha384sum md5sum shasum gpg gpgv cosign b2sum".split()
)


def _piped(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    sources = command.names("reads") & _FETCHING
    if sources and _runs_input(command):
        words = f"{command.name} runs what {min(sources)} brings"
    elif command.names("takes") & _FETCHING and (
        command.name in ("eval", "source", ".")
        or (command.name in SHELLS and (command.has("-c") or _runs_input(command)))
        or command.words[:1] == ("$",)
    ):
        if command.name not in SHELLS and command.name not in ("eval", "source", "."):
            return
        words = f"{command.name} runs what {min(command.names('takes') & _FETCHING)} brings"
    else:
        return
    yield Hit(message=words, place=command.place, attribute="command", apart=_text(command))


def _runs_input(command: Ran) -> bool:
    """Whether a program runs what it reads from its input as a script."""
    if command.name in SHELLS and command.name != "busybox":
        if command.has("-c"):
            return False
        before: list[str] = []
        for word in command.words:
            if word == "-s" or re.fullmatch(r"-[a-z]*s[a-z]*", word):
                return True
            if word in ("-", "/dev/stdin", "/proc/self/fd/0"):
                return True
            if not word.startswith(("-", "+")) and before[-1:] not in (["-o"], ["+o"]):
                return bool(word == "$")  # a script, or an option that a variable may bring
            before.append(word)
        return True
    if _RUNNING.fullmatch(command.name):
        plain = [word for word in command.words if word != "-u"]
        return not plain or plain[0] in ("-", "/dev/stdin")
    return False


def _text(command: Ran) -> str:
    """Return what tells a command from others, shortened."""
    return " ".join((command.name, *command.words))[:120]


def _insecure(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    targets = [word for word in command.words if "/" in word or _LOCAL.fullmatch(word)]
    hosts = [word for word in targets if "://" in word or _LOCAL.fullmatch(word)]
    if hosts and all(map(_LOCAL.fullmatch, hosts)):
        return
    options = _INSECURE_OPTIONS.get(command.name, ())
    found: tuple[str, Place] | None = None
    if options and command.has(*options):
        place = command.place_of(*options)
        found = next((word for word, one in _placed(command) if one == place), options[0]), place
    for word, place in _placed(command):
        if found is None and _INSECURE_WORDS.fullmatch(word):
            found = word, place
    line = _text(command)
    if found is None and _INSECURE_SETTINGS.fullmatch(line):
        found = line.partition(" ")[2][:60], command.place
    if found is not None:
        yield Hit(
            message=f"{command.name} does not check who answers: {found[0]}",
            place=found[1],
            attribute="command",
            apart=line,
        )
        return
    for word, place in _placed(command):
        if command.name not in ("echo", "printf") and _HOST_KEYS.fullmatch(word.strip()):
            yield Hit(
                message=f"{command.name} takes whatever key the host shows: {word.strip()}",
                place=place,
                attribute="command",
                apart=line,
                severity=Severity.MEDIUM,
            )
            return
    for found_in in resource.at("assignments"):
        yield from _insecure_variables(found_in, "")


def _placed(command: Ran) -> Iterator[tuple[str, Place]]:
    return zip(command.words, command.places, strict=True)


def _insecure_variables(pairs: Node, what: str) -> Iterator[Hit]:
    for name, node in pairs.value.items() if isinstance(pairs.value, dict) else ():
        pattern = _INSECURE_VARIABLES.get(name.upper())
        text = "" if node.value is None else str(node.value)
        if pattern is not None and not node.is_unknown and re.fullmatch(pattern, text.lower()):
            yield Hit(
                message=f"{name}={text} turns the check of certificates off",
                place=node.place,
                attribute=what or "assignments",
                node=node,
                apart=name,
            )


def _insecure_env(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() in ("ENV", "ARG"):
        for pairs in instruction.at("pairs"):
            yield from _insecure_variables(pairs, instruction.at("name")[0].text())


def _unsigned(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    for word, place in _placed(command):
        option = command.name in _PACKAGING and _UNSIGNED.fullmatch(word)
        setting = _UNSIGNED_SETTING.search(word)
        if command.name in ("grep", "egrep", "test", "["):
            return
        if command.name == "sed" and setting is not None:
            # What is put in place of it counts, and not what is looked for.
            parts = re.split(r"(?<!\\)[/|#,]", word)
            setting = _UNSIGNED_SETTING.search(parts[2]) if len(parts) > 2 else setting
        if option or setting is not None:
            said = word if option or setting is None else setting[0]
            yield Hit(
                message=f"signatures of packages are not checked: {said}",
                place=place,
                attribute="command",
                apart=_text(command),
            )
            return
    for pairs in resource.at("assignments"):
        yield from _unsigned_variables(pairs)


def _unsigned_variables(pairs: Node) -> Iterator[Hit]:
    for name, node in pairs.value.items() if isinstance(pairs.value, dict) else ():
        pattern = _UNSIGNED_VARIABLES.get(name)
        if pattern is not None and re.fullmatch(pattern, node.text().lower()):
            yield Hit(
                message=f"{name}={node.text()} turns the check of downloaded modules off",
                place=node.place,
                attribute="assignments",
                node=node,
                apart=name,
                severity=Severity.MEDIUM,
            )


def _unsigned_files(instruction: Resource, _: Graph) -> Iterator[Hit]:
    """Yield settings in files that stand as here-documents."""
    for document in (one for found in instruction.at("documents") for one in found.items):
        found = _UNSIGNED_SETTING.search(document.text())
        if found is not None:
            place = document.place
            line = place.line + document.text().count("\n", 0, found.start())
            yield Hit(
                message=f"signatures of packages are not checked: {found[0]}",
                place=Place(path=place.path, line=line),
                attribute="document",
                apart=found[0],
            )


def _unsigned_env(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if instruction.at("name")[0].text() in ("ENV", "ARG"):
        for pairs in instruction.at("pairs"):
            yield from _unsigned_variables(pairs)


def _sudo(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    if "sudo" in command.names("wrappers") or (command.name == "sudo" and command.words):
        yield Hit(
            message=f"sudo runs {command.name if command.name != 'sudo' else 'a command'}",
            place=command.place,
            attribute="command",
            apart=_text(command),
        )
    elif command.name in ("echo", "printf", "sed", "tee"):
        for word, place in _placed(command):
            if re.search(r"\bALL\s*=.*\bNOPASSWD\s*:", word):
                yield Hit(
                    message="sudo makes root of a user without a password",
                    place=place,
                    attribute="command",
                    apart=_text(command),
                )
                return


def _modes(resource: Resource, _: Graph) -> Iterator[tuple[str, Place, str]]:
    """Yield the modes that files are given, with the files."""
    command = ran(resource.body)
    if command.name == "chmod":
        words = [
            (word, place)
            for word, place in _placed(command)
            if not re.fullmatch(r"--?[a-zA-Z][\w-]*(?:=.*)?", word) or word[1:2] in "rwxst"
        ]
        if words:
            files = " ".join(word for word, _ in words[1:])
            yield words[0][0], words[0][1], files
    elif command.name in ("install", "mkdir"):
        mode = command.value("-m", "--mode")
        if mode:
            yield mode, command.place_of("-m", "--mode"), command.words[-1]


def _copied_modes(instruction: Resource) -> Iterator[tuple[str, Place, str]]:
    for found in instruction.at("flags.chmod"):
        for node in found.items:
            words = [one.text() for words in instruction.at("words") for one in words.items]
            yield node.text(), node.place, words[-1] if words else ""


def _is_world_writable(mode: str) -> bool:
    if re.fullmatch(r"[0-7]{1,4}", mode):
        return bool(int(mode[-1]) & 2) and not (len(mode) == 4 and int(mode[0]) & 1)
    if not _SYMBOLIC.fullmatch(mode):
        return False
    return any(
        "w" in permissions and (set(who) & {"o", "a"})
        for who, permissions in re.findall(r"([ugoa]*)[+=]([rwxXst]*)", mode)
        if "t" not in permissions
    )


def _is_setuid(mode: str) -> bool:
    if re.fullmatch(r"[0-7]{4}", mode):
        return bool(int(mode[0]) & 4)
    return bool(_SYMBOLIC.fullmatch(mode)) and any(
        "s" in permissions and (not who or set(who) & {"u", "a"})
        for who, permissions in re.findall(r"([ugoa]*)[+=]([rwxXst]*)", mode)
    )


def _writable(resource: Resource, graph: Graph) -> Iterator[Hit]:
    yield from _writable_by_all(_modes(resource, graph))


def _copied_writable(resource: Resource, _: Graph) -> Iterator[Hit]:
    yield from _writable_by_all(_copied_modes(resource))


def _writable_by_all(modes: Iterator[tuple[str, Place, str]]) -> Iterator[Hit]:
    for mode, place, files in modes:
        if _is_world_writable(mode) and not re.fullmatch(r"(?:/var)?/tmp/?", files):
            yield Hit(
                message=f"every user of the container may change {files or 'the files'}: {mode}",
                place=place,
                attribute="mode",
                apart=f"{mode} {files}"[:120],
            )


def _setuid(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for mode, place, files in _modes(resource, graph):
        if _is_setuid(mode):
            yield Hit(
                message=f"{files or 'the file'} runs as its owner whoever starts it: {mode}",
                place=place,
                attribute="mode",
                apart=f"{mode} {files}"[:120],
            )


def _pipes(instruction: Resource, _: Graph) -> Iterator[Hit]:
    shell = next((one.text() for one in instruction.at("shell")), "")
    if instruction.at("name")[0].text() != "RUN" or instruction.at("exec") or "pipefail" in shell:
        return
    for command in all_ran(instruction):
        if any("pipefail" in word for word in command.words):
            return
        harmless = {"echo", "printf", "yes", "true", ":", ""}
        if command.names("writes") and command.name not in harmless:
            yield Hit(
                message=f"a failure of {command.name} is not seen behind the pipe",
                place=command.place,
                attribute="pipefail",
                apart=_text(command),
            )
            return


def _useless(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    if command.name == "systemctl" and command.words[:1] in (("enable",), ("disable",), ("mask",)):
        return
    if command.name == "kill" and "$" in command.words:
        return  # what the same step has started
    asked = command.words[:1] in (("-V",), ("--version",), ("-version",))
    if command.name in _USELESS and resource.at("instruction")[0].text() == "RUN" and not asked:
        yield Hit(
            message=f"{command.name} makes no sense in a build",
            place=command.place,
            attribute="command",
            apart=_text(command),
        )


def _replaced(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    if command.name in ("ln", "cp", "mv") and command.words[-1:] == ("/bin/sh",):
        yield Hit(
            message="another shell is put in the place of /bin/sh",
            place=command.place,
            attribute="command",
            apart=_text(command),
        )


def _large_user(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    number = command.value("-u", "--uid") if command.name == "useradd" else ""
    large = number.isdigit() and len(number) > 5
    if large and not command.has("-l", "--no-log-init"):
        yield Hit(
            message=f"useradd writes a file as large as the number {number} asks for",
            place=command.place,
            attribute="command",
            apart=number,
        )


def _downloaders(stage: Resource, _: Graph) -> Iterator[Hit]:
    """Yield where the second of two programs is first used that do the same."""
    first = ""
    for instruction in (one for found in stage.at("instructions") for one in found.items):
        if instruction.at("name")[0].text() != "RUN":
            continue
        for command in all_ran(instruction):
            if command.name not in ("curl", "wget"):
                continue
            first = first or command.name
            if command.name != first:
                yield Hit(
                    message=f"{command.name} does what {first} does above",
                    place=command.place,
                    attribute="command",
                    apart=command.name,
                )
                return


def _plain_downloads(instruction: Resource, _: Graph) -> Iterator[Hit]:
    commands = list(all_ran(instruction))
    if any(command.name in _CHECKING for command in commands):
        return
    for command in commands:
        if not (command.name in _FETCHING or command.name in ("git", "pip", "npm", "gem")):
            continue
        for word, place in _placed(command):
            address = re.search(r"(?:^|=|\+)(http://[^\s\"']+)", word)
            host = _PORTABLE_NAME.match(address[1]) if address is not None else None
            if host is not None and not _OWN_HOST.fullmatch(host["host"]):
                yield Hit(
                    message=f"{command.name} fetches without TLS from {host['host']}",
                    place=place,
                    attribute="command",
                    apart=_text(command),
                )
                break


_COMMAND = ("dockerfile/command",)
_SCRIPTS = (*_COMMAND, "pipeline/command")
_INSTRUCTION = ("dockerfile/instruction",)
CHECKS = (
    Check(rule="curl-pipe-shell", kinds=_SCRIPTS, find=_piped),
    Check(rule="tls-check-off", kinds=_SCRIPTS, find=_insecure),
    Check(rule="tls-check-off", kinds=_INSTRUCTION, find=_insecure_env),
    Check(rule="signature-check-off", kinds=_SCRIPTS, find=_unsigned),
    Check(rule="signature-check-off", kinds=_INSTRUCTION, find=_unsigned_env),
    Check(rule="signature-check-off", kinds=_INSTRUCTION, find=_unsigned_files),
    Check(rule="sudo-in-image", kinds=_COMMAND, find=_sudo),
    Check(rule="world-writable-file", kinds=_COMMAND, find=_writable),
    Check(rule="world-writable-file", kinds=_INSTRUCTION, find=_copied_writable),
    Check(rule="setuid-file", kinds=_COMMAND, find=_setuid),
    Check(rule="pipefail-missing", kinds=_INSTRUCTION, find=_pipes),
    Check(rule="command-of-no-use", kinds=_COMMAND, find=_useless),
    Check(rule="shell-replaced", kinds=_COMMAND, find=_replaced),
    Check(rule="large-user-id", kinds=_COMMAND, find=_large_user),
    Check(rule="two-downloaders", kinds=("dockerfile/stage",), find=_downloaders),
    Check(rule="plain-http", kinds=_INSTRUCTION, find=_plain_downloads),
)
