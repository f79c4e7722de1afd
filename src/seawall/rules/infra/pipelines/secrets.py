"""Secrets that go further than they must."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.rules.infra.pipelines.injection import expanded
from seawall.rules.infra.pipelines.scripts import commands, place_in, script_of

_SECRET = re.compile(r"(?i)\bsecrets\s*\.\s*(?!github_token\b)([\w-]+)")
_PASTED = re.compile(r"(?i)\$\{\{\s*secrets\s*\.\s*([\w-]+)\s*\}\}")
_ALL = re.compile(r"(?i)\btojson\s*\(\s*secrets\s*\)")
_UNMASKED = re.compile(r"(?i)\bfromjson\s*\(\s*secrets\s*\.")
_SHOWS = ("echo", "printf", "cat", "Write-Host", "Write-Output")
_HIDES = re.compile(r"::add-mask::")


def _inherited(job: Resource, _: Graph) -> Iterator[Hit]:
    given, uses = job.get("secrets"), job.get("uses")
    if given is None or given.text() != "inherit" or uses is None:
        return
    own = uses.text().startswith("./")
    name = uses.text().partition("@")[0]
    yield Hit(
        message=f"{name} is given every secret there is, whether it needs it or not",
        place=given.place,
        attribute="secrets",
        node=given,
        severity=Severity.LOW if own else None,
    )


def _all(resource: Resource, _: Graph) -> Iterator[Hit]:
    for place, node in _texts(resource):
        if _ALL.search(node.text()):
            yield Hit(
                message="every secret there is is handed on as one text",
                place=node.place,
                attribute=place,
                node=node,
            )


def _texts(resource: Resource) -> Iterator[tuple[str, Node]]:
    """Yield the texts that a step, job or workflow has itself, without those of its parts."""
    names = {
        "github/step": ("run", "env", "with", "if"),
        "github/job": ("env", "with", "secrets", "if"),
        "github/workflow": ("env",),
    }
    for name in names[resource.kind]:
        node = resource.get(name)
        for one in node.walk() if node is not None else ():
            if isinstance(one.value, str):
                yield name, one


def _shown(step: Resource, _: Graph) -> Iterator[Hit]:
    found = script_of(step)
    if found is None:
        return
    run, script = found
    names = _secret_variables(step)
    for command, words in commands(script):
        written = run.text()[command.start : command.end]
        if words[0] not in _SHOWS or command.redirects or _HIDES.search(written):
            continue
        if _is_piped(run.text(), command.end):
            continue
        direct = _PASTED.search(written)
        read = next((name for name in names if re.search(rf"\$\{{?{name}\b(?!:)", written)), "")
        if direct is not None or read:
            secret = direct[1] if direct is not None else names[read]
            yield Hit(
                message=f"the secret {secret} is written to the log; GitHub masks it only as it is",
                place=place_in(run, command.start),
                attribute="run",
                node=Node(run.value, place_in(run, command.start)),
                apart=secret,
            )


def _is_piped(text: str, end: int) -> bool:
    """Whether what a command writes goes on: to a pipe, a file, or into a word."""
    rest = text[end:].lstrip(" \t\\\n")
    return rest.startswith(("|", ">", ")", "`", '"')) and not rest.startswith("||")


def _secret_variables(step: Resource) -> dict[str, str]:
    found: dict[str, str] = {}
    bodies = [step.get("env")]
    for outer in (step.get("job"), step.get("workflow")):
        bodies.append(outer.get("env") if outer is not None else None)
    for env in bodies:
        for name, node in (
            env.value.items() if env is not None and isinstance(env.value, dict) else ()
        ):
            match = _SECRET.search(node.text())
            # What is compared or chosen is not the secret itself.
            if match is not None and re.fullmatch(
                r"\s*\$\{\{\s*secrets\.[\w-]+\s*\}\}\s*", node.text()
            ):
                found.setdefault(name, match[1])
    return found


def _unmasked(step: Resource, _: Graph) -> Iterator[Hit]:
    for place, node in _texts(step):
        if _UNMASKED.search(node.text()):
            yield Hit(
                message="a part of a secret is taken out of it, and GitHub masks only the whole",
                place=node.place,
                attribute=place,
                node=node,
            )


def _in_command(step: Resource, _: Graph) -> Iterator[Hit]:
    for one in expanded(step):
        at, text = one.get("at"), one.get("text")
        if at is None or text is None or at.text() != "run":
            continue
        found = _SECRET.fullmatch(text.text())
        if found is not None:
            yield Hit(
                message=f"the secret {found[1]} is pasted into the script: other programs see it"
                " there, and what is in it is run",
                place=one.place,
                attribute="run",
                node=text,
                apart=found[1],
            )


def _wide(resource: Resource, _: Graph) -> Iterator[Hit]:
    env = resource.get("env")
    if env is None or not isinstance(env.value, dict):
        return
    jobs = resource.get("jobs")
    steps = [one for job in _each(jobs) for one in _each_step(job)]
    if len(steps) < 2:
        return
    for name, node in env.value.items():
        found = _SECRET.search(node.text())
        if found is not None:
            yield Hit(
                message=f"every step of every job has the secret {found[1]} in {name}",
                place=node.place,
                attribute=f"env.{name}",
                node=node,
            )


def _each(jobs: Node | None) -> list[Node]:
    return list(jobs.value.values()) if jobs is not None and isinstance(jobs.value, dict) else []


def _each_step(job: Node) -> list[Node]:
    steps = job.get("steps")
    return list(steps.items) if steps is not None else []


def _credentials(job: Resource, _: Graph) -> Iterator[Hit]:
    services = job.get("services")
    images = [*job.at("container")]
    if services is not None and isinstance(services.value, dict):
        images += services.value.values()
    for image in images:
        for node in image.at("credentials.password"):
            text = node.text()
            if text and "${{" not in text:
                yield Hit(
                    message="the password of a registry is written down in the workflow",
                    place=node.place,
                    attribute="credentials.password",
                    node=None,
                )


_STEPS = ("github/step",)
_ALL_KINDS = ("github/step", "github/job", "github/workflow")
CHECKS = (
    Check(rule="secrets-inherited", kinds=("github/job",), find=_inherited),
    Check(rule="all-secrets-passed", kinds=_ALL_KINDS, find=_all),
    Check(rule="secret-in-log", kinds=_STEPS, find=_shown),
    Check(rule="secret-unmasked", kinds=_STEPS, find=_unmasked),
    Check(rule="secret-in-script", kinds=_STEPS, find=_in_command),
    Check(rule="secret-for-every-step", kinds=("github/workflow",), find=_wide),
    Check(rule="secret-in-pipeline", kinds=("github/job",), find=_credentials),
)
