"""Which files of the target import a package: what a scan of the text can tell.

An import that is made from a name at run time is not seen: that none is found proves nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

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
    Ecosystem.RUBYGEMS: _Manner(
        (".rb", ".rake", ".ru"), r"^\s*require[ \t(]+['\"](?:{name})(?:/[^'\"]*)?['\"]"
    ),
    Ecosystem.HEX: _Manner((".ex", ".exs"), r"\b(?:{name})\."),
    Ecosystem.PUB: _Manner((".dart",), r"import[ \t]+['\"]package:(?:{name})/"),
}


class Imports:
    """Looks for imports where somebody asks; a file is read once for all packages of its kind."""

    def __init__(self, paths: Iterable[str], read: Read) -> None:
        self._paths = list(paths)
        self._read = read

    def find(
        self, wanted: Mapping[Ecosystem, Sequence[str]]
    ) -> dict[tuple[Ecosystem, str], CodeSpan]:
        """Return the first place that imports each package, for those that some file imports."""
        found: dict[tuple[Ecosystem, str], CodeSpan] = {}
        for ecosystem, names in wanted.items():
            manner = _MANNERS.get(ecosystem)
            if manner is not None:
                self._find(ecosystem, manner, names, found)
        return found

    def speaks_of(self, ecosystem: Ecosystem) -> bool:
        """Whether imports of packages of an ecosystem can be seen at all."""
        return ecosystem in _MANNERS

    def _find(
        self,
        ecosystem: Ecosystem,
        manner: _Manner,
        names: Sequence[str],
        found: dict[tuple[Ecosystem, str], CodeSpan],
    ) -> None:
        modules = {module: name for name in names for module in modules_of(ecosystem, name)}
        if not modules:
            return
        left = dict(modules)
        for path in self._paths:
            if not left or not path.endswith(manner.suffixes):
                continue
            content = self._read(path)
            if content is None or not any(module.encode() in content for module in left):
                continue
            text = content.decode("utf-8", "replace")
            for module, name in list(left.items()):
                match = re.search(
                    manner.form.replace("{name}", re.escape(module)), text, re.MULTILINE
                )
                if match is not None:
                    line = text.count("\n", 0, match.end()) + 1
                    found.setdefault((ecosystem, name), CodeSpan(path=path, line=line))
                    del left[module]


def modules_of(ecosystem: Ecosystem, name: str) -> tuple[str, ...]:
    """Return what a package is imported as."""
    match ecosystem:
        case Ecosystem.PYPI:
            name = name.lower()
            return DIFFERENT.get(name) or (name.replace("-", "_").replace(".", "_"),)
        case Ecosystem.CRATES:
            return (name.replace("-", "_"),)
        case Ecosystem.RUBYGEMS:
            return (name, name.replace("-", "/"))
        case Ecosystem.HEX:
            return ("".join(part.capitalize() for part in name.split("_")),)
        case _:
            return (name,)
