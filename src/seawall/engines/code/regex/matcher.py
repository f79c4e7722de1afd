"""A backtracking matcher that tries what Python's `re` tries, in that order, and counts steps."""

from typing import Any

from seawall.engines.code.regex.syntax import (
    Again,
    At,
    Atomic,
    Chars,
    Choice,
    Group,
    Look,
    Never,
    Node,
    Pattern,
    Repeat,
    Row,
    UnreadableError,
    Whether,
)

_CHAR, _SPLIT, _JUMP, _AT, _SET, _AGAIN, _RUN = range(7)
_ENTER, _LOOP, _LOOK, _WHETHER, _FAIL, _MATCH = range(7, 13)
MAX_PROGRAM = 4000
MAX_REGISTERS = 80


class ExhaustedError(Exception):
    """The steps that were allowed are spent."""


class Matcher:
    """One pattern, compiled; runs over words of its sample.

    `whole` demands that a match ends where the word does, as `re.fullmatch` does.
    """

    def __init__(self, pattern: Pattern, whole: bool = False) -> None:
        self._bits = {character: 1 << place for place, character in enumerate(pattern.sample)}
        self._words = pattern.words
        self._registers = 2 * pattern.groups
        self._size = 0
        root = Row((pattern.root, At("end-string"))) if whole else pattern.root
        self._program = self._compile(root)
        self.left = 0
        """Steps that may still be made."""

    def count(self, word: str, anywhere: bool) -> int:
        """Count the steps that a search (`anywhere`), or a match from the start, takes.

        Raises ExhaustedError when more than `left` are needed.
        """
        before = self.left
        self.find(word, anywhere)
        return before - self.left

    def find(self, word: str, anywhere: bool = True) -> tuple[int, int] | None:
        """Return where the first match starts and ends; raises as `count` does."""
        bits = self._bits
        text = [bits[character] for character in word]
        registers = (-1,) * self._registers
        for start in range(len(text) + 1 if anywhere else 1):
            self._step(1)
            found = self._run(self._program, text, start, registers)
            if found:
                return start, found[0]
        return None

    def _step(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    # --- Compiling ---------------------------------------------------------------------------

    def _compile(self, root: Node) -> list[tuple[Any, ...]]:
        program: list[tuple[Any, ...]] = []
        self._emit(root, program)
        program.append((_MATCH,))
        return program

    def _register(self) -> int:
        self._registers += 2
        if self._registers > MAX_REGISTERS:
            raise UnreadableError
        return self._registers - 2

    def _emit(self, node: Node, program: list[tuple[Any, ...]]) -> None:
        self._size += 1
        if self._size > MAX_PROGRAM:
            raise UnreadableError
        match node:
            case Chars(mask):
                program.append((_CHAR, mask))
            case Row(items):
                for item in items:
                    self._emit(item, program)
            case Choice(items):
                self._emit_choice(items, program)
            case Repeat():
                self._emit_repeat(node, program)
            case Group(number, item):
                program.append((_SET, 2 * number))
                self._emit(item, program)
                program.append((_SET, 2 * number + 1))
            case At(place):
                program.append((_AT, place))
            case Look(item, back, ahead, negate):
                program.append((_LOOK, self._compile(item), back, ahead, negate, False))
            case Atomic(item):
                program.append((_LOOK, self._compile(item), 0, True, False, True))
            case Again(number):
                program.append((_AGAIN, number))
            case Whether(number, then, other):
                asks = len(program)
                program.append(())
                self._emit(then, program)
                leap = len(program)
                program.append(())
                program[asks] = (_WHETHER, number, len(program))
                self._emit(other, program)
                program[leap] = (_JUMP, len(program))
            case Never():
                program.append((_FAIL,))
            case _:
                raise UnreadableError

    def _emit_choice(self, items: tuple[Node, ...], program: list[tuple[Any, ...]]) -> None:
        leaps = []
        for item in items[:-1]:
            place = len(program)
            program.append(())
            self._emit(item, program)
            leaps.append(len(program))
            program.append(())
            program[place] = (_SPLIT, place + 1, len(program))
        if items:
            self._emit(items[-1], program)
        for leap in leaps:
            program[leap] = (_JUMP, len(program))

    def _emit_repeat(self, node: Repeat, program: list[tuple[Any, ...]]) -> None:
        if isinstance(node.item, Chars):
            program.append((_RUN, node.item.mask, node.low, node.high, node.mode))
        elif node.mode == "possessive":
            greedy = Repeat(node.item, node.low, node.high, "greedy")
            program.append((_LOOK, self._compile(greedy), 0, True, False, True))
        else:
            register = self._register()
            program.append((_ENTER, register))
            place = len(program)
            program.append(())
            self._emit(node.item, program)
            program.append((_JUMP, place))
            greedy_first = node.mode == "greedy"
            program[place] = (_LOOP, register, node.low, node.high, greedy_first, len(program))

    # --- Running -----------------------------------------------------------------------------

    def _run(
        self,
        program: list[tuple[Any, ...]],
        text: list[int],
        start: int,
        registers: tuple[int, ...],
    ) -> tuple[int, tuple[int, ...]] | None:
        """Return where a match from `start` ends and what the registers then hold."""
        size = len(text)
        # A way not yet tried: instruction, place, registers and, for a run, where it may shrink
        # or grow to and by how much a time.
        ways: list[tuple[int, int, tuple[int, ...], int, int]] = []
        at, place = 0, start
        while True:
            self._step(1)
            instruction = program[at]
            operation = instruction[0]
            fits = True
            if operation == _CHAR:
                fits = place < size and bool(text[place] & instruction[1])
                place += 1
                at += 1
            elif operation == _RUN:
                fits, place = self._start_run(instruction, text, place, at, registers, ways)
                at += 1
            elif operation == _SPLIT:
                ways.append((instruction[2], place, registers, place, 0))
                at = instruction[1]
            elif operation == _JUMP:
                at = instruction[1]
            elif operation == _LOOP:
                at, registers = _loop(instruction, at, place, registers, ways)
            elif operation == _ENTER:
                registers = _put(_put(registers, instruction[1], 0), instruction[1] + 1, -1)
                at += 1
            elif operation == _SET:
                registers = _put(registers, instruction[1], place)
                at += 1
            elif operation == _AT:
                fits = self._stands(instruction[1], text, place)
                at += 1
            elif operation == _LOOK:
                fits, place, registers = self._look(instruction, text, place, registers)
                at += 1
            elif operation == _AGAIN:
                low, high = registers[2 * instruction[1] : 2 * instruction[1] + 2]
                held = text[low:high]
                fits = low >= 0 and high >= low and text[place : place + len(held)] == held
                place += len(held)
                at += 1
            elif operation == _WHETHER:
                at = at + 1 if registers[2 * instruction[1] + 1] >= 0 else instruction[2]
            elif operation == _MATCH:
                return place, registers
            else:
                fits = False
            if not fits:
                if not ways:
                    return None
                at, place, registers, limit, by = ways.pop()
                if by and place != limit:
                    ways.append((at, place + by, registers, limit, by))

    def _start_run(
        self,
        instruction: tuple[Any, ...],
        text: list[int],
        place: int,
        at: int,
        registers: tuple[int, ...],
        ways: list[tuple[int, int, tuple[int, ...], int, int]],
    ) -> tuple[bool, int]:
        """Take a run of characters; leave the shorter (if lazy: the longer) ones for later."""
        _, mask, low, high, mode = instruction
        end = place
        last = min(len(text), place + high)
        while end < last and text[end] & mask:
            end += 1
        least = place + low
        if end < least:
            self._step(end - place)
            return False, place
        if mode == "lazy":
            # Each longer run costs a step when its turn comes.
            if end > least:
                ways.append((at + 1, least + 1, registers, end, 1))
            return True, least
        self._step(end - place)
        if mode == "greedy" and end > least:
            ways.append((at + 1, end - 1, registers, least, -1))
        return True, end

    def _look(
        self,
        instruction: tuple[Any, ...],
        text: list[int],
        place: int,
        registers: tuple[int, ...],
    ) -> tuple[bool, int, tuple[int, ...]]:
        _, program, back, ahead, negate, moves = instruction
        start = place if ahead else place - back
        found = None
        if start >= 0:
            # A lookbehind has one width, so where it ends needs no check.
            found = self._run(program, text, start, registers)
        if negate:
            return found is None, place, registers
        if found is None:
            return False, place, registers
        return True, found[0] if moves else place, found[1]

    def _stands(self, kind: str, text: list[int], place: int) -> bool:
        size = len(text)
        newline = self._bits["\n"]
        if kind == "begin":
            return place == 0
        if kind == "begin-line":
            return place == 0 or text[place - 1] == newline
        if kind == "end-string":
            return place == size
        if kind == "end":
            return place == size or (place == size - 1 and text[place] == newline)
        if kind == "end-line":
            return place == size or text[place] == newline
        before = place > 0 and bool(text[place - 1] & self._words)
        after = place < size and bool(text[place] & self._words)
        return (before != after) == (kind == "boundary")


def _loop(
    instruction: tuple[Any, ...],
    at: int,
    place: int,
    registers: tuple[int, ...],
    ways: list[tuple[int, int, tuple[int, ...], int, int]],
) -> tuple[int, tuple[int, ...]]:
    """Decide on another round; a round that took nothing is the last, as in `re`."""
    _, register, low, high, greedy, out = instruction
    count, last = registers[register], registers[register + 1]
    again = _put(_put(registers, register, count + 1), register + 1, place)
    if count < low:
        return at + 1, again
    if count >= high or last == place:
        return out, registers
    if greedy:
        ways.append((out, place, registers, place, 0))
        return at + 1, again
    ways.append((at + 1, place, again, place, 0))
    return out, registers


def _put(registers: tuple[int, ...], number: int, value: int) -> tuple[int, ...]:
    return (*registers[:number], value, *registers[number + 1 :])
