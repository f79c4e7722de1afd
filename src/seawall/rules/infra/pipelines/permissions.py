"""What the token of a workflow may do."""

from collections.abc import Iterator

from seawall.core.finding import Fix
from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Resource
from seawall.rules.infra.pipelines.conditions import own_events

_FIX = Fix(title="permissions:\n  contents: read")


def _of_workflow(workflow: Resource, _: Graph) -> Iterator[Hit]:
    permissions = workflow.get("permissions")
    jobs = [one for found in workflow.at("jobs") for one in _values(found.value)]
    if permissions is None:
        silent = [job for job in jobs if job.get("permissions") is None]
        # What is only called has no more than its caller gives.
        if silent and own_events(workflow) - {"workflow_call"}:
            yield Hit(
                message="nothing says what the token may do: by older settings, write everything",
                place=workflow.place,
                attribute="permissions",
                is_known=False,
                fix=_FIX,
            )
    elif permissions.text() == "write-all":
        yield Hit(
            message="the token of each job may write everything",
            place=permissions.place,
            attribute="permissions",
            node=permissions,
            severity=Severity.HIGH,
            fix=_FIX,
        )
    elif permissions.text() == "read-all":
        yield Hit(
            message="the token of each job may read everything",
            place=permissions.place,
            attribute="permissions",
            node=permissions,
            severity=Severity.LOW,
            fix=_FIX,
        )
    elif isinstance(permissions.value, dict) and len(jobs) > 1:
        silent = [job for job in jobs if job.get("permissions") is None]
        for name, node in permissions.value.items() if len(silent) > 1 else ():
            if node.text() == "write":
                yield Hit(
                    message=f"each job gets {name}: write, whether it needs it or not",
                    place=node.place,
                    attribute=f"permissions.{name}",
                    node=node,
                    severity=Severity.LOW,
                )


def _values(value: object) -> list:  # type: ignore[type-arg]
    return list(value.values()) if isinstance(value, dict) else []


def _of_job(job: Resource, _: Graph) -> Iterator[Hit]:
    permissions = job.get("ownPermissions")
    if permissions is not None and permissions.text() in ("write-all", "read-all"):
        writes = permissions.text() == "write-all"
        yield Hit(
            message=f"the token of the job may {'write' if writes else 'read'} everything",
            place=permissions.place,
            attribute="permissions",
            node=permissions,
            severity=Severity.HIGH if writes else Severity.LOW,
            fix=_FIX,
        )


CHECKS = (
    Check(rule="excessive-permissions", kinds=("github/workflow",), find=_of_workflow),
    Check(rule="excessive-permissions", kinds=("github/job",), find=_of_job),
)
