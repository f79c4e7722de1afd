"""Looks at the source of one package before it is taken; nothing of it is run."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from msgspec import Struct

from seawall.config import CodeSection
from seawall.core.errors import TargetError
from seawall.core.finding import Finding
from seawall.core.report import Problem, ProblemKind
from seawall.core.rule import Severity
from seawall.engines.deps.vet.package import vet
from seawall.journeys.code import ProgramFiles, examine_program, load_code_engine
from seawall.journeys.examine import Progress
from seawall.rules.vet import VET_RULES
from seawall.source.archive import read_package
from seawall.source.file import Entry, Skip, Source
from seawall.source.text import make_source

if TYPE_CHECKING:
    # What speaks to the network is loaded only when it is asked for.
    from seawall.wire.http import WireSettings

Judgement = Literal["avoid", "look", "quiet"]

LARGEST_DOWNLOAD = 256 << 20
"""Bytes of an archive."""
MOST_CODE = 400
"""Files of Python that the code engine looks at; of a larger package only behaviour is judged."""

_NAMED = re.compile(r"(?:(pypi|npm):)?(@?[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?)(?:==|@)([\w.+!-]+)")
_HOSTS = frozenset(("pypi.org", "files.pythonhosted.org", "registry.npmjs.org"))


class Vetted(Struct, frozen=True, kw_only=True):
    """What is to be said of a package."""

    name: str
    files: int
    findings: tuple[Finding, ...] = ()
    """What it does, the gravest first."""
    weaknesses: tuple[Finding, ...] = ()
    """What the code engine finds in its code, as of a library: flaws, no intent."""
    problems: tuple[Problem, ...] = ()

    @property
    def judgement(self) -> Judgement:
        """Whether to avoid it, to look at it, or neither."""
        gravest = max((one.severity.rank for one in self.findings), default=0)
        if gravest >= Severity.HIGH.rank:
            return "avoid"
        return "look" if gravest >= Severity.MEDIUM.rank else "quiet"


def vet_path(
    path: Path, *, name: str = "", code: bool = True, cache_folder: Path | None, progress: Progress
) -> Vetted:
    """Judge an archive or a folder. Raises TargetError when it is neither."""
    progress("unpacking", 0, 0)
    unpacked = read_package(path)
    progress("reading what it does", 0, 0)
    findings = vet(unpacked.files, {rule.id: rule for rule in VET_RULES})
    problems = list(unpacked.problems)
    weaknesses: Sequence[Finding] = ()
    modules = [one for one in unpacked.files if one.endswith(".py")]
    if code and len(modules) > MOST_CODE:
        problems.append(
            Problem(
                kind=ProblemKind.TOO_LARGE,
                message=f"its code was not searched for weaknesses: more than {MOST_CODE} files",
                engine="code",
            )
        )
    elif code and modules:
        weaknesses = _weaknesses(unpacked.files, cache_folder, progress)
    return Vetted(
        name=name or path.name or str(path),
        files=len(unpacked.files),
        findings=tuple(findings),
        weaknesses=tuple(weaknesses),
        problems=tuple(problems),
    )


def _weaknesses(
    files: dict[str, bytes], cache_folder: Path | None, progress: Progress
) -> list[Finding]:
    """Return what the code engine finds in a library, of high severity and above."""
    engine = load_code_engine(cache_folder, CodeSection(library=True))

    def read(entry: Entry) -> Source | Skip:
        content = files[entry.path]
        return make_source(entry.path, content, size=len(content))

    program = ProgramFiles([Entry(path=path) for path in files], read, engine)
    examination = examine_program(engine, program, progress=progress)
    found = [one for some in examination.findings.values() for one in some]
    grave = [one for one in found if one.severity.rank >= Severity.HIGH.rank]
    return sorted(grave, key=lambda one: (-one.severity.rank, one.rule))


def parse_name(text: str) -> tuple[str, str, str] | None:
    """Return registry, name and version of "NAME==VERSION", "npm:NAME@VERSION"; None if neither."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    registry = found[1] or ("npm" if "==" not in text else "pypi")
    return registry, found[2], found[3]


def vet_named(
    text: str,
    settings: "WireSettings",
    *,
    code: bool = True,
    cache_folder: Path | None,
    progress: Progress,
) -> list[Vetted]:
    """Download the archives of a version from its registry and judge each, in a passing folder.

    Raises SeawallError when it is not there, or when an archive is not what the registry says.
    """
    named = parse_name(text)
    if named is None:
        raise TargetError(f"{text}: it is no name with a version", hint="NAME==VERSION")
    judged: list[Vetted] = []
    with tempfile.TemporaryDirectory(prefix="seawall-vet-") as folder:
        for address, digest in _archives(settings, *named):
            path = Path(folder, urlsplit(address).path.rpartition("/")[2])
            progress(f"downloading {path.name}", 0, 0)
            _fetch(settings, address, digest, path)
            judged.append(vet_path(path, code=code, cache_folder=cache_folder, progress=progress))
    return judged


def _fetch(settings: "WireSettings", address: str, digest: str, path: Path) -> None:
    import base64
    import hashlib

    from seawall.wire.download import download

    download(settings, address, path, hosts=_HOSTS, limit=LARGEST_DOWNLOAD)
    kind, _, wanted = digest.partition("-")
    with path.open("rb") as file:
        got = hashlib.file_digest(file, kind).digest()
    if wanted not in (got.hex(), base64.b64encode(got).decode()):
        raise TargetError(f"{path.name}: it is not what the registry says that it is")


def _archives(
    settings: "WireSettings", registry: str, name: str, version: str
) -> list[tuple[str, str]]:
    """Return addresses and digests ("sha256-...") of what is published: one of each kind."""
    try:
        return _published(settings, registry, name, version)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise TargetError("the registry answered something else than it should") from error


def _published(
    settings: "WireSettings", registry: str, name: str, version: str
) -> list[tuple[str, str]]:
    if registry == "npm":
        told = _ask(
            settings, f"https://registry.npmjs.org/{quote(name, safe='@')}/{quote(version)}"
        )
        place = told.get("dist", {})
        return [(str(place["tarball"]), str(place["integrity"]).split()[0])]
    told = _ask(settings, f"https://pypi.org/pypi/{quote(name)}/{quote(version)}/json")
    kinds: dict[str, tuple[str, str]] = {}
    for one in told.get("urls", ()):
        digest = f"sha256-{one['digests']['sha256']}"
        kinds.setdefault(str(one["packagetype"]), (str(one["url"]), digest))
    if not kinds:
        raise TargetError(f"{name}=={version}: the registry has no archive of it")
    return list(kinds.values())


def _ask(settings: "WireSettings", address: str) -> Any:
    from seawall.wire.http import request

    answer = request(settings, address, hosts=_HOSTS)
    if answer.status != 200:
        raise TargetError(f"the registry answered {answer.status}", hint="is the name right?")
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise TargetError("the registry answered no json") from error


def counted(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Return the rules of findings with how often each speaks, the most frequent first."""
    return Counter(one.rule for one in findings).most_common()
