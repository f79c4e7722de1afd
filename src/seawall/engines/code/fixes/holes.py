"""What may be said of a value in a text: whether it is one plain value, and where it comes from."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from seawall.engines.code.fixes.literals import Hole, expression_of
from seawall.engines.code.fixes.page import Page, UnfitError, walk
from seawall.model.program import (
    Assign,
    Attribute,
    Binary,
    Call,
    Constant,
    Declare,
    Evaluate,
    Expression,
    For,
    Format,
    Function,
    Handler,
    Imported,
    Name,
    Node,
    Return,
    Sequence,
    Spread,
    Statement,
    Update,
    WithItem,
)

MADE_FIT = ("escape", "quote", "repr", "join", "replace", "format", "adapt", "literal", "encode")
"""In the name of a call: what it returns is already made for the place, or is several values."""


def plain_expression(hole: Hole, *, calls: bool = True) -> ast.expr:
    """Return the expression of a hole when it names one value; else raise `UnfitError`."""
    expression = expression_of(hole)
    if not isinstance(expression, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
        raise UnfitError
    for part in ast.walk(expression):
        if isinstance(part, ast.Call) and (not calls or is_made_fit(part.func)):
            raise UnfitError
        if isinstance(part, ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Await):
            raise UnfitError
    return expression


def is_made_fit(function: ast.expr) -> bool:
    """Whether a call's name says that it makes a value fit for a place."""
    name = getattr(function, "attr", getattr(function, "id", ""))
    return any(word in name.lower() for word in MADE_FIT)


def refuse_prepared(page: Page, place: Node, expression: ast.expr, signs: str) -> None:
    """Raise `UnfitError` where a variable was made of text with one of these signs, or escaped."""
    function = page.function_of(place)
    if not isinstance(expression, ast.Name):
        return
    for value in assigned(page.tree if function is None else function, expression.id):
        for node in walk(value):
            match node:
                case Constant() if isinstance(node.value, str):
                    stands_in_text = isinstance(page.parent(node), Binary | Format)
                    if stands_in_text and any(sign in node.value for sign in signs):
                        raise UnfitError
                case Call(function=Attribute(name=name) | Name(name=name)):
                    if any(word in name.lower() for word in MADE_FIT):
                        raise UnfitError
                case Sequence():
                    raise UnfitError


def assigned(scope: Node, name: str) -> Iterator[Expression]:
    """Yield what a variable is assigned in a scope."""
    for node in walk(scope):
        match node:
            case Assign():
                if any(isinstance(one, Name) and one.name == name for one in node.targets):
                    yield node.value
            case Declare(target=Name(name=target)) | Update(target=Name(name=target)):
                if target == name and node.value is not None:
                    yield node.value


class Local(Struct, frozen=True, kw_only=True):
    """A variable that is assigned once and read once, in one function."""

    value: Expression
    between: tuple[Statement, ...]
    """The statements behind the assignment up to that in which it is read."""

    @property
    def is_direct(self) -> bool:
        """Whether nothing happens between the two."""
        return len(self.between) == 1 and isinstance(self.between[0], Evaluate | Assign | Return)

    def rebinds(self, names: set[str]) -> bool:
        """Whether one of these names gets another value in between."""
        return any(
            not names.isdisjoint(_bound(node))
            for statement in self.between
            for node in walk(statement)
        )


def local_of(page: Page, read: Name) -> Local:
    """Return how a variable was made that is read at one place only; else raise `UnfitError`."""
    function = page.function_of(read)
    if function is None or read.name not in function.locals:
        raise UnfitError
    uses = [node for node in walk(function) if isinstance(node, Name) and node.name == read.name]
    if len(uses) != 2 or any(one.name == read.name for one in function.parameters):
        raise UnfitError
    target = next(node for node in uses if node is not read)
    assignment = page.parent(target)
    if not isinstance(assignment, Assign) or assignment.targets != (target,):
        raise UnfitError
    block = page.block_of(assignment)
    if block is None or page.function_of(assignment) is not function:
        raise UnfitError
    around = {id(node) for node in page.above(read)}
    for number in range(block[1] + 1, len(block[0])):
        if id(block[0][number]) in around:
            return Local(value=assignment.value, between=block[0][block[1] + 1 : number + 1])
    raise UnfitError


def _bound(node: Node) -> set[str]:
    """Return the names that a node itself binds."""
    targets: tuple[Expression | None, ...] = ()
    match node:
        case Assign():
            targets = node.targets
        case Declare() | Update() | For() | WithItem():
            targets = (node.target,)
        case Handler() | Function():
            return {node.name}
        case Imported():
            return {node.alias or node.name.partition(".")[0]}
        case _ if hasattr(node, "target"):
            targets = (node.target,)
    names: set[str] = set()
    waiting = list(targets)
    while waiting:
        match waiting.pop():
            case Name() as target:
                names.add(target.name)
            case Sequence() as target:
                waiting += target.items
            case Spread() as target:
                waiting.append(target.value)
    return names
