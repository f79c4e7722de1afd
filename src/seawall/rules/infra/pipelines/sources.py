"""What of an event is written by whom.

Sources: https://docs.github.com/en/actions/concepts/security/script-injections and
https://docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

import re
from functools import cache

from msgspec import Struct

_PULLS = frozenset(
    "pull_request pull_request_target pull_request_review pull_request_review_comment".split()
)
_ISSUES = frozenset(("issues", "issue_comment"))
_COMMENTS = frozenset(
    "issue_comment pull_request_review_comment commit_comment discussion_comment".split()
)
_DISCUSSIONS = frozenset(("discussion", "discussion_comment"))
_RUN = frozenset(("workflow_run",))
_ANY = frozenset(("*",))


class Source(Struct, frozen=True):
    """Something that others write."""

    events: frozenset[str]
    """In which it is there; "*" for any."""
    by_members: bool = False
    """Whether only those write it that may push or start workflows."""


_GIT = r"(?:message|(?:author|committer)(?:\.(?:email|name))?)"
_PERSON_TEXT = r"(?:title|body)"
_TABLE: tuple[tuple[str, Source], ...] = (
    (rf"github\.event\.issue(?:\.{_PERSON_TEXT})?", Source(_ISSUES)),
    (rf"github\.event\.pull_request(?:\.{_PERSON_TEXT})?", Source(_PULLS)),
    (
        r"github\.event\.pull_request\.head(?:\.(?:ref|label|repo"
        r"(?:\.(?:default_branch|description|homepage|name))?))?",
        Source(_PULLS),
    ),
    (r"github\.head_ref", Source(frozenset(("pull_request", "pull_request_target")))),
    (r"github\.event\.comment(?:\.body)?", Source(_COMMENTS)),
    (r"github\.event\.review(?:\.body)?", Source(frozenset(("pull_request_review",)))),
    (r"github\.event\.review_comment(?:\.body)?", Source(_PULLS)),
    (rf"github\.event\.discussion(?:\.{_PERSON_TEXT})?", Source(_DISCUSSIONS)),
    (r"github\.event\.answer(?:\.body)?", Source(_DISCUSSIONS)),
    (
        r"github\.event\.pages(?:\.[*?\d]+(?:\.(?:page_name|title|summary))?)?",
        Source(frozenset(("gollum",))),
    ),
    (
        rf"github\.event\.(?:commits(?:\.[*?\d]+(?:\.{_GIT})?)?|head_commit(?:\.{_GIT})?)",
        Source(frozenset(("push",))),
    ),
    (
        rf"github\.event\.workflow_run(?:\.(?:head_branch|display_title|head_commit(?:\.{_GIT})?"
        r"|head_repository(?:\.(?:description|default_branch|name))?"
        r"|pull_requests(?:\.[*?\d]+\.head\.ref)?))?",
        Source(_RUN),
    ),
    (
        r"github\.event\.changes\.(?:title|body)\.from",
        Source(_PULLS | _ISSUES | _DISCUSSIONS),
    ),
    (
        r"github\.event\.check_(?:suite|run(?:\.check_suite)?)\.head_branch"
        r"|github\.event\.check_run\.pull_requests\.[*?\d]+\.head\.ref",
        Source(frozenset(("check_suite", "check_run"))),
    ),
    (r"github(?:\.event)?", Source(_ANY)),
    (r"github\.event\.inputs(?:\..+)?|inputs(?:\..+)?", Source(_ANY, by_members=True)),
    (r"github\.(?:event\.)?ref|github\.ref_name", Source(
        frozenset(("push", "create", "delete", "release", "workflow_dispatch")), by_members=True
    )),
    (
        r"github\.event\.client_payload(?:\..+)?",
        Source(frozenset(("repository_dispatch",)), by_members=True),
    ),
    (
        r"github\.event\.release(?:\.(?:name|body|tag_name|target_commitish))?",
        Source(frozenset(("release",)), by_members=True),
    ),
    (
        r"github\.event\.(?:label|milestone)\.(?:name|description|title)",
        Source(_PULLS | _ISSUES | frozenset(("label", "milestone")), by_members=True),
    ),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern), source) for pattern, source in _TABLE)
_FILES = r"(?:\w*files\w*|\w*_keys?)"
_OUTPUTS: dict[str, tuple[str, Source]] = {
    "tj-actions/changed-files": (_FILES, Source(_PULLS)),
    "step-security/changed-files": (_FILES, Source(_PULLS)),
    "tj-actions/verify-changed-files": ("changed_files", Source(_PULLS)),
    "tj-actions/branch-names": (r"current_branch|head_ref_branch|ref_branch", Source(_PULLS)),
    "jitterbit/get-changed-files": (r"all|added|modified|removed|renamed|\w+", Source(_PULLS)),
    "ana06/get-changed-files": (r"\w+", Source(_PULLS)),
    "masesgroup/retrieve-changed-files": (r"\w+", Source(_PULLS)),
    "trilom/file-changes-action": (r"files\w*", Source(_PULLS)),
    "lots0logs/gh-action-get-changed-files": (r"\w+", Source(_PULLS)),
    "dorny/paths-filter": (r"\w+_files", Source(_PULLS)),
    "xt0rted/pull-request-comment-branch": ("head_ref", Source(_ISSUES)),
    "alessbell/pull-request-comment-branch": ("head_ref", Source(_ISSUES)),
    "gotson/pull-request-comment-branch": ("head_ref", Source(_ISSUES)),
    "eficode/resolve-pr-refs": ("head_ref", Source(_ISSUES)),
    "potiuk/get-workflow-origin": (r"sourceheadbranch|pullrequestlabels", Source(_RUN)),
    "khan/pull-request-comment-trigger": ("comment_body", Source(_ISSUES | _PULLS)),
    "github/command": (r"comment_body|params", Source(_ISSUES)),
    "stefanbuck/github-issue-parser": (r"jsonstring|issueparser_\w+", Source(_ISSUES)),
    "stefanbuck/github-issue-praser": (r"jsonstring|issueparser_\w+", Source(_ISSUES)),
    "zentered/issue-forms-body-parser": ("data", Source(_ISSUES)),
    "issue-ops/parser": ("json", Source(_ISSUES)),
    "actions-ecosystem/action-regex-match": (r"match|group\d", Source(_ANY)),
    "sergeysova/jq-action": ("value", Source(_ANY)),
}
"""By action, what it puts out that others write."""


@cache
def source_of(name: str) -> Source | None:
    """Return what is known of a root; None where nobody from outside writes it."""
    action, colon, output = name.partition(":")
    if colon:
        pattern, source = _OUTPUTS.get(action, ("", None))
        return source if source is not None and re.fullmatch(pattern, output) else None
    return next((source for pattern, source in _PATTERNS if pattern.fullmatch(name)), None)


HEAD = re.compile(
    r"github\.event\.pull_request\.head\.(?:ref|sha|repo\.full_name|repo\.clone_url|repo\.name)"
    r"|github\.event\.pull_request\.(?:merge_commit_sha|number)|github\.event\.number"
    r"|github\.head_ref|github\.event\.issue\.number|github\.event\.issue\.pull_request\.\w+"
    r"|github\.event\.workflow_run\.(?:head_sha|head_branch|head_commit\.id"
    r"|head_repository\.full_name|pull_requests\.[*?\d]+\.(?:head\.(?:ref|sha)|number))"
    r"|(?:xt0rted|alessbell|gotson)/pull-request-comment-branch:head_(?:ref|sha)"
    r"|eficode/resolve-pr-refs:head_(?:ref|sha)|potiuk/get-workflow-origin:sourcehead\w+"
    r"|github/(?:command|branch-deploy):(?:ref|sha|head_sha)"
)
"""Roots by which the code of a pull request is named."""
