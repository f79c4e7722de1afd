"""What an expression of a workflow is made of in the end: its roots, over steps, jobs and calls."""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.engines.infra.pipeline_scripts import LONGEST, Places
from seawall.engines.infra.workflows.documents import (
    BY_HAND,
    CALLED,
    Action,
    Calls,
    Job,
    Step,
    Workflow,
    file_of,
    folder_of,
)
from seawall.model.infrastructure import Node, Origin, Place
from seawall.parse.actions_expression import (
    Context,
    Expansion,
    expansions,
    made_of,
    parse_expression,
)

_NARROW = ("boolean", "choice", "environment", "number")
DEEPEST = 12
"""Steps that a value is followed back."""
MOST_ROOTS = 40
MOST_EXPRESSIONS = 500
"""Of one text."""
MOST_LINES = 2_000
"""Of a script whose outputs are looked for."""
_OUTPUT = re.compile(r"GITHUB_(?:OUTPUT|ENV)\b|::set-output\s|Out-File.*GITHUB_OUTPUT")
_NAME = re.compile(r"(?:::set-output\s+name=|[\"'\s]|^)([A-Za-z_][\w-]*)(?:=|<<|::)")
_ASSIGNED = re.compile(r"^\s*(?:export\s+|local\s+|readonly\s+|\$)?(\w+)\s*=")
_READ = re.compile(r"\$(?:env:)?\{?[!#]?(?:env:)?(\w+)")
_DRAINED = re.compile(
    r"\|\s*(?:wc|sha\d+sum|md5sum|tr\s+-cd|grep\s+-[a-z]*[cq])\b|\$\{#|\bgrep\s+-[a-z]*q"
)
"""What leaves no text: a count, a hash, only known characters."""


class Root(Struct, frozen=True):
    """Where a value comes from."""

    name: str
    """A context, "github.event.issue.title", or "tj-actions/changed-files:all_changed_files" for
    what an action puts out that is not in the target."""
    origin: tuple[Origin, ...] = ()
    """The way it came, the nearest first."""


class Flows:
    """Follows values through the workflows and actions of a target."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._parsed: dict[str, tuple[Context, ...]] = {}
        self._steps: dict[int, dict[str, Step]] = {}
        self._found: dict[tuple[str, int], list[Root]] = {}
        self._written: dict[int, dict[str, list[tuple[Root, ...]]]] = {}

    def roots_of(self, text: str, place: Place, step: Step | Job, depth: int = 0) -> list[Root]:
        """Return the roots of an expression that stands in a step or a job."""
        key = text, id(step)
        known = self._found.get(key)
        if known is not None:
            return known
        found: dict[str, Root] = {}
        for context in self._contexts(text):
            for root in self._roots(context, step, depth, place):
                if len(found) < MOST_ROOTS:
                    found.setdefault(root.name, root)
        if depth == 0:
            # What is asked on the way may have been cut off by its depth.
            self._found[key] = list(found.values())
        return list(found.values())

    def _contexts(self, text: str) -> tuple[Context, ...]:
        known = self._parsed.get(text)
        if known is None:
            try:
                known = tuple(made_of(parse_expression(text)))
            except ParseError:
                known = ()
            self._parsed[text] = known
        return known

    def _of_node(self, node: Node | None, at: Step | Job, depth: int, words: str) -> Iterator[Root]:
        """Yield the roots of all expressions in the texts of a node."""
        if node is None or depth > DEEPEST:
            return
        for one in node.walk():
            text = one.value
            if isinstance(text, str) and "${{" in text:
                for part in expansions(text):
                    way = Origin(words=words, place=one.place)
                    for root in self.roots_of(part.text, one.place, at, depth + 1):
                        yield Root(root.name, (way, *root.origin))

    def _roots(self, context: Context, at: Step | Job, depth: int, place: Place) -> Iterator[Root]:
        names = context.names
        job = at if isinstance(at, Job) else at.owner
        if depth > DEEPEST:
            return
        if names[0] == "env" and len(names) > 1:
            yield from self.environment(names[1], at, depth)
        elif names[0] == "matrix" and isinstance(job, Job):
            yield from self._of_node(
                next(iter(job.body.at("strategy.matrix")), None), job, depth, "the matrix"
            )
        elif names[0] == "steps" and len(names) > 1:
            if len(names) == 4 and names[2] == "outputs":
                yield from self._output(names[1], names[3], at, depth)
        elif names[0] == "needs" and isinstance(job, Job):
            if len(names) == 4 and names[2] == "outputs":
                yield from self._of_job(job.file.jobs.get(names[1]), names[3], depth)
        elif names[0] == "inputs" or names[:3] == ("github", "event", "inputs"):
            yield from self._input(names[1] if names[0] == "inputs" else ".".join(names[3:4]), at,
                                   depth) if len(names) > 1 else (Root("inputs"),)  # fmt: skip
        else:
            yield Root(".".join(names))

    def environment(self, name: str, at: Step | Job, depth: int) -> Iterator[Root]:
        """Yield the roots of a variable as a step sees it."""
        bodies = [at.body]
        job = at if isinstance(at, Job) else at.owner
        if isinstance(at, Step) and isinstance(job, Job):
            bodies.append(job.body)
        if isinstance(job, Job):
            bodies.append(job.file.body)
        for body in bodies:
            env = body.get("env")
            if env is not None and isinstance(env.value, dict):
                for key, node in env.value.items():
                    if key.lower() == name.lower():
                        yield from self._of_node(node, at, depth, f"the variable {key}")
                        return
        if isinstance(at, Step) and depth <= DEEPEST:
            yield from self._exported(name.lower(), at, depth)

    def _exported(self, name: str, at: Step, depth: int) -> Iterator[Root]:
        """Yield the roots of a variable that scripts of earlier steps have set for later ones."""
        for step in at.owner.steps[: at.number]:
            script = step.body.get("run")
            if script is not None and "GITHUB_ENV" in script.text():
                for roots in self.outputs_of(step, depth).get(name, ()):
                    for root in roots:
                        way = Origin(words=f"the variable {name} of a step", place=step.body.place)
                        yield Root(root.name, (way, *root.origin))

    def _input(self, name: str, at: Step | Job, depth: int) -> Iterator[Root]:
        owner = file_of(at) if isinstance(at, Step) else at.file
        if isinstance(owner, Action):
            callers: list[Step] | list[Job] = self._calls.steps_calling.get(owner.folder, [])
            if not callers or not owner.folder:
                yield Root(f"inputs.{name}")
        else:
            by_hand = owner.triggers.get(BY_HAND)
            if by_hand is not None and not _is_narrow(by_hand, name):
                yield Root(f"inputs.{name}")
            called = owner.triggers.get(CALLED)
            if called is None or _is_narrow(called, name):
                return
            callers = self._calls.jobs_calling.get(owner.path, [])
            if not callers:
                yield Root(f"inputs.{name}")
        for caller in callers:
            given = caller.body.get("with")
            if given is not None and isinstance(given.value, dict):
                for key, node in given.value.items():
                    if key.lower() == name:
                        yield from self._of_node(node, caller, depth, f"the input {key}")

    def _of_job(self, job: Job | None, name: str, depth: int) -> Iterator[Root]:
        if job is None or depth > DEEPEST:
            return
        if job.uses.startswith("./"):
            called = self._calls.workflows.get(job.uses.removeprefix("./"))
            trigger = called.triggers.get(CALLED) if called is not None else None
            for node in trigger.at("outputs") if trigger is not None else ():
                yield from self._called_output(called, node, name, depth)
            return
        outputs = job.body.get("outputs")
        if outputs is not None and isinstance(outputs.value, dict):
            for key, node in outputs.value.items():
                if key.lower() == name:
                    at = job.steps[-1] if job.steps else job
                    yield from self._of_node(node, at, depth, f"the output {key} of {job.name}")

    def _called_output(
        self, called: Workflow | None, outputs: Node, name: str, depth: int
    ) -> Iterator[Root]:
        if called is None or not isinstance(outputs.value, dict):
            return
        for key, node in outputs.value.items():
            value = node.get("value")
            if key.lower() != name or value is None:
                continue
            for part in expansions(value.text()):
                for context in self._contexts(part.text):
                    if context.names[:1] == ("jobs",) and len(context.names) == 4:
                        inner = called.jobs.get(context.names[1])
                        yield from self._of_job(inner, context.names[3], depth + 1)

    def _output(self, step_id: str, name: str, at: Step | Job, depth: int) -> Iterator[Root]:
        owner = at if isinstance(at, Job) else at.owner
        named = self._steps.get(id(owner))
        if named is None:
            named = self._steps[id(owner)] = {one.id: one for one in owner.steps if one.id}
        step = named.get(step_id)
        if step is not None and step is not at:
            if step.uses.startswith("./"):
                yield from self._action_output(folder_of(step.uses), name, depth)
            elif step.uses:
                action = step.uses.partition("@")[0].lower()
                yield Root(f"{action}:{name}", (_way(step, name),))
                # What a script of the step is given may come out of it again.
                if action == "actions/github-script":
                    for body in (step.body.get("with"), step.body.get("env")):
                        yield from self._of_node(body, step, depth, f"the output of {step.id}")
            else:
                for roots in self.outputs_of(step, depth).get(name, ()):
                    for root in roots:
                        yield Root(root.name, (_way(step, name), *root.origin))

    def _action_output(self, folder: str, name: str, depth: int) -> Iterator[Root]:
        action = self._calls.actions.get(folder)
        if action is None or not action.steps or depth > DEEPEST:
            return
        for outputs in action.body.at("outputs"):
            if not isinstance(outputs.value, dict):
                continue
            for key, node in outputs.value.items():
                if key.lower() == name:
                    words = f"the output {key} of the action"
                    # As after its last step: no step of its own is it.
                    end = Step(Node({}, node.place), action, len(action.steps))
                    yield from self._of_node(node, end, depth, words)

    def outputs_of(self, step: Step, depth: int = 0) -> dict[str, list[tuple[Root, ...]]]:
        """Return what a script puts out, by name in lower case, with the roots that are in it."""
        known = self._written.get(id(step))
        if known is not None:
            return known
        found: dict[str, list[tuple[Root, ...]]] = {}
        self._written[id(step)] = found
        script = step.body.get("run")
        if script is None or not _OUTPUT.search(script.text()):
            return found
        tainted: dict[str, tuple[Root, ...]] = {}
        open_names: list[str] = []
        for line in script.text().split("\n")[:MOST_LINES]:
            roots = self.roots_in_line(line, script.place, step, tainted, depth)
            assigned = _ASSIGNED.match(line)
            if assigned is not None and roots:
                tainted[assigned[1]] = roots
            names = [] if assigned is not None else [one.lower() for one in _NAME.findall(line)]
            if "<<" in line and "EOF" not in line.partition("<<")[0]:
                open_names = names or open_names
            for name in names or open_names:
                if roots:
                    found.setdefault(name, []).append(roots)
        return found

    def roots_in_line(
        self,
        line: str,
        place: Place,
        step: Step,
        tainted: dict[str, tuple[Root, ...]],
        depth: int = 0,
    ) -> tuple[Root, ...]:
        """Return what a line of a script has in it: by expressions, and by variables it reads."""
        if _DRAINED.search(line):
            return ()
        roots: list[Root] = []
        for part in expansions(line):
            roots += self.roots_of(part.text, place, step, depth + 1)
        for name in _READ.findall(line):
            roots += tainted.get(name) or self.environment(name, step, depth + 1)
        return tuple({one.name: one for one in roots}.values())


def _way(step: Step, name: str) -> Origin:
    return Origin(words=f"the output {name} of the step {step.id}", place=step.body.place)


def _is_narrow(trigger: Node, name: str) -> bool:
    """Whether an input can only be one of few values: a choice, a truth or a number."""
    inputs = trigger.get("inputs")
    if inputs is None or not isinstance(inputs.value, dict):
        return False
    for key, node in inputs.value.items():
        if key.lower() == name:
            kind = node.get("type")
            return kind is not None and kind.text() in (
                "choice",
                "boolean",
                "number",
                "environment",
            )
    return False


class Expanded(Struct, frozen=True):
    """An expression where it is written, with what it is made of."""

    at: str
    """The path of the attribute: "run", "with.script"."""
    part: Expansion
    place: Place
    roots: list[Root]


def expanded_in(node: Node, step: Step | Job, lines: list[str], flows: Flows) -> Iterator[Expanded]:
    """Yield the expressions in the texts of a step."""
    waiting: list[tuple[str, Node]] = [("", node)]
    while waiting:
        path, one = waiting.pop()
        value = one.value
        if isinstance(value, dict):
            inner = [(f"{path}.{key}" if path else key, item) for key, item in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list):
            waiting += [(path, item) for item in reversed(value)]
        elif isinstance(value, str) and "${{" in value and len(value) <= LONGEST:
            places = Places(one, lines)
            for _, part in zip(range(MOST_EXPRESSIONS), expansions(value), strict=False):
                place = places(part.start, part.end)
                yield Expanded(path, part, place, flows.roots_of(part.text, place, step))
