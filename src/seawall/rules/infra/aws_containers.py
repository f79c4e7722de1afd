"""Definitions of containers for ECS and Batch, which are JSON within a text."""

from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.secret_words import is_secret, names_secret

_WHERE = {
    "aws_ecs_task_definition": "container_definitions",
    "aws_batch_job_definition": "container_properties",
}


def _containers(resource: Resource) -> Iterator[Node]:
    for node in resource.at(_WHERE[resource.kind]):
        for one in node.document.items:
            if isinstance(one.value, dict):
                yield one


def _name(container: Node) -> str:
    found = container.get("name")
    return found.text() if found is not None else ""


def _hit(
    resource: Resource, container: Node, node: Node, field: str, words: str, **more: object
) -> Hit:
    return Hit(
        message=words,
        place=node.place,
        attribute=f"{_WHERE[resource.kind]}.{field}",
        node=node,
        apart=f"{_name(container)}{more.pop('apart', '')}",
        **more,  # type: ignore[arg-type]
    )


def _privileged(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _containers(resource):
        node = one.get("privileged")
        if node is not None and node.value in (True, "true"):
            yield _hit(resource, one, node, "privileged", "the container is privileged")


def _environment(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _containers(resource):
        for entry in (inner for held in one.at("environment") for inner in held.items):
            name = _name(entry)
            value = entry.get("value")
            if (
                value is not None
                and names_secret(name)
                and value.text()
                and is_secret(value.text())
            ):
                words = f"the secret in {name} stands in the definition of the task"
                yield _hit(
                    resource,
                    one,
                    value,
                    "environment",
                    words,
                    apart=f":{name}",
                    severity=Severity.HIGH,
                )


def _writable(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _containers(resource):
        node = one.get("readonlyRootFilesystem")
        if node is None or node.value in (False, "false"):
            words = "the container may write everywhere in its file system"
            yield _hit(
                resource, one, node or one, "readonlyRootFilesystem", words, severity=Severity.LOW
            )


def _roots(resource: Resource, _: Graph) -> Iterator[Hit]:
    for one in _containers(resource):
        node = one.get("user")
        if node is not None and str(node.value).partition(":")[0] in ("0", "root"):
            yield _hit(
                resource, one, node, "user", "the container runs as root", severity=Severity.LOW
            )


def _silent(resource: Resource, _: Graph) -> Iterator[Hit]:
    if resource.kind != "aws_ecs_task_definition":
        return
    for one in _containers(resource):
        if one.get("logConfiguration") is None:
            words = "what the container says is kept nowhere"
            yield _hit(resource, one, one, "logConfiguration", words)


_KINDS = tuple(_WHERE)
CHECKS: tuple[Check, ...] = (
    Check(rule="privileged-container", kinds=_KINDS, find=_privileged),
    Check(rule="secret-in-environment", kinds=_KINDS, find=_environment),
    Check(rule="writable-root-filesystem", kinds=_KINDS, find=_writable),
    Check(rule="root-container", kinds=_KINDS, find=_roots),
    Check(rule="log-off", kinds=_KINDS, find=_silent),
)
