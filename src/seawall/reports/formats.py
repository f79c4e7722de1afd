"""The formats there are; a format is loaded when it is asked for."""

from typing import NamedTuple


class Format(NamedTuple):
    """Where a format is, and what it is for."""

    module: str
    words: str


FORMATS = {
    "text": Format("seawall.reports.text", "annotated source for a person at a terminal"),
    "json": Format("seawall.reports.json", "everything, for programs (schema seawall/report/v1)"),
    "sarif": Format("seawall.reports.sarif", "SARIF 2.1.0, for GitHub code scanning and others"),
    "html": Format("seawall.reports.html", "one page, for everyone who has a browser"),
    "markdown": Format("seawall.reports.markdown", "a comment on a pull request"),
    "junit": Format("seawall.reports.junit", "JUnit XML, for CI servers that show tests"),
    "gitlab": Format("seawall.reports.gitlab", "GitLab's secret detection report"),
    "gitlab-dependencies": Format(
        "seawall.reports.gitlab_dependencies", "GitLab's dependency scanning report"
    ),
    "gitlab-codequality": Format("seawall.reports.gitlab_codequality", "GitLab's code quality"),
    "github": Format("seawall.reports.github", "annotations in a GitHub Actions log"),
    "csv": Format("seawall.reports.csv", "one line a finding, for a spreadsheet"),
    "cyclonedx": Format("seawall.reports.cyclonedx", "CycloneDX 1.6: the packages, as JSON"),
    "cyclonedx-xml": Format("seawall.reports.cyclonedx_xml", "the same as XML"),
    "spdx": Format("seawall.reports.spdx", "SPDX 2.3: the packages, as JSON"),
    "openvex": Format("seawall.reports.openvex", "OpenVEX 0.2.0: which weaknesses concern it"),
    "routes": Format("seawall.reports.routes", "the routes that the code serves, as a table"),
}
