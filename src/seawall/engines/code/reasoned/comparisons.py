"""Comparisons: of secrets in a time that tells, and with the address that a client claims."""

import re
from typing import TYPE_CHECKING

from seawall_guard.catalogue.entries import Check, Sink

from seawall.engines.code.flows import Flow, merge
from seawall.engines.code.reasoned.disclosure import NOWHERE, is_secret
from seawall.engines.code.reasoned.flagging import flag_here, hit_here, origin_here
from seawall.engines.code.reasoned.nodes import last_name
from seawall.engines.code.state import Frame
from seawall.engines.code.values import Items, Known, Ref, Symbol, Unknown, Value, with_flows
from seawall.engines.code.words import REMOTE, is_test
from seawall.model.program import Attribute, Compare, Expression, Span

if TYPE_CHECKING:
    from seawall.engines.code.calls import Arguments
    from seawall.engines.code.machine import Machine

TIMED = Check(
    weakness="timing-unsafe-comparison",
    message="this comparison takes the longer, the more of the secret is right",
)
ASKED = Sink(weakness=TIMED.weakness)
TRUSTED = Sink(weakness="client-address-trusted")
_LEAST_SECRET = 6
"""Characters of a text that may be a secret."""
MACS = frozenset({"hmac.new", "hmac.HMAC", "hmac.digest"})
CLAIMED = frozenset(
    name
    for plain in (
        "X-Forwarded-For X-Real-IP X-Client-IP Client-IP True-Client-IP X-Originating-IP "
        "X-Remote-IP X-Remote-Addr X-Cluster-Client-IP Forwarded-For Forwarded X-ProxyUser-IP "
        "CF-Connecting-IP".split()
    )
    for name in (
        plain,
        plain.lower(),
        plain.upper(),
        plain.title(),
        "HTTP_" + plain.upper().replace("-", "_"),
    )
) - {"Forwarded", "forwarded", "FORWARDED"}
"""Headers in which a client, or a proxy before it, says whose address it is."""
_ADDRESS = re.compile(
    r"^(?:\d{1,3}\.){1,3}(?:\d{1,3})?(?:/\d+)?$|^localhost$|^::1$|^[0-9a-fA-F:]*::[0-9a-fA-F:]*$"
)
_LISTS = re.compile(
    r"(?i)allow|white|trust|permit|block|black|deny|denied|bann?ed|internal|admin|local|private"
)


def authenticated(path: str, given: "Arguments", frame: Frame) -> Value | None:
    """Return an HMAC: nobody without the key can make one."""
    if path not in MACS:
        return None
    span = given.node.span if given.node is not None else 0
    return Unknown((Flow(origin_here("mac", path, frame, span)),), "hmac.HMAC")


def compared(
    machine: "Machine", sign: str, left: Value, right: Value, frame: Frame, node: Expression
) -> None:
    """Look at a comparison of which one side carries something."""
    if sign in ("==", "!="):
        _look_for_secrets(machine, left, right, frame, node)
    if sign in ("==", "!=", "in", "not in"):
        for one, other, place in ((left, right, 1), (right, left, 0)):
            if _claims(one) and _decides(machine, other, frame, _side(node, place)):
                trusted(machine, one, frame, node.span)


def _look_for_secrets(
    machine: "Machine", left: Value, right: Value, frame: Frame, node: Expression
) -> None:
    if not (_may_be_secret(left) and _may_be_secret(right)) or is_test(frame.module.path):
        return
    sides = (_is_mac(left), _is_mac(right))
    if any(sides):
        # Of two that are both computed, nobody can choose either.
        if not all(sides):
            flag_here(machine, TIMED, "==", frame, node.span)
        return
    for own, given, place in ((left, right, 0), (right, left, 1)):
        if _is_sent(own) or isinstance(own, Ref | Items) or _is_foreign(own):
            continue
        side = _side(node, place)
        if side is None or not is_secret(side, NOWHERE) or _is_column(side):
            continue
        if _is_sent(given):
            flag_here(machine, TIMED, "==", frame, node.span)
            return
        if not any(flow.origin.kind == "formal" for flow in own.flows):
            # Whether somebody else wrote it, each caller of the function says.
            for flow in given.flows:
                if flow.origin.kind == "formal":
                    hit_here(machine, ASKED, "==", flow, frame, node.span)


def _is_column(node: Expression) -> bool:
    """Whether an expression names a column of a model: the database compares."""
    return (
        isinstance(node, Attribute)
        and node.name.islower()
        and last_name(node.value)[:1].isupper()
        and not last_name(node.value).isupper()
    )


def _is_foreign(value: Value) -> bool:
    """Whether a value is a name of a library's, but for settings that a program fills in."""
    return isinstance(value, Symbol) and not value.path.startswith("django.conf.settings.")


def _may_be_secret(value: Value) -> bool:
    """Whether a value is not known, or a text that the program keeps under a name."""
    if not isinstance(value, Known):
        return True
    return isinstance(value.value, str | bytes) and len(value.value) >= _LEAST_SECRET


def _side(node: Expression, place: int) -> Expression | None:
    if not isinstance(node, Compare) or len(node.operators) != 1:
        return None
    return node.rights[0] if place else node.left


def _is_mac(value: Value) -> bool:
    return any(flow.origin.kind == "mac" and not flow.weak for flow in value.flows)


def _is_sent(value: Value) -> bool:
    return any(flow.origin.kind in REMOTE for flow in value.flows)


# --- addresses ---


def claimed(value: Value, key: str, frame: Frame, span: Span) -> Value:
    """Return what stands in a header in which a client says whose address it is."""
    flow = Flow(origin_here("address", key, frame, span))
    return with_flows(value, merge(value.flows, (flow,)))


def _claims(value: Value) -> bool:
    return any(flow.origin.kind == "address" for flow in value.flows)


def _decides(machine: "Machine", other: Value, frame: Frame, node: Expression | None) -> bool:
    if isinstance(other, Known):
        return isinstance(other.value, str) and bool(_ADDRESS.match(other.value))
    if other.flows:
        return False
    if node is not None and _LISTS.search(last_name(node)):
        return True
    items = machine.items_of(other, frame) if isinstance(other, Ref | Items) else None
    return bool(items) and all(
        isinstance(item, Known) and isinstance(item.value, str) and _ADDRESS.match(item.value)
        for item in items or ()
    )


def begun(machine: "Machine", receiver: Value | None, given: "Arguments", frame: Frame) -> None:
    """Look at `address.startswith("10.")`."""
    if receiver is None or not given.positional or not _claims(receiver):
        return
    prefix = given.positional[0]
    options = prefix.items if isinstance(prefix, Items) else (prefix,)
    if any(isinstance(o, Known) and _ADDRESS.match(str(o.value)) for o in options):
        trusted(machine, receiver, frame, given.node.span if given.node is not None else 0)


def trusted(machine: "Machine", value: Value, frame: Frame, span: Span) -> None:
    """Add that an address decides which the client itself has told."""
    for flow in value.flows:
        if flow.origin.kind in REMOTE and flow.origin.part in ("header", ""):
            hit_here(machine, TRUSTED, "", flow, frame, span)
