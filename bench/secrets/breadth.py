"""How many vendors' secrets are seen: makes them by the forms that peers' rules state.

    python bench/secrets/breadth.py --gitleaks gitleaks.toml --trufflehog pkg/detectors [--show 40]

Nothing of a peer's tests is read: only the expressions of its rules (gitleaks' configuration, the
Go files of TruffleHog's detectors without `_test.go`), from a checkout of your own. For every
expression random values of its form are made, given to names in the ways people write in code,
configuration, shells and logs, and scanned. A *near miss* is the same with a value that breaks
the form by a sign that no token holds: there nothing should be told.
"""

import argparse
import collections
import random
import re
import re._constants as sre
import re._parser as sre_parse
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seawall.core.location import CodeSpan
from seawall.engines.secrets.engine import SecretsEngine
from seawall.rules.secrets import load_secrets
from seawall.source.file import Source
from seawall.source.language import language_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = LETTERS + LETTERS.upper() + "0123456789_"
PRINTABLE = [chr(code) for code in range(33, 127) if chr(code) not in "\"'`\\<>{}"]


@dataclass(frozen=True)
class Form:
    """The form of one vendor's secret, as a peer states it."""

    origin: str
    names: tuple[str, ...]
    """Words that stand before it."""
    pattern: str
    named: bool
    """Whether the words must stand there, by the peer's rule."""


# --- the peers' expressions --------------------------------------------------------------------

_GO = re.compile(
    r"(?P<var>\w+)\s*=\s*regexp\.MustCompile\(\s*(?:(?:detectors|common)\.PrefixRegex\(\[\]string\{(?P<words>[^}]*)\}\)\s*\+\s*)?"
    r"(?:`(?P<raw>[^`]+)`|\"(?P<text>[^\"]+)\")\s*\)"
)
_NOT_SECRET = re.compile(
    r"(?i)^(?!.*(?:key|secret|token|pass)).*(?:id|url|uri|domain|email|user|host|org|endpoint|account|region|name|server|instance)|"
    r"^(?:id|url|domain|email|accountid|projectid|userid)pat|clientid|orgid|appid|keyidpat|idpat$"
)


def trufflehog(folder: Path) -> Iterator[Form]:
    """Read the key expressions of TruffleHog's detectors."""
    for path in sorted(folder.rglob("*.go")):
        if path.name.endswith("_test.go"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _GO.finditer(text):
            if _NOT_SECRET.search(match["var"]):
                continue
            words = tuple(re.findall(r'"([^"]+)"', match["words"] or ""))
            vendor = (
                path.parent.name
                if path.parent.name not in ("v1", "v2", "v3")
                else path.parent.parent.name
            )
            yield Form(
                origin=f"trufflehog/{vendor}",
                names=words or (vendor,),
                pattern=match["raw"] or match["text"],
                named=bool(words),
            )


_GITLEAKS_NAMES = re.compile(
    r"\[\\w\.-\]\{0,50\}\?\(\?:(?P<names>.*?)\)\(\?:\[ \\t\\w\.-\]\{0,20\}\)"
)


def gitleaks(config: Path) -> Iterator[Form]:
    """Read the expressions of gitleaks' rules."""
    for rule in tomllib.loads(config.read_text(encoding="utf-8"))["rules"]:
        pattern = rule.get("regex", "")
        if not pattern or rule["id"] == "generic-api-key":
            continue
        named = _GITLEAKS_NAMES.search(pattern)
        names: tuple[str, ...] = (rule["id"].split("-")[0],)
        if named:
            names = tuple(
                make(named["names"].replace("(?-i:", "(?:"), random.Random(n)) for n in range(2)
            )
            # The value is what the last group holds that is no end of a word.
            start = pattern.index("=]{0,5}(") + len("=]{0,5}") if "=]{0,5}(" in pattern else 0
            pattern = _group_at(pattern, start) if start else pattern
        yield Form(origin=f"gitleaks/{rule['id']}", names=names, pattern=pattern, named=bool(named))


def _group_at(pattern: str, start: int) -> str:
    depth = 0
    in_class = False
    at = start
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 2
            continue
        if in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                return pattern[start : at + 1]
        at += 1
    return pattern[start:]


# --- values ------------------------------------------------------------------------------------


def make(pattern: str, chance: random.Random) -> str:
    """Return a random text that the expression matches (its look-arounds and anchors left out)."""
    text = re.sub(r"\[:alnum:\]", "A-Za-z0-9", pattern)
    text = re.sub(r"\[:alpha:\]", "A-Za-z", re.sub(r"\[:digit:\]", "0-9", text))
    text = text.replace("\\z", "\\Z").replace("(?-i:", "(?:").replace("(?P<", "(?P<")
    text = re.sub(r"\(\?([imsU]+)\)", "", text)
    text = re.sub(r"\(\?[imsU]+:", "(?:", text)
    return "".join(_make(sre_parse.parse(text), chance))


def _make(parsed: Iterable[Any], chance: random.Random) -> Iterator[str]:
    for kind, value in parsed:
        if kind is sre.LITERAL:
            yield chr(value)
        elif kind is sre.NOT_LITERAL:
            yield chance.choice([one for one in WORD if one != chr(value)])
        elif kind is sre.ANY:
            yield chance.choice(WORD)
        elif kind is sre.IN:
            yield _choose(value, chance)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high, inner = value
            high = min(int(high), low + 24)
            for _ in range(low if low > 8 or chance.random() < 0.5 else chance.randint(low, high)):
                yield from _make(inner, chance)
        elif kind is sre.SUBPATTERN:
            yield from _make(value[3], chance)
        elif kind is sre.ATOMIC_GROUP:
            yield from _make(value, chance)
        elif kind is sre.BRANCH:
            yield from _make(chance.choice(value[1]), chance)


def _choose(items: Sequence[Any], chance: random.Random) -> str:
    signs: list[str] = []
    negated = False
    for kind, value in items:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            signs.append(chr(value))
        elif kind is sre.RANGE:
            signs += [chr(code) for code in range(value[0], value[1] + 1)]
        elif kind is sre.CATEGORY:
            signs += {
                sre.CATEGORY_DIGIT: list("0123456789"),
                sre.CATEGORY_SPACE: [" "],
                sre.CATEGORY_WORD: list(WORD),
            }.get(value, PRINTABLE)
    if negated:
        signs = [one for one in WORD if one not in signs] or ["x"]
    # Signs are rarer than letters and digits in what vendors make.
    plain = [one for one in signs if one.isalnum() and one.isascii()]
    return chance.choice(plain if plain and chance.random() < 0.97 else signs)


def secret_of(form: Form, chance: random.Random) -> str:
    """Make one value: the first group where the expression has one."""
    inner = form.pattern
    # Go's authors put the secret into a group and the boundaries outside.
    group = re.search(r"(?<!\\)\((?!\?)", inner)
    text = _group_at(inner, group.start()) if group and not form.origin.startswith("x") else inner
    return make(text, chance).strip()


# --- places ------------------------------------------------------------------------------------

PLACES: tuple[tuple[str, str, str], ...] = (
    ("notes.txt", "said", "{v} token = '{s}'"),
    ("app.py", "upper", '{V}_TOKEN = "{s}"'),
    ("app.py", "keyword", "client = Client({v}_api_key='{s}')"),
    ("config.json", "json", '{{\n  "{v}_token": "{s}"\n}}'),
    ("config.json", "escaped", '{{"config.ini": "{V}_TOKEN={s}\\nBACKUP_ENABLED=true"}}'),
    ("values.yaml", "yaml", "{v}_token: {s}"),
    ("values.yaml", "yaml quoted", "  {v}Key: '{s}'"),
    (".env", "dotenv", "{V}_API_KEY={s}"),
    ("run.sh", "shell", "export {V}_TOKEN={s}"),
    ("run.sh", "option", "deploy --{v}-token {s} --verbose"),
    ("app.properties", "properties", "{v}.token={s}"),
    ("pom.xml", "xml", "<{v}Token>{s}</{v}Token>"),
    ("main.go", "go", '{v}Token := "{s}"'),
    ("main.go", "go backtick", "{v}Token := `{s}`"),
    ("Main.java", "java", 'String {v}Token = "{s}";'),
    ("Main.java", "setter", 'config.set{C}Token("{s}");'),
    ("index.php", "php", "${v}Token = '{s}'"),
    ("index.php", "php array", "'{v}_token' => '{s}',"),
    ("app.rb", "ruby", ":{v}_token => '{s}'"),
    ("Program.cs", "c#", 'string {v}Token = @"{s}";'),
    ("main.c", "c", 'const char *{v}_token = "{s}";'),
    ("app.ts", "typescript", "const {v}Token: string = '{s}';"),
    ("Main.kt", "kotlin", 'val {v}Token = "{s}"'),
    ("main.tf", "terraform", '  {v}_token = "{s}"'),
    ("log.txt", "log", "[DEBUG] using {v} key={s}"),
    ("guide.md", "prose", "The {v} key is `{s}`"),
    ("request.txt", "url", "https://api.example.net/v1?{v}_token={s}&page=2"),
    ("request.txt", "header", "X-{C}-Token: {s}"),
    ("Dockerfile", "docker", "ENV {V}_TOKEN {s}"),
    ("settings.toml", "toml", '{v}_token = "{s}"'),
)
BARE: tuple[tuple[str, str, str], ...] = (
    ("app.py", "name alone", '{v} = "{s}"'),
    (".env", "upper alone", "{V}={s}"),
    ("config.json", "json alone", '{{"{v}": "{s}"}}'),
    ("values.yaml", "yaml alone", "{v}: {s}"),
    ("request.sh", "call", "curl https://api.{v}.com/v1/items -H 'X-Key: {s}'"),
    ("request.sh", "basic", "curl -u {s}: https://api.{v}.com/v1/items"),
    ("request.py", "two lines", 'client = {C}Client(\n    "{s}",\n)'),
)
"""Places where the vendor's name alone says what the value is."""


def spell(place: str, name: str, secret: str) -> str:
    """Write a secret into a place, with the vendor's name as each language spells it."""
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "vendor"
    return place.format(
        v=plain.lower(), V=plain.upper(), C=plain[:1].upper() + plain[1:].lower(), s=secret
    )


def break_form(secret: str, chance: random.Random) -> str:
    """Put a foreign sign into the middle of a value."""
    at = chance.randrange(len(secret) // 3, max(len(secret) // 3 + 1, 2 * len(secret) // 3))
    return secret[:at] + chance.choice("?^*!") + secret[at + 1 :]


def told(engine: SecretsEngine, path: str, text: str, secret: str) -> str:
    """Return the rule that tells the secret in a text, "" when none does."""
    content = text.encode()
    source = Source(path=path, content=content, language=language_of(path, content[:200]))
    start = text.index(secret)
    line = text.count("\n", 0, start) + 1
    for finding in engine.scan(source):
        where = finding.location
        if isinstance(where, CodeSpan) and where.line <= line <= (where.end_line or where.line):
            return finding.rule
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--gitleaks", type=Path, help="gitleaks' config/gitleaks.toml")
    parser.add_argument("--trufflehog", type=Path, help="TruffleHog's pkg/detectors")
    parser.add_argument("--show", type=int, default=0, help="show so many forms that are missed")
    parser.add_argument("--only", default="", help="only origins that hold this text")
    parser.add_argument("--places", type=int, default=6, help="places for each form")
    parser.add_argument("--near", action="store_true", help="show the near misses that are told")
    parser.add_argument("--bare", action="store_true", help="places with the vendor's name alone")
    options = parser.parse_args(arguments)
    forms: list[Form] = []
    if options.gitleaks:
        forms += gitleaks(options.gitleaks)
    if options.trufflehog:
        forms += trufflehog(options.trufflehog)
    packaged = load_secrets(None)
    engine = SecretsEngine(packaged.detectors, packaged.rules)
    hits: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    near: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    by_place: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    by_form: dict[Form, list[str]] = {}
    near_rules: collections.Counter[str] = collections.Counter()
    for form in forms:
        if options.only not in form.origin:
            continue
        chance = random.Random(form.origin + form.pattern)
        peer = form.origin.split("/")[0]
        missed = []
        try:
            secrets = [secret_of(form, chance) for _ in range(options.places)]
        except re.error as error:
            print(f"{form.origin}: {error}", file=sys.stderr)
            continue
        places = BARE if options.bare else PLACES
        chosen = [places[0], *chance.sample(places[1:], options.places - 1)]
        for (path, kind, place), secret in zip(chosen, secrets, strict=False):
            if len(secret) < 6 or "\n" in secret:
                continue
            name = chance.choice(form.names)
            text = spell(place, name, secret)
            rule = told(engine, path, text, secret)
            for count in (hits[peer], by_place[kind]):
                count[0] += bool(rule)
                count[1] += 1
            if not rule:
                missed.append(f"{path}: {text!r}")
            broken = break_form(secret, chance)
            rule = told(engine, path, spell(place, name, broken), broken)
            near[peer][0] += bool(rule)
            near[peer][1] += 1
            near_rules[rule] += 1
            if rule and options.near:
                print(f"{rule} {form.origin} {path}: {spell(place, name, broken)!r}")
        by_form[form] = missed
    for peer, (got, of) in hits.items():
        print(f"{peer}: recall {got}/{of} = {got / of:.3f}")
    for peer, (got, of) in near.items():
        print(f"{peer}: near misses told {got}/{of} = {got / of:.3f}")
    print(near_rules.most_common(12))
    for kind, (got, of) in sorted(by_place.items(), key=lambda item: item[1][0] / item[1][1]):
        print(f"  {kind:<14}{got:>5}/{of:<5}{got / of:.3f}")
    worst = sorted(by_form.items(), key=lambda item: -len(item[1]))[: options.show]
    for form, missed in worst:
        if missed:
            print(f"{len(missed)} {form.origin} {form.names} {form.pattern}")
            for one in missed[:2]:
                print("     ", one)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
