"""Propose what a repository needs to work with Seawall, and write what was accepted."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal

from msgspec import Struct

from seawall import __version__
from seawall.config import read_config
from seawall.core.errors import ConfigError, TargetError
from seawall.journeys import precommit
from seawall.journeys.stack import Stack
from seawall.source.checkout import Checkout
from seawall.source.writing import read_for_edit, write_whole

Pipeline = Literal["github", "gitlab", "gitea", "forgejo", "shell", "none"]
PIPELINES: tuple[Pipeline, ...] = ("github", "gitlab", "gitea", "forgejo", "shell", "none")

CONFIG = "seawall.toml"
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,200}")
_INCLUDE = ".gitlab/seawall.yml"
_STAGES = re.compile(
    r"^stages[ ]*:(?:[ ]*\[([^\]]{0,2000})\]"
    r"|[^\n]{0,200}\n((?:[ ]*(?:#[^\n]*|-[ ][^\n]*)?\n){1,200}))",
    re.MULTILINE,
)


class Proposal(Struct, frozen=True, kw_only=True):
    """A file as it is and as it would be."""

    path: str
    former: bytes | None
    """None: there is no such file."""
    text: str


class Plan(Struct, frozen=True, kw_only=True):
    """What is proposed, and what is left to a person."""

    proposals: tuple[Proposal, ...]
    hints: tuple[str, ...]
    """What to do by hand, each one or more lines of our own words."""
    is_first: bool
    """Whether the target had no configuration of Seawall."""


def plan(checkout: Checkout, stack: Stack, *, pipelines: tuple[str, ...], hook: bool) -> Plan:
    """Propose files; nothing is written. Raises TargetError where a link is in the way."""
    proposals: list[Proposal] = []
    hints: list[str] = []
    is_first = not _is_configured(checkout)
    if is_first:
        proposals += _new(checkout, CONFIG, _config(stack))
    if hook:
        _add_hook(checkout, stack, proposals, hints)
    for name in pipelines:
        if name != "none":
            _add_pipeline(checkout, stack, name, proposals, hints)
    return Plan(proposals=tuple(proposals), hints=tuple(hints), is_first=is_first)


def write(checkout: Checkout, plan: Plan) -> None:
    """Write what is proposed. Raises TargetError, naming the file; those before it are written."""
    for one in plan.proposals:
        write_whole(checkout.root, one.path, one.text.encode(), former=one.former)


def template(name: str) -> str:
    """Return one of the files that a proposal is made from."""
    text = (files("seawall.journeys") / "templates" / name).read_text(encoding="utf-8")
    return text.replace("@VERSION@", __version__)


def _is_configured(checkout: Checkout) -> bool:
    if read_for_edit(checkout.root, CONFIG) is not None:
        return True
    content = checkout.file("pyproject.toml")
    try:
        return content is not None and read_config(content, name="pyproject.toml") is not None
    except ConfigError:
        # It is there, and the scan tells what is wrong with it.
        return True


def _new(checkout: Checkout, path: str, text: str) -> Iterator[Proposal]:
    if read_for_edit(checkout.root, path) is None:
        yield Proposal(path=path, former=None, text=text)


def _config(stack: Stack) -> str:
    excluded = ", ".join(f'"{name}/"' for name in stack.vendored) or '"vendor/"'
    text = template("config.toml").replace("@EXCLUDE@", excluded)
    tools = ", ".join(dict.fromkeys(tool for tool, _ in stack.scanners))
    told = (
        f"\n# [gate]\n# foreign-suppressions = false  # what {tools} was told to leave out "
        "no longer counts\n"
        if tools
        else ""
    )
    return text.replace("@FOREIGN@\n", told)


def _add_hook(
    checkout: Checkout, stack: Stack, proposals: list[Proposal], hints: list[str]
) -> None:
    hook = template("pre-commit.yaml")
    content = read_for_edit(checkout.root, precommit.FILE)
    if content is None:
        if checkout.repository is None:
            return
        if stack.hooks:
            hints.append(f"{stack.hooks} runs your git hooks; let it run: seawall scan --staged")
            return
        text = "repos:\n" + "".join(f"  {line}\n" for line in hook.splitlines())
        proposals.append(Proposal(path=precommit.FILE, former=None, text=text))
        return
    try:
        text = content.decode("utf-8")
        if precommit.has_hook(text):
            return
        added = precommit.add_hook(text, hook)
    except (UnicodeDecodeError, precommit.NotUnderstoodError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        by_hand = "".join(f"\n  {line}" for line in hook.splitlines())
        hints.append(f"{precommit.FILE} is left as it is, {why}; add to `repos`:{by_hand}")
        return
    proposals.append(Proposal(path=precommit.FILE, former=content, text=added))


def _add_pipeline(
    checkout: Checkout, stack: Stack, name: str, proposals: list[Proposal], hints: list[str]
) -> None:
    if name == "shell":
        if not stack.ours:
            where = " and ".join(stack.other_pipelines) or "your pipeline"
            step = "".join(f"\n  {line}" for line in template("shell.sh").splitlines())
            hints.append(f"let {where} run:{step}")
        return
    if name == "gitlab":
        _add_gitlab(checkout, stack, proposals, hints)
        return
    folder = f".{name}/workflows/"
    if any(path.startswith(folder) for path in stack.ours):
        return
    text = template("github.yml" if name == "github" else "forge.yml")
    branch = checkout.branch if _BRANCH.fullmatch(checkout.branch) else "main"
    text = text.replace("@BRANCH@", branch)
    text = text.replace("@RUNNER@", "docker" if name == "forgejo" else "ubuntu-latest")
    proposals += _new(checkout, f"{folder}seawall.yml", text)


def _add_gitlab(
    checkout: Checkout, stack: Stack, proposals: list[Proposal], hints: list[str]
) -> None:
    job = template("gitlab.yml")
    if ".gitlab-ci.yml" in stack.ours:
        return
    content = read_for_edit(checkout.root, ".gitlab-ci.yml")
    if content is None:
        text = job.replace("@STAGE@", "test")
        proposals += _new(checkout, ".gitlab-ci.yml", text)
        return
    stage = _stage(content.decode("utf-8", "replace"))
    proposals += _new(checkout, _INCLUDE, job.replace("@STAGE@", stage))
    hints.append(f"add to .gitlab-ci.yml:\n  include:\n    - local: {_INCLUDE}")


def _stage(text: str) -> str:
    """Return a stage that a GitLab pipeline has: "test", or the first of those it lists.

    Never .pre: GitLab starts no pipeline for a merge request whose only job is there.
    """
    listed = _STAGES.search(text)
    if listed is None:
        return "test"
    names = re.findall(
        r"[A-Za-z0-9][\w.-]*(?: [\w.-]+)*", re.sub(r"#.*", "", listed[1] or listed[2])
    )
    return "test" if "test" in names or not names else names[0]


def open_root(checkout: Checkout, path: Path) -> Checkout:
    """Return the checkout if it can be set up: a folder, the whole of a repository.

    Raises TargetError otherwise.
    """
    if checkout.is_bare or checkout.only:
        what = "a repository without files" if checkout.is_bare else "a file"
        raise TargetError(f"{path} is {what}", hint="name the folder of a repository")
    if checkout.prefix:
        above = checkout.repository.work_tree if checkout.repository else checkout.root
        raise TargetError(
            f"{path} is a folder of a repository; hooks and pipelines belong to the whole of it",
            hint=f"seawall init {above}",
        )
    return checkout
