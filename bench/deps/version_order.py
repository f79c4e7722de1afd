"""The order of versions, held against the tools that decide it.

    python bench/deps/version_order.py --osv FOLDER

Pairs are drawn from the versions that advisories name (`FOLDER` holds OSV records, JSONL.gz):
neighbours in our own order, pairs at random, and mutations. Each tool is asked in one
process: packaging, npm, `dpkg`, RPM, `Gem::Version`, Composer's `Comparator`
and PHP, Maven's `ComparableVersion`, R's `package_version`,
`golang.org/x/mod/semver`, Elixir's `Version`. What is not there is passed over
with a line that says so.
"""

import argparse
import collections
import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from seawall.advisories.versions import compare, key_of
from seawall.model.inventory import Ecosystem

Pair = tuple[str, str]
Judge = Callable[[Sequence[Pair]], list[int | None]]
"""-1, 0 or 1 for each pair, None where the tool refuses one of the two."""


def ask(command: Sequence[str], pairs: Sequence[Pair]) -> list[int | None]:
    """Hand the pairs to a program as JSON lines; it answers with a number or "null" a line."""
    text = "\n".join(json.dumps(pair) for pair in pairs)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return [None if line == "null" else int(line) for line in done.stdout.split("\n") if line]


def judge_pypi(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask packaging."""
    from packaging.version import InvalidVersion, Version

    answers: list[int | None] = []
    for one, other in pairs:
        try:
            left, right = Version(one), Version(other)
        except InvalidVersion:
            answers.append(None)
            continue
        answers.append((left > right) - (left < right))
    return answers


NPM = """
const path = require('child_process').execSync('npm root -g').toString().trim();
const semver = require(path + '/npm/node_modules/semver');
for (const line of require('fs').readFileSync(0, 'utf8').split('\\n')) {
  const [one, other] = JSON.parse(line);
  try { console.log(semver.compare(one, other, true)); } catch (error) { console.log('null'); }
}
"""
RUBY = """
require 'json'
STDIN.each_line do |line|
  begin
    one, other = JSON.parse(line).map { |text| Gem::Version.new(text) }
    puts one <=> other
  rescue ArgumentError
    puts 'null'
  end
end
"""
PHP = """
require '/usr/share/php/Composer/Semver/autoload.php';
$parser = new Composer\\Semver\\VersionParser();
while (($line = fgets(STDIN)) !== false) {
  [$one, $other] = json_decode($line);
  try {
    echo version_compare($parser->normalize($one), $parser->normalize($other)), "\\n";
  } catch (UnexpectedValueException $error) { echo "null\\n"; }
}
"""
R = """
lines <- readLines(file('stdin'))
for (line in lines) {
  both <- regmatches(line, gregexpr('"[^"]*"', line))[[1]]
  both <- gsub('"', '', both)
  answer <- tryCatch(compareVersion(both[1], both[2]), error = function(e) 'null')
  cat(answer, '\\n', sep = '')
}
"""
JAVA = """
import org.apache.maven.artifact.versioning.ComparableVersion;
public class Order {
  public static void main(String[] arguments) throws Exception {
    var reader = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = reader.readLine()) != null; ) {
      String[] both = line.substring(2, line.length() - 2).split("\\", \\"", -1);
      System.out.println(Integer.signum(
          new ComparableVersion(both[0]).compareTo(new ComparableVersion(both[1]))));
    }
  }
}
"""
RPM = """
import json, rpm, sys
def parts(text):
    epoch, colon, rest = text.partition(":")
    version, _, release = (rest if colon else text).rpartition("-")
    version, release = (version, release) if version else (release, "")
    return (epoch if colon else "0", version, release)
for line in sys.stdin:
    one, other = json.loads(line)
    try:
        print(rpm.labelCompare(parts(one), parts(other)))
    except (TypeError, ValueError):
        print("null")
"""


GO = """
package main
import ("bufio"; "encoding/json"; "fmt"; "os"; "golang.org/x/mod/semver")
func main() {
  lines := bufio.NewScanner(os.Stdin)
  for lines.Scan() {
    var both [2]string
    json.Unmarshal(lines.Bytes(), &both)
    for at, one := range both { if len(one) > 0 && one[0] != 'v' { both[at] = "v" + one } }
    if !semver.IsValid(both[0]) || !semver.IsValid(both[1]) { fmt.Println("null"); continue }
    fmt.Println(semver.Compare(both[0], both[1]))
  }
}
"""
ELIXIR = """
for line <- IO.stream(:stdio, :line) do
  [_, one, other] = Regex.run(~r/\\["([^"]*)", "([^"]*)"\\]/, line)
  try do
    IO.puts(case Version.compare(one, other) do :gt -> 1; :lt -> -1; :eq -> 0 end)
  rescue
    Version.InvalidVersionError -> IO.puts("null")
  end
end
"""


def judge_npm(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask the semver that npm carries."""
    return ask(("node", "-e", NPM), pairs)


def judge_ruby(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask Gem::Version."""
    return ask(("ruby", "-e", RUBY), pairs)


def judge_php(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask Composer."""
    return ask(("php", "-r", PHP), pairs)


def judge_go(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask golang.org/x/mod (Debian's golang-golang-x-mod-dev); a "v" that is not there is put."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "order.go")
        source.write_text(GO)
        settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": folder}
        command = ("env", *(f"{name}={value}" for name, value in settings.items()))
        return ask((*command, "go", "run", str(source)), pairs)


def judge_elixir(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask Version of Elixir."""
    return ask(("elixir", "-e", ELIXIR), pairs)


def judge_r(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask R."""
    return ask(("Rscript", "-e", R), pairs)


def judge_maven(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask Maven's own class."""
    jars = ":".join(
        str(jar)
        for name in ("maven-artifact-3.x", "commons-lang3", "plexus-utils2")
        for jar in Path("/usr/share/java").glob(f"{name}.jar")
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "Order.java")
        source.write_text(JAVA)
        return ask(("java", "-cp", jars, str(source)), pairs)


def judge_rpm(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask RPM, through the Python of the system (Debian's python3-rpm)."""
    return ask(("/usr/bin/python3", "-c", RPM), pairs)


def judge_debian(pairs: Sequence[Pair]) -> list[int | None]:
    """Ask dpkg, one process a pair."""

    def holds(one: str, relation: str, other: str) -> bool:
        command = ("dpkg", "--compare-versions", one, relation, other)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def answer(one: str, other: str) -> int | None:
        for relation, told in (("lt", -1), ("gt", 1), ("eq", 0)):
            if holds(one, relation, other):
                return told
        return None

    return [answer(*pair) for pair in pairs]


JUDGES: dict[Ecosystem, tuple[Judge, str]] = {
    Ecosystem.PYPI: (judge_pypi, "python3"),
    Ecosystem.NPM: (judge_npm, "node"),
    Ecosystem.RUBYGEMS: (judge_ruby, "ruby"),
    Ecosystem.PACKAGIST: (judge_php, "php"),
    Ecosystem.MAVEN: (judge_maven, "java"),
    Ecosystem.GO: (judge_go, "go"),
    Ecosystem.HEX: (judge_elixir, "elixir"),
    Ecosystem.CRAN: (judge_r, "Rscript"),
    Ecosystem.DEBIAN: (judge_debian, "dpkg"),
    Ecosystem.ALMALINUX: (judge_rpm, "rpm"),
}


def read_versions(folder: Path) -> dict[str, list[str]]:
    """Collect the versions that advisories name, by ecosystem."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                for affected in json.loads(line).get("affected", ()):
                    name = affected.get("package", {}).get("ecosystem", "").partition(":")[0]
                    found[name].update(affected.get("versions", ()))
                    for one in affected.get("ranges", ()):
                        if one["type"] != "GIT":
                            for event in one["events"]:
                                found[name].update(event.values())
    return {name: sorted(versions) for name, versions in found.items()}


def mutate(version: str, chosen: random.Random) -> str:
    """Change a version a little, in ways that versions differ."""
    at = chosen.randrange(len(version) + 1)
    new = chosen.choice(("0", "1", "9", ".", "-", "a", "rc1", ".0", "-1", "b2", "10", ".post1", ""))
    return version[:at] + new + version[at + chosen.choice((0, 1)) :]


def draw(ecosystem: Ecosystem, versions: list[str], count: int, seed: int) -> Iterator[Pair]:
    """Draw pairs: neighbours, pairs at random, a version and a mutation of it."""
    chosen = random.Random(seed)
    key = key_of(ecosystem)
    ordered = sorted(versions, key=key)
    for _ in range(count):
        at = chosen.randrange(len(ordered) - 1)
        kind = chosen.random()
        if kind < 0.5:
            yield ordered[at], ordered[min(at + chosen.randrange(1, 4), len(ordered) - 1)]
        elif kind < 0.7:
            yield ordered[at], chosen.choice(ordered)
        else:
            yield ordered[at], mutate(ordered[at], chosen)


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", type=int, default=0, help="so many of those that differ")
    options = parser.parse_args()
    versions = read_versions(options.osv)
    for ecosystem, (judge, program) in JUDGES.items():
        if options.only and options.only != ecosystem:
            continue
        if shutil.which(program) is None:
            print(f"{ecosystem:12} passed over: there is no {program}")
            continue
        known = versions.get(ecosystem) or versions["AlmaLinux" if program == "rpm" else "PyPI"]
        count = options.pairs if ecosystem != Ecosystem.DEBIAN else min(options.pairs, 2000)
        pairs = list(dict.fromkeys(draw(ecosystem, known, count, options.seed)))
        answers = judge(pairs)
        told = [
            (pair, answer, compare(ecosystem, *pair))
            for pair, answer in zip(pairs, answers, strict=True)
            if answer is not None
        ]
        wrong = [row for row in told if row[1] != row[2]]
        right = 100 * (1 - len(wrong) / max(1, len(told)))
        print(f"{ecosystem:12} {right:7.3f} % of {len(told)} as {program} says")
        for pair, answer, ours in wrong[: options.show]:
            print(f"    {pair[0]!r} {pair[1]!r}: {answer}, ours {ours}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
