"""Text of others that becomes a part of a script."""

from collections.abc import Iterator

from seawall.core.finding import Fix
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.rules.infra.pipelines.conditions import (
    FORKED,
    PRIVILEGED,
    outside_events,
    triggers_of,
)
from seawall.rules.infra.pipelines.power import can_write, only_reads, own_machine
from seawall.rules.infra.pipelines.sources import Source, source_of

_CODE = {
    "8398a7/action-slack": "custom_payload",
    "actions/github-script": "script",
    "jannekem/run-python-script-action": "script",
    "amadevus/pwsh-script": "script",
    "appleboy/ssh-action": "script",
    "azure/cli": "inlinescript",
    "azure/powershell": "inlinescript",
    "addnab/docker-run-action": "run",
    "cardinalby/js-eval-action": "expression",
    "gradle/command-action": "arguments",
    "mikefarah/yq": "cmd",
    "nick-fields/retry": "command",
    "nick-invision/retry": "command",
    "reactivecircus/android-emulator-runner": "script",
    "srt32/git-actions": "command",
    "uraimo/run-on-arch-action": "run",
    "vmactions/freebsd-vm": "run",
}
"""By action, the input that it runs as code."""
_ORDER = [Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]


def _injected(step: Resource, _: Graph) -> Iterator[Hit]:
    for one in expanded(step):
        at = _text(one, "at")
        if not _is_code(step, at):
            continue
        worst: tuple[Severity, bool, Node, Source] | None = None
        for root in one.at("roots"):
            for node in root.items:
                source = source_of(node.text())
                if source is None:
                    continue
                severity, is_known = _severity(step, node.text(), source)
                if worst is None or _ORDER.index(severity) > _ORDER.index(worst[0]):
                    worst = severity, is_known, node, source
        if worst is not None:
            severity, is_known, node, source = worst
            yield Hit(
                message=_message(step, node.text(), source, at),
                place=one.place,
                attribute=at,
                node=node,
                apart=_text(one, "text"),
                severity=severity,
                is_known=is_known,
                fix=Fix(title="give it to the script in `env:`, and read the variable in quotes"),
            )


def expanded(resource: Resource) -> Iterator[Node]:
    """Yield the expressions in a step or a call, each with what it is made of."""
    found = resource.get("expanded")
    yield from found.items if found is not None else ()


def _text(node: Node, name: str) -> str:
    found = node.get(name)
    return found.text() if found is not None else ""


def _is_code(step: Resource, at: str) -> bool:
    if at == "run":
        return True
    if not at.startswith("with."):
        return False
    uses = step.get("uses")
    action = uses.text().partition("@")[0].lower() if uses is not None else ""
    return bool(_CODE.get(action)) and at.lower() == f"with.{_CODE[action]}"


def _severity(step: Resource, name: str, source: Source) -> tuple[Severity, bool]:
    triggers = triggers_of(step)
    if name.startswith(("inputs", "github.event.inputs")):
        # Nobody in the target gives anything to it that others write.
        return Severity.LOW, "workflow_dispatch" in triggers
    there = {event for event in triggers if "*" in source.events or event in source.events}
    events = there & outside_events(step)
    if not events:
        called = "workflow_call" in triggers or step.within.endswith(("action.yml", "action.yaml"))
        if not there and called:
            return Severity.LOW if source.by_members else Severity.MEDIUM, False
        return Severity.LOW, bool(there)
    if source.by_members:
        return Severity.LOW, True
    if events & PRIVILEGED:
        if only_reads(step):
            return Severity.MEDIUM, True
        return Severity.CRITICAL if can_write(step) else Severity.HIGH, True
    if events & FORKED:
        return Severity.HIGH if own_machine(step) is not None else Severity.MEDIUM, True
    outside = "push" in events and "*" not in source.events
    return Severity.MEDIUM if outside else Severity.LOW, True


def _message(step: Resource, name: str, source: Source, at: str) -> str:
    where = "the script" if at == "run" else f"the {at.partition('.')[2]} of the action"
    shown = name.replace(":", " puts out as ") if ":" in name else name
    if name.startswith(("inputs", "github.event.inputs")):
        return f"{shown} is pasted into {where}: whoever gives it can run commands"
    if source.by_members:
        return f"{shown} is pasted into {where}: whoever may write it can run commands"
    return f"{shown} is pasted into {where}: anybody can write it, and run commands"


CHECKS = (Check(rule="script-injection", kinds=("github/step",), find=_injected),)
