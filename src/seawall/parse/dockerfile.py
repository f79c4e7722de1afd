"""Reads Dockerfiles: instructions by stage, their words filled in, and where each stands.

It is tolerant: what is no instruction is left out, what is broken is read as far as it goes. What
a build argument is given from outside is not seen: its default counts.

Source: https://docs.docker.com/reference/dockerfile.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

MOST_INSTRUCTIONS = 5_000
LONGEST_VALUE = 20_000
"""Characters that variables fill a word with; a longer one is not known."""
INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL"
    " STOPSIGNAL USER VOLUME WORKDIR".split()
)
LINUX_SHELL: tuple[str, ...] = ("/bin/sh", "-c")
WINDOWS_SHELL: tuple[str, ...] = ("cmd", "/S", "/C")

_DIRECTIVE = re.compile(r"#[ \t]*(\w+)[ \t]*=[ \t]*(.*?)[ \t\r]*$")
_WORD = re.compile(r"[ \t\0]*([A-Za-z]+)(?=[ \t\r\0]|$)")
_BLANK = re.compile(r"[\s\0]*")
_FLAG = re.compile(r"--([a-z][a-z-]*)(?:=|(?=[\s\0]|$))")
_HERE = re.compile(r"(?<![<\w\"'])\d*<<(?P<tabs>-?)(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.-]*)"
                   r"(?P=quote)(?=[\s\0);|&>]|$)")  # fmt: skip
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN = re.compile(r"[^\s\\`'\"$\0]+")
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*|\d)|\{([A-Za-z_]\w*|\d)(?:(:?[-+?]|##?|%%?|//?)((?:"
                       r"[^{}$]|\$\{[^{}]*\}|\$(?!\{))*))?\})")  # fmt: skip
_WINDOWS = re.compile(r"windows|nanoserver|servercore", re.IGNORECASE)
_PAIRED = frozenset(("ENV", "ARG", "LABEL"))
_RUNNING = frozenset(("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"))
_HOLDING = frozenset(("RUN", "COPY", "ADD"))


class Argument(Struct, frozen=True):
    """One word of an instruction."""

    text: str
    """Without its quotes, variables as they are written."""
    value: str | None
    """With variables filled in; None where one is not known."""
    start: int
    """Offset in the text, as all that follow."""
    end: int


class Pair(Struct, frozen=True):
    """What ENV, ARG and LABEL say of one name."""

    name: str
    value: Argument | None
    """None where it is only declared."""
    start: int


class HereDocument(Struct, frozen=True):
    """A text that stands below an instruction."""

    name: str
    text: str
    start: int


class Instruction(Struct, frozen=True, kw_only=True):
    """One instruction."""

    name: str
    """In capitals."""
    start: int
    end: int
    """After its last here-document."""
    text: str = ""
    """What stands behind the name and the flags, as long as in the file: what joins lines, and
    comments between them, are NUL."""
    text_start: int = 0
    flags: tuple[tuple[str, Argument], ...] = ()
    arguments: tuple[Argument, ...] = ()
    """Its words, or those of its JSON; () of what a shell splits."""
    pairs: tuple[Pair, ...] = ()
    """Of ENV, ARG and LABEL."""
    documents: tuple[HereDocument, ...] = ()
    is_exec: bool = False
    """Whether it is written as JSON, and no shell runs it."""
    is_none: bool = False
    """HEALTHCHECK NONE."""
    is_trigger: bool = False
    """Whether it stands behind ONBUILD."""
    shell: tuple[str, ...] = LINUX_SHELL
    """What runs it where no JSON is written."""

    @property
    def is_shell(self) -> bool:
        """Whether a shell of Unix runs its text."""
        return self.name in _RUNNING and not self.is_exec and is_unix_shell(self.shell)


class Stage(Struct, frozen=True, kw_only=True):
    """A stage of the build."""

    index: int
    origin: Instruction
    """Its FROM."""
    image: Argument
    name: str = ""
    """As AS names it."""
    parent: int | None = None
    """The stage that it goes on from."""
    instructions: tuple[Instruction, ...]
    """Without FROM."""


class Dockerfile(Struct, frozen=True, kw_only=True):
    """A Dockerfile as it was read."""

    content: str
    lines: tuple[int, ...]
    """Where each line begins."""
    arguments: tuple[Instruction, ...]
    """The ARG before the first FROM."""
    stages: tuple[Stage, ...]
    syntax: str = ""
    unknown: tuple[tuple[str, int], ...] = ()
    """Words in the place of an instruction that are none, with their offsets."""

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def lineage(self, stage: Stage) -> list[Stage]:
        """Return the stages that make up an image, the last of which is the one given."""
        found = [stage]
        while found[-1].parent is not None:
            found.append(self.stages[found[-1].parent])
        return found[::-1]

    def stage_of(self, name: str, before: int) -> Stage | None:
        """Return the stage that `--from` or FROM names, among those before one."""
        if name.isdigit():
            return self.stages[int(name)] if int(name) < before else None
        known = [one for one in self.stages[:before] if one.name.lower() == name.lower()]
        return known[-1] if known and name else None


def is_unix_shell(shell: tuple[str, ...]) -> bool:
    """Whether a SHELL is one of Unix."""
    name = shell[0].replace("\\", "/").rpartition("/")[2].lower() if shell else ""
    return name.removesuffix(".exe") in ("sh", "bash", "ash", "dash", "zsh", "ksh", "busybox")


def parse_dockerfile(content: str) -> Dockerfile:
    """Read a text whose lines end with a bare line feed."""
    return _Reading(content).dockerfile()


class _Reading:
    def __init__(self, content: str) -> None:
        self.content = content
        self.lines = content.split("\n")
        self.starts: list[int] = [0]
        for line in self.lines[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.escape, self.syntax = "\\", ""
        self.unknown: list[tuple[str, int]] = []
        self.at = 0
        """The line that is read next."""
        self._directives()
        mark = re.escape(self.escape)
        self.joins = re.compile(rf"(?:(?<!{mark}){mark}|^{mark})[ \t\r]*$")
        self.values: dict[str, str | None] = {}
        self.shell = LINUX_SHELL

    def dockerfile(self) -> Dockerfile:
        arguments: list[Instruction] = []
        drafts: list[tuple[Instruction, str, int | None, Argument, list[Instruction]]] = []
        names: dict[str, int] = {}
        given: dict[str, str | None] = {}
        """Defaults of the arguments before the first stage."""
        ends: list[tuple[dict[str, str | None], tuple[str, ...]]] = []
        env: dict[str, str | None] = {}
        for one in self._instructions(lambda: given if not drafts else self.values):
            if one.name == "FROM":
                if drafts:
                    ends.append((env, self.shell))
                one, name, image = self._origin(one, given)
                parent = names.get((image.value or "").lower())
                drafts.append((one, name, parent, image, []))
                env = dict(ends[parent][0]) if parent is not None else {}
                self.values = dict(env)
                windows = WINDOWS_SHELL if _WINDOWS.search(image.text) else LINUX_SHELL
                self.shell = ends[parent][1] if parent is not None else windows
                if name:
                    names[name.lower()] = len(drafts) - 1
                continue
            if not drafts:
                if one.name == "ARG":
                    arguments.append(one)
                    for pair in one.pairs:
                        given[pair.name] = pair.value.value if pair.value is not None else None
                continue
            drafts[-1][4].append(one)
            if one.is_trigger:
                continue
            if one.name == "ARG":
                for pair in one.pairs:
                    value = pair.value.value if pair.value is not None else given.get(pair.name)
                    if pair.name not in env:
                        self.values[pair.name] = value
            elif one.name == "ENV":
                for pair in one.pairs:
                    env[pair.name] = pair.value.value if pair.value is not None else None
                self.values.update(env)
            elif one.name == "SHELL" and one.is_exec:
                self.shell = tuple(word.text for word in one.arguments)
        return Dockerfile(
            content=self.content,
            lines=tuple(self.starts),
            arguments=tuple(arguments),
            stages=tuple(
                Stage(
                    index=index,
                    origin=origin,
                    image=image,
                    name=name,
                    parent=parent,
                    instructions=tuple(inside),
                )
                for index, (origin, name, parent, image, inside) in enumerate(drafts)
            ),
            syntax=self.syntax,
            unknown=tuple(self.unknown),
        )

    def _directives(self) -> None:
        for line in self.lines:
            found = _DIRECTIVE.match(line)
            if found is None or found[1].lower() not in ("syntax", "escape", "check"):
                return
            if found[1].lower() == "escape" and found[2] in ("\\", "`"):
                self.escape = found[2]
            elif found[1].lower() == "syntax":
                self.syntax = found[2]

    def _origin(
        self, one: Instruction, given: Mapping[str, str | None]
    ) -> tuple[Instruction, str, Argument]:
        words = _words(one.text, one.text_start, given, self.escape)
        image = words[0] if words else Argument("", "", one.text_start, one.text_start)
        name = words[2].text if len(words) > 2 and words[1].text.lower() == "as" else ""
        return one, name, image

    def _instructions(
        self, values: Callable[[], Mapping[str, str | None]]
    ) -> Iterator[Instruction]:
        count = 0
        while count < MOST_INSTRUCTIONS:
            logical = self._logical()
            if logical is None:
                return
            text, start = logical
            word = _WORD.match(text)
            name = word[1].upper() if word is not None else ""
            if word is None or name not in INSTRUCTIONS:
                if stripped := text.strip("\0 \t\r"):
                    self.unknown.append((stripped.split()[0][:40], start))
                continue
            count += 1
            yield self._instruction(name, text, start, word.end(), values(), trigger=False)

    def _logical(self) -> tuple[str, int] | None:
        """Return the next line with those that it is joined with, and where it begins."""
        lines = self.lines
        while self.at < len(lines) and _is_idle(lines[self.at]):
            self.at += 1
        if self.at >= len(lines):
            return None
        start = self.starts[self.at]
        pieces: list[str] = []
        while self.at < len(lines):
            line = lines[self.at]
            self.at += 1
            joined = self.joins.search(line) if self.escape in line else None
            if joined is None:
                pieces.append(line)
                break
            pieces.append(line[: joined.start()])
            pieces.append("\0" * (len(line) - joined.start() + 1))
            while self.at < len(lines) and _is_idle(lines[self.at]):
                pieces.append("\0" * (len(lines[self.at]) + 1))
                self.at += 1
        return "".join(pieces), start

    def _instruction(
        self,
        name: str,
        text: str,
        start: int,
        at: int,
        values: Mapping[str, str | None],
        *,
        trigger: bool,
    ) -> Instruction:
        """Read an instruction whose name ends at `at` of a joined line that begins at `start`."""
        if name == "ONBUILD" and not trigger:
            word = _WORD.match(text, at)
            if word is not None and word[1].upper() in INSTRUCTIONS - {"ONBUILD", "FROM"}:
                return self._instruction(
                    word[1].upper(), text, start, word.end(), values, trigger=True
                )
        at = _after(_BLANK, text, at)
        flags: list[tuple[str, Argument]] = []
        while (flag := _FLAG.match(text, at)) is not None:
            word_end, value = _word(text, flag.end(), start, values, self.escape)
            flags.append((flag[1], value))
            at = _after(_BLANK, text, word_end)
        none = False
        if name == "HEALTHCHECK":
            word = _WORD.match(text, at)
            none = word is not None and word[1].upper() == "NONE"
            at = _after(_BLANK, text, word.end()) if word is not None else at
        documents = self._documents(text[at:]) if name in _HOLDING else ()
        rest = text[at:]
        words = _json_words(rest, start + at) if rest.startswith("[") else None
        pairs: tuple[Pair, ...] = ()
        arguments: tuple[Argument, ...] = words or ()
        if words is not None and name in ("COPY", "ADD", "VOLUME"):
            arguments = tuple(_filled_json(one, values) for one in words)
        elif name in _PAIRED:
            pairs = tuple(_pairs(name, rest, start + at, values, self.escape))
        elif words is None and name not in (*_RUNNING, "SHELL", "MAINTAINER"):
            arguments = tuple(_words(rest, start + at, values, self.escape))
        return Instruction(
            name=name,
            start=start + _after(_BLANK, text, 0),
            end=self.starts[self.at] - 1 if self.at < len(self.lines) else len(self.content),
            text=rest,
            text_start=start + at,
            flags=tuple(flags),
            arguments=arguments,
            pairs=pairs,
            documents=documents,
            is_exec=words is not None,
            is_none=none,
            is_trigger=trigger,
            shell=self.shell,
        )

    def _documents(self, text: str) -> tuple[HereDocument, ...]:
        """Read the here-documents that a joined line asks for, and go on behind them."""
        found: list[HereDocument] = []
        for one in _HERE.finditer(text):
            at = self.at
            tabs, name = bool(one["tabs"]), one["name"]
            while at < len(self.lines):
                line = self.lines[at].rstrip("\r")
                if (line.lstrip("\t") if tabs else line) == name:
                    break
                at += 1
            else:
                return tuple(found)  # it is no here-document
            start = self.starts[self.at]
            found.append(HereDocument(name, self.content[start : self.starts[at]], start))
            self.at = at + 1
        return tuple(found)


def _is_idle(line: str) -> bool:
    bare = line.lstrip()
    return not bare or bare[0] == "#"


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found is not None else at


def _words(text: str, base: int, values: Mapping[str, str | None], escape: str) -> list[Argument]:
    words: list[Argument] = []
    at = _after(_BLANK, text, 0)
    while at < len(text):
        at, word = _word(text, at, base, values, escape)
        words.append(word)
        at = _after(_BLANK, text, at)
    return words


def _word(
    text: str, at: int, base: int, values: Mapping[str, str | None], escape: str, stop: str = ""
) -> tuple[int, Argument]:
    """Read a word, up to a blank or a character `stop`; return where it ends."""
    start = at
    said: list[str] = []
    filled: list[str] = []
    known = True
    double = False
    while at < len(text):
        plain = _PLAIN.match(text, at)
        if plain is not None:
            piece, at = plain[0], plain.end()
            if stop and not double and stop in piece:
                at = plain.start() + piece.index(stop)
                piece = piece[: piece.index(stop)]
                said.append(piece)
                filled.append(piece)
                break
            said.append(piece)
            filled.append(piece)
            continue
        mark = text[at]
        if mark == "\0":
            at += 1
        elif mark == '"':
            double = not double
            at += 1
        elif mark == "'" and not double:
            close = text.find("'", at + 1)
            close = len(text) if close < 0 else close
            piece = text[at + 1 : close].replace("\0", "")
            said.append(piece)
            filled.append(piece)
            at = min(close + 1, len(text))
        elif mark == escape and at + 1 < len(text) and (not double or text[at + 1] in '"$\\`'):
            said.append(text[at + 1])
            filled.append(text[at + 1])
            at += 2
        elif mark == "$":
            end, value = _variable(text, at, values)
            said.append(text[at:end].replace("\0", ""))
            known &= value is not None
            filled.append(value or "")
            at = end
        elif mark.isspace() and not double:
            break
        else:
            said.append(mark)
            filled.append(mark)
            at += 1
    value = "".join(filled)
    known &= len(value) <= LONGEST_VALUE
    return at, Argument("".join(said), value if known else None, base + start, base + at)


def _variable(text: str, at: int, values: Mapping[str, str | None]) -> tuple[int, str | None]:
    """Fill in a variable; return where it ends and its value, None where nobody knows it."""
    found = _VARIABLE.match(text, at)
    if found is None:
        return at + 1, "$"
    if found[1]:
        return found.end(), values.get(found[1])
    return found.end(), _modified(found[2], found[3] or "", found[4] or "", values)


def _modified(name: str, how: str, word: str, values: Mapping[str, str | None]) -> str | None:
    value = values.get(name)
    if not how:
        return value
    other = _word(word.replace(" ", "\\ "), 0, 0, values, "\\")[1].value
    if how[-1] == "-":
        # What is given from outside is not seen, here either.
        return value or other if how == ":-" else other if value is None else value
    if how[-1] == "+":
        return (other if value else "") if name in values else ""
    if how[-1] == "?":
        return value
    if value is None or other is None:
        return None
    return _cut(value, how, other)


def _cut(value: str, how: str, pattern: str) -> str | None:
    if how[0] == "/":
        old, _, new = pattern.partition("/")
        if any(one in old for one in "*?["):
            return None
        return value.replace(old, new, -1 if how == "//" else 1)
    if len(value) > 500:
        return None
    lengths = range(len(value) + 1) if len(how) == 1 else range(len(value), -1, -1)
    for length in lengths:
        if how[0] == "#" and fnmatchcase(value[:length], pattern):
            return value[length:]
        if how[0] == "%" and fnmatchcase(value[len(value) - length :], pattern):
            return value[: len(value) - length]
    return value


def _pairs(
    instruction: str, text: str, base: int, values: Mapping[str, str | None], escape: str
) -> Iterator[Pair]:
    at = _after(_BLANK, text, 0)
    first = True
    while at < len(text):
        start = at
        at, name = _word(text, at, base, values, escape, stop="=")
        if at < len(text) and text[at] == "=":
            at, value = _word(text, at + 1, base, values, escape)
            yield Pair(name.value or name.text, value, base + start)
        elif first and instruction != "ARG":
            # The old form: the rest of the line is the value.
            at = _after(_BLANK, text, at)
            words = _words(text[at:], base + at, values, escape)
            said = " ".join(one.text for one in words)
            known = [one.value for one in words if one.value is not None]
            filled = " ".join(known) if len(known) == len(words) else None
            value = Argument(said, filled, base + at, base + len(text.rstrip()))
            yield Pair(name.text, value, base + start)
            return
        elif instruction == "ARG":
            yield Pair(name.text, None, base + start)
        if at == start:
            at += 1
        first = False
        at = _after(_BLANK, text, at)


def _json_words(text: str, base: int) -> tuple[Argument, ...] | None:
    """Return the texts of a list in JSON; None where it is none, and a shell is meant."""
    bare = text.replace("\0", " ")
    try:
        values = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        return None
    places = [(one.start(), one.end()) for one in _STRING.finditer(bare)]
    return tuple(
        Argument(value, value, base + start, base + end)
        for value, (start, end) in zip(values, places, strict=False)
    )


def _filled_json(one: Argument, values: Mapping[str, str | None]) -> Argument:
    if "$" not in one.text:
        return one
    escaped = one.text.replace("\\", "\\\\").replace(" ", "\\ ")
    return Argument(one.text, _word(escaped, 0, 0, values, "\\")[1].value, one.start, one.end)
