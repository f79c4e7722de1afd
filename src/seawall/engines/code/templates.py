"""The templates of a program: found by the names that it asks for, judged once each."""

import posixpath
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from seawall.model.template import Helped, State, Template, Unsafe
from seawall.parse.templates import parse_template, unsafe_in_page, unsafe_outputs
from seawall.source.text import plain_text

SUFFIXES = tuple(
    ".html .htm .xhtml .xml .svg .jinja .jinja2 .j2 .mako .mak .tmpl .tpl .stpl .thtml .dtl"
    " .djhtml .pt .zpt .cpt".split()
)
LARGEST = 1 << 20
"""Bytes of a template that is read at the most."""
KEPT = 400
"""Templates that are kept as they were parsed, and pages as they were judged."""
MOST_CANDIDATES = 400
"""Files of one name among which the nearest is chosen."""

_ESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")
_MAKO = (".mako", ".mak")
_TAL = (".pt", ".zpt", ".cpt")
_JINJA = (".jinja", ".jinja2", ".j2")
_FOLDERS = frozenset("templates template jinja2 views pages html".split())
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|span|h[1-6]|table|t[rdh]|[uo]l|li|a|b|form|input|"
    r"script|style|br|img|section|main|header|article|button|title)\b",
    re.IGNORECASE,
)

Read = Callable[[str], bytes | None]
Sought = tuple[set[str], set[str]]
"""What was read of templates, and looked for: `Templates.used` and `Templates.sought`."""


class Names:
    """The paths of files by their last part."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(paths):
            self._by_name.setdefault(posixpath.basename(path), []).append(path)

    def fitting(self, name: str) -> list[str]:
        """Return the paths that are a name or end in it, in order."""
        found = self._by_name.get(posixpath.basename(name), [])[:MOST_CANDIDATES]
        return [path for path in found if path == name or path.endswith("/" + name)]


class Page(NamedTuple):
    """What a page writes unsafely, and where it uses what the program may define."""

    written: "tuple[Written, ...]"
    helped: "tuple[tuple[str, Helped], ...]" = ()
    """With the file, as in `Written`."""


class Written(NamedTuple):
    """A value that a page writes unsafely, and the file in which it does; "": in no file."""

    path: str
    unsafe: Unsafe


def is_template(path: str) -> bool:
    """Whether a file may be a template, as its suffix has it."""
    return path.lower().endswith(SUFFIXES)


class Templates:
    """Finds templates and says what they write unsafely."""

    def __init__(self, paths: Iterable[str], read: Read) -> None:
        """`paths` are the files of the target that may be templates."""
        self._names = Names(paths)
        self._read = read
        self._parsed: OrderedDict[tuple[object, ...], Template | None] = OrderedDict()
        self._judged: OrderedDict[tuple[str, ...], _Judged] = OrderedDict()
        self.used: set[str] = set()
        """The files that were read."""
        self.sought: set[str] = set()
        """The ends of paths that were looked for, those of modules of tags among them."""

    def begin(self) -> None:
        """Begin another file of the program: what it uses is told apart."""
        self.used.clear()
        self.sought.clear()

    def set_aside(self) -> Sought:
        """Begin what is a module's own affair; return what `restore` is to be given."""
        aside = self.used, self.sought
        self.used, self.sought = set(), set()
        return aside

    def restore(self, aside: Sought) -> Sought:
        """Go back to what was set aside; return what was read and looked for since."""
        since = self.used, self.sought
        self.used, self.sought = aside
        return since

    def find(self, name: str, near: str, suffixes: tuple[str, ...] = ()) -> str | None:
        """Return the path of a template, of several the nearest to a file; None: there is none.

        `suffixes` are tried in order where the name has none.
        """
        if suffixes and not is_template(name):
            tried = (self.find(name + suffix, near) for suffix in suffixes)
            return next((path for path in tried if path is not None), None)
        name = posixpath.normpath(name.replace("\\", "/").rpartition(":")[2]).strip("/")
        self.sought.add(name)
        fitting = self._names.fitting(name)
        return min(fitting, key=lambda path: _distance(path, name, near), default=None)

    def of_file(
        self,
        name: str,
        near: str,
        dialect: str,
        escapes: str,
        suffixes: tuple[str, ...] = (),
    ) -> Page | None:
        """Return what the page of a name writes unsafely; None where nothing can be said."""
        path = self.find(name, near, suffixes)
        if path is None:
            return None
        dialect = _dialect(path, dialect)
        if not dialect:
            return None
        key = (path, dialect, escapes)
        known = self._judged.get(key)
        if known is None:
            known = self._judged[key] = self._judge(path, dialect, escapes, suffixes)
            if len(self._judged) > KEPT:
                self._judged.popitem(last=False)
        self.used |= known.used
        self.sought |= known.sought
        return known.page

    def of_text(self, text: str, dialect: str, escapes: str) -> Page | None:
        """Return the same of a template that the program writes out."""
        escaped = escapes != "never"
        if not escaped and not _MARKUP.search(text):
            return None
        template = parse_template(text, dialect or "jinja", autoescape=escaped)
        helped: list[Helped] = []
        written = tuple(Written("", unsafe) for unsafe in unsafe_outputs(template, helped))
        return Page(written, tuple(("", one) for one in helped))

    def _judge(self, path: str, dialect: str, escapes: str, suffixes: tuple[str, ...]) -> "_Judged":
        files: dict[str, str] = {path: path}
        outer, self.sought = self.sought, set()

        def load(name: str, state: State, blocks: Mapping[str, State]) -> Template | None:
            at = files.get(name) or self.find(name, path, suffixes)
            if at is None:
                return None
            files[name] = at
            return self._parse(at, dialect, _is_escaped(at, escapes), state, blocks)

        page: Page | None = None
        text = self._text(path)
        # A text that is no page is a letter or a file: nothing there is HTML.
        if text is not None and (_is_escaped(path, escapes) or _MARKUP.search(text)):
            helped: list[Helped] = []
            written = tuple(
                Written(files.get(unsafe.template, path), unsafe)
                for unsafe in unsafe_in_page(path, load, helped)
            )
            page = Page(written, tuple((files.get(one.template, path), one) for one in helped))
        sought, self.sought = self.sought, outer
        return _Judged(page, frozenset(files.values()), frozenset(sought))

    def _parse(
        self, path: str, dialect: str, escaped: bool, state: State, blocks: Mapping[str, State]
    ) -> Template | None:
        key = (path, dialect, escaped, state, frozenset(blocks.items()))
        if key not in self._parsed:
            text = self._text(path)
            self._parsed[key] = (
                None
                if text is None
                else parse_template(text, dialect, autoescape=escaped, state=state, blocks=blocks)
            )
            if len(self._parsed) > KEPT:
                self._parsed.popitem(last=False)
        return self._parsed[key]

    def _text(self, path: str) -> str | None:
        content = self._read(path)
        if content is None or len(content) > LARGEST:
            return None
        return plain_text(content)


class _Judged(NamedTuple):
    page: Page | None
    used: frozenset[str]
    sought: frozenset[str]


def _dialect(path: str, dialect: str) -> str:
    """Return the dialect of a file, which its suffix or folder may know better; "": none."""
    lowered = path.lower()
    if lowered.endswith(_MAKO):
        return "mako"
    if lowered.endswith(_TAL):
        return "chameleon"
    if dialect == "django" and ("/jinja2/" in lowered or lowered.endswith(_JINJA)):
        return "jinja"
    return dialect or ("jinja" if lowered.endswith(_JINJA) else "")


def _is_escaped(path: str, escapes: str) -> bool:
    return escapes == "always" or (escapes == "suffix" and path.lower().endswith(_ESCAPED))


def _distance(path: str, name: str, near: str) -> tuple[int, bool, int, str]:
    """Order files of a name: with most folders in common, in a folder of templates, on top."""
    folder = path[: -len(name)].strip("/").split("/")
    own = posixpath.dirname(near).split("/")
    shared = 0
    for one, other in zip(folder, own, strict=False):
        if one != other:
            break
        shared += 1
    return -shared, _FOLDERS.isdisjoint(folder), len(folder), path
