"""Asks what is said as data: one question about an attribute of each resource of a kind."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from seawall.core.finding import Fix
from seawall.engines.infra.edits import edits_of
from seawall.model.infra_rules import Companion, Conditions, DataCheck
from seawall.model.infrastructure import (
    Check,
    Graph,
    Hit,
    Node,
    Place,
    Resource,
    Scalar,
    Unknown,
)
from seawall.model.predicate import Predicate, holds

LONGEST = 80
"""Characters of a value in a message."""


def check_of(question: DataCheck) -> Check:
    """Return a question as the engine asks it. Raises ConfigError for CEL that is none."""
    if question.cel:
        from seawall.engines.infra.expressions import Expression

        written = Expression(question)
        return Check(rule=question.rule, kinds=question.resource, find=written.find)
    asked = _Question(question)
    return Check(rule=question.rule, kinds=question.resource, find=asked.find)


class _Question(Struct, frozen=True):
    check: DataCheck

    def find(self, resource: Resource, graph: Graph) -> Iterator[Hit]:
        """Yield what is wrong with a resource."""
        check = self.check
        elements = resource.at(check.each) if check.each else [resource.body]
        sure = _all_hold(check.where, resource.body)
        if sure is False:
            return
        for element in (one for found in elements for one in found.items):
            for hit in self._about(element, resource, graph):
                yield hit if sure else _doubted(hit)

    def _about(self, element: Node, resource: Resource, graph: Graph) -> Iterator[Hit]:
        check = self.check
        if check.each and element.is_unknown:
            return
        allowed, excused = _all_hold(check.when, element), _any_holds(check.unless, element)
        if allowed is False or excused is True:
            return
        told = allowed is True and excused is False
        wrong = list(self._wrong(element))
        if not wrong:
            return
        for companion in check.without:
            found = is_accompanied(companion, resource, graph)
            if found is True:
                return
            told = told and found is False
        for node, known in wrong:
            if not known and allowed is None:
                # Nobody knows whether it is about this, nor what it says: a guess on a guess.
                continue
            yield self._hit(element, node, resource, known=known and told)

    def _wrong(self, element: Node) -> Iterator[tuple[Node | None, bool]]:
        """Yield the values that are not as they should be, and whether that is known."""
        check = self.check
        nodes: list[Node | None] = list(element.at(check.at))
        if not nodes:
            nodes = [None]
        if check.want is not None:
            answers = [(node, _asked(check.want, node, check.default)) for node in nodes]
            if check.every:
                yield from ((node, one is False) for node, one in answers if one is not True)
            elif all(one is not True for _, one in answers):
                node = next((node for node, one in answers if one is False), answers[0][0])
                yield node, all(one is False for _, one in answers)
            return
        for node in nodes:
            if node is None and check.default is None and not _asks_absence(check.bad):
                continue
            answer = _asked(check.bad, node, check.default)
            if answer is not False:
                yield node, answer is True

    def _hit(self, element: Node, node: Node | None, resource: Resource, *, known: bool) -> Hit:
        check = self.check
        value = check.default if node is None else node.value
        message = check.message.replace("{name}", resource.name or resource.symbol)
        message = message.replace("{value}", told(value))
        path = ".".join(part for part in (check.each, check.at) if part)
        place = node.place if node is not None else head_of(element, resource)
        return Hit(
            message=message,
            place=place,
            attribute=path,
            node=node,
            is_known=known,
            apart=_apart(element) if check.each else "",
            severity=check.severity,
            fix=_fix(check, node, resource),
        )


def told(value: object) -> str:
    """Return a value as a message says it, shortened."""
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return "nothing"
        case Unknown(parts=parts) if any(parts):
            text = "".join("…" if part is None else part for part in parts)
        case Unknown():
            return "unknown"
        case list():
            text = ", ".join(told(one.value) for one in value)
        case dict():
            return "a block"
        case _:
            text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def head_of(element: Node, resource: Resource) -> Place:
    """Return where something is missing: the line that begins the block."""
    if element is resource.body:
        return resource.place
    place = element.place
    return Place(path=place.path, line=place.line, column=place.column)


def _asked(question: "Predicate | Scalar", node: Node | None, default: Scalar) -> bool | None:
    predicate = question if isinstance(question, Predicate) else Predicate(equals=question)
    if node is None and default is not None:
        node = Node(value=default, place=Place(path="", line=0))
    return holds(predicate, node)


def _asks_absence(question: "Predicate | Scalar") -> bool:
    return isinstance(question, Predicate) and question.set is False


def _all_hold(conditions: Conditions, element: Node) -> bool | None:
    answers = [_condition(path, one, element) for path, one in conditions.items()]
    if False in answers:
        return False
    return None if None in answers else True


def _any_holds(conditions: Conditions, element: Node) -> bool | None:
    answers = [_condition(path, one, element) for path, one in conditions.items()]
    if True in answers:
        return True
    return None if None in answers else False


def _condition(path: str, question: "Predicate | Scalar", element: Node) -> bool | None:
    """Return whether one of the values under a path is as is asked."""
    nodes: list[Node | None] = list(element.at(path))
    answers = [_asked(question, node, None) for node in nodes or [None]]
    if True in answers:
        return True
    return None if None in answers else False


def is_accompanied(companion: Companion, resource: Resource, graph: Graph) -> bool | None:
    """Return whether another resource says what is missing; None where that is not known."""
    found = graph.belonging(resource, companion.resource, companion.by, companion.names)
    answers = [_all_hold(companion.having, one.body) for one in found]
    if True in answers:
        return True
    unsure = None in answers or graph.unsure(companion.resource, companion.by, resource.scope)
    return None if unsure else False


def _doubted(hit: Hit) -> Hit:
    return replace(hit, is_known=False)


def _apart(element: Node) -> str:
    """Return what an element says, whatever the order of what it says."""
    said: list[str] = []
    if isinstance(element.value, Mapping):
        for name in sorted(element.value):
            value = element.value[name].value
            if isinstance(value, (str, int, float, bool)):
                said.append(f"{name}={value}")
            elif isinstance(value, list):
                said.append(f"{name}={told(value)}")
    return ";".join(said) or told(element.value)


def _fix(check: DataCheck, node: Node | None, resource: Resource) -> Fix | None:
    if not check.example and check.write is None:
        return None
    name = check.at.rpartition(".")[2]
    if check.write is None:
        return Fix(title=check.example)
    title = f"set {name} to {told(check.write)}"
    if check.each:
        # Of several elements that lack something none has a place of its own.
        edits = edits_of(check.at, node, check.write, resource) if node is not None else []
    else:
        edits = edits_of(check.at, node, check.write, resource)
    return Fix(title=title, edits=tuple(edits))


def kinds_of(patterns: Iterable[str], there: Iterable[str]) -> list[str]:
    """Return the kinds that are there of those that are asked for; "aws_docdb_*" is a start."""
    wanted = tuple(patterns)
    starts = tuple(one[:-1] for one in wanted if one.endswith("*"))
    return [one for one in there if one in wanted or (starts and one.startswith(starts))]
