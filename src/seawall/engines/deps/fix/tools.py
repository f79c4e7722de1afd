"""The tools that make lockfiles, and how they are asked to take other versions.

Each is asked to resolve and to write its lockfile: to install nothing, and to run no scripts, where
it can be told so. Sources: the documentation of each tool.
"""

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from seawall.model.inventory import Read


class Wanted(Struct, frozen=True, kw_only=True):
    """A package that shall have another version in a lockfile."""

    name: str
    version: str = ""
    """The one that it has."""
    target: str = ""
    """The one that it shall have; "" for any that is allowed."""


class Tool(Struct, frozen=True, kw_only=True):
    """How a tool is asked."""

    program: str
    update: tuple[str, ...]
    """Its words to take other versions of packages, which follow as `each` says."""
    each: tuple[str, ...] = ("{name}",)
    loose: tuple[str, ...] = ("{name}",)
    """In place of `each` where no version is wanted of it."""
    apart: bool = False
    """Whether it is asked anew for each package."""
    edited: tuple[str, ...] = ()
    """Its words to take up what manifests ask for now; () where `update` does."""


_NPM = ("--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
_COMPOSER = ("--no-install", "--no-scripts", "--no-plugins", "--no-interaction")

TOOLS: dict[str, Tool] = {
    "uv_lock": Tool(
        program="uv",
        update=("lock",),
        each=("--upgrade-package", "{name}=={target}"),
        loose=("--upgrade-package", "{name}"),
    ),
    "poetry_lock": Tool(program="poetry", update=("update", "--lock", "--no-interaction")),
    "pdm_lock": Tool(
        program="pdm",
        update=("update", "--no-sync", "--update-reuse"),
        edited=("lock", "--update-reuse"),
    ),
    "pipfile_lock": Tool(
        program="pipenv",
        update=("upgrade", "--lock-only"),
        each=("{name}=={target}",),
        edited=("lock",),
    ),
    "pixi_lock": Tool(program="pixi", update=("update", "--no-install")),
    "package_lock": Tool(program="npm", update=("update", *_NPM), edited=("install", *_NPM)),
    "yarn_lock": Tool(
        program="yarn",
        update=("upgrade", "--ignore-scripts"),
        edited=("install", "--ignore-scripts"),
    ),
    "yarn_berry": Tool(
        program="yarn",
        update=("up", "-R", "--mode=update-lockfile"),
        edited=("install", "--mode=update-lockfile"),
    ),
    "pnpm_lock": Tool(
        program="pnpm",
        update=("update", "--lockfile-only", "--no-save", "--ignore-scripts", "--depth=Infinity"),
        edited=("install", "--lockfile-only", "--ignore-scripts"),
    ),
    "bun_lock": Tool(
        program="bun",
        update=("update", "--lockfile-only", "--ignore-scripts"),
        edited=("install", "--lockfile-only", "--ignore-scripts"),
    ),
    "cargo_lock": Tool(
        program="cargo",
        update=("update",),
        each=("--package", "{name}@{version}", "--precise", "{target}"),
        loose=("--package", "{name}@{version}"),
        apart=True,
        edited=("update", "--workspace"),
    ),
    "go_mod": Tool(
        program="go", update=("get",), each=("{name}@v{target}",), edited=("mod", "tidy")
    ),
    "gemfile_lock": Tool(program="bundle", update=("lock", "--conservative", "--update")),
    "composer_lock": Tool(program="composer", update=("update", *_COMPOSER, "--with-dependencies")),
    "mix_lock": Tool(program="mix", update=("deps.update",)),
    "rebar_lock": Tool(program="rebar3", update=("upgrade",)),
    "pubspec_lock": Tool(program="dart", update=("pub", "upgrade")),
    "podfile_lock": Tool(program="pod", update=("update",)),
    "package_resolved": Tool(program="swift", update=("package", "update")),
    "shard_lock": Tool(program="shards", update=("update",)),
    "nuget_lock": Tool(program="dotnet", update=("restore", "--force-evaluate"), each=(), loose=()),
    "paket_lock": Tool(program="dotnet", update=("paket", "update"), apart=True),
    "gradle_lock": Tool(
        program="gradle", update=("dependencies", "--write-locks"), each=(), loose=()
    ),
}
"""By the format of the lockfile."""

OVERRIDES = {
    "package_lock": 'package.json: "overrides": {{"{name}": "{target}"}}',
    "bun_lock": 'package.json: "overrides": {{"{name}": "{target}"}}',
    "pnpm_lock": 'package.json: "pnpm": {{"overrides": {{"{name}": "{target}"}}}}',
    "yarn_lock": 'package.json: "resolutions": {{"{name}": "{target}"}}',
    "uv_lock": 'pyproject.toml: [tool.uv] override-dependencies = ["{name}=={target}"]',
    "pdm_lock": 'pyproject.toml: [tool.pdm.resolution.overrides] {name} = "{target}"',
}
"""What takes a version although a package that asks for it shuts it out, by the format of the
lockfile; other tools have no such words."""

COMPILERS = {
    b"uv pip compile": ("uv", ("pip", "compile", "--quiet")),
    b"pip-compile": ("pip-compile", ("--quiet",)),
}
"""By what the first lines of a requirements file say: what wrote it."""
HEAD = 2000
"""Bytes of those lines."""

OTHER_LOCKS = frozenset(
    """
    conda_lock pylock deno_lock bun_lockb go_sum vendor_modules gopkg_lock glide_lock godeps
    gradle_verification sbt_lock maven_install project_assets gleam_manifest cartfile_resolved
    stack_lock cabal_freeze esy_lock renv_lock packrat_lock conan_lock julia_manifest nimble_lock
    dub_selections bazel_module_lock terraform_lock brewfile_lock flake_lock cyclonedx spdx syft
    cpan luarocks composer_installed deps_json jar python_metadata conda_meta wheel executable
    node_package os_release dpkg_files dpkg_status apk_installed rpm_sqlite rpm_ndb rpm_bdb
    """.split()
)
"""Formats that tools write too, and that none is asked for here."""


def is_lock(format_name: str) -> bool:
    """Whether files of a format are written by tools, not by people."""
    return format_name != "go_mod" and (format_name in TOOLS or format_name in OTHER_LOCKS)


def tool_of(format_name: str, path: str, read: Read) -> Tool | None:
    """Return the tool that makes a lockfile; None where it is not known."""
    start = (read(path) or b"")[:HEAD]
    if format_name == "yarn_lock" and b"__metadata:" in start:
        return TOOLS["yarn_berry"]
    if format_name == "requirements":
        return _compiler(path, start, read)
    return TOOLS.get(format_name)


def source_of(path: str, read: Read) -> str:
    """Return the file that a requirements file is compiled from, beside it; "" where none is."""
    stem, dot, ending = path.rpartition(".")
    source = f"{stem}.in"
    if dot and ending in ("txt", "lock", "pip") and read(source) is not None:
        return source
    return ""


def _compiler(path: str, start: bytes, read: Read) -> Tool | None:
    source = source_of(path, read)
    for words, (program, arguments) in COMPILERS.items():
        if source and words in start:
            names = posixpath.basename(source), "--output-file", posixpath.basename(path)
            hashes = ("--generate-hashes",) if b"--hash=" in (read(path) or b"") else ()
            return Tool(
                program=program,
                update=(*arguments, *hashes, *names),
                each=("--upgrade-package", "{name}=={target}"),
                loose=("--upgrade-package", "{name}"),
            )
    return None


def commands_for(
    tool: Tool, wanted: Sequence[Wanted], *, edited: bool
) -> Iterator[tuple[str, ...]]:
    """Yield what is to be run for packages, and because manifests were edited."""
    if edited and tool.edited:
        yield tool.program, *tool.edited
    asked = [_asked(tool, one) for one in wanted]
    if tool.apart:
        for one in asked:
            yield tool.program, *tool.update, *one
    elif asked or (edited and not tool.edited):
        words = (word for one in dict.fromkeys(asked) for word in one)
        yield tool.program, *tool.update, *words


def _asked(tool: Tool, wanted: Wanted) -> tuple[str, ...]:
    words = tool.each if wanted.target else tool.loose
    return tuple(
        word.format(name=wanted.name, version=wanted.version, target=wanted.target)
        for word in words
    )


def override_of(format_name: str, name: str, target: str) -> str:
    """Return where and what to write that takes a version anyway, "" where there is no way."""
    return OVERRIDES.get(format_name, "").format(name=name, target=target)
