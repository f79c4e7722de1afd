"""Settings that are switched the wrong way."""

from seawall.engines.code.fixes.arguments import is_constant
from seawall.engines.code.fixes.draft import Draft
from seawall.engines.code.fixes.page import UnfitError, walk
from seawall.model.program import Assign, Attribute, Constant, Expression, Index, Name, Node

SWITCHED_ON = frozenset({"insecure-cookie", "script-readable-cookie"})


def switch(draft: Draft, node: Node, weakness: str) -> str:
    """Assign what is safe to a setting."""
    assignment = draft.page.parent(node)
    if not isinstance(assignment, Assign) or len(assignment.targets) != 1:
        raise UnfitError
    value = assignment.value
    name = _name(node)
    if weakness == "certificate-check-off":
        return _checked(draft, node, name, value)
    if weakness == "debug-mode" and is_constant(value, True):
        draft.put(value, "False")
        return f"switch `{name}` off"
    if weakness == "cookie-without-samesite" and isinstance(value, Constant):
        draft.put(value, '"Lax"')
        return f'set `{name}` to `"Lax"`'
    on = weakness in SWITCHED_ON or (weakness == "template-autoescape-off" and name == "autoescape")
    if on and is_constant(value, False):
        draft.put(value, "True")
        return f"switch `{name}` on"
    raise UnfitError


def _name(node: Node) -> str:
    match node:
        case Attribute() | Name():
            return node.name
        case Index(key=Constant(value=str() as key)):
            return key
    raise UnfitError


def _checked(draft: Draft, node: Node, name: str, value: Expression) -> str:
    """Check certificates and names of hosts, both: one without the other is refused."""
    page = draft.page
    if name == "_create_default_https_context":
        match value:
            case Attribute(name="_create_unverified_context"):
                draft.change(page.name_start(value), page.end(value), "create_default_context")
                return "leave `ssl.create_default_context` in place, which checks certificates"
        raise UnfitError
    if name not in ("check_hostname", "verify_mode") or not isinstance(node, Attribute):
        raise UnfitError
    context = page.source(node.value)
    mended = False
    for one in walk(page.function_of(node) or page.tree):
        match one:
            case Assign(targets=(Attribute(name="check_hostname") as target,)):
                if page.source(target.value) == context and is_constant(one.value, False):
                    draft.put(one.value, "True")
                    mended = mended or target is node
            case Assign(
                targets=(Attribute(name="verify_mode") as target,),
                value=Attribute(name="CERT_NONE") as mode,
            ):
                if page.source(target.value) == context:
                    draft.change(page.name_start(mode), page.end(mode), "CERT_REQUIRED")
                    mended = mended or target is node
    if not mended:
        raise UnfitError
    return "check the certificate and the name of the host"
