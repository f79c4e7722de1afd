"""Gemfile.lock and gems.locked, from Bundler 1 to 2.6.

Source: https://github.com/rubygems/rubygems, `bundler/lib/bundler/lockfile_parser.rb`.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.model.inventory import Ecosystem, Inventory, ListFile, Origin, Package, Runtime
from seawall.parse.pep508 import without_credentials
from seawall.parse.remarks import Remarks

_SOURCES: dict[str, Origin] = {
    "GEM": "registry",
    "GIT": "git",
    "PATH": "path",
    "PLUGIN SOURCE": "url",
    "SVN": "git",
}
_KNOWN = {"PLATFORMS", "DEPENDENCIES", "CHECKSUMS", "RUBY VERSION", "BUNDLED WITH", "METADATA"}
_USUAL = re.compile(r"https?://(?:www\.)?rubygems\.org/?")
_SPEC = re.compile(r"(?P<name>[^\s()]+)(?: \((?P<version>[^()-]*)(?:-(?P<platform>[^()]*))?\))?!?")
_NEED = re.compile(r"(?P<name>[^\s()!]+)(?: \((?P<allowed>[^()]*)\))?(?P<sourced>!)?")
_CHECKSUM = re.compile(r"(?P<name>[^\s()]+) \((?P<version>[^()-]*)[^()]*\)(?P<sums> .*)?")
_RUBY = re.compile(r"ruby (\d[\w.]*?)(?:p(?:-1|\d+))?(?: \(.*\))?")


class _Gem(Struct):
    """A gem, for one platform or several."""

    name: str
    version: str
    line: int
    origin: Origin
    address: str
    platforms: list[str]
    needs: dict[str, str]
    """What is allowed of each that it needs."""


def parse(file: ListFile) -> Inventory:
    """Return what Bundler has chosen. Raises ParseError when it is no lockfile of Bundler."""
    reader = _Reader(file.path)
    lines = file.content.decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        reader.read(number, line)
    if any(lines) and not reader.sections:
        raise ParseError("it is no lockfile of bundler")
    if reader.gems and "DEPENDENCIES" not in reader.sections:
        reader.remarks.pass_over("it ends before its DEPENDENCIES, and may lack gems", len(lines))
    return reader.inventory()


class _Reader:
    """Goes through the lines, section by section."""

    def __init__(self, path: str) -> None:
        self._section = ""
        self._source: Origin | None = None
        self._address = ""
        self._in_specs = False
        self._last: _Gem | None = None
        self._asked: dict[str, str] = {}
        self._hashed: dict[str, bool] = {}
        self.sections: set[str] = set()
        self.gems: dict[tuple[str, str], _Gem] = {}
        self.runtimes: list[Runtime] = []
        self.remarks = Remarks(path)

    def read(self, number: int, line: str) -> None:
        """Read one line."""
        line = line.rstrip()
        if not line:
            return
        if not line.startswith(" "):
            self._begin(line, number)
        elif self._source is not None:
            self._source_line(number, line)
        elif self._section == "DEPENDENCIES":
            found = _NEED.fullmatch(line.strip())
            if found is None:
                self.remarks.pass_over("it is no dependency", number)
            else:
                self._asked[found["name"]] = found["allowed"] or ""
        elif self._section == "CHECKSUMS":
            if found := _CHECKSUM.fullmatch(line.strip()):
                named = f"{found['name']}@{found['version']}"
                self._hashed[named] = self._hashed.get(named, True) and bool(found["sums"])
        elif self._section == "RUBY VERSION":
            ruby = _RUBY.fullmatch(line.strip())
            wanted = ruby[1] if ruby else line.strip()
            self.runtimes.append(Runtime(name="ruby", requirement=wanted, line=number))
        elif self._section == "BUNDLED WITH":
            self.runtimes.append(Runtime(name="bundler", requirement=line.strip(), line=number))

    def _begin(self, line: str, number: int) -> None:
        self._section, self._source = line, _SOURCES.get(line)
        self._address, self._in_specs, self._last = "", False, None
        if self._source is not None or line in _KNOWN:
            self.sections.add(line)
        elif not re.fullmatch(r"[A-Z][A-Z ]*", line):
            self.remarks.pass_over("it is no section", number)

    def _source_line(self, number: int, line: str) -> None:
        depth = len(line) - len(line.lstrip(" "))
        text = line.strip()
        if depth == 2:
            self._in_specs = text == "specs:"
            if text.startswith("remote: ") and not self._address:
                self._address = text.removeprefix("remote: ")
            return
        found = _SPEC.fullmatch(text) if depth == 4 and self._in_specs else None
        if found is not None and found["version"]:
            self._last = self._gem(found, number)
            return
        need = _NEED.fullmatch(text) if depth == 6 and self._last is not None else None
        if need is not None and self._last is not None:
            self._last.needs.setdefault(need["name"], need["allowed"] or "")
            return
        if depth == 4:
            self._last = None
        if self._in_specs:
            self.remarks.pass_over("it is no gem", number)

    def _gem(self, found: re.Match[str], number: int) -> _Gem:
        name, version = found["name"], found["version"]
        gem = self.gems.get((name, version))
        if gem is None:
            usual = _USUAL.fullmatch(self._address) is not None
            gem = _Gem(
                name=name,
                version=version,
                line=number,
                origin=self._source or "registry",
                address="" if usual else without_credentials(self._address),
                platforms=[],
                needs={},
            )
            if gem.origin == "path" and self._address == ".":
                gem.origin, gem.address = "workspace", ""
            self.gems[name, version] = gem
        gem.platforms.append(found["platform"] or "")
        return gem

    def inventory(self) -> Inventory:
        """Return what the lines say."""
        by_name: dict[str, list[str]] = {}
        for name, version in self.gems:
            by_name.setdefault(name, []).append(f"{name}@{version}")
        told = "DEPENDENCIES" in self.sections
        return Inventory(
            packages=tuple(self._packages(by_name, told)),
            runtimes=tuple(self.runtimes),
            problems=self.remarks.problems,
        )

    def _packages(self, by_name: dict[str, list[str]], told: bool) -> Iterator[Package]:
        for gem in self.gems.values():
            needs = [
                (one, allowed)
                for name, allowed in gem.needs.items()
                for one in by_name.get(name, ())
            ]
            hashed = None
            if "CHECKSUMS" in self.sections and gem.origin == "registry":
                hashed = self._hashed.get(f"{gem.name}@{gem.version}", False)
            yield Package(
                ecosystem=Ecosystem.RUBYGEMS,
                name=gem.name,
                version=gem.version,
                requirement=self._asked.get(gem.name, ""),
                line=gem.line,
                direct=gem.name in self._asked if told else None,
                requires=tuple(one for one, _ in needs),
                constraints=tuple(allowed for _, allowed in needs),
                origin=gem.origin,
                address=gem.address,
                hashed=hashed,
                marker="" if "" in gem.platforms else " or ".join(gem.platforms),
            )
