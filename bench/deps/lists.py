"""Reads the lists of packages of repositories, and tells what is not read of them.

    python bench/deps/lists.py REPOSITORY.git...

Each is a folder of git, with a work tree or without; what its newest commit holds is read. Files of
tests are left out, for they are broken on purpose.
"""

import collections
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from seawall.core.errors import ParseError
from seawall.model.inventory import ListFile
from seawall.parse.lock import format_of, read_list

MOST = 300
"""Files of one repository."""
TESTS = ("test/", "/test", "tests/", "fixtures", "testdata")


def git(repository: str, *words: str) -> bytes:
    """Return what git says, b"" where it fails."""
    command = ("git", f"--git-dir={repository}", *words)
    return subprocess.run(command, capture_output=True, check=False).stdout


def main() -> int:
    """Read and print."""
    files: collections.Counter[str] = collections.Counter()
    packages = spent = 0.0
    for repository in sys.argv[1:]:
        listed = git(repository, "ls-tree", "-r", "--name-only", "-z", "HEAD").decode()
        paths = [one for one in listed.split("\0") if format_of(one)]
        for path in [one for one in paths if not any(word in one for word in TESTS)][:MOST]:
            content = git(repository, "show", f"HEAD:{path}")
            files[format_of(path)] += 1
            began = time.process_time()
            try:
                inventory = read_list(ListFile(path=path, content=content))
            except ParseError as error:
                print(f"{repository} {path}: not read: {error}")
                continue
            spent += time.process_time() - began
            packages += len(inventory.packages)
            for one in inventory.problems:
                print(f"{repository} {path}:{one.line}: {one.message}")
    print(f"{files.total()} files of {len(files)} formats, {packages:.0f} packages, {spent:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
