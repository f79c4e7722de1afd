"""What hostile files cost the readers of packages: seconds and megabytes, format by format.

    python bench/deps/hostile.py [--size MB] [--only FORMAT,...] [--all]

Every reader of `parse/lock` is handed files that are made to hurt: each part of a sound file again
and again, at two sizes (what takes more than its share is told); one line of many megabytes;
brackets and tags in one another; aliases of aliases, entities of entities; the file cut off at
every power of two, in other encodings, with bytes turned over; archives are handed bombs. Each is
read by a process of its own that may not take more than two gigabytes. Told is what crashes, what
takes longer than `SLOW` or more memory than `LARGE` times its size, and what grows faster than its
input; `--all` tells everything.
"""

import argparse
import gzip
import io
import json
import os
import random
import re
import resource
import signal
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from seawall.core.errors import ParseError  # noqa: E402
from seawall.model.inventory import Inventory, ListFile  # noqa: E402
from seawall.parse.lock import (  # noqa: E402
    FORMATS,
    LARGEST_LOCK,
    LARGEST_WRITTEN,
    START,
    WRITTEN,
    format_of,
    format_of_content,
    read_list,
)

CASES = ROOT / "tests" / "parse" / "lock"
SLOW = 10.0
"""Seconds of CPU."""
LARGE = 6
"""Times the size of the file, and `SPARE`: of memory that is taken in addition."""
SPARE = 200 << 20
GROWTH = 9.0
"""Times the CPU seconds for four times the size: in proportion it is 4."""
LEAST = 0.25
"""Seconds below which growth is noise."""
LIMIT = 2 << 30
PATIENCE = 20


class Cost(NamedTuple):
    """What reading one file took."""

    seconds: float
    memory: int
    """Bytes that were taken in addition."""
    result: str
    """"read (N packages)", "refused: WORDS", or what went wrong: "CRASH ...", "KILLED ..."."""


def main() -> int:
    """Measure, print what stands out, and return 1 where anything does."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--size", type=int, default=16, help="megabytes of the large files (16)")
    parser.add_argument("--only", default="", help="formats, with commas between them")
    parser.add_argument("--all", action="store_true", help="tell what did not stand out too")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(FORMATS)
    worst = 0
    for name in wanted:
        for words, path, content in hostile(name, options.size << 20):
            worst += judge(name, words, path, content, options.all)
        worst += grown(name, options.size << 17, options.all)
    print(f"{worst} stand out")
    return int(worst > 0)


def judge(name: str, words: str, path: str, content: bytes, everything: bool) -> int:
    """Read one file, and tell what stands out."""
    cost = measured(path, content)
    bound = LARGE * len(content) + SPARE
    bad = not cost.result.startswith("re") or cost.seconds > SLOW or cost.memory > bound
    if bad or everything:
        print(f"{'!' if bad else ' '} {name:22} {words:34} {told(cost, len(content))}", flush=True)
    return int(bad)


def told(cost: Cost, size: int) -> str:
    """Return a cost in words."""
    megabytes = f"{size / 1e6:6.1f} MB {cost.seconds:6.2f} s {cost.memory / 1e6:6.0f} MB"
    return f"{megabytes}  {cost.result[:70]}"


def measured(path: str, content: bytes) -> Cost:
    """Read a file in a process of its own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        with os.fdopen(writer, "w") as out:
            out.write(read_here(path, content))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    _, status, _ = os.wait4(pid, 0)
    if not text:
        return Cost(PATIENCE, 0, f"KILLED by signal {os.WTERMSIG(status)}")
    seconds, memory, result = text.split(" ", 2)
    return Cost(float(seconds), int(memory), result)


def read_here(path: str, content: bytes) -> str:
    """Return seconds, bytes and the result, as text."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    # What the parent took counts from here on.
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    start = time.process_time()
    try:
        if not format_of(path) and not format_of_content(content[:START]):
            raise ParseError("nobody reads it")
        found = read_list(ListFile(path=path, content=content))
        assert isinstance(found, Inventory)
        result = f"read ({len(found.packages)} packages)"
    except ParseError as error:
        result = f"refused: {error}"
    except BaseException as error:
        result = f"CRASH {type(error).__name__}: {error}"
    seconds = time.process_time() - start
    return f"{seconds:.3f} {max(0, peak() - before)} {' '.join(result.split())}"


def peak() -> int:
    """Return the most memory that this process had resident, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def seeds(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the sound files of a format that the tests have."""
    for place in sorted((CASES / name).glob("*/expected.json")):
        path = json.loads(place.read_text(encoding="utf-8"))["file"]
        yield path, (place.parent / path).read_bytes()


def hostile(name: str, size: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield words, path and content of files that are made to hurt one format."""
    paths = dict(seeds(name))
    path, seed = max(paths.items(), key=lambda one: len(one[1]))
    line = seed.replace(b"\n", b" ").replace(b"\r", b" ")
    yield "one line, repeated", path, (line * (size // max(1, len(line)) + 1))[:size]
    yield "the file, repeated", path, (seed * (size // max(1, len(seed)) + 1))[:size]
    yield "one word", path, b"a" * size
    yield "blanks", path, b" " * size
    yield "line ends", path, b"\n" * size
    yield "zeros", path, bytes(size)
    yield "quotes", path, b'"' * size
    yield "backslashes", path, b"\\" * size
    for opening in (
        b"[",
        b"{",
        b'{"a":',
        b"(",
        b"<a>",
        b"- ",
        b"'",
        b"#",
        b"/*",
        b"a: {",
        b"[[a]]\n",
        b"a.",
        b"<!--",
    ):
        yield (
            f"{opening.decode().strip()} in one another",
            path,
            opening * (size // 4 // len(opening)),
        )
        yield (
            f"file, then {opening.decode().strip()}",
            path,
            seed + opening * (size // 4 // len(opening)),
        )
    for filler in (
        b" ",
        b"a",
        b"-",
        b"=",
        b",",
        b".",
        b"1",
        b"\t",
        b"\r",
        b"$",
        b"{{",
        b"a ",
        b"a=",
        b":",
    ):
        words = filler.decode().strip() or repr(filler.decode())
        yield (
            f"file, then a line of {words}",
            path,
            seed + filler * (size // 8 // len(filler)) + b"x",
        )
    yield "a list of a million numbers", path, b"[" + b"1," * 1_000_000 + b"1]"
    yield "a table of a million keys", path, table(1_000_000)
    yield "indents", path, b"".join(b" " * depth + b"a:\n" for depth in range(4000))
    yield "aliases of aliases", path, laughs()
    yield "entities of entities", path, entities()
    for words, content in encoded(seed):
        yield words, path, content
    for words, content in cut(seed):
        yield words, path, content
    if name in ("jar", "wheel"):
        yield from bombs(path)


def table(count: int) -> bytes:
    """Return JSON of many keys."""
    return b"{" + b",".join(b'"k%d":1' % number for number in range(count)) + b"}"


def laughs() -> bytes:
    """Return YAML whose aliases stand for a billion words."""
    rows = [b"a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for level in range(1, 10):
        names = b", ".join([b"*a%d" % (level - 1)] * 10)
        rows.append(b"a%d: &a%d [%s]" % (level, level, names))
    return b"\n".join([*rows, b"packages: *a9", b"dependencies: *a9", b"<<: *a9", b""])


def entities() -> bytes:
    """Return XML whose entities stand for a billion words."""
    rows = [b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "lol">']
    for level in range(1, 10):
        rows.append(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10))
    return b"".join([*rows, b"]><project><name>&e9;</name></project>"])


def encoded(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file as other encodings write it."""
    text = seed.decode("utf-8", "replace")
    yield "utf-16", text.encode("utf-16")
    yield "utf-16 without a mark", text.encode("utf-16-le")
    yield "utf-32", text.encode("utf-32")
    yield "a mark before it", b"\xef\xbb\xbf" + seed
    yield "latin-1", (text + "\u00e9" * 3).encode("latin-1", "replace")
    yield "zeros in between", seed.replace(b"a", b"\0")
    yield "surrogates", seed.replace(b"a", b"\xed\xa0\x80")


def cut(seed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file cut off, and with bytes turned over, each one byte or more than the last."""
    for power in range(28):
        if 1 << power < len(seed):
            yield f"cut off at {1 << power}", seed[: 1 << power]
    chosen = random.Random(0)
    for number in range(30):
        wrong = bytearray(seed)
        for _ in range(chosen.choice((1, 3, 30))):
            if wrong:
                wrong[chosen.randrange(len(wrong))] ^= 1 << chosen.randrange(8)
        yield f"bytes turned over ({number})", bytes(wrong)


def bombs(path: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield archives that hold more than they weigh."""
    zeros = bytes(1 << 20)

    def packed(**members: int) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, megabytes in members.items():
                with archive.open(member.replace("__", "/"), "w", force_zip64=True) as out:
                    for _ in range(megabytes):
                        out.write(zeros)
        return whole.getvalue()

    bomb = packed(**{"META-INF__MANIFEST.MF": 600, "a-1.dist-info__METADATA": 600})
    yield "a text of 600 MB", path, bomb
    yield "a jar of 60 MB of zeros", path, packed(**{f"inner{n}.jar": 60 for n in range(20)})
    inner = bomb
    for _ in range(8):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"lib/inner{number}.jar", inner)
        inner = whole.getvalue()
        if len(inner) > 8 << 20:
            break
    yield "jars in jars in jars", path, inner
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for number in range(200_000):
            archive.writestr(f"{number}.class", b"")
    yield "200,000 empty members", path, whole.getvalue()
    yield "a gzip of 4 GB", "dist/a-1.tar.gz", gzip.compress(gzip.compress(zeros * 64) * 64)
    yield "a gzip of zeros", "dist/a-1.tar.gz", gzip.compress(zeros * 512)


def grown(name: str, size: int, everything: bool) -> int:
    """Repeat each part of the sound files at two sizes; tell what grows faster than its size."""
    count = 0
    most = LARGEST_WRITTEN if name in WRITTEN else LARGEST_LOCK
    size = min(size, most // 5)
    largest = sorted(seeds(name), key=lambda one: -len(one[1]))[:2]
    for path, seed in largest:
        for words, make in parts(path, seed):
            small, large = make(size), make(4 * size)
            if len(large) > most or small == large:
                continue
            first, second = measured(path, small), measured(path, large)
            fast = second.seconds > LEAST and second.seconds > GROWTH * max(first.seconds, 0.02)
            bound = LARGE * len(large) + SPARE
            bad = fast or not second.result.startswith("re") or second.memory > bound
            bad = bad or second.seconds > SLOW
            if bad or everything:
                line = f"{first.seconds:.2f} s, then {told(second, len(large))}"
                print(f"{'!' if bad else ' '} {name:22} {words[:34]:34} {line}", flush=True)
            count += int(bad)
    return count


def parts(path: str, seed: bytes) -> Iterator[tuple[str, "object"]]:
    """Yield what of a file can be repeated, with a function that does so up to a size."""
    try:
        text = seed.decode("utf-8")
    except UnicodeDecodeError:
        return
    try:
        document = json.loads(text)
    except ValueError:
        lines = text.splitlines(keepends=True)
        for at, line in enumerate(lines[:12]):
            yield (
                f"line {at + 1}: {line.strip()[:24]}",
                lambda size, at=at: repeated(lines, at, at + 1, size),
            )
        starts = [at for at, line in enumerate(lines) if not line.strip()] or [0]
        for at, end in zip(starts[:4], [*starts[1:4], len(lines)], strict=False):
            yield (
                f"lines {at + 1} to {end}",
                lambda size, at=at, end=end: repeated(lines, at, end, size),
            )
        yield "all lines", lambda size: repeated(lines, 0, len(lines), size)
    else:
        for way in list(ways(document))[:10]:
            yield ".".join(map(str, way)) or "(top)", lambda size, way=way: widened(text, way, size)


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2,}")


def repeated(lines: list[str], start: int, end: int, size: int) -> bytes:
    """Return lines of which some stand there again and again, each time with another name."""
    block = "".join(lines[start:end])
    names = list(_NAME.finditer(block))
    place = names[min(1, len(names) - 1)].end() if names else len(block.rstrip("\n"))
    count = max(1, size // max(1, len(block) + 6))
    some = "".join(f"{block[:place]}{number}{block[place:]}" for number in range(count))
    return ("".join(lines[:start]) + some + "".join(lines[end:])).encode()


def ways(document: object, way: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Yield the ways to all tables and lists of a document that hold anything."""
    if isinstance(document, dict | list) and document:
        yield way
        pairs = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in pairs:
            yield from ways(value, (*way, key))


def widened(text: str, way: tuple[object, ...], size: int) -> bytes:
    """Return a document in which the last entry of one table or list is there many times."""
    document = json.loads(text)
    inner = document
    for key in way:
        inner = inner[key]
    if isinstance(inner, dict):
        key, value = list(inner.items())[-1]
        weight = len(json.dumps({key: value})) + 6
        inner.update({f"{key}{number}": value for number in range(size // weight)})
    else:
        weight = len(json.dumps(inner[-1])) + 2
        inner.extend([inner[-1]] * (size // weight))
    return json.dumps(document).encode()


if __name__ == "__main__":
    sys.exit(main())
