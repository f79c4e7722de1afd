"""Calls whose arguments are what is wrong with them."""

from seawall.engines.code.fixes.draft import Draft, has_unpacked
from seawall.engines.code.fixes.page import UnfitError, walk
from seawall.model.program import (
    Attribute,
    Call,
    Compare,
    Constant,
    Expression,
    Name,
    Node,
)

COOKIE = {"insecure-cookie": "secure", "script-readable-cookie": "httponly"}
COOKIE_PLACES = 3
"""Arguments by position beyond these may be the very ones that are to be added."""
UNVERIFIED = frozenset({"verify", "verify_ssl", "ssl", "ssl_verify", "validate_certs"})


def whole_call(node: Node) -> Call:
    """Return a call all of whose arguments are to be seen; else raise `UnfitError`."""
    if not isinstance(node, Call) or has_unpacked(node):
        raise UnfitError
    return node


def rename(draft: Draft, call: Call, module: str, name: str) -> None:
    """Call another function of the same module."""
    function = call.function
    if isinstance(function, Attribute):
        draft.change(draft.page.name_start(function), draft.page.end(function), name)
    else:
        draft.put(function, f"{draft.use(module)}.{name}")


def safe_yaml(draft: Draft, node: Node, symbol: str) -> str:
    """Load YAML without making objects."""
    call = whole_call(node)
    names = {"load": "safe_load", "unsafe_load": "safe_load", "full_load": "safe_load"}
    names |= {f"{old}_all": f"{new}_all" for old, new in names.items()}
    module, _, name = symbol.rpartition(".")
    if module != "yaml" or name not in names or not call.arguments:
        raise UnfitError
    loader = draft.keyword(call, "Loader") or (call.arguments[1:2] or (None,))[0]
    if len(call.arguments) + len(call.keywords) != (1 if loader is None else 2):
        raise UnfitError
    rename(draft, call, "yaml", names[name])
    if loader is not None:
        draft.drop_argument(call, loader)
    return f"use `yaml.{names[name]}`, which makes no objects"


def harmless_load(draft: Draft, node: Node, symbol: str) -> str:
    """Load an array or a model without running what it holds."""
    if symbol.startswith("yaml."):
        return safe_yaml(draft, node, symbol)
    call = whole_call(node)
    if symbol == "torch.load":
        draft.set_argument(call, "weights_only", "True")
        return "load nothing but weights: `weights_only=True`"
    pickles = draft.keyword(call, "allow_pickle")
    if symbol == "numpy.load" and pickles is not None and is_constant(pickles.value, True):
        draft.put(pickles.value, "False")
        return "load arrays without pickles: `allow_pickle=False`"
    raise UnfitError


def is_constant(node: Node, value: object) -> bool:
    """Whether an expression is this literal."""
    return isinstance(node, Constant) and node.value is value


def verified(draft: Draft, node: Node, symbol: str) -> str:
    """Check the certificate of whoever answers."""
    call = whole_call(node)
    if symbol == "ssl._create_unverified_context":
        if call.arguments or call.keywords:
            raise UnfitError
        rename(draft, call, "ssl", "create_default_context")
        return "use `ssl.create_default_context`, which checks certificates"
    for keyword in call.keywords:
        if keyword.name in UNVERIFIED and is_constant(keyword.value, False):
            draft.drop_argument(call, keyword)
            return f"remove `{keyword.name}=False`, so that the certificate is checked"
        if keyword.name == "cert_reqs":
            _require(draft, keyword.value)
            return "require a certificate: `CERT_REQUIRED`"
    raise UnfitError


def _require(draft: Draft, value: Expression) -> None:
    match value:
        case Constant(value="CERT_NONE" | "NONE"):
            quote = draft.page.source(value)[0]
            draft.put(value, f"{quote}CERT_REQUIRED{quote}")
        case Attribute(name="CERT_NONE"):
            draft.change(draft.page.name_start(value), draft.page.end(value), "CERT_REQUIRED")
        case _:
            raise UnfitError


def no_debug(draft: Draft, node: Node, symbol: str) -> str:
    """Start the server without its debugger."""
    call = whole_call(node)
    debug = draft.keyword(call, "debug")
    if debug is None or not is_constant(debug.value, True):
        raise UnfitError
    draft.put(debug.value, "False")
    return "start it without the debugger: `debug=False`"


def autoescaped(draft: Draft, node: Node, symbol: str) -> str:
    """Let Jinja escape what goes into its templates."""
    call = whole_call(node)
    if not symbol.startswith("jinja2.") or call.arguments:
        raise UnfitError
    given = draft.keyword(call, "autoescape")
    if given is not None and not is_constant(given.value, False):
        raise UnfitError
    draft.set_argument(call, "autoescape", "True")
    return "escape what goes into the templates: `autoescape=True`"


def marked_cookie(draft: Draft, node: Node, symbol: str, weakness: str) -> str:
    """Mark a cookie so that a browser keeps it to itself."""
    call = whole_call(node)
    if not symbol.endswith(".set_cookie") or len(call.arguments) > COOKIE_PLACES:
        raise UnfitError
    name = COOKIE.get(weakness, "samesite")
    given = draft.keyword(call, name)
    if given is not None and not isinstance(given.value, Constant):
        raise UnfitError
    value = "True" if name in COOKIE.values() else '"Lax"'
    draft.set_argument(call, name, value)
    return f"mark the cookie: `{name}={value}`"


def filtered_archive(draft: Draft, node: Node, symbol: str) -> str:
    """Let tarfile refuse names that lead out of the folder."""
    call = whole_call(node)
    name = symbol.rpartition(".")[2]
    if not symbol.startswith("tarfile.") or name not in ("extractall", "extract"):
        raise UnfitError
    given = draft.keyword(call, "filter")
    if given is not None and not isinstance(given.value, Constant):
        raise UnfitError
    draft.set_argument(call, "filter", '"data"')
    return 'refuse names that lead out of the folder: `filter="data"`'


def known_hosts(draft: Draft, node: Node, symbol: str) -> str:
    """Refuse hosts whose key is not known."""
    call = whole_call(node)
    if not symbol.startswith("paramiko.") or len(call.arguments) != 1:
        raise UnfitError
    policy = call.arguments[0]
    kind = policy.function if isinstance(policy, Call) else policy
    wanted = ("AutoAddPolicy", "WarningPolicy")
    match kind:
        case Attribute(name=name) if name in wanted:
            draft.change(draft.page.name_start(kind), draft.page.end(kind), "RejectPolicy")
        case Name(name=name) if name in wanted:
            draft.put(kind, f"{draft.use('paramiko')}.RejectPolicy")
        case _:
            raise UnfitError
    return "refuse hosts whose key is not known: `RejectPolicy`"


def entities_kept(draft: Draft, node: Node, symbol: str) -> str:
    """Let lxml leave entities as they are."""
    if not isinstance(node, Call):
        raise UnfitError
    for call in walk(node):
        if isinstance(call, Call):
            given = draft.keyword(call, "resolve_entities")
            if given is not None and is_constant(given.value, True):
                draft.put(given.value, "False")
                return "leave entities as they are: `resolve_entities=False`"
    raise UnfitError


def compared_evenly(draft: Draft, node: Node, symbol: str) -> str:
    """Compare in a time that does not tell how much was right."""
    if not isinstance(node, Compare) or node.operators not in (("==",), ("!=",)):
        raise UnfitError
    page = draft.page
    sides = (node.left, node.rights[0])
    if any(isinstance(one, Constant) and not isinstance(one.value, str | bytes) for one in sides):
        raise UnfitError
    # Whatever parentheses stand around the sides must not get lost between them.
    operator = page.text[page.end(node.left) : page.start(node.rights[0])].strip()
    if operator != node.operators[0]:
        raise UnfitError
    prefix = "not " if node.operators == ("!=",) else ""
    left, right = page.source(node.left), page.source(node.rights[0])
    draft.put(node, f"{prefix}{draft.use('hmac')}.compare_digest({left}, {right})")
    return "compare with `hmac.compare_digest`, whose time tells nothing"
