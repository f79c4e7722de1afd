"""Readers of the files that name packages: one sister a format, each pure.

A sister has `parse(file: ListFile) -> Inventory`. It raises ParseError when the file is broken as a
whole; what it passes over in a file that is otherwise sound is a `Problem` of the inventory. The
readers of documents (`parse.json`, `toml`, `yaml`, `xml`, `lines`) are the floor they stand on.
"""

import contextlib
import importlib
import re
from collections.abc import Callable
from functools import cache
from itertools import islice

from msgspec.structs import replace

from seawall.core.errors import ParseError
from seawall.model.inventory import Inventory, ListFile
from seawall.parse.executable import is_program
from seawall.parse.inventory_form import inventory_form_of
from seawall.parse.json import parse_json
from seawall.parse.lock_version import newer_version_of
from seawall.parse.open_merge import OpenMerge, open_merge_of
from seawall.parse.remarks import MOST, Remarks
from seawall.parse.shapes import shape_slips

Parse = Callable[[ListFile], Inventory]

LARGEST = 64 << 20
"""Bytes of a file that is read at the most."""

FORMATS: dict[str, tuple[str, ...]] = {
    # Python
    "requirements": (
        "*requirements*.txt",
        "*requirements*.in",
        "*requirements*.lock",
        "*requirements*.pip",
        "*constraints*.txt",
        "*constraints*.in",
        "requirements/*.txt",
        "requirements/*.in",
        "requirements/*.lock",
    ),
    "pyproject": ("pyproject.toml",),
    "poetry_lock": ("poetry.lock",),
    "uv_lock": ("uv.lock", "*.py.lock"),
    "pdm_lock": ("pdm.lock", "pdm.*.lock"),
    "pipfile": ("Pipfile",),
    "pipfile_lock": ("Pipfile.lock",),
    "pylock": ("pylock.toml", "pylock.*.toml"),
    "setup_cfg": ("setup.cfg",),
    "setup_py": ("setup.py",),
    "conda_environment": (
        "*environment*.yml",
        "*environment*.yaml",
        "conda.yml",
        "conda.yaml",
        "*conda-env*.yml",
        "*conda-env*.yaml",
        "*conda_env*.yml",
    ),
    "conda_recipe": ("meta.yaml", "recipe.yaml"),
    "conda_lock": (
        "*conda-lock*.yml",
        "*conda-lock*.yaml",
        "conda-*.lock",
        "*explicit*.txt",
        "spec-file*.txt",
        "conda-list*.json",
        "conda-list*.txt",
    ),
    "pixi_toml": ("pixi.toml",),
    "pixi_lock": ("pixi.lock",),
    "buildout": ("buildout.cfg", "versions.cfg"),
    "python_version": (".python-version", "runtime.txt", ".tool-versions"),
    "mise_toml": ("mise.toml", ".mise.toml"),
    # JavaScript
    "package_lock": ("package-lock.json", "npm-shrinkwrap.json", ".package-lock.json"),
    "yarn_lock": ("yarn.lock",),
    "pnpm_lock": ("pnpm-lock.yaml", "pnpm-lock.*.yaml", "shrinkwrap.yaml"),
    "bun_lock": ("bun.lock",),
    "bun_lockb": ("bun.lockb",),
    "deno_lock": ("deno.lock",),
    "deno_json": (
        "deno.json",
        "deno.jsonc",
        "jsr.json",
        "jsr.jsonc",
        "import_map.json",
        "import-map.json",
    ),
    "bower_json": ("bower.json",),
    "libman_json": ("libman.json",),
    "package_json": ("package.json",),
    "node_version": (".nvmrc", ".node-version"),
    # Go, Rust
    "go_mod": ("go.mod",),
    "go_sum": ("go.sum",),
    "go_work": ("go.work",),
    "vendor_modules": ("vendor/modules.txt",),
    "gopkg_lock": ("Gopkg.lock",),
    "glide_lock": ("glide.lock",),
    "godeps": ("Godeps.json",),
    "cargo_lock": ("Cargo.lock",),
    "cargo_toml": ("Cargo.toml",),
    # Java and its kin
    "pom": ("pom.xml", "*pom.xml", "*.pom"),
    "gradle_lock": ("gradle.lockfile", "*gradle.lockfile", "dependency-locks/*.lockfile"),
    "gradle_build": ("build.gradle", "build.gradle.kts", "*.gradle", "*.gradle.kts"),
    "gradle_catalog": ("*.versions.toml",),
    "gradle_verification": ("verification-metadata.xml",),
    "sbt_lock": ("build.sbt.lock",),
    "sbt_build": ("*.sbt", "project/*.scala", "build.sc", "build.mill", "build.mill.scala"),
    "ivy_xml": ("ivy.xml",),
    "deps_edn": ("deps.edn", "bb.edn", "project.clj"),
    "maven_install": ("maven_install.json", "*maven_install.json", "*maven*_install.json"),
    # .NET
    "nuget_lock": ("packages.lock.json", "packages.*.lock.json"),
    "packages_config": ("packages.config", "packages.*.config"),
    "project_assets": ("project.assets.json",),
    "csproj": (
        "*.csproj",
        "*.fsproj",
        "*.vbproj",
        "Directory.Packages.props",
        "Directory.Build.props",
        "Directory.Build.targets",
        "Packages.props",
    ),
    "nuspec": ("*.nuspec",),
    "paket_lock": ("paket.lock",),
    "paket_dependencies": ("paket.dependencies",),
    "dotnet_tools": ("dotnet-tools.json",),
    "global_json": ("global.json",),
    # Ruby, PHP
    "gemfile": ("Gemfile", "gems.rb", "Gemfile.*.rb", "*.gemfile"),
    "gemfile_lock": ("Gemfile.lock", "gems.locked", "Gemfile*.lock", "*.gemfile.lock"),
    "gemspec": ("*.gemspec",),
    "ruby_version": (".ruby-version",),
    "composer_json": ("composer.json",),
    "composer_lock": ("composer.lock",),
    # Elixir, Erlang, Dart, Swift, Haskell, OCaml, R, Julia, C and C++, Nim, Lua
    "mix_lock": ("mix.lock",),
    "mix_exs": ("mix.exs",),
    "rebar_lock": ("rebar.lock",),
    "rebar_config": ("rebar.config",),
    "gleam_manifest": ("manifest.toml",),
    "gleam_toml": ("gleam.toml",),
    "pubspec_lock": ("pubspec.lock",),
    "pubspec": ("pubspec.yaml", "pubspec.yml"),
    "package_resolved": ("Package.resolved",),
    "package_swift": ("Package.swift", "Package@swift-*.swift"),
    "podfile_lock": ("Podfile.lock", "Pods/Manifest.lock"),
    "podfile": ("Podfile",),
    "cartfile_resolved": ("Cartfile.resolved", "Cartfile", "Cartfile.private"),
    "stack_lock": ("stack.yaml.lock", "stack*.yaml.lock"),
    "stack_yaml": ("stack.yaml", "stack-*.yaml"),
    "cabal_freeze": ("*.project.freeze", "cabal.project.*.freeze", "cabal.config"),
    "cabal": ("*.cabal",),
    "hpack": ("package.yaml",),
    "opam": ("opam", "*.opam", "opam.locked", "*.opam.locked", "*switch.export", "*.opam.export"),
    "esy_lock": ("esy.lock/index.json", "*.esy.lock/index.json"),
    "renv_lock": ("renv.lock",),
    "packrat_lock": ("packrat.lock",),
    "r_description": ("DESCRIPTION",),
    "conan_lock": ("conan.lock", "conan*.lock"),
    "conanfile": ("conanfile.txt", "conanfile.py"),
    "vcpkg_json": ("vcpkg.json", "vcpkg-lock.json"),
    "julia_manifest": ("Manifest.toml", "JuliaManifest.toml", "*Manifest-v*.toml"),
    "julia_project": ("Project.toml", "JuliaProject.toml"),
    "nimble_lock": ("nimble.lock",),
    "nimble": ("*.nimble",),
    "luarocks": ("*.rockspec", "luarocks.lock"),
    "cpanfile": ("cpanfile",),
    "cpan": ("cpanfile.snapshot", "META.json", "MYMETA.json"),
    "elm_json": ("elm.json",),
    "dub_selections": ("dub.selections.json", "dub.json"),
    "shard_lock": ("shard.lock", "shard.yml"),
    "haxelib": ("haxelib.json",),
    "zig_zon": ("build.zig.zon",),
    # Build systems, pipelines
    "bazel_module": ("MODULE.bazel", "*.MODULE.bazel"),
    "bazel_module_lock": ("MODULE.bazel.lock",),
    "dockerfile": (
        "Dockerfile",
        "Containerfile",
        "Dockerfile.*",
        "Containerfile.*",
        "*.Dockerfile",
        "*.dockerfile",
    ),
    "github_workflow": (
        ".github/workflows/*.yml",
        ".github/workflows/*.yaml",
        ".gitea/workflows/*.yml",
        ".gitea/workflows/*.yaml",
        ".forgejo/workflows/*.yml",
        ".forgejo/workflows/*.yaml",
        "action.yml",
        "action.yaml",
    ),
    "pipeline": (
        ".circleci/config.yml",
        "bitbucket-pipelines.yml",
        ".drone.yml",
        ".woodpecker.yml",
        ".woodpecker.yaml",
        ".woodpecker/*.yml",
        ".woodpecker/*.yaml",
    ),
    "gitlab_ci": (".gitlab-ci.yml", "*.gitlab-ci.yml", "*.gitlab-ci.yaml"),
    "compose": ("docker-compose*.yml", "docker-compose*.yaml", "compose.yml", "compose.yaml"),
    "helm_chart": ("Chart.yaml", "Chart.lock", "requirements.yaml"),
    "terraform_lock": (".terraform.lock.hcl",),
    "pre_commit": (".pre-commit-config.yaml", ".pre-commit-config.yml"),
    "brewfile_lock": ("Brewfile.lock.json",),
    "flake_lock": ("flake.lock",),
    # Inventories of other tools
    "cyclonedx": (
        "bom.json",
        "bom.xml",
        "*.cdx.json",
        "*.cdx.xml",
        "*cyclonedx*.json",
        "*cyclonedx*.xml",
        "*sbom*.json",
        "*sbom*.xml",
        "*.bom.json",
    ),
    "spdx": ("*.spdx.json", "*.spdx", "*spdx*.json"),
    "syft": ("*syft*.json",),
    # What is installed or built
    "composer_installed": ("composer/installed.json",),
    "deps_json": ("*.deps.json",),
    "os_release": ("etc/os-release", "usr/lib/os-release"),
    "dpkg_files": ("lib/dpkg/info/*.list", "lib/dpkg/status.d/*.md5sums"),
    "dpkg_status": ("lib/dpkg/status", "lib/dpkg/status.d/*"),
    "apk_installed": ("lib/apk/db/installed",),
    "rpm_sqlite": ("rpmdb.sqlite",),
    "rpm_ndb": ("lib/rpm/Packages.db", "sysimage/rpm/Packages.db"),
    "rpm_bdb": ("lib/rpm/Packages", "sysimage/rpm/Packages"),
    "jar": (
        *("*.jar", "*.war", "*.ear", "*.jpi", "*.hpi", "*.par", "*.sar", "*.nar", "*.kar"),
        "*.aar",
    ),
    "python_metadata": (
        "PKG-INFO",
        "*.dist-info/METADATA",
        "*.egg-info",
        "*.egg-info/requires.txt",
        "EGG-INFO/requires.txt",
    ),
    "conda_meta": ("conda-meta/*.json",),
    "wheel": ("*.whl", "*.egg", "dist/*.tar.gz"),
    "executable": (),
    "node_package": ("node_modules/*/package.json", "node_modules/@*/*/package.json"),
}
"""By name of the sister, the names of the files that it reads, as patterns of the base name; a
pattern with "/" speaks of the end of the path and comes before a whole name, which comes before a
pattern of names; the first of several patterns holds. One without names is known by content."""

NEVER_EMPTY = frozenset(
    {
        *("gemfile_lock", "gradle_lock", "mix_lock", "rebar_lock", "gleam_manifest", "paket_lock"),
        *("pubspec_lock", "pubspec", "podfile_lock", "stack_lock", "cabal_freeze", "zig_zon"),
        *("julia_manifest", "shard_lock", "terraform_lock", "helm_chart", "gemspec", "luarocks"),
        *("nimble", "package_swift", "vendor_modules", "dockerfile", "paket_dependencies"),
    }
)
"""Formats of which an empty file is one that was not written, though their parsers take it."""

WRITTEN = frozenset(
    {
        *("pyproject", "pipfile", "setup_cfg", "setup_py", "conda_environment", "conda_recipe"),
        *("pixi_toml", "python_version", "bower_json", "libman_json", "package_json", "go_mod"),
        *("node_version", "go_work", "cargo_toml", "pom", "gradle_build", "gradle_catalog"),
        *("ivy_xml", "deps_edn", "csproj", "packages_config", "dotnet_tools", "global_json"),
        *("gemfile", "gemspec", "ruby_version", "composer_json", "mix_exs", "pubspec", "podfile"),
        *("package_swift", "cartfile_resolved", "stack_yaml", "cabal", "opam", "r_description"),
        *("conanfile", "vcpkg_json", "julia_project", "nimble", "luarocks", "elm_json", "haxelib"),
        *("dub_selections", "shard_lock", "zig_zon", "bazel_module", "dockerfile", "compose"),
        *("github_workflow", "gitlab_ci", "helm_chart", "pre_commit", "terraform_lock"),
        *("buildout", "cpanfile", "deno_json", "gleam_toml", "hpack", "nuspec", "rebar_config"),
        *("paket_dependencies", "sbt_build"),
    }
)
"""Formats of files that people write; see `LARGEST_WRITTEN`."""
LARGEST_WRITTEN = 1 << 20
"""Bytes of a file that people write: what is larger is something else, or made to take long."""
LARGEST_LOCK = 16 << 20
"""Bytes of a text that a tool writes; only inventories of other tools are larger."""
BINARY = frozenset({"bun_lockb", "rpm_sqlite", "rpm_ndb", "rpm_bdb", "jar", "wheel", "executable"})
"""Formats that are no text."""
_WIDE = (b"\xff\xfe", b"\xfe\xff")

INVENTORIES = frozenset({"cyclonedx", "spdx", "syft"})
"""Inventories of other tools: which one a file is its content tells, whatever its name."""
_MARKS = (
    ("cyclonedx", re.compile(rb'"bomFormat"\s*:\s*"CycloneDX"|cyclonedx\.org/schema/bom')),
    ("spdx", re.compile(rb'"spdxVersion"\s*:\s*"SPDX-|^SPDXVersion:', re.MULTILINE)),
    ("syft", re.compile(rb'"artifacts"\s*:.*"descriptor"\s*:', re.DOTALL)),
)
_NAMED = ("/bom.json", "/bom.xml", ".cdx.json", ".cdx.xml", ".spdx.json", ".spdx")
"""How files are called that are nothing else."""
START = 8
"""Bytes of a file that are enough to know it by its content."""

SMALLEST_PROGRAM = 64 << 10
"""Bytes; what holds the packages that it was built from is larger."""
_PROGRAM = re.compile(
    r"[^.]+|.*\.(?:exe|bin|elf|run|out|app|test|cgi|linux|darwin|windows|amd64|arm64|x86_64|"
    r"[^A-Za-z.][^.]*|[^.]*[-_][^.]*)"
)
"""Names of programs: without an ending, or with one that no other kind of file has."""

INSTALLED = {
    **dict.fromkeys(("python_metadata", "conda_meta", "node_package", "deps_json", "jar"), ""),
    "composer_installed": "",
    # Gems have one in their sources too.
    "gemspec": "specifications/",
    "wheel": ".egg",
    "executable": "",
}
"""Formats of what lies where a package of a language is installed or built, not of what asks for
it, with what their paths hold there."""
FOREIGN = re.compile(
    r"(?:^|/)(?:(?:node_modules|site-packages|dist-packages|bower_components|\.m2/repository)/|"
    r"vendor/[^/]+/[^/]+/|gems/[^/]+-\d[^/]*/)"
)
"""What lies in such a folder was installed there: manifests and lockfiles in it are those of the
packages, and ask for nothing here."""
RECORDS = (
    "node_modules/.package-lock.json",
    "vendor/modules.txt",
    "composer/installed.json",
    "obj/project.assets.json",
)
"""How the paths of files end which installers write of all that they lay down."""
PROGRAMS = ("bin/", "libexec/")
"""What paths of programs hold in what a package of an operating system brought."""
BESIDE = ("direct_url.json", "/REQUESTED", "/requires.txt", "rpmdb.sqlite-wal")
"""How the names of files end that parsers of installed packages look up."""
SYSTEM = frozenset(
    {
        *("os_release", "dpkg_status", "dpkg_files", "apk_installed"),
        *("rpm_sqlite", "rpm_ndb", "rpm_bdb"),
    }
)
"""Formats of what an operating system keeps of itself and its packages."""


def format_of(path: str) -> str:
    """Return the name of the format of a file, "" where it is none that names packages."""
    name = _format_by_name(path)
    if not name or path.endswith(RECORDS) or not FOREIGN.search(path):
        return name
    return name if name in SYSTEM or _speaks_of_itself(name, path) else ""


def is_laid_down(path: str) -> bool:
    """Whether a file tells of what an installer laid down for a project."""
    return path.endswith(RECORDS) or FOREIGN.search(path) is not None


def _speaks_of_itself(name: str, path: str) -> bool:
    held = INSTALLED.get(name)
    return held is not None and held in path


def _format_by_name(path: str) -> str:
    exact, by_name, by_path = _names()
    base = path.rpartition("/")[2]
    match = by_path.search(f"/{path}")
    if match is None and base in exact:
        return exact[base]
    match = match or by_name.fullmatch(base)
    return match.lastgroup or "" if match is not None else ""


def format_of_content(start: bytes) -> str:
    """Return the format of a file of any name by its first `START` bytes, "" where it has none."""
    return "executable" if is_program(start) else ""


def is_named_as_program(path: str) -> bool:
    """Whether a file may be a program, by its name."""
    name = path.rpartition("/")[2]
    return ".so" not in name and _PROGRAM.fullmatch(name) is not None


def is_installed(path: str) -> bool:
    """Whether a file is one of those that lie where a package of a language is installed."""
    return path.endswith(_installed_ends()) and _speaks_of_itself(format_of(path), path)


def may_be_installed(path: str) -> bool:
    """Whether a file of a system's package may name packages itself, also as a program."""
    return is_installed(path) or any(held in path for held in PROGRAMS)


def parser_of(name: str) -> Parse:
    """Return the parser of a format."""
    found: Parse = importlib.import_module(f"{__name__}.{name}").parse
    return found


def read_list(file: ListFile, place: str = "") -> Inventory:
    """Return what a file says, in whatever state it is. Raises ParseError when it is broken.

    `place` is its path with more before it that may tell what it is.
    """
    name = format_of(place or file.path)
    if not name or name in INVENTORIES:
        # Their names are those of a habit; what is in them tells.
        name = inventory_form_of(file.content) or name or format_of_content(file.content[:START])
    _refuse(name, file.content)
    if name in INVENTORIES:
        name = _inventory_format(name, file)
        if not name:
            return Inventory()
    merge, newer = open_merge_of(file.content), newer_version_of(name, file.content)
    remarks = Remarks(file.path)
    if newer is not None:
        remarks.tell(
            f"read as far as it is understood: its version {newer.stated} is newer than"
            f" {newer.known}",
            newer.line,
        )
    if merge is None:
        inventory = parser_of(name)(file)
        for slip, key in islice(shape_slips(name, file.content), MOST):
            remarks.pass_over(slip, _line_of_key(file.content, key))
    else:
        inventory = _of_both_sides(parser_of(name), file, merge)
        remarks.tell("it holds the marks of an open merge: both sides are read", merge.line)
    if not remarks.problems:
        return inventory
    return replace(inventory, problems=remarks.problems + inventory.problems)


def _inventory_format(name: str, file: ListFile) -> str:
    """Return the format of an inventory, "" of another file whose name only sounds like one.

    Raises ParseError where it is neither.
    """
    found = next((one for one, mark in _MARKS if mark.search(file.content)), "")
    if found or f"/{file.path}".endswith(_NAMED):
        return found or name
    if file.content.lstrip()[:1] != b"<":
        parse_json(file.content)
    return ""


def _refuse(name: str, content: bytes) -> None:
    """Raise ParseError for what is no list of packages, whatever its parser would make of it."""
    start = content[:4096].lstrip()
    if name in NEVER_EMPTY and not start and not content.strip():
        raise ParseError("it is empty")
    if name in WRITTEN and len(content) > LARGEST_WRITTEN:
        raise ParseError(f"it is larger than {LARGEST_WRITTEN >> 20} MiB, which nobody writes")
    if len(content) > LARGEST_LOCK and name not in BINARY and name not in INVENTORIES:
        raise ParseError(f"it is larger than {LARGEST_LOCK >> 20} MiB")
    if name not in BINARY and b"\0" in content and not start.startswith(_WIDE):
        raise ParseError("it is no text")
    if start[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise ParseError("it is a web page")


def _line_of_key(content: bytes, key: str) -> int:
    """Return the line of an outer key of a document, 0 where it is not found."""
    form = rb"^[ \t{]*(?:\[{0,2}[ \t]*)[\"']?%b[\"']?[ \t]*(?:[:=\].])" % re.escape(key.encode())
    found = re.search(form, content, re.MULTILINE)
    return content.count(b"\n", 0, found.start()) + 1 if found else 0


def _of_both_sides(parse: Parse, file: ListFile, merge: OpenMerge) -> Inventory:
    """Return what either side says, first what is on ours."""
    sides: list[Inventory] = []
    for content in (merge.ours, merge.theirs):
        with contextlib.suppress(ParseError):
            sides.append(parse(replace(file, content=content)))
    if not sides:
        raise ParseError("it holds the marks of an open merge", line=merge.line)
    ours, theirs = sides[0], sides[-1]
    known = {(one.ecosystem, one.name, one.version) for one in ours.packages}
    return replace(
        ours,
        packages=(
            *ours.packages,
            *(
                one
                for one in theirs.packages
                if (one.ecosystem, one.name, one.version) not in known
            ),
        ),
    )


@cache
def _installed_ends() -> tuple[str, ...]:
    """Return how all their names end: it is asked of every file of a system."""
    patterns = (one for name in INSTALLED for one in FORMATS.get(name, ()))
    return tuple({pattern.rpartition("*")[2] for pattern in patterns})


@cache
def _names() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Return formats by whole name, and the patterns of names and of the ends of paths."""
    exact: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    by_path: dict[str, list[str]] = {}
    for name, patterns in FORMATS.items():
        for pattern in patterns:
            if "/" in pattern:
                by_path.setdefault(name, []).append(f"/{_expression(pattern)}$")
            elif "*" in pattern:
                by_name.setdefault(name, []).append(_expression(pattern))
            else:
                exact.setdefault(pattern, name)
    return exact, _grouped(by_name), _grouped(by_path)


def _grouped(forms: dict[str, list[str]]) -> re.Pattern[str]:
    """Return one expression: a group a format."""
    return re.compile(
        "|".join(f"(?P<{name}>{'|'.join(some)})" for name, some in forms.items()) or r"(?!)"
    )


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", "[^/]*")
