"""Lists the benches, or runs one: `python -m bench [NAME [ARGUMENT ...]]`."""

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAIN = "__main__"


def main(arguments: list[str]) -> int:
    """Run the bench that is named, or tell which there are; return the exit code."""
    benches = find_benches()
    if not arguments or arguments[0] in ("-h", "--help"):
        print('python -m bench NAME [ARGUMENT ...]     or: make bench ARGS="NAME ..."\n')
        wide = max(map(len, benches))
        for name, path in benches.items():
            print(f"  {name:<{wide}}  {first_line(path)}")
        print("\n`--help` after a name tells what it needs.")
        return 0
    name, *rest = arguments
    fitting = [path for known, path in benches.items() if name in (known, known.split("/")[-1])]
    if len(fitting) != 1:
        print(f"bench: error: there is no bench {name!r}", file=sys.stderr)
        print(f"bench: hint: the benches are {', '.join(benches)}", file=sys.stderr)
        return 2
    return subprocess.run([sys.executable, str(fitting[0]), *rest], check=False).returncode


def find_benches() -> dict[str, Path]:
    """Return every script of this folder by its name, such as "secrets/creddata"."""
    return {
        path.relative_to(HERE).with_suffix("").as_posix(): path
        for path in sorted(HERE.rglob("*.py"))
        if path.stem != MAIN and f'== "{MAIN}"' in path.read_text(encoding="utf-8")
    }


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring."""
    words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
