"""The report itself, for programs."""

from typing import Any

import msgspec

from seawall.core.report import Report
from seawall.reports import escape
from seawall.reports.options import RenderOptions


def render(report: Report, options: RenderOptions) -> str:
    """Render the report as indented JSON (schema seawall/report/v1), with every fingerprint."""
    del options
    table: dict[str, Any] = msgspec.to_builtins(report)
    for entry, triaged in zip(table["findings"], report.findings, strict=True):
        entry["finding"] = {"fingerprint": triaged.finding.fingerprint, **entry["finding"]}
    try:
        content = msgspec.json.encode(table)
    except UnicodeEncodeError:
        content = msgspec.json.encode(_readable(table))
    return escape.json(msgspec.json.format(content, indent=2).decode("utf-8"))


def _readable(value: Any) -> Any:
    """Show the bytes of a name that is no UTF-8 as escapes: JSON has no place for them."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_readable(key): _readable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(one) for one in value]
    return value
