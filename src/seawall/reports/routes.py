"""The routes that the code serves, as a table."""

from seawall.core.facts import Route
from seawall.core.report import Report
from seawall.reports import escape
from seawall.reports.options import RenderOptions

HEADS = ("method", "route", "handler", "parameters", "authentication", "declared")
NOTHING = "no routes were found; the code engine reads those of Python programs\n"


def render(report: Report, options: RenderOptions) -> str:
    """Render a line for each route, in the order of addresses; "-" where nothing is known."""
    del options
    routes = [fact for fact in report.facts if isinstance(fact, Route)]
    if not routes:
        return NOTHING
    rows = [HEADS, *(_row(route) for route in routes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    open_routes = sum(not route.authentication for route in routes)
    noun = "route" if len(routes) == 1 else "routes"
    total = f"{len(routes)} {noun}, {open_routes} of them without a login that the code shows"
    return "\n".join((*lines, "", total, ""))


def _row(route: Route) -> tuple[str, ...]:
    span = route.declared
    cells = (
        route.method,
        route.template,
        route.handler,
        ", ".join(route.parameters),
        route.authentication,
        f"{span.path}:{span.line}" if span is not None else "",
    )
    return tuple(escape.terminal(cell) or "-" for cell in cells)
