"""How packages are installed into images: with versions, without leftovers and questions."""

import re
from collections.abc import Callable, Iterator

from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.model.ran import Ran, all_ran, ran

_APT = frozenset(("apt-get", "apt", "aptitude"))
_RPM = frozenset(("yum", "dnf", "microdnf", "tdnf"))
_APT_VALUED = ("-t", "-o", "-c", "-a", "--target-release", "--option", "--config-file", "--solver")
_APK_VALUED = ("-X", "-t", "-p", "--repository", "--virtual", "--root", "--arch", "--keys-dir")
_RPM_VALUED = ("-c", "-x", "-R", "-d", "-e", "--exclude")
_PIP_VALUED = tuple(
    "-r -c -i -f -t -e -b -d --requirement --constraint --index-url --extra-index-url --find-links"
    " --target --editable --prefix --root --platform --python-version --implementation --abi --src"
    " --trusted-host --proxy --timeout --retries --cache-dir --cert --log --progress-bar"
    " --no-binary --only-binary --global-option --install-option --config-settings --python"
    " --upgrade-strategy --group --report --exists-action --index --default-index".split()
)
_NPM_VALUED = (
    "--prefix", "--registry", "-C", "--cache", "--loglevel", "--omit", "--include", "-w",
    "--workspace", "--cwd", "--userconfig", "--network-timeout", "--fetch-timeout", "--dir",
)  # fmt: skip
_PATH = re.compile(r"[./~$\\].*|.*(?:/|\\|://).*|.*\.(?:deb|rpm|apk|whl|tgz|tar\.gz|zip|gem)")
_MOST_NAMES = 3


def _unpinned(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    find = _INSTALLS.get(command.name)
    if find is None:
        return
    names = list(find(command))
    if names:
        shown = ", ".join(name for name, _ in names[:_MOST_NAMES])
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        verb = "have" if len(names) > 1 else "has"
        yield Hit(
            message=f"{shown}{more} {verb} no version",
            place=command.place,
            attribute=command.name,
            apart=" ".join(name for name, _ in names)[:120],
        )


_Named = Iterator[tuple[str, Place]]


def _subcommand(command: Ran, valued: tuple[str, ...], *names: str) -> list[tuple[str, Place]]:
    """Return what is behind one of some subcommands; [] where it is another."""
    operands = command.operands(valued)
    return operands[1:] if operands and operands[0][0] in names else []


def _apt(command: Ran) -> _Named:
    for name, place in _subcommand(command, _APT_VALUED, "install"):
        marked = name.endswith(("-", "+")) and not name.endswith("++")
        if not marked and not re.search(r"[=/]", name) and not _PATH.fullmatch(name):
            yield name, place


def _apk(command: Ran) -> _Named:
    for name, place in _subcommand(command, _APK_VALUED, "add"):
        if not re.search(r"[=<>~@]", name) and not _PATH.fullmatch(name):
            yield name, place


def _rpm(command: Ran) -> _Named:
    for name, place in _subcommand(command, _RPM_VALUED, "install", "localinstall", "reinstall"):
        if not re.search(r"-\d|[*@=]", name) and not _PATH.fullmatch(name):
            yield name, place


def _zypper(command: Ran) -> _Named:
    for name, place in _subcommand(command, ("-r", "-t", "--repo", "--type"), "install", "in"):
        if not re.search(r"[=<>~]|-\d", name) and not _PATH.fullmatch(name):
            yield name, place


def _pip(command: Ran) -> _Named:
    if command.has("--constraint", "--require-hashes") or "-c" in command.words:
        return
    words = command
    if command.name in ("uv", "pipx"):
        if command.words[:2] not in (("pip", "install"), ("tool", "install")) and not (
            command.name == "pipx" and command.words[:1] == ("install",)
        ):
            return
        if command.name == "uv":
            words = Ran("uv", command.words[1:], command.node, command.places[1:])
    for name, place in _subcommand(words, _PIP_VALUED, "install"):
        if name.startswith("git+"):
            if "@" not in name.rpartition("/")[2]:
                yield name, place
        elif not re.search(r"[=<>~@]", name) and not _PATH.fullmatch(name) and name != ".":
            yield name, place


def _npm(command: Ran) -> _Named:
    verbs = {
        "npm": ("install", "i", "add", "in"),
        "pnpm": ("add", "install", "i"),
        "yarn": ("add", "global"),
        "bun": ("add", "install"),
    }[command.name]
    operands = _subcommand(command, _NPM_VALUED, *verbs)
    if command.name == "yarn" and operands and command.operands(_NPM_VALUED)[0][0] == "global":
        operands = operands[1:] if operands[0][0] == "add" else []
    for name, place in operands:
        bare = name[1:] if name.startswith("@") else name
        path = _PATH.fullmatch(name) and not re.fullmatch(r"@[\w.-]+/[\w.-]+(?:@.*)?", name)
        if not path and ("@" not in bare or bare.endswith(("@latest", "@next"))):
            yield name, place


def _gem(command: Ran) -> _Named:
    if command.has("-v", "--version"):
        return
    for name, place in _subcommand(
        command, ("--source", "-s", "-n", "-i", "--platform"), "install"
    ):
        if ":" not in name and not _PATH.fullmatch(name):
            yield name, place


def _go(command: Ran) -> _Named:
    for name, place in _subcommand(command, ("-ldflags", "-tags", "-o", "-mod"), "install", "get"):
        if re.match(r"[\w-]+(?:\.[\w-]+)+/", name):
            version = name.partition("@")[2]
            if version in ("latest", "master", "main", "upgrade") or (not version):
                yield name, place


def _cargo(command: Ran) -> _Named:
    if command.has("--version", "--vers", "--path", "--git", "--list"):
        return
    for name, place in _subcommand(command, ("--features", "-F", "--root", "--target"), "install"):
        if "@" not in name and not _PATH.fullmatch(name):
            yield name, place


def _composer(command: Ran) -> _Named:
    operands = command.operands()
    if operands and operands[0][0] == "global":
        operands = operands[1:]
    for name, place in operands[1:] if operands and operands[0][0] == "require" else ():
        if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
            yield name, place


_INSTALLS: dict[str, Callable[[Ran], _Named]] = {
    **dict.fromkeys(_APT, _apt),
    **dict.fromkeys(_RPM, _rpm),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), _npm),
    **dict.fromkeys(("pip", "uv", "pipx"), _pip),
    "apk": _apk,
    "zypper": _zypper,
    "gem": _gem,
    "go": _go,
    "cargo": _cargo,
    "composer": _composer,
}


def _verb(command: Ran) -> str:
    valued = _APT_VALUED if command.name in _APT else _RPM_VALUED
    operands = command.operands(valued)
    return operands[0][0] if operands else ""


def _recommended(instruction: Resource, _: Graph) -> Iterator[Hit]:
    commands = list(all_ran(instruction))
    for command in commands:
        if any("install-recommends" in word.lower() for word in command.words):
            return
    for command in commands:
        if command.name in _APT and _verb(command) == "install":
            yield Hit(
                message=f"{command.name} installs what is only recommended as well",
                place=command.place,
                attribute=command.name,
                apart=" ".join(command.words)[:120],
            )


def _caches(image: Resource, _: Graph) -> Iterator[Hit]:
    instructions = [one for found in image.at("instructions") for one in found.items]
    variables = {
        name
        for one in instructions
        for pairs in one.at("pairs")
        for name in (pairs.value if isinstance(pairs.value, dict) else ())
    }
    for one in instructions:
        if one.at("name")[0].text() == "RUN":
            yield from _kept(one, variables)


def _kept(instruction: Node, variables: set[str]) -> Iterator[Hit]:
    commands = list(all_ran(instruction))
    mounts = " ".join(
        node.text() for found in instruction.at("flags.mount") for node in found.items
    )
    cached = "type=cache" in mounts or "type=tmpfs" in mounts
    if cached:
        return
    removed = " ".join(
        " ".join(command.words) for command in commands if command.name in ("rm", "find")
    )
    cleaned = {
        command.name
        for command in commands
        if "clean" in command.words or "autoclean" in command.words or "purge" in command.words
    }
    told: set[str] = set()
    for command in commands:
        left = _leftover(command, removed, cleaned, variables)
        if left and command.name not in told:
            told.add(command.name)
            yield Hit(
                message=f"{left} of {command.name} stay in the image",
                place=command.place,
                attribute=command.name,
                apart=" ".join(command.words)[:120],
            )


def _leftover(command: Ran, removed: str, cleaned: set[str], variables: set[str]) -> str:
    """Return what a command leaves behind; "" where something takes it away."""
    name, verb = command.name, _verb(command)
    if name in _APT:
        kept = verb == "update" and "/var/lib/apt" not in removed
        return "the lists" if kept else ""
    if name == "apk" and verb in ("add", "update"):
        kept = not command.has("--no-cache") and "/var/cache/apk" not in removed
        return "the lists" if kept else ""
    if name in _RPM and verb in ("install", "update", "upgrade", "groupinstall", "module"):
        paths = ("/var/cache/yum", "/var/cache/dnf", "/var/cache")
        kept = not cleaned & _RPM and not any(one in removed for one in paths)
        return "the packages" if kept else ""
    if name == "zypper" and verb in ("install", "in", "update", "up", "patch", "dup"):
        kept = "zypper" not in cleaned and "/var/cache/zypp" not in removed
        return "the packages" if kept and "cc" not in removed else ""
    if name == "pip" and verb == "install":
        off = command.has("--no-cache-dir") or "PIP_NO_CACHE_DIR" in variables
        off = off or bool(command.node.at("assignments.PIP_NO_CACHE_DIR"))
        kept = not off and "pip" not in cleaned and ".cache" not in removed
        return "the downloads" if kept else ""
    if name == "yarn" and verb in ("install", "add"):
        kept = "yarn" not in cleaned and "cache" not in removed
        return "the downloads" if kept else ""
    return ""


def _alone(instruction: Resource, _: Graph) -> Iterator[Hit]:
    commands = list(all_ran(instruction))
    verbs = {"apt-get": "install", "apt": "install", "aptitude": "install", "apk": "add"}
    for command in commands:
        name = command.name
        if name in verbs and _verb(command) == "update":
            using = {verbs[name], "upgrade", "dist-upgrade", "full-upgrade", "build-dep", "source"}
            others = [one for one in commands if one.name in (_APT if name in _APT else {name})]
            scripts = any(one.name.endswith(".sh") for one in commands)
            if not scripts and not any(_verb(one) in using for one in others):
                yield Hit(
                    message=f"{name} update stands in a layer of its own, which grows old",
                    place=command.place,
                    attribute=name,
                )
            return


def _upgrades(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    name, verb = command.name, _verb(command)
    rest = command.operands(_APT_VALUED if name in _APT else _RPM_VALUED)[1:]
    whole = (
        (name in _APT and verb in ("upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade"))
        or (name == "apk" and verb == "upgrade" and not rest)
        or (name in _RPM and verb in ("update", "upgrade", "distro-sync") and not rest)
        or (name == "zypper" and verb in ("update", "up", "dup", "dist-upgrade") and not rest)
    )
    if whole:
        yield Hit(
            message=f"{name} {verb} makes the image depend on the day of its build",
            place=command.place,
            attribute=name,
            apart=verb,
        )


def _for_people(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    if command.name == "apt" and command.words:
        yield Hit(
            message="apt is for people: scripts use apt-get",
            place=command.place,
            attribute="apt",
            apart=" ".join(command.words)[:120],
        )


def _prompts(resource: Resource, _: Graph) -> Iterator[Hit]:
    command = ran(resource.body)
    name, verb = command.name, _verb(command)
    if command.names("reads") or any("assume-yes" in word.lower() for word in command.words):
        return
    if name in _APT:
        quiet = command.words.count("-q") > 1 or command.has("-qq", "-q=2")
        silent = command.has("-y", "--yes", "--assume-yes", "--force-yes") or quiet
        asks = verb in ("install", "remove", "purge", "upgrade", "dist-upgrade", "autoremove")
    elif name in ("yum", "dnf", "tdnf", "microdnf"):
        silent = command.has("-y", "--assumeyes", "--nobest-y")
        asks = verb in ("install", "remove", "update", "upgrade", "groupinstall", "reinstall")
    elif name == "zypper":
        silent = command.has("-n", "--non-interactive", "-y", "--no-confirm")
        asks = verb in ("install", "in", "remove", "rm", "update", "up", "patch", "dup")
    elif name == "pacman":
        silent = command.has("--noconfirm")
        asks = any(re.fullmatch(r"-[SRU]\w*", word) for word in command.words)
    else:
        return
    if asks and not silent and not command.has("--simulate", "--dry-run", "--print"):
        yield Hit(
            message=f"{name} {verb} asks whether to go on".replace("  ", " "),
            place=command.place,
            attribute=name,
            apart=" ".join(command.words)[:120],
        )


_COMMAND = ("dockerfile/command",)
_INSTRUCTION = ("dockerfile/instruction",)
CHECKS = (
    Check(rule="package-unpinned", kinds=_COMMAND, find=_unpinned),
    Check(rule="recommended-packages", kinds=_INSTRUCTION, find=_recommended),
    Check(rule="package-cache-kept", kinds=("dockerfile/image",), find=_caches),
    Check(rule="package-index-alone", kinds=_INSTRUCTION, find=_alone),
    Check(rule="system-upgrade", kinds=_COMMAND, find=_upgrades),
    Check(rule="apt-in-script", kinds=_COMMAND, find=_for_people),
    Check(rule="prompt-in-build", kinds=_COMMAND, find=_prompts),
)
