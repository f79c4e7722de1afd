"""The infrastructure that files declare: resources, their values, and what is not known of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from seawall.core.finding import Fix, Step
from seawall.core.location import CodeSpan
from seawall.core.rule import Severity

Scalar: TypeAlias = str | int | float | bool | None


class Place(Struct, frozen=True, gc=False):
    """Where in a file something is stated."""

    path: str
    line: int
    """1-based, as all that follow."""
    column: int = 1
    """In Unicode code points."""
    end_line: int = 0
    """0: the same line."""
    end_column: int = 0
    """The column after the last character; 0: to the end of the line."""

    def span(self, symbol: str = "") -> CodeSpan:
        """Return it as findings say it."""
        return CodeSpan(
            path=self.path,
            line=self.line,
            column=self.column,
            end_line=self.end_line,
            end_column=self.end_column,
            symbol=symbol,
        )


class Unknown(Struct, frozen=True):
    """A value that the files alone do not tell."""

    why: str = ""
    """What it depends on, in words: "the variable region has no value here"."""
    parts: tuple[str | None, ...] = ()
    """Of a text: the stretches that are known, in order, None for each that is not."""


class Origin(Struct, frozen=True):
    """One step on the way that a value came: a variable, its default, the call of a module."""

    words: str
    """ "the default of the variable acl"."""
    place: Place


class Node(Struct, frozen=True):
    """A value with the place that states it, and how it came there."""

    value: "Scalar | Unknown | list[Node] | dict[str, Node]"
    """A block is a dict; blocks of one name that may be repeated are a list of them."""
    place: Place
    """Of the value as it is written where the resource is declared; of a dict its whole stretch,
    from its name or opening to its closing."""
    origin: tuple[Origin, ...] = ()
    """Nearest first; () where it is written in its place."""
    refers: tuple[str, ...] = ()
    """Addresses of the resources that it was made of."""
    inner: "Node | None" = None
    """Of a text that holds a document (JSON of a policy), what it holds."""

    @property
    def is_unknown(self) -> bool:
        """Whether the files do not tell it."""
        return isinstance(self.value, Unknown)

    @property
    def items(self) -> "Sequence[Node]":
        """What a list holds; a single value counts as a list of itself, null as none."""
        if isinstance(self.value, list):
            return self.value
        return () if self.value is None else (self,)

    @property
    def document(self) -> "Node":
        """What it holds where it is a text with a document in it, else itself."""
        return self.inner or self

    def get(self, name: str) -> "Node | None":
        """Return what a dict has under a name."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return None if found is None or found.value is None else found

    def at(self, path: str) -> "list[Node]":
        """Return what stands under a path, "versioning.enabled": lists are looked into.

        Where something on the way is unknown, it is in the list in the place of what it holds.
        """
        if isinstance(self.value, dict) and path and "." not in path:
            one = self.get(path)
            return [] if one is None else [one]
        found = [self]
        for name in path.split(".") if path else ():
            found = [
                inner
                for node in found
                for one in node.document.items
                for inner in _under(one, name)
            ]
        return found

    def text(self) -> str:
        """Return its text; "" where it is none, or unknown."""
        return self.value if isinstance(self.value, str) else ""

    def walk(self) -> "Iterator[Node]":
        """Yield itself and all that it holds, without what is in texts."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node.value, dict):
                waiting += reversed(node.value.values())
            elif isinstance(node.value, list):
                waiting += reversed(node.value)


def _under(node: Node, name: str) -> Iterable[Node]:
    if isinstance(node.value, Unknown):
        return (node,)
    found = node.document.get(name)
    return () if found is None else (found,)


class Resource(Struct, frozen=True, kw_only=True):
    """Something that the files declare."""

    kind: str
    """Terraform's type ("aws_s3_bucket", "data.aws_iam_policy_document", "provider.aws"),
    "kubernetes/Deployment", "kubernetes/container", "compose/service", "dockerfile/stage",
    "github/job", ... : what rules ask for. The same thing in several formats has one kind."""
    address: str
    """As its own tool says it, unique in the graph for one declaration in one root."""
    body: Node
    """Its attributes, a dict."""
    place: Place
    """Of the line that names it."""
    name: str = ""
    """As it is named where it runs; "" where nobody knows."""
    is_certain: bool = True
    """Whether it is there whatever the values are that are not known; not where `count` is."""
    called: tuple[Origin, ...] = ()
    """The calls of modules, files and charts by which it is there, the innermost first."""
    symbol: str = ""
    """What encloses it, for the location of a finding: "aws_s3_bucket.logs"."""
    within: str = ""
    """The address of the resource that it is a part of: of a container that of its workload."""
    scope: str = ""
    """Names are looked for in it: a root of Terraform, a namespace; "" for the whole target."""

    def get(self, name: str) -> Node | None:
        """Return an attribute."""
        return self.body.get(name)

    def at(self, path: str) -> list[Node]:
        """Return what stands under a path; see `Node.at`."""
        return self.body.at(path)


class Graph:
    """The resources of a target, and which of them belong to which."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = list(resources)
        self._by_kind: dict[str, list[Resource]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], Resource] = {}
        self._naming: dict[tuple[str, str], dict[tuple[str, str], list[Resource]]] = {}
        for one in self.resources:
            self._by_kind[one.kind].append(one)
            self._by_address.setdefault((one.scope, one.address), one)

    def of(self, *kinds: str) -> list[Resource]:
        """Return the resources of some kinds."""
        return [one for kind in kinds for one in self._by_kind.get(kind, ())]

    @property
    def kinds(self) -> Iterable[str]:
        """The kinds that there are."""
        return self._by_kind.keys()

    def named(self, address: str, scope: str = "") -> Resource | None:
        """Return the resource of an address in a scope."""
        return self._by_address.get((scope, address))

    def belonging(
        self, resource: Resource, kind: str, by: str, names: Sequence[str] = ()
    ) -> list[Resource]:
        """Return the resources of a kind whose attribute `by` names a resource.

        They name it by a reference to it, or by the text of one of its attributes `names`.
        """
        key = kind, by
        if key not in self._naming:
            self._naming[key] = self._names_of(kind, by)
        table = self._naming[key]
        address = resource.scope, f"\0{resource.address}"
        found = {id(one): one for one in table.get(address, ())}
        for name in names:
            for node in resource.at(name):
                for one in table.get((resource.scope, node.text()), ()) if node.text() else ():
                    found[id(one)] = one
        return list(found.values())

    def unsure(self, kind: str, by: str, scope: str) -> bool:
        """Whether some resource of a kind may belong to any: nobody knows what it names."""
        return any(
            one.scope == scope and node.is_unknown and not node.refers
            for one in self._by_kind.get(kind, ())
            for node in one.at(by)
        )

    def _names_of(self, kind: str, by: str) -> dict[tuple[str, str], list[Resource]]:
        table: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for one in self._by_kind.get(kind, ()):
            for node in (inner for found in one.at(by) for inner in found.items):
                for address in node.refers:
                    # No text that anybody writes is taken for an address.
                    table[one.scope, f"\0{address}"].append(one)
                if node.text():
                    table[one.scope, node.text()].append(one)
        return table


class Hit(Struct, frozen=True, kw_only=True):
    """What a check has found about a resource, before it is told."""

    message: str
    """What is wrong here, one sentence, no full stop, no secret."""
    place: Place
    """Where the value stands, or where it should."""
    attribute: str = ""
    """The path of the attribute, "ingress.cidr_blocks"."""
    node: Node | None = None
    """The value in force; None where there is none."""
    is_known: bool = True
    """Whether it is a value that is known to be in force, and not one that might be."""
    apart: str = ""
    """What tells it from others about the same attribute: what the element says, not its number."""
    severity: Severity | None = None
    """Where it is not that of the rule."""
    trail: tuple[Step, ...] = ()
    fix: Fix | None = None


class Check(Struct, frozen=True, kw_only=True):
    """Something that decides about resources of some kinds."""

    rule: str
    kinds: tuple[str, ...]
    find: Callable[[Resource, Graph], Iterable[Hit]]
