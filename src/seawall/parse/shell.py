"""Reads scripts of POSIX shells and Bash: commands, pipelines and groups, each with its place.

It is for questions about what a script runs, and never fails: what is no shell is read as far as
it goes. Nothing is expanded. Offsets are in Unicode code points of the text that is given.

Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import Struct

DEEPEST = 40
"""Groups and substitutions in one another."""
LARGEST = 1_000_000
"""Characters that are read."""
FARTHEST = 5_000
"""Characters after which an expansion that is not closed counts as none."""
SHELLS = frozenset("sh bash dash ash zsh ksh mksh busybox".split())

_BLANK = re.compile(r"(?:[ \t\r\0]|\\\r?\n)+")
_PLAIN = re.compile(r"[^\s\\'\"`$|&;()<>\0]+")
_QUOTED = re.compile(r"[^\"\\`$\0]+")
_NAME = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!_-])")
_ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_TICKS = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL)
_BRACES = re.compile(r"[{}]|'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.", re.DOTALL)
_REDIRECT = re.compile(r"(\d{0,4})(&>>|&>|<<<|<<-|<<|<>|<&|>&|>>|>\||<(?!\()|>(?!\())")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*(?:\[[^\]\s]*\])?\+?=")
_KEYWORD = re.compile(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc"
    r"|\{|\}|!|\[\[)(?=[\s;&|()<>\0]|$)"
)
_FUNCTION = re.compile(r"[ \t\0]*\([ \t\0]*\)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Word(Struct, frozen=True):
    """One word of a command."""

    text: str
    """Without its quotes; what is expanded stands as it is written: "$HOME/bin"."""
    start: int
    end: int
    is_literal: bool = True
    """Whether nothing in it is expanded."""
    is_quoted: bool = False
    """Whether some of it is in quotes."""
    runs: tuple["Script", ...] = ()
    """What the substitutions in it run: `$(...)`, `` `...` ``, `<(...)`."""


class Redirect(Struct, frozen=True):
    """Where a command reads from or writes to."""

    operator: str
    """">", ">>", "<", "<<", "<<<", "&>", ... without the number."""
    target: Word
    """Of a here-document its delimiter."""
    number: str = ""
    body: str = ""
    """Of a here-document what it holds."""
    body_start: int = 0


class Command(Struct, frozen=True):
    """A simple command."""

    words: tuple[Word, ...]
    """Its name first; () where it only assigns or redirects."""
    start: int
    end: int
    assignments: tuple[Word, ...] = ()
    """As they stand before it: "DEBIAN_FRONTEND=noninteractive"."""
    redirects: tuple[Redirect, ...] = ()

    @property
    def runs(self) -> Iterator["Script"]:
        """What the substitutions in its words run."""
        for word in (*self.assignments, *self.words, *(one.target for one in self.redirects)):
            yield from word.runs


class Group(Struct, frozen=True):
    """Commands that count as one: a subshell, a loop, a condition, the body of a function."""

    kind: str
    """"(", "{", "if", "while", "until", "for", "select", "case", "function"."""
    body: "Script"
    redirects: tuple[Redirect, ...] = ()
    name: str = ""
    """Of a function."""


class Pipeline(Struct, frozen=True):
    """Commands and groups each of which reads what the one before it writes."""

    stages: tuple[Command | Group, ...]
    operator: str = ";"
    """What joins it to what stands before it: "&&", "||", ";" (or a new line), "&"."""


class Script(Struct, frozen=True):
    """A list of pipelines."""

    pipelines: tuple[Pipeline, ...] = ()

    def walk(self) -> Iterator[Pipeline]:
        """Yield all pipelines, an outer one before those within its stages and words."""
        waiting = list(reversed(self.pipelines))
        while waiting:
            pipeline = waiting.pop()
            yield pipeline
            inner: list[Pipeline] = []
            for stage in pipeline.stages:
                for script in (stage.body,) if isinstance(stage, Group) else stage.runs:
                    inner += script.pipelines
            waiting += reversed(inner)

    def commands(self) -> Iterator[Command]:
        """Yield all simple commands, those in groups and substitutions too."""
        for pipeline in self.walk():
            yield from (one for one in pipeline.stages if isinstance(one, Command))


def commands_of(stage: Command | Group) -> Iterator[Command]:
    """Yield the simple commands of a stage, without those in substitutions."""
    if isinstance(stage, Command):
        yield stage
        return
    waiting: list[Command | Group] = [stage]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Command):
            yield one
        else:
            waiting += [inner for line in reversed(one.body.pipelines) for inner in line.stages]


def parse_shell(text: str, base: int = 0) -> Script:
    """Read a script; `base` is added to all offsets.

    What is NUL is as if it were not there: whoever has joined lines puts it in their place.
    """
    return _Parser(text[:LARGEST], base).script(())


def unwrapped(command: Command) -> tuple[tuple[str, ...], tuple[Word, ...]]:
    """Return the programs that only start another ("sudo", "env"), and the words of that one."""
    words: Sequence[Word] = command.words
    wrappers: list[str] = []
    while words:
        name = posixpath.basename(words[0].text)
        if name not in _WRAPPERS or len(wrappers) > DEEPEST:
            break
        valued, operands = _WRAPPERS[name]
        at = 1
        while at < len(words):
            text = words[at].text
            if name in ("env", "sudo") and _ASSIGNED.match(text):
                at += 1
            elif text == "--":
                at += 1
                break
            elif text.startswith("-") and len(text) > 1:
                at += 2 if text in valued else 1
            else:
                break
        at += operands
        if at >= len(words):
            break
        wrappers.append(name)
        words = words[at:]
    return tuple(wrappers), tuple(words)


def inner_script(words: Sequence[Word]) -> Script | None:
    """Return what `sh -c TEXT`, `su -c TEXT` and `eval TEXT` run; `words` without wrappers."""
    if not words:
        return None
    name = posixpath.basename(words[0].text)
    if name == "eval":
        text = words[1:2]
    elif name in SHELLS or name == "su":
        text = ()
        for at, word in enumerate(words[1:-1], 1):
            if re.fullmatch(r"-[a-z]*c|--command", word.text):
                text = words[at + 1 : at + 2]
                break
    else:
        return None
    for word in text:
        if word.runs and word.text.startswith(("$(", "`")):
            return None  # what it runs is read where it stands
        return parse_shell(word.text, word.start + (1 if word.is_quoted else 0))
    return None


_WRAPPERS: dict[str, tuple[frozenset[str], int]] = {
    "sudo": (frozenset("-u -g -h -p -C -r -t -D -R -T --user --group".split()), 0),
    "doas": (frozenset(("-u", "-C")), 0),
    "env": (frozenset(("-u", "-C", "-S", "--unset", "--chdir")), 0),
    "exec": (frozenset(("-a",)), 0),
    "command": (frozenset(), 0),
    "builtin": (frozenset(), 0),
    "nohup": (frozenset(), 0),
    "time": (frozenset(("-f", "-o")), 0),
    "nice": (frozenset(("-n",)), 0),
    "ionice": (frozenset(("-c", "-n", "-p")), 0),
    "stdbuf": (frozenset(("-i", "-o", "-e")), 0),
    "setsid": (frozenset(), 0),
    "eatmydata": (frozenset(), 0),
    "timeout": (frozenset(("-k", "-s", "--signal", "--kill-after")), 1),
    "gosu": (frozenset(), 1),
    "su-exec": (frozenset(), 1),
    "chroot": (frozenset(), 1),
    "xargs": (frozenset("-n -P -I -L -d -a -s -E".split()), 0),
}
"""The options of each that take a value, and how many operands stand before the program."""


class _Parser:
    def __init__(self, text: str, base: int = 0, depth: int = 0) -> None:
        self.text, self.base, self.depth = text, base, depth
        self.end = len(text)
        self.at = 0
        self.bodies: dict[int, int] = {}
        """By the offset of a new line the offset after the here-documents that follow it."""
        self.unclosed = 0
        """Expansions so far that are not closed: the more, the less far others are looked for."""

    # Lists

    def script(self, stops: Collection[str]) -> Script:
        """Read up to one of some closing words, which is left."""
        if self.depth >= DEEPEST:
            self.at = self.end
            return Script()
        self.depth += 1
        pipelines: list[Pipeline] = []
        operator = ";"
        while True:
            self._gap()
            if self.at >= self.end or self._stops(stops):
                break
            before = self.at
            if self.text.startswith(("&&", "||"), before):
                operator = self.text[before : before + 2]
                self.at += 2
                continue
            if self.text[before] in ";&|)":
                operator = "&" if self.text[before] == "&" else ";"
                self.at += 1
                continue
            stages = self._stages()
            if stages:
                pipelines.append(Pipeline(tuple(stages), operator))
            operator = ";"
            if self.at == before:
                self.at += 1
        self.depth -= 1
        return Script(tuple(pipelines))

    def _stops(self, stops: Collection[str]) -> bool:
        if not stops:
            return False
        if self.text[self.at] == ")":
            return ")" in stops
        if self.text.startswith(";;", self.at) or self.text.startswith(";&", self.at):
            return ";;" in stops
        word = _KEYWORD.match(self.text, self.at, self.end)
        return word is not None and word[0] in stops

    def _stages(self) -> list[Command | Group]:
        stages: list[Command | Group] = []
        while self.at < self.end:
            stage = self._stage()
            if stage is None:
                break
            stages.append(stage)
            self._blank()
            if not self.text.startswith("|", self.at) or self.text.startswith("||", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            self._gap()
        return stages

    def _stage(self) -> Command | Group | None:
        while True:
            word = _KEYWORD.match(self.text, self.at, self.end)
            if word is None or word[0] not in ("!", "time", "coproc"):
                break
            self.at = word.end()
            self._blank()
        if word is not None:
            opens = _OPENERS.get(word[0])
            if opens is not None:
                self.at = word.end()
                return opens(self, word[0])
        if self.text.startswith("((", self.at) and self._skip_arithmetic():
            return self._command()
        if self.text.startswith("(", self.at):
            self.at += 1
            body = self.script((")",))
            self._take(")")
            return Group("(", body, tuple(self._redirects()))
        return self._command()

    # Groups

    def _block(self, kind: str, closing: str) -> Group:
        body = self.script((closing,))
        self._take(closing)
        return Group(kind, body, tuple(self._redirects()))

    def _braces(self, _: str) -> Group:
        return self._block("{", "}")

    def _branches(self, kind: str) -> Group:
        """Read conditions and bodies, up to the word that closes all."""
        closing, between = _BRANCHES[kind]
        pipelines: list[Pipeline] = []
        while self.at < self.end:
            pipelines += self.script((closing, *between)).pipelines
            if self._take(closing):
                break
            if not any(self._take(one) for one in between):
                break
        return Group(kind, Script(tuple(pipelines)), tuple(self._redirects()))

    def _loop(self, kind: str) -> Group:
        """Read `for NAME in WORDS; do ...; done`."""
        self._blank()
        runs: list[Pipeline] = []
        if not (self.text.startswith("((", self.at) and self._skip_arithmetic()):
            while (word := self._word()) is not None:
                for script in word.runs:
                    runs += script.pipelines
                self._blank()
        group = self._branches(kind)
        return Group(kind, Script((*runs, *group.body.pipelines)), group.redirects)

    def _case(self, kind: str) -> Group:
        self._blank()
        self._word()
        self._gap()
        self._word()  # in
        pipelines: list[Pipeline] = []
        while True:
            self._gap()
            if self.at >= self.end or self._take("esac"):
                break
            closing = self.text.find(")", self.at + 1, self.at + FARTHEST)
            if closing < 0:
                break
            self.at = closing + 1
            pipelines += self.script((";;", "esac")).pipelines
            if self.text.startswith(";", self.at):
                self.at += 2
                if self.text.startswith("&", self.at):
                    self.at += 1
        return Group(kind, Script(tuple(pipelines)), tuple(self._redirects()))

    def _function(self, _: str) -> Group:
        self._blank()
        name = self._word()
        return self._body_of(name.text if name is not None else "")

    def _body_of(self, name: str) -> Group:
        called = _FUNCTION.match(self.text, self.at, self.end)
        if called is not None:
            self.at = called.end()
        self._gap()
        if self.depth >= DEEPEST:
            self.at = self.end
            return Group("function", Script(), (), name)
        self.depth += 1
        stage = self._stage() if self.at < self.end else None
        self.depth -= 1
        body = Script((Pipeline((stage,)),)) if stage is not None else Script()
        return Group("function", body, (), name)

    def _test(self, _: str) -> Command:
        """Read `[[ ... ]]`, in which operators are words."""
        start = self.at - 2
        words = [Word("[[", start + self.base, self.at + self.base)]
        while True:
            self._gap()
            if self.at >= self.end or self.text.startswith("]]", self.at):
                self.at = min(self.at + 2, self.end)
                break
            word = self._word()
            if word is None:
                word = Word(self.text[self.at], self.at + self.base, self.at + 1 + self.base)
                self.at += 1
            words.append(word)
        redirects = tuple(self._redirects())
        return Command(tuple(words), start + self.base, self.at + self.base, redirects=redirects)

    # Commands

    def _command(self) -> Command | Group | None:
        start = self.at
        words: list[Word] = []
        assignments: list[Word] = []
        redirects: list[Redirect] = []
        stop = start
        while True:
            self._blank()
            if self.at >= self.end or self.text[self.at] in "\n;|)":
                break
            redirect = _REDIRECT.match(self.text, self.at, self.end)
            if redirect is not None:
                redirects.append(self._redirect(redirect))
                stop = self.at
                continue
            if self.text[self.at] == "&" or (self.text[self.at] == "#" and self._comment()):
                break
            word = self._word()
            if word is None:
                self.at += 1  # a bracket where none may stand
                continue
            if not words and _ASSIGNED.match(self.text, word.start - self.base, self.end):
                assignments.append(self._array(word))
            else:
                words.append(word)
            stop = self.at
            if len(words) == 1 and not assignments and _FUNCTION.match(self.text, self.at):
                return self._body_of(word.text)
        if not (words or assignments or redirects):
            return None
        return Command(
            tuple(words),
            start + self.base,
            stop + self.base,
            tuple(assignments),
            tuple(redirects),
        )

    def _array(self, word: Word) -> Word:
        """Read on where an assignment has a list: `names=(a b)`."""
        if not (word.text.endswith("=") and self.text.startswith("(", self.at)):
            return word
        start = self.at
        self.at += 1
        runs = list(word.runs)
        while self.at < self.end:
            self._gap()
            if self._take(")"):
                break
            one = self._word()
            if one is None:
                self.at += 1
            else:
                runs += one.runs
        text = word.text + self.text[start : self.at]
        return Word(text, word.start, self.at + self.base, False, False, tuple(runs))

    def _redirects(self) -> Iterator[Redirect]:
        while True:
            self._blank()
            found = _REDIRECT.match(self.text, self.at, self.end)
            if found is None:
                return
            yield self._redirect(found)

    def _redirect(self, found: re.Match[str]) -> Redirect:
        self.at = found.end()
        self._blank()
        target = self._word() or Word("", self.at + self.base, self.at + self.base)
        operator = found[2]
        if operator not in ("<<", "<<-"):
            return Redirect(operator, target, found[1])
        start, stop = self._here(target.text, tabs=operator == "<<-")
        body = self.text[start:stop]
        return Redirect(operator, target, found[1], body, start + self.base)

    def _here(self, delimiter: str, *, tabs: bool) -> tuple[int, int]:
        """Find the here-document that begins on the next line, after those before it."""
        line = self.text.find("\n", self.at)
        if line < 0:
            return self.end, self.end
        start = at = self.bodies.get(line, line + 1)
        while at < self.end:
            stop = self.text.find("\n", at)
            stop = self.end if stop < 0 else stop
            said = self.text[at:stop].rstrip("\r")
            if (said.lstrip("\t") if tabs else said) == delimiter:
                self.bodies[line] = min(stop + 1, self.end)
                return start, at
            at = stop + 1
        self.bodies[line] = self.end
        return start, self.end

    # Words

    def _word(self) -> Word | None:
        text, start = self.text, self.at
        parts: list[str] = []
        runs: list[Script] = []
        literal, quoted = True, False
        while self.at < self.end:
            plain = _PLAIN.match(text, self.at, self.end)
            if plain is not None:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            mark = text[self.at]
            if mark == "\0":
                self.at += 1
            elif mark == "\\":
                one = text[self.at + 1 : self.at + 2]
                parts.append("" if one == "\n" else one)
                self.at = min(self.at + 2, self.end)
            elif mark == "'":
                quoted = True
                stop = text.find("'", self.at + 1)
                stop = self.end if stop < 0 else stop
                parts.append(text[self.at + 1 : stop].replace("\0", ""))
                self.at = min(stop + 1, self.end)
            elif mark == '"':
                quoted = True
                literal &= self._quoted(parts, runs)
            elif mark in "$`":
                ansi = _ANSI.match(text, self.at, self.end)
                if ansi is not None:
                    quoted = True
                    parts.append(ansi[1])
                    self.at = ansi.end()
                else:
                    literal &= not self._expansion(parts, runs)
            elif mark in "<>" and text.startswith("(", self.at + 1):
                literal = False
                self._substitution(parts, runs, 2)
            else:
                break
        if self.at == start:
            return None
        return Word(
            "".join(parts), start + self.base, self.at + self.base, literal, quoted, tuple(runs)
        )

    def _quoted(self, parts: list[str], runs: list[Script]) -> bool:
        """Read what is in double quotes; whether nothing in it is expanded."""
        self.at += 1
        literal = True
        while self.at < self.end:
            plain = _QUOTED.match(self.text, self.at, self.end)
            if plain is not None:
                parts.append(plain[0])
                self.at = plain.end()
                continue
            mark = self.text[self.at]
            if mark == '"':
                self.at += 1
                break
            if mark == "\0":
                self.at += 1
            elif mark == "\\":
                one = self.text[self.at + 1 : self.at + 2]
                parts.append("" if one == "\n" else one if one in '$`"\\' else f"\\{one}")
                self.at = min(self.at + 2, self.end)
            else:
                literal &= not self._expansion(parts, runs)
        return literal

    def _expansion(self, parts: list[str], runs: list[Script]) -> bool:
        """Read what begins with a dollar or a backtick; whether it is an expansion."""
        text, start = self.text, self.at
        if text[start] == "`":
            ticks = _TICKS.match(text, start, self.end)
            if ticks is None:
                parts.append("`")
                self.at += 1
                return False
            if self.depth < DEEPEST:
                inner = _ESCAPED.sub(r"\1", ticks[1]) if "\\`" in ticks[1] else ticks[1]
                runs.append(_Parser(inner, start + 1 + self.base, self.depth + 1).script(()))
            self.at = ticks.end()
        elif text.startswith("$((", start) and self._skip_arithmetic():
            pass
        elif text.startswith("$(", start):
            self._substitution(parts, runs, 2)
            return True
        elif text.startswith("${", start) and self._skip_braces():
            pass
        elif (name := _NAME.match(text, start, self.end)) is not None:
            self.at = name.end()
        else:
            parts.append("$")
            self.at += 1
            return False
        parts.append(text[start : self.at].replace("\0", ""))
        return True

    def _substitution(self, parts: list[str], runs: list[Script], opening: int) -> None:
        start = self.at
        self.at += opening
        runs.append(self.script((")",)))
        self._take(")")
        parts.append(self.text[start : self.at].replace("\0", ""))

    def _skip_arithmetic(self) -> bool:
        stop = self.text.find("))", self.at, self.at + FARTHEST)
        newline = self.text.find("\n", self.at, self.at + FARTHEST)
        if stop < 0 or 0 <= newline < stop:
            return False
        while self.text.startswith("))", stop + 1):
            stop += 1
        self.at = stop + 2
        return True

    def _skip_braces(self) -> bool:
        depth = 0
        farthest = self.at + FARTHEST // (1 + self.unclosed)
        for found in _BRACES.finditer(self.text, self.at, min(farthest, self.end)):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0 and found[0] == "}":
                self.at = found.end()
                return True
            if depth > DEEPEST:
                break
        self.unclosed += 1
        return False

    # Between words

    def _blank(self) -> None:
        found = _BLANK.match(self.text, self.at, self.end)
        if found is not None:
            self.at = found.end()

    def _gap(self) -> None:
        """Skip blanks, new lines with the here-documents after them, and comments."""
        while self.at < self.end:
            self._blank()
            if self.text.startswith("\n", self.at):
                self.at = self.bodies.get(self.at, self.at + 1)
            elif not self._comment():
                break

    def _comment(self) -> bool:
        if not self.text.startswith("#", self.at):
            return False
        stop = self.text.find("\n", self.at)
        self.at = self.end if stop < 0 else stop
        return True

    def _take(self, word: str) -> bool:
        if word == ")":
            if not self.text.startswith(")", self.at):
                return False
            self.at += 1
            return True
        found = _KEYWORD.match(self.text, self.at, self.end)
        if found is None or found[0] != word:
            return False
        self.at = found.end()
        return True


_BRANCHES = {
    "if": ("fi", ("then", "elif", "else")),
    "while": ("done", ("do",)),
    "until": ("done", ("do",)),
    "for": ("done", ("do",)),
    "select": ("done", ("do",)),
}
_OPENERS: dict[str, Callable[[_Parser, str], Command | Group]] = {
    "if": _Parser._branches,
    "while": _Parser._branches,
    "until": _Parser._branches,
    "for": _Parser._loop,
    "select": _Parser._loop,
    "case": _Parser._case,
    "function": _Parser._function,
    "{": _Parser._braces,
    "[[": _Parser._test,
}
