"""Read fixture pages: prose and fenced code, with a mark on each line where a rule is found."""

import base64
import random
import re
import string
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```+(?P<language>[\w+.-]*)(?P<info>.*)$")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_MARK = re.compile(
    r"[ \t]*(?:#|//|--|;|/\*|<!--|%|'|\"\"\"|REM)[ \t]*finds:[ \t]*(?P<rules>[\w, \t-]+?)[ \t]*"
    r"(?:\*/|-->)?[ \t]*$"
)
_VALUE = re.compile(r"<<([\w -]+)>>")
_NAMES = {
    "batch": "run.bat",
    "c": "main.c",
    "cpp": "main.cpp",
    "csharp": "Program.cs",
    "dart": "main.dart",
    "diff": "change.diff",
    "dockerfile": "Dockerfile",
    "dotenv": ".env",
    "elixir": "config.exs",
    "go": "main.go",
    "groovy": "build.gradle",
    "hcl": "main.tf",
    "html": "index.html",
    "ini": "settings.ini",
    "java": "Main.java",
    "javascript": "index.js",
    "json": "config.json",
    "kotlin": "Main.kt",
    "lua": "init.lua",
    "makefile": "Makefile",
    "markdown": "README.md",
    "objective-c": "main.m",
    "pem": "server.pem",
    "perl": "run.pl",
    "php": "index.php",
    "powershell": "run.ps1",
    "properties": "application.properties",
    "python": "app.py",
    "ruby": "app.rb",
    "rust": "main.rs",
    "scala": "Main.scala",
    "shell": "run.sh",
    "sql": "setup.sql",
    "swift": "Main.swift",
    "text": "notes.txt",
    "toml": "config.toml",
    "typescript": "index.ts",
    "xml": "web.config",
    "yaml": "config.yaml",
}
_ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "letters": string.ascii_letters,
    "digits": string.digits,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "base32": string.ascii_uppercase + "234567",
    "base64": string.ascii_letters + string.digits + "+/",
    "base64url": string.ascii_letters + string.digits + "-_",
}

Make = Callable[[str, random.Random], str]
"""Makes a secret that a rule's own form and checksum accept."""


@dataclass(frozen=True, kw_only=True)
class Fence:
    """One fenced block of code, filled with values."""

    path: str
    text: str
    first_line: int
    """Where it stands in the page, 1-based."""
    finds: frozenset[tuple[int, str]]
    """Line in the fence (1-based) and rule that must be found there."""


def filled(text: str, name: str, make: Make) -> str:
    """Return a text with its values filled in; the same name always gets the same."""
    seed = random.Random(name)
    return _VALUE.sub(lambda match: _value(match[1], seed, make), text)


def read_page(page: Path, make: Make) -> Iterator[Fence]:
    """Yield the fences of a page; the same page always gets the same values."""
    lines = page.read_text("utf-8").split("\n")
    at = 0
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        at += 1
        if opening is None:
            continue
        first = at
        while at < len(lines) and not lines[at].startswith("```"):
            at += 1
        assert at < len(lines), f"{page.name}:{first}: the fence is not closed"
        yield _fence(page, opening, lines[first:at], first + 1, make)
        at += 1


def _fence(page: Path, opening: re.Match[str], lines: list[str], first: int, make: Make) -> Fence:
    attributes = dict(_ATTRIBUTE.findall(opening["info"]))
    finds: set[tuple[int, str]] = set()
    for mark in attributes.get("finds", "").split():
        number, _, rule = mark.partition(":")
        finds.add((int(number), rule))
    shown: list[str] = []
    for number, line in enumerate(lines, 1):
        mark = _MARK.search(line)
        if mark is not None:
            finds |= {(number, rule) for rule in re.split(r"[,\s]+", mark["rules"])}
            line = line[: mark.start()]
        shown.append(line)
    seed = random.Random(f"{page.stem} {first}")
    text = _VALUE.sub(lambda match: _value(match[1], seed, make), "\n".join(shown))
    # A value of several lines moves what stands below it.
    moved = _moved("\n".join(shown), seed_lines=text.count("\n") - len(shown) + 1)
    name = attributes.get("title") or _NAMES.get(opening["language"], "notes.txt")
    return Fence(
        path=name,
        text=text + "\n",
        first_line=first,
        finds=frozenset((number + moved(number), rule) for number, rule in finds),
    )


def _moved(template: str, *, seed_lines: int) -> Callable[[int], int]:
    """Return how far each line of the template moved through values of several lines."""
    if not seed_lines:
        return lambda _: 0
    places = [
        template.count("\n", 0, match.start()) + 1
        for match in _VALUE.finditer(template)
        if match[1].startswith("pem")
    ]
    each = seed_lines // len(places) if places else 0
    return lambda number: each * sum(place < number for place in places)


def _value(text: str, seed: random.Random, make: Make) -> str:
    kind, _, argument = text.partition(" ")
    if kind == "basic":
        password = "".join(seed.choices(_ALPHABETS["alnum"], k=14))
        return base64.b64encode(f"ada:{password}".encode()).decode()
    if kind == "uuid":
        return str(uuid.UUID(int=seed.getrandbits(128), version=4))
    if kind == "secret":
        return make(argument, seed)
    if kind == "pem":
        label = f"{argument} PRIVATE KEY".strip()
        body = ["".join(seed.choices(_ALPHABETS["base64"], k=64)) for _ in range(12)]
        return "\n".join([f"-----BEGIN {label}-----", *body, f"-----END {label}-----"])
    return "".join(seed.choices(_ALPHABETS[kind], k=int(argument)))
