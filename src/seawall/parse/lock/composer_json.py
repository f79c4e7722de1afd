"""composer.json: what a project or a package of PHP asks for.

Source: https://getcomposer.org/doc/04-schema.md.
"""

import re
from collections.abc import Mapping
from typing import Any

from seawall.model.inventory import Ecosystem, Inventory, ListFile, Package, Runtime, Scope
from seawall.parse.composer import is_platform, licence_of, platform_runtimes
from seawall.parse.json import parse_json_table
from seawall.parse.lines import LineFinder
from seawall.parse.values import table_of, text_of

_EXACT = re.compile(r"=?(v?\d+(?:\.\d+)+(?:-?(?:alpha|beta|RC|p|pl|patch|a|b)\.?\d*)?)", re.I)
_AT = re.compile(r"@\w+$|#[0-9a-f]+$")


def parse(file: ListFile) -> Inventory:
    """Return what is asked for. Raises ParseError when it is no JSON object."""
    document = parse_json_table(file.content)
    finder = LineFinder(file.content)
    packages: list[Package] = []
    runtimes: list[Runtime] = []
    tables: tuple[tuple[str, Scope], ...] = (("require", "runtime"), ("require-dev", "development"))
    for key, scope in tables:
        wanted = table_of(document, key)
        finder.line_matching(re.compile(rb'"%b"\s*:' % key.encode()))
        runtimes += platform_runtimes(wanted, finder)
        packages += _asked(wanted, scope, finder)
    return Inventory(
        packages=tuple(packages),
        project=text_of(document, "name"),
        licence=licence_of(document),
        runtimes=tuple(runtimes[:1]),
    )


def _asked(wanted: Mapping[str, Any], scope: Scope, finder: LineFinder) -> list[Package]:
    packages = []
    for name, allowed in wanted.items():
        if is_platform(name) or not name or not isinstance(allowed, str):
            continue
        needle = re.escape(name.encode("utf-8", "replace")).replace(b"/", rb"\\?/")
        exact = _EXACT.fullmatch(_AT.sub("", allowed.strip()))
        packages.append(
            Package(
                ecosystem=Ecosystem.PACKAGIST,
                name=name,
                version=exact[1] if exact else "",
                requirement=allowed,
                line=finder.line_matching(re.compile(rb'"%b"\s*:' % needle)),
                scope=scope,
                direct=True,
            )
        )
    return packages
