"""Lists of packages in a bad state: of another shape, of a newer form, in the middle of a merge."""

import contextlib
import json
from pathlib import Path

import pytest

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile
from seawall.parse.lock import BINARY, FORMATS, format_of, read_list
from seawall.parse.lock_version import NEWEST
from seawall.parse.open_merge import open_merge_of
from seawall.parse.pep508 import python_name
from seawall.parse.shapes import SHAPES

CASES = Path(__file__).parent / "lock"


def path_of(name: str) -> str:
    """Return the path that a file of a format has, as in its first case."""
    cases = sorted(CASES.glob(f"{name}/*/expected.json"))
    paths = [json.loads(case.read_text("utf-8"))["file"] for case in cases]
    return next((one for one in paths if format_of(one) == name), paths[0])


def told(path: str, content: bytes) -> list[tuple[str, int]]:
    """Return what is told of a file, and of which line."""
    inventory = read_list(ListFile(path=path, content=content))
    return [(one.message, one.line) for one in inventory.problems]


def words_of(path: str, content: bytes) -> list[str]:
    """Return what is told of a file, broken as a whole or not."""
    try:
        return [message for message, _ in told(path, content)]
    except ParseError as error:
        return [str(error)]


def test_tables_are_of_formats_that_there_are() -> None:
    assert SHAPES.keys() | NEWEST.keys() <= FORMATS.keys()


OUTER = [
    (name, part.rpartition(":")[0])
    for name, (_, shape) in SHAPES.items()
    for part in shape.split()
    if "." not in part.rpartition(":")[0]
]


@pytest.mark.parametrize(("name", "key"), OUTER)
def test_a_text_where_packages_should_be_is_told(name: str, key: str) -> None:
    written = SHAPES[name][0]
    line = f'{key} = "oops"\n' if written == "toml" else f'{{"{key}": "oops"}}\n'
    found = words_of(path_of(name), line.encode())
    wanted = f'passed over: its "{key}" is no '
    assert any(one.startswith((wanted, "it is no ")) for one in found), found


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (
            "package-lock.json",
            b'{"lockfileVersion": 3,\n "packages": {"node_modules/a": "1.0.0",\n'
            b' "node_modules/b": {"version": "2.0.0"}}}',
            [('passed over: in its "packages", "node_modules/a" is no table', 2)],
        ),
        (
            "poetry.lock",
            b'[[package]]\nversion = "1.0"\n\n[[package]]\nname = "b"\nversion = "2"\n'
            b'[metadata]\nlock-version = "2.1"\n',
            [('passed over: in its "package", entry 1 has no name', 1)],
        ),
        (
            "poetry.lock",
            b'[[package]]\nname = "b"\n[metadata]\nlock-version = "2.1"\n',
            [('passed over: in its "package", "b" has no version', 1)],
        ),
        (
            "renv.lock",
            b'{"R": {},\n "Packages": {"R6": {"Package": "R6"}}}',
            [('passed over: in its "Packages", "R6" has no version', 2)],
        ),
        (
            "Cargo.lock",
            b'version = 4\n\n[[package]]\nversion = "1.0.0"\n',
            [("passed over: a package without a name", 4)],
        ),
        (
            "Cargo.lock",
            b'version = 4\n\n[[package]]\nname = "a"\n',
            [("passed over: a package without a version", 4)],
        ),
        (
            "package-lock.json",
            b'{"lockfileVersion": 3, "packages": {"node_modules/a": {"dev": true}}}',
            [("passed over: a package without a version: node_modules/a", 0)],
        ),
        (
            "composer.lock",
            b'{"packages": [{"name": "a/b"}]}',
            [("passed over: a package without a version: a/b", 0)],
        ),
        (
            "packages.lock.json",
            b'{"version": 1, "dependencies": {"net8.0": {\n"A": {"type": "Direct"},\n'
            b'"B": {"type": "Project"}}}}',
            [("passed over: a package without a version: A", 2)],
        ),
        ("setup.cfg", b"[metadata\nname = x\n", [("passed over: it is no setting", 1)]),
        (
            "MODULE.bazel",
            b'bazel_dep(name = "a", version = "1.0")\nbazel_dep(name = "b"',
            [("a bracket or a text is not closed: what follows may be missing", 2)],
        ),
        (
            "pubspec.lock",
            b'packages:\n  a: "1.0.0"\nsdks:\n  dart: ">=3.0.0 <4.0.0"\n',
            [('passed over: in its "packages", "a" is no table', 1)],
        ),
        (
            "Package.resolved",
            b'{"object": [1], "version": 1}',
            [('passed over: its "object" is no table', 1)],
        ),
        (
            "pnpm-lock.yaml",
            b"lockfileVersion: '12.1'\npackages: {}\n",
            [("read as far as it is understood: its version 12 is newer than 9", 1)],
        ),
        (
            "uv.lock",
            b'version = 2\n\n[[package]]\nname = "a"\nversion = "9.0"\n',
            [("read as far as it is understood: its version 2 is newer than 1", 1)],
        ),
        (
            "uv.lock",
            b'version = 1\n\n[[package]]\nname = "a"\nversion = "9.0"\ndependencies = ['
            b'{ name = "gone" }, { name = "lost", version = "2.0" }]\n',
            [("not whole: it holds nothing on gone and 1 more", 0)],
        ),
        (
            "poetry.lock",
            b'[[package]]\nname = "b"\nversion = "2"\n',
            [("not whole: it ends without [metadata]", 0)],
        ),
        (
            "Podfile.lock",
            b"PODS:\n  - A (1.0)\n",
            [("not whole: it ends without COCOAPODS", 0)],
        ),
    ],
)
def test_the_state_of_a_file_is_told(
    path: str, content: bytes, expected: list[tuple[str, int]]
) -> None:
    assert told(path, content) == expected


def test_both_sides_of_an_open_merge_stand_where_they_stood() -> None:
    content = b"a\n<<<<<<< HEAD\nb\n||||||| 1234567\nc\n=======\nd\n>>>>>>> other\ne\n"
    merge = open_merge_of(content)
    assert merge is not None
    assert merge.line == 2
    assert merge.ours.split(b"\n") == [b"a", b"", b"b", b"", b"", b"", b"", b"", b"e", b""]
    assert merge.theirs.split(b"\n") == [b"a", b"", b"", b"", b"", b"", b"d", b"", b"e", b""]


@pytest.mark.parametrize(
    "content",
    [b"a\n<<<<<<<HEAD\nb\n", b"=======\n>>>>>>> other\n", b"<<<<<<<< eight\n=\n", b"\0<<<<<<< \n"],
)
def test_what_is_no_open_merge_is_left_alone(content: bytes) -> None:
    assert open_merge_of(content) is None


def test_a_mark_that_is_not_closed_goes_to_the_end() -> None:
    merge = open_merge_of(b"a\n<<<<<<< HEAD\nb\n")
    assert merge is not None
    assert (merge.line, merge.ours, merge.theirs) == (2, b"a\n\nb\n", b"a\n\n\n")


@pytest.mark.parametrize("path", ["Podfile", "Gemfile", "mix.exs", "setup.cfg", "build.gradle"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n<!DOCTYPE html>\n<html>404: Not Found</html>\n", "it is a web page"),
        (b"pod 'A'\x00\x01\x02", "it is no text"),
    ],
    ids=["page", "bytes"],
)
def test_what_is_no_list_at_all_is_told(path: str, content: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read_list(ListFile(path=path, content=content))


@pytest.mark.parametrize(
    ("path", "content"),
    [("mix.lock", b"[1, 2]"), ("build.zig.zon", b"[1, 2]"), ("conda-list.json", b"[1, 2]")],
)
def test_a_list_of_numbers_is_none_of_packages(path: str, content: bytes) -> None:
    with pytest.raises(ParseError, match="it is no "):
        read_list(ListFile(path=path, content=content))


SPDX = b"""{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "packages": [
 {"name": "a", "SPDXID": "SPDXRef-a", "externalRefs": [
  {"referenceType": "purl", "referenceLocator": "pkg:npm/a@1.0.0"}]}]}"""


def test_an_inventory_is_what_its_content_says() -> None:
    inventory = read_list(ListFile(path="sbom.json", content=SPDX))
    assert [(one.name, one.version) for one in inventory.packages] == [("a", "1.0.0")]


def test_what_only_sounds_like_an_inventory_is_none() -> None:
    assert told("schemas/sbom.json", b'{"$schema": "http://json-schema.org/draft-07/schema"}') == []
    assert words_of("sbom.json", b'{"a":') == ["it is no valid json"]
    assert words_of("bom.json", b"{}") == ["it is no cyclonedx"]
    assert words_of("app.spdx.json", b"{}") == ["it is no spdx 2"]


def test_an_open_merge_of_two_broken_sides_is_told() -> None:
    content = b'{\n<<<<<<< HEAD\n"a": [\n=======\n"b": {\n>>>>>>> other\n}'
    with pytest.raises(ParseError, match="it holds the marks of an open merge") as caught:
        read_list(ListFile(path="package-lock.json", content=content))
    assert caught.value.line == 2


def cuts_of(content: bytes) -> list[bytes]:
    """Return a text cut off after some of its lines."""
    lines = content.splitlines(keepends=True)
    return [b"".join(lines[: len(lines) * part // 8]) for part in range(1, 8) if len(lines) > 8]


FOLDERS = sorted(
    path.parent for path in CASES.glob("*/*/expected.json") if path.parent.parent.name not in BINARY
)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_of_a_file_that_is_cut_off_no_package_is_made_up(folder: Path) -> None:
    path = json.loads((folder / "expected.json").read_text("utf-8"))["file"]
    whole = (folder / path).read_bytes()
    known = {
        python_name(one.name) for one in read_list(ListFile(path=path, content=whole)).packages
    }
    start = whole.lstrip(b"\xef\xbb\xbf \r\n\t")[:2]
    is_one_value = start[:1] in (b"{", b"<") and start != b"{%"
    for content in cuts_of(whole):
        # As a whole it may be broken, too.
        with contextlib.suppress(ParseError):
            inventory = read_list(ListFile(path=path, content=content))
            assert {python_name(one.name) for one in inventory.packages} <= known
            assert inventory.problems or not is_one_value
