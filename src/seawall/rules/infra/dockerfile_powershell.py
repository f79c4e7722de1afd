"""What PowerShell downloads in images of Windows, asked of the text: no shell of Unix reads it."""

import re
from collections.abc import Iterator

from seawall.model.infrastructure import Check, Graph, Hit, Resource

_LONGEST = 20_000
"""Characters of an instruction that are looked at."""
_FETCHED = r"(?:downloadstring|\biwr\b|\birm\b|invoke-webrequest|invoke-restmethod)"
_EVALUATED = re.compile(
    rf"(?:\biex\b|\binvoke-expression\b)[^;|]{{0,200}}{_FETCHED}"
    rf"|{_FETCHED}[^;|]{{0,300}}\|\s{{0,9}}(?:iex\b|invoke-expression\b)",
    re.IGNORECASE,
)
_UNCHECKED = re.compile(
    r"-SkipCertificateCheck\b|ServerCertificateValidationCallback\s{0,9}=\s{0,9}\{\s{0,9}\$?true",
    re.IGNORECASE,
)


def _text(instruction: Resource) -> str:
    """Return what a RUN says to PowerShell; "" where it says nothing to it."""
    text = instruction.at("text")[0].text()[:_LONGEST]
    shells = " ".join(one.text() for one in instruction.at("shell")).lower()
    spoken = "powershell" in shells or "pwsh" in shells or re.search(r"(?i)powershell|pwsh", text)
    return text if instruction.at("name")[0].text() == "RUN" and spoken else ""


def _evaluated(instruction: Resource, _: Graph) -> Iterator[Hit]:
    if _EVALUATED.search(_text(instruction)):
        yield Hit(
            message="PowerShell runs what it downloads",
            place=instruction.place,
            attribute="command",
            apart="Invoke-Expression",
        )


def _unchecked(instruction: Resource, _: Graph) -> Iterator[Hit]:
    found = _UNCHECKED.search(_text(instruction))
    if found is not None:
        yield Hit(
            message=f"PowerShell does not check who answers: {found[0].partition('=')[0]}",
            place=instruction.place,
            attribute="command",
            apart=found[0].partition("=")[0],
        )


_INSTRUCTION = ("dockerfile/instruction",)
CHECKS = (
    Check(rule="curl-pipe-shell", kinds=_INSTRUCTION, find=_evaluated),
    Check(rule="tls-check-off", kinds=_INSTRUCTION, find=_unchecked),
)
