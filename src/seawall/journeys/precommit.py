"""Add a hook to a pre-commit configuration as text: comments and layout stay as they are."""

import re

FILE = ".pre-commit-config.yaml"

_TOP = re.compile(r"(?:[A-Za-z_][\w.-]*[ ]*:(?:[ ].*)?|#.*|-[ ].*|---|\.\.\.|)\Z")
_REPOS = re.compile(r"repos[ ]*:[ ]*(?:#.*)?\Z")
_ITEM = re.compile(r"([ ]*)-([ ]+)(?:repo|hooks|rev)[ ]*:")
_OURS = re.compile(r"^[^#\n]*\bseawall\b", re.MULTILINE)


class NotUnderstoodError(ValueError):
    """The file has a form that is not edited here; the message says which."""


def has_hook(text: str) -> bool:
    """Whether the configuration runs Seawall already."""
    return _OURS.search(text) is not None


def add_hook(text: str, hook: str) -> str:
    """Return the configuration with the hook as the last of its repositories.

    `hook` is one item of the list `repos`, written without indent. Raises NotUnderstoodError.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    begin = _find_repos(lines)
    dash, gap, end = _find_end(lines, begin)
    added = [_indented(line, dash, gap) for line in hook.rstrip("\n").split("\n")]
    if end and lines[end - 1] == "" and end == len(lines):
        end -= 1
    # Blank lines behind the list stay behind it; comments are those of what came before.
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    merged = [*lines[:end], *added, *lines[end:]]
    if merged[-1] != "":
        merged.append("")
    return newline.join(merged)


def _find_repos(lines: list[str]) -> int:
    """Return the index of the line `repos:`."""
    found: list[int] = []
    for number, line in enumerate(lines):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise NotUnderstoodError(f"line {number + 1} is indented with tabs")
        if line[:1] not in (" ", "") and not _TOP.match(line.rstrip()):
            raise NotUnderstoodError(f"line {number + 1} is not of a form that is known here")
        if line.rstrip() == "---" and any(
            one.strip() and not one.startswith(("#", "%")) for one in lines[:number]
        ):
            raise NotUnderstoodError("it holds more than one document")
        if re.match(r"""["']?repos["']?[ ]*:""", line):
            found.append(number)
    if len(found) != 1 or not _REPOS.match(lines[found[0]].rstrip()):
        raise NotUnderstoodError("it has no list `repos:` written as a block")
    return found[0]


def _find_end(lines: list[str], begin: int) -> tuple[int, int, int]:
    """Return where its items have their dash, how far their text is from it, and where they end."""
    dash = gap = -1
    for number in range(begin + 1, len(lines)):
        line = lines[number]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        if dash < 0:
            match = _ITEM.match(line)
            if match is None:
                raise NotUnderstoodError(f"line {number + 1} begins no item of `repos`")
            dash, gap = len(match[1]), len(match[2])
        elif indent < dash or (indent == dash == 0 and not line.startswith("-")):
            return dash, gap, _before_comments(lines, number)
        elif indent == dash and not line[dash:].startswith("- "):
            raise NotUnderstoodError(f"line {number + 1} is not of a form that is known here")
    if dash < 0:
        raise NotUnderstoodError("its list `repos` is empty")
    return dash, gap, len(lines)


def _before_comments(lines: list[str], end: int) -> int:
    """Comments at the start of a line that stand right above the next key belong to it."""
    while lines[end - 1].startswith("#"):
        end -= 1
    return end


def _indented(line: str, dash: int, gap: int) -> str:
    """Lay a line out as the file does: its dashes and what stands behind them."""
    depth = len(line) - len(line.lstrip())
    text = line.lstrip()
    # The hook is written with two columns a level and one space behind a dash.
    if depth == 0:
        return " " * dash + "-" + " " * gap + text[2:]
    level = dash + 1 + gap
    if depth == 2:
        return " " * level + text
    # The dashes of hooks stand below their key or two columns in, as is the file's habit.
    inner = level if gap > 1 else level + 2
    if text.startswith("- "):
        return " " * inner + "-" + " " * gap + text[2:]
    return " " * (inner + 1 + gap) + text
