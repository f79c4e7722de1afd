"""Conditions that hold always or can be met by anybody, and machines and doors left open."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Place, Resource
from seawall.parse.actions_expression import (
    Call,
    Context,
    Expression,
    Literal,
    Operation,
    expansions,
)
from seawall.rules.infra.pipelines.conditions import (
    FORKED,
    PRIVILEGED,
    outside_events,
    own_events,
    parsed,
)
from seawall.rules.infra.pipelines.injection import expanded
from seawall.rules.infra.pipelines.power import own_machine
from seawall.rules.infra.pipelines.scripts import commands, place_in, script_of
from seawall.rules.infra.pipelines.sources import source_of

WIDEST = 2_000
"""Characters of a line that is looked at."""
_ACTORS = frozenset(
    ("github.actor", "github.triggering_actor", "github.event.sender.login", "github.actor_id")
)
_BOTS = re.compile(r"(?i).+\[bot\]|49699333|29139614|27856297|dependabot|renovate")
_WRITTEN_BY_OTHERS = frozenset(
    ("github.ref", "github.ref_name", "github.head_ref", "github.base_ref", "github.actor")
)


def _always(resource: Resource, _: Graph) -> Iterator[Hit]:
    node = resource.get("if")
    if node is None or not node.text():
        return
    text = node.text()
    found = list(expansions(text))
    if found and (len(found) > 1 or text != text[found[0].start : found[0].end]):
        yield Hit(
            message="the condition is always true: there is text beside its expression",
            place=node.place,
            attribute="if",
            node=node,
        )
        return
    for expression in parsed(text):
        for call in _calls(expression):
            where, what = call.given[0], call.given[-1]
            if (
                call.name == "contains"
                and isinstance(where, Literal)
                and isinstance(where.value, str)
                and isinstance(what, Context)
                and ".".join(what.names) in _WRITTEN_BY_OTHERS
            ):
                name = ".".join(what.names)
                yield Hit(
                    message=f"any part of the text counts as {name}: compare with each value",
                    place=node.place,
                    attribute="if",
                    node=node,
                    severity=Severity.LOW,
                )


def _calls(expression: Expression) -> Iterator[Call]:
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Call):
            if len(one.given) == 2:
                yield one
            waiting += one.given
        elif isinstance(one, Operation):
            waiting += one.given


def _spoofed(resource: Resource, _: Graph) -> Iterator[Hit]:
    node = resource.get("if")
    if node is None:
        return
    events = outside_events(resource) & (PRIVILEGED | FORKED)
    if not events:
        return
    for expression in parsed(node.text()):
        for name, bot in _bots(expression):
            yield Hit(
                message=f"{name} is who acted last, not who wrote what runs: {bot} can be made to",
                place=node.place,
                attribute="if",
                node=node,
                severity=None if events & PRIVILEGED else Severity.LOW,
            )
            return


def _bots(expression: Expression) -> Iterator[tuple[str, str]]:
    waiting: list[Expression] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Operation):
            waiting += one.given
            if one.sign == "==" and len(one.given) == 2:
                for context, value in (one.given, one.given[::-1]):
                    if isinstance(context, Context) and isinstance(value, Literal):
                        name = ".".join(context.names)
                        if name in _ACTORS and _BOTS.fullmatch(_plain(value.value)):
                            yield name, _plain(value.value)


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


def _own_machine(job: Resource, _: Graph) -> Iterator[Hit]:
    node = own_machine(job)
    if node is None:
        return
    events = outside_events(job) & (PRIVILEGED | FORKED)
    if events:
        yield Hit(
            message=f"by {min(events)} anybody gets code to run on a machine of your own,"
            " if the repository is public",
            place=node.place,
            attribute="runs-on",
            node=node,
            is_known=False,
        )


def _door(workflow: Resource, _: Graph) -> Iterator[Hit]:
    on = workflow.get("on")
    for event in sorted(own_events(workflow) & {"pull_request_target", "workflow_run"}):
        if on is None:
            continue
        node = on.get(event) or next((one for one in on.items if one.text() == event), on)
        yield Hit(
            message=f"{event} runs with secrets for what strangers send",
            place=Place(path=node.place.path, line=node.place.line, column=node.place.column),
            attribute=f"on.{event}",
            node=node,
        )


def _unsafe_commands(resource: Resource, _: Graph) -> Iterator[Hit]:
    for node in resource.at("env.ACTIONS_ALLOW_UNSECURE_COMMANDS"):
        if str(node.value).lower() in ("true", "1") or node.text().lower() == "true":
            yield Hit(
                message="what a step prints may set variables and the path of later steps",
                place=node.place,
                attribute="env.ACTIONS_ALLOW_UNSECURE_COMMANDS",
                node=node,
            )


_TO_ENVIRONMENT = re.compile(r"GITHUB_(?:ENV|PATH)\b")
_FROM_FILE = re.compile(r"\$\(\s*(?:cat|<)|(?:^|[\s|;&])cat\s|\bunzip\b|\bjq\b")


def _environment(step: Resource, _: Graph) -> Iterator[Hit]:
    run = step.get("run")
    if run is None or not _TO_ENVIRONMENT.search(run.text()):
        return
    events = outside_events(step) & PRIVILEGED
    if not events:
        return
    names = _written_variables(step)
    offset = 0
    for line in run.text().split("\n"):
        if _TO_ENVIRONMENT.search(line):
            read = [name for name in names if re.search(rf"\$\{{?{re.escape(name)}\b", line)]
            shown = "the variable " + read[0] if read else ""
            if not shown and "workflow_run" in events and _FROM_FILE.search(line):
                shown = "a file"
            if shown:
                yield Hit(
                    message=f"{shown}, which anybody can write, sets variables of all later steps",
                    place=place_in(run, offset),
                    attribute="run",
                    node=Node(run.value, place_in(run, offset)),
                    apart=shown,
                    is_known=shown != "a file",
                )
        offset += len(line) + 1


def _written_variables(step: Resource) -> list[str]:
    """Return the variables of a step whose text somebody from outside writes."""
    found: list[str] = []
    for one in expanded(step):
        at = one.get("at")
        if at is None or not at.text().startswith("env."):
            continue
        for roots in one.at("roots"):
            for root in roots.items:
                source = source_of(root.text())
                if source is not None and not source.by_members:
                    found.append(at.text().removeprefix("env."))
    return found


_TALKS_BACK = re.compile(
    r"(?:/dev/(?:tcp|udp)/\S+.*(?:0>&1|<&|>&)|\b(?:sh|bash)\s+-i\b.*(?:/dev/(?:tcp|udp)/|>&))"
    r"|\bn(?:c|cat|etcat)\b[^\n|]*\s(?:-[a-z]*[ec]\s+|--(?:exec|sh-exec)[ =])\S*(?:sh|bash|cmd)\b"
    r"|\bmkfifo\b[^\n]*\bnc\b|\bsocat\b[^\n]*\bexec:"
)


def _talks_back(step: Resource, _: Graph) -> Iterator[Hit]:
    run = step.get("run")
    if run is None or not run.text():
        return
    offset = 0
    for line in run.text().split("\n"):
        if len(line) < WIDEST and (found := _TALKS_BACK.search(line)) is not None:
            place = place_in(run, offset + found.start())
            yield Hit(
                message="a shell of the runner is handed to another machine",
                place=place,
                attribute="run",
                node=Node(run.value, place),
                apart=found[0][:80],
            )
        offset += len(line) + 1


_SCANNERS = re.compile(
    r"(?i)(?:^|[\s/])(?:seawall|trivy|snyk|semgrep|codeql|zizmor|checkov|grype|gitleaks|trufflehog"
    r"|osv-scanner|bandit|pip-audit|cargo-(?:audit|deny)|govulncheck|gosec|tfsec|terrascan|hadolint"
    r"|kics|dockle|brakeman|bundler-audit|safety|detect-secrets|kubesec|kube-linter|actionlint"
    r"|dependency-review-action|scorecard-action|npm audit|yarn audit|pnpm audit)(?:$|[\s@/-])"
)


def _skippable(step: Resource, _: Graph) -> Iterator[Hit]:
    uses, run = step.get("uses"), step.get("run")
    if uses is not None and not _SCANNERS.search(uses.text().replace("/", " / ")):
        return
    ignored = step.get("continue-on-error")
    scans = uses
    if run is not None:
        found = script_of(step)
        for command, words in commands(found[1]) if found is not None else ():
            if not _SCANNERS.search(" ".join(words[:2]) + " "):
                continue
            scans = Node(run.value, place_in(run, command.start))
            tail = run.text()[command.end :]
            if re.match(r"[^\n;]*?\|\|\s*(?:true|:|exit\s+0|echo)\b", tail):
                yield Hit(
                    message=f"whatever {words[0]} finds, the step goes well",
                    place=scans.place,
                    attribute="run",
                    node=scans,
                    apart=words[0],
                )
                return
    if scans is not None and ignored is not None and str(ignored.value).lower() == "true":
        yield Hit(
            message="the check for weaknesses may fail, and the job goes on",
            place=ignored.place,
            attribute="continue-on-error",
            node=ignored,
        )


_BOTH = ("github/step", "github/job")
CHECKS = (
    Check(rule="unsound-condition", kinds=_BOTH, find=_always),
    Check(rule="spoofed-actor", kinds=_BOTH, find=_spoofed),
    Check(rule="self-hosted-on-public", kinds=("github/job",), find=_own_machine),
    Check(rule="privileged-trigger", kinds=("github/workflow",), find=_door),
    Check(rule="insecure-commands", kinds=(*_BOTH, "github/workflow"), find=_unsafe_commands),
    Check(rule="environment-injection", kinds=("github/step",), find=_environment),
    Check(rule="reverse-shell", kinds=("github/step",), find=_talks_back),
    Check(rule="security-check-ignored", kinds=("github/step",), find=_skippable),
)
