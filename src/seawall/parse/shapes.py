"""Tells where a document is not of the shape that its format has: a text where a table should be.

The readers of lists take what is not as it should be for not there; this tells of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.errors import ParseError
from seawall.parse.json import parse_json
from seawall.parse.toml import parse_toml
from seawall.parse.yaml import parse_yaml

SHAPES: dict[str, tuple[str, str]] = {
    "bazel_module_lock": ("json", "registryFileHashes:table moduleDepGraph:entries"),
    "bower_json": ("json", "dependencies:texts devDependencies:texts"),
    "brewfile_lock": ("json", "entries:entries"),
    "bun_lock": ("loose", "packages:table workspaces:entries"),
    "cargo_toml": (
        "toml",
        "package:table workspace:table dependencies:wishes dev-dependencies:wishes"
        " build-dependencies:wishes target:entries",
    ),
    "composer_installed": ("json", "packages:tables"),
    "composer_json": ("json", "require:texts require-dev:texts"),
    "composer_lock": ("json", "packages:tables packages-dev:tables"),
    "conan_lock": (
        "json",
        "graph_lock.nodes:entries requires:list build_requires:list python_requires:list",
    ),
    "conda_lock": ("yaml", "package:locked"),
    "cpan": ("json", "prereqs:entries"),
    "cyclonedx": ("json", "components:named"),
    "deno_json": ("loose", "imports:texts scopes:entries"),
    "deno_lock": ("json", "npm:entries jsr:entries packages:entries remote:texts"),
    "dub_selections": ("json", "versions:wishes dependencies:wishes"),
    "elm_json": ("json", "dependencies:wishes test-dependencies:wishes"),
    "esy_lock": ("json", "node:entries"),
    "flake_lock": ("json", "nodes:entries"),
    "github_workflow": ("yaml", "jobs:entries runs:table"),
    "gleam_manifest": ("toml", "packages:locked"),
    "gleam_toml": ("toml", "dependencies:wishes dev-dependencies:wishes"),
    "glide_lock": ("yaml", "imports:named testImports:named"),
    "godeps": ("json", "Deps:tables"),
    "gopkg_lock": ("toml", "projects:named"),
    "gradle_catalog": ("toml", "versions:table libraries:table plugins:table"),
    "haxelib": ("json", "dependencies:texts"),
    "helm_chart": ("yaml", "dependencies:named"),
    "hpack": ("yaml", "library:table executables:entries tests:entries"),
    "julia_manifest": ("toml", "deps:lists"),
    "julia_project": ("toml", "deps:texts extras:texts weakdeps:texts compat:table"),
    "libman_json": ("loose", "libraries:tables"),
    "nimble_lock": ("json", "packages:entries tasks:entries"),
    "nuget_lock": ("json", "dependencies:entries"),
    "package_json": (
        "json",
        "dependencies:texts devDependencies:texts optionalDependencies:texts"
        " peerDependencies:texts overrides:table resolutions:texts",
    ),
    "package_lock": ("json", "packages:entries dependencies:entries"),
    "package_resolved": ("json", "pins:tables object.pins:tables"),
    "pdm_lock": ("toml", "package:named metadata:table"),
    "pipfile": ("toml", "packages:wishes dev-packages:wishes"),
    "pipfile_lock": ("json", "default:entries develop:entries"),
    "pixi_lock": ("yaml", "packages:tables package:tables"),
    "pixi_toml": ("toml", "dependencies:table pypi-dependencies:table feature:entries"),
    "pnpm_lock": ("yaml", "importers:entries packages:entries snapshots:entries"),
    "podfile_lock": ("yaml", "PODS:list DEPENDENCIES:list"),
    "poetry_lock": ("toml", "package:locked metadata:table"),
    "pre_commit": ("yaml", "repos:tables"),
    "pubspec": ("yaml", "dependencies:table dev_dependencies:table dependency_overrides:table"),
    "pubspec_lock": ("yaml", "packages:versions"),
    "pylock": ("toml", "packages:named"),
    "pyproject": (
        "toml",
        "project:table project.dependencies:list project.optional-dependencies:lists"
        " dependency-groups:lists build-system:table build-system.requires:list tool:entries",
    ),
    "renv_lock": ("json", "Packages:versions"),
    "sbt_lock": ("json", "dependencies:tables"),
    "shard_lock": ("yaml", "shards:entries dependencies:entries development_dependencies:entries"),
    "spdx": ("json", "packages:named"),
    "stack_lock": ("yaml", "packages:tables"),
    "stack_yaml": ("yaml", "extra-deps:list"),
    "uv_lock": ("toml", "package:named distribution:named"),
    "vcpkg_json": ("json", "dependencies:list overrides:named"),
}
"""By format, how it is written, and of which kind what stands under the keys is that name packages:
a `table`, one of `entries` that are tables, of `versions` (tables that have one), of `texts`, of
`lists`, or of `wishes` (a text, or more than that); a `list`, one of `tables`, of `named` ones, of
`locked` ones, which have a version too."""

_HELD: dict[str, tuple[Any, str]] = {
    "entries": (Mapping, "table"),
    "versions": (Mapping, "table"),
    "texts": (str, "text"),
    "lists": (list, "list"),
    "wishes": ((str, Mapping, list), "version"),
}
"""By kind of a table, what it holds."""


def shape_slips(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield each slip of a file of a format, with the outer key at which it is."""
    if name not in SHAPES:
        return
    written, shape = SHAPES[name]
    try:
        if written == "toml":
            documents = [parse_toml(content)]
        elif written == "yaml":
            documents = parse_yaml(content)
        else:
            documents = [parse_json(content, loose=written == "loose")]
    except ParseError:
        # Some formats are written in other ways too.
        return
    for document in documents:
        yield from slips_of(shape, document)


def slips_of(shape: str, document: Any) -> Iterator[tuple[str, str]]:
    """Yield each slip of a document, with the outer key at which it is."""
    for part in shape.split():
        path, _, kind = part.rpartition(":")
        *above, key = path.split(".")
        holder = document
        for one in above:
            holder = holder.get(one) if isinstance(holder, Mapping) else None
        value = holder.get(key) if isinstance(holder, Mapping) else None
        if above and holder and not isinstance(holder, Mapping):
            yield f'its "{above[-1]}" is no table', above[0]
        # What is empty, or null, names no package in any form.
        elif value:
            outer = above[0] if above else key
            yield from ((slip, outer) for slip in _slips(value, path, kind))


def _slips(value: Any, path: str, kind: str) -> Iterator[str]:
    if kind == "table" or kind in _HELD:
        if not isinstance(value, Mapping):
            yield f'its "{path}" is no table'
        elif kind != "table":
            wanted, word = _HELD[kind]
            for name, one in value.items():
                if one is not None and not isinstance(one, wanted):
                    yield f'in its "{path}", "{name}" is no {word}'
                elif kind == "versions" and one is not None and not _has_version(one):
                    yield f'in its "{path}", "{name}" has no version'
    elif not isinstance(value, list):
        yield f'its "{path}" is no list'
    elif kind != "list":
        for number, one in enumerate(value, 1):
            if not isinstance(one, Mapping):
                yield f'in its "{path}", entry {number} is no table'
            elif kind == "tables":
                continue
            elif not (isinstance(one.get("name"), str) and one["name"]):
                yield f'in its "{path}", entry {number} has no name'
            elif kind == "locked" and not _has_version(one):
                yield f'in its "{path}", "{one["name"]}" has no version'


def _has_version(entry: Mapping[str, Any]) -> bool:
    # R's tables begin their keys with a capital.
    return any(isinstance(entry.get(key), str) and entry[key] for key in ("version", "Version"))
