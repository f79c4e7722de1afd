"""Charts of Helm: their templates read with the values that they bring along."""

import posixpath
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from seawall.core.errors import ParseError
from seawall.engines.infra.kubernetes.helm_render import Named, Renderer
from seawall.engines.infra.kubernetes.helm_values import (
    HOLE,
    NOWHERE,
    Text,
    TooMuch,
    copied,
    holed,
    is_true,
    merge,
    plain,
    unknown,
)
from seawall.engines.infra.kubernetes.manifests import DEFINITION, Manifest, is_manifest, text_at
from seawall.model.infrastructure import Node, Origin, Place
from seawall.parse.go_template import Template, parse_go_template
from seawall.parse.marked_yaml import parse_marked_yaml

LARGEST = 1_000_000
"""Bytes of a template that is read."""
DEEPEST = 8
"""Charts in one another."""
_TEST = "helm.sh/hook"

Tell = Callable[[str, str, int], None]


class _Chart(Struct):
    folder: str
    table: Node
    templates: list[str]
    values: Node
    below: "list[tuple[str, _Chart]]"
    """The charts that it brings along, by the name of their values."""

    @property
    def name(self) -> str:
        return text_at(self.table, "name") or posixpath.basename(self.folder)

    @property
    def is_library(self) -> bool:
        return text_at(self.table, "type") == "library"


class Charts:
    """All charts of a target."""

    def __init__(
        self, paths: Iterable[str], read: Callable[[str], bytes | None], tell: Tell
    ) -> None:
        self._read, self._tell = read, tell
        self._paths = sorted(paths)
        self._folders = {
            posixpath.dirname(path)
            for path in self._paths
            if posixpath.basename(path) == "Chart.yaml"
        }
        self._templates: dict[str, list[str]] = {folder: [] for folder in self._folders}
        self.used: set[str] = set()
        """Files that are parts of charts."""
        for path in self._paths:
            folder = self._chart_of(path)
            if folder is not None:
                self.used.add(path)
                if path.endswith((".yaml", ".yml", ".tpl")):
                    self._templates[folder].append(path)
        self._parsed: dict[str, Template | None] = {}

    def _chart_of(self, path: str) -> str | None:
        """Return the folder of the chart whose template a file is."""
        at = path.find("templates/")
        while at >= 0:
            folder = path[:at].rstrip("/")
            if (at == 0 or path[at - 1] == "/") and folder in self._folders:
                return folder
            at = path.find("templates/", at + 1)
        return None

    def manifests(self) -> Iterator[Manifest]:
        """Yield what the charts make with their own values."""
        for folder in sorted(self._folders):
            if self._is_below(folder):
                continue
            chart = self._chart(folder, 0)
            if chart is not None and not chart.is_library:
                yield from self._rendered(chart)

    def _is_below(self, folder: str) -> bool:
        above, name = posixpath.split(folder)
        return posixpath.basename(above) == "charts" and posixpath.dirname(above) in self._folders

    def _chart(self, folder: str, depth: int) -> _Chart | None:
        table = self._table(posixpath.join(folder, "Chart.yaml"))
        values = self._table(posixpath.join(folder, "values.yaml"))
        chart = _Chart(folder, table, self._templates[folder], copied(values), [])
        if depth < DEEPEST:
            self._add_below(chart, depth)
        return chart

    def _table(self, path: str) -> Node:
        content = self._read(path)
        empty = Node({}, Place(path, 1))
        if content is None or len(content) > LARGEST:
            return empty
        found = parse_marked_yaml(content, path)
        for one in found.broken:
            self._tell(path, one.words, one.line)
        table = next(iter(found.documents), empty)
        return table if isinstance(table.value, dict) else empty

    def _add_below(self, chart: _Chart, depth: int) -> None:
        """Put the charts that a chart depends on below it, with their values in its own."""
        asked = [one for found in chart.table.at("dependencies") for one in found.items]
        requirements = self._table(posixpath.join(chart.folder, "requirements.yaml"))
        asked += [one for found in requirements.at("dependencies") for one in found.items]
        inner = posixpath.join(chart.folder, "charts") + "/"
        vendored = {
            folder: posixpath.basename(folder)
            for folder in self._folders
            if folder.startswith(inner) and "/" not in folder[len(inner) :]
        }
        missing: list[str] = []
        for one in asked:
            name = text_at(one, "name")
            folder = self._folder_of(one, chart.folder, name, vendored)
            vendored.pop(folder, None)
            if not _is_wanted(one, chart.values):
                continue
            if not folder:
                missing.append(name)
                continue
            self._put_below(chart, text_at(one, "alias") or name, folder, depth)
        for folder, name in vendored.items():
            self._put_below(chart, name, folder, depth)
        if missing:
            names = ", ".join(missing[:5])
            path = posixpath.join(chart.folder, "Chart.yaml")
            self._tell(path, f"the chart depends on what is not here: {names}", 1)

    def _folder_of(self, one: Node, folder: str, name: str, vendored: dict[str, str]) -> str:
        for there, base in vendored.items():
            if base == name:
                return there
        repository = text_at(one, "repository")
        if repository.startswith("file://"):
            path = posixpath.normpath(posixpath.join(folder, repository[7:]))
            return path if path in self._folders and path != folder else ""
        # A collection of charts has the one that others depend on beside them.
        beside = posixpath.join(posixpath.dirname(folder), name)
        return beside if beside in self._folders and beside != folder else ""

    def _put_below(self, chart: _Chart, name: str, folder: str, depth: int) -> None:
        if len(chart.below) >= 100:
            return
        below = self._chart(folder, depth + 1)
        if below is None or not isinstance(chart.values.value, dict):
            return
        said = chart.values.value.get(name)
        if said is not None:
            merge(below.values, said, over=True)
        shared = chart.values.value.get("global")
        if shared is not None and isinstance(below.values.value, dict):
            there = below.values.value.setdefault("global", Node({}, shared.place))
            merge(there, shared, over=True)
        chart.values.value[name] = below.values
        chart.below.append((name, below))

    def _rendered(self, top: _Chart) -> Iterator[Manifest]:
        named: dict[str, Named] = {}
        todo: list[tuple[str, Template, Node]] = []
        for chart in _all(top):
            dot = _dot(chart)
            for path in chart.templates:
                template = self._parse(path)
                if template is None:
                    continue
                for name, parts in template.defined.items():
                    named[name] = Named(parts, path)
                is_part = posixpath.basename(path).startswith("_") or path.endswith(".tpl")
                if not is_part and not chart.is_library:
                    todo.append((path, template, dot))
        renderer = Renderer(named, self._read)
        for path, template, dot in todo:
            renderer.start()
            try:
                made = renderer.render(template.parts, path, dot)
            except (TooMuch, RecursionError):
                self._tell(path, "the template makes more than is read", 0)
                continue
            yield from self._manifests(path, made, top)

    def _parse(self, path: str) -> Template | None:
        if path not in self._parsed:
            content = self._read(path)
            template = None
            if content is not None and len(content) <= LARGEST:
                try:
                    template = parse_go_template(content.decode("utf-8", "replace"))
                except ParseError as error:
                    self._tell(path, str(error), error.line)
            self._parsed[path] = template
        return self._parsed[path]

    def _manifests(self, path: str, made: Text, chart: _Chart) -> Iterator[Manifest]:
        said = made.flat()
        if "apiVersion" not in said:
            return
        places = _Places(made, path)
        found = parse_marked_yaml(places.text, path, skip=DEFINITION)
        for one in found.broken:
            line = places.at(one.line, 1)[0].line if one.line else 0
            self._tell(path, "the template makes no valid yaml of the chart's values", line)
        for body in found.documents:
            if not is_manifest(body):
                continue
            body = places.moved(body)
            hooks = next(iter(body.at("metadata.annotations")), None)
            hook = hooks.get(_TEST) if hooks is not None else None
            if hook is None or not hook.text().startswith("test"):
                yield Manifest(body=body, root=chart.folder or ".")


def _all(chart: _Chart) -> Iterator[_Chart]:
    yield chart
    for _, below in chart.below:
        yield from _all(below)


def _is_wanted(dependency: Node, values: Node) -> bool:
    """Whether a chart is there with the values as they are: by its condition."""
    for path in filter(None, text_at(dependency, "condition").split(",")):
        found = values
        for name in path.strip().split("."):
            inner = found.value.get(name) if isinstance(found.value, dict) else None
            if inner is None:
                break
            found = inner
        else:
            return is_true(found) is not False
    return True


def _dot(chart: _Chart) -> Node:
    """Return what the templates of a chart are given."""
    kube = {"Version": "v1.31.0", "GitVersion": "v1.31.0", "Major": "1", "Minor": "31"}
    table = chart.table.value if isinstance(chart.table.value, dict) else {}
    about = {name[:1].upper() + name[1:]: one for name, one in table.items()}
    about.setdefault("Name", plain(chart.name))
    release = {
        "Name": plain("release-name"),
        "Namespace": unknown("the namespace of the release is not known"),
        "Service": plain("Helm"),
        "IsInstall": plain(True),
        "IsUpgrade": plain(False),
        "Revision": plain(1),
    }
    return Node(
        {
            "Values": chart.values,
            "Chart": Node(about, NOWHERE),
            "Release": Node(release, NOWHERE),
            "Capabilities": plain(
                {
                    "KubeVersion": kube,
                    "APIVersions": {},
                    "HelmVersion": {"Version": "v3.16.0", "GoVersion": "go1.22"},
                }
            ),
            "Template": plain({"Name": chart.name, "BasePath": f"{chart.name}/templates"}),
            "Files": plain({"folder": chart.folder}),
            "Subcharts": Node({name: _dot(below) for name, below in chart.below}, NOWHERE),
        },
        NOWHERE,
    )


class _Stretch(Struct, frozen=True):
    """A stretch of a line that is rendered."""

    place: Place
    origin: Place | None
    is_words: bool
    """Whether it stands so in the template, and is not worked out."""
    moved: int
    """By how much it was moved in."""


class _Places:
    """Where each line of what is rendered stands in the templates."""

    def __init__(self, made: Text, path: str) -> None:
        self._path = path
        self._starts: list[list[int]] = [[]]
        self._there: list[list[_Stretch]] = [[]]
        column = 1
        for piece in made.pieces:
            place = piece.place or Place(path, 1)
            is_words = piece.origin is None
            for number, part in enumerate(piece.text.split("\n")):
                if number:
                    self._starts.append([])
                    self._there.append([])
                    column = 1
                    if is_words:
                        place = Place(place.path, place.line + 1)
                if part:
                    self._starts[-1].append(column)
                    origin = piece.origin if piece.origin and piece.origin.path else None
                    moved = piece.pad if number else 0
                    self._there[-1].append(_Stretch(place, origin, is_words, moved))
                    column += len(part)
        self.text = _mended("".join(one.text for one in made.pieces))

    def at(self, line: int, column: int) -> tuple[Place, Place | None]:
        """Return where a character of what is rendered stands, and its value's own place."""
        place, stretch = self._at(line, column)
        return place, stretch.origin if stretch is not None else None

    def _at(self, line: int, column: int) -> tuple[Place, _Stretch | None]:
        row = min(line, len(self._starts)) - 1
        while row >= 0 and not self._starts[row]:
            row -= 1
        if row < 0:
            return Place(self._path, 1), None
        starts = self._starts[row]
        number = max(bisect_right(starts, column) - 1, 0) if row == line - 1 else len(starts) - 1
        stretch = self._there[row][number]
        place = stretch.place
        there = place.column
        if stretch.is_words and row == line - 1:
            there = max(1, place.column + column - starts[number] - stretch.moved)
        return Place(place.path or self._path, place.line, there), stretch

    def moved(self, one: Node) -> Node:
        """Return a value that was rendered where templates and values say it."""
        start, first = self._at(one.place.line, one.place.column)
        end, last = self._at(one.place.end_line, max(1, one.place.end_column - 1))
        origin = first.origin if first is not None else None
        place = start
        if end.path == start.path and end.line > start.line:
            place = Place(start.path, start.line, start.column, end.line)
        elif first is not None and first is last and first.is_words:
            place = Place(start.path, start.line, start.column, 0, end.column + 1)
        steps = (Origin("the value of the chart", origin),) if origin is not None else ()
        value = one.value
        if isinstance(value, dict):
            return Node({name: self.moved(inner) for name, inner in value.items()}, place, steps)
        if isinstance(value, list):
            return Node([self.moved(inner) for inner in value], place, steps)
        if isinstance(value, str) and HOLE in value:
            return Node(holed(value, place).value, place, steps)
        return Node(value, place, steps)


def _mended(text: str) -> str:
    """Return what was rendered without lines that nobody knows where an entry should stand."""
    if HOLE not in text:
        return text
    lines = text.split("\n")
    above = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare and set(bare) == {HOLE} and not above.endswith((":", "|", ">", "|-", ">-")):
            lines[number] = ""
        elif bare:
            above = bare
    return "\n".join(lines)
