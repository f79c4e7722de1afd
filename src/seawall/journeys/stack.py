"""What a repository is made of: languages, package managers, pipelines, hooks, other scanners."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from seawall.source.checkout import Checkout
from seawall.source.disk import read_regular
from seawall.source.file import Entry
from seawall.source.language import language_of

MANAGERS = {
    "pyproject.toml": "pip", "requirements.txt": "pip", "setup.py": "pip", "Pipfile": "pipenv",
    "poetry.lock": "poetry", "uv.lock": "uv", "pdm.lock": "pdm", "environment.yml": "conda",
    "package.json": "npm", "yarn.lock": "yarn", "pnpm-lock.yaml": "pnpm", "bun.lock": "bun",
    "go.mod": "go", "Cargo.toml": "cargo", "Gemfile": "bundler", "composer.json": "composer",
    "pom.xml": "maven", "build.gradle": "gradle", "build.gradle.kts": "gradle",
    "mix.exs": "mix", "pubspec.yaml": "pub", "Package.swift": "swift", "build.sbt": "sbt",
}  # fmt: skip
"""The package manager that a file of this name belongs to."""

SCANNERS = {
    ".gitleaks.toml": "gitleaks", ".gitleaksignore": "gitleaks",
    ".secrets.baseline": "detect-secrets", ".gitguardian.yaml": "ggshield",
    ".gitguardian.yml": "ggshield", ".talismanrc": "talisman", ".trufflehog.yml": "trufflehog",
    ".trufflehog.yaml": "trufflehog", ".whispers.yml": "whispers",
}  # fmt: skip
"""Files of other secret scanners at the root."""

_OTHER_CI = {
    "Jenkinsfile": "Jenkins", ".circleci/config.yml": "CircleCI", ".travis.yml": "Travis CI",
    "azure-pipelines.yml": "Azure Pipelines", "bitbucket-pipelines.yml": "Bitbucket Pipelines",
    ".woodpecker.yml": "Woodpecker", ".woodpecker.yaml": "Woodpecker", ".drone.yml": "Drone",
    "buildspec.yml": "AWS CodeBuild", ".buildkite/pipeline.yml": "Buildkite",
}  # fmt: skip
_WORKFLOWS = re.compile(r"\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_HOSTS = (
    ("github", re.compile(r"[@/]github\.com[:/]")),
    ("gitlab", re.compile(r"[@/][\w.-]*gitlab[\w.-]*[:/]")),
    ("forgejo", re.compile(r"[@/](?:codeberg\.org|[\w.-]*forgejo[\w.-]*)[:/]")),
    ("gitea", re.compile(r"[@/][\w.-]*gitea[\w.-]*[:/]")),
)
_VENDORED = {"vendor", "node_modules", "third_party", "bower_components", "dist"}
_PROSE = {"", "text", "lock", "markdown", "rst", "csv", "json", "yaml", "toml", "ini", "diff"}


class Stack(Struct, frozen=True, kw_only=True):
    """What was detected."""

    files: int
    languages: tuple[tuple[str, int], ...]
    """Languages of programs with their numbers of files, the most first."""
    managers: tuple[str, ...]
    pipelines: tuple[str, ...]
    """Of "github", "gitlab", "gitea", "forgejo", "shell"."""
    other_pipelines: tuple[str, ...]
    """Names of those for which there is only the shell step."""
    hooks: str
    """The manager of git hooks that is in use: "pre-commit", "husky", "lefthook" or ""."""
    scanners: tuple[tuple[str, str], ...]
    """Names of other secret scanners, each with a file of it."""
    vendored: tuple[str, ...]
    """Folders at the root that hold what others wrote or a program made."""
    ours: tuple[str, ...]
    """Pipeline files that run Seawall already."""


def survey(checkout: Checkout) -> Stack:
    """Look at the names of the files; of the contents only pipelines are read."""
    paths = [item.path for item in checkout.entries() if isinstance(item, Entry)]
    known = set(paths)
    pipelines = {match[1] for path in paths if (match := _WORKFLOWS.fullmatch(path))}
    if ".gitlab-ci.yml" in known:
        pipelines.add("gitlab")
    others = tuple(sorted({name for path, name in _OTHER_CI.items() if path in known}))
    if others:
        pipelines.add("shell")
    if not pipelines:
        pipelines |= _forge(checkout)
    return Stack(
        files=len(paths),
        languages=_languages(paths),
        managers=tuple(dict.fromkeys(MANAGERS[name] for name in sorted(MANAGERS) if name in known)),
        pipelines=tuple(sorted(pipelines)),
        other_pipelines=others,
        hooks=_hooks(known),
        scanners=tuple((tool, name) for name, tool in SCANNERS.items() if name in known),
        vendored=tuple(
            sorted({path.partition("/")[0] for path in paths if "/" in path} & _VENDORED)
        ),
        ours=tuple(path for path in paths if _is_pipeline(path) and _runs_us(checkout, path)),
    )


def _languages(paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counted = Counter(language_of(path) for path in paths)
    kept = [(name, count) for name, count in counted.items() if name not in _PROSE]
    return tuple(sorted(kept, key=lambda pair: (-pair[1], pair[0])))


def _hooks(known: set[str]) -> str:
    if ".pre-commit-config.yaml" in known:
        return "pre-commit"
    if known & {"lefthook.yml", "lefthook.yaml", ".lefthook.yml"}:
        return "lefthook"
    return "husky" if any(path.startswith(".husky/") for path in known) else ""


def _is_pipeline(path: str) -> bool:
    in_gitlab = path.startswith(".gitlab/") and path.endswith((".yml", ".yaml"))
    return (
        _WORKFLOWS.fullmatch(path) is not None
        or path in _OTHER_CI
        or path == ".gitlab-ci.yml"
        or in_gitlab
    )


def _runs_us(checkout: Checkout, path: str) -> bool:
    content = checkout.file(path) or b""
    return any(b"seawall" in line.partition(b"#")[0] for line in content[: 1 << 20].split(b"\n"))


def _forge(checkout: Checkout) -> set[str]:
    """Tell the forge by the address of the remote; the configuration is read, never obeyed."""
    if checkout.repository is None:
        return set()
    config = Path(checkout.repository.directory.shared) / "config"
    try:
        content, _ = read_regular(config, 1 << 20)
    except (OSError, ValueError):
        return set()
    addresses = re.findall(r"(?m)^\s*url\s*=\s*(\S+)", content.decode("utf-8", "replace"))
    found = (
        name
        for address in addresses[:5]
        for name, host in _HOSTS
        if host.search(f"/{address}" if "//" not in address else address)
    )
    return set(list(found)[:1])
