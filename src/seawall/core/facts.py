"""Facts: what an engine learned that is no weakness, for the engines after it."""

from msgspec import Struct

from seawall.core.location import CodeSpan


class Route(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="route"):
    """A route that the application serves."""

    method: str
    template: str
    handler: str
    parameters: tuple[str, ...] = ()
    authentication: str = ""
    declared: CodeSpan | None = None


class Component(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="component"):
    """A package that the software is composed of."""

    purl: str
    scope: str = "runtime"
    direct: bool = False
    path: tuple[str, ...] = ()
    """Purls from the root to its parent."""
    declared: CodeSpan | None = None
    name: str = ""
    version: str = ""
    licence: str = ""
    """As whoever publishes it writes it; untrusted text."""
    requires: tuple[str, ...] = ()
    """Purls of what it needs itself."""
    layer: str = ""
    """Of a container image: the digest of the layer in which it came."""
    made_by: str = ""
    """The command that made the layer; untrusted text."""


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="resource"):
    """A declared or live resource of the infrastructure."""

    address: str
    kind: str
    declared: CodeSpan | None = None


class ImportUse(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="import"):
    """A package of others that the code imports, and the first place that does."""

    module: str
    declared: CodeSpan


class SinkUse(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="sink"):
    """A dangerous call that the code makes where what others wrote may be at hand."""

    sink: str
    handler: str
    declared: CodeSpan


Fact = Route | Component | Resource | ImportUse | SinkUse
