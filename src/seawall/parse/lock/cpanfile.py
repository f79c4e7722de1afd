"""cpanfile of Perl: its literal requirements, read as text.

Source: https://metacpan.org/dist/Module-CPANfile/view/lib/cpanfile.pod.
"""

import re

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.script import script_text

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<pod>^=\w.*?(?:^=cut\b|\Z))"""
    r"""|\bon\s*\(?\s*['"]?(?P<phase>\w+)['"]?\s*(?:=>|,)\s*sub\b|(?P<close>\})|(?P<open>\{)"""
    r"""|\b(?P<kind>requires|recommends|suggests|test_requires|build_requires"""
    r"""|configure_requires|author_requires)\s*\(?\s*(?P<q>['"])(?P<module>[\w:]+)(?P=q)"""
    r"""(?:\s*(?:=>|,)\s*(?:(?P<r>['"])(?P<text>[^'"\n]*)(?P=r)|(?P<number>v?\d[\w.]*)))?""",
    re.DOTALL | re.MULTILINE,
)
_PHASES: dict[str, Scope] = {
    "runtime": "runtime",
    "configure": "build",
    "build": "build",
    "test": "test",
    "develop": "development",
    "author": "development",
}
_EXACT = re.compile(r"==\s*(v?\d[\w.]*)")


def parse(file: ListFile) -> Inventory:
    """Return what a project in Perl asks for in words. Raises ParseError when it is no text."""
    text = script_text(file.content)
    packages: dict[tuple[str, Scope], Package] = {}
    runtimes: list[Runtime] = []
    phases: list[str] = []
    """Of each brace that is open."""
    phase = ""
    line, at = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        if found["phase"]:
            phase = found["phase"]
        elif found["open"]:
            phases.append(phase or (phases[-1] if phases else ""))
            phase = ""
        elif found["close"] and phases:
            phases.pop()
        if not found["module"]:
            continue
        allowed = found["text"] or found["number"] or ""
        allowed = "" if allowed == "0" else allowed
        if found["module"] == "perl":
            runtimes.append(Runtime(name="perl", requirement=allowed, line=line))
            continue
        scope = _scope(found["kind"], phases[-1] if phases else "")
        exact = _EXACT.fullmatch(allowed)
        packages.setdefault(
            (found["module"], scope),
            Package(
                ecosystem=Ecosystem.GENERIC,
                name=found["module"],
                version=exact[1] if exact else "",
                requirement=allowed,
                line=line,
                scope=scope,
                direct=True,
            ),
        )
    return Inventory(packages=tuple(packages.values()), runtimes=tuple(runtimes))


def _scope(kind: str, phase: str) -> Scope:
    told, _, _ = kind.rpartition("_")
    scope = _PHASES.get(told or phase, "runtime")
    return "optional" if kind in ("recommends", "suggests") else scope
