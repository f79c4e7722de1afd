"""Make Harbor: a repository with a story and planted secrets, the same bytes on every machine.

python examples/harbor/build.py [FOLDER]        by default .build/harbor
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import plant

HERE = Path(__file__).resolve().parent
SHOP = HERE / "shop"
DEFAULT = HERE.parent.parent / ".build" / "harbor"
MAIN = "main"
NO_GIT = (
    "seawall: git was not found: the example has no history, "
    "and the secrets that only its history holds are missing"
)


@dataclass(frozen=True)
class Blob:
    """One version of one file."""

    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Commit:
    """One step of the story, with the whole tree after it."""

    author: str
    when: datetime
    message: str
    branch: str
    parents: tuple[int, ...]
    """Places in the list of commits, first parent first."""
    tree: Mapping[str, Blob] = field(repr=False)
    tag: str = ""


def main(arguments: list[str]) -> int:
    """Build when something changed; return the exit code."""
    target = Path(arguments[0]).absolute() if arguments else DEFAULT
    stamp = target.with_name(target.name + ".json")
    git = shutil.which("git")
    wanted = {"made from": digest(), "history": git is not None}
    if target.exists():
        try:
            made = json.loads(stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            print(
                f"seawall: error: {target} exists and was not made by {Path(__file__).name}",
                file=sys.stderr,
            )
            print("seawall: hint: move it away or remove it", file=sys.stderr)
            return 2
        if made == wanted:
            return 0
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Written first and completed last: a build that was cut short is recognised and repeated.
    stamp.write_text("{}\n", encoding="utf-8")
    commits = read_story()
    if git is None:
        print(NO_GIT, flush=True)
        write_tree(target, head(commits).tree)
    else:
        write_repository(git, target, commits)
    stamp.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    return 0


def digest() -> str:
    """Hash everything that the example is made from."""
    total = hashlib.sha256()
    for path in sorted(
        path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ):
        total.update(f"{path.relative_to(HERE).as_posix()}\0{_executable(path)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_story() -> list[Commit]:
    """Read history.toml. Raises ValueError when a file does not end as it stands in shop/."""
    story = tomllib.loads((HERE / "history.toml").read_text(encoding="utf-8"))
    commits: list[Commit] = []
    tips: dict[str, int] = {}
    for step in story["commit"]:
        branch = step.get("branch", MAIN)
        parents = [tips.get(branch, tips.get(MAIN, -1))]
        tree = dict(commits[parents[0]].tree) if parents != [-1] else {}
        if "merge" in step:
            parents.append(tips[step["merge"]])
            tree |= _changed_on(step["merge"], commits, parents)
        for name in step.get("remove", ()):
            del tree[name]
        for name in step.get("files", ()):
            source = HERE / step.get("from", {}).get(name, _shop_name(name))
            tree[name] = _read(source, tuple(step.get("without", {}).get(name, ())))
        tips[branch] = len(commits)
        commits.append(
            Commit(
                author=story["authors"][step["author"]],
                when=step["date"],
                message=step["message"].strip() + "\n",
                branch=branch,
                parents=tuple(parent for parent in parents if parent >= 0),
                tree=tree,
                tag=step.get("tag", ""),
            )
        )
    _check_end(commits)
    return commits


def head(commits: list[Commit]) -> Commit:
    """Return the newest commit of the main branch."""
    return next(commit for commit in reversed(commits) if commit.branch == MAIN)


def _shop_name(name: str) -> str:
    # Under its own name it would be obeyed by the repository that Harbor is an example of.
    return "shop/dot-gitignore" if name == ".gitignore" else f"shop/{name}"


def _read(path: Path, without: tuple[str, ...]) -> Blob:
    """Read a file with its secrets filled in, leaving out lines that begin as `without` says."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not without or not line.lstrip().startswith(without)]
    return Blob(plant.fill("".join(kept)).encode(), _executable(path))


def _executable(path: Path) -> bool:
    # By its first line, not its mode: an archive or a mount may have lost the mode.
    return path.read_bytes().startswith(b"#!")


def _changed_on(branch: str, commits: list[Commit], parents: list[int]) -> dict[str, Blob]:
    """Return what a branch changed since it left; the story has no conflicts."""
    first = next(commit for commit in commits if commit.branch == branch)
    before = commits[first.parents[0]].tree
    return {
        name: blob for name, blob in commits[parents[1]].tree.items() if before.get(name) != blob
    }


def _check_end(commits: list[Commit]) -> None:
    tree = head(commits).tree
    wrong = [name for name in sorted(tree) if tree[name] != _read(HERE / _shop_name(name), ())]
    if wrong:
        raise ValueError(f"history.toml does not end with what shop/ holds: {', '.join(wrong)}")


def write_repository(git: str, target: Path, commits: list[Commit]) -> None:
    """Write the history by `git fast-import` and check out its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": str(target.parent),
    }

    def run(*words: str, stdin: bytes = b"") -> None:
        subprocess.run([git, "-C", str(target), *words], input=stdin, env=environment, check=True)

    target.mkdir()
    run("init", "--quiet", "--template=")
    run("symbolic-ref", "HEAD", f"refs/heads/{MAIN}")
    run("fast-import", "--quiet", stdin=b"".join(stream(commits)))
    run("-c", "core.autocrlf=false", "reset", "--quiet", "--hard")


def stream(commits: list[Commit]) -> Iterator[bytes]:
    """Yield the commands of `git fast-import`."""
    for place, commit in enumerate(commits):
        who = f"{commit.author} {int(commit.when.timestamp())} {commit.when:%z}\n".encode()
        message = commit.message.encode()
        yield f"commit refs/heads/{commit.branch}\nmark :{place + 1}\n".encode()
        yield b"author " + who + b"committer " + who + b"data %d\n" % len(message) + message
        for verb, parent in zip(("from", "merge"), commit.parents, strict=False):
            yield f"{verb} :{parent + 1}\n".encode()
        yield b"deleteall\n"
        for name, blob in sorted(commit.tree.items()):
            yield f"M {'100755' if blob.executable else '100644'} inline {name}\n".encode()
            yield b"data %d\n" % len(blob.content) + blob.content + b"\n"
        yield b"\n"
        if commit.tag:
            words = f"Harbor {commit.tag.removeprefix('v')}\n".encode()
            yield f"tag {commit.tag}\nfrom :{place + 1}\n".encode()
            yield b"tagger " + who + b"data %d\n" % len(words) + words


def write_tree(target: Path, tree: Mapping[str, Blob]) -> None:
    """Write the files alone."""
    for name, blob in tree.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob.content)
        path.chmod(0o755 if blob.executable else 0o644)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
