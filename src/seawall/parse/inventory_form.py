"""In which form of inventories a document is written, whatever its file is called."""

import re

_FORMS = (
    ("cyclonedx", re.compile(rb'"bomFormat"\s{0,9}:\s{0,9}"CycloneDX"|cyclonedx\.org/schema/bom')),
    ("spdx", re.compile(rb'"spdxVersion"\s{0,9}:\s{0,9}"SPDX-2|^SPDXVersion:', re.MULTILINE)),
    ("syft", re.compile(rb"anchore/syft/[\w./-]{0,99}schema")),
)


def inventory_form_of(content: bytes) -> str:
    """Return the form, "" where it is no inventory of other tools."""
    return next((name for name, form in _FORMS if form.search(content)), "")
