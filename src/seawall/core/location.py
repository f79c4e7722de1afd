"""Where a finding is: a union of places, each said in its own terms."""

from msgspec import Struct


class Revision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The commit that brought something into the history."""

    commit: str
    """Full object name (40 or 64 hexadecimal digits)."""
    date: str
    """Author date, ISO 8601 with offset."""
    author: str = ""
    """Author's name as the commit gives it; untrusted text."""
    in_head: bool = False
    """Whether the same content is still in HEAD."""


class CodeSpan(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="code"):
    """A stretch of text in a file of the target."""

    path: str
    """Relative to the target, with "/" between the parts; untrusted text."""
    line: int
    """1-based first line."""
    column: int = 1
    """1-based first column, in Unicode code points."""
    end_line: int = 0
    """1-based last line; 0 means the same as `line`."""
    end_column: int = 0
    """1-based column after the last character; 0 means to the end of the line."""
    symbol: str = ""
    """Qualified name of what encloses it (function, class, key path), if known."""
    line_hash: str = ""
    """GitHub's `primaryLocationLineHash` of the first line, "hex:count"."""
    revision: Revision | None = None
    """Set by a history scan: where the content came in."""

    @property
    def last_line(self) -> int:
        """The last line, whether or not it was given."""
        return self.end_line or self.line


class RouteLocation(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="route"):
    """A route of a web application, and the input of it that matters."""

    method: str
    template: str
    """Path with its parameters as templates: "/orders/{id}"."""
    parameter: str = ""
    handler: str = ""
    """Qualified name of the handler, joins with `CodeSpan.symbol`."""


class ResourceLocation(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="resource"):
    """A resource of the infrastructure, declared or live."""

    address: str
    """As its own tool says it: "aws_s3_bucket.logs", "Deployment/default/shop"."""
    attribute: str = ""
    declared: CodeSpan | None = None


class ComponentLocation(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="component"):
    """A package of the software's composition."""

    purl: str
    declared: CodeSpan | None = None


class CallSite(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="call"):
    """A call that the guard saw at run time."""

    handler: str
    sink: str
    route: RouteLocation | None = None


class HostLocation(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="host"):
    """A machine or service that answers on the network."""

    host: str
    port: int = 0


Location = CodeSpan | RouteLocation | ResourceLocation | ComponentLocation | CallSite | HostLocation


def place(location: Location) -> CodeSpan | None:
    """Return the code span of a location, or of its declaration, where it has one."""
    match location:
        case CodeSpan():
            return location
        case ResourceLocation() | ComponentLocation():
            return location.declared
        case _:
            return None
