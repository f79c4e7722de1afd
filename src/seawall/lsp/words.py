"""What a rule and a finding have to say, as Markdown for an editor."""

import re
import textwrap

from seawall.core.rule import Rule
from seawall.journeys.document import Judged

_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~&])")


def explain(rule: Rule) -> str:
    """Return everything there is to say about a rule."""
    gate = (
        "breaks the build by default: its form alone identifies the secret"
        if rule.known_format and not rule.preview
        else "is told and does not break the build by default"
    )
    weakness = ", ".join(f"CWE-{number}" for number in rule.cwe)
    facts = (("engine", rule.engine), ("severity", rule.severity.value), ("weakness", weakness))
    lines = [f"# {rule.id}: {rule.title}", ""]
    lines += [f"- {name}: {value}" for name, value in facts if value]
    lines += [f"- gate: {gate}", ""]
    parts = (("Why it matters", rule.why), ("What to do", rule.remedy), ("Lesson", rule.lesson))
    for title, text in parts:
        if text:
            lines += [f"## {title}", "", text, ""]
    for title, code in (("Vulnerable", rule.vulnerable), ("Fixed", rule.fixed)):
        if code:
            # Indented, for a fence could be closed by the code itself.
            lines += [f"## {title}", "", textwrap.indent(code.strip("\n"), "    "), ""]
    if rule.links:
        lines += ["## Read more", "", *(f"- <{link}>" for link in rule.links), ""]
    lines += [
        "To accept one place, with a reason of yours:",
        "",
        f"    # seawall: allow {rule.id} -- <reason> until <date>",
    ]
    return "\n".join(lines) + "\n"


def first_remedy(rule: Rule) -> str:
    """Return the first thing to do, as one plain line."""
    line = next((line.strip() for line in rule.remedy.splitlines() if line.strip()), "")
    return re.sub(r"^(?:\d+\.|[-*]) ", "", line).replace("`", "")


def describe(judged: Judged, rule: Rule) -> str:
    """Return why a finding matters and what was decided about it."""
    triaged = judged.triaged
    finding = triaged.finding
    lines = [
        f"**{_plain(rule.title)}**",
        "",
        _plain(finding.message),
        "",
        rule.why,
        "",
        rule.remedy,
        "",
        f"*{_plain(decided(judged))}*",
    ]
    for proof in finding.proof:
        lines += ["", f"Proof: {_plain(proof.summary)}"]
    if triaged.owner:
        lines += ["", f"Owner: {_plain(triaged.owner)}"]
    if rule.links:
        lines += ["", " · ".join(f"<{link}>" for link in rule.links)]
    lines += ["", f"`{rule.id}` · `{finding.fingerprint}`"]
    return "\n".join(lines)


def decided(judged: Judged) -> str:
    """Say in plain words what a scan makes of it."""
    triaged, finding = judged.triaged, judged.triaged.finding
    known = f"{finding.severity.value}, {finding.evidence.value}"
    if finding.exposure is not None:
        known += f", {finding.exposure.value}"
    if judged.clause:
        return f"{known}; breaks the build: {judged.clause}"
    origin = f" ({triaged.origin})" if triaged.origin else ""
    return f"{known}; {triaged.status.value}{origin}; told, breaks nothing"


def _plain(text: str) -> str:
    """Escape text that may come from the target: no link, image or markup of its own."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
