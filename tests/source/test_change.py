"""What a change brings, against a revision and in the index."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.core.errors import TargetError
from seawall.source.change import Change, change_since, change_staged
from seawall.source.checkout import open_target
from seawall.source.file import Entry, Skip, Source

Build = Callable[..., Any]
pytestmark = pytest.mark.needs("git")

LONG = "".join(f"line {number}\n" for number in range(30))


def now(change: Change) -> dict[str, bytes]:
    return _contents(change, change.entries({}))


def before(change: Change) -> dict[str, bytes]:
    return _contents(change, change.before({}))


def _contents(change: Change, entries: Any) -> dict[str, bytes]:
    found = {}
    for entry in entries:
        if isinstance(entry, Entry):
            source = change.read(entry)
            assert isinstance(source, Source)
            found[entry.path] = source.content
    return found


def test_since_a_revision(build: Build) -> None:
    project = build()
    base = project.commit(
        **{"a.py": "a1", "gone.py": "g", "same.py": "s", "old.py": LONG, "seawall.toml": "before"}
    )
    project.git("checkout", "-q", "-b", "feature")
    project.commit(**{"a.py": "a2", "added.py": "n"})
    project.git("mv", "old.py", "renamed.py")
    project.git("rm", "-q", "gone.py")
    project.commit(**{"seawall.toml": "after"})
    project.git("checkout", "-q", "main")
    project.commit(**{"elsewhere.py": "e"})
    project.git("checkout", "-q", "feature")
    project.write("a.py", "a3")
    project.write("untracked.py", "u")
    change = change_since(open_target(project.folder), "main")
    assert change.base == base
    assert now(change) == {
        "a.py": b"a3",
        "added.py": b"n",
        "renamed.py": LONG.encode(),
        "seawall.toml": b"after",
        "untracked.py": b"u",
    }
    assert before(change) == {
        "a.py": b"a1",
        "gone.py": b"g",
        "old.py": LONG.encode(),
        "seawall.toml": b"before",
    }
    assert change.renames == {"renamed.py": "old.py"}
    assert change.deleted == ("gone.py",)
    assert change.file("seawall.toml") == b"before"
    assert change.file("added.py") is None
    assert list(change.files_named(("seawall.toml",))) == [("seawall.toml", b"before")]


def test_a_touched_file_has_not_changed(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a1", "b.py": "b1"})
    project.commit(**{"b.py": "b2"})
    (project.folder / "a.py").write_text("a1")
    assert now(change_since(open_target(project.folder), "HEAD~1")) == {"b.py": b"b2"}


def test_the_ignore_file_of_the_base_counts(build: Build) -> None:
    project = build()
    project.commit(**{".seawallignore": "vendor/\n"})
    project.commit(**{".seawallignore": "*\n", "vendor__v.py": "v", "a.py": "a"})
    change = change_since(open_target(project.folder), "HEAD~1")
    assert set(now(change)) == {".seawallignore", "a.py"}
    assert set(_contents(change, change.entries({"": ("a.py",)}))) == {".seawallignore"}
    assert Skip(path="vendor/v.py", reason="ignored") in list(change.entries())


def test_a_file_that_git_forgot_has_a_past(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a1"})
    project.git("rm", "-q", "--cached", "a.py")
    change = change_since(open_target(project.folder), "HEAD")
    assert now(change) == {"a.py": b"a1"}
    assert before(change) == {"a.py": b"a1"}
    assert change.deleted == ()


def test_a_folder_of_a_repository(build: Build) -> None:
    project = build()
    project.commit(**{"lib__a.py": "a1", "b.py": "b1", "lib__seawall.toml": "lib"})
    project.commit(**{"lib__a.py": "a2", "b.py": "b2", "library.py": "x"})
    project.write("lib/new.py", "n")
    change = change_since(open_target(project.folder / "lib"), "HEAD~1")
    assert now(change) == {"a.py": b"a2", "new.py": b"n"}
    assert before(change) == {"a.py": b"a1"}
    assert change.file("seawall.toml") == b"lib"
    fresh = change_since(open_target(project.folder / "lib"), "HEAD")
    assert now(fresh) == {"new.py": b"n"}


def test_a_folder_that_the_base_had_not(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.commit(**{"lib__b.py": "b"})
    change = change_since(open_target(project.folder / "lib"), "HEAD~1")
    assert now(change) == {"b.py": b"b"}
    assert change.file("seawall.toml") is None


def test_in_a_bare_repository(build: Build, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a1"})
    project.commit(**{"a.py": "a2"})
    subprocess.run(["git", "clone", "-q", "--bare", project.folder, tmp_path / "b"], check=True)
    change = change_since(open_target(tmp_path / "b"), "HEAD~1")
    assert now(change) == {"a.py": b"a2"}
    assert before(change) == {"a.py": b"a1"}


def test_staged_is_what_the_index_holds(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a1", "b.py": "b1", "old.py": LONG})
    project.write("a.py", "a2")
    project.git("mv", "old.py", "renamed.py")
    project.git("add", "a.py")
    project.write("a.py", "a3")
    project.write("b.py", "b2")
    project.write("untracked.py", "u")
    change = change_staged(open_target(project.folder))
    assert now(change) == {"a.py": b"a2", "renamed.py": LONG.encode()}
    assert before(change) == {"a.py": b"a1", "old.py": LONG.encode()}
    assert change.renames == {"renamed.py": "old.py"}
    assert change.base == project.git("rev-parse", "HEAD")


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_staged_before_the_first_commit(build: Build, form: str) -> None:
    project = build("project", f"--object-format={form}")
    project.write("a.py", "a")
    project.git("add", "a.py")
    change = change_staged(open_target(project.folder))
    assert now(change) == {"a.py": b"a"}
    assert change.base == ""
    assert change.file("a.py") is None


def test_staged_in_the_index_that_a_hook_is_told(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a1"})
    project.write("a.py", "a2")
    other = project.folder / ".git" / "next-index"
    other.write_bytes((project.folder / ".git" / "index").read_bytes())
    project.git("add", "a.py")
    assert now(change_staged(open_target(project.folder), other)) == {}
    assert now(change_staged(open_target(project.folder))) == {"a.py": b"a2"}


def test_names_of_all_kinds(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    odd = ["sp ace.py", "new\nline.py", "tab\t.py", "na\udce9ve.py", "-dash.py", ":(top)x.py"]
    for name in odd:
        project.write(name, "x")
    project.commit()
    assert set(now(change_since(open_target(project.folder), "HEAD~1"))) == set(odd)
    project.git("rm", "-q", "--cached", "-r", ".")
    assert set(now(change_since(open_target(project.folder), "HEAD~1"))) >= set(odd)


def test_a_revision_that_is_none(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    checkout = open_target(project.folder)
    for revision in ("nothing", "--all", "HEAD:a.py", "-n1", ""):
        with pytest.raises(TargetError, match="there is no revision") as refused:
            change_since(checkout, revision)
        assert refused.value.hint == "fetch it first, or check its name"


def test_a_shallow_clone_says_what_to_do(build: Build, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.commit(**{"a.py": "b"})
    url = project.folder.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", url, tmp_path / "s"], check=True)
    with pytest.raises(TargetError) as refused:
        change_since(open_target(tmp_path / "s"), "HEAD~1")
    assert "fetch more history" in refused.value.hint


def test_no_common_history(build: Build) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.git("checkout", "-q", "--orphan", "other")
    project.commit(**{"a.py": "b"})
    with pytest.raises(TargetError, match="have no common history"):
        change_since(open_target(project.folder), "main")


def test_outside_git(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="--since needs a git repository"):
        change_since(open_target(tmp_path), "HEAD")
    with pytest.raises(TargetError, match="--staged needs a git repository"):
        change_staged(open_target(tmp_path))


def test_before_the_first_commit(build: Build) -> None:
    with pytest.raises(TargetError, match="there is no commit yet"):
        change_since(open_target(build().folder), "HEAD")
