"""What a function knows of who calls it, and what it does about that."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from seawall.engines.code.reasoned.nodes import dotted, last_name, text_of, walk
from seawall.engines.code.state import Frame, State
from seawall.engines.code.values import FunctionValue, Value
from seawall.model.program import (
    Assert,
    Assign,
    Attribute,
    Bind,
    Call,
    Compare,
    Conditional,
    Constant,
    Declare,
    Define,
    Delete,
    Evaluate,
    Expression,
    Function,
    If,
    Index,
    Name,
    Node,
    Parameter,
    Raise,
    Return,
    Unary,
)

if TYPE_CHECKING:
    from seawall.engines.code.machine import Machine
    from seawall.engines.code.program import ClassInfo, FunctionInfo

DEPENDENCIES = frozenset({"Depends", "Security"})
_DEEPEST = 3
"""Functions within functions that are looked into."""
_WHO = re.compile(
    r"(?i)^(?:get_?|the_?)?(?:current|logged_?in|authenticated|authed|requesting|session|auth|"
    r"active)_?(?:user|account|member|customer|client|identity|principal|employee)s?(?:_?(?:id|"
    r"name|or_\w+|optional))?$|^is_(?:authenticated|logged_?in|anonymous)$|^get_jwt\w*$|^jwt_user$|"
    r"^verify_(?:jwt|token|session|auth\w*|api_?key|access_token)\w*$|^request_user$|^logged_?in$"
)
"""Names of those who call, wherever they stand."""
_HELD = re.compile(
    r"(?i)^(?:\w+_)?(?:user|user_?id|user_?name|uid|account|account_id|identity|claims|principal|"
    r"member|customer|employee|role|roles|is_admin|authorization|me|auth)$"
)
"""Attributes of a request, `g` and the like that tell who calls."""
_HOLDERS = frozenset("g request req self state info context ctx ws websocket event scope".split())
_STORES = frozenset({"session", "cookies", "signed_cookies", "session_transaction"})
_KEY = re.compile(
    r"(?i)^(?!.*(?:cart|basket|lang|locale|theme|csrf|flash|message|next|count|visit|captcha|state|"
    r"nonce|search|filter|page|currency|consent|timezone|dark|sort|order|recent|history|score)).+"
)
"""Keys of a session or of cookies that may tell who calls."""
_HEADER = re.compile(
    r"(?i)^authorization$|^cookie$|^bearer ?$|^x-.*(?:token|key|auth|secret|sign|user)|^api-?key$"
)
_CHECKS = re.compile(
    r"(?i)permission|authoriz|authentica|has_perm|check_\w*(?:auth|access|owner|login|admin|token)|"
    r"(?:require|ensure|assert|need)_?s?_?(?:login|auth|user|admin|role|perm|token|owner|access|"
    r"staff|scope)|forbidden|unauthor|access_?denied|denied|login_?url|login_manager|signature|"
    r"test_func|is_allowed|can_(?:view|edit|delete|access|read|write|change|manage)|compare_digest|"
    r"access_token|api_?key|bearer|credentials|only_owner"
)
"""Names of what asks who calls or what he may."""
_RIGHT = re.compile(
    r"(?i)admin|role|staff|superuser|permission|privilege|has_perm|moderator|manager|is_owner"
)
_RIGHTS = re.compile(
    r"(?i)perm|role|admin|scope|staff|superuser|owner|right|privilege|policy|access|passes_test"
    r"|^(?!login|user|auth|token|jwt|session|logged|signed)\w+_required$"
)
"""As `_RIGHT`, in the name of a guard."""
_BEARERS = re.compile(
    r"(?i)oauth|bearer|auth|user|token|api_?key|security|cred|perm|role|admin|login"
)
_ENTERING = re.compile(
    r"(?i)^(?:login_user|login|logout|logout_user|authenticate|create_access_token|"
    r"create_refresh_token|check_password(?:_hash)?|verify_password|set_password|create_user|"
    r"remember|forget|generate_token|create_token|make_token|unset_jwt_cookies|checkpw)$"
)
_WRITING = frozenset(
    "commit save delete delete_one delete_many insert insert_one insert_many update_one "
    "update_many replace_one find_one_and_update find_one_and_delete bulk_create executemany "
    "bulk_save_objects "
    "executescript unlink rmtree rmdir write_text write_bytes delete_item "
    "put_item update_item".split()
)
_KEPT = frozenset(
    "query objects execute cursor find find_one aggregate get_object_or_404 open read_text "
    "read_bytes scalars send_file send_from_directory listdir glob FileResponse".split()
)
_STATEMENT = re.compile(
    r"(?i)^\s*(?:insert\s+into|insert\s+or|update\s+[\w\"`\[]+\s+set|delete\s+from|"
    r"drop\s+table|alter\s+table|replace\s+into)\b"
)
_RUNNING = re.compile(r"^(?:os\.(?:system|popen|remove|rename|replace|unlink)|subprocess\.\w+)$")
_LOGIN_PAGE = re.compile(r"(?i)^[\w./:-]*\b(?:log|sign)[_-]?in(?:[_./?-]|$)")
_REFUSALS = re.compile(
    r"(?i)unauthori[sz]ed|forbidden|permission_?denied|not_?authenticated|unauthenticated|"
    r"authentication_?(?:failed|error|required)|not_?authori[sz]ed|access_?denied|login_?required"
)
_DEMANDS = re.compile(
    r"(?i)(?:login|auth|token|permission|role|admin|user|access|staff)\w*_?(?:required|needed|only|check)"
    r"|^(?:require|check|needs|ensure)s?_?(?:login|auth|perm|role|admin|user|access|token|scope)"
    r"|^authenticated?$|^protected$|^secured?$|^user_passes_test$|^jwt_required$|^auth\w*$"
    r"|^(?!ssl|secure|https|post|get|json|ajax|method|setup|feature|param|arg|field)\w+_required$"
    r"|^has_(?:access|perm|role)\w*$|^(?:must_be_)?(?:signed|logged)_?in$|^(?:staff|admin|member|user|owner|operator|manager)s?_only$"
)


class Stance(NamedTuple):
    """What a function knows of who calls it, and what it does about that."""

    knows: bool = False
    """It reads who calls, or asks somebody else about it."""
    demands: bool = False
    """It turns away who has not logged in."""
    right: bool = False
    """It asks for more than a login."""
    enters: bool = False
    """It begins or ends a session."""
    writes: bool = False
    """It changes what is kept, or runs a command."""
    reads: bool = False
    """It looks into what is kept."""
    knowing: frozenset[int] = frozenset()
    """The spans of its calls that tell who calls."""
    who: frozenset[str] = frozenset()
    """Its parameters that are who calls."""


class Callers:
    """What the functions of a program know of who calls them."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._known: dict[tuple[int, int], Stance] = {}

    def stance(
        self,
        info: "FunctionInfo",
        owner: "ClassInfo | None" = None,
        closure: Frame | None = None,
        depth: int = 0,
    ) -> Stance:
        """Return what a function does; of a method the class tells what `self` is."""
        key = (id(info), id(owner))
        found = self._known.get(key)
        if found is None:
            self._known[key] = Stance()
            found = self._known[key] = self._look(info, owner, closure, depth)
        return found

    def depended_on(
        self, nodes: tuple[Node | None, ...], frame: Frame
    ) -> Iterator[tuple[str, Stance]]:
        """Yield what parameters or keywords depend on, as FastAPI understands them."""
        for node in walk(nodes):
            if isinstance(node, Name) and _WHO.search(node.name):
                yield node.name, Stance(knows=True, demands="ptional" not in node.name)
            if not isinstance(node, Call) or last_name(node) not in DEPENDENCIES:
                continue
            if not node.arguments:
                continue
            name = last_name(node.arguments[0])
            value = self._machine.value(node.arguments[0], frame)
            if isinstance(value, FunctionValue):
                yield name, self.stance(value.info, value.info.owner, value.closure)
            elif _BEARERS.search(name):
                yield name, Stance(knows=True, demands=True, right=bool(_RIGHT.search(name)))

    def _look(
        self, info: "FunctionInfo", owner: "ClassInfo | None", closure: Frame | None, depth: int
    ) -> Stance:
        node = self._machine.look_at(info)
        frame = Frame(info.module, None, State({}, {}), closure)
        nodes = list(walk(node.body))
        called = list(self._called(nodes, owner, frame, depth)) if depth < _DEEPEST else []
        parts = [one for _, one in called]
        who: set[str] = set()
        for parameter in node.parameters:
            stated = (parameter.default, parameter.annotation)
            depended = [one for _, one in self.depended_on(stated, frame)]
            parts += depended
            if any(one.knows for one in depended) or _is_header(parameter):
                who.add(parameter.name)
        knowing = frozenset(call.span for call, one in called if one.knows)
        tells = teller(nodes, knowing, who)
        tests = [one.test for one in nodes if isinstance(one, If | Conditional | Assert)]
        refused = any(map(_refuses, nodes))
        knows = bool(who) or any(map(tells, nodes))
        return Stance(
            knows=knows or any(one.knows for one in parts) or any(map(_asks, nodes)),
            demands=any(one.demands for one in parts)
            or (knows and (refused or any(_sends_away(one, tells) for one in nodes))),
            right=any(one.right for one in parts)
            or any(_RIGHT.search(_word(one)) for test in tests for one in walk(test)),
            enters=any(map(_enters, nodes)),
            writes=any(one.writes for _, one in called) or _writes(nodes, node),
            reads=any(one.reads for _, one in called)
            or any(map(_reads, nodes))
            or (not depth and any(map(_is_kept, nodes))),
            knowing=knowing,
            who=frozenset(who),
        )

    def _called(
        self, nodes: list[Node], owner: "ClassInfo | None", frame: Frame, depth: int
    ) -> Iterator[tuple[Call, Stance]]:
        """Yield the calls of functions of the program, with what those do."""
        for node in nodes:
            if not isinstance(node, Call):
                continue
            value: Value | None = None
            match node.function:
                case Attribute(value=Name(name="self" | "cls"), name=name) if owner is not None:
                    value = owner.find(name)
                case Name() | Attribute(value=Name()):
                    value = self._machine.value(node.function, frame)
            if isinstance(value, FunctionValue):
                inner = owner if value.info.owner is not None else None
                yield node, self.stance(value.info, inner, value.closure, depth + 1)


def teller(
    nodes: list[Node], knowing: frozenset[int] = frozenset(), who: Iterable[str] = ()
) -> "Teller":
    """Return what says whether a node tells who calls.

    Of `knowing` are the spans of calls that do, of `who` the parameters.
    """
    names = set(who)

    def tells(node: Node) -> bool:
        if isinstance(node, Name):
            return node.name in names or _WHO.search(node.name) is not None
        return _tells(node) or (isinstance(node, Call) and node.span in knowing)

    for node in nodes:
        match node:
            case Assign(targets=targets, value=value):
                pass
            case Declare(target=target, value=value) | Bind(target=target, value=value):
                targets = (target,)
            case _:
                continue
        if value is not None and any(map(tells, walk(value))):
            names.update(one.name for one in targets if isinstance(one, Name))
    return tells


Teller = Callable[[Node], bool]


def _tells(node: Node) -> bool:
    match node:
        case Attribute():
            return bool(
                _WHO.search(node.name)
                or (last_name(node.value) in _HOLDERS and _HELD.search(node.name))
            )
        case Index():
            return last_name(node.value) in _STORES and _is_key(node.key)
        case Call(function=Attribute(name="get" | "pop" | "getall", value=store)) if node.arguments:
            return last_name(store) in _STORES and _is_key(node.arguments[0])
        case Compare(operators=("in" | "not in",)):
            return last_name(node.rights[0]) in _STORES and _is_key(node.left)
        case Constant(value=str() as text):
            return len(text) < 40 and _HEADER.search(text) is not None
    return False


def _is_key(node: Expression) -> bool:
    return bool(_KEY.search(text_of(node))) or (isinstance(node, Name) and node.name.isupper())


def _is_header(parameter: Parameter) -> bool:
    """Whether a parameter is a header that tells who calls, as FastAPI understands it."""
    stated = (one for one in walk((parameter.default, parameter.annotation)))
    named = any(last_name(one) in ("Header", "Cookie") for one in stated if isinstance(one, Call))
    return named and bool(_KEY.search(parameter.name) or _BEARERS.search(parameter.name))


def _asks(node: Node) -> bool:
    return isinstance(node, Name | Attribute) and _CHECKS.search(node.name) is not None


def _word(node: Node) -> str:
    return node.name if isinstance(node, Name | Attribute) else text_of(node)  # type: ignore[arg-type]


def _sends_away(node: Node, tells: Teller) -> bool:
    """Whether a test asks for a caller and what it guards ends there for anybody else."""
    if not isinstance(node, If) or not isinstance(node.body[-1], Return | Raise | Evaluate):
        return False
    inside = list(walk(node.test))
    is_denied = any(
        (isinstance(one, Unary) and one.operator == "not")
        or (isinstance(one, Compare) and one.operators[0] in ("not in", "is", "!=", "=="))
        for one in inside
    )
    last = node.body[-1]
    if isinstance(last, Evaluate) and last_name(last.value) not in ("abort", "send_error"):
        return False
    return is_denied and any(map(tells, inside))


def _enters(node: Node) -> bool:
    """Whether a statement begins or ends a session."""
    match node:
        case Assign(targets=(Index(value=store, key=key),)):
            return last_name(store) in _STORES and _is_key(key)
        case Call(function=Attribute(name="encode", value=Name(name="jwt"))):
            return True
        case Call(function=Attribute(name="clear", value=store)):
            return last_name(store) in _STORES
        case Call():
            name = last_name(node.function)
            if name == "set_cookie" and node.arguments:
                return bool(_KEY.search(text_of(node.arguments[0])))
            return _ENTERING.search(name) is not None
    return False


def _writes(nodes: list[Node], function: Function) -> bool:
    """Whether statements change what is kept, or run a command."""
    return any(_changes(node, function) for node in nodes)


def _reads(node: Node) -> bool:
    """Whether a node looks into a database or a file."""
    return isinstance(node, Name | Attribute) and node.name in _KEPT


def _is_kept(node: Node) -> bool:
    """Whether a node is a variable of the program, as its name is written."""
    return isinstance(node, Name) and node.name.isupper() and len(node.name) > 2


def _changes(node: Node, function: Function) -> bool:
    match node:
        case Call(function=Name(name="open")) if len(node.arguments) > 1:
            return text_of(node.arguments[1])[:1] in ("w", "a", "x")
        case Call():
            return last_name(node) in _WRITING or bool(_RUNNING.search(dotted(node.function)))
        case Constant(value=str() as text):
            return _STATEMENT.search(text) is not None
        case Delete(targets=(Index(), *_)):
            return True
        case Assign(targets=(Index(value=Name(name=name)), *_)):
            return name not in function.locals and name not in _STORES
    return False


# --- Refusing --------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def turns_away(function: Function) -> bool:
    """Whether a decorator of the program puts a function around another that refuses callers."""
    inner = [one.function for one in walk(function.body) if isinstance(one, Define)]
    return any(refuses(one) or _lets_some_in(one) for one in inner)


@lru_cache(maxsize=2048)
def refuses(function: Function) -> bool:
    """Whether a function itself refuses callers, as one that a route depends on does."""
    return any(map(_refuses, walk(function.body)))


def demands(name: str) -> bool:
    """Whether a name says that a login or a right is asked for."""
    return _DEMANDS.search(name) is not None


def rights(name: str) -> bool:
    """Whether what is asked for, by its name, is more than a login."""
    return _RIGHTS.search(name) is not None


def _lets_some_in(function: Function) -> bool:
    nodes = list(walk(function.body))
    tells = teller(nodes)
    return any(_sends_away(node, tells) for node in nodes)


def _refuses(node: Node) -> bool:
    match node:
        case Constant(value=int() as status):
            return status in (401, 403)
        case Constant(value=str() as text):
            return bool(_LOGIN_PAGE.search(text))
        case Name() | Attribute():
            return bool(_REFUSALS.search(node.name))
    return False
