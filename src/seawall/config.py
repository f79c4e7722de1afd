"""Configuration: `seawall.toml` or `[tool.seawall]`, one for each folder that has it."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from seawall import policy
from seawall.core.errors import ConfigError
from seawall.core.finding import Finding
from seawall.core.location import place

FILE_NAMES = ("seawall.toml", "pyproject.toml")
"""In this order; the first that holds a configuration counts for its folder."""

MAX_BYTES = 1 << 20

_T = TypeVar("_T", bound=Struct)

Source = Literal["argument", "environment", "file", "database"]
"""Kinds of sources that somebody else can reach only from within."""


class ScanSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[scan]`: what is looked at."""

    exclude: tuple[str, ...] = ()
    """Patterns as in .gitignore, relative to the configuration's folder."""
    engines: tuple[str, ...] = ()
    """Names of the engines that run; empty means all. Only at the root."""


class RulesSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[rules]`: which rules speak."""

    off: tuple[str, ...] = ()
    """Ids of rules that are not told in this folder."""


class CodeSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[code]`: how the code engine looks at the program. Only at the root."""

    library: bool = False
    """Whether what callers hand to public functions counts as written by somebody else."""
    tests: bool = False
    """Whether what tests do wrong is told too."""
    sources: tuple[Source, ...] = ()
    """Kinds of sources that count beside requests, messages, the network and chats."""
    catalogue: tuple[str, ...] = ()
    """Files of the project's own sources, sinks and sanitizers, relative to the target."""
    semgrep: tuple[str, ...] = ()
    """Files, folders or patterns of rules in Semgrep's syntax, relative to the target."""


class InfraSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[infra]`: how infrastructure is judged. Only at the root."""

    rules: tuple[str, ...] = ()
    """Files of the project's own rules, folders or patterns of them, relative to the target."""


class LicencesSection(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"
):
    """`[deps.licences]`: identifiers of SPDX, "*" in them for any characters."""

    allow: tuple[str, ...] = ()
    """Where it is not empty, packages under other licences are told."""
    deny: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    """Told as of low severity: somebody has to look at them."""


class DepsSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[deps]`: how packages are judged. Only at the root."""

    without_advisories: Literal["error", "warn"] | None = None
    """Whether the scan counts as partial where advisories are missing or too old; unsaid, it does
    where somebody asked for this engine by its name."""
    oldest_advisories: int = 14
    """Days."""
    internal: tuple[str, ...] = ()
    """Patterns of names of packages that only the project's own registry may answer for."""
    ask_internal: bool = False
    """Whether public registries, where they are asked, may be told those names too."""
    oldest_release: int = 5
    """Years without a release after which a package that registries are asked about is told; 0:
    never."""
    require_hashes: bool = False
    """Whether lists of requirements without digests are told."""
    licences: LicencesSection = LicencesSection()


class GateSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """`[gate]`: what breaks the build, in place of the default gate."""

    break_: tuple[policy.Clause, ...] | None = msgspec.field(default=None, name="break")
    unsafe_allow_all: bool = False
    allow_partial: bool = False
    """Whether a partial scan may pass (exit 0 in place of 2). Only at the root."""
    baseline: str = ".seawall/baseline.jsonl"
    """Relative to the target. Only at the root."""
    foreign_suppressions: bool = True
    """Whether the suppressions of other secret scanners close findings. Only at the root."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One configuration file."""

    scan: ScanSection = ScanSection()
    rules: RulesSection = RulesSection()
    gate: GateSection = GateSection()
    code: CodeSection = CodeSection()
    deps: DepsSection = DepsSection()
    infra: InfraSection = InfraSection()

    def policy(self, name: str) -> policy.Policy | None:
        """Return the policy it states, or None where it states none."""
        if self.gate.unsafe_allow_all:
            return policy.Policy(name=name, clauses=(), allow_all=True)
        if self.gate.break_ is None:
            return None
        return policy.Policy(name=name, clauses=self.gate.break_)


class ConfigTree(Struct, frozen=True, kw_only=True):
    """The configurations of a target by folder ("" is the root)."""

    configs: Mapping[str, Config] = {}
    names: Mapping[str, str] = {}
    """By folder, the file's path, for messages."""
    policies: Mapping[str, policy.Policy] = {}
    texts: Mapping[str, str] = {}
    """By folder, what the file says."""

    @property
    def brings_rules(self) -> bool:
        """Whether the target has rules of its own: what they are called is known later."""
        code = self.root.code
        return bool(code.semgrep or code.catalogue or self.root.infra.rules)

    def check_rules(self, known: Collection[str]) -> None:
        """Refuse ids of rules that do not exist. Raises ConfigError naming file, line and key."""
        for folder, config in self.configs.items():
            _check_rules(config, known, self.texts[folder], self.names[folder])

    @property
    def root(self) -> Config:
        """The configuration of the root, or the defaults."""
        return self.configs.get("", Config())

    def policy_of(self, finding: Finding) -> policy.Policy:
        """Return the policy of the nearest folder above the finding that states one."""
        span = place(finding.location)
        for folder in _above(span.path if span else ""):
            if folder in self.policies:
                return self.policies[folder]
        return policy.DEFAULT

    def is_off(self, finding: Finding) -> bool:
        """Whether the finding's rule is off where it is; folders above count too."""
        span = place(finding.location)
        return any(
            finding.rule in self.configs[folder].rules.off
            for folder in _above(span.path if span else "")
            if folder in self.configs
        )

    def excludes(self) -> dict[str, tuple[str, ...]]:
        """Return the exclude patterns by folder."""
        return {
            folder: config.scan.exclude
            for folder, config in self.configs.items()
            if config.scan.exclude
        }


def build_tree(files: Iterable[tuple[str, bytes]], *, known_rules: Iterable[str]) -> ConfigTree:
    """Build the tree from configuration files (path relative to the target, content).

    Raises ConfigError naming file, line and key.
    """
    configs: dict[str, Config] = {}
    names: dict[str, str] = {}
    policies: dict[str, policy.Policy] = {}
    known = frozenset(known_rules)
    texts: dict[str, str] = {}
    by_folder: dict[str, dict[str, bytes]] = {}
    for path, content in files:
        folder, _, name = path.rpartition("/")
        by_folder.setdefault(folder, {})[name] = content
    for folder, candidates in sorted(by_folder.items()):
        for name in FILE_NAMES:
            if name not in candidates:
                continue
            path = f"{folder}/{name}" if folder else name
            config = read_config(candidates[name], name=path)
            if config is None:
                continue
            texts[folder] = candidates[name].decode("utf-8", "replace")
            configs[folder], names[folder] = config, path
            stated = config.policy(path)
            if stated is not None:
                policies[folder] = stated
            break
    tree = ConfigTree(configs=configs, names=names, policies=policies, texts=texts)
    if not tree.brings_rules:
        tree.check_rules(known)
    return tree


def read_config(content: bytes, *, name: str) -> Config | None:
    """Read one configuration file; None when a pyproject.toml has no [tool.seawall].

    Raises ConfigError naming the file, the line and the key.
    """
    is_pyproject = name.rpartition("/")[2] == "pyproject.toml"
    if is_pyproject and b"seawall" not in content:
        return None
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{name}: larger than {MAX_BYTES:,} bytes")
    try:
        text, table = parse_table(content, name=name)
    except ConfigError:
        if is_pyproject and not re.search(rb"(?m)^\s*\[+\s*tool\s*\.\s*seawall", content):
            return None
        raise
    prefix = ""
    if is_pyproject:
        tool = table.get("tool")
        section = tool.get("seawall") if isinstance(tool, dict) else None
        if section is None:
            return None
        table, prefix = section, "tool.seawall"
    config = convert_table(table, Config, text, name=name, prefix=prefix)
    config.policy(name)
    return config


def parse_table(
    content: bytes, *, name: str, parse_float: Callable[[str], Any] = float
) -> tuple[str, dict[str, Any]]:
    """Return the text of a TOML file and what it says. Raises ConfigError."""
    try:
        text = content.decode("utf-8")
        return text, tomllib.loads(text, parse_float=parse_float)
    except RecursionError as error:
        raise ConfigError(f"{name}: not valid TOML: nested too deep") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"{name}: not valid TOML: {str(error).lower()}") from error


def convert_table(table: Any, kind: type[_T], text: str, *, name: str, prefix: str = "") -> _T:
    """Turn what a TOML file says into a `kind`; `prefix` is where in the file the table stands.

    Raises ConfigError naming the file, the line and the key.
    """
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise _explained(str(error), text, name, prefix, kind) from error


_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")


def _explained(message: str, text: str, name: str, prefix: str, root: type[Struct]) -> ConfigError:
    """Turn msgspec's words about a table that should be a `root` into file, line and key."""
    match = _AT.match(message)
    path = (match["path"] or "") if match else ""
    what = match["what"] if match else message
    parts = [part for part in re.split(r"[.\[\]]+", path) if part and part != "..."]
    unknown = _UNKNOWN.match(what)
    hint = "see docs/configuration.md for the keys"
    if unknown:
        parts.append(unknown["field"])
        what = "unknown key"
        known = _keys_near(parts[:-1], root)
        if known:
            hint = f"keys here: {', '.join(known)}"
    key = ".".join(([prefix] if prefix else []) + [part for part in parts if not part.isdigit()])
    line = find_line(text, ([*prefix.split(".")] if prefix else []) + parts)
    where = f"{name}, line {line}" if line else name
    what = what[:1].lower() + what[1:]
    return ConfigError(f"{where}: {key or 'top level'}: {what}", hint=hint)


def _keys_near(parts: list[str], root: type[Struct]) -> tuple[str, ...]:
    """Return the keys that the section knows, for the hint."""
    section: Any = root
    for part in parts:
        if part.isdigit():
            continue
        if part == "break":
            section = policy.Clause
            continue
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(section)}
        section = fields.get(part)
        if not (isinstance(section, type) and issubclass(section, Struct)):
            return ()
    return tuple(field.encode_name for field in msgspec.structs.fields(section))


def find_line(text: str, parts: list[str]) -> int:
    """Return the 1-based line on which a key stands, or its nearest table; 0 if it is not found.

    `parts` are keys and, for arrays of tables, indices as digits. TOML readers give no places,
    so this looks for headers and keys line by line; it is for messages only.
    """
    keys = [part for part in parts if not part.isdigit()]
    index = next((int(part) for part in parts if part.isdigit()), 0)
    table: list[str] = []
    best, depth, seen = 0, -1, -1
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        header = re.match(r"^\[{1,2}\s*([^\]]+?)\s*\]{1,2}", stripped)
        if header:
            table = [part.strip().strip("\"'") for part in header[1].split(".")]
            if stripped.startswith("[[") and keys[: len(table)] == table:
                seen += 1
        assigned = re.match(r"""^([A-Za-z0-9_."' -]+?)\s*=""", stripped)
        here = list(table)
        if assigned and not header:
            here += [part.strip().strip("\"'") for part in assigned[1].split(".")]
        elif not header:
            continue
        if keys[: len(here)] == here and len(here) > depth and (seen in (-1, index)):
            best, depth = number, len(here)
    return best


def _check_rules(config: Config, known: Collection[str], text: str, name: str) -> None:
    """Refuse ids of rules that do not exist: a typing error must not silence or open the gate."""
    named = [(rule, ["rules", "off"]) for rule in config.rules.off]
    for place_, clause in enumerate(config.gate.break_ or ()):
        named += [(rule, ["gate", "break", str(place_), "rules"]) for rule in clause.rules]
    for rule, parts in named:
        if known and rule not in known:
            line = find_line(text, parts) or find_line(text, ["tool", "seawall", *parts])
            where = f"{name}, line {line}" if line else name
            key = ".".join(part for part in parts if not part.isdigit())
            raise ConfigError(
                f"{where}: {key}: there is no rule {rule!r}",
                hint="`seawall rules list` names them all",
            )


def _above(path: str) -> Iterable[str]:
    """Yield the folders above a path, the nearest first, the root ("") last."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder
    if not path:
        yield ""
