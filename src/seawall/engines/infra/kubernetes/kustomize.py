"""Overlays of Kustomize: what they make of the manifests that they build on."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from seawall.engines.infra.kubernetes.manifests import Manifest, is_manifest, text_at, unlisted
from seawall.engines.infra.kubernetes.patches import merged, operated
from seawall.model.infrastructure import Node, Origin, Place
from seawall.parse.marked_yaml import parse_marked_yaml

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
DEEPEST = 50
"""Overlays on one another."""
MOST_OBJECTS = 20_000
"""Objects of one overlay."""
_CLUSTER_WIDE = frozenset(
    "ClusterRole ClusterRoleBinding Namespace PersistentVolume StorageClass PriorityClass"
    " CustomResourceDefinition ValidatingWebhookConfiguration MutatingWebhookConfiguration"
    " PodSecurityPolicy APIService IngressClass RuntimeClass CSIDriver".split()
)
_LEFT = {
    "replacements": "replacements",
    "vars": "variables",
    "helmCharts": "charts",
    "helmChartInflationGenerator": "charts",
    "generators": "generators",
    "transformers": "transformers",
}
"""What is not done; it is told."""
_REMOTE = re.compile(r"://|^git@|^(?:www\.)?github\.com/|\?(?:ref|timeout|submodules)=")

Documents = Callable[[str], list[Node]]
"""Returns the documents of a file; what is broken of it is told."""
Tell = Callable[[str, str, int], None]
"""Tells a problem: path, words, line."""


class _Object(Struct, frozen=True):
    """A manifest on its way through overlays."""

    manifest: Manifest
    names: frozenset[str]
    """That it has had, the one of now among them."""


class Overlays:
    """All overlays of a target."""

    def __init__(
        self,
        paths: Iterable[str],
        documents: Documents,
        read: Callable[[str], bytes | None],
        tell: Tell,
    ) -> None:
        self._paths = frozenset(paths)
        self._documents, self._read, self._tell = documents, read, tell
        self._built: dict[str, list[_Object]] = {}
        self._files = {
            posixpath.dirname(path): path
            for name in reversed(NAMES)
            for path in sorted(self._paths)
            if posixpath.basename(path) == name
        }
        self.used: set[str] = set()
        """Files that are parts of overlays: they are not told as they stand."""
        self._below: set[str] = set()
        """Overlays that others build on."""

    def manifests(self) -> Iterator[Manifest]:
        """Yield what overlays on which no other builds make; each that is left alone after them."""
        tables = {folder: self._table(folder) for folder in self._files}
        for folder, table in tables.items():
            for entry in self._entries(table, "resources", "bases", "components"):
                below = _joined(folder, entry.text())
                if below != folder and below in self._files:
                    self._below.add(below)
        kinds = {folder: text_at(table, "kind") for folder, table in tables.items()}
        tops = [one for one in sorted(self._files) if one not in self._below]
        done: set[str] = set()
        for folder in [*tops, *sorted(self._below)]:
            if folder in self._built or folder in done or kinds[folder] == "Component":
                continue
            done.add(folder)
            for one in self._build(folder, ()):
                yield replace(one.manifest, root=folder or ".")

    def _table(self, folder: str) -> Node:
        path = self._files[folder]
        self.used.add(path)
        content = self._read(path) or b""
        found = parse_marked_yaml(content, path)
        for one in found.broken:
            self._tell(path, one.words, one.line)
        table = next(iter(found.documents), Node({}, Place(path, 1)))
        return table if isinstance(table.value, dict) else Node({}, table.place)

    def _entries(self, table: Node, *names: str) -> Iterator[Node]:
        for name in names:
            for found in table.at(name):
                yield from found.items

    def _build(self, folder: str, above: tuple[str, ...]) -> list[_Object]:
        """Return the objects of an overlay; each is built once, whoever builds on it."""
        if folder in self._built:
            return self._built[folder]
        table = self._table(folder)
        path = self._files[folder]
        if folder in above or len(above) > DEEPEST:
            self._tell(path, "the overlay builds on itself", table.place.line)
            return []
        objects: dict[tuple[str, str, str], _Object] = {}
        for entry in self._entries(table, "resources", "bases"):
            for one in self._resource(folder, entry, (*above, folder)):
                if len(objects) < MOST_OBJECTS:
                    objects[_id(one.manifest)] = one
        for one in self._generated(table, folder):
            objects[_id(one.manifest)] = one
        found = list(objects.values())
        for entry in self._entries(table, "components"):
            found = self._component(folder, entry, found, (*above, folder))
        found = self._changed(table, folder, found)
        for name, words in _LEFT.items():
            for node in table.at(name):
                self._tell(path, f"{words} of the overlay are not read", node.place.line)
        self._built[folder] = found
        return found

    def _resource(self, folder: str, entry: Node, above: tuple[str, ...]) -> Iterator[_Object]:
        name = entry.text()
        path = _joined(folder, name)
        if path in self._files:
            words = f"the overlay {folder or '.'}"
            for one in self._build(path, above):
                called = (*one.manifest.called, Origin(words, entry.place))
                yield replace(one, manifest=replace(one.manifest, called=called))
        elif path in self._paths:
            self.used.add(path)
            for body in self._documents(path):
                if is_manifest(body):
                    for manifest in unlisted(Manifest(body=body)):
                        yield _Object(manifest, frozenset((manifest.name,)))
        elif _REMOTE.search(name):
            words = "what the overlay takes from elsewhere is not read"
            self._tell(self._files[folder], words, entry.place.line)

    def _component(
        self, folder: str, entry: Node, objects: list[_Object], above: tuple[str, ...]
    ) -> list[_Object]:
        """Return the objects with what a component adds to and changes of them."""
        below = _joined(folder, entry.text())
        if below not in self._files or below in above or len(above) > DEEPEST:
            return objects
        table = self._table(below)
        for inner in self._entries(table, "resources"):
            objects = [*objects, *self._resource(below, inner, (*above, below))]
        objects = [*objects, *self._generated(table, below)]
        for inner in self._entries(table, "components"):
            objects = self._component(below, inner, objects, (*above, below))
        return self._changed(table, below, objects)

    def _changed(self, table: Node, folder: str, objects: list[_Object]) -> list[_Object]:
        """Return the objects after the changes of an overlay, in the order of Kustomize."""
        objects = objects[:MOST_OBJECTS]
        for entry in self._entries(table, "patchesStrategicMerge"):
            for patch in self._patches(folder, entry):
                objects = _patched(objects, patch, None)
        for entry in self._entries(table, "patches", "patchesJson6902"):
            target = entry.get("target")
            text = entry.get("patch") or entry.get("path")
            for patch in self._patches(folder, text) if text is not None else ():
                objects = _patched(objects, patch, target)
        namespace = next(iter(table.at("namespace")), None)
        if namespace is not None and namespace.text():
            objects = [_moved(one, namespace) for one in objects]
        for name, before in (("namePrefix", True), ("nameSuffix", False)):
            for node in table.at(name):
                objects = [_renamed(one, node, before=before) for one in objects]
        for entry in self._entries(table, "replicas"):
            objects = [_scaled(one, entry) for one in objects]
        images = list(self._entries(table, "images"))
        return [_with_images(one, images) for one in objects] if images else objects

    def _patches(self, folder: str, entry: Node) -> list[Node]:
        """Return the documents of a patch: a file, or a text with lines."""
        text = entry.text()
        if "\n" in text or ":" in text:
            first = entry.place.line
            found = parse_marked_yaml(text, entry.place.path)
            return [_shifted(one, first) for one in found.documents]
        path = _joined(folder, text)
        if path not in self._paths:
            return []
        self.used.add(path)
        content = self._read(path)
        return parse_marked_yaml(content, path).documents if content is not None else []

    def _generated(self, table: Node, folder: str) -> Iterator[_Object]:
        for field, kind, data in (
            ("configMapGenerator", "ConfigMap", "data"),
            ("secretGenerator", "Secret", "stringData"),
        ):
            for entry in self._entries(table, field):
                values = dict(self._literals(entry, folder))
                name = entry.get("name")
                if name is None or not name.text():
                    continue
                metadata = {"name": name}
                namespace = entry.get("namespace")
                if namespace is not None:
                    metadata["namespace"] = namespace
                place = entry.place
                body = {
                    "apiVersion": Node("v1", place),
                    "kind": Node(kind, place),
                    "metadata": Node(metadata, place),
                    data: Node(values, place),
                }
                yield _Object(Manifest(body=Node(body, place)), frozenset((name.text(),)))

    def _literals(self, entry: Node, folder: str) -> Iterator[tuple[str, Node]]:
        for found in entry.at("literals"):
            for one in found.items:
                name, _, value = one.text().partition("=")
                yield name, Node(value.strip("'\""), one.place)
        for found in [*entry.at("envs"), *entry.at("env")]:
            for one in found.items:
                path = _joined(folder, one.text())
                content = self._read(path) if path in self._paths else None
                for number, line in enumerate(
                    (content or b"").decode("utf-8", "replace").split("\n")
                ):
                    name, equals, value = line.strip().partition("=")
                    if equals and not name.startswith("#"):
                        yield name, Node(value, Place(path, number + 1))


def _joined(folder: str, name: str) -> str:
    """Return a path within the target; what leads out of it begins with ".."."""
    return posixpath.normpath(posixpath.join(folder, name)).removeprefix("./").rstrip("/").replace(
        "\0", ""
    ) if name else "\0"  # fmt: skip


def _id(manifest: Manifest) -> tuple[str, str, str]:
    return manifest.kind, manifest.namespace, manifest.name


def _shifted(node: Node, first: int) -> Node:
    """Return a document within a block of text, where its lines stand in the file."""
    place = node.place
    moved = Place(place.path, place.line + first, 1, place.end_line + first)
    value = node.value
    if isinstance(value, dict):
        return Node({key: _shifted(one, first) for key, one in value.items()}, moved)
    if isinstance(value, list):
        return Node([_shifted(one, first) for one in value], moved)
    return Node(value, moved)


def _patched(objects: list[_Object], patch: Node, target: Node | None) -> list[_Object]:
    """Return the objects after one patch; those that it deletes are gone."""
    found: list[_Object] = []
    for one in objects:
        if not (_is_selected(one, target) if target is not None else _is_meant(one, patch)):
            found.append(one)
            continue
        if isinstance(patch.value, list):
            body: Node | None = operated(one.manifest.body, patch)
        else:
            body = merged(one.manifest.body, _nameless(patch) if target is not None else patch)
        if body is not None:
            found.append(replace(one, manifest=replace(one.manifest, body=body)))
    return found


def _nameless(patch: Node) -> Node:
    """Return a patch without the name that only stands there for form."""
    if not isinstance(patch.value, dict):
        return patch
    entries = {key: one for key, one in patch.value.items() if key not in ("kind", "apiVersion")}
    metadata = entries.get("metadata")
    if metadata is not None and isinstance(metadata.value, dict):
        kept = {key: one for key, one in metadata.value.items() if key != "name"}
        entries["metadata"] = Node(kept, metadata.place)
    return Node(entries, patch.place)


def _is_meant(one: _Object, patch: Node) -> bool:
    if text_at(patch, "kind") != text_at(one.manifest.body, "kind"):
        return False
    namespace = text_at(patch, "metadata.namespace")
    there = one.manifest.namespace
    return text_at(patch, "metadata.name") in one.names and (
        not namespace or not there or namespace == there
    )


def _is_selected(one: _Object, target: Node) -> bool:
    body = one.manifest.body
    group, _, version = text_at(body, "apiVersion").rpartition("/")
    there = {"group": group, "version": version, "kind": text_at(body, "kind"),
             "namespace": one.manifest.namespace}  # fmt: skip
    for field, value in there.items():
        wanted = text_at(target, field)
        if wanted and not _matches(wanted, value):
            return False
    name = text_at(target, "name")
    if name and not any(_matches(name, one) for one in one.names):
        return False
    labels = next(iter(body.at("metadata.labels")), None)
    for pair in filter(None, text_at(target, "labelSelector").split(",")):
        key, equals, wanted = pair.strip().partition("=")
        found = labels.get(key) if labels is not None else None
        if found is None or (equals and found.text() != wanted.lstrip("=")):
            return False
    return True


def _matches(pattern: str, value: str) -> bool:
    """Whether a name is as a selector says; only simple patterns are tried, in linear time."""
    if re.fullmatch(r"[\w.-]*", pattern.replace(".*", "")) is None:
        return pattern == value
    return re.fullmatch(pattern, value) is not None if pattern.count("*") < 3 else True


def _set(node: Node, keys: tuple[str, ...], value: Node) -> Node:
    if not keys:
        return value
    entries = dict(node.value) if isinstance(node.value, dict) else {}
    inner = entries.get(keys[0]) or Node({}, node.place)
    entries[keys[0]] = _set(inner, keys[1:], value)
    return Node(entries, node.place, node.origin)


def _with(one: _Object, keys: tuple[str, ...], value: Node) -> _Object:
    manifest = one.manifest
    return replace(one, manifest=replace(manifest, body=_set(manifest.body, keys, value)))


def _moved(one: _Object, namespace: Node) -> _Object:
    if text_at(one.manifest.body, "kind") in _CLUSTER_WIDE:
        return one
    return _with(one, ("metadata", "namespace"), namespace)


def _renamed(one: _Object, node: Node, *, before: bool) -> _Object:
    names = one.manifest.body.at("metadata.name")
    kind = text_at(one.manifest.body, "kind")
    if not names or not names[0].text() or kind in ("Namespace", "CustomResourceDefinition"):
        return one
    old = names[0]
    text = node.text() + old.text() if before else old.text() + node.text()
    words = f"the name{'Prefix' if before else 'Suffix'} of the overlay"
    name = Node(text, old.place, (Origin(words, node.place), *old.origin))
    changed = _with(one, ("metadata", "name"), name)
    return replace(changed, names=one.names | {text})


def _scaled(one: _Object, entry: Node) -> _Object:
    count = entry.get("count")
    if count is None or text_at(entry, "name") not in one.names:
        return one
    if not one.manifest.body.at("spec.template"):
        return one
    return _with(one, ("spec", "replicas"), count)


def _with_images(one: _Object, images: list[Node]) -> _Object:
    body = _images_in(one.manifest.body, images)
    return replace(one, manifest=replace(one.manifest, body=body))


def _images_in(node: Node, images: list[Node]) -> Node:
    """Return a value with the images of its containers as the overlay names them."""
    value = node.value
    if isinstance(value, list):
        new = [_images_in(one, images) for one in value]
        same = all(one is other for one, other in zip(new, value, strict=True))
        return node if same else Node(new, node.place, node.origin)
    if not isinstance(value, dict):
        return node
    entries: dict[str, Node] = {}
    for key, one in value.items():
        if key in ("containers", "initContainers") and isinstance(one.value, list):
            entries[key] = Node([_image_of(inner, images) for inner in one.value], one.place)
        elif isinstance(one.value, (dict, list)):
            entries[key] = _images_in(one, images)
        else:
            entries[key] = one
    if all(entries[key] is one for key, one in value.items()):
        return node
    return Node(entries, node.place, node.origin)


def _image_of(container: Node, images: list[Node]) -> Node:
    image = container.get("image")
    if image is None or not image.text() or not isinstance(container.value, dict):
        return container
    bare, at, digest = image.text().partition("@")
    name, colon, tag = bare.rpartition(":")
    if not colon or "/" in tag:
        name, tag = bare, ""
    for entry in images:
        if text_at(entry, "name") != name:
            continue
        new_name, new_tag = entry.get("newName"), entry.get("newTag")
        new_digest = entry.get("digest")
        said = new_digest or new_tag or new_name
        if said is None:
            continue
        text = str(new_name.value) if new_name is not None else name
        if new_digest is not None:
            text += f"@{new_digest.value}"
        elif new_tag is not None:
            text += f":{new_tag.value}"
        else:
            text += (f":{tag}" if tag else "") + at + digest
        new = Node(text, said.place, (Origin("the image of the manifest", image.place),))
        return Node({**container.value, "image": new}, container.place, container.origin)
    return container
