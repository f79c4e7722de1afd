"""What a target has in it, wherever it comes from."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seawall.core.errors import TargetError
from seawall.core.report import Problem
from seawall.source.checkout import Checkout, open_target
from seawall.source.file import Entry, Skip, Source

Build = Callable[..., Any]
pytestmark = pytest.mark.needs("git")


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Checkout]]:
    """Open targets and close them afterwards."""
    checkouts: list[Checkout] = []

    def open_(path: Path) -> Checkout:
        checkouts.append(open_target(path))
        return checkouts[-1]

    yield open_
    for checkout in checkouts:
        checkout.close()


Open = Callable[[Path], Checkout]


def paths(items: Iterable[Entry | Skip | Problem]) -> list[str]:
    return [item.path for item in items if isinstance(item, Entry)]


def skipped(items: Iterable[Entry | Skip | Problem]) -> dict[str, str]:
    return {item.path: item.reason for item in items if isinstance(item, Skip)}


def text(checkout: Checkout, path: str) -> bytes:
    (entry,) = (one for one in checkout.entries() if isinstance(one, Entry) and one.path == path)
    source = checkout.read(entry)
    assert isinstance(source, Source)
    return source.content


def test_tracked_untracked_and_ignored(build: Build, opened: Open) -> None:
    project = build()
    project.write("kept.log", "tracked all the same")
    project.git("add", "-f", "kept.log")
    project.commit(**{".gitignore": "*.log\n/out/\n", "src__a.py": "a = 1\n", "src__b.py": ""})
    project.write("new.py", "b = 2\n")
    project.write("noise.log", "x")
    project.write("out/x.py", "x")
    project.write(".git/info/exclude", "private/\n")
    project.write("private/x.py", "x")
    checkout = opened(project.folder)
    assert paths(checkout.entries()) == [".gitignore", "kept.log", "new.py", "src/a.py"]
    assert skipped(checkout.entries()) == {"src/b.py": "empty"}
    assert checkout.name == "project"
    assert checkout.branch == "main"
    assert checkout.revision == project.git("rev-parse", "HEAD")
    assert not checkout.is_bare
    assert not checkout.problems


def test_the_walk_without_git_agrees(build: Build, opened: Open) -> None:
    project = build()
    project.commit(
        **{
            ".gitignore": "*.log\n!keep.log\n",
            "a__.gitignore": "/x*\n",
            "a__y": "y",
            "a__b__x": "x",
            "keep.log": "k",
            "z.py": "z",
        }
    )
    project.write("a/xx", "x")
    project.write("noise.log", "x")
    with_git = paths(opened(project.folder).entries())
    shutil.rmtree(project.folder / ".git")
    checkout = opened(project.folder)
    assert paths(checkout.entries()) == with_git
    assert skipped(checkout.entries()) == {"a/xx": "ignored", "noise.log": "ignored"}
    assert checkout.repository is None
    assert checkout.revision == checkout.branch == ""


def test_without_git_a_lockfile_may_be_held_though_it_is_ignored(
    build: Build, opened: Open
) -> None:
    project = build()
    names = ("Cargo.lock", "a/package-lock.json", "uv.lock", "go.sum", "bun.lockb", "notes.txt")
    project.write(".gitignore", "*.lock\n*.lockb\n*-lock.json\ngo.sum\nnotes.txt\nout/\n")
    for name in (*names, "out/uv.lock", "own/uv.lock"):
        project.write(name, "x")
    project.write(".seawallignore", "own/\n")
    shutil.rmtree(project.folder / ".git")
    found = paths(opened(project.folder).entries())
    assert [one for one in found if not one.startswith(".")] == sorted(names[:-1])


def test_own_ignore_file_and_excludes(build: Build, opened: Open) -> None:
    project = build()
    project.commit(
        **{
            ".seawallignore": "fixtures/\n",
            "fixtures__a.py": "a",
            "app__.seawallignore": "*.gen.py\n",
            "app__b.gen.py": "b",
            "app__c.py": "c",
            "d.gen.py": "d",
        }
    )
    checkout = opened(project.folder)
    listed = list(checkout.entries(excludes={"app": ("c.py",), "": ("/c.py",)}))
    assert paths(listed) == [".seawallignore", "app/.seawallignore", "d.gen.py"]
    assert set(skipped(listed)) == {"fixtures/a.py", "app/b.gen.py", "app/c.py"}
    shutil.rmtree(project.folder / ".git")
    walked = paths(opened(project.folder).entries(excludes={"app": ("c.py",)}))
    assert walked == paths(listed)


def test_a_folder_of_a_repository(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"a.py": "a", "lib__b.py": "b", "lib__c__d.py": "d", "library.py": "x"})
    project.write("lib/new.py", "n")
    checkout = opened(project.folder / "lib")
    assert paths(checkout.entries()) == ["b.py", "c/d.py", "new.py"]
    assert text(checkout, "c/d.py") == b"d"
    assert checkout.prefix == "lib/"
    assert checkout.revision == project.git("rev-parse", "HEAD")


def test_a_folder_that_the_repository_ignores_is_meant(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{".gitignore": "out/\n"})
    project.write("out/a.py", "a")
    assert paths(opened(project.folder / "out").entries()) == ["a.py"]


def test_a_single_file(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"a.py": "a", "lib__b.py": "b"})
    checkout = opened(project.folder / "lib" / "b.py")
    assert checkout.only == checkout.name == "b.py"
    assert paths(checkout.entries()) == ["b.py"]
    assert text(checkout, "b.py") == b"b"


def test_a_file_that_was_deleted_is_not_there(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"a.py": "a", "b.py": "b"})
    (project.folder / "a.py").unlink()
    assert paths(opened(project.folder).entries()) == ["b.py"]


def test_blobs_are_known_where_the_file_is_as_git_wrote_it(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"a.py": "a = 1\n", "b.py": "b = 1\n", "c.py": "c = 1\n"})
    # Younger than the index: git has to compare contents, and does.
    project.write("b.py", "b = 2\n")
    project.git("update-index", "--assume-unchanged", "c.py")
    project.write("c.py", "c = 2\n")
    blobs = {item.path: item.blob for item in opened(project.folder).entries()}  # type: ignore[union-attr]
    assert blobs == {"a.py": project.git("rev-parse", "HEAD:a.py"), "b.py": "", "c.py": ""}


def test_blobs_are_not_trusted_beside_filters(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"lib__.gitattributes": "*.bin filter=lfs\n", "a.py": "a = 1\n"})
    assert {item.blob for item in opened(project.folder).entries()} == {""}  # type: ignore[union-attr]


def test_a_bare_repository_is_scanned_at_head(build: Build, opened: Open, tmp_path: Path) -> None:
    project = build()
    (project.folder / "link").symlink_to("a.py")
    project.commit(**{"a.py": "a", "lib__b.py": "b", ".seawallignore": "/lib\n"})
    subprocess.run(
        ["git", "clone", "-q", "--bare", project.folder, tmp_path / "bare.git"], check=True
    )
    checkout = opened(tmp_path / "bare.git")
    assert checkout.is_bare
    assert paths(checkout.entries()) == [".seawallignore", "a.py"]
    assert skipped(checkout.entries()) == {"lib/b.py": "ignored", "link": "link"}
    assert text(checkout, "a.py") == b"a"
    assert checkout.file("lib/b.py") is None
    assert checkout.file(".seawallignore") == b"/lib\n"


def test_sha256(build: Build, opened: Open) -> None:
    project = build("project", "--object-format=sha256")
    project.commit(**{"a.py": "a"})
    checkout = opened(project.folder)
    assert len(checkout.revision) == 64
    assert [(one.path, len(one.blob)) for one in checkout.entries()] == [("a.py", 64)]  # type: ignore[union-attr]


def test_a_linked_work_tree(build: Build, opened: Open, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side" / "new.py").write_text("n")
    checkout = opened(tmp_path / "side")
    assert checkout.branch == "side"
    assert paths(checkout.entries()) == ["a.py", "new.py"]
    assert not checkout.problems


def test_submodules_are_walked_by_their_own_git(build: Build, opened: Open) -> None:
    inner = build("inner")
    inner.commit(**{".gitignore": "*.log\n", "i.py": "i"})
    project = build()
    project.commit(**{"a.py": "a"})
    for name in ("sub", "gone"):
        project.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", "../inner", name)
    project.commit()
    project.git("submodule", "deinit", "-q", "-f", "gone")
    project.write("sub/x.log", "x")
    project.write("sub/new.py", "n")
    checkout = opened(project.folder)
    assert paths(checkout.entries()) == [
        ".gitmodules", "a.py", "sub/.gitignore", "sub/i.py", "sub/new.py",
    ]  # fmt: skip
    assert skipped(checkout.entries()) == {"gone": "submodule"}
    assert text(checkout, "sub/i.py") == b"i"
    alone = opened(project.folder / "sub")
    assert paths(alone.entries()) == [".gitignore", "i.py", "new.py"]
    assert not alone.problems


def test_a_repository_within_that_is_no_submodule(build: Build, opened: Open) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    build("project/vendor/inner").commit(**{"i.py": "i"})
    assert paths(opened(project.folder).entries()) == ["a.py", "vendor/inner/i.py"]


def test_a_shallow_clone(build: Build, opened: Open, tmp_path: Path) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    project.commit(**{"a.py": "b"})
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", project.folder.as_uri(), tmp_path / "shallow"],
        check=True,
    )
    checkout = opened(tmp_path / "shallow")
    assert paths(checkout.entries()) == ["a.py"]
    assert checkout.repository is not None
    assert checkout.repository.is_shallow


def test_a_repository_without_a_commit(build: Build, opened: Open) -> None:
    project = build()
    project.write("a.py", "a")
    checkout = opened(project.folder)
    assert paths(checkout.entries()) == ["a.py"]
    assert checkout.revision == ""
    assert checkout.branch == "main"


def test_configurations_of_a_monorepo(build: Build, opened: Open) -> None:
    project = build()
    project.commit(
        **{
            "seawall.toml": "root",
            "shop__pyproject.toml": "shop",
            "shop__seawall.toml.bak": "no",
            "node_modules__x__seawall.toml": "no",
        }
    )
    project.git("rm", "-rq", "--cached", "node_modules")
    project.write(".gitignore", "node_modules\n")
    found = opened(project.folder).files_named(("seawall.toml", "pyproject.toml"))
    assert list(found) == [("seawall.toml", b"root"), ("shop/pyproject.toml", b"shop")]


def test_without_git_installed(
    build: Build, opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    monkeypatch.setenv("PATH", str(tmp_path))
    checkout = opened(project.folder)
    assert paths(checkout.entries()) == ["a.py"]
    (problem,) = checkout.problems
    assert problem.message == "the repository was not used: git is not installed"


def test_targets_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="there is no such file or folder"):
        open_target(tmp_path / "nothing")
    with pytest.raises(TargetError, match="neither a folder nor a file"):
        open_target(Path(os.devnull))


def test_nothing_is_left_behind(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = build()
    project.commit(**{"a.py": "a"})
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    before = sorted(project.folder.rglob("*"))
    checkout = open_target(project.folder)
    assert paths(checkout.entries()) == ["a.py"]
    assert os.listdir(tmp_path / "tmp")
    checkout.close()
    assert not os.listdir(tmp_path / "tmp")
    assert sorted(project.folder.rglob("*")) == before
