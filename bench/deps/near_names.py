"""How many mistyped names are told, and how many names of real packages are told too.

    python bench/deps/near_names.py [TARGET...]

Of each well-known name that others are compared with, every name that a slip or an impostor makes
of it is asked for, by the kind of slip; what is known itself is left out. Then the packages that
the lists of the targets name, which are all real: what is told of them is printed.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from seawall.core.errors import ParseError
from seawall.engines.deps.trust.names import NearNames
from seawall.model.inventory import Ecosystem, ListFile
from seawall.parse.lock import format_of, read_list
from seawall.rules.deps import load_trust

LOOKALIKES = {"o": "0", "l": "1", "i": "1", "e": "3", "s": "5", "m": "rn", "w": "vv", "g": "q"}
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
AFTER = ("-python", "-py", "-js", ".js", "-node", "-rs", "-rb", "-cli", "-sdk", "-lib", "-utils")
BEFORE = ("python-", "py", "py-", "python3-", "node-", "js-", "lib", "rust-", "ruby-")


def slips(name: str) -> Iterator[tuple[str, str]]:
    """Yield what becomes of a name, with the kind of slip."""
    scope, slash, own = name.rpartition("/")
    start = scope + slash
    for at in range(len(own) - 1):
        yield "swapped", start + own[:at] + own[at + 1] + own[at] + own[at + 2 :]
    for at, letter in enumerate(own):
        yield "omitted", start + own[:at] + own[at + 1 :]
        yield "doubled", start + own[:at] + letter + own[at:]
        if letter in LOOKALIKES:
            yield "looks alike", start + own[:at] + LOOKALIKES[letter] + own[at + 1 :]
        for row in KEYS:
            place = row.find(letter)
            if place >= 0:
                for near in row[max(0, place - 1) : place] + row[place + 1 : place + 2]:
                    yield "next key", start + own[:at] + near + own[at + 1 :]
        if letter in "-_.":
            for other in ("", *"-_."):
                yield "separators", start + own[:at] + other + own[at + 1 :]
    yield "plural", start + (own[:-1] if own.endswith("s") else own + "s")
    yield from (("added behind", start + own + one) for one in AFTER)
    yield from (("added before", start + one + own) for one in BEFORE)
    if scope.startswith("@"):
        yield "without scope", own
        yield "scope in the name", f"{scope[1:]}-{own}"
        for at in range(1, len(scope) - 1):
            yield "scope swapped", f"{scope[:at]}{scope[at + 1]}{scope[at]}{scope[at + 2 :]}/{own}"
        for at in range(1, len(scope)):
            yield "scope omitted", f"{scope[:at]}{scope[at + 1 :]}/{own}"
        yield "scope plural", f"{scope[:-1] if scope.endswith('s') else scope + 's'}/{own}"
    elif scope:
        for at in range(len(scope) - 1):
            yield "owner swapped", f"{scope[:at]}{scope[at + 1]}{scope[at]}{scope[at + 2 :]}/{own}"
        for at in range(len(scope)):
            yield "owner omitted", f"{scope[:at]}{scope[at + 1 :]}/{own}"


def count_slips(ecosystem: Ecosystem, near: NearNames, names: frozenset[str]) -> None:
    """Print how many of the slips are told, by kind."""
    asked: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for name in sorted(names):
        for kind, slip in sorted(set(slips(name))):
            if slip.lower() not in names and slip != name:
                asked[kind] += 1
                told[kind] += near.find(slip) is not None
    rows = (f"{kind} {told[kind]}/{asked[kind]}" for kind in asked)
    print(f"{ecosystem} ({len(names)} names): {', '.join(rows)}")


def real_names(targets: list[Path]) -> dict[Ecosystem, set[str]]:
    """Return the packages of registries that the lists of targets name."""
    found: dict[Ecosystem, set[str]] = defaultdict(set)
    for target in targets:
        for file in sorted(target.rglob("*")):
            path = file.relative_to(target).as_posix()
            if not format_of(path) or not file.is_file():
                continue
            try:
                inventory = read_list(ListFile(path=path, content=file.read_bytes()))
            except ParseError:
                continue
            for one in inventory.packages:
                if one.origin == "registry":
                    found[one.ecosystem].add(one.name)
    return found


def main() -> int:
    """Print both."""
    known = load_trust().known
    finders = {one: NearNames(one, table) for one, table in known.items()}
    for ecosystem, table in known.items():
        count_slips(ecosystem, finders[ecosystem], table.names)
    for ecosystem, names in sorted(real_names([Path(one) for one in sys.argv[1:]]).items()):
        if ecosystem in finders:
            told = [(name, finders[ecosystem].find(name)) for name in sorted(names)]
            wrong = [f"{name} ~ {one.name}" for name, one in told if one is not None]
            print(f"{ecosystem}: {len(wrong)} of {len(names)} real names told {wrong}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
