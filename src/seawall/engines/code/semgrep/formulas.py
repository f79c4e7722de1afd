"""Reads the formula of a rule, in the older syntax and the newer one, from a rule file."""

import re
from typing import Any as Anything
from typing import NoReturn

from seawall.engines.code.semgrep.pattern import Pattern, PatternError, compile_pattern
from seawall.engines.code.semgrep.rule import (
    All,
    Any,
    Code,
    Comparison,
    Condition,
    Formula,
    Inside,
    Not,
    PatternCondition,
    Regex,
    TextCondition,
    TypeCondition,
)

_DEEPEST = 40
_LONGEST_REGEX = 10_000
_OTHER_LANGUAGES = ("python", "py", "regex", "generic", "none")
_CLASS = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "space": r"\s", "upper": "A-Z"}


class FormulaError(ValueError):
    """Something in a rule is wrong or not supported; the message names the key."""


def refuse(key: str, reason: str) -> NoReturn:
    """Leave the rule out. Raises FormulaError."""
    raise FormulaError(f"{key}: {reason}")


def as_text(key: str, value: Anything) -> str:
    """Return a value that must be a text. Raises FormulaError for any other."""
    if isinstance(value, bool | int | float):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        refuse(key, "it must be a text")
    return value


class Reader:
    """Reads the formula under one key of a rule."""

    def __init__(self) -> None:
        self._depth = 0
        self._within = False
        """Whether this is read within a condition on a metavariable."""
        self._plain = False
        """Whether patterns are plain text: within a `metavariable-pattern` of no language."""

    def read(self, key: str, value: Anything) -> Formula:
        """Read a formula. Raises FormulaError, which names the key."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                refuse(key, "it is nested too deep")
            return self._read(key, value)
        finally:
            self._depth -= 1

    def _read(self, key: str, value: Anything) -> Formula:
        match key:
            case "pattern":
                return self._pattern(key, str(value) if isinstance(value, int) else value)
            case "patterns" | "all":
                return self._all(key, value)
            case "pattern-either" | "any":
                return Any(tuple(self._entry(key, one) for one in self._list(key, value)))
            case "pattern-regex" | "regex":
                return Regex(self.regex(key, value, re.MULTILINE))
            case "pattern-inside" | "inside":
                return Inside(self._pattern(key, value))
            case "pattern-not" | "not":
                return Not(self._pattern(key, value))
            case "pattern-not-inside":
                return Not(Inside(self._pattern(key, value)))
            case "pattern-not-regex":
                return Not(Regex(self.regex(key, value, re.MULTILINE)))
        # A place that takes any formula: `match`, a source, a sink.
        return self._pattern(key, value)

    def _pattern(self, key: str, value: Anything) -> Formula:
        return self._code(key, value) if isinstance(value, str) else self._nested(key, value)

    def _code(self, key: str, value: Anything) -> Formula:
        text = as_text(key, value)
        if self._plain:
            return Regex(_plain_regex(key, text))
        return Code(self._compiled(key, text))

    def _compiled(self, key: str, text: str) -> Pattern:
        try:
            return compile_pattern(text)
        except PatternError as error:
            raise FormulaError(f"{key}: {error}") from error

    def regex(self, key: str, value: Anything, flags: int) -> re.Pattern[str]:
        """Read an expression in the notation of PCRE, as far as Python knows it."""
        text = as_text(key, value)
        if len(text) > _LONGEST_REGEX:
            refuse(key, f"it is longer than {_LONGEST_REGEX:,} characters")
        try:
            return re.compile(_python_regex(text), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise FormulaError(f"{key}: {error}") from error

    def _list(self, key: str, value: Anything) -> list[Anything]:
        if not isinstance(value, list) or not value:
            refuse(key, "it must be a list")
        return value

    def _entry(self, key: str, value: Anything) -> Formula:
        return self._code(key, value) if isinstance(value, str) else self._nested(key, value)

    def _nested(self, key: str, value: Anything) -> Formula:
        """Read a mapping that is one formula, perhaps with conditions beside it."""
        if not isinstance(value, dict) or not value:
            refuse(key, "it must be a pattern")
        beside = {"where", "as", "focus-metavariable"}
        keys = [one for one in value if one not in beside]
        if len(keys) != 1:
            refuse(key, f"{', '.join(map(str, keys)) or 'nothing'} stand side by side")
        formula = self.read(_known(keys[0]), value[keys[0]])
        if len(value) == 1:
            return formula
        conditions, focus = self._where(value.get("where", []))
        if "focus-metavariable" in value:
            focus.append(_focus("focus-metavariable", value["focus-metavariable"]))
        name = as_text("as", value["as"]) if "as" in value else ""
        return All((formula,), tuple(conditions), tuple(focus), name)

    def _where(self, value: Anything) -> tuple[list[Condition], list[tuple[str, ...]]]:
        conditions: list[Condition] = []
        focus: list[tuple[str, ...]] = []
        if not isinstance(value, list):
            refuse("where", "it must be a list")
        for one in value:
            if not isinstance(one, dict):
                refuse("where", "each entry must be a mapping")
            if "focus" in one:
                focus.append(_focus("focus", one["focus"]))
            elif "comparison" in one:
                conditions.append(self._comparison("comparison", one))
            elif "metavariable" in one:
                conditions.append(self._about("metavariable", one))
            else:
                refuse("where", f"{', '.join(map(str, one))} is not supported")
        return conditions, focus

    def _all(self, key: str, value: Anything) -> Formula:
        items: list[Formula] = []
        conditions: list[Condition] = []
        focus: list[tuple[str, ...]] = []
        for one in self._list(key, value):
            if isinstance(one, str):
                items.append(self._code(key, one))
                continue
            if not isinstance(one, dict):
                refuse(key, "each entry must be a mapping")
            only = next(iter(one)) if len(one) == 1 else ""
            if only == "focus-metavariable":
                focus.append(_focus(only, one[only]))
            elif only == "metavariable-comparison":
                conditions.append(self._comparison(only, one[only]))
            elif only in ("metavariable-regex", "metavariable-pattern", "metavariable-type"):
                conditions.append(self._about(only, one[only]))
            else:
                items.append(self._nested(key, one))
        if not self._within and all(isinstance(one, Not) for one in items):
            refuse(key, "there is no pattern but negative ones")
        return All(tuple(items), tuple(conditions), tuple(focus))

    # --- Conditions --------------------------------------------------------------------------

    def _about(self, key: str, value: Anything) -> Condition:
        """Read a condition on one metavariable."""
        if not isinstance(value, dict):
            refuse(key, "it must be a mapping")
        name = as_text(f"{key}.metavariable", value.get("metavariable"))
        left = {one: each for one, each in value.items() if one != "metavariable"}
        if "regex" in left and key in ("metavariable-regex", "metavariable"):
            left.pop("constant-propagation", None)
            if len(left) != 1:
                refuse(key, f"{', '.join(map(str, left))} stand side by side")
            return TextCondition(name, self.regex(f"{key}.regex", left["regex"], 0))
        if "type" in left or "types" in left:
            types = left.get("types", left.get("type"))
            named = types if isinstance(types, list) else [types]
            return TypeCondition(
                name,
                tuple(self._compiled(key, as_text(f"{key}.type", one)) for one in named),
            )
        language = str(left.pop("language", "python"))
        if language not in _OTHER_LANGUAGES:
            refuse(f"{key}.language", f"{language!r} is not supported")
        return PatternCondition(name, self._inner(key, left, language))

    def _inner(self, key: str, value: dict[str, Anything], language: str) -> Formula:
        if len(value) != 1:
            refuse(key, f"{', '.join(map(str, value)) or 'nothing'} cannot be read")
        only = next(iter(value))
        before = self._plain, self._within
        # Within a metavariable, its whole stands for the pattern that is not given.
        self._plain, self._within = language not in ("python", "py"), True
        try:
            return self.read(_known(only), value[only])
        finally:
            self._plain, self._within = before

    def _comparison(self, key: str, value: Anything) -> Condition:
        if not isinstance(value, dict):
            refuse(key, "it must be a mapping")
        for one in value:
            if one not in ("comparison", "metavariable", "strip", "base"):
                refuse(f"{key}.{one}", "it is not supported")
        base = value.get("base", 0)
        if not isinstance(base, int) or not (base == 0 or 2 <= base <= 36):
            refuse(f"{key}.base", f"{base!r} is not supported")
        return Comparison(
            expression=self._compiled(
                f"{key}.comparison", as_text(f"{key}.comparison", value.get("comparison"))
            ),
            strip=bool(value.get("strip", False)),
            base=base,
            metavariable=str(value.get("metavariable", "")),
        )


_FORMULAS = frozenset(
    """pattern patterns pattern-either pattern-regex pattern-inside pattern-not pattern-not-inside
    pattern-not-regex all any inside not regex""".split()
)


def _known(key: Anything) -> str:
    if key not in _FORMULAS:
        refuse(str(key), "it is not supported")
    return str(key)


def _focus(key: str, value: Anything) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    return tuple(as_text(key, one) for one in names)


def _python_regex(text: str) -> str:
    """Write an expression of PCRE as Python reads it, where the two differ in letters alone."""
    text = re.sub(r"\[:(\w+):\]", lambda match: _CLASS.get(match[1], match[0]), text)
    text = text.replace(r"\z", r"\Z").replace(r"\h", r"[ \t]").replace(r"\R", r"(?:\r\n|\r|\n)")
    text = re.sub(r"\(\?<(?![=!])(\w+)>", r"(?P<\1>", text)
    # Python wants flags that hold for the whole at the start.
    flags = "".join(re.findall(r"(?<!\\)\(\?([imsx]+)\)", text))
    if flags and not text.startswith("(?"):
        text = f"(?{''.join(sorted(set(flags)))})" + re.sub(r"(?<!\\)\(\?[imsx]+\)", "", text)
    return text


def _plain_regex(key: str, text: str) -> re.Pattern[str]:
    """Return what finds a text of no language, where white space and `...` are free."""
    parts: list[str] = []
    named: set[str] = set()
    for piece in re.findall(r"\.\.\.|\$[A-Z_][A-Z_0-9]*|\s+|\w+|.", text.strip(), re.DOTALL):
        if piece == "...":
            parts.append(r"[\s\S]{0,2000}?")
        elif piece.startswith("$") and len(piece) > 1:
            name = piece[1:]
            parts.append(f"(?P={name})" if name in named else f"(?P<{name}>\\w+)")
            named.add(name)
        elif piece.isspace():
            parts.append(r"\s*")
        else:
            parts.append(re.escape(piece))
    try:
        return re.compile("".join(parts))
    except re.error as error:
        raise FormulaError(f"{key}: {error}") from error
