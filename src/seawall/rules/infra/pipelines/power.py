"""What a job could do in the hands of somebody else: its token, its secrets, its machine."""

import re

from seawall.model.infrastructure import Node, Resource

_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*(?!GITHUB_TOKEN\b)\w|\[)|toJSON\(\s*secrets\s*\)", re.I)
_OTHERS = re.compile(r"^(?:ubuntu|windows|macos)-", re.I)


def written(permissions: Node | None) -> list[str] | None:
    """Return what a token may write to by what is written; None where nothing is."""
    if permissions is None:
        return None
    value = permissions.value
    if isinstance(value, dict):
        return [name for name, node in value.items() if node.text() == "write"]
    return ["everything"] if permissions.text() == "write-all" else []


def only_reads(resource: Resource) -> bool:
    """Whether the token of a job or step can only read, and it has no secrets."""
    return written(resource.get("permissions")) == [] and not has_secrets(resource)


def can_write(resource: Resource) -> bool:
    """Whether the token is said to be able to write, or there are secrets."""
    return bool(written(resource.get("permissions"))) or has_secrets(resource)


def has_secrets(resource: Resource) -> bool:
    """Whether the job that a step is in is given secrets beside its token."""
    workflow = resource.get("workflow")
    places = [resource.get("job"), workflow.get("env") if workflow is not None else None]
    if resource.kind == "github/job":
        places.append(resource.body)
    for place in places:
        for node in place.walk() if place is not None else ():
            if isinstance(node.value, str) and _SECRET.search(node.value):
                return True
            if node.text() == "inherit":
                return True
    return False


def own_machine(resource: Resource) -> Node | None:
    """Return what says that a job runs on a machine of one's own."""
    job = resource.get("job") or resource.body
    runs_on = job.get("runs-on")
    if runs_on is None:
        return None
    labels = runs_on.get("labels") if isinstance(runs_on.value, dict) else runs_on
    for one in labels.items if labels is not None else ():
        if one.text().lower() == "self-hosted":
            return one
    return None
