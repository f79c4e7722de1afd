"""Values that stand in the text of a command are quoted for the shell."""

import ast
import re

from seawall.engines.code.fixes.draft import Draft, has_unpacked
from seawall.engines.code.fixes.holes import local_of, plain_expression, refuse_prepared
from seawall.engines.code.fixes.literals import Hole
from seawall.engines.code.fixes.page import Page, UnfitError
from seawall.engines.code.fixes.texts import Built
from seawall.model.program import Assign, Call, Constant, Expression, Name, Node, Sequence

TAKE_TEXT = frozenset(
    "os.system os.popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput "
    "commands.getstatusoutput asyncio.create_subprocess_shell "
    "asyncio.subprocess.create_subprocess_shell paramiko.SSHClient.exec_command "
    "paramiko.client.SSHClient.exec_command".split()
)
"""They hand their first argument to a shell."""
SEVERAL = re.compile(r"arg|opt|flag|cmd|command|param|files|paths|names|list", re.IGNORECASE)
"""In the name of a variable: it may be meant to be several words."""


def quote(draft: Draft, node: Node, symbol: str) -> str:
    """Quote what stands in the text of a command."""
    if not isinstance(node, Call) or has_unpacked(node) or not node.arguments:
        raise UnfitError
    page = draft.page
    text = _command(node, symbol, draft)
    if isinstance(text, Name):
        text = local_of(page, text).value
    built = Built(page, text)
    whole = built.whole
    if re.search(r"[`]|\$\(|<<|#", whole):
        raise UnfitError
    name = draft.use("shlex")
    chosen = [
        (at, sign.hole)
        for at, sign in enumerate(built.signs)
        if sign.hole is not None and not _is_fixed(page, sign.hole)
    ]
    for at, hole in chosen:
        expression = plain_expression(hole)
        refuse_prepared(page, node, expression, " ")
        if SEVERAL.search(_last_name(expression)):
            raise UnfitError
        # Which of several is a number nobody knows here, and only texts can be quoted.
        is_text = hole.is_operand or len(chosen) == 1
        inner = hole.source if is_text else f"str({hole.source})"
        _refuse_program(whole[:at])
        opened = _open_quote(whole[:at])
        if opened:
            if whole[at - 1] != opened or whole[at + 1 : at + 2] != opened:
                raise UnfitError
            for beside in (built.signs[at - 1], built.signs[at + 1]):
                draft.change(beside.start, beside.end, "")
        draft.change(hole.start, hole.end, f"{name}.quote({inner})")
    if not chosen:
        raise UnfitError
    return "quote what goes into the command with `shlex.quote`"


def _command(node: Call, symbol: str, draft: Draft) -> Expression:
    """Return the argument that is the text of a command."""
    first = node.arguments[0]
    if symbol in TAKE_TEXT:
        return first
    if not symbol.startswith("subprocess."):
        raise UnfitError
    shell = draft.keyword(node, "shell")
    if shell is not None:
        if not isinstance(shell.value, Constant) or shell.value.value is not True:
            raise UnfitError
        return first
    if isinstance(first, Sequence) and len(first.items) == 3:
        flag = first.items[1]
        if isinstance(flag, Constant) and flag.value in ("-c", "-lc"):
            return first.items[2]
    raise UnfitError


def _is_fixed(page: Page, hole: Hole) -> bool:
    """Whether a hole is a constant of the module."""
    return any(
        isinstance(one, Assign)
        and isinstance(one.value, Constant)
        and any(isinstance(to, Name) and to.name == hole.source for to in one.targets)
        and hole.source.isupper()
        for one in page.tree.body
    )


def _refuse_program(before: str) -> None:
    """Raise `UnfitError` where the value is the program itself, or ends a word that is none."""
    command = re.split(r"[;&|\n(]", before)[-1].lstrip()
    if not re.match(r"\S+\s", command) or before.endswith("\\"):
        raise UnfitError


def _open_quote(text: str) -> str:
    """Return the quote that is open at the end of a part of a command, or ""."""
    opened = ""
    escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\" and opened != "'":
            escaped = True
        elif sign == opened:
            opened = ""
        elif sign in "'\"" and not opened:
            opened = sign
    return opened


def _last_name(expression: ast.expr) -> str:
    match expression:
        case ast.Name():
            return expression.id
        case ast.Attribute():
            return expression.attr
    return ""
