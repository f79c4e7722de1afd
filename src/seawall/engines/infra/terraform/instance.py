"""A module in use: its variables given, its names resolved, its resources made."""

import bisect
import itertools
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from seawall.engines.infra.engine import Files
from seawall.engines.infra.terraform.evaluate import At, Budget, Keeping, Step, evaluate, walk
from seawall.engines.infra.terraform.files import READING
from seawall.engines.infra.terraform.module import (
    Assigned,
    Declared,
    Module,
    Modules,
    folder_of_call,
    within,
)
from seawall.engines.infra.terraform.policy_document import policy_of
from seawall.engines.infra.terraform.typed import typed
from seawall.engines.infra.terraform.values import (
    NO_ATTRIBUTE,
    NO_KEY,
    UNKNOWN_KEY,
    is_bounded,
    is_same,
    is_scalar,
    known,
    moved,
    name_of,
    number_of,
    pairs_of,
    refers_of,
    settled,
    text_of,
    truth_of,
    unknown,
    why_of,
)
from seawall.model.infrastructure import Node, Origin, Place, Resource, Unknown
from seawall.parse.hcl.tree import Block, Body, Expr, File, Setting

DEEPEST = 12
"""Modules that call one another."""
MOST_EACH = 200
"""Resources that one block makes; beyond it one stands for all."""
MOST_RESOURCES = 100_000
MOST_LISTED = 20_000
"""Files of a folder in which a pattern is looked for."""
LARGEST_FILE = 200_000
"""Bytes of a file that is read for `file`."""

_META = frozenset({"count", "for_each", "depends_on", "lifecycle", "provider"})
"""What a block says to Terraform and not to its provider."""
_OF_CALLS = _META | {"providers", "source", "version"}


class Instance:
    """A resource or data source that a block makes, with its key where it has one."""

    def __init__(
        self,
        scope: "Scope",
        kind: str,
        name: str,
        declared: Declared,
        key: str | int | None,
        at: At,
        *,
        is_certain: bool,
    ) -> None:
        self.scope = scope
        self.kind = kind
        self.declared = declared
        self.key = key
        self.at = at
        self.is_certain = is_certain
        index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
        self.address = f"{scope.prefix}{kind}.{name}{index}"
        self._found: dict[str, Node | None] = {}

    def attribute(self, name: str, place: Place) -> Node:
        """Return what an attribute is, as it stands where somebody asks for it."""
        if name not in self._found:
            # Whoever asks for what is being made gets nothing that is known.
            self._found[name] = None
            self._found[name] = self._attribute(name)
        found = self._found[name]
        if found is None:
            found = unknown(f"{name} of {self.address} is known when it is made", place)
        refers = tuple(dict.fromkeys((self.address, *found.refers)))
        return Node(found.value, place, found.origin, refers, found.inner)

    def _attribute(self, name: str) -> Node | None:
        body = self.declared.block.body
        if self.kind == "data.aws_iam_policy_document" and name in ("json", "minified_json"):
            return policy_of(self.body())
        if name in body.settings:
            setting = body.settings[name]
            return settled(_bounded(setting.value, self.at), self.at.place(setting.value))
        if any(_named(block) == name for block in body.blocks):
            return self.body().get(name)
        return None

    def body(self) -> Node:
        """Return all attributes."""
        block = self.declared.block
        return body_of(block.body, self.at, self.at.place(block))

    def whole(self) -> Node:
        """Return all attributes, and the document that they make where they make one."""
        body = self.body()
        if self.kind == "data.aws_iam_policy_document" and isinstance(body.value, dict):
            return replace(body, value={**body.value, "json": policy_of(body)})
        return body

    def resource(self) -> Resource:
        """Return it as rules see it."""
        block = self.declared.block
        file = self.declared.file
        line, column = file.position(block.start)
        end_line, end_column = file.position(block.head_end)
        body = self.whole()
        return Resource(
            kind=self.kind,
            address=self.address,
            body=body,
            place=Place(file.path, line, column, end_line, end_column),
            name=name_of(body),
            is_certain=self.is_certain and self.scope.is_certain,
            called=self.scope.called,
            symbol=".".join(self.declared.block.labels) or self.kind,
            scope=self.scope.root.scope,
        )


class Scope:
    """A module in use: what its names stand for."""

    def __init__(
        self,
        modules: Modules,
        module: Module,
        *,
        root: Module,
        path: str = "",
        prefix: str = "",
        called: tuple[Origin, ...] = (),
        inputs: Mapping[str, tuple[Node, str]] | None = None,
        is_certain: bool = True,
        files: Files,
        budget: Budget,
    ) -> None:
        self.modules = modules
        self.module = module
        self.root = root
        """The module that nobody calls, by which it is there."""
        self.path = path
        """The dotted names of the calls that lead here."""
        self.prefix = prefix
        """Of addresses: "module.network."."""
        self.called = called
        self.inputs = inputs
        """By variable, its value and how it was given; None for a root."""
        self.is_certain = is_certain
        self.files = files
        self.budget = budget
        self._asked_outputs: set[str] = set()
        self._variables: dict[str, Node | None] = {}
        self._locals: dict[str, Node | None] = {}
        self._instances: dict[tuple[str, str], list[Instance] | None] = {}
        self._calls: dict[str, list[tuple[str | int | None, Scope]] | None] = {}

    def at(self, file: File, **own: Node) -> At:
        """Return where expressions of a file stand."""
        return At(file, self, own)

    # What names stand for.

    def reference(self, root: str, steps: Sequence[Step], place: Place, at: At) -> Node:
        """Return what a reference stands for."""
        match root:
            case "var" | "local" if steps and isinstance(steps[0], str):
                found = self.variable(steps[0]) if root == "var" else self.local(steps[0])
                return walk(moved(found, place), steps[1:], place, at)
            case "path":
                module = self.module if steps[:1] == ["module"] else self.root
                return Node(module.folder or ".", place)
            case "terraform":
                return unknown("the workspace is known when it is run", place)
            case "module" if steps and isinstance(steps[0], str):
                return self._output(steps[0], steps[1:], place, at)
            case "data" if len(steps) > 1:
                kind, name = steps[0], steps[1]
                if isinstance(kind, str) and isinstance(name, str):
                    return self._resource(f"data.{kind}", name, steps[2:], place, at)
            case "each" | "count" | "self":
                return unknown(f"{root} is not known here", place)
            case _ if steps and isinstance(steps[0], str):
                return self._resource(root, steps[0], steps[1:], place, at)
        return unknown(f"{root} is not known here", place)

    def variable(self, name: str) -> Node:
        """Return the value of a variable, and how it came."""
        if name not in self._variables:
            self._variables[name] = None
            self._variables[name] = self._variable(name)
        found = self._variables[name]
        if found is None:
            return unknown(f"the variable {name} hangs on itself", Place(self.module.folder, 1))
        return found

    def _variable(self, name: str) -> Node:
        declared = self.module.variables.get(name)
        if declared is None:
            return unknown(f"there is no variable {name}", Place(self.module.folder, 1))
        at = self.at(declared.file)
        settings = declared.block.body.settings
        node = self._given(name)
        if node is not None and node.value is None and "nullable" in settings:
            # What must not be null is its default then.
            node = node if truth_of(evaluate(settings["nullable"].value, at)) else None
        if node is None and "default" in settings:
            node = self._default(name, settings["default"], at)
        if node is None:
            place = at.place(declared.block)
            return unknown(f"the variable {name} has no value here", place)
        return typed(node, settings["type"].value, at) if "type" in settings else node

    def _default(self, name: str, setting: Setting, at: At) -> Node:
        node = evaluate(setting.value, at)
        default = moved(node, node.place, Origin(f"the default of the variable {name}", node.place))
        others = self.module.chosen.get(name, ()) if self.inputs is None else ()
        return _agreed(name, [default, *map(self._assigned, others)])

    def _given(self, name: str) -> Node | None:
        """Return what is given to a variable from outside its module."""
        if self.inputs is not None:
            if name not in self.inputs:
                return None
            node, words = self.inputs[name]
            return moved(node, node.place, Origin(words, node.place))
        if name in self.module.given:
            return self._assigned(self.module.given[name])
        others = self.module.chosen.get(name, ())
        if not others or "default" in self.module.variables[name].block.body.settings:
            return None
        return _agreed(name, [*map(self._assigned, others)])

    def _assigned(self, given: Assigned) -> Node:
        node = evaluate(given.setting.value, self.at(given.file))
        words = f"{given.setting.name} in {posixpath.basename(given.file.path)}"
        return moved(node, node.place, Origin(words, node.place))

    def local(self, name: str) -> Node:
        """Return the value of a local name."""
        if name not in self._locals:
            self._locals[name] = None
            assigned = self.module.locals.get(name)
            if assigned is not None:
                at = self.at(assigned.file)
                node = _bounded(assigned.setting.value, at)
                place = at.place(assigned.setting.value)
                self._locals[name] = moved(node, place, Origin(f"the local name {name}", place))
        found = self._locals[name]
        if found is None:
            return unknown(f"the local name {name} is not known", Place(self.module.folder, 1))
        return found

    def read_file(self, name: str) -> tuple[str, str] | None:
        """Return a file of the target with its path; None where there is none."""
        # `path.module` is a path in the target here; what is relative is so to the root.
        for folder in dict.fromkeys(("", self.root.folder, self.module.folder)):
            path = within(folder, name)
            content = self.files.read(path) if path else None
            if path and content is not None and len(content) <= LARGEST_FILE:
                return path, content.decode("utf-8-sig", "replace")
        return None

    def list_files(self, folder: str) -> list[str]:
        """Return the names of the files in a folder and below, relative to it."""
        paths = self.files.paths
        for base in dict.fromkeys(("", self.root.folder, self.module.folder)):
            path = within(base, folder)
            start = f"{path}/" if path else ""
            first = bisect.bisect_left(paths, start)
            names: list[str] = []
            for one in itertools.islice(paths, first, first + MOST_LISTED):
                if not one.startswith(start):
                    break
                names.append(one[len(start) :])
            if path is not None and names:
                return names
        return []

    def special(self, name: str) -> Keeping | None:
        """Return a function that reads files."""
        return READING.get(name)

    # Resources.

    def _resource(self, kind: str, name: str, steps: Sequence[Step], place: Place, at: At) -> Node:
        instances = self.instances(kind, name)
        if not instances:
            if (kind, name) in self.module.resources:
                return Node([], place) if not steps else unknown(NO_KEY, place)
            # Part of a project only is looked at: there is one for whoever wrote the name.
            return unknown(f"there is no {kind}.{name}", place, refers=(f"{kind}.{name}",))
        if instances[0].key is None and not _has_key(instances[0]):
            return _asked(instances[0], steps, place, at)
        if steps and not isinstance(steps[0], str):
            key = evaluate(steps[0], at).value
            for one in instances:
                if not isinstance(key, (Unknown, list, dict)) and _is_key(one.key, key):
                    return _asked(one, steps[1:], place, at)
            refers = tuple(one.address for one in instances)
            return unknown(UNKNOWN_KEY, place, refers=refers)
        if steps:
            refers = tuple(one.address for one in instances)
            return unknown("one of several is not known", place, refers=refers)
        items = [_whole(one, place) for one in instances]
        if isinstance(instances[0].key, str):
            table = {text_of(one.key): node for one, node in zip(instances, items, strict=True)}
            return Node(table, place, (), refers_of(items))
        return Node(list(items), place, (), refers_of(items))

    def instances(self, kind: str, name: str) -> list[Instance]:
        """Return what a block makes."""
        key = kind, name
        if key not in self._instances:
            self._instances[key] = None
            declared = self.module.resources.get(key)
            self._instances[key] = (
                list(self._made(kind, name, declared)) if declared is not None else []
            )
        return self._instances[key] or []

    def _made(self, kind: str, name: str, declared: Declared) -> Iterator[Instance]:
        at = self.at(declared.file)
        for key, own, is_certain in self._keys(declared.block.body, at):
            inner = At(at.file, self, own)
            yield Instance(self, kind, name, declared, key, inner, is_certain=is_certain)

    def _keys(self, body: Body, at: At) -> Iterator[tuple[str | int | None, dict[str, Node], bool]]:
        """Yield the keys under which a block is made, and the names that they bring."""
        count, each = body.settings.get("count"), body.settings.get("for_each")
        if count is not None:
            node = evaluate(count.value, at)
            number = number_of(node.value)
            if isinstance(node.value, bool):
                number = int(node.value)
            if number is None:
                own = unknown(why_of([node]) or "count is not known", at.place(count))
                yield None, {"count": Node({"index": own}, own.place)}, False
                return
            for index in range(min(int(number), MOST_EACH)):
                place = at.place(count)
                yield index, {"count": Node({"index": Node(index, place)}, place)}, True
        elif each is not None:
            node = evaluate(each.value, at)
            place = at.place(each)
            if isinstance(node.value, dict):
                listed = [(key, known(key, place), value) for key, value in node.value.items()]
            elif isinstance(node.value, list):
                texts = [one for one in node.value if is_scalar(one)]
                if len(texts) != len(node.value):
                    own = unknown(why_of([node]), place, node)
                    yield None, {"each": Node({"key": own, "value": own}, place)}, False
                    return
                listed = [(text_of(one.value), one, one) for one in texts]
            else:
                own = unknown(why_of([node]) or "for_each is not known", place, node)
                yield None, {"each": Node({"key": own, "value": own}, place)}, False
                return
            for key, key_node, value in listed[:MOST_EACH]:
                yield key, {"each": Node({"key": key_node, "value": value}, place)}, True
        else:
            yield None, {}, True

    # Modules.

    def scopes(self, name: str) -> list[tuple[str | int | None, "Scope"]]:
        """Return the modules that a call makes; none where its files are not here."""
        if name not in self._calls:
            self._calls[name] = None
            self._calls[name] = list(self._called(name))
        return self._calls[name] or []

    def _called(self, name: str) -> Iterator[tuple[str | int | None, "Scope"]]:
        call = self.module.calls.get(name)
        if call is None or len(self.called) >= DEEPEST:
            return
        prefix = f"{self.path}." if self.path else ""
        folder = folder_of_call(
            self.modules, self.root.folder, self.module.folder, name, call, prefix
        )
        if folder is None or folder == self.module.folder:
            return
        at = self.at(call.file)
        line, column = call.file.position(call.block.start)
        origin = Origin(f"the call of the module {name}", Place(call.file.path, line, column))
        for key, own, is_certain in self._keys(call.block.body, at):
            inner = At(at.file, self, own)
            index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            words = f"given by the call of the module {name}"
            inputs = {
                setting.name: (_bounded(setting.value, inner), words)
                for setting in call.block.body.settings.values()
                if setting.name not in _OF_CALLS
            }
            if not self.budget.spend(20):
                return
            yield (
                key,
                Scope(
                    self.modules,
                    self.modules.by_folder[folder],
                    root=self.root,
                    path=f"{prefix}{name}",
                    prefix=f"{self.prefix}module.{name}{index}.",
                    called=(origin, *self.called),
                    inputs=inputs,
                    is_certain=self.is_certain and is_certain,
                    files=self.files,
                    budget=self.budget,
                ),
            )

    def _output(self, name: str, steps: Sequence[Step], place: Place, at: At) -> Node:
        scopes = self.scopes(name)
        if not scopes:
            words = f"what the module {name} returns is not known"
            return unknown(words, place, refers=(f"module.{name}",))
        key, scope = scopes[0]
        rest = steps
        if key is not None:
            if steps and not isinstance(steps[0], str):
                wanted = evaluate(steps[0], at).value
                chosen = [
                    one
                    for own, one in scopes
                    if not isinstance(wanted, (Unknown, list, dict)) and _is_key(own, wanted)
                ]
                if not chosen:
                    return unknown(UNKNOWN_KEY, place)
                scope, rest = chosen[0], steps[1:]
            elif not steps:
                tables = [Node(one.outputs(place), place) for _, one in scopes]
                if isinstance(key, str):
                    named = zip(scopes, tables, strict=True)
                    return Node({text_of(own): table for (own, _), table in named}, place)
                return Node(list(tables), place)
        if not rest or not isinstance(rest[0], str):
            return Node(scope.outputs(place), place)
        return walk(scope.output(rest[0], place), rest[1:], place, at)

    def output(self, name: str, place: Place) -> Node:
        """Return what the module returns under a name."""
        declared = self.module.outputs.get(name)
        setting = declared.block.body.settings.get("value") if declared is not None else None
        if declared is None or setting is None:
            return unknown(NO_ATTRIBUTE, place)
        if name in self._asked_outputs:
            return unknown(f"the output {name} hangs on itself", place)
        self._asked_outputs.add(name)
        try:
            node = _bounded(setting.value, self.at(declared.file))
        finally:
            self._asked_outputs.discard(name)
        return moved(node, place, Origin(f"the output {name} of the module", node.place))

    def outputs(self, place: Place) -> dict[str, Node]:
        """Return all that the module returns."""
        return {name: self.output(name, place) for name in self.module.outputs}

    # All that is there.

    def resources(self, left: list[int]) -> Iterator[Resource]:
        """Yield the resources of the module and of those that it calls, while any are left."""
        for kind, name in self.module.resources:
            if (kind, name) in self.module.shared:
                continue
            for instance in self.instances(kind, name):
                left[0] -= 1
                if left[0] < 0:
                    return
                yield instance.resource()
        for declared in self.module.providers:
            yield self._block(declared, f"provider.{declared.block.labels[0]}")
        for declared in self.module.settings:
            for block in declared.block.body.blocks:
                if block.type == "backend" and block.labels:
                    yield self._block(Declared(block, declared.file), "terraform.backend")
        for name in self.module.calls:
            for _, scope in self.scopes(name):
                yield from scope.resources(left)

    def _block(self, declared: Declared, kind: str) -> Resource:
        block, at = declared.block, self.at(declared.file)
        place = at.place(block)
        return Resource(
            kind=kind,
            address=f"{self.prefix}{kind}@{place.line}",
            body=body_of(block.body, at, place),
            place=Place(place.path, place.line, place.column),
            called=self.called,
            symbol=f"{block.type}.{'.'.join(block.labels)}",
            scope=self.root.scope,
            is_certain=self.is_certain,
        )


def body_of(body: Body, at: At, place: Place, depth: int = 0) -> Node:
    """Return the attributes and blocks of a body: blocks of a name are a list."""
    found: dict[str, Node] = {}
    for name, setting in body.settings.items():
        if name not in _META or depth:
            found[name] = settled(_bounded(setting.value, at), at.place(setting.value))
    blocks: dict[str, list[Node]] = {}
    for block in body.blocks:
        if block.type in _META or depth > DEEPEST:
            continue
        if block.type == "dynamic" and block.labels:
            blocks.setdefault(block.labels[0], []).extend(_dynamic(block, at, depth))
        else:
            inner = body_of(block.body, at, at.place(block), depth + 1)
            blocks.setdefault(block.type, []).append(inner)
    for name, nodes in blocks.items():
        found[name] = Node(list(nodes), nodes[0].place if nodes else place, (), refers_of(nodes))
    return Node(found, place)


def _agreed(name: str, nodes: Sequence[Node]) -> Node:
    """Return what all files of values say that a run may take; unknown where they differ."""
    first = nodes[0]
    if all(is_same(first, one) for one in nodes[1:]):
        return first
    return unknown(f"files of values say different things of the variable {name}", first.place)


def _bounded(expression: Expr, at: At) -> Node:
    """Evaluate what may hang on any number of others, and be any size."""
    try:
        node = evaluate(expression, at)
    except RecursionError:
        return unknown("it hangs on more than is followed", at.place(expression))
    if not is_bounded(node):
        return unknown("it is larger than is followed", node.place)
    return node


def _dynamic(block: Block, at: At, depth: int) -> Iterator[Node]:
    """Yield the blocks that a dynamic block makes."""
    name = block.labels[0]
    iterator = block.body.settings.get("iterator")
    if iterator is not None:
        # It is a bare word: the name and not what it stands for.
        name = getattr(iterator.value, "name", name)
    setting = block.body.settings.get("for_each")
    content = next((one for one in block.body.blocks if one.type == "content"), None)
    if setting is None or content is None:
        return
    collection = evaluate(setting.value, at)
    place = at.place(content)
    if not isinstance(collection.value, (list, dict)):
        if collection.value is not None:
            yield unknown(why_of([collection]) or "for_each is not known", place, collection)
        return
    pairs = [
        (key if isinstance(key, str) else text_of(one.value) if is_scalar(one) else "", one)
        for key, one in pairs_of(collection)
    ]
    for key, value in pairs[:MOST_EACH]:
        own = Node({"key": Node(key, value.place), "value": value}, value.place)
        yield body_of(content.body, at.with_names(**{name: own}), place, depth + 1)


def _named(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _has_key(instance: Instance) -> bool:
    settings = instance.declared.block.body.settings
    return "count" in settings or "for_each" in settings


def _is_key(own: str | int | None, wanted: object) -> bool:
    if isinstance(own, int):
        number = number_of(wanted)
        return number is not None and int(number) == own
    return own == text_of(wanted)


def _asked(instance: Instance, steps: Sequence[Step], place: Place, at: At) -> Node:
    if not steps:
        return _whole(instance, place)
    if isinstance(steps[0], str):
        return walk(instance.attribute(steps[0], place), steps[1:], place, at)
    # `aws_x.y[0]` of what has no count: old configurations write so.
    return _asked(instance, steps[1:], place, at)


def _whole(instance: Instance, place: Place) -> Node:
    """Return a resource as a value: what it says of itself is known, the rest when it is made."""
    why = f"{instance.address} is known when it is made"
    return Node(Unknown(why=why), place, (), (instance.address,))
