"""Logins by PAM that check the password and never ask whether the account is valid."""

from collections.abc import Iterable, Iterator

from seawall_guard.catalogue.entries import Check

from seawall.engines.code.reasoned.nodes import (
    dotted,
    functions_of,
    last_name,
    outside_functions,
    text_of,
    walk,
)
from seawall.model.program import (
    Assign,
    Attribute,
    Call,
    Constant,
    Evaluate,
    Expression,
    Module,
    Name,
    Node,
)

PAM = Check(
    weakness="pam-account-unchecked",
    message="an account that has expired or is locked may still log in",
)
WORDS = frozenset({"pam_authenticate", "PAM", "pamela"})
"""A module that says none of these has nothing to do with PAM, or a library asks for it."""
_PASSWORD, _ACCOUNT = "pam_authenticate", "pam_acct_mgmt"
_BINDINGS = {
    # Of PyPAM: `PAM.pam()`; of pamela, where `check=False` leaves the account out.
    "PAM": ("authenticate", frozenset({"acct_mgmt"})),
    "pamela": ("authenticate", frozenset({"check_account", "acct_mgmt"})),
}


def unchecked_in(module: Module, words: frozenset[str]) -> Iterator[tuple[Call, str]]:
    """Yield calls that check a password only, with the symbol of the function they stand in."""
    names = {word: {word, *_other_names(module, word)} for word in (_PASSWORD, _ACCOUNT)}
    functions = [(one.symbol, one.name, one.body) for one in functions_of(module.body)]
    functions.append(("", "", outside_functions(module.body)))
    parts = [
        _Part(symbol, name, list(walk(body)), names, words) for symbol, name, body in functions
    ]
    if any(part.accounts and not part.passwords for part in parts):
        # A step of its own: who logs in calls one and the other.
        return
    for part in parts:
        if part.accounts or any(part.name in other.called for other in parts if other.accounts):
            continue
        for call in part.passwords:
            yield call, part.symbol


def _other_names(module: Module, symbol: str) -> Iterator[str]:
    """Yield the names that a module gives to a function of the library."""
    for node in walk(module.body):
        if isinstance(node, Assign) and _stands_for(node.value, symbol):
            yield from filter(None, map(last_name, node.targets))


def _stands_for(node: Expression, symbol: str) -> bool:
    match node:
        case Attribute():
            return node.name == symbol
        case Call(function=Name(name="getattr")) if len(node.arguments) > 1:
            return text_of(node.arguments[1]) == symbol
    return False


class _Part:
    """What one function does about a login."""

    def __init__(
        self,
        symbol: str,
        name: str,
        nodes: list[Node],
        names: dict[str, set[str]],
        words: frozenset[str],
    ) -> None:
        calls = [node for node in nodes if isinstance(node, Call)]
        # What an account check of the C library says is nothing where nobody looks at it.
        ignored = [node.value for node in nodes if isinstance(node, Evaluate)]
        self.symbol = symbol
        self.name = name
        self.called = {last_name(call.function) for call in calls}
        self.passwords = [c for c in calls if last_name(c.function) in names[_PASSWORD]]
        self.accounts = any(
            last_name(call.function) in names[_ACCOUNT]
            and not any(call is other for other in ignored)
            for call in calls
        )
        for binding in _BINDINGS.keys() & words:
            password, account = _BINDINGS[binding]
            found = [c for c in calls if last_name(c.function) == password]
            self.passwords += [c for c in found if _is_of(binding, c, nodes)]
            self.accounts = self.accounts or not account.isdisjoint(self.called)


def _is_of(binding: str, call: Call, nodes: Iterable[Node]) -> bool:
    """Whether a call checks a password through a binding, and no more than that."""
    if binding == "pamela":
        left_out = any(
            keyword.name == "check"
            and isinstance(keyword.value, Constant)
            and keyword.value.value is False
            for keyword in call.keywords
        )
        return left_out and dotted(call.function) in ("pamela.authenticate", "authenticate")
    if not isinstance(call.function, Attribute):
        return False
    owner = last_name(call.function.value)
    return any(
        isinstance(node, Assign)
        and isinstance(node.value, Call)
        and dotted(node.value.function) == "PAM.pam"
        and owner in map(last_name, node.targets)
        for node in nodes
    )
