"""Repositories whose git directory would run something, lies, or leads out: git is never misled."""

import os
import struct
import subprocess
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs("git")

Run = Callable[..., str]
Look = Callable[[Path], Any]

NOW = {"a.py": b"a = 3\n", "lib/b.py": b"b = 2\n", "new.py": b"new = 1\n"}
PAST = {b"a = 1\n", b"a = 2\n", b"b = 1\n", b"b = 2\n"}

# Every setting by which git runs a program, with the program as {canary}.
SETTINGS = {
    "file system monitor": {"core.fsmonitor": "{canary}"},
    "hooks": {"core.hooksPath": "{folder}"},
    "filters": {
        "filter.x.clean": "{canary}",
        "filter.x.smudge": "{canary}",
        "filter.x.process": "{canary}",
        "filter.x.required": "true",
    },
    "text conversion": {
        "diff.x.textconv": "{canary}",
        "diff.x.command": "{canary}",
        "diff.external": "{canary}",
        "diff.x.cachetextconv": "true",
        "interactive.diffFilter": "{canary}",
    },
    "merge drivers": {"merge.x.driver": "{canary}"},
    "pagers and editors": {
        "core.pager": "{canary}",
        "pager.ls-files": "{canary}",
        "pager.rev-list": "{canary}",
        "core.editor": "{canary}",
        "sequence.editor": "{canary}",
    },
    "transports": {
        "core.sshCommand": "{canary}",
        "core.gitProxy": "{canary}",
        "core.askPass": "{canary}",
        "credential.helper": "!{canary}",
        "remote.origin.url": "ext::{canary}",
        "remote.origin.uploadpack": "{canary}",
        "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none",
        "extensions.partialClone": "origin",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
        "uploadpack.packObjectsHook": "{canary}",
    },
    "alternates": {"core.alternateRefsCommand": "{canary}"},
    "signatures": {"gpg.program": "{canary}", "log.showSignature": "true"},
    "aliases": {"alias.ls-files": "!{canary}", "alias.cat-file": "!{canary}"},
    "submodules": {
        "submodule.evil.update": "!{canary}",
        "submodule.evil.url": "ext::{canary}",
        "submodule.recurse": "true",
        "diff.submodule": "log",
    },
}

HOOKS = (
    "fsmonitor-watchman", "post-checkout", "post-index-change", "pre-auto-gc", "pre-commit",
    "reference-transaction", "post-rewrite",
)  # fmt: skip


def set_up(folder: Path, git: Run, settings: dict[str, str], canary: Path) -> None:
    for name, value in settings.items():
        git(folder, "config", name, value.format(canary=canary, folder=canary.parent))


def lay_attributes(folder: Path) -> None:
    (folder / ".git" / "info" / "attributes").write_text("* filter=x diff=x merge=x\n")
    (folder / ".gitattributes").write_text("* filter=x diff=x merge=x\n")


@pytest.mark.parametrize("kind", SETTINGS)
def test_what_the_configuration_names_is_not_run(
    project: Path, git: Run, look: Look, canary: Path, kind: str
) -> None:
    set_up(project, git, SETTINGS[kind], canary)
    lay_attributes(project)
    for name in HOOKS:
        for hook in (project / ".git" / "hooks" / name, canary.parent / name):
            hook.write_text(canary.read_text())
            hook.chmod(0o755)
    # The second commit's content of one file is not there: git would fetch it.
    blob = git(project, "-c", "core.fsmonitor=", "rev-parse", "HEAD~1:lib/b.py")
    (project / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    seen = look(project)
    assert {path: seen.contents[path] for path in NOW} == NOW
    assert seen.past >= PAST - {b"b = 1\n"}
    assert any("missing" in problem for problem in seen.problems)


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ({"core.fsmonitor": "{canary}"}, ["status"]),
        ({"filter.x.clean": "{canary}"}, ["diff", "--stat"]),
        ({"diff.x.textconv": "{canary}"}, ["diff"]),
    ],
)
def test_the_traps_are_live(
    project: Path, git: Run, canary: Path, settings: dict[str, str], command: list[str]
) -> None:
    set_up(project, git, settings, canary)
    lay_attributes(project)
    subprocess.run(["git", *command], cwd=project, capture_output=True, check=False)
    sung = canary.with_suffix(".sung")
    assert sung.exists(), "git itself does not fall for it, so the test above would prove nothing"
    sung.unlink()


@pytest.mark.parametrize("form", ["include", "includeIf", "worktree"])
def test_configuration_from_elsewhere_is_not_read(
    project: Path, git: Run, look: Look, canary: Path, tmp_path: Path, form: str
) -> None:
    evil = f"[core]\n\tfsmonitor = {canary}\n\tworktree = {tmp_path}\n"
    if form == "worktree":
        git(project, "config", "extensions.worktreeConfig", "true")
        (project / ".git" / "config.worktree").write_text(evil)
    else:
        (tmp_path / "evil").write_text(evil)
        name = 'include "gitdir:/**"' if form == "includeIf" else "include"
        header = f"[{name.replace('include ', 'includeIf ')}]"
        with (project / ".git" / "config").open("a") as file:
            file.write(f"{header}\n\tpath = {tmp_path}/evil\n")
    assert look(project).contents == NOW


def test_the_work_tree_is_where_the_target_is(
    project: Path, git: Run, look: Look, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "private.py").write_text("private\n")
    git(project, "config", "core.worktree", str(tmp_path / "elsewhere"))
    assert look(project).contents == NOW


def test_a_repository_is_not_bare_because_it_says_so(project: Path, git: Run, look: Look) -> None:
    git(project, "config", "core.bare", "true")
    assert look(project).contents == NOW


def test_the_git_directory_of_somebody_else(project: Path, look: Look, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "x.py").write_text("x\n")
    (target / ".git").write_text(f"gitdir: {project}/.git\n")
    seen = look(target)
    assert seen.contents == {"x.py": b"x\n"}
    assert not seen.past & PAST
    assert any("does not name it back" in problem for problem in seen.problems)


def test_a_linked_work_tree_that_is_not_ours(
    project: Path, git: Run, look: Look, tmp_path: Path
) -> None:
    git(project, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    target = tmp_path / "target"
    target.mkdir()
    (target / ".git").write_text(f"gitdir: {project}/.git/worktrees/side\n")
    assert not look(target).past & PAST


@pytest.mark.parametrize("name", ["HEAD", "refs", "objects", "packed-refs", "index"])
def test_parts_that_are_links_out(
    project: Path, git: Run, look: Look, tmp_path: Path, name: str
) -> None:
    git(project, "pack-refs", "--all")
    target = tmp_path / "target"
    target.mkdir()
    git(target, "init", "-q")
    (target / "x.py").write_text("x\n")
    part = target / ".git" / name
    if part.exists():
        part.rename(tmp_path / "kept")
    part.symlink_to(project / ".git" / name)
    seen = look(target)
    assert seen.contents == {"x.py": b"x\n"}
    assert not seen.past & PAST
    assert any("lies outside the git directory" in problem for problem in seen.problems)


@pytest.mark.needs("mkfifo")
@pytest.mark.parametrize(
    "name",
    [
        "HEAD", "index", "config", "packed-refs", "shallow", "info/exclude", "refs/heads/x",
        "objects/info/alternates", "objects/pack/pack-x.idx", "objects/00/11",
    ],
)  # fmt: skip
def test_pipes_in_the_git_directory(project: Path, look: Look, name: str) -> None:
    part = project / ".git" / name
    part.parent.mkdir(exist_ok=True)
    part.unlink(missing_ok=True)
    os.mkfifo(part)
    seen = look(project)
    assert seen.contents == NOW
    assert any("the repository was not used" in problem for problem in seen.problems)


@pytest.mark.needs("mkfifo")
def test_pipes_behind_alternates(project: Path, look: Look, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "pack").mkdir(parents=True)
    os.mkfifo(store / "pack" / "pack-x.idx")
    (project / ".git" / "objects" / "info" / "alternates").write_text(f"{store}\n")
    assert look(project).contents == NOW


@pytest.mark.needs("mkfifo")
def test_a_pipe_that_git_waits_for(
    project: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seawall.source.git.LIST_TIMEOUT", 0.5)
    monkeypatch.setattr("seawall.source.git.TIMEOUT", 0.5)
    os.mkfifo(project / "lib" / ".gitignore")
    seen = look(project)
    assert seen.contents == NOW
    assert any("took longer than" in problem for problem in seen.problems)


@pytest.mark.parametrize("name", ["index", "packed-refs", "HEAD", "shallow", "refs/heads/main"])
@pytest.mark.parametrize("garbage", [b"", b"\0\xff garbage\n" * 50, b"ref: refs/heads/\x1b[2J\n"])
def test_garbage_in_the_git_directory(project: Path, look: Look, name: str, garbage: bytes) -> None:
    (project / ".git" / name).write_bytes(garbage)
    seen = look(project)
    assert {path: seen.contents[path] for path in NOW} == NOW


def test_a_huge_configuration(project: Path, look: Look) -> None:
    with (project / ".git" / "config").open("ab") as file:
        file.write(b"[a]\n")
        file.truncate(3 << 30)
    assert look(project).contents == NOW


@pytest.mark.parametrize("name", ["commit-graph", "commit-graphs/commit-graph-chain"])
def test_a_planted_commit_graph_hides_nothing(
    project: Path, git: Run, look: Look, tmp_path: Path, name: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "x")
    git(other, "commit-graph", "write", "--reachable", *(["--split"] if "/" in name else []))
    graphs = other / ".git" / "objects" / "info"
    for file in graphs.rglob("*"):
        if file.is_file():
            place = project / ".git" / "objects" / "info" / file.relative_to(graphs)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.read_bytes())
    assert look(project).past >= PAST


def test_replaced_and_grafted_objects_hide_nothing(project: Path, git: Run, look: Look) -> None:
    old = git(project, "rev-parse", "HEAD~1:a.py")
    git(project, "replace", old, git(project, "hash-object", "-w", "--stdin", given=b"harmless\n"))
    (project / ".git" / "info" / "grafts").write_text(git(project, "rev-parse", "HEAD") + "\n")
    assert look(project).past >= PAST


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_bits_in_the_index_hide_nothing(project: Path, git: Run, look: Look, bit: str) -> None:
    git(project, "update-index", bit, "lib/b.py")
    (project / "lib" / "b.py").write_text("changed\n")
    assert look(project).contents["lib/b.py"] == b"changed\n"


def test_an_untracked_cache_hides_nothing(project: Path, git: Run, look: Look) -> None:
    git(project, "config", "core.untrackedCache", "true")
    git(project, "update-index", "--untracked-cache")
    git(project, "status")
    (project / "lib" / "late.py").write_text("late\n")
    assert look(project).contents["lib/late.py"] == b"late\n"


@pytest.mark.parametrize("path", [b"../outside.py", b"lib/../../outside.py", b".git/config"])
def test_an_index_that_names_what_is_not_ours(
    project: Path, look: Look, tmp_path: Path, path: bytes
) -> None:
    (tmp_path / "outside.py").write_text("outside\n")
    entry = struct.pack(">10I", *[0] * 6, 0o100644, 0, 0, 8) + b"\1" * 20
    entry += struct.pack(">H", len(path)) + path
    entry += b"\0" * (8 - len(entry) % 8)
    index = struct.pack(">4sII", b"DIRC", 2, 1) + entry
    (project / ".git" / "index").write_bytes(index + sha1(index).digest())
    seen = look(project)
    assert b"outside\n" not in {*seen.contents.values(), *seen.past}
    assert ".git/config" not in seen.contents


@pytest.mark.parametrize("name", [b"..", b".git", b"a/b", b"\x1b[31mred\n::error::"])
def test_a_tree_with_names_that_cannot_be(
    project: Path, git: Run, look: Look, tmp_path: Path, name: bytes
) -> None:
    (tmp_path / "outside.py").write_text("outside\n")
    blob = git(project, "hash-object", "-w", "--stdin", given=b"inside\n")
    inner = b"100644 outside.py\0" + bytes.fromhex(blob)
    write = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
    inner_tree = git(project, *write, given=inner)
    tree = git(project, *write, given=b"40000 " + name + b"\0" + bytes.fromhex(inner_tree))
    commit = git(project, "commit-tree", tree, "-p", "HEAD", "-m", "x")
    git(project, "update-ref", "refs/heads/main", commit)
    seen = look(project)
    assert b"outside\n" not in {*seen.contents.values(), *seen.past}
    assert b"inside\n" in seen.past


def test_a_submodule_with_a_transport_that_runs(
    project: Path, git: Run, look: Look, canary: Path
) -> None:
    (project / ".gitmodules").write_text(
        f'[submodule "evil"]\n\tpath = evil\n\turl = ext::{canary}\n\tupdate = !{canary}\n'
    )
    head = git(project, "rev-parse", "HEAD")
    git(project, "update-index", "--add", "--cacheinfo", f"160000,{head},evil")
    (project / "evil").mkdir()
    assert look(project).skipped["evil"] == "submodule"


@pytest.mark.parametrize("registered", [True, False])
def test_a_submodule_whose_configuration_runs(
    project: Path, git: Run, look: Look, canary: Path, registered: bool
) -> None:
    inner = project / "sub"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "i.py").write_text("i\n")
    git(inner, "add", "-A")
    git(inner, "commit", "-q", "-m", "x")
    if registered:
        git(project, "add", "sub")
        git(project, "commit", "-q", "-m", "sub")
        (project / ".gitmodules").write_text(
            '[submodule "sub"]\n\tpath = sub\n\turl = ../sub\n\tignore = none\n'
        )
    (inner / "i.py").write_text("changed\n")
    for settings in SETTINGS.values():
        set_up(inner, git, settings, canary)
    lay_attributes(inner)
    assert look(project).contents["sub/i.py"] == b"changed\n"


def test_a_hostile_repository_within(project: Path, git: Run, look: Look, canary: Path) -> None:
    inner = project / "vendor" / "inner"
    inner.mkdir(parents=True)
    git(inner, "init", "-q")
    git(inner, "config", "core.worktree", "/")
    git(inner, "config", "core.fsmonitor", str(canary))
    (inner / "i.py").write_text("i\n")
    assert look(project).contents["vendor/inner/i.py"] == b"i\n"


def test_damaged_packs(project: Path, git: Run, look: Look) -> None:
    git(project, "repack", "-q", "-a", "-d")
    (pack,) = (project / ".git" / "objects" / "pack").glob("*.pack")
    content = bytearray(pack.read_bytes())
    content[40 : len(content) - 40] = b"\xaa" * (len(content) - 80)
    pack.chmod(0o600)
    pack.write_bytes(content)
    seen = look(project)
    assert seen.contents == NOW
    assert seen.problems
