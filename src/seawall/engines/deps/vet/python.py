"""What a Python file does: a reading of its syntax, in which names keep what was put into them.

It follows values through names of one file, not through attributes, files or other modules.
"""

import ast
import re
from collections.abc import Iterator

from seawall.engines.deps.vet import acts
from seawall.engines.deps.vet.acts import Act

LARGEST = 2 << 20
"""Bytes of a file that is read."""
_TELLING = re.compile(
    rb"\b(?:exec|eval|compile|execfile|FunctionType)\b|\benviron\b|id_rsa|id_ed25519|credentials"
    rb"|netrc|pypirc|npmrc|Login Data|Local State|wallet|leveldb|logins\.json|key4|keychain|shadow"
    rb"|gethostname|getuser|getlogin|curl|wget|powershell|urlretrieve|subprocess|os\.system|popen"
)
"""What a file must speak of to do anything that is told of files that no installation runs."""

_FETCHERS = (
    "requests.", "urllib.request.urlopen", "urllib.request.urlretrieve", "urllib.urlopen",
    "urllib.urlretrieve", "urllib2.urlopen", "httpx.", "aiohttp.", "http.client.",
    "urllib3.PoolManager", "urllib3.request",
    "socket.create_connection", "socket.gethostbyname", "ftplib.", "smtplib.", "pycurl.",
    "wget.download", "telnetlib.", "dns.resolver.", "paramiko.",
)  # fmt: skip
_NO_FETCHERS = ("requests.exceptions.", "aiohttp.web", "http.client.HTTPException")
_CLIENTS = frozenset(
    ("requests", "urllib", "urllib2", "httpx", "aiohttp", "http", "urllib3", "socket")
)
_SENDING = frozenset(("post", "put", "patch", "sendall", "sendto", "urlopen"))
"""Methods that send, on whatever object, in a file that imports a client."""
_RUNNERS = (
    "os.system", "os.popen", "os.startfile", "os.exec", "os.spawn", "os.posix_spawn",
    "subprocess.", "commands.getoutput", "pty.spawn", "ctypes.windll", "pip.main",
)  # fmt: skip
_NO_RUNNERS = ("subprocess.PIPE", "subprocess.list2cmdline", "subprocess.CalledProcessError")
_DECODERS = (
    "base64.", "binascii.a2b_", "binascii.unhexlify", "zlib.decompress", "bz2.decompress",
    "gzip.decompress", "lzma.decompress", "codecs.decode", "bytes.fromhex",
    "bytearray.fromhex", "cryptography.fernet.Fernet", "Crypto.Cipher.", "Cryptodome.Cipher.",
)  # fmt: skip
_EXECUTORS = frozenset(("exec", "eval", "compile", "execfile", "builtins.exec", "builtins.eval",
                        "builtins.compile", "types.FunctionType", "__builtin__.eval"))  # fmt: skip
_IDENTITY = frozenset(
    ("socket.gethostname", "getpass.getuser", "os.getlogin", "platform.node", "os.uname")
)
_ENVIRONMENT = frozenset(
    ("dict", "str", "repr", "json.dumps", "list", "copy.copy", "copy.deepcopy")
)
_ROUNDS = 3
"""Times that the file is gone through so that names know what came from other names."""


def is_telling(content: bytes) -> bool:
    """Whether it is worth while to read a file that is not run by an installation."""
    return _TELLING.search(content) is not None


def look(content: bytes) -> list[Act] | None:
    """Return what a file does, in the order of its lines; None where it is no Python of today."""
    try:
        tree = ast.parse(content[:LARGEST])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    try:
        return _Look(tree).acts()
    except RecursionError:
        return None


class _Look:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names: dict[str, str] = {}
        """What a name of an import stands for."""
        self._held: dict[tuple[int, str], set[str]] = {}
        """What has been put into a name of a function (0: of the file), or comes out of one."""
        self._scopes: dict[int, int] = {}
        """The function that a name stands in, by the identity of its node."""
        self._scope(tree)
        self._called: set[str] = set()
        """Functions that the file itself calls when it is run."""
        for node in ast.walk(tree):
            self._import(node)
        self._speaks = bool(_CLIENTS & {one.partition(".")[0] for one in self._names.values()})
        for _ in range(_ROUNDS):
            for node in ast.walk(tree):
                self._assign(node)

    def _scope(self, tree: ast.Module) -> None:
        waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
        while waiting:
            node, scope = waiting.pop()
            if isinstance(node, ast.Name):
                self._scopes[id(node)] = scope
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                scope = id(node)
            waiting += [(one, scope) for one in ast.iter_child_nodes(node)]

    def _key(self, name: ast.Name) -> tuple[int, str]:
        return self._scopes.get(id(name), 0), name.id

    def acts(self) -> list[Act]:
        """Return what is done."""
        found: list[Act] = []
        # Who makes an object of a class may have any method of it run.
        functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        for one in self._tree.body:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                functions[one.name] = [one]
            elif isinstance(one, ast.ClassDef):
                functions[one.name] = [
                    inner
                    for inner in one.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                ]
        waiting: list[tuple[ast.AST, bool]] = [(one, True) for one in self._tree.body]
        later: list[ast.AST] = []
        while waiting:
            node, at_once = waiting.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and at_once:
                later.append(node)
                continue
            if isinstance(node, ast.If) and _is_main(node.test):
                at_once = False
            if isinstance(node, ast.Call):
                found += self._act(node, at_once)
                names = (
                    [self._name(part) for part in (node.func, *_values(node))] if at_once else []
                )
                for name in names:
                    if name in functions and name not in self._called:
                        self._called.add(name)
                        for function in functions[name]:
                            waiting += [(part, True) for part in ast.iter_child_nodes(function)]
            waiting += [(part, at_once) for part in ast.iter_child_nodes(node)]
        called = {id(method) for name in self._called for method in functions[name]}
        for quiet in later:
            if id(quiet) not in called:
                for inner in ast.walk(quiet):
                    if isinstance(inner, ast.Call):
                        found += self._act(inner, False)
        return sorted(dict.fromkeys(found), key=lambda act: act.line)

    def _import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for one in node.names:
                self._names[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                self._names[one.asname or one.name] = f"{node.module}.{one.name}"

    def _assign(self, node: ast.AST) -> None:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr | ast.For):
            targets = [node.target]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._hold([node.optional_vars], node.context_expr)
            return
        elif isinstance(node, ast.FunctionDef):
            returned = {
                flag
                for one in ast.walk(node)
                if isinstance(one, ast.Return) and one.value is not None
                for flag in self.flags(one.value)
            }
            if returned:
                self._held.setdefault((0, node.name), set()).update(returned)
            return
        else:
            return
        value = node.iter if isinstance(node, ast.For) else node.value
        if value is not None:
            self._hold(targets, value)

    def _hold(self, targets: list[ast.expr], value: ast.expr) -> None:
        flags = self.flags(value)
        name = self._name(value)
        for target in targets:
            if isinstance(target, ast.Subscript):
                target = target.value
            for one in ast.walk(target):
                if isinstance(one, ast.Name):
                    if flags:
                        self._held.setdefault(self._key(one), set()).update(flags)
                    if name and "." in name and one is target:
                        self._names.setdefault(one.id, name)

    def _name(self, node: ast.AST, depth: int = 0) -> str:
        """Return the full name of what an expression names, "" where it is none."""
        if depth > 20:
            return ""
        if isinstance(node, ast.Name):
            return self._names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            inner = self._name(node.value, depth + 1)
            return f"{inner}.{node.attr}" if inner else ""
        if isinstance(node, ast.Call):
            called = self._name(node.func, depth + 1)
            first = node.args[0] if node.args else None
            text = first.value if isinstance(first, ast.Constant) else None
            if called in ("__import__", "importlib.import_module") and isinstance(text, str):
                return text
            if called == "getattr" and len(node.args) > 1:
                second = node.args[1]
                inner = self._name(node.args[0], depth + 1)
                if inner and isinstance(second, ast.Constant) and isinstance(second.value, str):
                    return f"{inner}.{second.value}"
        return ""

    def flags(self, node: ast.expr) -> set[str]:
        """Return what is in a value: what it was decoded or downloaded from, what it tells."""
        found: set[str] = set()
        for one in ast.walk(node):
            if isinstance(one, ast.Name):
                found |= self._held.get(self._key(one)) or self._held.get((0, one.id)) or set()
            elif isinstance(one, ast.Constant):
                if isinstance(one.value, str) and acts.CREDENTIAL_FILES.search(one.value):
                    found.add(acts.SECRETS)
            elif isinstance(one, ast.Call):
                found |= self._flags_of_call(one)
        return found

    def _flags_of_call(self, call: ast.Call) -> set[str]:
        name = self._name(call.func)
        if _begins(name, _DECODERS) and "encode" not in name.rpartition(".")[2]:
            return {acts.HIDDEN}
        if name == "marshal.loads":
            # Caches of compiled code are read so too, but not from what stands in the program.
            blobs = (inner for value in call.args for inner in ast.walk(value))
            held = any(isinstance(one, ast.Constant) and one.value for one in blobs)
            return {acts.HIDDEN} if held else set()
        if _begins(name, _FETCHERS) and not _begins(name, _NO_FETCHERS):
            return {acts.FETCHED}
        if name in _IDENTITY:
            return {acts.WHO}
        if name in ("os.environ.copy", "os.environ.items", "os.environ.values"):
            return {acts.SECRETS}
        if name in _ENVIRONMENT and any(self._name(one) == "os.environ" for one in call.args):
            return {acts.SECRETS}
        return set()

    def _act(self, call: ast.Call, at_once: bool) -> Iterator[Act]:
        name = self._name(call.func)
        values = _values(call)
        line = call.lineno
        last = call.func.attr if isinstance(call.func, ast.Attribute) else name.rpartition(".")[2]

        def act(kind: str, words: str) -> Act:
            return Act(kind=kind, line=line, words=words, at_once=at_once)

        if name in _EXECUTORS:
            flags = {flag for one in call.args[:1] for flag in self.flags(one)}
            if acts.FETCHED in flags:
                yield act(acts.FETCHED, "runs code that it downloads")
            elif acts.HIDDEN in flags:
                yield act(acts.HIDDEN, "runs code that it decodes first")
            return
        if _begins(name, _RUNNERS) and not _begins(name, _NO_RUNNERS):
            text = " ".join(
                one.value
                for value in values
                for one in ast.walk(value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
            flags = {flag for one in call.args for flag in self.flags(one)}
            if acts.FETCH_AND_RUN.search(text) or (acts.FETCHED in flags):
                yield act(acts.FETCHED, "runs what a command downloads")
            elif acts.HIDDEN in flags and at_once:
                yield act(acts.HIDDEN, "runs a command that it decodes first")
            elif acts.FETCH.search(f" {text} "):
                yield act(acts.NETWORK, "speaks to the network through a command")
            yield act(acts.RUN, f"runs commands ({name})")
            return
        speaks = _begins(name, _FETCHERS) and not _begins(name, _NO_FETCHERS)
        unknown = not name or name.partition(".")[0] not in self._names.values()
        if speaks or (self._speaks and last in _SENDING and unknown and "." in name):
            flags = {flag for one in values for flag in self.flags(one)}
            if acts.SECRETS in flags:
                yield act(acts.SENT, "sends credentials or the whole environment")
            elif acts.WHO in flags:
                yield act(acts.WHO, "sends the name of the user or the machine")
        if speaks:
            yield act(acts.NETWORK, f"speaks to the network ({name})")


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(one.value for one in call.keywords)]


def _begins(name: str, prefixes: tuple[str, ...]) -> bool:
    return bool(name) and name.startswith(prefixes)


def _is_main(test: ast.expr) -> bool:
    """Whether it is `__name__ == "__main__"`: false when the file is imported."""
    return isinstance(test, ast.Compare) and any(
        isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(test)
    )
