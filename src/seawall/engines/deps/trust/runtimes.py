"""Runtimes, base images and frameworks of which the last day of support has passed."""

import posixpath
import re
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase

from seawall.core.finding import Finding
from seawall.core.rule import Severity
from seawall.engines.deps.trust.case import Case, above, quoted
from seawall.engines.deps.trust.releases import Releases, allowed
from seawall.model.inventory import Runtime
from seawall.model.trust import Product
from seawall.source.aside import is_aside

RULE = "end-of-life-runtime"
_WORKFLOWS = "/.github/"
"""Where only builds and tests run."""


def find(case: Case) -> Iterator[Finding]:
    """Tell runtimes that have ended, and ranges that begin with one that has.

    A range is not told where a file of the same folder, or of one above, chooses a release of it.
    Of frameworks only versions are told that the project itself asks for.
    """
    yield from _frameworks(case)
    wanted = list(_wanted(case))
    chosen = {
        (posixpath.dirname(path), runtime.name)
        for path, runtime, _, releases in wanted
        if releases.chosen
    }
    told: set[tuple[str, ...]] = set()
    for path, runtime, product, releases in wanted:
        place = path if releases.chosen else posixpath.dirname(path)
        if not releases.chosen and any((one, runtime.name) in chosen for one in above(path)):
            continue
        said = _said(product, runtime.requirement, releases, case.today)
        if said is None or (place, said[0]) in told:
            continue
        told.add((place, said[0]))
        message, severity = said
        if is_aside(path) or _WORKFLOWS in f"/{path}":
            severity = Severity.LOW
        key = f"{RULE}|{runtime.name}"
        yield case.about_file(path, runtime.line, RULE, message, key, severity=severity)


def _frameworks(case: Case) -> Iterator[Finding]:
    patterns = [
        (ecosystem, name, product)
        for product in case.ends.product
        for ecosystem, _, name in (one.partition("/") for one in product.packages)
    ]
    told: set[tuple[str, str]] = set()
    for member in case.members:
        package = member.package
        if not member.direct or not package.version or package.layer:
            continue
        for ecosystem, name, product in patterns:
            if (
                package.ecosystem != ecosystem
                or not fnmatchcase(package.name, name)
                or (member.path, product.name) in told
            ):
                continue
            releases = allowed(product, package.version)
            said = _said(product, package.version, releases, case.today) if releases else None
            if said is not None:
                told.add((member.path, product.name))
                severity = Severity.LOW if is_aside(member.path) else said[1]
                yield case.about_package(member, RULE, said[0], severity=severity)


def _wanted(case: Case) -> Iterator[tuple[str, Runtime, Product, Releases]]:
    """Yield what every file asks for, files that say the line before lockfiles that repeat it."""
    products = {product.name: product for product in case.ends.product}
    asked = [
        (path, runtime)
        for path, inventory in case.inventories.items()
        for runtime in inventory.runtimes
        if runtime.name in products
    ]
    for path, runtime in sorted(asked, key=lambda one: (not one[1].line, one[0], one[1].line)):
        requirement = runtime.requirement
        if path.endswith("go.mod") and re.match(r"\d", requirement):
            # The lowest version of the language: which Go builds it is not said.
            requirement = f">={requirement}"
        releases = allowed(products[runtime.name], requirement)
        if releases is not None:
            yield path, runtime, products[runtime.name], releases


def _said(
    product: Product, requirement: str, releases: Releases, today: date
) -> tuple[str, Severity | None] | None:
    """Say what has ended of what is allowed, and how much it matters."""
    if releases.older:
        first = next(iter(product.cycles))
        words = f"{product.title} {releases.older} is older than {first}, which "
        return words + _ended(product.cycles[first]), None
    ended = [one for one in releases.cycles if product.cycles[one] < today]
    if not ended:
        return None
    newest = max(releases.cycles, key=lambda one: product.cycles[one])
    if newest in ended and not releases.newer:
        return f"{product.title} {newest} {_ended(product.cycles[newest])}", None
    oldest = releases.cycles[0]
    if releases.chosen or oldest not in ended:
        return None
    words = f"{quoted(requirement)} allows {product.title} {oldest}, which "
    return words + _ended(product.cycles[oldest]), Severity.LOW


def _ended(day: date) -> str:
    return f"has had no security fixes since {day.isoformat()}"
