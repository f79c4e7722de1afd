"""Ordinary language: which strings are made of words, and how surprising the letters are.

`words.txt` (from SCOWL's public-domain English list and words of programmers) and `trigrams.txt`
are made by `bench/secrets/make_words.py` from ordinary text; no labelled secret went into them.
"""

import functools
import re
from importlib import resources

_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]")
_RUN = re.compile(r"[A-Za-z]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_DIGIT_BITS = 3.4
_MARK_BITS = 3.0
_OTHER_BITS = 5.0
_LONGEST = 14
_SEPARATORS = "_-. /:"


@functools.cache
def _words() -> frozenset[str]:
    data = resources.files(__package__).joinpath("words.txt").read_text("utf-8")
    return frozenset(data.split())


@functools.cache
def _trigrams() -> tuple[float, ...]:
    """Costs in bits, 27 * 27 * 27, index by edge-or-letter; index 0 is the edge of a word."""
    data = resources.files(__package__).joinpath("trigrams.txt").read_text("ascii")
    return tuple((ord(sign) - 48) / 4 for sign in data.replace("\n", ""))


def is_word(text: str) -> bool:
    """Tell whether lower-case letters are one known word."""
    return text in _words()


@functools.lru_cache(maxsize=4096)
def _letter_bits(word: str) -> float:
    costs = _trigrams()
    one = two = 0
    total = 0.0
    for letter in word:
        three = ord(letter) - 96
        total += costs[(one * 27 + two) * 27 + three]
        one, two = two, three
    return total + costs[(one * 27 + two) * 27]


def surprise(text: str) -> float:
    """Return the mean bits a character that ordinary text would need to write this.

    Words and identifiers stand below 3.6, random letters and digits above 4.4; hexadecimal
    digits lie between, so look at them by their form.
    """
    if not text:
        return 0.0
    total = 0.0
    for piece in _PIECE.findall(text):
        if piece.isascii() and piece.isalpha():
            total += _letter_bits(piece.lower())
        elif piece.isdigit():
            total += _DIGIT_BITS * len(piece)
        else:
            total += _MARK_BITS if piece in _SEPARATORS else _OTHER_BITS
    return total / len(text)


def split(text: str) -> list[str]:
    """Split an identifier at case changes, digits and marks into lower-case words."""
    return [piece.lower() for piece in _CAMEL.findall(text)]


def coverage(text: str) -> float:
    """Return the share of the letters that known words of three letters or more make up.

    Joined words count ("mysecrettoken"); two letters count only as a piece of their own.
    """
    letters = covered = 0
    for run in _RUN.findall(text):
        letters += len(run)
        for piece in _CAMEL.findall(run):
            covered += _covered(piece.lower())
    return covered / letters if letters else 0.0


@functools.lru_cache(maxsize=4096)
def _covered(piece: str) -> int:
    """Count the letters of the best split of `piece` into words (at most 64 letters of it)."""
    words = _words()
    if piece in words:
        return len(piece)
    piece = piece[:64]
    best = [0] * (len(piece) + 1)
    for end in range(1, len(piece) + 1):
        top = best[end - 1]
        for start in range(max(0, end - _LONGEST), end - 2):
            if best[start] + end - start > top and piece[start:end] in words:
                top = best[start] + end - start
        best[end] = top
    return best[-1]
