"""The tree tells nothing of the machines on which it was written."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = {".git", ".venv", ".build", "__pycache__", ".hypothesis", ".pytest_cache", "dist"}

# Put together here, so that this file does not name them.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"(?<![\w.-])/wo" r"rk/(?:main|shared|venv|bench-data|\.)",
            r"/ro" r"ot/\.pyenv",
            r"/ho" r"me/[a-z]+/(?:src|work)/seawall",
            r"farm" r"-(?:bench|studio)",
            r"/opt/(?:py" r"pi|whe" r"els)",
        )
    )
)


def tracked() -> Iterator[Path]:
    """Yield every text file of the checkout, by git where there is one."""
    if shutil.which("git") and (ROOT / ".git").exists():
        # The folder may belong to somebody else: checks in a container run as root.
        command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
        done = subprocess.run(command, capture_output=True, check=True)
        names = [name for name in done.stdout.decode().split("\0") if name]
        paths = [ROOT / name for name in names]
    else:
        paths = [path for path in ROOT.rglob("*") if not BUILT & set(path.parts)]
    for path in paths:
        if path.is_file():
            yield path


def test_no_path_or_name_of_a_machine_stands_in_a_file() -> None:
    wrong = []
    for path in tracked():
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if FORBIDDEN.search(line.decode("utf-8", "replace")):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert not wrong


def test_file_names_suit_every_system() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert not [name for name in names if re.search(r'[\\:*?"<>| ]', name) or not name.isascii()]
    folded: dict[str, str] = {}
    for name in names:
        assert folded.setdefault(name.casefold(), name) == name


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "common", "base", "manager", "helper", "helpers", "misc"}
    modules = [path for path in tracked() if path.suffix == ".py" and "examples" not in path.parts]
    assert not [path for path in modules if path.stem in vague or path.parent.name in vague]
