"""What the composition engine finds, in words."""

from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct

from seawall.core.rule import Rule, Severity
from seawall.model.inventory import Ecosystem
from seawall.model.trust import EndOfLife, KnownNames, TrustTables
from seawall.model.usage import UsageTables
from seawall.rules import keep
from seawall.rules.tables import read_entry, read_table

VULNERABLE = Rule(
    id="vulnerable-dependency",
    title="A package with a published weakness",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(1395,),
    why=(
        "What is published is known to everybody: attackers search for programs that still have "
        "it, often with ready-made tools, within days."
    ),
    remedy=(
        "1. Take the nearest version without it; `seawall deps fix` edits the manifest.\n"
        "2. Where it comes with another package, raise that one, or pin it by your own manifest.\n"
        "3. Where there is none: leave out what uses it, or waive it with a reason and a last day."
    ),
    lesson=(
        "Raise packages a little and often, with tests that tell whether it holds; let the gate "
        "look at every change of a lockfile."
    ),
    vulnerable="jinja2==2.10",
    fixed="jinja2==2.10.1",
    links=("https://owasp.org/Top10/A06_2021-Vulnerable_and_Outdated_Components/",),
)
MALICIOUS = Rule(
    id="malicious-dependency",
    title="A package that was published to do harm",
    engine="deps",
    severity=Severity.CRITICAL,
    cwe=(506,),
    why=(
        "Its code runs with your rights as soon as it is installed, on machines of developers and "
        "in pipelines: it steals tokens and keys, or opens a way in."
    ),
    remedy=(
        "1. Do not install it again; take it out of manifest and lockfile.\n"
        "2. Treat every machine that installed it as taken over: make its secrets invalid, build "
        "it anew.\n"
        "3. Look in the log of the registry or proxy who installed it and when."
    ),
    lesson="Let new packages wait some days before they are taken, and look at who publishes them.",
    links=("https://github.com/ossf/malicious-packages",),
)
QUARANTINED = Rule(
    id="quarantined-dependency",
    title="A package that its registry locked away",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(506,),
    why=(
        "A registry does so when it holds a package for malicious, or its publisher for taken "
        "over: what you have of it may have done its harm already."
    ),
    remedy=(
        "1. Do not install it again; take it out of manifest and lockfile.\n"
        "2. Look who installed it, and when; where it ran, make the secrets of that machine "
        "invalid.\n"
        "3. Read what the registry says: a quarantine may end either way."
    ),
    lesson="Let new versions wait some days before they are taken.",
    links=("https://peps.python.org/pep-0792/",),
)
UNMAINTAINED = Rule(
    id="unmaintained-dependency",
    title="A package that nobody looks after any more",
    engine="deps",
    severity=Severity.LOW,
    cwe=(1104,),
    why="The next weakness that is found in it will not be mended by anybody.",
    remedy="Plan to replace it while there is no hurry; the advisory often names what to take.",
    lesson="Look at the age of the last release and the number of maintainers before taking one.",
)
DEPRECATED = Rule(
    id="deprecated-dependency",
    title="A version that its publisher has called back or deprecated",
    engine="deps",
    severity=Severity.LOW,
    cwe=(1104,),
    why=(
        "Whoever publishes it says not to use it: it is broken, replaced or left alone, and it may "
        "vanish from the registry."
    ),
    remedy="Read what the publisher says, and take the version or the package that is named.",
    lesson="Renew lockfiles regularly: they keep what was called back since.",
)
END_OF_LIFE = Rule(
    id="end-of-life-runtime",
    title="A runtime, base image or framework that gets no more security fixes",
    engine="deps",
    severity=Severity.MEDIUM,
    cwe=(1104,),
    why="Weaknesses in it are published and not mended: everything that runs on it has them.",
    remedy="Move to a release that is still supported; the vendor's page tells until when.",
    lesson="Write the last day of each runtime into the calendar of the team.",
    links=("https://endoflife.date/",),
)
TYPOSQUAT = Rule(
    id="typosquat-dependency",
    title="A name that is nearly the one of a well-known package",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(1357,),
    why="Packages of names that are mistyped are published to be installed by mistake.",
    remedy="Look whether this is the package that was meant; if not, treat it as a malicious one.",
    lesson="Copy names of packages from their own page, and let somebody read each new one.",
)
CONFUSION = Rule(
    id="dependency-confusion",
    title="An internal name that a public registry may answer for",
    engine="deps",
    severity=Severity.HIGH,
    cwe=(427,),
    why=(
        "Where an installer asks several registries it may take the highest version of any: "
        "whoever publishes your internal name with a high version is installed instead."
    ),
    remedy=(
        "1. Bind the name to your registry (npm scope, explicit index of uv or Poetry, source "
        "mapping of NuGet); do not use `--extra-index-url`.\n"
        "2. Reserve the name at the public registry."
    ),
    lesson="Keep internal packages in a name space that is yours at the public registry too.",
)
UNPINNED = Rule(
    id="unpinned-dependency",
    title="An installation that takes whatever is newest",
    engine="deps",
    severity=Severity.LOW,
    cwe=(1357,),
    why="Two installations differ, and what somebody publishes tonight runs tomorrow, unread.",
    remedy="Write a lockfile with your tool (`uv lock`, `pip-compile --generate-hashes`, ...).",
    lesson="Install from the lockfile only, in the pipeline and in images.",
)
LICENCE = Rule(
    id="licence-not-allowed",
    title="A package under a licence that the policy does not allow",
    engine="deps",
    severity=Severity.MEDIUM,
    why="What its licence asks of you may be more than your organisation agreed to.",
    remedy="Ask whoever looks after licences, or take a package under another one.",
    lesson="Look at the licence before a package is taken, not before the release.",
)
SCRIPT = Rule(
    id="install-script",
    title="A new package that runs code while it is installed",
    engine="deps",
    severity=Severity.LOW,
    cwe=(829,),
    why=(
        "What it runs has the rights of whoever installs it, before anybody has read or tested it: "
        "most packages that were published to do harm do it so."
    ),
    remedy=(
        "1. Read what it runs: `seawall deps vet` tells what stands out.\n"
        "2. Install without scripts (`npm ci --ignore-scripts`) where nothing needs them."
    ),
    lesson="Switch install scripts off, and allow them for the packages that need them.",
)
RULES = (
    VULNERABLE,
    MALICIOUS,
    QUARANTINED,
    UNMAINTAINED,
    DEPRECATED,
    END_OF_LIFE,
    TYPOSQUAT,
    CONFUSION,
    UNPINNED,
    LICENCE,
    SCRIPT,
)


class _Names(Struct, frozen=True, kw_only=True):
    """One table of well_known.toml: names, with spaces between them."""

    names: str
    neighbours: str = ""
    builders: str = ""


def load_trust(cache_folder: Path | None = None) -> TrustTables:
    """Load what is known of runtimes and names; `cache_folder` keeps it decoded.

    Raises ConfigError when a file is wrong.
    """
    return keep.load("deps-trust", TrustTables, _trust_files, _trust, cache_folder)


def load_usage(cache_folder: Path | None = None) -> UsageTables:
    """Load how packages are used, and what to take in their place; `cache_folder` as above.

    Raises ConfigError when a file is wrong.
    """
    return keep.load("deps-usage", UsageTables, _usage_files, _usage, cache_folder)


def pack_deps() -> dict[str, bytes]:
    """Return what a wheel carries, by the names of the files."""
    encode = msgspec.msgpack.encode
    return {
        "deps-trust.bin": encode(_trust(_trust_files())),
        "deps-usage.bin": encode(_usage(_usage_files())),
    }


def _trust_files() -> keep.Files:
    folder = resources.files("seawall.rules") / "deps"
    return [folder / "end_of_life.toml", folder / "well_known.toml"]


def _usage_files() -> keep.Files:
    folder = resources.files("seawall.rules") / "deps"
    return [folder / name for name in ("modules.toml", "symbols.toml", "replaced.toml")]


def _trust(_: keep.Files) -> TrustTables:
    folder = resources.files("seawall.rules") / "deps"
    name = "end_of_life.toml"
    ends = read_entry(name, read_table(name, (folder / name).read_bytes()), EndOfLife)
    name = "well_known.toml"
    table = read_table(name, (folder / name).read_bytes())
    known: dict[Ecosystem, KnownNames] = {}
    for ecosystem, row in table.items():
        entry = read_entry(f"{name}: {ecosystem}", row, _Names)
        known[Ecosystem(ecosystem)] = KnownNames(
            names=frozenset(entry.names.split()),
            neighbours=frozenset(entry.neighbours.split()),
            builders=frozenset(entry.builders.split()),
        )
    return TrustTables(ends=ends, known=known)


def _usage(_: keep.Files) -> UsageTables:
    folder = resources.files("seawall.rules") / "deps"
    name = "modules.toml"
    modules = {
        Ecosystem(ecosystem): {package: tuple(told.split()) for package, told in row.items()}
        for ecosystem, row in read_table(name, (folder / name).read_bytes()).items()
    }
    name = "symbols.toml"
    weak = {
        Ecosystem(ecosystem): {
            package: {weakness: tuple(told.split()) for weakness, told in entries.items()}
            for package, entries in rows.items()
        }
        for ecosystem, rows in read_table(name, (folder / name).read_bytes()).items()
    }
    name = "replaced.toml"
    table = read_table(name, (folder / name).read_bytes())
    replaced = {Ecosystem(one): dict(row) for one, row in table.items()}
    return UsageTables(modules=modules, weak=weak, replaced=replaced)
