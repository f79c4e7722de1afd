"""Checks of pipelines of GitLab."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.model.ran import ran

_WRITTEN = re.compile(
    r"\$\{?(?:CI_COMMIT_(?:MESSAGE|TITLE|DESCRIPTION|AUTHOR|BRANCH|REF_NAME|TAG_MESSAGE)"
    r"|CI_MERGE_REQUEST_(?:TITLE|DESCRIPTION|SOURCE_BRANCH_NAME)"
    r"|CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME|GITLAB_USER_NAME)\b"
)
"""What whoever commits or asks for a merge writes."""
_SHELLS = frozenset("sh bash zsh dash ash ksh".split())
_ON_TEXT = {
    "python": "-c",
    "python3": "-c",
    "perl": "-e",
    "ruby": "-e",
    "node": "-e",
    "php": "-r",
    "pwsh": "-c",
}
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_RELEASE = re.compile(r"v?\d+(?:\.\d+)+.*")
_SCANS = re.compile(
    r"(?i)(?:^|[\s/_-])(?:sast|dast|secret[_-]detection|dependency[_-]scanning|container[_-]scanning"
    r"|seawall|trivy|snyk|semgrep|checkov|grype|gitleaks|trufflehog|osv-scanner|bandit|pip-audit"
    r"|govulncheck|gosec|tfsec|hadolint|kics|brakeman|bundler-audit)(?:$|[\s:/_-])"
)
_SECRET_NAME = re.compile(
    r"(?i)(?:\w*_)?(?:password|passwd|secret|token|api_?key|private_key|access_key|secret_key)"
)
_OF_TEST = re.compile(r"(?i)postgres|mysql|mariadb|mongo|redis|rabbit|minio|root|test|local|db_")
_SHOWN = re.compile(
    r"\$\{?(?:CI_JOB_TOKEN|CI_REGISTRY_PASSWORD|CI_DEPLOY_PASSWORD|CI_DEPENDENCY_PROXY_PASSWORD"
    r"|\w+_(?:TOKEN|PASSWORD|SECRET|PRIVATE_KEY|API_KEY))\}?(?![\w:])"
)


def _evaluated(command: Resource, _: Graph) -> Iterator[Hit]:
    one = ran(command.body)
    text = ""
    if one.name == "eval":
        text = " ".join(_written(command))
    elif one.name in _SHELLS and one.has("-c"):
        text = _behind(command, "-c")
    elif one.name in _ON_TEXT and _ON_TEXT[one.name] in one.words:
        text = _behind(command, _ON_TEXT[one.name])
    elif one.name == "ssh":
        text = " ".join(_written(command)[1:])
    found = _WRITTEN.search(text)
    if found is not None:
        yield Hit(
            message=f"{found[0].strip('${')} is pasted into what {one.name} runs: whoever writes it"
            " can run commands",
            place=command.place,
            attribute="script",
            node=None,
            apart=found[0].strip("${"),
        )


def _written(command: Resource) -> list[str]:
    """Return the words of a command as they are written, what is filled in as well."""
    found = command.get("text")
    return found.text().split(" ") if found is not None else []


def _behind(command: Resource, option: str) -> str:
    words = _written(command)
    for at, word in enumerate(words):
        if word == option or (len(option) == 2 and re.fullmatch(rf"-[a-z]*{option[1]}", word)):
            return " ".join(words[at + 1 :])
    return ""


def _images(job: Resource, _: Graph) -> Iterator[Hit]:
    services = job.get("services")
    for one in (job.get("image"), *(services.items if services is not None else ())):
        if one is None:
            continue
        node = one.get("name") if isinstance(one.value, dict) else one
        text = node.text() if node is not None else ""
        if node is None or not text or "$" in text or "@sha256:" in text:
            continue
        name, colon, tag = text.rpartition("/")[2].partition(":")
        follows = not colon or tag == "latest"
        yield Hit(
            message=f"the image {name} has no version"
            if not colon
            else f"the tag {tag} of {name} can be moved",
            place=node.place,
            attribute="image",
            node=node,
            apart=name,
            severity=None if follows else Severity.LOW,
        )


def _includes(pipeline: Resource, _: Graph) -> Iterator[Hit]:
    for found in pipeline.at("include"):
        for one in found.items:
            if isinstance(one.value, dict):
                hit = _included(one)
            else:
                hit = _remote(one, None) if "://" in one.text() else None
            if hit is not None:
                yield hit


def _included(one: Node) -> Hit | None:
    remote, project = one.get("remote"), one.get("project")
    component = one.get("component")
    if remote is not None:
        return _remote(remote, one.get("integrity"))
    if project is not None:
        ref = one.get("ref")
        if ref is None:
            return _unpinned(project, f"the project {project.text()} is included as it is now")
        if not _COMMIT.fullmatch(ref.text()) and "$" not in ref.text():
            moved = Severity.LOW if _RELEASE.fullmatch(ref.text()) else None
            words = f"the project {project.text()} is included by {ref.text()}, which can be moved"
            return _unpinned(ref, words, moved)
    if component is not None:
        version = component.text().rpartition("@")[2]
        if "$" not in version and not _COMMIT.fullmatch(version):
            moved = Severity.LOW if _RELEASE.fullmatch(version) else None
            return _unpinned(component, f"the component is named by {version}", moved)
    return None


def _remote(node: Node, integrity: Node | None) -> Hit | None:
    if integrity is not None:
        return None
    if node.text().startswith("http://"):
        words = "a part of the pipeline comes over plain HTTP: anybody on the way can change it"
        return _unpinned(node, words, Severity.HIGH)
    return _unpinned(node, "a part of the pipeline comes from an address, whatever is there now")


def _unpinned(node: Node, words: str, severity: Severity | None = None) -> Hit:
    return Hit(
        message=words,
        place=node.place,
        attribute="include",
        node=node,
        apart=node.text().rpartition("@")[0] or node.text(),
        severity=severity,
    )


def _ignored(job: Resource, _: Graph) -> Iterator[Hit]:
    allowed = job.get("allow_failure")
    if allowed is None or allowed.value is not True:
        return
    scripts = job.get("commands")
    texts = [job.name, *(one.text() for one in (scripts.items if scripts is not None else ()))]
    if any(map(_SCANS.search, texts)):
        yield Hit(
            message="the check for weaknesses may fail, and the pipeline goes on",
            place=allowed.place,
            attribute="allow_failure",
            node=allowed,
        )


def _variables(resource: Resource, _: Graph) -> Iterator[tuple[str, Node]]:
    found = resource.get("variables")
    if found is not None and isinstance(found.value, dict):
        for name, one in found.value.items():
            node = one.get("value") if isinstance(one.value, dict) else one
            if node is not None:
                yield name, node


def _literals(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for name, node in _variables(resource, graph):
        text = node.text()
        named = _SECRET_NAME.fullmatch(name) and not _OF_TEST.search(name)
        if named and len(text) >= 8 and "$" not in text and "/" not in text[:1]:
            yield Hit(
                message=f"the variable {name} has its secret written down in the pipeline",
                place=node.place,
                attribute=f"variables.{name}",
                is_known=False,
            )


def _debugs(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for name, node in _variables(resource, graph):
        if name in ("CI_DEBUG_TRACE", "CI_DEBUG_SERVICES") and str(node.value).lower() == "true":
            yield Hit(
                message=f"{name} writes all variables, secrets too, to the log",
                place=node.place,
                attribute=f"variables.{name}",
                node=node,
            )


def _daemons(resource: Resource, graph: Graph) -> Iterator[Hit]:
    for name, node in _variables(resource, graph):
        text = node.text()
        plain = name == "DOCKER_HOST" and re.match(r"tcp://[^:]+:2375\b", text)
        off = name == "DOCKER_TLS_CERTDIR" and node.value == ""
        if plain or off:
            yield Hit(
                message="whoever reaches the port of the Docker daemon is root there:"
                " it asks for no certificate",
                place=node.place,
                attribute=f"variables.{name}",
                node=node,
            )


def _shown(command: Resource, graph: Graph) -> Iterator[Hit]:
    one = ran(command.body)
    if one.name not in ("echo", "printf") or command.get("writes") or command.get("redirects"):
        return
    if not command.within.rpartition(":")[0].endswith((".yml", ".yaml")):
        return
    found = _SHOWN.search(" ".join(_written(command)))
    job = graph.of("gitlab/job")
    if found is not None and any(one.address == command.within for one in job):
        yield Hit(
            message=f"{found[0].strip('${}')} is written to the log",
            place=command.place,
            attribute="script",
            apart=found[0].strip("${}"),
        )


_BOTH = ("gitlab/pipeline", "gitlab/job")
_SCRIPTS = ("pipeline/command",)
CHECKS = (
    Check(rule="script-injection", kinds=_SCRIPTS, find=_evaluated),
    Check(rule="image-unpinned", kinds=("gitlab/job",), find=_images),
    Check(rule="include-unpinned", kinds=("gitlab/pipeline",), find=_includes),
    Check(rule="security-check-ignored", kinds=("gitlab/job",), find=_ignored),
    Check(rule="secret-in-pipeline", kinds=_BOTH, find=_literals),
    Check(rule="secret-in-log", kinds=_BOTH, find=_debugs),
    Check(rule="secret-in-log", kinds=_SCRIPTS, find=_shown),
    Check(rule="docker-daemon-open", kinds=_BOTH, find=_daemons),
)
