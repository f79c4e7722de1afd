"""What is kept, uploaded, cached and published."""

import re
from collections.abc import Iterator

from seawall.core.rule import Severity
from seawall.model.infrastructure import Check, Graph, Hit, Node, Resource
from seawall.rules.infra.pipelines.checkout import steps_after
from seawall.rules.infra.pipelines.conditions import outside_events, own_events
from seawall.rules.infra.pipelines.scripts import commands, place_in, runs_checkout, script_of

_WHOLE = re.compile(r"(?:\./?|\$\{\{\s*github\.workspace\s*\}\}/?|\*\*/?\*?|\.git/?.*|\*)")
_CACHES: dict[str, tuple[str, bool]] = {
    "actions/cache": ("", True),
    "actions/cache/restore": ("", True),
    "actions/setup-node": ("cache", False),
    "actions/setup-python": ("cache", False),
    "actions/setup-java": ("cache", False),
    "actions/setup-go": ("cache", True),
    "actions/setup-dotnet": ("cache", False),
    "swatinem/rust-cache": ("", True),
    "gradle/actions/setup-gradle": ("", True),
    "gradle/gradle-build-action": ("", True),
    "ruby/setup-ruby": ("bundler-cache", False),
    "astral-sh/setup-uv": ("enable-cache", True),
    "mozilla-actions/sccache-action": ("", True),
    "hendrikmuhs/ccache-action": ("", True),
    "pnpm/action-setup": ("cache", False),
}
"""By action, the input that says whether it caches, and whether it does where that is silent."""
_PUBLISHES = re.compile(
    r"(?i)pypa/gh-action-pypi-publish|goreleaser/goreleaser-action|softprops/action-gh-release"
    r"|ncipollo/release-action|actions/create-release|rubygems/release-gem|js-devtools/npm-publish"
    r"|actions/upload-release-asset|svenstaro/upload-release-action|changesets/action"
    r"|docker/build-push-action|cargo-bins/release-action|release-plz/action"
)
_PUBLISHING: dict[str, tuple[str, ...]] = {
    "npm": ("publish",),
    "yarn": ("publish", "npm"),
    "pnpm": ("publish",),
    "twine": ("upload",),
    "uv": ("publish",),
    "poetry": ("publish",),
    "flit": ("publish",),
    "hatch": ("publish",),
    "cargo": ("publish",),
    "gem": ("push",),
    "mvn": ("deploy",),
    "gradlew": ("publish",),
    "dotnet": ("nuget",),
    "docker": ("push",),
    "goreleaser": ("release",),
}


def _name(step: Resource | Node) -> str:
    uses = step.get("uses")
    return uses.text().partition("@")[0].lower() if uses is not None else ""


def _input(step: Resource | Node, name: str) -> str | None:
    """Return an input in lower case, None where it is not given."""
    for given in step.at("with"):
        if isinstance(given.value, dict):
            for key, node in given.value.items():
                if key.lower() == name:
                    return str(node.value).lower() if not node.is_unknown else ""
    return None


def _kept(step: Resource, graph: Graph) -> Iterator[Hit]:
    if _name(step) != "actions/checkout" or _input(step, "persist-credentials") == "false":
        return
    uses = step.get("uses")
    if uses is None:
        return
    upload = next((one for one in steps_after(step, graph) if _uploads_all(one)), None)
    if upload is not None:
        place = upload.get("uses")
        yield Hit(
            message="the token that the checkout has left in .git is uploaded with the folder",
            place=place.place if place is not None else upload.place,
            attribute="with.path",
            node=place,
        )
        return
    yield Hit(
        message="the token stays in .git, where all later steps can read it",
        place=uses.place,
        attribute="with.persist-credentials",
        node=uses,
        severity=Severity.LOW,
    )


def _uploads_all(step: Resource) -> bool:
    if _name(step) != "actions/upload-artifact":
        return False
    uses = step.get("uses")
    version = uses.text().partition("@")[2] if uses is not None else ""
    paths = (_input(step, "path") or "").split("\n")
    if not any(_WHOLE.fullmatch(path.strip()) for path in paths if path.strip()):
        return False
    # Since 4.4 what begins with a dot is left out.
    old = bool(re.match(r"v?[1-3](?:\.|$)|v?4\.[0-3](?:\.|$)", version))
    return old or _input(step, "include-hidden-files") == "true"


def _is_release(job: Resource) -> bool:
    """Whether it is started by a release or a tag, and publishes."""
    events = own_events_of(job)
    return bool(events & {"release"}) or "tags" in events


def own_events_of(resource: Resource) -> set[str]:
    """Return the events of its workflow, with "tags" where it is started by them."""
    workflow = resource.get("workflow")
    if workflow is None:
        return set()
    on = workflow.get("on")
    events = own_events(Resource(kind="", address="", body=workflow, place=workflow.place))
    push = on.get("push") if on is not None else None
    if push is not None and push.get("tags") is not None and push.get("branches") is None:
        events.add("tags")
    return events


def _publishing(resource: Resource) -> bool:
    """Whether a job of its workflow publishes something."""
    workflow = resource.get("workflow")
    found = workflow.at("jobs") if workflow is not None else []
    return any(
        _publishes(step)
        for jobs in found
        for job in (jobs.value.values() if isinstance(jobs.value, dict) else ())
        for steps in job.at("steps")
        for step in steps.items
    )


def _publishes(step: Node) -> bool:
    uses = step.get("uses")
    if uses is not None and _PUBLISHES.match(uses.text()):
        return "build-push" not in uses.text() or _input(step, "push") not in (None, "false")
    found = script_of(Resource(kind="", address="", body=step, place=step.place))
    return found is not None and any(
        any(one in _PUBLISHING.get(words[0], ()) for one in words[1:3])
        for _, words in commands(found[1])
    )


def _cached(step: Resource, _: Graph) -> Iterator[Hit]:
    known = _CACHES.get(_name(step))
    uses = step.get("uses")
    if known is None or uses is None or not _is_release(step) or not _publishing(step):
        return
    option, by_itself = known
    given = _input(step, option) if option else None
    if given in ("false", "") or (given is None and not by_itself):
        return
    yield Hit(
        message="what is published is built with a cache that other workflows may have filled",
        place=uses.place,
        attribute="uses",
        node=uses,
        is_known=False,
    )


_DOWNLOADS = re.compile(
    r"(?i)(?:dawidd6/action|aochmann/actions|marcofaggian/action)-download-(?:artifact|multiple)"
)
_APART = re.compile(r"(?i)\$\{\{\s*runner\.temp|\$\{?RUNNER_TEMP|/")
"""How a folder begins that is not in the checkout."""


def _poisoned(step: Resource, graph: Graph) -> Iterator[Hit]:
    """Find artifacts of another run that are unpacked beside code which then runs."""
    if "workflow_run" not in outside_events(step):
        return
    where = _downloaded(step)
    if where is None:
        return
    node, path = where
    if _APART.match(path):
        return
    for other in (step, *steps_after(step, graph)):
        script = script_of(other)
        run = runs_checkout(script[1]) if script is not None else None
        if run is not None:
            yield Hit(
                message="what a pull request has built is unpacked where"
                f" {run[1]} takes its files from",
                place=node.place,
                attribute="uses" if step.get("uses") else "run",
                node=node,
                is_known=False,
            )
            return


def _downloaded(step: Resource) -> tuple[Node, str] | None:
    uses = step.get("uses")
    if uses is not None:
        other = _name(step) == "actions/download-artifact" and _input(step, "run-id")
        if other or _DOWNLOADS.match(uses.text()):
            return uses, _input(step, "path") or ""
        return None
    found = script_of(step)
    if found is not None:
        for command, words in commands(found[1]):
            if words[:3] == ["gh", "run", "download"]:
                place = place_in(found[0], command.start)
                at = next((i for i, one in enumerate(words) if one in ("-D", "--dir")), 0)
                folder = words[at + 1] if at and at + 1 < len(words) else ""
                return Node(found[0].value, place), folder
    return None


def _long_lived(step: Resource, _: Graph) -> Iterator[Hit]:
    if _name(step) != "pypa/gh-action-pypi-publish" or not _input(step, "password"):
        return
    where = _input(step, "repository-url") or _input(step, "repository_url") or "pypi.org"
    uses = step.get("uses")
    if uses is not None and "pypi.org" in where:
        yield Hit(
            message="a token that does not expire publishes to PyPI",
            place=uses.place,
            attribute="with.password",
            node=uses,
        )


def _app(step: Resource, _: Graph) -> Iterator[Hit]:
    if _name(step) not in ("actions/create-github-app-token", "tibdex/github-app-token"):
        return
    given = next(iter(step.at("with")), None)
    names = {key.lower() for key in given.value} if given and isinstance(given.value, dict) else ()
    uses = step.get("uses")
    if uses is None:
        return
    if "owner" in names and "repositories" not in names:
        yield Hit(
            message="the token of the app reaches every repository of its owner",
            place=uses.place,
            attribute="with.owner",
            node=uses,
            severity=Severity.MEDIUM,
        )
    elif not any(name.startswith("permission") for name in names):
        yield Hit(
            message="the token has all that the app may do, not what the job needs",
            place=uses.place,
            attribute="with.permissions",
            node=uses,
        )


_STEPS = ("github/step",)
CHECKS = (
    Check(rule="artifact-credentials", kinds=_STEPS, find=_kept),
    Check(rule="cache-poisoning", kinds=_STEPS, find=_cached),
    Check(rule="artifact-poisoning", kinds=_STEPS, find=_poisoned),
    Check(rule="long-lived-publish-token", kinds=_STEPS, find=_long_lived),
    Check(rule="app-token-broad", kinds=_STEPS, find=_app),
)
