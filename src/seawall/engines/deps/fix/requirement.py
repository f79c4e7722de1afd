"""Requirements in the words of any ecosystem: whether they allow a version, and what raises them.

They are read as alternatives of clauses: an operator and a version, or the two ends of a range in
brackets. What raises one keeps everything but the versions as it is written.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from seawall.advisories.versions import compare, key_of
from seawall.model.inventory import Ecosystem

Piece = tuple[int, int, str]
"""From, to (offsets in the requirement) and what stands there afterwards."""

LONGEST = 500
"""Characters of a requirement; a longer one is none that is raised by rule."""

_VERSION = r"[vV]?\d[\w.+!*-]*|[*xX](?![\w.])"
_CLAUSE = re.compile(
    rf"(?P<operator>===?|~=|~>|!=|<>|>=|<=|>|<|\^|~|=|(?=[vV\d*xX]))\s*(?P<version>{_VERSION})"
)
_HYPHEN = re.compile(rf"(?P<low>{_VERSION})\s+-\s+(?P<high>{_VERSION})")
_RANGE = re.compile(
    rf"(?P<open>[\[(\]])\s*(?P<low>{_VERSION})?\s*(?P<comma>,)?\s*(?P<high>{_VERSION})?\s*"
    r"(?P<close>[\])\[])"
)
_OR = re.compile(r"\s*\|\|?\s*|\s+or\s+")
_AND = re.compile(r"(?:[\s,]|&&|\band\b)*")
_RELEASE = re.compile(r"[vV=]?(?:\d+!)?(\d+(?:\.\d+)*)")
_WILD = re.compile(r"(?:\.?[*xX])+\Z")
_FLAVOUR = re.compile(r"(?<=\d)[-.](?:jre\d*|android)\Z")

BARE = {
    Ecosystem.CRATES: "^",
    Ecosystem.MAVEN: ">=",
    Ecosystem.NUGET: ">=",
    Ecosystem.GO: ">=",
    Ecosystem.NPM: "prefix",
    Ecosystem.CONDA: "prefix",
}
"""What a version without an operator means, where it is not just that one."""
_PREFIXED = frozenset({Ecosystem.CONDA, Ecosystem.CRATES, Ecosystem.NPM})
"""Where "=1.2" speaks of all versions that begin so."""


class Clause(Struct, frozen=True, kw_only=True):
    """One condition of a requirement."""

    operator: str
    """As it is understood: "prefix" for all versions that begin so."""
    version: str
    sign: tuple[int, int]
    """Where the operator is written; an empty stretch where it is not."""
    at: int
    """Where the version is written."""
    inclusive: str = ">="
    """How the operator is written that lets the version in from which on others are allowed."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its version."""
        return release_of(self.version)


def release_of(version: str) -> tuple[int, ...]:
    """Return the numbers of a version: (1, 2, 0) of "v1.2.0-rc1"."""
    found = _RELEASE.match(version)
    return tuple(int(one[:18]) for one in found[1].split(".")) if found else ()


def allows(requirement: str, version: str, ecosystem: Ecosystem) -> bool | None:
    """Tell whether a requirement lets a version in; None where it is not understood."""
    alternatives = _read(requirement, ecosystem)
    if alternatives is None:
        return None
    return any(all(_holds(one, version, ecosystem) for one in some) for some in alternatives)


def raise_requirement(
    requirement: str, target: str, ecosystem: Ecosystem
) -> tuple[Piece, ...] | None:
    """Return what changes a requirement so that it lets a version in, and nothing lower.

    Operators, extent and spelling stay as the team writes them; an upper end that shuts the
    version out is moved. () where nothing has to change, None where that is not to be done by rule.
    """
    alternatives = _read(requirement, ecosystem)
    if alternatives is None or not release_of(target):
        return None
    # Of several alternatives the one that has the version is raised, else the last.
    chosen = next(
        (one for one in alternatives if all(_holds(two, target, ecosystem) for two in one)),
        alternatives[-1],
    )
    pieces = tuple(piece for one in chosen for piece in _raised(one, chosen, target, ecosystem))
    raised = applied(requirement, pieces)
    wanted = [target, *(written(target, one.version, ecosystem) for one in chosen)]
    return pieces if any(allows(raised, one, ecosystem) for one in wanted) else None


def applied(text: str, pieces: Sequence[Piece]) -> str:
    """Return a requirement with pieces of it replaced."""
    for begin, end, new in sorted(pieces, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def written(target: str, like: str, ecosystem: Ecosystem) -> str:
    """Return a version as the file writes its versions: with "v" or without, of its flavour."""
    bare = target.lstrip("vV")
    text = f"{like[0]}{bare}" if like[:1] in ("v", "V") else bare
    if ecosystem is Ecosystem.GO and like.endswith("+incompatible") and "+" not in text:
        text += "+incompatible"
    if ecosystem is Ecosystem.MAVEN and (flavour := _FLAVOUR.search(like)):
        text = _FLAVOUR.sub(flavour[0], text)
    if ecosystem is Ecosystem.GITHUB_ACTIONS and len(release_of(like)) == 1:
        # "v4" is moved by those who publish it.
        return re.sub(r"(?<=\d)\..*", "", text)
    return text


def _read(text: str, ecosystem: Ecosystem) -> list[list[Clause]] | None:
    """Return the alternatives of a requirement; None where it is not understood."""
    if not text.strip() or len(text) > LONGEST:
        return None
    if text.strip()[0] in "[(]" and ecosystem in (Ecosystem.MAVEN, Ecosystem.NUGET):
        return _ranges(text)
    alternatives: list[list[Clause]] = []
    at = 0
    for begin, end in _alternatives(text):
        clauses: list[Clause] = []
        at = begin
        while at < end:
            if hyphen := _HYPHEN.match(text, at, end):
                clauses += _hyphened(hyphen)
                at = hyphen.end()
            elif found := _CLAUSE.match(text, at, end):
                clauses.append(_clause(found, ecosystem))
                at = found.end()
            else:
                return None
            separated = _AND.match(text, at, end)
            at = separated.end() if separated else at
        if not clauses:
            return None
        alternatives.append(clauses)
    return alternatives


def _alternatives(text: str) -> Iterator[tuple[int, int]]:
    begin = len(text) - len(text.lstrip())
    stop = len(text.rstrip())
    for found in _OR.finditer(text):
        yield begin, found.start()
        begin = found.end()
    yield begin, stop


def _clause(found: re.Match[str], ecosystem: Ecosystem) -> Clause:
    operator, version = found["operator"], found["version"]
    understood = {"": BARE.get(ecosystem, "=="), "=": "==", "===": "==", "<>": "!="}.get(
        operator, operator
    )
    is_whole = len(release_of(version)) > 2
    if _WILD.search(version) and understood in ("==", "^", "~", ">=", "prefix", "~>"):
        understood = "prefix"
    elif understood == "prefix" and is_whole and ecosystem is Ecosystem.NPM:
        understood = "=="
    elif operator == "=" and ecosystem in _PREFIXED and not is_whole:
        understood = "prefix"
    if operator == "~" and ecosystem is Ecosystem.PACKAGIST:
        understood = "~>"
    return Clause(
        operator=understood,
        version=version,
        sign=(found.start("operator"), found.end("operator")),
        at=found.start("version"),
    )


def _hyphened(found: re.Match[str]) -> Iterator[Clause]:
    for name, operator in (("low", ">="), ("high", "<=")):
        at = found.start(name)
        yield Clause(operator=operator, version=found[name], sign=(at, at), at=at)


def _ranges(text: str) -> list[list[Clause]] | None:
    """Return the ranges in brackets, "[1.0,2.0)", as Maven and NuGet write them."""
    alternatives: list[list[Clause]] = []
    at = 0
    for found in _RANGE.finditer(text):
        if text[at : found.start()].strip(" ,"):
            return None
        at = found.end()
        if not found["comma"]:
            if not found["low"] or found["high"]:
                return None
            here = found.start("low")
            alternatives.append(
                [Clause(operator="==", version=found["low"], sign=(here, here), at=here)]
            )
            continue
        clauses: list[Clause] = []
        for name, bracket, ends in (("low", "open", (">", ">=")), ("high", "close", ("<", "<="))):
            if found[name]:
                is_closed = found[bracket] == ("[" if name == "low" else "]")
                clauses.append(
                    Clause(
                        operator=ends[is_closed],
                        version=found[name],
                        sign=found.span(bracket),
                        at=found.start(name),
                        inclusive="[",
                    )
                )
        if not clauses:
            return None
        alternatives.append(clauses)
    return alternatives if alternatives and not text[at:].strip() else None


def _holds(clause: Clause, version: str, ecosystem: Ecosystem) -> bool:
    """Tell whether a version meets a condition."""
    mine, told = clause.numbers, release_of(version)
    operator = clause.operator
    if operator == "prefix":
        return told[: len(mine)] == mine
    order = compare(ecosystem, version, clause.version)
    if operator in ("==", "!="):
        if _WILD.search(clause.version):
            return (told[: len(mine)] == mine) == (operator == "==")
        return (order == 0) == (operator == "==")
    if operator in (">=", ">", "<="):
        return {">=": order >= 0, ">": order > 0, "<=": order <= 0}[operator]
    if operator == "<":
        # What comes before a release is not meant by "below that release".
        return order < 0 and (_padded(told) != _padded(mine) or _has_suffix(clause.version))
    return order >= 0 and _padded(told) < _padded(_end(operator, mine))


def _end(operator: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers below which "^1.2", "~1.2", "~=1.2" and "~> 1.2" end."""
    if operator == "^":
        last = next((place for place, one in enumerate(numbers) if one), len(numbers) - 1)
    elif operator == "~":
        last = min(1, len(numbers) - 1)
    else:
        last = max(0, len(numbers) - 2)
    return (*numbers[:last], numbers[last] + 1) if numbers else (1 << 62,)


def _raised(
    clause: Clause, all_of_them: Sequence[Clause], target: str, ecosystem: Ecosystem
) -> Iterator[Piece]:
    """Yield what changes in one condition."""
    end = clause.at + len(clause.version)
    version = written(target, clause.version, ecosystem)
    operator = clause.operator
    if operator == "!=" or not clause.numbers:
        return
    if operator == "prefix" or _WILD.search(clause.version):
        if not _holds(clause, target, ecosystem):
            yield clause.at, end, _as_long(version, clause.version)
    elif operator in ("<", "<="):
        if not _holds(clause, target, ecosystem):
            new = _beyond(clause, version) if operator == "<" else version
            yield clause.at, end, new
    elif operator in ("~>", "~=") and _is_wider(clause, target):
        # "~> 1.2" ends at 2: "~> 1.4.3" would end at 1.5.
        short = _as_long(version, clause.version)
        yield clause.at, end, short
        if key_of(ecosystem)(short) != key_of(ecosystem)(version) and len(all_of_them) == 1:
            joined = " and " if ecosystem is Ecosystem.HEX else ","
            joined = ", " if ecosystem is Ecosystem.RUBYGEMS else joined
            space = " " if operator == "~>" and ecosystem is not Ecosystem.PACKAGIST else ""
            yield end, end, f"{joined}>={space}{version}"
    elif compare(ecosystem, clause.version, target) < 0 or operator == "==":
        if operator == ">":
            yield (*clause.sign, clause.inclusive)
        if clause.version != version:
            yield clause.at, end, version


def _is_wider(clause: Clause, target: str) -> bool:
    """Tell whether writing all numbers of a version would shut out what a condition lets in."""
    return len(clause.numbers) < len(release_of(target))


def _as_long(version: str, like: str) -> str:
    """Return the first numbers of a version, as many as another has, with its wild card."""
    wild = _WILD.search(like)
    count = len(release_of(like))
    sign = version[0] if version[:1] in ("v", "V") else ""
    kept = ".".join(str(one) for one in release_of(version)[:count])
    return f"{sign}{kept}{wild[0] if wild else ''}"


def _beyond(clause: Clause, version: str) -> str:
    """Return the upper end of the same extent that comes next behind a version."""
    given = clause.numbers
    # "<2.0.0" is said of majors: the zeros are for show.
    count = max((place for place, one in enumerate(given, 1) if one), default=1)
    told = (*release_of(version), *(0 for _ in given))
    numbers = (*told[: count - 1], told[count - 1] + 1, *(0 for _ in given[count:]))
    sign = version[0] if version[:1] in ("v", "V") else ""
    return sign + ".".join(str(one) for one in numbers)


def _has_suffix(version: str) -> bool:
    found = _RELEASE.match(version)
    return found is not None and found.end() < len(version)


def _padded(numbers: Sequence[int]) -> tuple[int, ...]:
    return (*numbers, *(0 for _ in range(8 - len(numbers))))
