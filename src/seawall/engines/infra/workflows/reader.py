"""Reads workflows and actions of GitHub, with their jobs and steps, as one graph."""

import re

from seawall.core.report import Problem, ProblemKind
from seawall.engines.infra.engine import Declared, Files
from seawall.engines.infra.pipeline_scripts import commands_in
from seawall.engines.infra.workflows.documents import (
    Action,
    Calls,
    Step,
    Workflow,
    action_of,
    calls_among,
    file_of,
    head_of,
    waited_for,
    workflow_of,
)
from seawall.engines.infra.workflows.flows import Expanded, Flows, expanded_in
from seawall.model.infrastructure import Node, Place, Resource
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 1_000_000
"""Bytes of a file that is read."""
_WORKFLOW = re.compile(r"(?:^|/)\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml$")
_ACTION = re.compile(r"(?:^|/)action\.ya?ml$")


class WorkflowsFormat:
    """Workflows of GitHub and of those that took its form over, and actions."""

    name = "workflows"

    def wants(self, path: str) -> bool:
        """Whether a file is a workflow or an action, by its name."""
        return bool(_WORKFLOW.search(path) or _ACTION.search(path))

    def read(self, files: Files) -> Declared:
        """Return workflows, jobs, steps and actions; what is broken is a problem."""
        declared = Declared()
        workflows: list[Workflow] = []
        actions: list[Action] = []
        for path in filter(self.wants, files.paths):
            text, body = _parsed(path, files, declared)
            if body is None:
                continue
            if _WORKFLOW.search(path):
                workflow = workflow_of(path, body, text)
                workflows += [] if workflow is None else [workflow]
            else:
                action = action_of(path, body, text)
                actions += [] if action is None else [action]
        calls = calls_among(workflows, actions)
        flows = Flows(calls)
        for workflow in workflows:
            _add_workflow(workflow, calls, flows, declared)
        for action in actions:
            _add_action(action, calls, flows, declared)
        return declared


def _parsed(path: str, files: Files, declared: Declared) -> tuple[str, Node | None]:
    content = files.read(path)
    if content is None:
        return "", None
    if len(content) > LARGEST:
        words = "it is larger than workflows are read"
        _tell(declared, path, words, 0, ProblemKind.TOO_LARGE)
        return "", None
    found = parse_marked_yaml(content, path)
    for one in found.broken:
        _tell(declared, path, one.words, one.line, ProblemKind.PARSE)
    body = found.documents[0] if found.documents else None
    if body is None or not isinstance(body.value, dict):
        return "", None
    return content.decode("utf-8-sig", "replace"), body


def _tell(declared: Declared, path: str, words: str, line: int, kind: ProblemKind) -> None:
    declared.problems.append(
        Problem(kind=kind, message=words, path=path, line=line, engine="infra")
    )


def _ways(owner: Workflow | Action, calls: Calls) -> Node:
    """Return how it is started, as rules ask for it."""
    place = owner.body.place
    return Node(
        [
            Node(
                {
                    "event": Node(way.event, way.trigger.place),
                    "trigger": way.trigger,
                    "conditions": Node(way.conditions, place),
                    "gates": Node(way.gates, place),
                },
                place,
            )
            for way in calls.ways_into(owner)
        ],
        place,
    )


def _add_workflow(workflow: Workflow, calls: Calls, flows: Flows, declared: Declared) -> None:
    place = workflow.body.place
    whole = head_of(workflow.body)
    ways = _ways(workflow, calls)
    declared.resources.append(
        Resource(
            kind="github/workflow",
            address=workflow.path,
            body=_with(workflow.body, ways=ways),
            place=whole,
            name=_text(workflow.body, "name") or workflow.stem,
            symbol=workflow.stem,
        )
    )
    for job in workflow.jobs.values():
        address = f"{workflow.path}:{job.name}"
        conditions, gates = waited_for(job)
        inherited = {
            "ways": ways,
            "workflow": workflow.body,
            "permissions": job.body.get("permissions") or workflow.body.get("permissions"),
            "conditions": Node(conditions, place),
            "gates": Node(gates, place),
        }
        calling = expanded_in(job.body.get("with") or Node({}, place), job, workflow.lines, flows)
        declared.resources.append(
            Resource(
                kind="github/job",
                address=address,
                body=_with(
                    job.body,
                    # What it says itself, apart from what it has.
                    ownPermissions=job.body.get("permissions"),
                    expanded=_expanded(list(calling), place),
                    **inherited,
                ),
                place=head_of(job.body),
                name=job.name,
                symbol=f"{workflow.stem}.{job.name}",
                within=workflow.path,
            )
        )
        _add_steps(job.steps, address, f"{workflow.stem}.{job.name}", flows, declared,
                   job=job.body, **inherited)  # fmt: skip


def _add_action(action: Action, calls: Calls, flows: Flows, declared: Declared) -> None:
    ways = _ways(action, calls)
    declared.resources.append(
        Resource(
            kind="github/action",
            address=action.path,
            body=_with(action.body, ways=ways),
            place=head_of(action.body),
            name=_text(action.body, "name"),
            symbol=action.stem,
        )
    )
    _add_steps(action.steps, action.path, action.stem, flows, declared, ways=ways,
               action=action.body)  # fmt: skip


def _add_steps(
    steps: list[Step],
    within: str,
    symbol: str,
    flows: Flows,
    declared: Declared,
    **inherited: Node | None,
) -> None:
    seen: dict[str, int] = {}
    for step in steps:
        words = step.words
        seen[words] = seen.get(words, 0) + 1
        name = words if seen[words] == 1 else f"{words}-{seen[words]}"
        found = list(expanded_in(step.body, step, file_of(step).lines, flows))
        declared.resources.append(
            Resource(
                kind="github/step",
                address=f"{within}:{step.number + 1}",
                body=_with(step.body, **_of_step(step, found, inherited)),
                place=head_of(step.body),
                name=_text(step.body, "name"),
                symbol=f"{symbol}.{name}",
                within=within,
            )
        )
        run = step.body.get("run")
        if run is not None and _is_shell(step):
            lines = file_of(step).lines
            declared.resources += commands_in(run, lines, within, f"{symbol}.{name}")


def _is_shell(step: Step) -> bool:
    """Whether its script is one of Unix, as far as its own words and its machine tell."""
    shell = step.body.get("shell")
    if shell is not None:
        return shell.text().split(" ", 1)[0] in ("bash", "sh")
    runs_on = step.owner.body.get("runs-on")
    return runs_on is None or not any("windows" in one.text().lower() for one in runs_on.walk())


def _of_step(
    step: Step, found: list[Expanded], inherited: dict[str, Node | None]
) -> dict[str, Node | None]:
    """Return what a step has beside its own words."""
    outer = inherited.get("conditions")
    conditions = [*(outer.items if outer is not None else ())]
    own = step.body.get("if")
    if own is not None:
        conditions.append(own)
    place = step.body.place
    return {
        **inherited,
        "conditions": Node(conditions, place),
        "expanded": _expanded(found, place),
    }


def _expanded(found: list[Expanded], place: Place) -> Node:
    items: list[Node] = []
    for one in found:
        roots = [Node(root.name, one.place, origin=root.origin) for root in one.roots]
        entry: dict[str, Node] = {
            "at": Node(one.at, one.place),
            "text": Node(one.part.text, one.place),
            "roots": Node(roots, one.place),
        }
        items.append(Node(entry, one.place))
    return Node(items, place)


def _with(body: Node, **more: Node | None) -> Node:
    """Return a body that has some more attributes: what the place of a thing says of it."""
    assert isinstance(body.value, dict)
    added = {key: node for key, node in more.items() if node is not None}
    return Node({**body.value, **added}, body.place)


def _text(body: Node, name: str) -> str:
    found = body.get(name)
    return found.text() if found is not None else ""
