"""Reports that every format is tried on: a usual one, a hostile one, and made-up ones."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from seawall.core.facts import Component, Route
from seawall.core.finding import Evidence, Excerpt, Finding, Fix, Proof, Step
from seawall.core.location import (
    CallSite,
    CodeSpan,
    ComponentLocation,
    HostLocation,
    Location,
    ResourceLocation,
    Revision,
    RouteLocation,
)
from seawall.core.report import (
    Coverage,
    EngineRun,
    Problem,
    ProblemKind,
    Reason,
    Report,
    Target,
    Verdict,
)
from seawall.core.rule import Rule, Severity
from seawall.core.triage import Status, Triaged

TOKEN = Rule(
    id="github-token",
    title="GitHub personal access token",
    engine="secrets",
    severity=Severity.CRITICAL,
    cwe=(798,),
    why="Whoever has it reads and writes the repositories its owner can reach.",
    remedy="1. Revoke it at https://github.com/settings/tokens.\n2. Read it from `GITHUB_TOKEN`.",
    lesson="Keep it out of the code.",
    links=("https://github.com/settings/tokens",),
    known_format=True,
)
PASSWORD = Rule(
    id="hardcoded-password",
    title="Password in the source",
    engine="secrets",
    severity=Severity.MEDIUM,
    cwe=(259, 798),
    why="Everyone who reads the code has it.",
    remedy="1. Change it.\n2. Read it from the environment.",
)

# What a person who writes the scanned repository may try, one for each reader.
NASTY = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m",
    "\u202egnp.exe\u202c\u2066x\u2069\u200b\ufeff\U000e0041",
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;",
    "![x](https://evil.example/beacon.png) [a](javascript:alert(1)) @team #1 GH-1 www.evil.example",
    "</details>\n\n# Heading\n```\n~~~\n| a | b |\n- [ ] x\n/close",
    "::error file=x::y\n::set-env name=A::b\r\n##[group]x%0A::stop-commands::t",
    '=HYPERLINK("https://evil.example","x")',
    " \t=1+1",
    "+1|cmd' /C calc'!A0",
    "]]><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;\x00\x08\ufffe\uffff",
    "bytes \udcff\udc80 and half \ud800",
    "日本語 e\u0301\u0300 👩\u200d👩 \t tab",
    "x" * 5000,
    "",
)


def report_of(*entries: Triaged, breaking: tuple[str, ...] = (), **more: object) -> Report:
    """Make a report of findings; the first one of every fingerprint in `breaking` breaks."""
    told = sum(entry.status.is_open for entry in entries) - len(breaking)
    values: dict[str, object] = {
        "tool_version": "1.2.3",
        "target": Target(name="shop", revision="a" * 40, branch="main"),
        "findings": entries,
        "verdict": Verdict(
            passed=not breaking,
            reasons=tuple(
                Reason(clause="a secret of a known format", message="m", fingerprint=one)
                for one in breaking
            ),
            told=told,
        ),
        "coverage": Coverage(
            files=120,
            bytes=3_400_000,
            from_cache=20,
            skipped={"ignored": 7, "binary": 2},
            engines=(EngineRun(name="secrets", rules=900, findings=len(entries), seconds=0.3),),
        ),
        "rules": (TOKEN, PASSWORD),
        "seconds": 0.4,
    }
    return Report(**{**values, **more})  # type: ignore[arg-type]


def token(**more: object) -> Finding:
    """Make the finding of a token in a configuration file."""
    values: dict[str, object] = {
        "rule": "github-token",
        "location": CodeSpan(
            path="app/settings.py", line=12, column=10, end_column=18, line_hash="5f:1"
        ),
        "message": "GitHub personal access token in plain text",
        "anchor": "v1:0011",
        "severity": Severity.CRITICAL,
        "known_format": True,
        "label": "its form and checksum are the vendor's",
        "excerpt": Excerpt(
            first_line=11,
            lines=("DEBUG = False", 'TOKEN = "ghp_••••"', "PORT = 8080"),
            mark_line=12,
            mark_start=9,
            mark_end=17,
        ),
        "proof": (Proof(kind="checksum", summary="the check digits in it hold"),),
    }
    return Finding(**{**values, **more})  # type: ignore[arg-type]


def password(line: int = 3, **more: object) -> Finding:
    """Make the finding of a password."""
    values: dict[str, object] = {
        "rule": "hardcoded-password",
        "location": CodeSpan(path="deploy/db.yaml", line=line, column=5),
        "message": "password in plain text",
        "anchor": f"v1:{line:04}",
        "severity": Severity.MEDIUM,
    }
    return Finding(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def usual() -> Report:
    """A report with something of everything that a scan tells."""
    old = Revision(commit="b" * 40, date="2025-05-20T10:00:00+02:00", author="Ada", in_head=False)
    return report_of(
        Triaged(finding=password(), status=Status.KNOWN, owner="@shop/data"),
        Triaged(finding=token(), status=Status.NEW, owner="@shop/web"),
        Triaged(
            finding=token(
                anchor="v1:0022",
                location=CodeSpan(path="old/a b#1.env", line=1, end_line=1, revision=old),
                excerpt=None,
                severity=Severity.HIGH,
            ),
            status=Status.WAIVED,
            reason="revoked on the day",
            who="ada",
            until="2027-01-01",
            origin="baseline .seawall/baseline.json",
        ),
        breaking=(token().fingerprint,),
        problems=(
            Problem(kind=ProblemKind.TOO_LARGE, message="only the first 16 MiB", path="dump.sql"),
        ),
        facts=(
            Route(
                method="GET",
                template="/orders/<int:number>",
                handler="shop.orders.show",
                parameters=("number",),
                authentication="login_required",
                declared=CodeSpan(path="shop/orders.py", line=8, column=1),
            ),
            Route(
                method="POST",
                template="/login",
                handler="shop.accounts.login",
                declared=CodeSpan(path="shop/accounts.py", line=31, column=1),
            ),
            Component(
                purl="pkg:pypi/jinja2@2.10",
                name="jinja2",
                version="2.10",
                licence="BSD-3-Clause",
                direct=True,
                declared=CodeSpan(path="uv.lock", line=12, column=1),
                requires=("pkg:pypi/markupsafe@1.1.1",),
            ),
            Component(
                purl="pkg:pypi/markupsafe@1.1.1",
                name="markupsafe",
                version="1.1.1",
                path=("pkg:pypi/jinja2@2.10",),
                declared=CodeSpan(path="uv.lock", line=30, column=1),
            ),
        ),
    )


@pytest.fixture
def packaged() -> Report:
    """A report with a weakness of a package that somebody looked at."""
    finding = Finding(
        rule="vulnerable-dependency",
        location=ComponentLocation(
            purl="pkg:pypi/jinja2@2.10", declared=CodeSpan(path="uv.lock", line=12)
        ),
        message="jinja2 2.10 has CVE-2019-10906",
        anchor="v1:PyPI|jinja2|CVE-2019-10906",
        former_anchors=("v1:PyPI|jinja2|GHSA-462w-v97r-4m45",),
        severity=Severity.HIGH,
        label="CVE-2019-10906",
    )
    reason = "vulnerable code not in execute path: there is no sandbox here"
    return report_of(Triaged(finding=finding, status=Status.FALSE_ALARM, reason=reason))


def _hostile(words: str) -> list[Triaged]:
    revision = Revision(commit="c" * 40, date="2025-01-01T00:00:00+00:00", author=words)
    span = CodeSpan(path=f"src/{words}.py", line=2, column=3, symbol=words, revision=revision)
    excerpt = Excerpt(
        first_line=1,
        lines=(words.replace("\n", " ")[:400], f"a{words}b".replace("\n", " ")[:400]),
        mark_line=2,
        mark_start=1,
        mark_end=min(399, 1 + len(words)),
    )
    places: tuple[Location, ...] = (
        span,
        RouteLocation(method="GET", template=words, parameter=words),
        ResourceLocation(address=words, attribute=words, declared=span),
        ComponentLocation(purl=words),
        CallSite(handler=words, sink=words),
        HostLocation(host=words, port=1),
    )
    return [
        Triaged(
            finding=token(
                anchor=f"v1:{number}",
                location=location,
                message=words,
                label=words,
                excerpt=excerpt,
                trail=(Step(message=words, location=span),),
                proof=(Proof(kind="exchange", summary=words, detail=words),),
                fix=Fix(title=words),
            ),
            status=status,
            reason=words,
            who=words,
            until=words[:40],
            origin=words,
            owner=words,
        )
        for number, (location, status) in enumerate(zip(places, (*Status, Status.NEW), strict=True))
    ]


def hostile_report(nasty: tuple[str, ...] = NASTY) -> Report:
    """Make a report in which everything that a repository can name is nasty."""
    entries = [entry for words in nasty for entry in _hostile(words)]
    return report_of(
        *entries,
        breaking=(entries[0].finding.fingerprint,) if entries else (),
        target=Target(name=nasty[0] if nasty else "x", revision="a" * 40, branch=" ".join(nasty)),
        problems=tuple(
            Problem(kind=ProblemKind.ENGINE, message=words, path=words, hint=words, partial=True)
            for words in nasty
        ),
        facts=tuple(
            Route(
                method=words,
                template=words,
                handler=words,
                parameters=(words,),
                authentication=words,
                declared=CodeSpan(path=words, line=1, column=1),
            )
            for words in nasty
        ),
    )


@pytest.fixture
def hostile() -> Report:
    return hostile_report()


@pytest.fixture
def reports() -> Callable[..., Report]:
    """Return the function that makes a report of findings."""
    return report_of


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """Return the function that makes the finding of a token."""
    return token


@pytest.fixture
def many() -> Callable[[int], Report]:
    """Return a function that makes a report of many findings in many files."""

    def make(count: int, files: int = 50) -> Report:
        return report_of(
            *(
                Triaged(
                    finding=token(
                        anchor=f"v1:{number}",
                        location=CodeSpan(path=f"f{number % files}.py", line=number + 1, column=1),
                        evidence=Evidence.SUSPECTED,
                    ),
                    status=Status.NEW,
                )
                for number in range(count)
            )
        )

    return make


@pytest.fixture
def made_up() -> st.SearchStrategy[Report]:
    """Reports of any text at all, half surrogates included."""
    return st.lists(st.text(max_size=60), max_size=3).map(lambda words: hostile_report((*words,)))
