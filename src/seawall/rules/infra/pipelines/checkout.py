"""The code of strangers, checked out and run where secrets are."""

import re
from collections.abc import Iterator

from seawall.core.finding import Step as TrailStep
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.rules.infra.pipelines.conditions import gates_of, outside_events
from seawall.rules.infra.pipelines.injection import expanded
from seawall.rules.infra.pipelines.power import only_reads
from seawall.rules.infra.pipelines.scripts import (
    commands,
    place_in,
    runs_checkout,
    script_of,
)
from seawall.rules.infra.pipelines.sources import HEAD

_EVENTS = frozenset(("pull_request_target", "issue_comment", "workflow_run"))
_PULL = re.compile(r"(?:refs/)?(?:remotes/)?(?:\w+/)?pull/.*/(?:head|merge)")
_BUILDS = re.compile(
    r"(?i)docker/(?:build-push|bake)-action|gradle/gradle-build-action|gradle/actions/setup-gradle"
    r"|pre-commit/action|cypress-io/github-action|golangci/golangci-lint-action"
    r"|actions/jekyll-build-pages|bahmutov/npm-install|borales/actions-yarn|wagoid/commitlint"
    r"|helm/chart-testing|super-linter/super-linter|github/super-linter|goreleaser/goreleaser"
    r"|cloudflare/wrangler-action|amondnet/vercel-action|actions-rs/cargo|pypa/cibuildwheel"
    r"|changesets/action|nwtgck/actions-netlify|firebaseextended/action-hosting-deploy"
    r"|withastro/action|microsoft/playwright|chromaui/action"
)
_ASKS = re.compile(
    r"(?i)check-user-permission|check-actor-permission|action-repository-permission"
    r"|get-user-teams|team-membership|get-user-permission|permission-check|check-permissions?\b"
    r"|workflows/check-run\.ya?ml|collaborators/[^ ]+/permission|getCollaboratorPermissionLevel"
)


def _untrusted(step: Resource, graph: Graph) -> Iterator[Hit]:
    found = _checkout(step)
    if found is None:
        return
    node, what = found
    events = outside_events(step) & _EVENTS
    if not events:
        return
    run = _run_after(step, graph)
    event = sorted(events)[0]
    severity = _severity(step, graph, event, is_run=run is not None)
    where = f"where {event} gives secrets and rights"
    message = f"the code of a pull request is checked out {where} ({what})"
    trail: tuple[TrailStep, ...] = ()
    if run is not None:
        message = f"the code of a pull request is checked out and run {where} ({run[1]})"
        trail = (TrailStep(message=f"it is run by {run[1]}", location=run[0].place.span()),)
    yield Hit(
        message=message,
        place=node.place,
        attribute="with.ref" if step.get("uses") else "run",
        node=node,
        severity=severity,
        trail=trail,
    )


def _severity(step: Resource, graph: Graph, event: str, *, is_run: bool) -> Severity:
    if not outside_events(step, labelled=True) & _EVENTS or _is_asked(step, graph, event):
        return Severity.MEDIUM if is_run else Severity.LOW
    if only_reads(step):
        return Severity.MEDIUM
    return Severity.CRITICAL if is_run else Severity.MEDIUM


def _checkout(step: Resource) -> tuple[Node, str] | None:
    """Return what names the code of a pull request that a step fetches, and how."""
    uses = step.get("uses")
    if uses is not None and re.match(r"(?i)(?:actions|nektos)/checkout(?:@|$)", uses.text()):
        for one in expanded(step):
            at = one.get("at")
            if at is not None and at.text().lower() in ("with.ref", "with.repository"):
                for roots in one.at("roots"):
                    for root in roots.items:
                        if HEAD.fullmatch(root.text()):
                            return root, root.text()
        return None
    found = script_of(step)
    if found is None:
        return None
    run, script = found
    heads = _heads_in(step)
    for command, words in commands(script):
        if words[:3] == ["gh", "pr", "checkout"]:
            return Node(run.value, place_in(run, command.start)), "gh pr checkout"
        if words[0] == "git" and words[1:2] and words[1] in ("fetch", "checkout", "pull", "clone"):
            line = run.text()[command.start : command.end]
            named = any(text in line for text in heads) or any(
                _PULL.search(one[:300]) for one in words
            )
            if named and (words[1] != "fetch" or "checkout" in run.text()):
                return Node(run.value, place_in(run, command.start)), f"git {words[1]}"
    return None


def _heads_in(step: Resource) -> list[str]:
    """Return how a script names the head of a pull request: its expressions, its variables."""
    names: list[str] = []
    for one in expanded(step):
        at, text = one.get("at"), one.get("text")
        roots = [root.text() for found in one.at("roots") for root in found.items]
        if at is None or text is None or not any(map(HEAD.fullmatch, roots)):
            continue
        if at.text() == "run":
            names.append(text.text())
        elif at.text().startswith("env."):
            name = at.text().removeprefix("env.")
            names += [f"${name}", f"${{{name}}}"]
    return names


def steps_after(step: Resource, graph: Graph) -> Iterator[Resource]:
    """Yield the steps of the same job that come later."""
    head, _, number = step.address.rpartition(":")
    at = int(number) + 1
    while (other := graph.named(f"{head}:{at}")) is not None:
        yield other
        at += 1


def _before(step: Resource, graph: Graph) -> Iterator[Resource]:
    head, _, number = step.address.rpartition(":")
    for at in range(int(number) - 1, 0, -1):
        other = graph.named(f"{head}:{at}")
        if other is not None:
            yield other


def _run_after(step: Resource, graph: Graph) -> tuple[Node, str] | None:
    """Return the step that runs what was checked out, and by what."""
    own = script_of(step)
    if own is not None and (found := runs_checkout(own[1])) is not None:
        return Node(None, place_in(own[0], found[0].start)), found[1]
    for other in steps_after(step, graph):
        uses = other.get("uses")
        if uses is not None:
            name = uses.text()
            if name.startswith("./") or _BUILDS.match(name):
                return uses, name.partition("@")[0]
            if name.lower().startswith("ruby/setup-ruby") and any(
                one.value is True or one.text() == "true" for one in other.at("with.bundler-cache")
            ):
                return uses, "bundle install"
            continue
        script = script_of(other)
        if script is not None and (found := runs_checkout(script[1])) is not None:
            return Node(None, place_in(script[0], found[0].start)), found[1]
    return None


def _is_asked(step: Resource, graph: Graph, event: str) -> bool:
    """Whether somebody is asked before: for a right, or in an environment for approval."""
    job = step.get("job")
    if job is not None and job.get("environment") is not None:
        return True
    before = [
        node
        for other in _before(step, graph)
        for name in ("uses", "run")
        if (node := other.get(name)) is not None
    ]
    return any(
        _ASKS.search(node.text()) or node.get("environment") is not None
        for node in (*before, *gates_of(step, event))
    )


CHECKS = (Check(rule="untrusted-checkout", kinds=("github/step",), find=_untrusted),)
