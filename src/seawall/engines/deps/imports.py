"""Which files of the target import a package: what a scan of the text can tell.

An import that is made from a name at run time is not seen: that none is found proves nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from seawall.core.location import CodeSpan
from seawall.model.inventory import Ecosystem

Read = Callable[[str], bytes | None]

DIFFERENT: Mapping[str, tuple[str, ...]] = {
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "biopython": ("Bio",),
    "django-rest-framework": ("rest_framework",),
    "djangorestframework": ("rest_framework",),
    "dnspython": ("dns",),
    "faiss-cpu": ("faiss",),
    "google-api-python-client": ("googleapiclient",),
    "google-cloud-storage": ("google",),
    "grpcio": ("grpc",),
    "jupyter-server": ("jupyter_server",),
    "ldap3": ("ldap3",),
    "markdown-it-py": ("markdown_it",),
    "msgpack-python": ("msgpack",),
    "mysql-connector-python": ("mysql",),
    "mysqlclient": ("MySQLdb",),
    "opencv-python": ("cv2",),
    "opencv-python-headless": ("cv2",),
    "pillow": ("PIL",),
    "protobuf": ("google",),
    "psycopg2-binary": ("psycopg2",),
    "pycryptodome": ("Crypto",),
    "pycryptodomex": ("Cryptodome",),
    "pycrypto": ("Crypto",),
    "pygithub": ("github",),
    "pyjwt": ("jwt",),
    "pymupdf": ("fitz", "pymupdf"),
    "pymysql": ("pymysql",),
    "pyopenssl": ("OpenSSL",),
    "pyserial": ("serial",),
    "python-dateutil": ("dateutil",),
    "python-dotenv": ("dotenv",),
    "python-jose": ("jose",),
    "python-ldap": ("ldap",),
    "python-magic": ("magic",),
    "python-multipart": ("multipart", "python_multipart"),
    "python-socketio": ("socketio",),
    "python-engineio": ("engineio",),
    "pyyaml": ("yaml",),
    "pyzmq": ("zmq",),
    "ruamel-yaml": ("ruamel",),
    "scikit-image": ("skimage",),
    "scikit-learn": ("sklearn",),
    "setuptools": ("setuptools", "pkg_resources"),
    "tensorflow-cpu": ("tensorflow",),
    "torch": ("torch",),
    "twisted": ("twisted",),
    "websocket-client": ("websocket",),
}
"""Packages of Python whose modules have other names; for the rest "-" becomes "_"."""


class _Manner(Struct, frozen=True):
    """How the files of an ecosystem import."""

    suffixes: tuple[str, ...]
    form: str
    """A regular expression; {name} stands where what is imported is named."""


_MANNERS: Mapping[Ecosystem, _Manner] = {
    Ecosystem.PYPI: _Manner(
        (".py", ".pyi", ".pyx", ".ipynb"),
        r"^[\s\"'\\n,]*(?:from[ \t]+(?:{name})[. \t]"
        r"|import[ \t]+(?:[\w., \t]+,[ \t]*)?(?:{name})\b)",
    ),
    Ecosystem.NPM: _Manner(
        (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"),
        r"(?:\bfrom|\bimport|\brequire[ \t]*\(|\bimport[ \t]*\()[ \t]*"
        r"['\"](?:{name})(?:/[^'\"]*)?['\"]",
    ),
    Ecosystem.GO: _Manner(
        (".go",), r"^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?\"(?:{name})(?:/[^\"]*)?\""
    ),
    Ecosystem.CRATES: _Manner(
        (".rs",), r"\b(?:use[ \t]+(?:::)?|extern[ \t]+crate[ \t]+)?(?:{name})(?:::|;)"
    ),
    # Bundler requires what a Gemfile names: what shows the use is the constant.
    Ecosystem.RUBYGEMS: _Manner(
        (".rb", ".rake", ".ru"),
        r"^\s*require[ \t(]+['\"](?:{name})(?:/[^'\"]*)?['\"]"
        r"|^[^#\n]*?(?<![\w:])(?=[A-Z])(?:{name})(?:::|\.)",
    ),
    Ecosystem.HEX: _Manner((".ex", ".exs"), r"\b(?:{name})\."),
    Ecosystem.PUB: _Manner((".dart",), r"import[ \t]+['\"]package:(?:{name})/"),
}


Named = tuple[Ecosystem, str]


class Imports:
    """Looks for imports where somebody asks; a file is read once for all packages of its kind."""

    def __init__(self, paths: Iterable[str], read: Read) -> None:
        self._paths = list(paths)
        self._read = read

    def find(
        self, wanted: Mapping[Named, Iterable[str]]
    ) -> dict[tuple[Ecosystem, str, str], CodeSpan]:
        """Return the first place that imports each package, by the folder that brings it.

        `wanted` gives for each package the folders of the files that name it: a source file takes
        it from the nearest one above, as installers lay it. For Python, where lists may lie
        anywhere, one that has none above takes it from each.
        """
        asked: dict[Ecosystem, dict[str, dict[str, str]]] = defaultdict(dict)
        sources = {
            one: self._homes(one) for one in {named[0] for named in wanted} & _MANNERS.keys()
        }
        for (ecosystem, name), folders in wanted.items():
            if ecosystem in sources:
                listed = frozenset(folders)
                taken = listed if ecosystem is not Ecosystem.PYPI else frozenset()
                asked[ecosystem][name] = {
                    one: _home(one, sources[ecosystem], taken) for one in listed
                }
        found: dict[tuple[Ecosystem, str, str], CodeSpan] = {}
        for ecosystem, names in asked.items():
            for name, home, place in self._find(ecosystem, names):
                for folder, at in names[name].items():
                    if at == home:
                        found.setdefault((ecosystem, name, folder), place)
        return found

    def speaks_of(self, ecosystem: Ecosystem) -> bool:
        """Whether imports of packages of an ecosystem can be seen at all."""
        return ecosystem in _MANNERS

    def _homes(self, ecosystem: Ecosystem) -> frozenset[str]:
        """Return the folders that have source files, somewhere below."""
        homes = {""}
        for path in self._paths:
            if path.endswith(_MANNERS[ecosystem].suffixes):
                homes.update(_above(path))
        return frozenset(homes)

    def _find(
        self, ecosystem: Ecosystem, names: Mapping[str, Mapping[str, str]]
    ) -> Iterator[tuple[str, str, CodeSpan]]:
        """Yield name, home and place of imports, until there is one for each home."""
        manner = _MANNERS[ecosystem]
        modules = {module: name for name in names for module in modules_of(ecosystem, name)}
        left = {name: set(folders.values()) for name, folders in names.items()}
        for path in self._paths:
            if not left or not path.endswith(manner.suffixes):
                continue
            above = _above(path)
            content: bytes | None = None
            for module, name in modules.items():
                homes = _owners(ecosystem, above, names[name].values()) & left.get(name, set())
                if not homes:
                    continue
                if content is None:
                    content = self._read(path) or b""
                if module.encode() not in content:
                    continue
                form = manner.form.replace("{name}", re.escape(module))
                text = content.decode("utf-8", "replace")
                match = re.search(form, text, re.MULTILINE)
                if match is not None:
                    place = CodeSpan(path=path, line=text.count("\n", 0, match.end()) + 1)
                    yield from ((name, home, place) for home in homes)
                    left[name] -= homes
                    if not left[name]:
                        del left[name]


def _above(path: str) -> list[str]:
    """Return the folders that a file is in, the nearest first, "" the last."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def _home(folder: str, homes: Collection[str], taken: Collection[str]) -> str:
    """Return what a folder's list is for: where it has no sources, what is above with none."""
    home = folder
    while home not in homes:
        home = home.rpartition("/")[0]
    return folder if home in taken else home


def _owners(ecosystem: Ecosystem, above: Iterable[str], homes: Collection[str]) -> set[str]:
    """Return of the homes of a package the one from which a file takes it, none, or all."""
    nearest = next((folder for folder in above if folder in homes), None)
    if nearest is not None:
        return {nearest}
    return set(homes) if ecosystem is Ecosystem.PYPI else set()


def modules_of(ecosystem: Ecosystem, name: str) -> tuple[str, ...]:
    """Return what a package is imported as."""
    match ecosystem:
        case Ecosystem.PYPI:
            name = name.lower()
            return DIFFERENT.get(name) or (name.replace("-", "_").replace(".", "_"),)
        case Ecosystem.CRATES:
            return (name.replace("-", "_"),)
        case Ecosystem.RUBYGEMS:
            constant = "::".join(_camel(part) for part in name.split("-"))
            head, _, last = constant.rpartition("::")
            initials = f"{head}::{last.upper()}" if head else last.upper()
            return tuple(dict.fromkeys((name, name.replace("-", "/"), constant, initials)))
        case Ecosystem.HEX:
            return (_camel(name),)
        case _:
            return (name,)


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
