"""The parts of workflows and actions: triggers, jobs and steps, who calls whom."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from seawall.model.infrastructure import Node, Place

_PLAIN = re.compile(r"[^\w.-]+")
_RUNS_ANYWAY = re.compile(r"\b(?:always|failure|cancelled)\s*\(")
"""Whatever became of the jobs that it waits for."""
CALLED = "workflow_call"
BY_HAND = "workflow_dispatch"


class Step(Struct, eq=False):
    """A step of a job or of a composite action."""

    body: Node
    owner: "Job | Action"
    number: int
    """0-based."""

    @property
    def id(self) -> str:
        """As expressions name it, in lower case; "" where they cannot."""
        return _text(self.body, "id").lower()

    @property
    def uses(self) -> str:
        """The action that it runs; "" for a script."""
        return _text(self.body, "uses")

    @property
    def words(self) -> str:
        """What tells it from other steps, whatever stands above it."""
        name = _text(self.body, "id") or _text(self.body, "name")
        if not name:
            name = self.uses.partition("@")[0] or _text(self.body, "run").strip().partition("\n")[0]
        return _PLAIN.sub("-", name)[:40].strip("-") or "step"


class Job(Struct, eq=False):
    """A job of a workflow."""

    name: str
    body: Node
    file: "Workflow"
    steps: list[Step]

    @property
    def uses(self) -> str:
        """The reusable workflow that it is a call of; "" where it has steps."""
        return _text(self.body, "uses")


class Workflow(Struct, eq=False):
    """A workflow of GitHub."""

    path: str
    body: Node
    lines: list[str]
    triggers: dict[str, Node]
    jobs: dict[str, Job]

    @property
    def stem(self) -> str:
        """The name of its file, without ending."""
        return posixpath.basename(self.path).rsplit(".", 1)[0]


class Action(Struct, eq=False):
    """A composite action, or another one that only has inputs and outputs."""

    path: str
    body: Node
    lines: list[str]
    steps: list[Step]

    @property
    def folder(self) -> str:
        """Where it is: "" at the top."""
        return posixpath.dirname(self.path)

    @property
    def stem(self) -> str:
        """The name of its folder."""
        return posixpath.basename(self.folder) or "action"


class Way(Struct, frozen=True, eq=False):
    """One way in which something is started."""

    event: str
    trigger: Node
    conditions: list[Node]
    """Of those who call it."""
    gates: list[Node]
    """What ran before, in those: actions and scripts."""


class Calls(Struct, frozen=True, eq=False):
    """Who calls what, within a target."""

    workflows: dict[str, Workflow]
    """By path."""
    actions: dict[str, Action]
    """By folder, from the top of the target."""
    jobs_calling: dict[str, list[Job]]
    """By the path of the workflow."""
    steps_calling: dict[str, list[Step]]
    """By the folder of the action."""

    def ways_into(self, owner: Workflow | Action) -> list[Way]:
        """Return how it may be started: by its own events, and by way of those who call it."""
        found: list[Way] = []
        seen: set[int] = set()
        waiting: list[tuple[Workflow | Action, list[Node], list[Node]]] = [(owner, [], [])]
        while waiting:
            one, conditions, gates = waiting.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Workflow):
                found += [
                    Way(event, node, conditions, gates) for event, node in one.triggers.items()
                ]
                jobs = self.jobs_calling.get(one.path, []) if CALLED in one.triggers else []
                callers: list[tuple[Job, list[Node]]] = [(job, []) for job in jobs]
            else:
                callers = []
                for step in self.steps_calling.get(one.folder, ()):
                    own = step.body.get("if")
                    outer = [*conditions, *([own] if own is not None else [])]
                    if isinstance(step.owner, Job):
                        callers.append((step.owner, outer))
                    else:
                        waiting.append((step.owner, outer, gates))
            for job, more in callers:
                ifs, uses = waited_for(job)
                waiting.append((job.file, [*conditions, *more, *ifs], [*gates, *uses]))
        return found


def file_of(step: Step) -> Workflow | Action:
    """Return the file that has a step."""
    return step.owner.file if isinstance(step.owner, Job) else step.owner


def workflow_of(path: str, body: Node, text: str) -> Workflow | None:
    """Return a workflow; None for what is none."""
    jobs = body.get("jobs")
    if jobs is None or not isinstance(jobs.value, dict):
        return None
    # YAML 1.1 takes the key `on` for true; ours leaves it as it is written.
    workflow = Workflow(path, body, text.split("\n"), _triggers(body.get("on")), {})
    for name, node in jobs.value.items():
        if isinstance(node.value, dict):
            job = Job(name, node, workflow, [])
            job.steps = list(_steps(node, job))
            workflow.jobs[name.lower()] = job
    return workflow


def action_of(path: str, body: Node, text: str) -> Action | None:
    """Return an action; None for what is none."""
    runs = body.get("runs")
    if runs is None or not isinstance(runs.value, dict):
        return None
    action = Action(path, body, text.split("\n"), [])
    action.steps = list(_steps(runs, action))
    return action


def calls_among(workflows: Iterable[Workflow], actions: Iterable[Action]) -> Calls:
    """Return who calls whom by a path within the target."""
    calls = Calls(
        {one.path: one for one in workflows},
        {one.folder: one for one in actions},
        defaultdict(list),
        defaultdict(list),
    )
    steps = [step for action in calls.actions.values() for step in action.steps]
    for workflow in calls.workflows.values():
        for job in workflow.jobs.values():
            steps += job.steps
            if job.uses.startswith("./"):
                calls.jobs_calling[posixpath.normpath(job.uses)].append(job)
    for step in steps:
        if step.uses.startswith("./"):
            calls.steps_calling[folder_of(step.uses)].append(step)
    return calls


def folder_of(uses: str) -> str:
    """Return the folder that `uses: ./folder` names, "" for the top."""
    folder = posixpath.normpath(uses)
    return "" if folder == "." else folder


def _triggers(on: Node | None) -> dict[str, Node]:
    if on is None:
        return {}
    if isinstance(on.value, dict):
        return dict(on.value)
    return {one.text(): one for one in on.items if one.text()}


def _steps(node: Node, owner: Job | Action) -> Iterator[Step]:
    steps = node.get("steps")
    if steps is not None and isinstance(steps.value, list):
        for number, one in enumerate(steps.value):
            if isinstance(one.value, dict):
                yield Step(one, owner, number)


def _text(body: Node, name: str) -> str:
    found = body.get(name)
    return found.text() if found is not None else ""


def head_of(node: Node) -> Place:
    """Return the line that opens a block."""
    return Place(path=node.place.path, line=node.place.line, column=node.place.column)


def waited_for(job: Job) -> tuple[list[Node], list[Node]]:
    """Return the conditions under which a job runs, and what ran before in the jobs it waits for.

    The conditions are its own and those of the jobs; what ran are actions and scripts.
    """
    conditions: list[Node] = []
    gates: list[Node] = []
    seen: set[str] = set()
    waiting = [job]
    while waiting:
        one = waiting.pop()
        own = one.body.get("if")
        if own is not None:
            conditions.append(own)
        if one is not job:
            bodies = [one.body, *(step.body for step in one.steps)]
            gates += [
                node
                for body in bodies
                for name in ("uses", "run")
                if (node := body.get(name)) is not None
            ]
            place = one.body.get("environment")
            if place is not None:
                # As a block it is none of the texts that are run.
                gates.append(Node({"environment": place}, place.place))
        if own is not None and _RUNS_ANYWAY.search(own.text()):
            continue
        for node in one.body.at("needs"):
            for name in (item.text().lower() for item in node.items):
                needed = one.file.jobs.get(name)
                if needed is not None and name not in seen:
                    seen.add(name)
                    waiting.append(needed)
    return conditions, gates
